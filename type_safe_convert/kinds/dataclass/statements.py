"""Class statements of dataclasses in files, and the uses that programs make of them."""

from __future__ import annotations

import dataclasses

from type_safe_convert.writing.statements import FieldFunction, Statements, Use, Way

STATEMENTS = Statements(
    decorators=(dataclasses.dataclass,),
    said=frozenset({"frozen", "slots", "kw_only", "eq", "order", "unsafe_hash"}),
    fields=(FieldFunction(dataclasses.field),),
    markers=(dataclasses.KW_ONLY,),
    settings=frozenset({"__slots__"}),
    after=("__post_init__", ""),
    constructor=True,
    ways={
        Use.AS_DICT: Way("dataclasses.asdict(obj)", (dataclasses.asdict, dataclasses.astuple)),
        Use.FROM_DICT: Way("Class(**data)"),
        Use.REPLACE: Way("dataclasses.replace(obj, ...)", (dataclasses.replace,)),
        Use.COPY: Way("copy.copy(obj)"),
        Use.FIELDS: Way(
            "dataclasses.fields(Class)", (dataclasses.fields, dataclasses.Field), frozenset({"__dataclass_fields__"})
        ),
        Use.IS_MODEL: Way("dataclasses.is_dataclass(obj)", (dataclasses.is_dataclass,)),
        Use.MAKE_CLASS: Way("dataclasses.make_dataclass(...)", (dataclasses.make_dataclass,)),
        Use.FROZEN: Way("dataclasses.FrozenInstanceError", (dataclasses.FrozenInstanceError,)),
    },
)
