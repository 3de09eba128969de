"""Metadata of pydantic models in generated classes."""

from typing import Annotated

import pytest
from pydantic import BaseModel

from type_safe_convert import convert, convert_class


class Unhashable:
    """Metadata as SQLModel's: compared by value, and without a hash."""

    def __eq__(self, other):
        return isinstance(other, Unhashable)

    __hash__ = None


class Marked(BaseModel):
    n: Annotated[int, Unhashable()] = None
    many: list[Annotated[int, Unhashable()]] = []


@pytest.mark.parametrize("kind", ["dataclass", "type_safe"])
def test_metadata_without_a_hash(kind):
    there = convert(Marked(n=3, many=[1]), kind)
    assert convert(there, Marked) == Marked(n=3, many=[1])
    assert convert_class(Marked, kind)().n is None
