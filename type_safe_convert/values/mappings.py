"""Dicts and other mappings, and TypedDicts."""

from __future__ import annotations

import collections.abc
from collections.abc import Callable, Iterable
from typing import Any

from type_safe_convert.errors import (
    UNLOCATED,
    ConversionError,
    MissingFieldError,
    ValueConversionError,
    as_step,
    hides_input,
    merge_errors,
    without_values,
)
from type_safe_convert.model.hashing import is_paired
from type_safe_convert.model.kind import container_of
from type_safe_convert.model.source import SourceWriter
from type_safe_convert.registry import kind_of_class, made_kinds
from type_safe_convert.types import nodes
from type_safe_convert.types.containers import pairs_of
from type_safe_convert.values.base import (
    INSIDE,
    Convert,
    Memo,
    Target,
    ValueConverter,
    converter_for,
    mismatch,
    value_model,
)
from type_safe_convert.values.containers import (
    ContainerConverter,
    begin_retry,
    container_for,
    end_retry,
    item_source,
    may_merge,
    note,
    refuse_own_class,
    source_class,
    unhashable,
    write_container,
)
from type_safe_convert.values.copying import copy_value, like_dict, of_other_class, refuse_merged
from type_safe_convert.words import with_article

_DICTS = (dict, nodes.FROZEN_DICT)
_ABSTRACT = (collections.abc.Mapping, collections.abc.MutableMapping)


def mapping_converter(
    node: nodes.MappingNode, target: Target, source: nodes.Node | None = None, depth: int = INSIDE
) -> ValueConverter:
    may_be_paired = any(is_paired(node, kind) for kind in made_kinds())
    cls = PairsConverter if target.same_family and may_be_paired else MappingConverter
    return cls(node, target, source, depth)


class MappingConverter(ContainerConverter):
    """Converts dicts, and mappings of other classes as far as they are dicts too.

    Attributes:
        container: the class that the constructor of a target's class makes of the dict, beyond the builtin one.
    """

    __slots__ = (
        "container", "convert_key", "convert_value", "depth", "finish", "key", "may_merge", "node", "target", "usual",
        "value",
    )  # fmt: skip

    def __init__(
        self, node: nodes.MappingNode, target: Target, source: nodes.Node | None = None, depth: int = INSIDE
    ) -> None:
        self.node: nodes.MappingNode = node
        self.target: Target = target
        self.depth: int = depth
        self.container: nodes.ContainerType | None = container_for(node, target, depth)
        self.usual: type | None = source_class(node, target, depth, dict)
        key_source, value_source = (source.key, source.value) if isinstance(source, nodes.MappingNode) else (None, None)
        # A constructor that leaves a mapping as it is leaves what is in it, too.
        looks_inside = self.container is not None and node.container is None
        self.key: ValueConverter = converter_for(node.key, target, item_source(node.key, key_source, target))
        value_source = item_source(node.value, value_source, target)
        self.value: ValueConverter = converter_for(
            node.value, target, value_source, depth + 1 if looks_inside else INSIDE
        )
        self.convert_key: Convert = self.key.convert
        self.convert_value: Convert = self.value.convert
        self.finish: Callable[[Any, dict[Any, Any]], Any] = self.finish_for(node, target)
        self.may_merge: bool = may_merge(node.key)

    def convert(self, value: Any, memo: Memo) -> Any:
        if not isinstance(value, self.node.origin):
            if not self.target.checked:
                return copy_value(value, memo, self.target)
            raise mismatch(value, with_article(self.node.origin.__name__))
        convert_key, convert_value = self.convert_key, self.convert_value
        made: dict[Any, Any] = {}
        errors: list[ConversionError] = []
        for key, element in pairs_of(value):
            try:
                new_key, new_value = convert_key(key, memo), convert_value(element, memo)
                try:
                    made[new_key] = new_value
                except TypeError as error:
                    raise unhashable(error, "annotate the field as a dict, which becomes a list of pairs") from error
            except ConversionError as error:
                note(errors, error, as_step(key))
        if errors:
            raise merge_errors(errors)
        if self.may_merge:
            refuse_merged(value, made)
        return self.finish(value, made) if isinstance(value, _DICTS) else of_other_class(value, made, memo, self.target)

    def finish_for(self, node: nodes.MappingNode, target: Target) -> Callable[[Any, dict[Any, Any]], Any]:
        """The function that makes the target's mapping of a value's converted items."""
        container = self.container
        if container is None:
            as_dict = not target.same_family and node.origin is dict
            return lambda value, items: items if as_dict or _is_plain(value) else like_dict(value, items)
        if node.container is not None:
            return lambda value, items: container.like(value).make(items)
        if target.into_origin or not target.same_family:
            return lambda value, items: container.make(items)
        return lambda value, items: container.make(items) if _is_plain(value) else like_dict(value, items)

    def write(self, source: SourceWriter, var: str, otherwise: str) -> None:
        node = self.node
        as_dict = node.origin is dict or (node.origin in _ABSTRACT and self.container is None)
        if node.container is not None or node.unparametrised or not as_dict:
            super().write(source, var, otherwise)
            return
        key = self.key.simple(source, "k")
        value = self.value.simple(source, "x") if key is not None else None
        call = self.value.call(source, "x") if key is not None and value is None else None
        if key is None or (value is None and (call is None or self.value.runs_user_code)):
            super().write(source, var, otherwise)
            return
        (of_key, new_key), (of_value, new_value) = key, value or ("", str(call))
        items = f"{source.name(dict.items, 'items_of')}({var})"
        source.add(2, f"if type({var}) is {source.name(self.usual, 'T')}:")
        changed = (new_key != "k", new_value != "x")
        tested = zip((of_key, of_value), (self.target.checked or made for made in changed), strict=True)
        conditions = [test for test, is_needed in tested if test and is_needed]
        indent = 3
        if conditions:
            source.add(3, f"for k, x in {items}:", f"    if not ({' and '.join(conditions)}):")
            source.add(5, f"{var} = {otherwise}", "break")
            source.add(3, "else:")
            indent = 4
        retries = call is not None and self.value.retries
        if retries:
            begin_retry(source, indent)
        if not any(changed):
            result = f"{source.name(dict.copy, 'copy')}({var})"
        elif call is not None and source.cyclic:
            source.add(indent, "items = {}", f"for k, x in {items}:", f"    items[{new_key}] = {call}")
            result = "items"
        else:
            result = f"{{{new_key}: {new_value} for k, x in {items}}}"
        write_container(source, indent, var, result, self.container)
        if retries:
            end_retry(source, indent, var, otherwise)
        source.add(2, "else:", f"    {var} = {otherwise}")


