"""Type variables and `Self`: what a parametrised class holds, in conversions and in JSON."""

import json
import sys
import types
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any, Generic, TypeVar

import pytest
from pydantic import TypeAdapter, ValidationError

from benchmarks.equality import facts
from tests.core import generic_models
from type_safe_convert import (
    ConversionError,
    JsonError,
    convert,
    convert_class,
    from_json,
    json_schema,
    kind_of,
    to_json,
)
from type_safe_convert.hypothesis import check_round_trip


def _with_text_annotations() -> Any:
    module = types.ModuleType("tests.core.generic_models_as_text")
    sys.modules[module.__name__] = module
    source = Path(generic_models.__file__).read_text()
    exec(compile("from __future__ import annotations\n" + source, module.__name__, "exec"), module.__dict__)
    return module


@pytest.fixture(params=[generic_models, _with_text_annotations()], ids=["objects", "text"], scope="module")
def models(request: pytest.FixtureRequest) -> Any:
    return request.param


T = TypeVar("T")
ITEM: dict[str, Any] = {"n": 1}
# The name of a class, data that fit it and data that do not.
CASES: list[tuple[str, dict[str, Any], list[dict[str, Any]]]] = [
    ("OfItem", {"b": {"v": ITEM}}, [{"b": "junk"}, {"b": {"v": "junk"}}, {"b": {"v": {"n": "x"}}}]),
    ("OfInt", {"b": {"v": 1}}, [{"b": {"v": "x"}}]),
    ("OfEither", {"b": {"v": 1}}, [{"b": {"v": []}}]),
    ("OfEither", {"b": {"v": "x"}}, [{"b": {"v": 1.5}}]),
    ("OfNested", {"b": {"v": {"v": ITEM}}}, [{"b": {"v": ITEM}}, {"b": {"v": {"v": 1}}}]),
    (
        "OfLists",
        {"b": {"v": [ITEM], "boxes": [{"v": ITEM}], "by_name": {"a": {"v": ITEM}, "b": None}}},
        [{"b": {"v": [1]}}, {"b": {"v": [], "boxes": [{"v": 1}]}}, {"b": {"v": [], "by_name": {"a": {"v": 1}}}}],
    ),
    ("OfDefaulted", {"b": {"v": "x"}, "c": {"v": 1}}, [{"b": {"v": 1}, "c": {"v": 1}}]),
    ("OfGenericNode", {"b": {"v": 1, "next": {"v": 2}}}, [{"b": {"v": 1, "next": {"v": "x"}}}]),
    ("OfNamedTuple", {"b": [ITEM]}, [{"b": [1]}, {"b": "junk"}]),
    ("OfRecord", {"b": {"v": ITEM}}, [{"b": {"v": 1}}, {"b": {}}]),
    ("OfPydantic", {"b": {"v": ITEM}}, [{"b": {"v": 1}}]),
    ("OfPydanticDataclass", {"b": {"v": ITEM}}, [{"b": {"v": 1}}]),
    (
        "OfListed",
        {"b": [{"v": ITEM}], "c": {"a": {"v": 1}}, "d": {"v": None}},
        [{"b": [{"v": 1}]}, {"b": [], "c": [1]}],
    ),
    (
        "Node",
        {"v": 1, "next": {"v": 2}, "kids": [{"v": 3}], "by_name": {"a": {"v": 4}}},
        [{"v": 1, "next": {"v": "x"}}, {"v": 1, "kids": ["junk"]}, {"v": 1, "by_name": {"a": 1}}],
    ),
    ("SubNode", {"v": 1, "next": {"v": 2, "w": 3}}, [{"v": 1, "next": {"v": 2, "w": "x"}}]),
    ("NodeM", {"v": 1, "next": {"v": 2}, "kids": [{"v": 3}]}, [{"v": 1, "next": {"v": "x"}}, {"v": 1, "kids": [1]}]),
    ("HolderM", {"b": {"v": ITEM}}, [{"b": {"v": 1}}]),
]
# Pydantic itself refuses these, or leaves the type variables of a base as they are.
MORE: list[tuple[str, dict[str, Any], list[dict[str, Any]]]] = [
    ("OfSecond", {"b": {"a": ITEM, "b": ITEM}}, [{"b": {"a": 1, "b": ITEM}}, {"b": {"a": ITEM, "b": 1}}]),
    (
        "OfThird",
        {"b": {"a": [1], "b": [2], "c": 3}},
        [{"b": {"a": 1, "b": [2], "c": 3}}, {"b": {"a": [1], "b": ["x"], "c": 3}}],
    ),
    ("OfSwapped", {"b": {"k": 1, "v": "s"}}, [{"b": {"k": "s", "v": 1}}]),
    ("OfBare", {"b": {"a": "any", "t": 1}}, [{"b": {"a": "any", "t": "x"}}]),
    (
        "OfVariadic",
        {"b": {"x": [1, "a"]}, "c": {"v": "s", "x": [1, True]}},
        [{"b": {"x": [1, 2]}, "c": {"v": "s", "x": [1, True]}}, {"b": {"x": [1, "a"]}, "c": {"v": "s", "x": [1]}}],
    ),
    ("OfCalled", {"b": {"v": ITEM}}, [{"b": {"v": 1}}]),
    ("HolderS", {"b": {"v": ITEM}}, [{"b": {"v": 1}}]),
]


