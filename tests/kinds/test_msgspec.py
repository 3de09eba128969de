"""Structs of msgspec: what msgspec itself makes of the same values is what arrives."""

import copy
import dataclasses
import datetime
import enum
import json
import pickle
import subprocess
import sys
from typing import Annotated, Any, Generic, Literal, TypeVar

import msgspec
import pytest
import typing_extensions
from msgspec import UNSET, Meta, Struct, UnsetType
from osbot_utils.type_safe.primitives.core.Safe_Str import Safe_Str
from osbot_utils.type_safe.Type_Safe import Type_Safe
from pydantic import BaseModel, Field, ValidationError

from type_safe_convert import (
    ConversionError,
    ValueConversionError,
    convert,
    convert_class,
    from_json,
    json_schema,
    to_json,
)
from type_safe_convert.testing.equality import differences
from type_safe_convert.testing.hypothesis import check_round_trip

T = TypeVar("T")


class Level(enum.Enum):
    LOW = "low"


class Part(Struct):
    size: int = 1
    labels: list[str] = []


class Machine(Struct, kw_only=True, rename="camel", tag="machine", omit_defaults=True):
    serial_number: Annotated[int, Meta(gt=0, description="as on the plate")]
    parts: list[Part] = msgspec.field(default_factory=list)
    by_place: dict[str, Part] = {}
    other: "Machine | None" = None


class Point(Struct, frozen=True, order=True, array_like=True, gc=False):
    x: int
    y: float = 0.0


class Point3(Point, frozen=True, gc=False):
    z: float = 0.0


class Box(Struct, Generic[T], weakref=True, dict=True):
    value: T
    more: tuple[T, ...] = ()


class Boxes(Struct):
    number: Box[int]
    level: Box[Level]


class Node(Struct, frozen=True):
    name: str
    children: list["Node"] = []


class Sorted(Struct):
    values: list[int]
    seen: int = 0

    def __post_init__(self) -> None:
        if len(self.values) > 3:
            raise ValueError("too many")
        self.values.sort()
        self.seen += 1


class Cached(Struct, frozen=True, cache_hash=True, forbid_unknown_fields=True, repr_omit_defaults=True):
    x: int = 1


class ByIdentity(Struct, eq=False):
    x: int = 1


class NoFields(Struct, tag=True):
    pass


def machine() -> Machine:
    inner = Machine(serial_number=2)
    return Machine(serial_number=1, parts=[Part(2, ["a"])], by_place={"front": Part()}, other=inner)


def cycle() -> Box[Any]:
    made: Box[Any] = Box(None)
    made.value = [made]
    return made


def with_more() -> Box[int]:
    made = Box(1)
    made.beside = [5]  # type: ignore[attr-defined]
    return made


def hashed() -> Cached:
    made = Cached(3)
    hash(made)
    return made


INSTANCES = [
    Part(), machine(), Point(1, 0.5), Point3(1, 2.0, 3.0), Box(1, (2,)), Boxes(Box(1), Box(Level.LOW)),
    Node("a", [Node("b")]), Sorted([3, 1]), hashed(), ByIdentity(2), NoFields(), with_more(),
]  # fmt: skip

by_class = pytest.mark.parametrize("instance", INSTANCES, ids=lambda instance: type(instance).__name__)


@by_class
def test_instances_come_back_from_every_kind(instance: Any) -> None:
    for _ in range(3):
        check_round_trip(instance)


@pytest.mark.parametrize("kind", ["type_safe", "basemodel", "dataclass", "attrs"])
def test_a_cycle_comes_back(kind: str) -> None:
    for _ in range(3):
        back = convert(convert(cycle(), kind), Box)
        assert back.value[0] is back


@by_class
def test_instances_come_back_from_generated_structs(instance: Any) -> None:
    record = convert(instance, "dataclass")
    cls = dataclasses.make_dataclass("Written", [(item.name, item.type) for item in dataclasses.fields(record)])
    written = convert(record, cls)
    there = convert(written, "msgspec")
    assert isinstance(there, Struct)
    assert differences(convert(there, cls), written) == []


