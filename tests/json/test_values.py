"""Law: `from_json(cls, to_json(x)) == x`, or `to_json` refuses with a named error, whatever the class of the value."""

import collections
import datetime
import decimal
import enum
import fractions
import ipaddress
import json
import math
import pathlib
import re
import uuid
import zoneinfo
from collections.abc import Iterable, Mapping, MutableSequence, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, make_dataclass
from typing import Any, DefaultDict, Deque, Dict, Literal, NamedTuple, Optional, OrderedDict, Union

import pytest
from osbot_utils.type_safe.Type_Safe import Type_Safe
from pydantic import TypeAdapter, create_model

from type_safe_convert import ConversionError, convert_class, from_json, to_json

KINDS = ("type_safe", "basemodel", "dataclass")


class IntEnum(int, enum.Enum):
    a = 1
    b = 2


class TextEnum(str, enum.Enum):  # noqa: UP042  # a StrEnum has another `str`
    a = "x"


class Mixed(enum.Enum):
    a = 1
    b = "1"


class Pair(enum.Enum):
    a = (1, 2)


class Flags(enum.Flag):
    a = 1
    b = 2


class MyDate(datetime.date): ...


class MyDatetime(datetime.datetime): ...


class MyDelta(datetime.timedelta): ...


class MyStr(str): ...


class MyInt(int): ...


class MyFloat(float): ...


class MyBytes(bytes): ...


class MyDecimal(decimal.Decimal): ...


class MyUUID(uuid.UUID): ...


class Own(str):
    def __new__(cls, text: str, more: int = 0) -> "Own":
        return str.__new__(cls, text)


@dataclass(frozen=True)
class Item:
    n: int = 1


class Items(list[Item]): ...


class Numbers(set[int]): ...


class Frozen(frozenset[int]): ...


class ByName(dict[str, Item]): ...


class Row(tuple[int, ...]): ...


class Bare(list): ...  # type: ignore[type-arg]  # the case is that it says nothing of its items


class Queue(collections.deque): ...  # type: ignore[type-arg]  # as above


class Point(NamedTuple):
    x: int


class Endless(enum.Enum):
    infinite = math.inf
    whole = 1.0


class Odd(enum.Enum):
    half = 1.5
    yes = True
    nothing = None
    raw = b"a"
    pair = (1, 2)
    infinite = math.inf


UTC = datetime.UTC
BERLIN = zoneinfo.ZoneInfo("Europe/Berlin")
D = decimal.Decimal

