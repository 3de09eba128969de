"""Lists, sets and other collections of one kind of item, and tuples."""

from __future__ import annotations

import collections
import collections.abc
import contextlib
import operator
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from type_safe_convert.errors import ConversionError, merge_errors
from type_safe_convert.model.hashing import list_for
from type_safe_convert.model.kind import builtin_container
from type_safe_convert.model.source import SourceWriter
from type_safe_convert.registry import kind_of_class, made_kinds
from type_safe_convert.types import nodes
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
    converted,
    end_retry,
    holds_only_items,
    item_source,
    may_merge,
    note,
    refuse_own_class,
    source_class,
    unhashable,
    write_container,
)
from type_safe_convert.values.copying import copy_value, like, of_other_class, refuse_merged
from type_safe_convert.words import with_article


def collection_converter(
    node: nodes.CollectionNode, target: Target, source: nodes.Node | None = None, depth: int = INSIDE
) -> ValueConverter:
    if node.origin in (list, set, frozenset, collections.deque):
        return CollectionConverter(node, target, source, depth)
    is_listed = target.same_family and _may_be_listed(node)
    return (ListedSetConverter if is_listed else AbstractCollectionConverter)(node, target, source)


def _may_be_listed(node: nodes.CollectionNode) -> bool:
    """Whether a set of the node is a list in some kind."""
    return any(list_for(node, kind) is not None for kind in made_kinds())


class CollectionConverter(ContainerConverter):
    """Converts lists, sets, frozensets and deques.

    Attributes:
        accepted: the classes of values that are taken.
        base: the builtin class that the target has: a list, where the members of a set do not hash in its kind.
        container: the class that the constructor of a target's class makes of the collection, beyond the builtin one.
        usual: the class in which most instances of the source hold the collection.
    """

    __slots__ = (
        "accepted", "base", "container", "convert_item", "expected", "finish", "item", "may_merge", "node", "target",
        "usual",
    )  # fmt: skip

    def __init__(
        self, node: nodes.CollectionNode, target: Target, source: nodes.Node | None = None, depth: int = INSIDE
    ) -> None:
        self.node: nodes.CollectionNode = node
        self.target: Target = target
        of_source = source.item if isinstance(source, nodes.CollectionNode) else None
        self.item: ValueConverter = converter_for(node.item, target, item_source(node.item, of_source, target))
        self.convert_item: Convert = self.item.convert
        origin: Any = node.origin
        self.base: Any = origin
        self.accepted: tuple[Any, ...] = (origin,)
        if origin in (set, frozenset):
            if not target.into_origin and list_for(node, target.kind) is not None:
                self.base = list
            if target.same_family and _may_be_listed(node):
                self.accepted = (origin, list)
        self.container: nodes.ContainerType | None = container_for(node, target, depth)
        self.usual: type | None = source_class(node, target, depth, origin)
        self.finish: Callable[[Any, list[Any]], Any] = self.finish_for(node, target)
        self.expected: str = with_article(origin.__name__)
        self.may_merge: bool = self.base in (set, frozenset) and may_merge(node.item)

    def convert(self, value: Any, memo: Memo) -> Any:
        if not isinstance(value, self.accepted):
            if not self.target.checked:
                return copy_value(value, memo, self.target)
            raise mismatch(value, self.expected)
        items = converted(value, self.convert_item, memo)
        try:
            made = self.finish(value, items)
        except TypeError as error:
            raise unhashable(error, "") from error
        if self.may_merge:
            refuse_merged(items, made)
        return made

    def finish_for(self, node: nodes.CollectionNode, target: Target) -> Callable[[Any, list[Any]], Any]:
        """The function that makes the target's collection of a value's converted items."""
        base, origin, container, same_family = self.base, node.origin, self.container, target.same_family
        is_named = node.container is not None
        if container is not None:
            if is_named:
                return lambda value, items: container.like(value).make(items)
            if target.into_origin or not same_family:
                return lambda value, items: container.make(items)
            return lambda value, items: container.make(items) if _is_plain(value) else like(value, items)

        keeps_class = same_family and not is_named
        plain = (base, self.usual)  # hold nothing beside their items, and are told without asking the kinds

        def finish(value: Any, items: list[Any]) -> Any:
            if base is not origin and not is_named:
                refuse_own_class(value, origin)
            if keeps_class and type(value) not in plain and isinstance(value, base) and not _is_plain(value):
                return like(value, items)
            if base is collections.deque:
                return collections.deque(items, value.maxlen)
            return items if base is list else base(items)

        return finish

    def write(self, source: SourceWriter, var: str, otherwise: str) -> None:
        node, item = self.node, self.item
        is_set = node.origin is set or (node.origin is frozenset and self.container is None)
        fits = node.origin is list or (is_set and isinstance(node.item, nodes.ScalarNode | nodes.EnumNode))
        if node.container is not None or node.unparametrised or not fits:
            super().write(source, var, otherwise)
            return
        head = f"if type({var}) is {source.name(self.usual, 'T')}:"
        simple = item.simple(source, "x")
        if simple is not None:
            with _each_tested(source, var, self.usual, simple, self.target.checked, otherwise) as (indent, items):
                made = f"[{items}]" if node.origin is list else f"{{{items}}}"
                made = f"frozenset({made})" if node.origin is frozenset else made
                write_container(source, indent, var, made, self.container)
            return
        call = item.call(source, "x") if node.origin is list else None
        if call is None:
            super().write(source, var, otherwise)
            return
        source.add(2, head)
        if item.retries:
            begin_retry(source, 3)
        items = f"[{call} for x in {var}]"
        if item.runs_user_code:
            source.add(3, "try:", f"    items = {items}", "except Exception:", f"    items = {otherwise}")
            items = "items"
        elif source.cyclic:
            # A loop and no comprehension: on 3.11 that would be one more frame for each level of nesting.
            source.add(3, "items = []", f"for x in {var}:", f"    items.append({call})")
            items = "items"
        write_container(source, 3, var, items, self.container)
        if item.retries:
            end_retry(source, 3, var, otherwise)
        source.add(2, "else:", f"    {var} = {otherwise}")