class Item(BaseModel):
    sku: str = Field(min_length=1)
    sizes: list[int] = []


class Order(BaseModel):
    number: int = Field(gt=0)
    items: list[Item] = []
    level: Level = Level.LOW


class Product(Type_Safe):
    sku: Safe_Str
    sizes: list[int]


@pytest.mark.parametrize(
    "instance",
    [Order(number=3, items=[Item(sku="a", sizes=[1])]), Product(sku="a", sizes=[1])],
    ids=["order", "product"],
)
def test_generated_structs_are_read_and_written_by_msgspec(instance: Any) -> None:
    made = convert(instance, "msgspec")
    text = msgspec.json.encode(made)
    assert msgspec.json.decode(text, type=type(made)) == made
    assert msgspec.convert(msgspec.to_builtins(made), type(made)) == made
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(text.replace(b'"a"', b"1"), type=type(made))


@pytest.mark.parametrize(
    ("values", "path", "text"),
    [
        ({"serial_number": "1"}, ("serial_number",), "expected int"),
        ({"serial_number": -4}, ("serial_number",), "greater than 0"),
        ({"serial_number": 1, "parts": [1]}, ("parts", 0), "Part"),
    ],
)
def test_what_msgspec_refuses_is_refused_with_the_path(values: Any, path: Any, text: str) -> None:
    @dataclasses.dataclass
    class Source:
        serial_number: Any
        parts: Any = dataclasses.field(default_factory=list)

    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"type": "machine", "serialNumber": values["serial_number"], **values}, Machine)
    with pytest.raises(ValueConversionError, match=text) as caught:
        convert(Source(**values), Machine)
    assert caught.value.path == path


def test_post_init_runs_where_values_arrive_and_is_undone_on_the_way_back() -> None:
    @dataclasses.dataclass
    class Source:
        values: list[int]

    for _ in range(3):
        assert convert(Source([2, 1]), Sorted) == Sorted([1, 2])
    with pytest.raises(ConversionError, match="too many"):
        convert(Source([1, 2, 3, 4]), Sorted)
    assert from_json(Sorted, b'{"values":[2,1]}') == Sorted([1, 2])


def test_meta_becomes_constraints_and_descriptions_of_the_counterpart() -> None:
    class Plate(Struct):
        number: Annotated[int, Meta(gt=0, description="as on the plate")]

    model: Any = convert_class(Plate, "basemodel")
    with pytest.raises(ValidationError):
        model(number=-1)
    expected = msgspec.json.schema(Plate)["$defs"]["Plate"]["properties"]["number"]
    for shown in (model.model_json_schema(), json_schema(Plate), json_schema(convert_class(Plate, "dataclass"))):
        assert shown["properties"]["number"].items() >= expected.items()


def test_generated_structs_keep_what_they_carry_in_copies_and_pickles() -> None:
    made = convert(with_more(), "basemodel")
    made.more = (3,)
    cls: Any = type("Written", (convert_class(dataclasses.make_dataclass("D", [("x", int)]), "msgspec"),), {})
    instance = cls(1)
    instance.beside = [2]
    assert vars(copy.copy(instance)) == {"beside": [2]}
    assert vars(copy.deepcopy(instance)) == {"beside": [2]}
    there = convert(Part(3), "dataclass")
    assert pickle.loads(pickle.dumps(there)) == there


@dataclasses.dataclass
class Cat:
    name: str = "c"


@dataclasses.dataclass
class Dog:
    name: str = "d"
    age: int = 0


@dataclasses.dataclass
class Home:
    pet: Cat | Dog
    pets: list[Dog | Cat]
    by_name: dict[str, Cat | Dog | None] = dataclasses.field(default_factory=dict)


