"""Classes with unusual bases."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import pytest

from type_safe_convert import convert


class Sized(Protocol):
    size: int


@dataclass
class OfProtocol(Sized):
    size: int = 3


@dataclass
class BelowProtocol(OfProtocol):
    name: str = "a"


@pytest.mark.parametrize("kind", ["type_safe", "basemodel", "dataclass", "attrs"])
def test_a_base_may_be_a_protocol_with_attributes(kind: str) -> None:
    """Of which `issubclass` tells nothing."""
    assert convert(convert(BelowProtocol(4, "b"), kind), BelowProtocol) == BelowProtocol(4, "b")