SCALARS: list[tuple[Any, list[Any]]] = [
    (int, [0, -1, 2**70]),
    (bool, [True]),
    (str, ["a", "é\0", "1", "null"]),
    (float, [1.5, math.inf, -math.inf, math.nan, -0.0, 5e-324]),
    (complex, [1 + 2j, complex(0, math.inf)]),
    (bytes, [b"a\xff"]),
    (bytearray, [bytearray(b"a\xff")]),
    (D, [D("1.50"), D("NaN"), D("Infinity"), D("-Infinity"), D("1E+500")]),
    (fractions.Fraction, [fractions.Fraction(1, 3), fractions.Fraction(2)]),
    (range, [range(1, 9, 2)]),
    (datetime.datetime, [datetime.datetime.max, datetime.datetime(2020, 1, 1, tzinfo=BERLIN)]),
    (datetime.date, [datetime.date.min, datetime.date.max]),
    (datetime.time, [datetime.time(1, 2, 3, 4), datetime.time(1, tzinfo=UTC)]),
    (datetime.timedelta, [datetime.timedelta.max, datetime.timedelta.min, datetime.timedelta(microseconds=-1)]),
    (datetime.timezone, [UTC]),
    (zoneinfo.ZoneInfo, [BERLIN]),
    (uuid.UUID, [uuid.UUID(int=5)]),
    (pathlib.Path, [pathlib.Path("a/b")]),
    (pathlib.PurePath, [pathlib.PurePath("a"), pathlib.PureWindowsPath("c:\\a")]),
    (pathlib.PurePosixPath, [pathlib.PurePosixPath("a")]),
    (pathlib.PureWindowsPath, [pathlib.PureWindowsPath("c:\\a")]),
    (re.Pattern, [re.compile("a"), re.compile("a", re.I), re.compile(b"a")]),
    (ipaddress.IPv4Address, [ipaddress.ip_address("1.2.3.4")]),
    (ipaddress.IPv6Address, [ipaddress.ip_address("::1")]),
    (ipaddress.IPv4Interface, [ipaddress.ip_interface("1.2.3.4/8")]),
    (ipaddress.IPv6Network, [ipaddress.ip_network("::/8")]),
    (IntEnum, [*IntEnum]),
    (TextEnum, [*TextEnum]),
    (Mixed, [*Mixed]),
    (Pair, [*Pair]),
    (Flags, [Flags.a, Flags.a | Flags.b]),
    (Odd, [*Odd]),
    (Endless, [*Endless]),
    (MyDate, [MyDate(2020, 1, 1)]),
    (MyDatetime, [MyDatetime(2020, 1, 1, 2, 3, 4, 5, UTC)]),
    (MyDelta, [MyDelta(1, 2, 3)]),
    (MyStr, [MyStr("a")]),
    (MyInt, [MyInt(1)]),
    (MyFloat, [MyFloat(1.5)]),
    (MyBytes, [MyBytes(b"a")]),
    (MyDecimal, [MyDecimal("1.5")]),
    (MyUUID, [MyUUID(int=1)]),
    (Own, [Own("a", 1)]),
    (type(None), [None]),
    (tuple[int, str], [(1, "a")]),
    (frozenset[int], [frozenset({1})]),
    (Point, [Point(1)]),
    (Literal[1, "a", "1"], [1, "a", "1"]),
    (Literal[IntEnum.a], [IntEnum.a]),
    (Literal[Odd.half, Odd.yes, Odd.nothing, Odd.raw, Odd.pair, Odd.infinite], [*Odd]),
    (Literal[b"a\xff", b"b", "a"], [b"a\xff", b"b", "a"]),  # type: ignore[name-defined]  # mypy reads "a" as a name
    (Optional[str], [None, "a", "null"]),
    (Union[int, datetime.date], [1, datetime.date(2020, 1, 1)]),
    (type, [int]),
]

CONTAINERS: list[tuple[Any, list[Any]]] = [
    (collections.Counter[Mixed], [collections.Counter([Mixed.a, Mixed.b, Mixed.b])]),
    (Dict[str, Items], [{"a": Items([Item(1)])}]),
    (Items, [Items([Item()])]),
    (Numbers, [Numbers({1})]),
    (Frozen, [Frozen({1})]),
    (ByName, [ByName(a=Item())]),
    (Row, [Row((1, 2))]),
    (Bare, [Bare([1])]),
    (Queue, [Queue([1])]),
    (list[bytearray], [[bytearray(b"a")]]),
    (Optional[MyDate], [MyDate(2020, 1, 1)]),
    (Deque[int], [collections.deque([1])]),
    (OrderedDict[tuple[int, int], int], [collections.OrderedDict({(1, 2): 3})]),
    (DefaultDict[int, list[int]], [collections.defaultdict(list, {1: [2]})]),
    (DefaultDict[str, list[datetime.date]], [collections.defaultdict(list, {"a": [datetime.date(2020, 1, 1)]})]),
    (dict[Union[int, str], int], [{1: 2, "1": 3, "a": 4}]),
    (dict[str, dict[Mixed, int]], [{"a": {Mixed.a: 1, Mixed.b: 2}}]),
]


def holder(kind: str, annotation: Any, generated: bool) -> Any:
    if generated:
        other = "dataclass" if kind != "dataclass" else "type_safe"
        return convert_class(holder(other, annotation, False), kind)
    if kind == "dataclass":
        return make_dataclass("Holder", [("v", annotation)])
    if kind == "basemodel":
        return create_model("Holder", v=(annotation, ...))
    return type("Holder", (Type_Safe,), {"__annotations__": {"v": annotation}, "__module__": __name__})


def held(cls: Any, value: Any) -> Any:
    made = cls.__new__(cls)
    object.__setattr__(made, "__dict__", {"v": value})
    if hasattr(cls, "model_fields"):
        return cls.model_construct(v=value)
    return made