class Tabby(BaseModel):
    sort: Literal["tabby"] = "tabby"
    lives: int = Field(9, title="Lives", description="left", examples=[9])


class Beagle(BaseModel):
    sort: Literal["beagle"] = "beagle"
    lives: int = 1


class Shelter(BaseModel):
    pet: Tabby | Beagle = Field(discriminator="sort")
    limit: float | None = Field(None, gt=1, alias="Limit")
    level: Literal[Level.LOW, "any"] = "any"
    code: Annotated[str, Field(pattern="^[a-z]+$", max_length=3)] = "a"
    when: datetime.date | bytes | list[int] | tuple[str, str] = [1]
    made: int = Field(default_factory=lambda values: len(values["code"]) + 1)


class Left(BaseModel):
    a: int = 1


class Right(BaseModel):
    b: int = 2
    lefts: list[Left] = []


class Both(Left, Right):
    c: int = 3


@pytest.mark.parametrize(
    "instance",
    [
        Home(Dog("x", 1), [Cat(), Dog()], {"a": Cat("q"), "b": None}),
        Shelter(pet=Beagle(), Limit=2.5, level=Level.LOW, when=datetime.date(2026, 1, 2)),
        Shelter(pet=Tabby(), when=[2]),
        Both(a=5, lefts=[Left()]),
        Right(lefts=[Both()]),
    ],
    ids=lambda instance: type(instance).__name__,
)
def test_unions_and_bases_that_msgspec_refuses_have_a_way_that_works(instance: Any) -> None:
    made = convert(instance, "msgspec")
    for _ in range(3):
        assert differences(convert(convert(instance, "msgspec"), type(instance)), instance) == []
    if isinstance(instance, Right) and instance.lefts and type(instance.lefts[0]) is Both:
        return  # msgspec decodes the class that a field declares, and none below it
    for module in (msgspec.json, msgspec.msgpack):
        assert differences(module.decode(module.encode(made), type=type(made)), made) == []


def test_a_class_without_equality_has_a_struct_without() -> None:
    @dataclasses.dataclass(eq=False)
    class Same:
        x: int = 1

    instance = Same()
    assert convert(instance, "msgspec") != convert(instance, "msgspec")
    assert convert(Part(), "msgspec") == Part()
    assert len({convert(instance, "msgspec"), convert(instance, "msgspec")}) == 2


def test_members_of_unions_have_tags_and_other_structs_have_none() -> None:
    found = msgspec.to_builtins(convert(Home(Dog("x"), [Cat()]), "msgspec"))
    assert (found["pet"]["type"], found["pets"][0]["type"]) == ("Dog", "Cat")
    assert "type" not in found
    with pytest.raises(msgspec.ValidationError, match="type"):
        msgspec.json.decode(b'{"pet": {"type": "Cow"}, "pets": []}', type=convert_class(Home, "msgspec"))


def test_constraints_and_descriptions_become_meta() -> None:
    shown = msgspec.json.schema(convert_class(Tabby, "msgspec"))["$defs"]["Tabby__Struct"]["properties"]["lives"]
    assert shown == {"type": "integer", "title": "Lives", "description": "left", "examples": [9], "default": 9}
    cls: Any = convert_class(Shelter, "msgspec")
    for text in (b'{"code": "A"}', b'{"code": "abcd"}', b'{"Limit": 0.5}', b'{"level": "low", "when": {}}'):
        with pytest.raises(msgspec.ValidationError):
            msgspec.json.decode(text.replace(b"{", b'{"pet": {"sort": "tabby"}, ', 1), type=cls)


class Patch(Struct):
    name: str | UnsetType = UNSET
    note: str | UnsetType | None = UNSET
    sizes: list[int] | UnsetType = UNSET


@dataclasses.dataclass
class Noted:
    name: str = "n"
    note: str | None = "x"
    sizes: list[int] = dataclasses.field(default_factory=lambda: [1])


class NotedModel(BaseModel):
    name: str = "n"
    note: str | None = "x"
    sizes: list[int] = [1]