@contextlib.contextmanager
def _each_tested(
    source: SourceWriter, var: str, cls: Any, simple: tuple[str, str], checked: bool, otherwise: str
) -> Iterator[tuple[int, str]]:
    """Adds the lines that test the class of a collection and each item; gives the indent of those that make another,
    and what stands between its brackets."""
    test, made = simple
    source.add(2, f"if type({var}) is {source.name(cls, 'T')}:")
    is_tested = bool(test) and (checked or made != "x")
    if is_tested:
        source.add(3, f"for x in {var}:", f"    if not ({test}):")
        source.add(5, f"{var} = {otherwise}", "break")
        source.add(3, "else:")
    yield (4 if is_tested else 3), (f"*{var}" if made == "x" else f"{made} for x in {var}")
    source.add(2, "else:", f"    {var} = {otherwise}")


def _is_plain(value: Any) -> bool:
    return holds_only_items(type(value), list, set, frozenset)


# Classes that may be iterated twice.
_WHOLE = (
    bytearray, memoryview, collections.abc.Sequence, collections.abc.Mapping, collections.abc.Set,
    collections.abc.ValuesView,
)  # fmt: skip


class AbstractCollectionConverter(ContainerConverter):
    """`Sequence[T]` and the like: a list stays a list and a tuple a tuple; other things pass, once they are of it."""

    __slots__ = ("convert_item", "item", "may_merge", "origin", "target")

    def __init__(self, node: nodes.CollectionNode, target: Target, source: nodes.Node | None) -> None:
        self.origin: type = node.origin
        self.target: Target = target
        of_source = source.item if isinstance(source, nodes.CollectionNode) else None
        self.item: ValueConverter = converter_for(node.item, target, item_source(node.item, of_source, target))
        self.convert_item: Convert = self.item.convert
        self.may_merge: bool = issubclass(set, node.origin) and may_merge(node.item)

    def write(self, source: SourceWriter, var: str, otherwise: str) -> None:
        simple = self.item.simple(source, "x") if issubclass(list, self.origin) else None
        if simple is None:
            super().write(source, var, otherwise)
            return
        with _each_tested(source, var, list, simple, self.target.checked, otherwise) as (indent, items):
            source.add(indent, f"{var} = [{items}]")

    def convert(self, value: Any, memo: Memo) -> Any:
        if self.target.checked and not isinstance(value, self.origin):
            raise mismatch(value, with_article(self.origin.__name__))
        if not isinstance(value, list | tuple | set | frozenset | collections.deque):
            if not isinstance(value, _WHOLE):
                return copy_value(value, memo, self.target)
            items = list(value)
            made = converted(items, self.convert_item, memo)  # refuses text in a `Sequence[int]`
            if self.target.checked and isinstance(value, str | bytes) and any(map(operator.is_not, made, items)):
                raise mismatch(value, with_article(self.origin.__name__))  # "12" becomes no numbers
            return of_other_class(value, made, memo, self.target)
        items = converted(value, self.convert_item, memo)
        cls: Any = builtin_container(type(value))
        try:
            made = cls(items) if cls in (list, tuple, set, frozenset) else like(value, items)
        except TypeError as error:
            raise unhashable(error, "annotate the field as a list, or as a set, which becomes a list") from error
        if self.may_merge:
            refuse_merged(items, made)
        return made


