"""A kind of a user's own: plain classes with annotations, made known by this test alone."""

import dataclasses
import itertools
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from osbot_utils.type_safe.primitives.core.Safe_Str import Safe_Str
from osbot_utils.type_safe.Type_Safe import Type_Safe
from pydantic import BaseModel, Field

from tests.kinds.toy import Toy, ToyKind
from type_safe_convert import (
    ClassConversionError,
    ValueConversionError,
    convert,
    convert_class,
    converter,
    from_json,
    kind_of,
    model_cache,
    register_kind,
    to_json,
)
from type_safe_convert.cli.bench import rows
from type_safe_convert.cli.checking import check_class
from type_safe_convert.model.kind import GeneratedField, get_kind
from type_safe_convert.model.shape import Shape
from type_safe_convert.registry import kind_names, made_kinds, unregister_kind
from type_safe_convert.testing.equality import differences
from type_safe_convert.testing.hypothesis import assert_round_trip, check_round_trip, instances
from type_safe_convert.testing.sampler import Sampler, samples


@pytest.fixture(autouse=True)
def _kind() -> Iterator[None]:
    register_kind(ToyKind())
    yield
    unregister_kind("toy")


class Wheel(Toy):
    size: int


class Car(Toy):
    name: str
    wheels: list[Wheel]
    by_place: dict[str, Wheel]
    spare: Wheel | None


@dataclasses.dataclass
class Point:
    x: int
    y: float = 0.5
    tags: list[str] = dataclasses.field(default_factory=list)


class Item(Type_Safe):
    sku: Safe_Str
    sizes: list[int]


class Person(BaseModel):
    name: str = Field(min_length=1)
    friends: list["Person"] = []


def car() -> Car:
    return Car(name="mini", wheels=[Wheel(size=3), Wheel(size=4)], by_place={"front": Wheel(size=3)}, spare=None)


def test_it_is_a_kind_beside_the_others() -> None:
    assert kind_names()[-1] == "toy"
    assert kind_of(Car) == kind_of(car()) == "toy"
    assert kind_of(Toy) is None


@pytest.mark.parametrize("kind", [*made_kinds(), "toy"])
def test_toys_go_to_every_kind_and_back(kind: str) -> None:
    there = convert(car(), kind)
    if get_kind(kind).traits.instances_know_class:
        assert kind_of(there) == kind
        assert there.wheels[1].size == 4
    else:
        assert there["wheels"][1] == {"size": 4}
    back = converter(convert_class(Car, kind), Car)
    for _ in range(3):
        assert differences(car(), back(convert(car(), kind))) == []


@pytest.mark.parametrize(
    "instance",
    [Point(1, 2.5, ["a"]), Item(sku="abc", sizes=[1, 2]), Person(name="Ada", friends=[Person(name="Bob")]), car()],
    ids=lambda instance: type(instance).__name__,
)
def test_all_paths_lead_back(instance: Any) -> None:
    check_round_trip(instance)


def test_values_are_checked_on_the_way_into_a_toy() -> None:
    @dataclasses.dataclass
    class Source:
        size: Any

    assert convert(Source(1), Wheel).size == 1
    with pytest.raises(ValueConversionError, match="expected int, found 'no'"):
        convert(Source("no"), Wheel)


def test_what_is_beside_the_fields_comes_back() -> None:
    instance = car()
    instance.colour = ["red"]
    assert convert(convert(instance, "basemodel"), "toy").colour == ["red"]


def test_json_samples_and_strategies_take_toys() -> None:
    assert differences(from_json(Car, to_json(car())), car()) == []
    assert to_json(convert(Point(1), "toy")) == to_json(Point(1))
    assert differences(from_json(convert_class(Point, "toy"), b'{"x": 1}'), convert(Point(1), "toy")) == []
    assert all(type(sample) is Car for sample in samples(Car, 3))
    assert_round_trip(Car, max_examples=10)
    assert not instances(Car).is_empty


class WrittenKind(ToyKind):
    """Toys that only users write."""

    written_only = True

    def build(self, shape: Shape, bases: tuple[type, ...], fields: Sequence[GeneratedField]) -> type:
        raise AssertionError


def test_no_class_is_made_of_a_kind_that_is_written_only() -> None:
    register_kind(WrittenKind())

    @dataclasses.dataclass
    class Other:
        x: int

    for source in (Other, convert_class(Other, "basemodel")):
        with pytest.raises(ClassConversionError, match="no class of this kind is made: write a toy class") as caught:
            convert_class(source, "toy")
        assert caught.value.source_class is Other
    with pytest.raises(ClassConversionError, match="write a toy class"):
        convert(Other(1), "toy")
    assert "toy" in kind_names()
    assert "toy" not in made_kinds()
    assert made_kinds("toy") == (*made_kinds(), "toy")


def test_classes_of_a_kind_that_is_written_only_go_everywhere_and_come_back() -> None:
    register_kind(WrittenKind())
    made = convert(car(), "dataclass")
    assert kind_of(made.wheels[0]) == "dataclass"
    assert convert_class(type(made), "toy") is Car
    assert differences(convert(made, "toy"), car()) == []
    check_round_trip(car())
    report = check_class(Car, [Sampler(0)])
    assert report.failures == []
    assert [direction.target for direction in report.directions] == [*made_kinds()]
    assert {(row.source, row.target) for row in rows(car(), seconds=0.001)} == {
        *itertools.permutations(made_kinds("toy"), 2)
    }
    model_cache.warm(Car)


def test_a_name_that_no_kind_has_is_refused() -> None:
    @dataclasses.dataclass
    class Other:
        x: int

    unregister_kind("toy")
    try:
        with pytest.raises(TypeError, match="no such kind"):
            convert_class(Other, "toy")
    finally:
        register_kind(ToyKind())
