"""Classes and aliases with type parameters of their own (PEP 695 and 696), as objects and as text."""

import sys
import types
import typing
from typing import Any

import pytest
from pydantic import TypeAdapter

from type_safe_convert import ConversionError, convert, convert_class, from_json, json_schema, to_json
from type_safe_convert.hypothesis import check_round_trip

SOURCE = """
import typing
from dataclasses import dataclass, field
from typing import NamedTuple, Optional, Self, TypedDict
from osbot_utils.type_safe.Type_Safe import Type_Safe
from pydantic import BaseModel

type Tree[X] = list[Tree[X]] | X
type Json = dict[str, Json] | list[Json] | str | int | None
type Pairs[K, V] = dict[K, list[V]]
type Rest[*Ts] = tuple[int, *Ts]

@dataclass
class Item:
    n: int

@dataclass
class Box[T]:
    v: T
    inner: Box[list[T]] | None = None
    same: Self | None = None

@dataclass
class Sub[U](Box[U]):
    w: U | None = None

@dataclass
class Swapped[A, B]:
    a: A
    b: B

@dataclass
class Back[A, B](Swapped[B, A]):
    pass

class Record[T](TypedDict):
    v: T
    kids: typing.NotRequired[list[Record[T]]]

class Named[T](NamedTuple):
    v: T

class Model[T](BaseModel):
    v: T
    more: list[Model[T]] = []

@dataclass
class Called[**P, R]:
    f: typing.Callable[P, R] | None = None
    r: R | None = None

@dataclass
class Rows[*Ts]:
    row: tuple[*Ts]

@dataclass
class Holder:
    tree: Tree[Item] | None = None
    json: Json = None
    pairs: Pairs[str, Item] | None = None
    rest: Rest[str, bool] | None = None
    box: Box[Item] | None = None
    sub: Sub[int] | None = None
    back: Back[int, str] | None = None
    record: Record[Item] | None = None
    named: Named[Item] | None = None
    model: Model[int] | None = None
    called: Called[[int], int] | None = None
    rows: Rows[int, str] | None = None
"""
if sys.version_info >= (3, 13):  # defaults of type parameters, PEP 696
    SOURCE += """
@dataclass
class Usual[T = int, *Ts = *tuple[int, str]]:
    v: T
    row: tuple[*Ts] | None = None

@dataclass
class Usuals(Holder):
    usual: Usual | None = None
    other: Usual[str] | None = None
"""
# Of what pydantic cannot read, or leaves unbound: variables of a base, TypeVarTuples, ParamSpecs, growing arguments.
OURS = ("sub", "back", "called", "rows", "rest", "box")

GOOD: list[dict[str, Any]] = [
    {"tree": [{"n": 1}, [{"n": 2}]]},
    {"json": {"a": [1, {"b": None}]}},
    {"pairs": {"a": [{"n": 1}]}},
    {"rest": [1, "a", True]},
    {"box": {"v": {"n": 1}, "inner": {"v": [{"n": 2}]}, "same": {"v": {"n": 3}}}},
    {"sub": {"v": 1, "w": 2}},
    {"back": {"a": "s", "b": 1}},
    {"record": {"v": {"n": 1}, "kids": [{"v": {"n": 2}}]}},
    {"named": [{"n": 1}]},
    {"model": {"v": 1, "more": [{"v": 2}]}},
    {"called": {"r": 1}},
    {"rows": {"row": [1, "a"]}},
]
BAD: list[dict[str, Any]] = [
    {"tree": [{"n": 1}, ["junk"]]},
    {"json": {"a": 1.5}},
    {"pairs": {"a": [1]}},
    {"rest": [1, "a", "b"]},
    {"box": {"v": 1}},
    {"box": {"v": {"n": 1}, "inner": {"v": {"n": 2}}}},
    {"box": {"v": {"n": 1}, "same": {"v": 3}}},
    {"sub": {"v": "x", "w": 2}},
    {"back": {"a": 1, "b": 1}},
    {"record": {"v": {"n": 1}, "kids": [{"v": 2}]}},
    {"named": [1]},
    {"model": {"v": 1, "more": [{"v": "x"}]}},
    {"called": {"r": "x"}},
    {"rows": {"row": ["a", 1]}},
]


