"""Annotations that are evaluated when they are asked for, since Python 3.14: names may be missing or come later."""

import sys
import types
import warnings
from typing import Any

import pytest

from type_safe_convert import ConversionError, UnresolvedNameWarning, convert, convert_class, from_json, json_schema
from type_safe_convert.hypothesis import check_round_trip
from type_safe_convert.model.family import shape_of

SOURCE = """
import attrs
import msgspec
import typing
from dataclasses import dataclass, field
from typing import Annotated, Generic, Literal, NamedTuple, Optional, Self, TypedDict, TypeVar
from osbot_utils.type_safe.Type_Safe import Type_Safe
from pydantic import BaseModel, Field

if typing.TYPE_CHECKING:
    from nowhere import Missing, missing

T = TypeVar("T")

@dataclass
class Partly:
    maybe: Missing | None
    items: list[Missing]
    pair: tuple[Missing, int]
    whole: missing.Missing[int]
    either: dict[str, Annotated[Missing, "note"] | list[int]]
    n: int = 0

class PartlySafe(Type_Safe):
    n: int
    maybe: Missing | None = None

class PartlyModel(BaseModel):
    n: int = 0
    maybe: Missing | None = None

@attrs.define
class PartlyAttrs:
    n: int = 0
    maybe: Missing | None = None

class PartlyStruct(msgspec.Struct):
    n: int = 0
    maybe: Missing | None = None

class PartlyTuple(NamedTuple):
    n: int = 0
    maybe: Missing | None = None

class PartlyDict(TypedDict):
    n: int
    maybe: typing.NotRequired[Missing | None]

@dataclass
class Early:
    late: Late | None = None
    lates: list[Late] = field(default_factory=list)
    box: Optional[Box[Late]] = None
    record: Optional[Record] = None
    named: Optional[Named[Late]] = None
    tag: Literal["a"] = "a"
    limited: Annotated[int, Field(gt=0)] = 1
    again: Self | None = None

@dataclass
class Box(Generic[T]):
    v: T
    inner: Box[T] | None = None

class Record(TypedDict):
    late: Late
    kids: typing.NotRequired[list[Record]]

class Named(NamedTuple, Generic[T]):
    v: T

class Late(BaseModel):
    n: int
    more: list[Late] = []

def local():
    @dataclass
    class Outer:
        inner: Inner | None = None
        unknown: Missing | None = None
        boxes: list[Box[Inner]] = field(default_factory=list)

    @dataclass
    class Inner:
        n: int

    return Outer, Inner
"""


@pytest.fixture(scope="module")
def models() -> Any:
    module = types.ModuleType("tests.types.lazy_models")
    sys.modules[module.__name__] = module
    exec(compile(SOURCE, module.__name__, "exec", dont_inherit=True), module.__dict__)
    return module


def test_what_is_known_of_an_annotation_with_an_unknown_name_counts(models: Any) -> None:
    with pytest.warns(UnresolvedNameWarning, match="maybe: Missing; items: Missing; pair: Missing; whole: missing"):
        made = convert_class(models.Partly, "basemodel")
    assert made.__annotations__["items"] == list[Any]
    assert made.__annotations__["pair"] == tuple[Any, int]
    one = models.Partly(1, ["any"], ("any", 2), 3, {"a": [1]})
    check_round_trip(one)
    assert from_json(models.Partly, b'{"maybe":1,"items":[2],"pair":[3,4],"whole":5,"either":{}}').items == [2]
    for bad in ({"items": 1}, {"pair": ("a", "b")}, {"n": "x"}):
        with pytest.raises(ConversionError):
            convert(models.Partly(**{**vars(one), **bad}), "basemodel")


def test_every_kind_reads_them(models: Any) -> None:
    partly = (models.PartlyAttrs, models.PartlyStruct, models.PartlyTuple, models.PartlyDict)
    for cls in (models.PartlySafe, models.PartlyModel, *partly):
        with pytest.warns(UnresolvedNameWarning, match=rf"{cls.__name__}: .*maybe: Missing"):
            convert_class(cls, "dataclass")
        assert shape_of(cls).fields["maybe"].unresolved == ("Missing",)
        with pytest.raises(ConversionError):
            convert(convert_class(cls, "dataclass")(n="x"), "basemodel")
    for cls in partly:
        check_round_trip(cls(n=1, maybe=["any"]), cls)


def test_names_that_come_later_are_those_classes(models: Any) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        late = models.Late(n=1, more=[models.Late(n=2)])
        one = models.Early(late, [late], models.Box(late, models.Box(late)), {"late": late, "kids": []})
        one.named, one.again = models.Named(late), models.Early()
        check_round_trip(one)
        json_schema(models.Early)
    data = b'{"late":{"n":1},"box":{"v":{"n":2}},"named":[{"n":3}],"record":{"late":{"n":4},"kids":[]}}'
    read = from_json(models.Early, data)
    assert {type(item) for item in (read.late, read.box.v, read.named.v, read.record["late"])} == {models.Late}
    for bad in (b'{"box":{"v":1}}', b'{"named":[1]}', b'{"record":{"late":1}}', b'{"again":1}', b'{"limited":0}'):
        with pytest.raises(ConversionError):
            from_json(models.Early, bad)


def test_classes_of_a_function_find_each_other(models: Any) -> None:
    outer, inner = models.local()
    with pytest.warns(UnresolvedNameWarning, match="unknown: Missing"):
        read = from_json(outer, b'{"inner":{"n":1},"unknown":2,"boxes":[{"v":{"n":3}}]}')
    assert read == outer(inner(1), 2, [models.Box(inner(3))])
    with pytest.raises(ConversionError):
        from_json(outer, b'{"inner":2}')
    with pytest.raises(ConversionError):
        from_json(outer, b'{"boxes":[{"v":2}]}')
