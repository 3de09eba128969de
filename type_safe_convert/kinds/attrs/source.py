"""Source text of attrs classes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import attrs

from type_safe_convert.kinds.attrs.fields import HASH_CACHE, alias_of, inherited_aliases, says_all
from type_safe_convert.model.family import counterpart, shape_of
from type_safe_convert.types import nodes
from type_safe_convert.writing.code import Code
from type_safe_convert.writing.fields import FieldToWrite
from type_safe_convert.writing.layout import After, Brackets, Expression, call
from type_safe_convert.writing.writer import (
    ClassToWrite,
    ClassWriter,
    annotated_items,
    default_arguments,
    field_call,
    field_value,
    written_metadata,
)

_VALIDATORS = {"gt": "gt", "ge": "ge", "lt": "lt", "le": "le", "min_length": "min_len", "max_length": "max_len"}


class AttrsWriter(ClassWriter):
    says_init = True
    redeclared_last = True
    says_settings = frozenset({"slots", "weakref_slot", "cache_hash", "dict"})

    def settings(self, cls: Any) -> Mapping[str, Any]:
        slots = vars(cls).get("__slots__")
        found = {
            "slots": slots is not None,
            "cache_hash": HASH_CACHE in (slots or ()),
        }
        return {name: value for name, value in found.items() if value}

    def field_settings(self, cls: Any, name: str) -> Mapping[str, Any]:
        item: Any = attrs.fields_dict(cls)[name]
        usual = name.lstrip("_") or name
        hook = item.on_setattr
        found = {
            "alias": None if item.alias == usual else item.alias,
            "converter": getattr(item.converter, "converter", item.converter),
            "validator": None if says_all(item.validator, shape_of(cls).fields[name]) else item.validator,
            "eq": item.eq_key,
            "order": item.order_key,
            "on_setattr": None if hook is attrs.setters.frozen else hook,
        }
        return {key: value for key, value in found.items() if value is not None}

    def decorators(self, item: ClassToWrite, code: Code) -> Sequence[Expression]:
        shape = item.shape
        name = code.names.use("attrs", "frozen" if shape.frozen else "define")
        if shape.extra != "ignore":
            item.lose(f"extra={shape.extra!r} is lost: an attrs class has no such setting", "", "extra")
        given: dict[str, Expression] = {}
        item.lose_identity()
        if item.is_joined or item.settings.get("dict"):
            given["slots"] = "False"
        elif any(map(_has_hidden_weakref, item.other_bases)):
            given["weakref_slot"] = "False"
        if item.needs_keywords():
            given["kw_only"] = "True"
        if item.settings.get("cache_hash") and (shape.hashable or shape.frozen) and not shape.by_identity:
            given["cache_hash"] = "True"
        if shape.ordered and not shape.by_identity:
            given["order"] = "True"
        elif any(base.ordered for base in item.bases):
            item.lose("instances have an order here, as those of its base have", "", "order")
        if shape.hashable and not shape.frozen and not shape.by_identity:
            given["unsafe_hash"] = "True"
        if shape.by_identity:
            given["eq"] = "False"
        item.lose_hash((shape.hashable or shape.frozen) and not shape.by_identity)
        return [field_call(name, given)] if given else [name]

    def takes_constraints(self, node: nodes.Node) -> bool:
        return not nodes.accepts_none(node)

    def field(
        self, annotation: Expression, item: FieldToWrite, of: ClassToWrite, code: Code
    ) -> tuple[Expression, Expression | None]:
        said = default_arguments(item, "factory")
        checks = [] if item.takes_none else _validators(item.constraints, code)
        if checks:
            # A tuple with a pattern: mypy finds no type of the items for a list.
            brackets = "()" if "pattern" in item.constraints else "[]"
            said["validator"] = checks[0] if len(checks) == 1 else Brackets(brackets[0], checks, brackets[1])
        left = item.constraints if item.takes_none else {k: v for k, v in item.constraints.items() if k not in _SAID}
        annotation = code.annotated(annotation, *annotated_items(left, code))
        for name in left:
            if not annotated_items({name: left[name]}, code):
                of.lose(f"{name} is lost: an attrs class has no such setting", item.field.name, "constraints")
        if not item.field.repr:
            said["repr"] = "False"
        if not item.field.compare:
            said["eq"] = "False"
        if item.field.hash is not None:
            said["hash"] = str(item.field.hash)
        if not item.field.init:
            said["init"] = "False"
        if of.is_by_keyword(item):
            said["kw_only"] = "True"
        taken = inherited_aliases(of.counterpart.__bases__, {*of.declared, *(field.name for field in of.fields)})
        if (alias := alias_of(item.name, of.attributes, taken)) != (item.name.lstrip("_") or item.name):
            said["alias"] = code.value(alias)
        if item.options.get("frozen") and not of.shape.frozen:
            said["on_setattr"] = f"{code.names.use('attrs', 'setters')}.frozen"
        metadata = written_metadata(item, of, code)
        if metadata is not None:
            said["metadata"] = metadata
        return annotation, field_value(said, item, "attrs", "field", code)

    def keyword(self, cls: type, name: str) -> str:
        made: Any = counterpart(cls, "attrs")
        shape = shape_of(cls)
        return alias_of(name, shape.fields, inherited_aliases(made.__bases__, shape.own))


def _has_hidden_weakref(base: type) -> bool:
    """Whether instances of a class take weak references that attrs does not see: it would give them a second slot."""
    return bool(base.__weakrefoffset__) and not any("__weakref__" in vars(item) for item in base.__mro__)


_SAID = {*_VALIDATORS, "pattern"}


def _validators(said: Mapping[str, Any], code: Code) -> list[Expression]:
    found: list[Expression] = []
    for name, value in said.items():
        validators = code.names.use("attrs", "validators") if name in _SAID else ""
        if name in _VALIDATORS:
            found.append(call(f"{validators}.{_VALIDATORS[name]}", code.value(value)))
        elif name == "pattern":
            search = f"{code.names.use('re', 'search')}"
            found.append(call(f"{validators}.matches_re", code.value(value), After("func=", search)))
    return found


WRITER = AttrsWriter()