def check(kind: str, annotation: Any, values: list[Any], generated: bool) -> None:
    try:
        cls = holder(kind, annotation, generated)
        texts = [(value, to_json(held(cls, value))) for value in values if _is_written(cls, value)]
    except ConversionError:
        return  # of the class
    for value, text in texts:
        again = from_json(cls, text).v
        assert _same(value, again), f"{value!r} became {again!r} by way of {text!r}"


def _is_written(cls: Any, value: Any) -> bool:
    try:
        to_json(held(cls, value))
    except ConversionError:
        return False
    return True


def _same(value: Any, again: Any) -> bool:
    if isinstance(value, dict):
        kept = len(value) == len(again) and [*map(type, value)] == [*map(type, again)]
        return kept and all(map(_same, value, again)) and all(map(_same, value.values(), again.values()))
    return bool(again == value) or (value != value and repr(again) == repr(value))


CASES = [pytest.param(*case, id=str(case[0])[-40:]) for case in [*SCALARS, *CONTAINERS] if case[0] is not Item]
HASHED = [pytest.param(*case, id=str(case[0])[-40:]) for case in SCALARS if case[0] is not bytearray]


@pytest.mark.parametrize(("annotation", "values"), CASES)
@pytest.mark.parametrize("kind", KINDS)
def test_values(kind: str, annotation: Any, values: list[Any]) -> None:
    if kind != "basemodel":  # a model that somebody wrote is pydantic's own affair
        check(kind, annotation, values, generated=False)
    check(kind, annotation, values, generated=True)


@pytest.mark.parametrize(("annotation", "values"), HASHED)
@pytest.mark.parametrize("kind", KINDS)
def test_keys(kind: str, annotation: Any, values: list[Any]) -> None:
    for generated in (False, True):
        if kind != "basemodel" or generated:
            check(kind, Dict[annotation, int], [{value: 1} for value in values], generated)


WRITTEN = {
    IntEnum: IntEnum.a,
    tuple[int, str]: (1, "a"),
    Mixed: Mixed.b,
    Point: Point(1),
    Item: Item(3),
    MyDate: MyDate(2020, 1, 1),
}


@pytest.mark.parametrize("annotation", WRITTEN, ids=str)
def test_keys_that_have_a_text(annotation: Any) -> None:
    cls = holder("dataclass", Dict[annotation, int], False)
    value = held(cls, {WRITTEN[annotation]: 1})
    assert from_json(cls, to_json(value)) == value


@pytest.mark.parametrize("value", [re.compile("a", re.I), re.compile(b"a"), re.compile("a", re.X | re.M)], ids=repr)
def test_a_pattern_that_a_text_does_not_tell_is_refused(value: Any) -> None:
    with pytest.raises(ConversionError, match="a pattern of bytes, or with flags, has no form in JSON"):
        to_json(held(holder("dataclass", re.Pattern, False), value))


# Types that pydantic writes otherwise where nothing is declared.
DECLARED: list[tuple[Any, Any]] = [
    (list[Pair], [Pair.a]), (list[bytes], [b"\xff"]), (dict[tuple[int, int], str], {(1, 2): "a"}), (Pair, Pair.a),
    (dict[Pair, int], {Pair.a: 1}), (tuple[Pair, ...], (Pair.a,)),
]  # fmt: skip
BESIDE = [
    Odd, Literal[Odd.pair], Literal[b"a"], Literal[TextEnum.a], type[int], Sequence[bytes], range, Items, Bare, Queue,
    MutableSequence[int], AbstractSet[int], Iterable[int], list[int], dict[str, int], Point, datetime.datetime, float,
    Mapping[str, int], re.Pattern, decimal.Decimal, Item, fractions.Fraction,
]  # fmt: skip


@pytest.mark.parametrize(("annotation", "value"), DECLARED, ids=str)
@pytest.mark.parametrize("beside", BESIDE, ids=str)
def test_a_union_writes_a_value_as_its_member_does(annotation: Any, value: Any, beside: Any) -> None:
    for both in (Union[beside, annotation], Union[annotation, beside]):
        assert to_json(held(holder("dataclass", both, False), value)) == b'{"v":' + to_json(value, annotation) + b"}"


