"""The defaults of generated classes are those that the origin's own constructor gives."""

import copy
import dataclasses
import inspect
import itertools
from dataclasses import dataclass, field
from typing import Annotated, List, Optional

import pydantic.dataclasses
import pytest
from osbot_utils.type_safe.Type_Safe import Type_Safe
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, field_validator

from tests.core.test_way_back import KINDS, routes, there
from type_safe_convert import convert, convert_class, kind_of


def made_classes(cls):
    return [convert_class(cls, kind) for kind in KINDS if kind != kind_of(cls)]


class A(Type_Safe):
    f: str = "base"
    n: str = None
    x: int = 5


class B(A):
    f: str = "override"
    n: str


class C(A):
    x: int


class D(C, B):
    pass


class Mixin:
    f = "mixed in"


class E(Mixin, A):
    pass


@dataclass
class DataA:
    f: str = "base"
    items: list[int] = field(default_factory=lambda: [1])


@dataclass
class DataB(DataA):
    f: str = "override"
    items: list[int] = field(default_factory=lambda: [2])


@dataclass
class DataC(DataA):
    pass


@dataclass
class DataD(DataC, DataB):
    pass


class ModelA(BaseModel):
    f: str = "base"
    items: list[int] = [1]


class ModelB(ModelA):
    f: str = "override"
    items: list[int] = Field(default_factory=lambda: [2])


class ModelC(ModelA):
    pass


class ModelD(ModelC, ModelB):
    pass


@pytest.mark.parametrize("cls", [A, B, C, D, E, DataD, DataC, ModelD, ModelC])
def test_an_inherited_default_is_that_of_the_method_resolution_order(cls):
    expected = {name: value for name, value in vars(cls()).items() if not name.startswith("__")}
    for made in made_classes(cls):
        assert {name: getattr(made(), name) for name in expected} == expected


class Priced(BaseModel):
    price: int = 1


class Computed(BaseModel):
    a: int = 1
    _b: int = 0
    item: Priced = Field(default_factory=Priced)
    b: int = Field(default_factory=lambda values: values["a"] + values["item"].price)
    c: list[int] = Field(default_factory=lambda values: [values["b"]])


class Below(Computed):
    d: int = Field(default_factory=lambda values: values["c"][0] * 2)


@pydantic.dataclasses.dataclass
class ComputedData:
    a: int = 1
    b: int = Field(default_factory=lambda values: values["a"] + 1)


@pytest.mark.parametrize("cls", [Computed, Below, ComputedData])
def test_a_default_made_from_the_fields_before_it_is_made_from_those_of_the_instance(cls):
    names = ["a", "b", *(["c"] if cls is not ComputedData else []), *(["d"] if cls is Below else [])]
    for values in ({}, {"a": 5}, {"a": 5, "b": 7}):
        expected = cls(**values)
        for made in made_classes(cls):
            found = made(**values)
            assert {name: getattr(found, name) for name in names} == {name: getattr(expected, name) for name in names}
            assert convert(found, kind_of(cls)) == expected


def test_a_counterpart_in_a_field_is_a_model_of_the_origin_for_such_a_default():
    for made, item in zip(made_classes(Computed), made_classes(Priced), strict=True):
        assert made(item=item(price=9)).b == 10


class Validated(BaseModel):
    model_config = ConfigDict(validate_default=True)
    a: int = "5"
    b: Annotated[str, BeforeValidator(str.upper)] = "b"
    items: list[int] = ("1", "2")
    plain: int = Field("7", validate_default=False)
    made: list[int] = Field(default_factory=lambda: ["3"])
    late: int = Field(default_factory=lambda values: str(values["a"]))

    @field_validator("b")
    @classmethod
    def exclaim(cls, value: str) -> str:
        return value + "!"


class OneValidated(BaseModel):
    a: int = Field("5", validate_default=True)
    b: int = "6"


class ContainsItself(BaseModel):
    model_config = ConfigDict(validate_default=True)
    a: int = "5"
    inner: list["ContainsItself"] = ()


class Stripped(BaseModel):
    model_config = ConfigDict(validate_default=True, str_strip_whitespace=True)
    a: str = " a "


@pytest.mark.parametrize("cls", [Validated, OneValidated, ContainsItself, Stripped])
def test_a_validated_default_is_what_the_validators_make_of_it(cls):
    expected = dict(cls())
    for made in made_classes(cls):
        assert {name: getattr(made(), name) for name in expected} == expected
        first, second = made(), made()
        if cls is Validated:
            assert first.items is not second.items


class Upper:
    """A descriptor with a default, as the documentation of `dataclasses` shows it."""

    def __set_name__(self, owner, name):
        self.name = "_" + name

    def __get__(self, instance, owner):
        return "default" if instance is None else getattr(instance, self.name)

    def __set__(self, instance, value):
        setattr(instance, self.name, value.upper())


@dataclass
class Described:
    word: str = Upper()
    number: int = 0

    @property
    def number(self):  # noqa: F811  # the way to write a property over a field
        return self._number

    @number.setter
    def number(self, value):
        self._number = 42 if isinstance(value, property) else value


