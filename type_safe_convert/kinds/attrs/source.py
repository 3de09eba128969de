"""How classes of attrs are written as source text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from type_safe_convert.kinds.attrs.kind import alias_of
from type_safe_convert.model.family import shape_of
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

    def decorators(self, item: ClassToWrite, code: Code) -> Sequence[Expression]:
        shape = item.shape
        name = code.names.use("attrs", "frozen" if shape.frozen else "define")
        if shape.extra != "ignore":
            item.lose(f"extra={shape.extra!r} is lost, an attrs class has none", "", "extra")
        given: dict[str, Expression] = {}
        if shape.by_identity and not all(base.by_identity for base in item.bases):
            item.lose("instances compare by value here, as those of its base do", "", "equality")
        if item.is_joined:
            given["slots"] = "False"
        if item.needs_keywords():
            given["kw_only"] = "True"
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

    def order(self, inherited: Sequence[str], item: ClassToWrite) -> list[str]:
        own = [field.field.name for field in item.fields]
        return [*(name for name in inherited if name not in own), *own]

    def takes_constraints(self, node: nodes.Node) -> bool:
        return not nodes.accepts_none(node)

    def field(
        self, annotation: Expression, item: FieldToWrite, of: ClassToWrite, code: Code
    ) -> tuple[Expression, Expression | None]:
        said = default_arguments(item, "factory")
        checks = [] if item.takes_none else _validators(item.constraints, code)
        if checks:
            said["validator"] = checks[0] if len(checks) == 1 else Brackets("[", checks, "]")
        left = item.constraints if item.takes_none else {k: v for k, v in item.constraints.items() if k not in _SAID}
        annotation = code.annotated(annotation, *annotated_items(left, code))
        for name in left:
            if not annotated_items({name: left[name]}, code):
                of.lose(f"{name} is lost, there is none in an attrs class", item.field.name, "constraints")
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
        if (alias := alias_of(item.name, of.attributes)) != (item.name.lstrip("_") or item.name):
            said["alias"] = code.value(alias)
        if item.options.get("frozen") and not of.shape.frozen:
            said["on_setattr"] = f"{code.names.use('attrs', 'setters')}.frozen"
        metadata = written_metadata(item, of, code)
        if metadata is not None:
            said["metadata"] = metadata
        return annotation, field_value(said, item, "attrs", "field", code)

    def keyword(self, cls: type, name: str) -> str:
        return alias_of(name, shape_of(cls).fields)


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
