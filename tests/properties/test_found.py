"""What the deep profile found once, as plain examples: each failed before it was mended."""

import copy
import datetime
import decimal
import json
import pickle
from dataclasses import dataclass, field
from typing import Annotated, Any, Dict, Generic, List, Optional, Set, TypeVar, Union

import pytest
from osbot_utils.type_safe.primitives.core.Safe_Float import Safe_Float
from osbot_utils.type_safe.primitives.core.Safe_Int import Safe_Int
from osbot_utils.type_safe.primitives.core.Safe_Str import Safe_Str
from osbot_utils.type_safe.Type_Safe import Type_Safe
from osbot_utils.type_safe.Type_Safe__On_Demand import Type_Safe__On_Demand
from osbot_utils.type_safe.type_safe_core.collections.Type_Safe__Dict import Type_Safe__Dict
from osbot_utils.type_safe.type_safe_core.collections.Type_Safe__List import Type_Safe__List
from pydantic import BaseModel, ByteSize, IPvAnyAddress, PastDate, SecretStr
from typing_extensions import TypeAliasType

from tests.json.compare import unlike
from type_safe_convert import (
    JsonError,
    ValueConversionError,
    convert,
    convert_class,
    from_json,
    from_python,
    to_json,
    to_python,
)
from type_safe_convert.hypothesis import check_round_trip
from type_safe_convert.testing.equality import differences

T = TypeVar("T")


class Typed(Type_Safe):
    union: List[Union[Annotated[int, "a note"], Safe_Int]]
    maybe: Optional[Safe_Float] = None
    nested: Dict[str, Dict[str, bytes]]


@dataclass
class Nothing:
    def __post_init__(self):
        self.seen = 1


@dataclass
class Floating:
    x: float


class FloatingModel(BaseModel):
    x: float


@dataclass
class Holder:
    x: Any


@dataclass(frozen=True, slots=True)
class Slotted:
    x: int
    more: list[int] = field(default_factory=list)


class Names(Type_Safe__List):
    expected_type = Safe_Str


class Either(Type_Safe):
    x: Union[list, Names]
    y: Optional[List[Union[List[int], Names]]] = None


class Listed(Type_Safe):
    x: Optional[List[Names]] = None


class Child(Type_Safe):
    n: int


class Parent(Type_Safe):
    x: int
    items: List[int]
    child: Child


class Secret(BaseModel):
    x: Optional[list[SecretStr]]


@pytest.mark.parametrize(
    "instance",
    [
        Typed(union=[Safe_Int(0)]),
        Typed(maybe=Safe_Float(1.5)),
        Typed(nested={"a": {"b": b"c"}}),
        Nothing(),
        Either(x=Names([Safe_Str("a")])),
        Either(x=[1], y=[Names(), [1], Names(["b"])]),
    ],
)
def test_it_comes_back(instance):
    for _ in range(3):
        check_round_trip(instance)


Numbers = TypeAliasType("Numbers", list[int])


class Aliased(Type_Safe):
    rows: List[Numbers]


def test_a_collection_of_what_an_alias_names_takes_its_items():
    """Type_Safe's own list of a type alias takes no item at all."""
    for made in (
        from_python(Aliased, {"rows": [[1]]}),
        from_json(Aliased, b'{"rows": [[1]]}'),
        convert(Aliased(), Aliased),
    ):
        made.rows.append([2])
        assert unlike(made, from_python(Aliased, to_python(made))) is None
    assert unlike(Aliased(), from_python(Aliased, {})) is None


def test_a_secret_is_made_of_text_as_pydantic_makes_it():
    made = convert(Holder(["hush"]), Secret)
    assert made.x[0].get_secret_value() == "hush"


@pytest.mark.parametrize("value", [[None], {"a": 1}, (1,), set(), frozenset({1})])
def test_a_primitive_is_not_made_of_a_container(value):
    target = type("Target", (Type_Safe,), {"__annotations__": {"x": Safe_Int}})
    with pytest.raises(ValueConversionError):
        convert(Holder(value), target)


def test_a_dict_of_dicts_is_typed_as_the_constructor_types_it():
    made = convert(Typed(nested={"a": {"b": b"c"}}), "type_safe")
    assert type(made.nested["a"]) is Type_Safe__Dict


@pytest.mark.parametrize("kind", ["type_safe", "basemodel"])
def test_a_class_below_the_counterpart_of_a_slotted_dataclass(kind):
    """Its dataclass has the slots of the written one above it, and a `__dict__` besides."""
    base = convert_class(Slotted, kind)
    below = type(base)("Below", (base,), {"__module__": __name__, "__annotations__": {"y": int}, "y": 3})
    for _ in range(3):
        check_round_trip(below(x=1, more=[2]))
        assert convert(Holder(4), convert_class(below, "dataclass")).more == []


@pytest.mark.parametrize("kind", ["basemodel", "dataclass"])
def test_a_plain_list_is_the_declared_one_once_it_is_back(kind):
    """Type_Safe's constructor leaves it plain inside Optional, which the annotation does not allow."""
    source = Listed(x=[["a"]])
    assert type(source.x[0]) is list
    home = convert(convert(source, kind), "type_safe")
    assert type(home.x[0]) is Names
    assert home.x == [["a"]]