@pytest.mark.parametrize("annotation", [MyDate, Items, bytearray, zoneinfo.ZoneInfo, D], ids=str)
def test_they_are_read_in_their_own_class(annotation: Any) -> None:
    value = next(values[0] for known, values in [*SCALARS, *CONTAINERS] if known is annotation)
    cls = holder("dataclass", annotation, False)
    assert type(from_json(cls, to_json(held(cls, value))).v) is annotation
    with pytest.raises(ConversionError):
        from_json(cls, b'{"v":{"a":[]}}')


UNEVEN = datetime.timezone(datetime.timedelta(hours=1, seconds=30))
MOMENT = datetime.datetime(2020, 1, 1, tzinfo=UNEVEN)


@pytest.mark.parametrize(
    ("annotation", "value"),
    [
        (datetime.datetime, MOMENT),
        (datetime.datetime, MOMENT.replace(tzinfo=datetime.timezone(datetime.timedelta(microseconds=1)))),
        (datetime.datetime, datetime.datetime(1930, 1, 1, tzinfo=zoneinfo.ZoneInfo("Africa/Monrovia"))),
        (datetime.time, datetime.time(1, tzinfo=UNEVEN)),
        (Optional[datetime.datetime], MOMENT),
        (list[datetime.datetime], [MOMENT]),
        (dict[datetime.datetime, int], {MOMENT: 1}),
        (MyDatetime, MyDatetime(2020, 1, 1, tzinfo=UNEVEN)),
    ],
    ids=str,
)
@pytest.mark.parametrize("kind", KINDS)
def test_an_offset_with_seconds_is_refused(kind: str, annotation: Any, value: Any) -> None:
    cls = holder(kind, annotation, kind == "basemodel")
    with pytest.raises(ConversionError, match="an offset from UTC with seconds has no form in JSON"):
        to_json(held(cls, value))


@pytest.mark.parametrize("key", [IntEnum.a, True, 3], ids=repr)
@pytest.mark.parametrize("kind", KINDS)
def test_whatever_is_an_int_is_a_key_of_ints(kind: str, key: Any) -> None:
    cls = holder(kind, Dict[int, str], kind == "basemodel")
    text = to_json(held(cls, {key: "x"}))
    assert from_json(cls, text).v == {key: "x"}
    assert list(json.loads(text)["v"]) == [str(int(key))]


def test_a_deque_comes_back_without_its_bound_as_from_pydantic() -> None:
    cls = holder("dataclass", Deque[int], False)
    text = to_json(held(cls, collections.deque([1], maxlen=3)))
    assert from_json(cls, text).v.maxlen is TypeAdapter(cls).validate_json(text).v.maxlen is None


class Spread(NamedTuple):
    left: int
    more: list[int] = []


@dataclass
class SpreadOrList:
    a: Union[Spread, list[int]]


@pytest.mark.parametrize(
    "text", ['{"a": [0]}', '{"a": [0, [1]]}', '{"a": {"left": 0}}', '{"a": []}', '{"a": [1, 2, 3]}']
)
def test_an_array_is_read_as_pydantic_reads_it_where_a_named_tuple_and_a_list_may_be(text: str) -> None:
    assert from_json(SpreadOrList, text) == TypeAdapter(SpreadOrList).validate_json(text)


class Level(enum.Enum):
    LOW = "l"
    HIGH = "h"


class TypeSafeLevel(Type_Safe):
    level: Level


@dataclass
class DataclassLevel:
    level: Level


def test_type_safe_and_its_counterparts_read_the_name_of_an_enum_member() -> None:
    """As Type_Safe does, and no other kind."""
    for cls in (TypeSafeLevel, convert_class(TypeSafeLevel, "dataclass"), convert_class(DataclassLevel, "type_safe")):
        assert from_json(cls, '{"level": "HIGH"}').level is Level.HIGH
    for kind in ("dataclass", "basemodel"):
        with pytest.raises(ConversionError, match="level: "):
            from_json(convert_class(DataclassLevel, kind), '{"level": "HIGH"}')
