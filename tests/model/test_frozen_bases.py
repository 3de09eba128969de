"""Frozen and mutable bases together: the generated dataclass is as frozen as its origin, wherever it inherits from."""

import copy
import dataclasses
import pickle
from typing import Any

import pytest
from pydantic import BaseModel

from type_safe_convert import convert, convert_class


class Frozen(BaseModel, frozen=True):
    a: int = 1


class Mutable(BaseModel):
    b: list[int] = []


class Both(Mutable, Frozen):
    c: int


class OtherWay(Frozen, Mutable):
    d: str = "d"


class Below(Both):
    e: int = 5


class Melted(Frozen, frozen=False):
    f: int = 6


class MeltedBoth(Both, frozen=False):
    a: int = 7


class FrozenAgain(Melted, Mutable, frozen=True):
    g: int = 8


INSTANCES = [
    Both(c=3), OtherWay(b=[1]), Below(c=1, e=2), Melted(f=2), MeltedBoth(c=1), FrozenAgain(g=1), Frozen(), Mutable()
]  # fmt: skip


@pytest.mark.parametrize("original", INSTANCES, ids=lambda item: type(item).__name__)
def test_the_dataclass_is_frozen_as_its_origin_is(original: Any) -> None:
    cls: Any = type(original)
    made = convert(original, "dataclass")

    assert {item.name for item in dataclasses.fields(made)} == set(cls.model_fields)
    assert {name: getattr(made, name) for name in cls.model_fields} == dict(original)
    for name in cls.model_fields:
        if cls.model_config.get("frozen"):
            with pytest.raises(dataclasses.FrozenInstanceError):
                setattr(made, name, 9)
            with pytest.raises(dataclasses.FrozenInstanceError):
                delattr(made, name)
        else:
            changed = copy.copy(made)
            setattr(changed, name, [9] if name == "b" else 9)
            assert getattr(changed, name) in (9, [9])
            assert changed != made


@pytest.mark.parametrize("original", INSTANCES, ids=lambda item: type(item).__name__)
def test_it_comes_back_equal_constructs_compares_pickles_and_copies(original: Any) -> None:
    for kind in ("dataclass", "type_safe"):
        made = convert(original, kind)
        assert convert(made, type(original)) == original
        assert convert(convert(made, "basemodel"), kind) == made or kind == "type_safe"
    made = convert(original, "dataclass")
    for other in (
        pickle.loads(pickle.dumps(made)),
        copy.deepcopy(made),
        dataclasses.replace(made),
        type(made)(**dict(original)),
    ):
        assert other == made
        assert type(other) is type(made)
    assert repr(made).startswith(f"{type(original).__name__}__Dataclass(")
    if made.__hash__ is not None and "b" not in dict(original):
        assert len({made, copy.copy(made)}) == 1


def test_the_hierarchy_is_that_of_the_origins() -> None:
    both, frozen, mutable, below = (convert_class(cls, "dataclass") for cls in (Both, Frozen, Mutable, Below))

    assert issubclass(both, frozen)
    assert issubclass(both, mutable)
    assert issubclass(below, both)
    with pytest.raises(TypeError, match="c"):
        both()
