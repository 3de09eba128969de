"""Common parts of all containers: the errors of items, and the types that typed containers expect of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from type_safe_convert.errors import (
    UNLOCATED,
    ConversionError,
    NestingTooDeepError,
    ValueConversionError,
    describe_value,
    merge_errors,
)
from type_safe_convert.model.described import has_described
from type_safe_convert.model.family import class_for_field
from type_safe_convert.model.kind import builtin_container, container_of, get_kind
from type_safe_convert.model.source import ByIdentity, SourceWriter
from type_safe_convert.types import nodes
from type_safe_convert.types.render import render
from type_safe_convert.values.base import Convert, Memo, Target, ValueConverter
from type_safe_convert.words import with_article

# Of a long list that is wrong throughout, so many problems are told.
MAX_ERRORS = 100


class ContainerConverter(ValueConverter):
    """A converter whose lines are a function of their own where the container is an item of another one."""

    __slots__ = ()

    retries = True

    def call(self, source: SourceWriter, var: str) -> str | None:
        function = source.function(self.convert, self.write)
        return None if function is None else f"{function}({var}, memo)"


def converted(values: Iterable[Any], item: Convert, memo: Memo) -> list[Any]:
    """The converted items, in order; an error has the number of the item in its path."""
    items: list[Any] = []
    add = items.append
    errors: list[ConversionError] = []
    for number, value in enumerate(values):
        try:
            add(item(value, memo))
        except ConversionError as error:
            note(errors, error, number)
    if errors:
        raise merge_errors(errors)
    return items


def note(errors: list[ConversionError], error: ConversionError, step: Any) -> None:
    """Adds what is wrong under `step`; raises when that is enough."""
    error.source = UNLOCATED
    errors.append(error.prepend(step))
    if len(errors) == MAX_ERRORS or isinstance(error, NestingTooDeepError):
        raise (error if isinstance(error, NestingTooDeepError) else merge_errors(errors)) from None


def item_source(item: nodes.Node, source: nodes.Node | None, target: Target) -> nodes.Node | None:
    """The node of the source's items, where the converter of the target's has to know: of models, of refined values
    that become plain ones, and of what holds values that do not tell their class."""
    if isinstance(item, nodes.ModelNode) or target.rules is not None or becomes_plain(item, source):
        return source
    return source if isinstance(item, _HOLDING) and has_described(source) else None


def becomes_plain(item: nodes.Node, source: nodes.Node | None) -> bool:
    """Whether the source has values of a refined type, where the target has values of its plain type."""
    if source is None:
        return False
    plain, refined = nodes.alone(item), nodes.alone(source)
    return isinstance(plain, nodes.ScalarNode) and isinstance(refined, nodes.RefinedNode) and refined.base is plain.cls


_HOLDING = (
    *(nodes.UnionNode, nodes.CollectionNode, nodes.MappingNode, nodes.AnnotatedNode),
    *(nodes.TupleNode, nodes.TypedDictNode),
)


def container_for(node: nodes.Node, target: Target, depth: int) -> nodes.ContainerType | None:
    """Returns the class in which the target's instances hold a container; None for a builtin one.

    That is the class which the annotation names, in an origin class and in kinds that have such classes; else what a
    constructor of the target's kind makes of a builtin container.
    """
    kind = get_kind(target.kind)
    named: nodes.ContainerType | None = getattr(node, "container", None)
    if named is None:
        return kind.container(node, depth, lambda item: expected_of(item, target))
    return named if target.into_origin or issubclass(named.cls, (*kind.containers,)) else None


def source_class(node: nodes.Node, target: Target, depth: int, builtin: type) -> type:
    """The class in which most instances of the source hold the container of a node that names no class."""
    container = get_kind(target.source_kind).container(node, depth, lambda item: None)
    return builtin if container is None else container.cls


_BUILTIN = frozenset({list, set, frozenset, dict, tuple})


def holds_only_items(cls: type, *builtin: type) -> bool:
    """Whether it is one of these builtin classes, or a class of a kind that stands for one of them."""
    return (cls if cls in _BUILTIN else builtin_container(cls)) in builtin


def refuse_own_class(value: Any, *builtin: type) -> None:
    """Raises for a container of a class of its own, where a list takes its place, which does not tell that."""
    cls = type(value)
    if not holds_only_items(cls, *builtin, list, tuple) and container_of(value) is None:
        raise ValueConversionError(
            "it becomes a list, since its items or keys have no hash in the target; a list does not keep its class",
            expected=with_article(builtin[0].__name__),
            found=describe_value(value),
        )


def may_merge(item: nodes.Node) -> bool:
    """Whether members of a set, or keys, may become equal to others against the meaning of their type: as models."""
    return any(type(inner) in (nodes.ModelNode, nodes.AnyNode) for inner in nodes.walk(item))


def unhashable(error: TypeError, advice: str) -> Exception:
    """The error for an item of a set, or a key, that has no hash in the target; any other `error` as it is."""
    if "unhashable type" not in str(error):
        return error
    return ValueConversionError(f"an item or key has no hash in the target ({error})", advice=advice)


def begin_retry(source: SourceWriter, indent: int) -> None:
    """The line before those of which `otherwise` may still take what they refuse."""
    source.add(indent, "try:")
    source.offset += 1


def end_retry(source: SourceWriter, indent: int, var: str, otherwise: str) -> None:
    """The lines after those, which have assigned the variable last of all."""
    source.offset -= 1
    too_deep, refused = source.name(NestingTooDeepError, "TooDeep"), source.name(ConversionError, "Refused")
    source.add(indent, f"except {too_deep}:", "    raise", f"except {refused}:", f"    {var} = {otherwise}")


def write_container(
    source: SourceWriter, indent: int, var: str, items: str, container: nodes.ContainerType | None
) -> None:
    """The lines that assign a container of the type, with items that were checked already; None for a builtin one."""
    if container is None:
        source.add(indent, f"{var} = {items}")
        return
    base: Any = container.base
    held = [(name, ByIdentity(value)) for name, value in container.expected.items()]
    if base is dict:
        new, cls = source.name(base.__new__, "new"), source.name(container.cls, "T")
    fill = source.name(list.extend if base is list else base.update, "fill")
    if base is not dict:
        new = source.name(base.__new__, "new")
    expected = [f"typed.{name} = {source.name(value, 'expected')}.value" for name, value in held]
    if base is not dict:
        cls = source.name(container.cls, "T")
    source.add(indent, f"typed = {new}({cls})", f"{fill}(typed, {items})", *expected, f"{var} = typed")


def expected_of(node: nodes.Node, target: Target) -> Any:
    """Returns the type that a typed container expects of its items: the declared one, or its counterpart."""
    return node.annotation if target.into_origin else expected_in_kind(node, target.kind, target.origin_kind)


def expected_in_kind(node: nodes.Node, kind: str, origin_kind: str) -> Any:
    """Returns the type that a typed container of a generated class expects of its items, without parts by which its own
    check would refuse every value: osbot-utils knows no `Annotated`."""

    def expected(item: nodes.Node) -> Any:
        if isinstance(item, nodes.ModelNode):
            return class_for_field(item.cls, kind, origin_kind)
        if nodes.large_alias(item) is not None:
            return Any
        if isinstance(item, nodes.AnnotatedNode):
            return render(item.inner, expected)
        return NotImplemented

    return render(node, expected)
