"""JSON of dataclasses that hold more than what their constructor stores: computed fields, properties, descriptors."""

import dataclasses
import enum
import json
from dataclasses import InitVar, dataclass, field
from typing import Any, Generic, Literal, NamedTuple, Optional, TypeVar

import pytest
from osbot_utils.type_safe.Type_Safe import Type_Safe
from osbot_utils.type_safe.Type_Safe__On_Demand import Type_Safe__On_Demand

from type_safe_convert import JsonError, convert, convert_class, from_json, from_python, json_schema, to_json, to_python

T = TypeVar("T")


@dataclass
class Sum:
    a: int
    b: int = field(init=False, default=5)
    items: list[int] = field(init=False, default_factory=list)
    total: int = field(init=False)

    def __post_init__(self):
        self.total = self.a * 2


@dataclass(frozen=True, slots=True)
class FrozenSum:
    a: int
    total: int = field(init=False, default=0)


@dataclass
class Plain:
    a: int
    note: str = field(init=False, default="n")


@dataclass
class BelowSum(Sum):
    more: int = 0


@dataclass
class Holder:
    one: Sum
    many: list[Sum] = field(default_factory=list)
    by_name: dict[str, Sum | None] = field(default_factory=dict)


def sums():
    changed = Sum(1)
    changed.b = 7
    changed.items.append(3)
    plain = Plain(1)
    plain.note = "changed"
    frozen = FrozenSum(1)
    object.__setattr__(frozen, "total", 4)
    return [Sum(1), changed, plain, frozen, Holder(changed, [Sum(2)], {"a": changed, "b": None})]


@pytest.mark.parametrize("number", range(5))
def test_fields_that_the_constructor_does_not_take_come_back_from_json(number):
    value = sums()[number]
    assert from_json(type(value), to_json(value)) == value
    assert from_python(type(value), to_python(value)) == value
    for kind in ("basemodel", "type_safe"):
        counterpart = convert(value, kind)
        made = from_json(type(counterpart), to_json(counterpart))
        assert to_json(made) == to_json(value)
        assert convert(made, "dataclass") == value


@dataclass
class Unset:
    a: int
    b: int = field(init=False)


def test_what_no_constructor_computes_is_read_and_what_it_computes_is_not():
    unset = Unset(1)
    unset.b = 3
    assert from_json(Unset, to_json(unset)) == unset
    assert not hasattr(from_json(Unset, b'{"a": 1}'), "b")
    assert from_json(Sum, b'{"a": 3, "b": 1, "items": [2], "total": 100}').total == Sum(3).total


def test_what_is_not_given_is_computed_and_the_schema_does_not_require_it():
    assert from_json(Sum, b'{"a": 3}') == Sum(3)
    assert json_schema(Sum)["required"] == ["a"]
    assert set(json_schema(Sum)["properties"]) == {"a", "b", "items", "total"}
    with pytest.raises(JsonError) as caught:
        from_json(Sum, b'{"a": 3, "total": "x"}')
    assert caught.value.path == ("total",)


def test_a_computed_field_of_a_counterpart_that_was_not_given_is_computed_at_the_origin():
    for kind in ("basemodel", "type_safe"):
        assert convert(convert_class(Sum, kind)(a=3), "dataclass") == Sum(3)
        assert convert(from_json(convert_class(Sum, kind), b'{"a": 3}'), "dataclass") == Sum(3)


def test_a_subclass_of_such_a_class_keeps_its_own_fields():
    holder = Holder(BelowSum(1, more=3))
    assert b'"more":3' in to_json(holder)
    assert type(from_json(Holder, to_json(holder), subclasses=True).one) is BelowSum


class Upper:
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
        self._number = 42 if isinstance(value, property) else value + 1


@dataclass
class Described_Holder:
    items: list[Described] = field(default_factory=list)


def test_properties_and_descriptors_over_fields_are_set_as_the_constructor_does():
    for text, expected in ((b'{"word": "a", "number": 3}', Described("a", 3)), (b"{}", Described())):
        made = from_json(Described, text)
        assert (made.word, made.number) == (expected.word, expected.number)
        assert to_json(made) == b'{"word":"%s","number":%d}' % (expected.word.encode(), expected.number)
        held = from_json(Described_Holder, b'{"items": [%s]}' % text).items[0]
        assert (held.word, held.number) == (expected.word, expected.number)
    value = Described("a", 3)
    for kind in ("basemodel", "type_safe"):
        counterpart = convert(value, kind)
        assert to_json(counterpart) == to_json(value)
        assert (counterpart.word, counterpart.number) == ("A", 4)