def test_a_property_over_a_field_makes_its_own_default():
    assert (Described().word, Described().number) == ("DEFAULT", 42)
    for made in made_classes(Described):
        assert (made().word, made().number) == ("default", 42)
        back = convert(made(), "dataclass")
        assert (back.word, back.number) == ("DEFAULT", 42)


def test_a_fresh_default_for_each_instance():
    numbers = itertools.count()

    class Numbered(BaseModel):
        number: int = Field(default_factory=lambda: next(numbers))

    for made in made_classes(Numbered):
        assert made().number != made().number


class Kept(BaseModel):
    model_config = ConfigDict(extra="allow")
    a: int
    b: Optional[List[int]] = None
    _note: str = "n"


def kept():
    model = Kept(a=1, z=[2])
    model._note = "kept"
    return model


REPLACE = [dataclasses.replace, *([copy.replace] if hasattr(copy, "replace") else [])]


@pytest.mark.parametrize("replace", REPLACE)
@pytest.mark.parametrize("route", [("dataclass",), ("type_safe", "dataclass")])
def test_replace_keeps_what_only_the_origin_has(replace, route):
    counterpart = there(kept(), route)
    changed = replace(counterpart, a=5)
    assert type(changed) is type(counterpart)
    assert (changed.a, counterpart.a) == (5, 1)
    back = convert(changed, "basemodel")
    assert (back.a, back.model_extra, back._note, back.model_fields_set) == (5, {"z": [2]}, "kept", {"a", "z"})
    again = convert(replace(replace(changed, b=[1])), "basemodel")
    assert (again.b, again._note, again.model_fields_set) == ([1], "kept", {"a", "b", "z"})
    with pytest.raises(TypeError, match="unexpected keyword"):
        replace(counterpart, nothing=1)


def test_replace_takes_the_fields_only():
    counterpart = there(kept(), routes(kept())[1])
    assert [item.name for item in dataclasses.fields(counterpart)] == ["a", "b"]
    assert dataclasses.asdict(counterpart) == {"a": 1, "b": None}
    assert "memory" not in str(inspect.signature(type(counterpart)))


class Unset:
    """A marker for what was not given, which no annotation names."""


UNSET = Unset()


@dataclass
class Inner:
    n: int = 1


@pytest.mark.parametrize("default", [UNSET, "unset", -1, False, (), int])
@pytest.mark.parametrize("annotation", [Inner, Optional[Inner], List[Inner], int], ids=str)
@pytest.mark.parametrize("kind", ["type_safe", "basemodel", "attrs", "msgspec", "dataclass"])
def test_a_default_that_no_annotation_allows_is_carried_at_every_conversion(kind, annotation, default):
    """The first conversion is interpreted, and the next ones run generated lines."""
    cls = dataclasses.make_dataclass("Marked", [("v", annotation, default), ("w", int, 0)])
    for value in (
        default,
        {Inner: Inner(3), int: 3}.get(annotation, [Inner(3)] if annotation == List[Inner] else None),
    ):
        for _ in range(3):
            assert convert(convert(cls(value), kind), cls) == cls(value)


FACTORIES = [
    (Inner, list), (Inner, lambda: "unset"), (Inner, lambda: Inner(3)), (Optional[Inner], lambda: "unset"),
    (List[Inner], lambda: ["unset"]), (List[Optional[Inner]], lambda: ["unset"]), (List[List[Inner]], lambda: [["u"]]),
    (dict[str, Inner], lambda: {"a": "unset"}), (tuple[Inner, ...], lambda: ("unset",)), (List[int], lambda: ["unset"]),
]  # fmt: skip


@pytest.mark.parametrize(("annotation", "factory"), FACTORIES)
@pytest.mark.parametrize("kind", ["type_safe", "basemodel", "attrs", "msgspec", "dataclass"])
def test_what_a_factory_makes_is_carried_at_every_conversion(kind, annotation, factory):
    cls = dataclasses.make_dataclass("Made", [("v", annotation, field(default_factory=factory))])
    for _ in range(3):
        assert convert(convert(cls(), kind), cls) == cls()


class Leaf(BaseModel):
    n: int = 1


RETURNED = [
    (Leaf, "word", Leaf()), (List[Leaf], ["word"], [Leaf()]), (List[Leaf], [Leaf(n=4), 5], [Leaf()]),
    (Optional[Leaf], "word", Leaf()), (dict[str, Leaf], {"a": "word"}, {"a": Leaf()}), (List[int], ["word"], [1]),
]  # fmt: skip


@pytest.mark.parametrize(("annotation", "returned", "given"), RETURNED)
@pytest.mark.parametrize("kind", ["type_safe", "dataclass", "attrs", "msgspec"])
def test_what_a_validator_returned_is_carried_at_every_conversion(kind, annotation, returned, given):
    class Changing(BaseModel):
        v: annotation

        @field_validator("v")
        @classmethod
        def other(cls, value):
            return returned

    model = Changing(v=given)
    for _ in range(3):
        back = convert(convert(model, kind), Changing)
        assert back.v == returned
