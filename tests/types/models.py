"""A field that takes anything, and a class with one field of a given annotation."""

from dataclasses import dataclass
from typing import Any


@dataclass
class Holder:
    x: Any


def class_of(annotation: Any) -> Any:
    return dataclass(type("Target", (), {"__annotations__": {"x": annotation}}))