def _id(case: Any) -> Any:
    return case if isinstance(case, str) else ""


@pytest.mark.parametrize(("name", "good", "bad"), [*CASES, *MORE], ids=_id)
def test_json_is_read_into_the_classes_that_the_arguments_name(
    models: Any, name: str, good: dict[str, Any], bad: list[dict[str, Any]]
) -> None:
    cls = getattr(models, name)
    read = from_json(cls, json.dumps(good))
    if (name, good, bad) in CASES:
        assert read == TypeAdapter(cls).validate_json(json.dumps(good), strict=True)
    again = from_json(cls, to_json(read))
    assert again == read if cls.__eq__ is not object.__eq__ else again.json() == read.json()
    for data in bad:
        if (name, good, bad) in CASES:
            with pytest.raises(ValidationError):
                TypeAdapter(cls).validate_json(json.dumps(data), strict=True)
        with pytest.raises(ConversionError):
            from_json(cls, json.dumps(data))


@pytest.mark.parametrize(("name", "good", "bad"), [*CASES, *MORE], ids=_id)
def test_values_go_into_every_kind_and_come_back(
    models: Any, name: str, good: dict[str, Any], bad: list[dict[str, Any]]
) -> None:
    check_round_trip(from_json(getattr(models, name), json.dumps(good)))


@pytest.mark.parametrize(("name", "good", "bad"), [*CASES, *MORE], ids=_id)
def test_a_schema_tells_what_the_arguments_are(
    models: Any, name: str, good: dict[str, Any], bad: list[dict[str, Any]]
) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    validator = jsonschema.Draft202012Validator(json_schema(getattr(models, name)))
    validator.validate(good)
    for data in bad:
        assert not validator.is_valid(data)


def _wrong(models: Any) -> list[Any]:
    box, item = models.Box, models.Item
    return [
        models.OfItem("junk"),
        models.OfItem(box("junk")),
        models.OfItem(box(item("junk"))),
        models.OfInt(box("x")),
        models.OfEither(box(1.5)),
        models.OfNested(box(item(1))),
        models.OfNested(box(box(1))),
        models.OfLists(models.Lists([1])),
        models.OfLists(models.Lists([], [box(1)])),
        models.OfLists(models.Lists([], [], {"a": box(1)})),
        models.OfSecond(models.Second("junk", item(1))),
        models.OfThird(models.Third([1], ["x"], 3)),
        models.OfSwapped(models.Swapped("s", 1)),
        models.OfBare(models.Bare("any", "x")),
        models.OfDefaulted(models.Defaulted(1), models.Defaulted(1)),
        models.OfDefaulted(models.Defaulted("x"), models.Defaulted("x")),
        models.OfVariadic(models.Variadic((1, 2)), models.VariadicAfter("s", (1, True))),
        models.OfVariadic(models.Variadic((1, "a")), models.VariadicAfter("s", (1, "x"))),
        models.OfCalled(models.Called(1)),
        models.OfGenericNode(models.GenericNode(1, models.GenericNode("x"))),
        models.OfRecord({"v": 1}),
        models.OfNamedTuple(models.BoxN(1)),
        models.OfPydantic(models.BoxM[str](v="x")),
        models.OfPydantic(models.BoxM(v="x")),
        models.OfPydanticDataclass(models.BoxP(1)),
        models.OfListed([box(1)]),
        models.OfListed([], {"a": box("x")}),
        models.OfListed([], {}, box(1)),
        models.Node(1, "junk"),
        models.Node(1, None, ["junk"]),
        models.SubNode(1, models.Node(1)),
    ]


@pytest.mark.parametrize("number", range(len(_wrong(generic_models))))
@pytest.mark.parametrize("kind", ["basemodel", "type_safe"])
def test_values_that_do_not_fit_the_arguments_are_refused(models: Any, number: int, kind: str) -> None:
    with pytest.raises(ConversionError):
        convert(_wrong(models)[number], kind)


def test_written_targets_of_other_kinds_take_what_their_arguments_name(models: Any) -> None:
    for _ in range(2):  # generated code takes over at the second conversion
        model = convert(models.OfItem(models.Box(models.Item(1))), models.HolderM)
        assert model == models.HolderM(b=models.BoxM[models.ItemM](v=models.ItemM(n=1)))
        assert convert(model, models.OfItem) == models.OfItem(models.Box(models.Item(1)))
        safe = convert(model, models.HolderS)
        assert type(safe.b) is models.BoxS
        assert safe.b.v == models.Item(1)
        assert convert(safe, models.HolderM) == model
        both = models.EitherD([models.Box("x"), models.Box(models.Item(1))])
        there = convert(both, models.EitherM)
        assert there.b == [models.BoxM[str](v="x"), models.BoxM[models.ItemM](v=models.ItemM(n=1))]
        assert convert(there, models.EitherD) == both
        with pytest.raises(ConversionError, match=r"b\.v"):
            convert(models.OfInt(models.Box(1)), models.HolderM)