@dataclass
class Tax:
    rate: int
    percent: InitVar[int] = 3
    name: str = ""

    def __post_init__(self, percent):
        self.rate += percent


@dataclass
class TaxHolder:
    taxes: list[Tax] = field(default_factory=list)


def test_an_init_var_with_a_default_is_no_field_of_the_counterparts():
    assert from_json(Tax, b'{"rate": 1}') == Tax(1)
    assert from_json(Tax, b'{"rate": 1, "percent": 7}') == Tax(1, 7)
    for kind in ("type_safe", "basemodel"):
        counterpart = convert(Tax(1), kind)
        assert to_json(counterpart) == b'{"rate":4,"name":""}'
        made = from_json(type(counterpart), to_json(counterpart))
        assert (made.rate, made.name) == (4, "")
        assert set(json_schema(type(counterpart))["properties"]) == {"rate", "name"}
        held = convert_class(TaxHolder, kind)
        assert from_json(held, b'{"taxes": [{"rate": 2}]}').taxes[0].rate == 2


class Rates(NamedTuple):
    low: int


@dataclass
class TextTax(Generic[T]):
    rate: int
    plain: "InitVar[int]"
    rates: "dataclasses.InitVar[list[Rates]]"
    inside: InitVar["int | None"]
    own: "InitVar[Optional[TextTax]]" = None
    given: "InitVar[Optional[T]]" = None
    gone: "InitVar[list[Gone]]" = ()  # noqa: F821

    def __post_init__(self, plain, rates, inside, own, given, gone):
        self.made = (plain, rates, inside, own, given, gone)


@dataclass
class TextTaxBelow(TextTax[Rates]):
    pass


@dataclass
class TextTaxHolder:
    tax: TextTax[Rates]


START = '"rate": 1, "plain": 2, "rates": [[3]], "inside": null'


def test_an_init_var_in_text_is_checked():
    tax = from_json(TextTax, f'{{{START}, "own": {{{START}}}, "gone": ["x"]}}')
    assert tax.made[:3] == (2, [Rates(3)], None)
    assert isinstance(tax.made[3], TextTax)
    assert tax.made[5] == ["x"]
    for text, place in [
        ('{"rate": 1, "plain": "x", "rates": [], "inside": 1}', "plain"),
        ('{"rate": 1, "plain": 1, "rates": [["x"]], "inside": 1}', "rates[0][0]"),
        ('{"rate": 1, "plain": 1, "rates": [], "inside": "x"}', "inside"),
        (f'{{{START}, "own": {{"rate": 1}}}}', "own.plain"),
        (f'{{{START}, "gone": 1}}', "gone"),
    ]:
        with pytest.raises(JsonError) as caught:
            from_json(TextTax, text)
        assert place in str(caught.value)
    assert json_schema(TextTax)["$defs"]["TextTax"]["properties"]["plain"]["type"] == "integer"


def test_an_init_var_of_a_type_variable_has_the_argument_of_its_place():
    below = from_json(TextTaxBelow, f'{{{START}, "given": [4]}}')
    held = from_json(TextTaxHolder, f'{{"tax": {{{START}, "given": [4]}}}}')
    assert below.made[4] == held.tax.made[4] == Rates(4)
    wrong = f'{{{START}, "given": ["x"]}}'
    for cls, text in [(TextTaxBelow, wrong), (TextTaxHolder, f'{{"tax": {wrong}}}')]:
        with pytest.raises(JsonError):
            from_json(cls, text)


@dataclass
class WithBoth:
    a: int
    extra: InitVar[int] = 1
    total: int = field(init=False)

    def __post_init__(self, extra):
        self.total = self.a + extra


def test_an_init_var_beside_a_computed_field():
    assert from_json(WithBoth, b'{"a": 1, "extra": 5}').total == 6
    assert from_json(WithBoth, b'{"a": 1}').total == 2
    assert from_json(WithBoth, b'{"a": 1, "total": 9}').total == 2