def _is_plain(value: Any) -> bool:
    """Whether a dict holds nothing beside its items."""
    return type(value) is dict or container_of(value) is not None


class PairsConverter(MappingConverter):
    """Converts a dict whose keys hash in the origin, and not in every kind: a list of pairs there.

    Attributes:
        origin: the class that the annotation names.
        builtin: the class of the dict in the origin.
        listed: whether the target has a list of pairs.
    """

    __slots__ = ("builtin", "listed", "origin")

    def __init__(
        self, node: nodes.MappingNode, target: Target, source: nodes.Node | None = None, depth: int = INSIDE
    ) -> None:
        super().__init__(node, target, source, depth)
        self.origin: Any = node.origin
        self.builtin: Any = dict if node.origin in _ABSTRACT else node.origin
        self.listed: bool = not target.into_origin and is_paired(node, target.kind)

    def convert(self, value: Any, memo: Memo) -> Any:
        steps: Iterable[tuple[Any, Any]]
        if isinstance(value, list):
            steps = enumerate(value)
        elif self.listed and isinstance(value, self.origin):
            if self.node.container is None:
                refuse_own_class(value, self.builtin)
            steps = [(as_step(item[0]), item) for item in pairs_of(value)]
        else:
            return super().convert(value, memo)
        made: list[tuple[Any, Any]] = []
        errors: list[ConversionError] = []
        for step, pair in steps:
            try:
                if not isinstance(pair, list | tuple) or len(pair) != 2:
                    raise mismatch(pair, "a key and its value")
                made.append((self.convert_key(pair[0], memo), self.convert_value(pair[1], memo)))
            except ConversionError as error:
                note(errors, error, step)
        if errors:
            raise merge_errors(errors)
        return made if self.listed else self.finish(self.builtin(), dict(made))

    def write(self, source: SourceWriter, var: str, otherwise: str) -> None:
        ValueConverter.write(self, source, var, otherwise)


class TypedDictConverter(ValueConverter):
    __slots__ = ("extra", "from_model", "functions", "node", "target")

    def __init__(
        self, node: nodes.TypedDictNode, target: Target, source: nodes.Node | None = None, depth: int = INSIDE
    ) -> None:
        self.node: nodes.TypedDictNode = node
        self.target: Target = target
        sources = source.items if isinstance(source, nodes.TypedDictNode) else {}
        self.functions: dict[str, Convert] = {
            name: converter_for(item, target, item_source(item, sources.get(name), target)).convert
            for name, item in node.items.items()
        }
        self.from_model: Convert | None = value_model(node, node.cls, target, source)
        self.extra: Convert | None = None if node.extra is None else converter_for(node.extra, target).convert

    def convert(self, value: Any, memo: Memo) -> Any:
        node, target = self.node, self.target
        if not isinstance(value, dict):
            if self.from_model is not None and kind_of_class(type(value)) is not None:
                return self.from_model(value, memo)
            raise self.shown(mismatch(value, f"a dict as {node.cls.__name__} describes it"))
        functions = self.functions
        if node.is_closed and target.checked and not value.keys() <= functions.keys():
            unknown = next(key for key in value if key not in functions)
            raise ValueConversionError(
                "unknown key", path=(as_step(unknown),), expected=f"a key of {node.cls.__name__}"
            )
        made = {}
        for key, element in value.items():
            function = functions.get(key, self.extra)
            try:
                made[key] = copy_value(element, memo, target) if function is None else function(element, memo)
            except ConversionError as error:
                shown = self.shown(error)
                shown.source = UNLOCATED
                raise shown.prepend(as_step(key)) from None
        missing = node.required - value.keys()
        if missing and target.checked:
            raise MissingFieldError(path=(as_step(sorted(missing)[0]),), expected="a value", found="no such key")
        return made

    def shown(self, error: ConversionError) -> ConversionError:
        return without_values(error) if hides_input(self.node.cls) else error
