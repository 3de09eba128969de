"""Conversions that nest deeper than the recursion limit: every model is allocated first, and filled afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from type_safe_convert.errors import ConversionError, NestingTooDeepError
from type_safe_convert.types import nodes
from type_safe_convert.types.containers import models_in_value

if TYPE_CHECKING:
    from type_safe_convert.conversion.conversion import Conversion
    from type_safe_convert.conversion.sources import Given


def convert_iteratively(conversion: Conversion, instance: Any, error: ConversionError, given: Given = None) -> Any:
    """`instance` converted without recursion, if `error` is that it nests too deep; any other error is raised.

    Models find those inside of them in the memo, the innermost filled first. Containers in containers still recurse,
    and so do models that are text or numbers as well: what is too deep by these stays an error.
    """
    if not isinstance(error, NestingTooDeepError) or not _is_remembered(conversion):
        raise error
    memo: dict[Any, Any] = {}
    fill(iter([(conversion, instance)]), memo, error, given)
    return memo[conversion.key_of(instance)]


def fill(
    models: Iterator[tuple[Conversion, Any]], memo: dict[Any, Any], error: ConversionError, given: Given = None
) -> None:
    """Converts models, each with its conversion, into the memo. Raises `error` where one nests too deep even so."""
    seen: dict[int, Any] = {}
    parents: list[tuple[Conversion | None, Any, Iterator[tuple[Conversion, Any]]]] = [(None, None, models)]

    def enter(conversion: Conversion, value: Any) -> None:
        seen[id(value)] = value
        plan = conversion.plan
        if _is_remembered(conversion) and not plan.builder.at_once:
            memo[conversion.key_of(value)] = plan.builder.new(conversion.pair.target)
        parents.append((conversion, value, _nested(conversion, value)))

    while parents:
        conversion, value, inside = parents[-1]
        found = next(((other, inner) for other, inner in inside if id(inner) not in seen), None)
        if found is not None:
            enter(*found)
            continue
        parents.pop()
        if conversion is None or not _is_remembered(conversion):
            continue  # not a class that can contain itself, so converting it recursively is safe; its parent does
        try:
            of_root = given if len(parents) == 1 else None
            key = conversion.key_of(value)
            conversion.convert_whole(value, memo, key=key, made=memo.get(key), given=of_root)
        except NestingTooDeepError:
            raise error from None
        except ConversionError as caught:
            if type(value) is dict and len(parents) > 1:
                continue  # it may be meant as another member of a union; else the model around it tells the error
            problem = caught
            for holder, parent, _ in reversed(parents):
                problem = holder.locator.locate(problem, parent, memo) if holder is not None else problem
            raise problem from None


def _is_remembered(conversion: Conversion) -> bool:
    return conversion.plan.remembers and conversion.plan.builder.from_content is None


def _nested(conversion: Conversion, instance: Any) -> Iterator[tuple[Conversion, Any]]:
    """The models directly inside, each with its conversion; without those whose place does not tell theirs."""
    for _, step, value in conversion.plan.values_with_models(instance):
        described = list(_described_in(value, step.field.node, conversion))
        for inner in (*models_in_value(value, described), *described):
            found = conversion.conversion_inside(inner, step.field.node)
            if found is not None:
                yield found, inner


def _described_in(value: Any, node: nodes.Node, conversion: Conversion) -> Iterator[Any]:
    """The dicts in a value that its node says to be models."""
    match node:
        case nodes.ModelNode() if type(value) is dict:
            if conversion.places.described(node, None) is not None:
                yield value
        case nodes.AnnotatedNode(inner=inner):
            yield from _described_in(value, inner, conversion)
        case nodes.UnionNode(members=members):
            for member in members:
                yield from _described_in(value, member, conversion)
        case nodes.CollectionNode(item=item) if isinstance(value, list | tuple):
            for element in value:
                yield from _described_in(element, item, conversion)
        case nodes.TupleNode(items=items, variadic=variadic) if isinstance(value, tuple):
            for item, element in zip(items * len(value) if variadic else items, value, strict=False):
                yield from _described_in(element, item, conversion)
        case nodes.MappingNode(value=item) if isinstance(value, dict):
            for element in dict.values(value):
                yield from _described_in(element, item, conversion)