@pytest.mark.parametrize("instance", [Patch(), Patch(note=None), Patch("a", "b", [2])], ids=str)
@pytest.mark.parametrize("kind", ["type_safe", "basemodel", "dataclass", "attrs"])
def test_what_is_unset_stays_unset(instance: Patch, kind: str) -> None:
    for _ in range(3):
        check_round_trip(instance)
        there = convert(instance, kind)
        assert json.loads(to_json(there)) == json.loads(to_json(instance)) == msgspec.to_builtins(instance)
        assert convert(from_json(type(there), to_json(there)), Patch) == instance
        given = {name: value for name, value in msgspec.structs.asdict(instance).items() if value is not UNSET}
        assert convert(instance, Noted) == Noted(**given)
        assert differences(convert(instance, NotedModel), NotedModel(**given)) == []
    assert json_schema(Patch)["properties"]["name"] == {"title": "Name", "type": "string"}
    model: Any = convert_class(Patch, "basemodel")
    assert model.model_json_schema()["properties"]["name"] == {"title": "Name", "type": "string"}
    assert model(note=None).model_dump() == {"note": None}


def test_an_unset_value_is_refused_where_there_is_no_default() -> None:
    class Strict(BaseModel):
        name: str

    with pytest.raises(ValueConversionError, match="expected str, found UNSET"):
        convert(Patch(), Strict)


class Guarded(Struct):
    """As `dictstruct` has it: an unset field looks as if it were not there."""

    x: int | UnsetType = UNSET

    def __getattribute__(self, name: str) -> Any:
        if name == "x" and object.__getattribute__(self, name) is UNSET:
            raise AttributeError(name)
        return object.__getattribute__(self, name)


def test_fields_are_read_past_a_getattribute() -> None:
    for instance in (Guarded(), Guarded(2)):
        for _ in range(3):
            back = convert(convert(instance, "dataclass"), Guarded)
            assert msgspec.to_builtins(back) == msgspec.to_builtins(instance)


class Get(Struct, tag=True, forbid_unknown_fields=True):
    key: str


class Delete(Struct, tag="del"):
    key: str

    def __post_init__(self) -> None:
        """Changes nothing."""


class Commands(Struct):
    commands: list[Get | Delete]


def test_json_has_the_tags_of_msgspec() -> None:
    instance = Commands([Get("a"), Delete("b")])
    assert to_json(instance) == msgspec.json.encode(instance)
    assert from_json(Commands, msgspec.json.encode(instance)) == instance
    assert from_json(Get, b'{"key": "a"}') == Get("a")
    for read in (from_json, lambda cls, text: msgspec.json.decode(text, type=cls)):
        with pytest.raises((ValueError, msgspec.ValidationError), match="type"):
            read(Get, b'{"type": "del", "key": "a"}')
    shown = json_schema(Get)["properties"]["type"]
    assert shown["const"] == "Get"


@pytest.mark.parametrize("cls", [Shelter, Home])
def test_defaults_and_choices_of_generated_structs_are_made_from_json(cls: Any) -> None:
    made = convert_class(cls, "msgspec")
    text = b'{"pet": {"sort": "beagle"}, "code": "abc"}' if cls is Shelter else b'{"pet": {"age": 3}, "pets": []}'
    assert convert(from_json(made, text), cls) == from_json(cls, text)


