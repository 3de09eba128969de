"""`Meta` of msgspec: read as constraints in the words of no kind, and written for such."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any

import annotated_types
import msgspec
from msgspec import UNSET, Meta, UnsetType

from type_safe_convert.errors import ValueConversionError, describe_value
from type_safe_convert.model.kind import GeneratedField
from type_safe_convert.types import nodes
from type_safe_convert.types.annotations import annotated
from type_safe_convert.types.annotations import union as union_of
from type_safe_convert.types.rules import Rule

# By the argument of `Meta`: the constraint that says the same, and the attribute of it that has the bound.
_CONSTRAINTS: dict[str, Any] = {
    "gt": annotated_types.Gt,
    "ge": annotated_types.Ge,
    "lt": annotated_types.Lt,
    "le": annotated_types.Le,
    "multiple_of": annotated_types.MultipleOf,
    "min_length": annotated_types.MinLen,
    "max_length": annotated_types.MaxLen,
}

_OPTIONS = ("title", "description", "examples")


def expand_meta(item: Any) -> Iterable[Any] | None:
    """The constraints in a `Meta`; None of any other item."""
    if not isinstance(item, Meta):
        return None
    found = [make(bound) for name, make in _CONSTRAINTS.items() if (bound := getattr(item, name)) is not None]
    if item.pattern is not None:
        found.append(_pattern_rule(item, item.pattern))
    if item.tz is not None:
        found.append(_timezone_rule(item, bool(item.tz)))
    return found


def _pattern_rule(item: Meta, pattern: str) -> Rule:
    def check(value: Any, annotation: Any) -> None:
        if isinstance(value, str) and re.search(pattern, value) is None:
            raise ValueConversionError(expected=f"text with a match of {pattern!r}", found=describe_value(value))

    return Rule(item, check, None, {"pattern": pattern})


def _timezone_rule(item: Meta, aware: bool) -> Rule:
    def check(value: Any, annotation: Any) -> None:
        if hasattr(value, "tzinfo") and (value.tzinfo is not None) is not aware:
            expected = "a time with a time zone" if aware else "a time without a time zone"
            raise ValueConversionError(expected=expected, found=describe_value(value))

    return Rule(item, check, None, {})


def parse_unset(cls: Any) -> nodes.Node | None:
    """The node of `UnsetType`; None of any other class."""
    if cls is not UnsetType:
        return None
    return nodes.SentinelNode(cls, is_unset, "UNSET", value=UNSET)


def is_unset(value: Any) -> bool:
    return value is UNSET


def options_of_meta(node: nodes.AnnotatedNode) -> dict[str, Any]:
    """Returns the settings of a field's `Meta` beyond constraints, as `Field.options` has them."""
    options: dict[str, Any] = {}
    for item in node.metadata:
        if isinstance(item, Meta):
            options |= {name: value for name in _OPTIONS if (value := getattr(item, name)) is not None}
            if item.extra_json_schema is not None:
                options["json_schema_extra"] = item.extra_json_schema
    return options


# By the keyword of JSON Schema: the argument of `Meta` that says the same.
_RULES = {
    "exclusiveMinimum": "gt",
    "minimum": "ge",
    "exclusiveMaximum": "lt",
    "maximum": "le",
    "multipleOf": "multiple_of",
    "minLength": "min_length",
    "maxLength": "max_length",
    "pattern": "pattern",
}


def struct_metadata(node: nodes.AnnotatedNode) -> tuple[Any, ...]:
    """The metadata of an `Annotated`, with one `Meta` for all that msgspec can check or show of it."""
    if all(isinstance(item, Meta) for item in node.metadata):
        return node.metadata
    others = [item for item in node.metadata if not isinstance(item, Meta)]
    return (*others, *_meta(_plain_class(node.inner), _said_by(node)))


def constrained_union(node: nodes.AnnotatedNode, inner: Callable[[nodes.Node], Any]) -> Any:
    """An `Annotated` of a union: msgspec wants constraints at the one member that is not None."""
    others = [item for item in node.metadata if not isinstance(item, Meta)]
    union = node.inner
    assert isinstance(union, nodes.UnionNode)
    rest = [member for member in union.members if not _stands_alone(member)]
    if len(rest) != 1:
        return annotated(inner(union), *others)
    said = _said_by(node)
    members = (
        annotated(inner(member), *_meta(_plain_class(member), said)) if member is rest[0] else inner(member)
        for member in union.members
    )
    return annotated(union_of(*members), *others)


def _stands_alone(node: nodes.Node) -> bool:
    """Whether constraints of a union mean the other members."""
    return isinstance(node, nodes.SentinelNode) or (isinstance(node, nodes.ScalarNode) and node.cls is type(None))


def _said_by(node: nodes.AnnotatedNode) -> dict[str, Any]:
    """The arguments of a `Meta` for all that the metadata of an `Annotated` says."""
    said = {name: value for name, value in node.options.items() if name in _OPTIONS}
    for item in node.constraints:
        said |= _arguments_for(item)
    return said


def meta_of_rules(node: nodes.RefinedNode) -> tuple[Meta, ...]:
    """The rules of a refined type that msgspec can check."""
    return _meta(node.base, {_RULES[key]: value for key, value in node.json_rules().items() if key in _RULES})


def struct_annotation(made: GeneratedField) -> Any:
    """The annotation of a field of a generated Struct, with what its options say of it."""
    said = {name: value for name in _OPTIONS if (value := made.field.options.get(name)) is not None}
    node = made.field.node
    if not said or (isinstance(node, nodes.AnnotatedNode) and node.options.items() >= said.items()):
        return made.annotation
    return annotated(made.annotation, *_meta(None, said))


def _arguments_for(item: Any) -> dict[str, Any]:
    """The arguments of `Meta` that say what a constraint says."""
    if isinstance(item, Rule):
        item, rules = item.equivalent, item.json_rules
        said = {"pattern": rules["pattern"]} if "pattern" in rules else {}
        return said if item is None else {**said, **_arguments_for(item)}
    for name, cls in _CONSTRAINTS.items():
        if isinstance(item, cls):
            return {name: getattr(item, name)}
    pattern = getattr(item, "pattern", None)
    return {"pattern": pattern} if isinstance(pattern, str) else {}


def _plain_class(node: nodes.Node) -> Any:
    match node:
        case nodes.ScalarNode(cls=cls) | nodes.RefinedNode(base=cls):
            return cls
        case nodes.CollectionNode(origin=origin) | nodes.MappingNode(origin=origin):
            return origin
        case nodes.TupleNode():
            return tuple
    return Any


def _meta(inner: Any, said: dict[str, Any]) -> tuple[Meta, ...]:
    """A `Meta` that says as much of this as msgspec takes for the type `inner` (None for any)."""
    kept: dict[str, Any] = {}
    for name, value in said.items():
        try:
            item = Meta(**kept, **{name: value})
            if inner is not None and name not in _OPTIONS:
                msgspec.json.Decoder(annotated(inner, item))
        except Exception:  # msgspec says so in many ways
            continue
        kept[name] = value
    return (Meta(**kept),) if kept else ()
