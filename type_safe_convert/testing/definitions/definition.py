"""A model class as plain data, before it is one."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

from type_safe_convert.registry import KindName

# In the place of a default: the field has none.
REQUIRED = object()


@dataclasses.dataclass
class FieldDefinition:
    """One field: its annotation, and a default of it (or REQUIRED, or a function that makes one), and options.

    Attributes:
        foreign: where the `Field()` of another library says the options of the field: 'annotated', 'assigned', or ''
            where the function of its own kind says them.
    """

    name: str
    annotation: Any
    default: Any = REQUIRED
    factory: Callable[[], Any] | None = None
    options: dict[str, Any] = dataclasses.field(default_factory=dict)
    foreign: str = ""

    @property
    def required(self) -> bool:
        return self.factory is None and self.default is REQUIRED


@dataclasses.dataclass
class Definition:
    """A class to make.

    Attributes:
        base: a class of the same kind, or a generic one with arguments or other type variables.
        recursive: the annotation of a further field that may hold an instance of the class itself.
        variant: how the class is made, if its kind has several ways ('root', 'pydantic', 'on demand').
        parameters: type variables of the class, each with a field of its own.
        syntax: whether the variables stand in the syntax of Python 3.12.
        text: whether the module has `from __future__ import annotations`.
    """

    kind: KindName
    fields: list[FieldDefinition]
    base: Any = None
    options: dict[str, Any] = dataclasses.field(default_factory=dict)
    extras: list[str] = dataclasses.field(default_factory=list)
    recursive: str = ""
    variant: str = ""
    parameters: tuple[Any, ...] = ()
    syntax: bool = False
    text: bool = False


class Again:
    """A default factory: a fresh copy of one value each time."""

    def __init__(self, value: Any) -> None:
        self.value = value

    def __repr__(self) -> str:
        return f"lambda: {self.value!r}"

    def __call__(self) -> Any:
        value = self.value
        return type(value)(value) if isinstance(value, list | dict | set) else value