def test_a_subclass_is_checked_by_what_the_place_says_of_its_base(models: Any) -> None:
    check_round_trip(models.OfInt(models.IntBox(1)))
    check_round_trip(models.OfInt(models.MoreBox(1, "any")))
    for wrong in (models.IntBox("x"), models.MoreBox("x", 1)):
        with pytest.raises(ConversionError):
            convert(models.OfInt(wrong), "basemodel")
    with pytest.raises(ConversionError):
        convert(models.OfItem(models.IntBox(1)), "basemodel")


def test_one_instance_in_two_places_stays_one_and_fits_both(models: Any) -> None:
    box = models.Box(1)
    for _ in range(2):
        made = convert(models.TwoViews(box, box), "basemodel")
        assert made.a is made.b
        with pytest.raises(ConversionError, match=r"c\.v|c: "):
            convert(models.TwoViews(box, box, box), "basemodel")


def test_a_generated_type_safe_checks_what_is_assigned(models: Any) -> None:
    made = convert(models.OfInt(models.Box(1)), "type_safe")
    other = convert(models.Box("x"), "type_safe")
    with pytest.raises(ConversionError):
        made.b = other
    assert made.b.v == 1


@pytest.mark.parametrize(("name", "good", "bad"), [*CASES, *MORE], ids=_id)
def test_a_generated_model_reads_what_the_arguments_name(
    models: Any, name: str, good: dict[str, Any], bad: list[dict[str, Any]]
) -> None:
    cls = getattr(models, name)
    if kind_of(cls) == "basemodel" or name in ("OfNamedTuple", "OfRecord"):
        return
    made = convert_class(cls, "basemodel")
    assert facts(convert(made.model_validate(good), cls)) == facts(from_json(cls, json.dumps(good)))
    assert made.model_validate_json(convert(from_json(cls, json.dumps(good)), made).model_dump_json())
    for data in bad:
        with pytest.raises(ValidationError):
            made.model_validate(data)


@pytest.mark.parametrize("kind", ["basemodel", "type_safe"])
def test_bounds_constraints_and_defaults_of_variables(models: Any, kind: str) -> None:
    def check(good: Any, *bad: Any) -> None:
        check_round_trip(good)
        assert from_json(type(good), to_json(good)) == good
        for each in bad:
            with pytest.raises(ConversionError):
                convert(each, kind)
            with pytest.raises(ConversionError):
                from_json(type(each), to_json(each))

    bounded, limited, two = models.Bounded, models.Limited, models.Two
    item, sub = models.Item(1), models.SubItem(1, 2)
    check(models.OfBounded(bounded(sub), bounded(item)), models.OfBounded(bounded(item), bounded(item)))
    check(models.OfLimited(limited("a"), limited(1)), models.OfLimited(limited(1), limited(1)))
    check(models.OfLimited(limited("a"), limited("b")), models.OfLimited(limited("a"), limited(1.5)))
    check(
        models.OfTwo(two("a", ["b"]), two(1, [2]), two("a", True)),
        models.OfTwo(two("a", [1]), two(1, [2]), two("a", True)),
        models.OfTwo(two("a", ["b"]), two(1, ["b"]), two("a", True)),
        models.OfTwo(two("a", ["b"]), two(1, [2]), two("a", "b")),
    )


@dataclass
class GenericBox(Generic[T]):
    v: T


@dataclass
class OfForms:
    pair: GenericBox[tuple[int, str]]
    day: GenericBox[date]
    numbers: GenericBox[set[int]]
    price: GenericBox[Decimal | None]
    many: list[GenericBox[frozenset[date]]]


@pytest.mark.parametrize("kind", ["basemodel", "dataclass", "type_safe"])
def test_arguments_that_have_a_form_of_their_own_in_json(kind: Any) -> None:
    value = OfForms(
        GenericBox((1, "s")),
        GenericBox(date(2020, 1, 2)),
        GenericBox({1}),
        GenericBox(Decimal("1.5")),
        [GenericBox(frozenset([date(2020, 1, 2)]))],
    )
    made = convert_class(OfForms, kind)
    data = to_json(convert(value, kind))
    assert convert(from_json(made, data), OfForms) == value
    assert TypeAdapter(OfForms).validate_json(data) == value
    with pytest.raises(JsonError) as caught:
        from_json(made, data.replace(b"2020-01-02", b"2020-21-02"))
    assert caught.value.errors[0].path == ("day", "v")