def test_msgspec_is_imported_for_the_first_struct_only() -> None:
    code = """
import sys, dataclasses, type_safe_convert as t
@dataclasses.dataclass
class Point:
    x: int
assert t.convert(t.convert(Point(1), "basemodel"), Point) == Point(1)
try: t.convert(1, "basemodel")
except TypeError as error: assert "a msgspec Struct" in str(error)
assert "msgspec" not in sys.modules
t.convert(Point(1), "msgspec")
assert "msgspec" in sys.modules
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def test_our_decoder_reads_the_tags_that_msgspec_writes_for_generated_structs() -> None:
    @dataclasses.dataclass
    class Cat:
        name: str = "x"

    @dataclasses.dataclass
    class Dog:
        name: str = "x"

    @dataclasses.dataclass
    class Owner:
        pet: Cat | Dog
        pets: list[Cat | Dog]

    made = convert_class(Owner, "msgspec")
    struct = convert(Owner(Dog(), [Dog(), Cat()]), "msgspec")
    text = msgspec.json.encode(struct)
    assert b'"type":"Dog"' in text
    assert not differences(from_json(made, text), struct)
    assert b"type" not in to_json(struct)
    assert '"type": "Dog"' not in json.dumps(json_schema(made))
    with pytest.raises(ConversionError, match="Input should be 'Dog'"):
        from_json(convert_class(Dog, "msgspec"), b'{"type": "Cat"}')


class Size(enum.Enum):
    SMALL = "small"


@pytest.mark.parametrize("annotation", [Size | str, Literal[Size.SMALL] | str, list[Size | str] | Size | str])
def test_a_default_beside_a_union_that_msgspec_refuses(annotation: Any) -> None:
    """The Struct declares `None` beside what stands for the union."""
    cls = dataclasses.make_dataclass("WithNone", [("f", annotation, None)])
    made: Any = convert_class(cls, "msgspec")
    assert from_json(made, b'{"f": "large"}').f == "large"
    assert msgspec.json.decode(b'{"f": "large"}', type=made).f == "large"
    assert from_json(made, b"{}").f is None


class Known(typing_extensions.TypedDict):
    a: int


class Unknown(Known):
    b: typing_extensions.ReadOnly[int]


def test_members_that_msgspec_does_not_know_take_values_as_they_are() -> None:
    cls = dataclasses.make_dataclass("Either", [("values", list[Unknown | Known])])
    made = convert_class(cls, "msgspec")
    with pytest.raises(TypeError, match="ReadOnly"):
        msgspec.convert({"a": 1, "b": 2}, Unknown)
    for _ in range(3):
        values = [{"a": 1}, {"a": 1, "b": 2}]
        assert made(values=values).values == values
        assert from_json(made, to_json(convert(cls(values), "msgspec"))).values == values


class Wider(Known):
    d: typing_extensions.NotRequired[int]


@pytest.mark.parametrize(
    ("annotation", "value"),
    [
        (Known | Wider, {"a": 1, "d": 2}),
        (list[Known] | list[Wider], [{"a": 1, "d": 2}]),
        (dict[str, Known] | dict[str, Wider], {"x": {"a": 1, "d": 2}}),
        (list[float] | list[int], [1]),
        (dict[str, int] | dict[str, float], {"a": 1.0}),
    ],
)
def test_members_of_a_union_in_which_a_part_would_be_lost_are_not_chosen(annotation: Any, value: Any) -> None:
    cls = dataclasses.make_dataclass("Either", [("value", annotation)])
    made = convert_class(cls, "msgspec")
    for _ in range(3):
        assert differences(made(value=value).value, value) == []
        assert differences(from_json(made, to_json(made(value=value))).value, value) == []


@dataclasses.dataclass
class Got:
    key: str


class Entry(typing_extensions.TypedDict):
    size: Size
    got: Got


@pytest.mark.parametrize("default", [dataclasses.MISSING, None])
def test_typed_dicts_beside_a_type_that_msgspec_refuses(default: Any) -> None:
    """`from_json` makes the models in them itself, so the Struct has nothing to decode."""
    field: Any = dataclasses.field(default=default)
    cls = dataclasses.make_dataclass("WithEntry", [("f", complex | Entry | list[Entry], field)])
    made: Any = convert_class(cls, "msgspec")
    entry = {"size": Size.SMALL, "got": Got("a")}
    for value in (entry, [entry], 1j):
        instance = convert(cls(value), made)
        assert convert(from_json(made, to_json(instance)), cls) == cls(value)
