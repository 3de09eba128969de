"""Which kinds of model there are, and which class belongs to which. Each kind registers itself."""

from __future__ import annotations

import abc
from typing import Any, Literal

KindName = Literal["type_safe", "basemodel", "dataclass"]


class Recogniser(abc.ABC):
    """What tells the classes of one kind: `Kind` extends it to all that a kind can do."""

    name: KindName
    base: type | None

    def is_base(self, cls: Any) -> bool:
        """Whether `cls` is the bare base class of the kind, which as an annotation stands for any of its models."""
        return self.base is not None and cls is self.base

    @abc.abstractmethod
    def is_model(self, cls: Any) -> bool:
        """Whether `cls` is a model class of this kind (the bare base class is none); never raises."""


registered: dict[str, Recogniser] = {}


def register(kind: Recogniser) -> None:
    registered[kind.name] = kind


def kind_names() -> tuple[str, ...]:
    return tuple(registered)


def kind_of_class(cls: Any) -> KindName | None:
    """The kind of a class, or None where it is no model; never raises."""
    for kind in registered.values():
        if kind.is_model(cls):
            return kind.name
    return None


def base_of(cls: Any) -> KindName | None:
    """The kind whose bare base class `cls` is."""
    for kind in registered.values():
        if kind.is_base(cls):
            return kind.name
    return None