class ListedSetConverter(AbstractCollectionConverter):
    """Converts an abstract set whose members do not hash in every kind: where they do not, a set is a list, and a
    frozenset a tuple.

    Attributes:
        forms: the classes of such sets, each with the class that it has where its members do not hash.
        listed: whether that is so in the target.
    """

    __slots__ = ("forms", "listed")

    def __init__(self, node: nodes.CollectionNode, target: Target, source: nodes.Node | None) -> None:
        super().__init__(node, target, source)
        self.forms: list[tuple[Any, Any]] = [(set, list)]
        if self.origin is collections.abc.Set:
            self.forms.append((frozenset, tuple))
        self.listed: bool = not target.into_origin and list_for(node, target.kind) is not None

    def write(self, source: SourceWriter, var: str, otherwise: str) -> None:
        ValueConverter.write(self, source, var, otherwise)

    def convert(self, value: Any, memo: Memo) -> Any:
        for hashed, listed in self.forms:
            if isinstance(value, listed):
                return (listed if self.listed else hashed)(converted(value, self.convert_item, memo))
            if isinstance(value, hashed) and self.listed:
                refuse_own_class(value, hashed)
                return listed(converted(value, self.convert_item, memo))
        return super().convert(value, memo)


class TupleConverter(ContainerConverter):
    """Converts tuples, of a fixed size or not, and NamedTuples.

    Attributes:
        size: the fixed size; None for a variadic one.
        container: the class that the constructor of a target's class makes of the tuple, beyond the builtin one.
        empty: the class of an empty one, likewise, where that makes no other.
        carries: whether a tuple of a class of its own keeps that.
        from_model: makes a NamedTuple of a model of another class; None where no model may stand for one.
        from_dict: whether a dict may be such a model, which the source describes.
    """

    __slots__ = (
        "carries", "cls", "container", "empty", "expected", "from_dict", "from_model", "functions", "items",
        "may_be_empty", "size", "target", "usual",
    )  # fmt: skip

    def __init__(
        self, node: nodes.TupleNode, target: Target, source: nodes.Node | None = None, depth: int = INSIDE
    ) -> None:
        self.target: Target = target
        self.cls: Any = node.cls
        sources: tuple[nodes.Node | None, ...] = source.items if isinstance(source, nodes.TupleNode) else ()
        sources = sources if len(sources) == len(node.items) else (None,) * len(node.items)
        self.items: list[ValueConverter] = [
            converter_for(item, target, item_source(item, of_source, target))
            for item, of_source in zip(node.items, sources, strict=True)
        ]
        self.functions: list[Convert] = [item.convert for item in self.items]
        self.size: int | None = None if node.variadic else len(node.items)
        container = container_for(node, target, depth)
        # Type_Safe accepts no value in a variadic tuple; what it makes by default is a typed one, empty.
        self.empty: nodes.ContainerType | None = container if target.into_origin and node.variadic else None
        self.container: nodes.ContainerType | None = None if node.variadic else container
        self.carries: bool = target.same_family and not target.into_origin
        traits = target.origin_traits, target.source_traits
        self.may_be_empty: bool = target.same_family and any(item.tuples_may_be_empty for item in traits)
        is_named = self.cls is not tuple
        self.from_model: Convert | None = value_model(node, self.cls, target, source) if is_named else None
        self.from_dict: bool = is_named and not target.same_family and target.described(node, source) is not None
        self.expected: str = with_article(self.cls.__name__) + ("" if self.size is None else f" of {self.size} items")
        # None where the lines make no tuple: a NamedTuple, a typed one, or one without items.
        makes = self.cls is tuple and container is None and bool(node.items) and not node.unparametrised
        self.usual: type | None = source_class(node, target, depth, tuple) if makes else None

    def simple(self, source: SourceWriter, var: str) -> tuple[str, str] | None:
        if self.usual is None or self.size is None:
            return None
        tests = [f"type({var}) is {source.name(self.usual, 'T')}", f"len({var}) == {self.size}"]
        made = []
        for number, item in enumerate(self.items):
            element = f"{var}[{number}]"
            simple = item.simple(source, element)
            if simple is None:
                return None
            test, value = simple
            if test and (self.target.checked or value != element):
                tests.append(test)
            made.append(value)
        is_same = self.usual is tuple and made == [f"{var}[{number}]" for number in range(self.size)]
        return " and ".join(tests), var if is_same else f"({', '.join(made)},)"

    def write(self, source: SourceWriter, var: str, otherwise: str) -> None:
        found = self.simple(source, var)
        if found is not None:
            test, made = found
            lines = [f"{var} = {made} if {test} else {otherwise}"]
            source.add(2, *(lines if made != var else [f"if not ({test}):", f"    {var} = {otherwise}"]))
            return
        each = self.items[0].simple(source, "x") if self.usual is not None and self.size is None else None
        if each is None:
            super().write(source, var, otherwise)
            return
        with _each_tested(source, var, self.usual, each, self.target.checked, otherwise) as (indent, items):
            source.add(indent, f"{var} = tuple([{items}])")

    def convert(self, value: Any, memo: Memo) -> Any:
        if not isinstance(value, self.cls):
            is_model = kind_of_class(type(value)) is not None or (self.from_dict and isinstance(value, dict))
            if self.from_model is not None and is_model:
                return self.from_model(value, memo)
            if not self.target.checked:
                return copy_value(value, memo, self.target)
            raise mismatch(value, self.expected)
        functions: Iterable[Convert]
        if self.size is None:
            functions = self.functions * len(value)
        elif len(value) == self.size or not self.target.checked:
            functions = self.functions
        elif not value and self.may_be_empty:
            functions = ()
        else:
            raise mismatch(value, self.expected)
        made: list[Any] = []
        errors: list[ConversionError] = []
        for number, (convert_item, element) in enumerate(zip(functions, tuple.__iter__(value), strict=False)):
            try:
                made.append(convert_item(element, memo))
            except ConversionError as error:
                note(errors, error, number)
        if errors:
            raise merge_errors(errors)
        is_plain = type(value) is tuple or holds_only_items(type(value), tuple)
        if self.container is not None and (is_plain or not self.carries):
            return self.container.make(made)
        if self.empty is not None and not made:
            return self.empty.make(made)
        return tuple(made) if is_plain else like(value, made)