@pytest.mark.parametrize("kind", ["basemodel", "dataclass"])
def test_defaults_of_a_generated_class_are_of_its_own_kind(kind):
    """Also where the values come from another family, which has not all of the fields."""
    target = convert_class(Parent, kind)
    for _ in range(3):
        made = convert(Holder(4), target)
        assert type(made.items) is list
        assert type(made.child) is convert_class(Child, kind)


class Inner(BaseModel):
    x: int


class InnerMore(Inner):
    y: int = 1


class Outer(BaseModel):
    inner: Inner
    many: list[Inner] = []


@pytest.mark.parametrize("kind", ["type_safe", "dataclass"])
def test_a_class_that_declares_a_generated_class_gets_generated_instances(kind):
    """Below a generated class, by inheritance: in the interpreted way as in generated code."""
    base = convert_class(Outer, kind)
    below = type(base)("Below", (base,), {"__module__": __name__, "__annotations__": {}})
    for _ in range(3):
        inner, more = convert(Inner(x=1), kind), convert(InnerMore(x=2), kind)
        check_round_trip(below(inner=inner, many=[more, inner]))


@pytest.mark.parametrize("target", [Floating, FloatingModel])
def test_a_decimal_is_no_float(target):
    with pytest.raises(ValueConversionError):
        convert(Holder(decimal.Decimal(1)), target)


class Dated(Type_Safe):
    born: PastDate = None
    size: ByteSize = None
    address: Optional[IPvAnyAddress] = None


@pytest.mark.parametrize("kind", ["type_safe", "basemodel", "dataclass"])
def test_a_type_that_only_pydantic_knows_may_be_none_in_json_of_type_safe(kind):
    """As every field of a Type_Safe class: `to_json` wrote no such None, and `from_json` read none."""
    cls = convert_class(Dated, kind)
    assert json.loads(to_json(convert(Dated(), kind))) == {"born": None, "size": None, "address": None}
    read = from_json(cls, '{"born": null, "size": null, "address": null}')
    assert (read.born, read.size, read.address) == (None, None, None)
    with pytest.raises(JsonError):
        from_json(cls, '{"born": "2999-01-01"}')


@dataclass
class Own:
    at: datetime.time
    words: set[str]
    either: Union[datetime.date, list[int]]

    def __init__(self, **values):
        self.__dict__.update(values)


class OwnTyped(Type_Safe):
    at: datetime.time
    words: Set[str]

    def __init__(self, **values):
        super().__init__(**values)


def test_a_class_with_a_constructor_of_its_own_reads_the_forms_of_json():
    """Its values went through a function, behind which pydantic takes them for Python's, strictly."""
    read = from_json(Own, '{"at": "01:02:03", "words": ["a"], "either": "2026-01-02"}')
    assert (read.at, read.words, read.either) == (datetime.time(1, 2, 3), {"a"}, datetime.date(2026, 1, 2))
    assert from_json(OwnTyped, '{"at": "01:02:03", "words": ["a"]}').words == {"a"}
    with pytest.raises(JsonError) as caught:
        from_json(Own, '{"at": "x", "words": ["a"], "either": "2026-01-02"}')
    assert caught.value.path == ("at",)
    assert [item["loc"] for item in caught.value.pydantic_errors()] == [("at",)]
    instance = Own(at=datetime.time(1), words=set(), either=[1])
    assert from_python(Own, instance) is instance


class Demanded(Type_Safe__On_Demand):
    number: int

    def __init__(self, **values):
        super().__init__(**values)
        self.__dict__["constructed"] = True


def test_the_constructor_of_an_on_demand_class_runs():
    """One of its own, as that of every Type_Safe class that takes the fields as keywords."""
    assert from_json(Demanded, '{"number": 1}').constructed
    assert convert(Floating(1.0), type("Other", (Demanded,), {"__annotations__": {"x": float}})).constructed
    check_round_trip(Demanded(number=2))


@dataclass
class Boxed(Generic[T]):
    content: T
    more: list[T] = field(default_factory=list)


@dataclass
class Boxes:
    numbers: Boxed[int]
    boxes: Boxed[Boxed[str]]


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, lambda made: pickle.loads(pickle.dumps(made))])
def test_a_copy_knows_the_type_arguments_that_its_holder_gave(again):
    """What a typed list expects in a field of `list[T]` is told by the annotation of the holder, not by its own."""
    made = convert(Boxes(Boxed(1, [2]), Boxed(Boxed("a"), [Boxed("b", ["c"])])), "type_safe")
    assert made.boxes.content.more.expected_type is str
    assert differences(made, again(made)) == []


@dataclass(frozen=True)
class Chained:
    again: Optional["Chained"] = None

    def __post_init__(self):
        """Changes nothing."""


def test_a_frozen_dataclass_that_holds_itself_is_of_its_class_at_every_depth():
    """Generated code filled an object of another class, which it then handed to `__post_init__`'s own route."""
    chain = Chained(Chained(Chained()))
    for _ in range(4):
        for kind in ("dataclass", "type_safe", "basemodel"):
            home = convert(convert(chain, kind), "dataclass")
            assert home == chain
            assert {type(home), type(home.again), type(home.again.again)} == {Chained}
    check_round_trip(chain)