# subclasses


class Sort(enum.Enum):
    ONE = "one"
    TWO = "two"


@dataclass
class Base:
    kind: Literal["base"] = "base"
    n: int = 0


@dataclass
class One(Base):
    kind: Literal["one"] = "one"


@dataclass
class Two(Base):
    kind: Literal["two"] = "two"


@dataclass
class TwoMore(Two):
    more: int = 0


class BaseTyped(Type_Safe):
    kind: str = "base"
    n: int


class OneTyped(BaseTyped):
    kind: str = "one"


class TwoTyped(BaseTyped):
    kind: str = "two"


@dataclass
class Named:
    type: str = "Named"
    n: int = 0


@dataclass
class Shape(Named):
    type: str = ""


@dataclass
class Circle(Named):
    type: str = ""


@dataclass
class Sorted_:
    sort: Literal[Sort.ONE, Sort.TWO] = Sort.ONE


@dataclass
class SortedOne(Sorted_):
    sort: Literal[Sort.ONE] = Sort.ONE


@dataclass
class SortedTwo(Sorted_):
    sort: Literal[Sort.TWO] = Sort.TWO


@pytest.mark.parametrize(
    ("declared", "values"),
    [
        (Base, [Base(n=1), One(n=1), Two(n=1), TwoMore(n=1, more=2)]),
        (BaseTyped, [BaseTyped(n=1), OneTyped(n=1), TwoTyped(n=1)]),
        (Named, [Named(n=1), Shape("Shape", 1), Circle("Circle", 1)]),
        (Sorted_, [SortedTwo(Sort.TWO)]),
    ],
)
def test_of_subclasses_with_the_same_keys_a_tag_or_the_class_name_tells(declared, values):
    for value in values:
        made = from_json(declared, to_json(value), subclasses=True)
        assert type(made) is type(value)
        assert to_json(made) == to_json(value)
    for kind in ("basemodel", "type_safe", "dataclass"):
        if isinstance(values[0], Type_Safe) and kind == "type_safe":
            continue
        for value in values:
            counterpart = convert(value, kind)
            made = from_json(convert_class(declared, kind), to_json(counterpart), subclasses=True)
            assert type(made) is type(counterpart)


@dataclass
class Setter:
    """Its `__setattr__` changes what is set, also in the constructor."""

    number: int
    text: str = ""

    def __setattr__(self, name, value):
        object.__setattr__(self, name, value.upper() if name == "text" else value)


@dataclass
class SetterHolder:
    many: list[Setter]
    by_name: dict[str, Setter | None] = field(default_factory=dict)


def test_a_setattr_of_the_class_sees_what_is_read_from_json():
    expected = Setter(1, "a")
    assert from_json(Setter, '{"number": 1, "text": "a"}') == expected
    assert from_python(Setter, {"number": 1, "text": "a"}) == expected
    held = SetterHolder([Setter(1, "a")], {"b": Setter(2, "b")})
    assert (
        from_json(SetterHolder, '{"many": [{"number": 1, "text": "a"}], "by_name": {"b": {"number": 2, "text": "b"}}}')
        == held
    )


class Part(Type_Safe):
    number: int


class OnDemand(Type_Safe__On_Demand):
    part: Part
    spare: Optional[Part] = None


def test_writing_makes_no_attribute_of_the_source_on_demand():
    instance = OnDemand()
    assert to_python(instance) == {"part": {"number": 0}, "spare": None}
    assert to_json(instance) == b'{"part":{"number":0},"spare":null}'
    # Reading `spare` would raise: osbot-utils tries to construct an Optional.
    assert {*vars(instance)["_on_demand__types"]} == {"part", "spare"}


class InOrder(Type_Safe):
    a: int
    b: str = "x"
    c: int

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)


def test_instances_with_a_constructor_of_their_own_are_written_in_the_order_of_their_attributes():
    """As by `Type_Safe.json`, and by pydantic-core: no function of Python is called for each of them."""
    assert json.loads(to_json(InOrder())) == InOrder().json()
    assert [*json.loads(to_json(InOrder()))] == [*InOrder().json()] == ["b", "a", "c"]