@pytest.fixture(params=["objects", "text"], scope="module")
def holder(request: pytest.FixtureRequest) -> Any:
    if request.param == "objects" and sys.version_info < (3, 14):
        source = SOURCE.replace("inner: Box[list[T]] | None", 'inner: "Box[list[T]] | None"')
        source = source.replace("list[Record[T]]", 'list["Record[T]"]').replace(
            "list[Model[T]] = ", '"list[Model[T]]" = '
        )
    else:
        source = "from __future__ import annotations\n" + SOURCE if request.param == "text" else SOURCE
    module = types.ModuleType(f"tests.types.type_parameters_{request.param}")
    sys.modules[module.__name__] = module
    exec(compile(source, module.__name__, "exec", dont_inherit=True), module.__dict__)
    return module.Holder


@pytest.mark.parametrize("number", range(len(GOOD)), ids=lambda number: next(iter(GOOD[number])))
def test_what_fits_is_read_and_goes_round(holder: Any, number: int) -> None:
    data = GOOD[number]
    read = from_json(holder, TypeAdapter(Any).dump_json(data))
    for name, value in data.items():
        if name not in OURS:
            assert getattr(read, name) == TypeAdapter(typing.get_type_hints(holder)[name]).validate_python(value)
    assert from_json(holder, to_json(read)) == read
    check_round_trip(read)
    json_schema(holder)
    if data.keys() & {"box", "sub", "back", "rows"}:
        assert convert(convert_class(holder, "basemodel").model_validate(data), holder) == read


@pytest.mark.parametrize("number", range(len(BAD)), ids=lambda number: next(iter(BAD[number])))
def test_what_does_not_fit_is_refused(holder: Any, number: int) -> None:
    with pytest.raises(ConversionError):
        from_json(holder, TypeAdapter(Any).dump_json(BAD[number]))


def test_arguments_that_grow_with_every_turn_are_read_as_far_as_data_go(holder: Any) -> None:
    data: Any = {"v": [[[{"n": 1}]]]}
    for level in (2, 1, 0):
        value: Any = {"n": 1}
        for _ in range(level):
            value = [value]
        data = {"v": value, "inner": data}
    read = from_json(holder, TypeAdapter(Any).dump_json({"box": data}))
    item = sys.modules[holder.__module__].Item(1)
    assert read.box.inner.inner.inner.v == [[[item]]]
    check_round_trip(read)
    data["inner"]["inner"]["inner"]["v"] = [[{"n": 1}]]
    with pytest.raises(ConversionError):
        from_json(holder, TypeAdapter(Any).dump_json({"box": data}))
    read.box.inner.inner.inner.v = [[item]]
    with pytest.raises(ConversionError):
        convert(read, "basemodel")


def test_conversions_refuse_it_as_well(holder: Any) -> None:
    module = sys.modules[holder.__module__]
    item = module.Item(1)
    for wrong in (
        {"tree": [[1]]},
        {"box": module.Box(1)},
        {"box": module.Box(item, module.Box(item))},
        {"box": module.Box(item, None, module.Box(1))},
        {"sub": module.Sub("x", None, None, 1)},
        {"back": module.Back(1, 1)},
        {"record": {"v": item, "kids": [{"v": 1}]}},
        {"named": module.Named(1)},
        {"model": module.Model[str](v="x")},
        {"model": module.Model[int].model_construct(v=1, more=["junk"])},
        {"called": module.Called(None, "x")},
        {"rows": module.Rows(("a", 1))},
        {"rest": (1, 2, 3)},
    ):
        for kind in ("basemodel", "type_safe"):
            with pytest.raises(ConversionError):
                convert(holder(**wrong), kind)


if sys.version_info >= (3, 13):

    def test_a_parameter_that_is_not_given_is_its_default(holder: Any) -> None:
        usuals = sys.modules[holder.__module__].Usuals
        read = from_json(usuals, b'{"usual":{"v":1,"row":[1,"a"]},"other":{"v":"a"}}')
        assert (read.usual.v, read.usual.row, read.other.v) == (1, (1, "a"), "a")
        check_round_trip(read)
        for bad in (b'{"usual":{"v":"a"}}', b'{"other":{"v":1}}', b'{"usual":{"v":1,"row":["a",1]}}'):
            with pytest.raises(ConversionError):
                from_json(usuals, bad)
