"""The constructors of generated dataclasses, where a required field follows one with a default."""

import inspect
from typing import Any, Generic, TypeVar, get_type_hints

import pytest
from pydantic import BaseModel

from type_safe_convert import convert, convert_class, from_json, to_json

T = TypeVar("T")


def test_required_after_optional_becomes_keyword_only():
    class Model(BaseModel):
        a: int = 1
        b: str

    made = convert_class(Model, "dataclass")
    assert made(b="x") == made(a=1, b="x")
    with pytest.raises(TypeError):
        made()


class WithDefault(BaseModel):
    b: int = 2


class Required(BaseModel):
    v: list[int]


class RequiredFrozen(BaseModel, frozen=True):
    v: list[int]


class GenericRequired(BaseModel, Generic[T]):
    v: list[T]


class TwoBases(Required, WithDefault):
    w: int = 1


class FrozenAndMutable(RequiredFrozen, WithDefault):
    w: int = 1


class GenericBase(GenericRequired[int], WithDefault):
    w: int = 1


class BelowTwoBases(TwoBases):
    q: int


@pytest.mark.parametrize("cls", [TwoBases, FrozenAndMutable, GenericBase, BelowTwoBases], ids=lambda cls: cls.__name__)
def test_a_dataclass_below_bases_whose_fields_in_a_row_are_no_signature(cls: Any) -> None:
    value = cls(v=[3], **({"q": 4} if cls is BelowTwoBases else {}))
    made = convert_class(cls, "dataclass")
    assert convert(convert(value, made), cls) == value
    assert convert(made(**value.model_dump()), cls) == cls(**value.model_dump())
    assert list(get_type_hints(made)) == list(cls.model_fields)
    assert convert(from_json(made, to_json(value)), cls) == value
    with pytest.raises(TypeError):
        made()


class First(BaseModel):
    a: int = 1


class Second(First):
    b: int


class Third(Second):
    c: int = 3


def test_required_fields_after_others_are_keywords():
    signatures = [str(inspect.signature(convert_class(cls, "dataclass"))) for cls in (First, Second, Third)]
    assert signatures == [
        "(a: int = 1) -> None",
        "(a: int = 1, *, b: int) -> None",
        "(a: int = 1, c: int = 3, *, b: int) -> None",
    ]


class Shape_Of_Answer(BaseModel):
    format: str = "xlsx"


class Question(BaseModel):
    start: int
    scope: str = "all"


class Frozen_Question(BaseModel, frozen=True):
    start: int


class Frozen_Shape(BaseModel, frozen=True):
    format: str = "xlsx"


class Export(Question, Shape_Of_Answer):
    """Its bases have a default before a field without one; `dataclass` refuses that, pydantic does not."""

    sort_by: str | None = None


class Frozen_Export(Frozen_Question, Frozen_Shape, frozen=True): ...


class Below_Export(Export):
    more: int


@pytest.mark.parametrize("kind", ["dataclass", "type_safe"])
@pytest.mark.parametrize("cls", [Export, Frozen_Export, Below_Export])
def test_required_fields_of_one_base_after_defaults_of_another(cls, kind):
    given = {"start": 1, **({"more": 2} if cls is Below_Export else {})}
    one = cls(**given)
    there = convert(one, kind)
    assert convert(there, cls) == one
    made = convert_class(cls, kind)
    assert convert(made(**given), cls) == one
    assert isinstance(there, convert_class(cls.__mro__[1], kind))
    if kind == "dataclass":
        with pytest.raises(TypeError):
            made()
        assert made.__dataclass_params__.frozen is (cls is Frozen_Export)
