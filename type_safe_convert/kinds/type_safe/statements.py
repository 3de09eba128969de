"""Class statements of Type_Safe in files, and the uses that programs make of such classes."""

from __future__ import annotations

from osbot_utils.type_safe.Type_Safe import Type_Safe

from type_safe_convert.writing.statements import Statements, Use, Way

STATEMENTS = Statements(
    bases=(Type_Safe,),
    ways={
        Use.AS_DICT: Way("obj.json()", methods=frozenset({"__locals__"})),
        Use.FROM_DICT: Way("Class.from_json(data)"),
        Use.AS_JSON: Way("json.dumps(obj.json())", methods=frozenset({"json"})),
        Use.FROM_JSON: Way("Class.from_json(text)", methods=frozenset({"from_json"})),
        Use.COPY: Way("Class(**obj.__locals__())", methods=frozenset({"clone"})),
        Use.FIELDS: Way("Class.__cls_kwargs__()", methods=frozenset({"__cls_kwargs__"})),
        Use.IS_MODEL: Way("isinstance(obj, Type_Safe)", (Type_Safe,)),
        Use.REFUSED: Way("ValueError"),
    },
)
