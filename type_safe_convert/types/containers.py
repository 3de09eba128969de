"""Items of containers, and containers that check them, as one kind of model has them, in words of none."""

from __future__ import annotations

import collections
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

from type_safe_convert.registry import kind_of_class


def items_of(value: Collection[Any]) -> Iterator[Any]:
    """The items of a container. A NamedTuple may have an `__iter__` of its own, which refuses."""
    return tuple.__iter__(value) if isinstance(value, tuple) else iter(value)


def pairs_of(value: Any) -> Iterable[tuple[Any, Any]]:
    """The keys and values of a mapping, past an `items` of a dict's own class. An OrderedDict has its order apart."""
    if isinstance(value, collections.OrderedDict):
        return collections.OrderedDict.items(value)
    return dict.items(value) if isinstance(value, dict) else value.items()


def models_in_value(value: Any, described: Sequence[Any] = ()) -> Iterator[Any]:
    """The models in a value, through containers, but not those in the models `described` by their place."""
    stack, seen = [value], {id(model) for model in described}
    while stack:
        item = stack.pop()
        if kind_of_class(type(item)) is not None:
            yield item
        elif isinstance(item, dict | list | tuple | set | frozenset | collections.deque) and id(item) not in seen:
            seen.add(id(item))
            stack.extend(reversed([*dict.keys(item), *dict.values(item)] if isinstance(item, dict) else [*item]))


class ContainerType:
    """A class of containers that check what is put into them, and what those in one place may hold.

    Attributes:
        cls: the class.
        base: the builtin container class that it extends: list, set, dict or tuple.
        expected: the attributes of an instance that say what it may hold.
    """

    __slots__ = ("base", "cls", "expected")

    def __init__(self, cls: type, expected: Mapping[str, Any]) -> None:
        self.cls: type = cls
        self.base: type = next(base for base in (list, set, dict, tuple) if issubclass(cls, base))
        self.expected: Mapping[str, Any] = expected

    def make(self, items: Any) -> Any:
        """A container of items that were checked already; those of a dict are a dict."""
        base: Any = self.base
        if base is tuple:
            made: Any = tuple.__new__(self.cls, items)
        else:
            made = base.__new__(self.cls)
            fill = list.extend if base is list else base.update
            fill(made, items)
        for name, value in self.expected.items():
            setattr(made, name, value)
        return made

    def like(self, value: Any) -> ContainerType:
        """The type of a container that takes the place of `value`: of its class, with what that says it may hold."""
        cls = type(value) if isinstance(value, self.cls) else self.cls
        return ContainerType(
            cls, {name: getattr(value, name, None) or default for name, default in self.expected.items()}
        )
