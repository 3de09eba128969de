"""Class statements of attrs in files, and the uses that programs make of such classes."""

from __future__ import annotations

import attr
import attrs

from type_safe_convert.writing.statements import FieldFunction, Statements, Use, Way

_ROLES = {"default": "default", "factory": "factory"}
_DROPPED = frozenset({"converter", "validator", "order", "cmp", "on_setattr", "alias"})
_CONSTRAINTS = (
    attrs.validators.gt, attrs.validators.ge, attrs.validators.lt, attrs.validators.le, attrs.validators.min_len,
    attrs.validators.max_len, attrs.validators.matches_re,
)  # fmt: skip

STATEMENTS = Statements(
    decorators=(attrs.define, attrs.mutable, attrs.frozen, attr.attrs, attr.dataclass),
    said=frozenset({"frozen", "slots", "kw_only", "eq", "order", "unsafe_hash", "hash", "auto_attribs"}),
    fields=(
        FieldFunction(attrs.field, roles=_ROLES, dropped=_DROPPED, constraints=_CONSTRAINTS),
        FieldFunction(
            attr.attrib,
            ("default", "validator", "repr", "cmp", "hash", "init", "metadata"),
            _ROLES,
            _DROPPED,
            _CONSTRAINTS,
        ),
        FieldFunction(attrs.Factory, ("factory",), _ROLES, frozenset({"takes_self"})),
    ),
    of_fields=frozenset({"validator", "default"}),
    settings=frozenset({"__slots__"}),
    after=("__attrs_post_init__", ""),
    constructor=True,
    ways={
        Use.AS_DICT: Way("attrs.asdict(obj)", (attrs.asdict, attrs.astuple, attr.asdict, attr.astuple)),
        Use.FROM_DICT: Way("Class(**data)"),
        Use.REPLACE: Way("attrs.evolve(obj, ...)", (attrs.evolve, attr.assoc)),
        Use.COPY: Way("copy.copy(obj)"),
        Use.FIELDS: Way(
            "attrs.fields(Class)", (attrs.fields, attrs.fields_dict, attrs.Attribute), frozenset({"__attrs_attrs__"})
        ),
        Use.IS_MODEL: Way("attrs.has(type(obj))", (attrs.has,)),
        Use.MAKE_CLASS: Way("attrs.make_class(...)", (attrs.make_class,)),
        Use.VALIDATE: Way("attrs.validate(obj)", (attrs.validate,)),
        Use.FROZEN: Way(
            "attrs.exceptions.FrozenInstanceError",
            (attrs.exceptions.FrozenInstanceError, attrs.exceptions.FrozenAttributeError),
        ),
        Use.RESOLVE: Way("attrs.resolve_types(Class)", (attrs.resolve_types,)),
    },
)
