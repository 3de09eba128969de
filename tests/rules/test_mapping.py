"""What rules say of fields arrives, at any depth and in every kind."""

import copy
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, make_dataclass
from numbers import Number
from typing import Any, NamedTuple, Protocol, TypedDict

import pytest
import typing_extensions
from attrs import define
from osbot_utils.type_safe.Type_Safe import Type_Safe
from pydantic import BaseModel

from tests.rules.models import (
    Address,
    Customer,
    Item,
    LineDto,
    Order,
    OrderDto,
    an_order,
    rules,
    the_dto,
)
from type_safe_convert import (
    SKIP,
    ClassConversionError,
    Constant,
    ConversionError,
    ExtraFieldError,
    MissingFieldError,
    Rules,
    convert,
    convert_class,
    converter,
)

VALUES = {"tenant": "acme"}


def each_speed(function: Any, *arguments: Any, **more: Any) -> list[Any]:
    """The results of the first call, which is interpreted, and of the next, which is compiled."""
    return [function(*arguments, **more) for _ in range(3)]


def test_everything_that_a_rule_may_say() -> None:
    order = an_order()
    before = copy.deepcopy(order)
    to_dto = rules.converter(Order, OrderDto)
    for made in each_speed(to_dto, order, values=VALUES) + each_speed(rules.convert, order, OrderDto, values=VALUES):
        assert made == the_dto()
    assert order == before


def test_constants_and_lists_are_not_shared() -> None:
    first, second = (rules.convert(an_order(), OrderDto, values=VALUES) for _ in range(2))
    first.tags.append("x")
    assert second.tags == ["new"]


@pytest.mark.parametrize("kind", ["type_safe", "basemodel", "dataclass", "attrs"])
def test_generated_classes_on_either_side(kind: str) -> None:
    source = convert(an_order(), kind)
    assert rules.convert(source, OrderDto, values=VALUES) == the_dto()
    target = convert_class(OrderDto, kind)
    made = rules.convert(an_order(), target, values=VALUES)
    assert type(made) is target
    assert convert(made, OrderDto) == the_dto()


class TypeSafeCustomer(Type_Safe):
    name: str


class TypeSafeOrder(Type_Safe):
    customer: TypeSafeCustomer
    number: int


class ModelCustomer(BaseModel):
    name: str


class ModelOrder(BaseModel):
    customer: ModelCustomer
    number: int


@define
class AttrsCustomer:
    name: str


@define
class AttrsOrder:
    customer: AttrsCustomer
    number: int


class TypeSafeFlat(Type_Safe):
    who: str
    id: int


class ModelFlat(BaseModel):
    who: str
    id: int


@define
class AttrsFlat:
    who: str
    id: int


@pytest.mark.parametrize(("customer", "order"), [
    (TypeSafeCustomer, TypeSafeOrder), (ModelCustomer, ModelOrder), (AttrsCustomer, AttrsOrder),
])  # fmt: skip
@pytest.mark.parametrize("flat", [TypeSafeFlat, ModelFlat, AttrsFlat])
def test_paths_in_classes_of_every_kind(customer: Any, order: Any, flat: Any) -> None:
    found = Rules()
    found.map(order, flat, {"who": "customer.name", "id": "number"})
    for made in each_speed(found.converter(order, flat), order(customer=customer(name="Ann"), number=3)):
        assert (type(made), made.who, made.id) == (flat, "Ann", 3)


# at any depth


@dataclass
class Holder:
    listed: list[Item]
    mapped: dict[str, Item]
    pair: tuple[Item, int]
    many: tuple[Item, ...]
    union: Item | Customer
    optional: Item | None = None


@dataclass
class NameDto:
    label: str


@dataclass
class CodeDto:
    code: str


@dataclass
class HolderDto:
    listed: list[CodeDto]
    mapped: dict[str, CodeDto]
    pair: tuple[CodeDto, int]
    many: tuple[CodeDto, ...]
    union: NameDto | CodeDto
    optional: CodeDto | None = None


def test_rules_hold_in_containers_and_unions() -> None:
    found = Rules()
    found.map(Item, CodeDto, {"code": "sku"})
    found.map(Customer, NameDto, {"label": "name"})
    item, code = Item("a", 1.0), CodeDto("a")
    source = Holder([item], {"k": item}, (item, 1), (item, item), item, item)
    expected = HolderDto([code], {"k": code}, (code, 1), (code, code), code, code)
    assert each_speed(found.converter(Holder, HolderDto), source) == [expected] * 3
    source = Holder([], {}, (item, 1), (), Customer("Ann"))
    assert found.convert(source, HolderDto) == HolderDto([], {}, (code, 1), (), NameDto("Ann"))


@dataclass
class Shape:
    name: str
    x: int


@dataclass
class Circle(Shape):
    radius: int


@dataclass
class Disc(Circle):
    color: str = "red"


@dataclass
class Square(Shape):
    side: int


@dataclass
class ShapeDto:
    label: str
    left: int


@dataclass
class RoundDto(ShapeDto):
    r: int


@dataclass
class Drawing:
    shapes: list[Shape]


@dataclass
class DrawingDto:
    shapes: list[ShapeDto]


def test_the_nearest_rule_wins_for_subclasses() -> None:
    found = Rules()
    found.map(Shape, ShapeDto, {"label": "name", "left": "x"})
    found.map(Circle, RoundDto, {"r": "radius", "label": lambda circle: f"round {circle.name}"})
    shapes = [Shape("s", 1), Circle("c", 2, 3), Disc("d", 4, 5), Square("q", 6, 7)]
    expected = [ShapeDto("s", 1), RoundDto("round c", 2, 3), RoundDto("round d", 4, 5), ShapeDto("q", 6)]
    for made in each_speed(found.converter(Drawing, DrawingDto), Drawing(shapes)):
        assert made == DrawingDto(expected)
    to_dto = found.converter(Shape, ShapeDto)
    assert [to_dto(shape) for shape in shapes] == expected


def test_a_rule_of_a_base_may_be_taken_back_by_name() -> None:
    found = Rules()
    found.map(Shape, ShapeDto, {"label": "name", "left": "x"})
    found.map(Circle, ShapeDto, {"left": "radius"})
    assert found.convert(Circle("c", 2, 3), ShapeDto) == ShapeDto("c", 3)


def test_rules_within_a_class() -> None:
    found = Rules()
    found.map(Customer, Customer, {"name": lambda customer: "hidden", "address": SKIP})
    assert found.convert(Customer("Ann", Address("Rome")), Customer) == Customer("hidden")

    @dataclass
    class Wrapper:
        inside: list[Customer]

    assert found.convert(Wrapper([Customer("Ann")]), Wrapper) == Wrapper([Customer("hidden")])


class Point(NamedTuple):
    x: int
    y: int


class Options(TypedDict):
    color: str


@dataclass
class Placed:
    at: Point
    options: Options
    anything: Any = None

    @property
    def double(self) -> int:
        return 2 * self.at.x


@dataclass
class PlacedDto:
    left: int
    color: str
    twice: int
    deep: int | None = None


def test_paths_through_named_tuples_typed_dicts_properties_and_anything() -> None:
    found = Rules()
    found.map(Placed, PlacedDto, {
        "left": "at.x", "color": "options.color", "twice": "double", "deep": "anything.x",
    })  # fmt: skip
    to_dto = found.converter(Placed, PlacedDto)
    for _ in range(3):
        assert to_dto(Placed(Point(1, 2), {"color": "red"})) == PlacedDto(1, "red", 2)
        assert to_dto(Placed(Point(1, 2), {"color": "red"}, Point(7, 8))) == PlacedDto(1, "red", 2, 7)


class Inner(TypedDict, total=False):
    color: str


class Outer(TypedDict):
    inner: Inner


@dataclass
class ColorDto:
    color: str | None


def test_paths_through_typed_dicts_in_a_typed_dict() -> None:
    found = Rules()
    found.map(Outer, ColorDto, {"color": "inner.color"})
    to_dto = found.converter(Outer, ColorDto)
    for _ in range(3):
        assert to_dto({"inner": {"color": "red"}}) == ColorDto("red")
        assert to_dto({"inner": {}}) == ColorDto(None)
        assert found.reversed(ColorDto, Outer).convert(ColorDto("red"), Outer) == {"inner": {"color": "red"}}
    wrong = Rules()
    wrong.map(Outer, ColorDto, {"color": "inner.colour"})
    with pytest.raises(ClassConversionError, match="Inner has no colour; did you mean 'color'"):
        wrong.converter(Outer, ColorDto)


class CodeKeys(TypedDict):
    code: str


@pytest.mark.parametrize(("source", "target", "value", "made"), [
    (list[Item], list[CodeKeys], [Item("a", 1.0)], [{"code": "a"}]),
    (dict[str, Item], dict[str, CodeKeys], {"k": Item("a", 1.0)}, {"k": {"code": "a"}}),
    (Item | None, CodeKeys | None, Item("a", 1.0), {"code": "a"}),
])  # fmt: skip
def test_typed_dicts_inside_are_made_by_rules(source: Any, target: Any, value: Any, made: Any) -> None:
    first = make_dataclass("First", [("x", source)])
    second: Any = typing_extensions.TypedDict("second", {"y": target})
    found = Rules()
    found.map(first, second, {"y": "x"})
    found.map(Item, CodeKeys, {"code": "sku"})
    assert each_speed(found.converter(first, second), first(value)) == [{"y": made}] * 3
    assert each_speed(found.converter(source, target), value) == [made] * 3


class Named(typing_extensions.TypedDict):
    name: str


class Sized(Named):
    size: int


@dataclass
class LabelDto:
    label: str


@dataclass
class SizedDto(LabelDto):
    width: int


def test_a_typed_dict_follows_the_rules_of_its_bases() -> None:
    found = Rules()
    found.map(Named, LabelDto, {"label": "name"})
    found.map(Sized, SizedDto, {"width": "size"})
    found.map(LabelDto, Named, {"name": "label"})
    found.map(SizedDto, Sized, {"size": "width"})
    keys: Sized = {"name": "a", "size": 1}
    assert each_speed(found.converter(Sized, SizedDto), keys) == [SizedDto("a", 1)] * 3
    assert each_speed(found.converter(SizedDto, Sized), SizedDto("a", 1)) == [keys] * 3
    assert found.converter(list[LabelDto], list[Named])([SizedDto("a", 1)]) == [keys]


@dataclass
class Nested:
    address: Address | None = None


@dataclass
class CityDto:
    city: str | None


@dataclass
class NeedsCity:
    city: str


def test_a_path_through_none_gives_none_where_the_target_allows_it() -> None:
    found = Rules()
    found.map(Nested, CityDto, {"city": "address.city"})
    found.map(Nested, NeedsCity, {"city": "address.city"})
    assert each_speed(found.convert, Nested(), CityDto) == [CityDto(None)] * 3
    to_strict = found.converter(Nested, NeedsCity)
    for _ in range(3):
        assert to_strict(Nested(Address("Rome"))) == NeedsCity("Rome")
        with pytest.raises(ConversionError) as caught:
            to_strict(Nested())
        assert (caught.value.path, caught.value.source_path) == (("city",), ("address",))
        assert "goes through None" in str(caught.value)


def test_none_where_the_source_declares_no_none() -> None:
    found = Rules()
    found.map(Customer, CityDto, {"city": "address.city"})
    assert each_speed(found.convert, Customer("Ann", None), CityDto) == [CityDto(None)] * 3


# coercions


@pytest.mark.parametrize(("source", "target", "value", "made"), [
    (Item, CodeDto, Item("a", 1.0), CodeDto("a!")),
    (list[Item], list[CodeDto], [Item("a", 1.0)], [CodeDto("a!")]),
    (Item | int, CodeDto | int, Item("a", 1.0), CodeDto("a!")),
    (Item, str, Item("a", 1.0), "a"),
    (Item | int, int | str, Item("a", 1.0), "a"),
    (Item | None, str | int | None, Item("a", 1.0), "a"),
    (str | int, Item | int, "a", Item("a", 0.0)),
])  # fmt: skip
def test_models_are_coerced_wherever_they_meet_the_other_class(source: Any, target: Any, value: Any, made: Any) -> None:
    first, second = make_dataclass("First", [("x", source)]), make_dataclass("Second", [("x", target)])
    found = Rules()
    found.coerce(Item, CodeDto, lambda item: CodeDto(item.sku + "!"))
    found.coerce(Item, str, lambda item: item.sku)
    found.coerce(str, Item, lambda sku: Item(sku, 0.0))
    to_second, to_target = found.converter(first, second), found.converter(source, target)
    for _ in range(3):
        assert to_second(first(value)) == second(made)
        assert to_target(value) == made
        assert found.convert(value, target) == made


class Shown(Protocol):
    label: str


@pytest.mark.parametrize(("source", "target", "value", "made"), [
    (Options, CodeDto, {"color": "red"}, CodeDto("made")),
    (Options, object, {"color": "red"}, 7),
    (Options, Shown, {"color": "red"}, NameDto("made")),
    (CodeDto, Options, CodeDto("a"), {"color": "made"}),
    (CodeDto, object, CodeDto("a"), 7),
    (CodeDto, Shown, CodeDto("a"), NameDto("made")),
    (Sequence, CodeDto, ["a"], CodeDto("made")),
    (Mapping, CodeDto, {"a": 1}, CodeDto("made")),
    (Number, str, 3, "made"),
])  # fmt: skip
def test_coercions_of_classes_that_values_do_not_tell(source: Any, target: Any, value: Any, made: Any) -> None:
    found = Rules()
    found.coerce(source, target, lambda value: copy.copy(made))
    for in_source, in_target, given, expected in [
        (source, target, value, made),
        (list[source], list[target], [value], [made]),
        (dict[str, source], dict[str, target], {"k": value}, {"k": made}),
    ]:
        first, second = make_dataclass("First", [("x", in_source)]), make_dataclass("Second", [("x", in_target)])
        assert each_speed(found.converter(first, second), first(given)) == [second(expected)] * 3


def test_the_nearest_abstract_class_has_the_coercion_and_a_bool_is_no_number() -> None:
    found = Rules()
    found.coerce(Collection, str, lambda value: "collection")
    found.coerce(Sequence, str, lambda value: "sequence")
    found.coerce(Number, str, lambda value: "number")
    for value, made in [({1}, "collection"), ([1], "sequence"), (1, "number"), ("a", "a")]:
        assert each_speed(found.convert, Placed(Point(1, 2), {"color": ""}, value), Anything) == [Anything(made)] * 3
    with pytest.raises(ConversionError):
        found.convert(Placed(Point(1, 2), {"color": ""}, True), Anything)


@dataclass
class Anything:
    anything: str


# values that come with the call


def test_given_values_are_all_given_and_no_others() -> None:
    to_dto = rules.converter(Order, OrderDto)
    for values, error, path in [
        ({}, MissingFieldError, ("tenant",)),
        ({"tenant": "acme", "x": 1}, ExtraFieldError, ("x",)),
        ({"tenant": 1}, ConversionError, ("tenant",)),
    ]:
        for convert_it in (to_dto, lambda order, values: rules.convert(order, OrderDto, values=values)):
            with pytest.raises(error) as caught:
                convert_it(an_order(), values=values)
            assert caught.value.path == path
    for nothing in ({}, {"values": None}):
        with pytest.raises(MissingFieldError):
            to_dto(an_order(), **nothing)
    with pytest.raises(ExtraFieldError, match="a dict by name"):
        to_dto(an_order(), values=[("tenant", "acme")])
    with pytest.raises(ExtraFieldError):
        rules.convert(Item("a", 1.0), LineDto, values={"x": 1})


def test_given_values_reach_instances_of_subclasses() -> None:
    @dataclass
    class BigOrder(Order):
        size: int = 1

    order = BigOrder(Customer("Ann", Address("Rome")), an_order().items)
    to_dto = rules.converter(Order, OrderDto)
    assert each_speed(to_dto, order, values=VALUES) == [the_dto()] * 3


def test_functions_are_called_once_for_each_instance() -> None:
    class Text(str):
        """No plain str, so that the generated lines cannot take it."""

    calls: list[Any] = []

    def name_of(customer: Customer) -> str:
        calls.append(customer)
        return Text(customer.name)

    found = Rules()
    found.map(Customer, NameDto, {"label": name_of})
    to_dto = found.converter(Customer, NameDto)
    for number in range(1, 5):
        assert to_dto(Customer("Ann")).label == "Ann"
        assert len(calls) == number


@dataclass
class Tree:
    name: str
    children: list["Tree"] = field(default_factory=list)


@dataclass
class TreeDto:
    label: str
    below: list["TreeDto"]
    size: int
    first: "TreeDto | None" = None


def test_recursive_classes() -> None:
    found = Rules()
    found.map(Tree, TreeDto, {
        "label": "name", "below": "children", "size": lambda tree: len(tree.children),
        "first": lambda tree: Tree(f"copy of {tree.children[0].name}") if tree.children else None,
    })  # fmt: skip
    leaf = Tree("leaf")
    source = Tree("root", [leaf, Tree("twig", [leaf])])
    for made in each_speed(found.converter(Tree, TreeDto), source):
        assert [(item.label, item.size) for item in made.below] == [("leaf", 0), ("twig", 1)]
        assert made.first.label == "copy of leaf"
        assert made.below[1].first.label == "copy of leaf"
        assert made.below[0] is made.below[1].below[0]  # shared as in the source


def test_a_tree_deeper_than_the_recursion_limit() -> None:
    found = Rules()
    found.map(Tree, TreeDto, {"label": "name", "below": "children", "size": Constant(0)})
    tree = Tree("leaf")
    for _ in range(3000):
        tree = Tree("node", [tree])
    made: Any = found.convert(tree, TreeDto)
    depth = 0
    while made.below:
        made, depth = made.below[0], depth + 1
    assert (depth, made.label) == (3000, "leaf")


def test_extra_values_that_a_rule_takes_are_no_extras() -> None:
    class Open(BaseModel, extra="allow"):
        code: str

    found = Rules()
    found.map(Item, Open, {"code": "sku"})
    assert found.convert(Item("a", 1.0, "now"), Open).model_dump() == {"code": "a", "price": 1.0, "added": "now"}

    @dataclass
    class Code:
        code: str
        price: float
        added: str

    found = Rules()
    found.map(Item, Code, {"code": "sku"})
    found.map(Item, CodeDto, {"code": "sku"})
    assert found.convert(Item("a", 1.0, "now"), Code, forbid_extra=True) == Code("a", 1.0, "now")
    with pytest.raises(ExtraFieldError):
        found.convert(Item("a", 1.0, "now"), CodeDto, forbid_extra=True)


def test_unchecked_conversions() -> None:
    made = rules.converter(Order, OrderDto, validate=False)(an_order(), values=VALUES)
    assert made == the_dto()


@pytest.mark.parametrize("annotation", [Any, str | None, str | int, str, list[Any], dict[str, Any]], ids=str)
def test_unchecked_conversions_coerce(annotation: Any) -> None:
    value, target, made = {
        list[Any]: (["1"], list[int], [1]), dict[str, Any]: ({"k": "1"}, dict[str, int], {"k": 1}),
    }.get(annotation, ("1", int, 1))  # fmt: skip
    first, second = make_dataclass("First", [("x", annotation)]), make_dataclass("Second", [("x", target)])
    expected = second(made)
    coercing = Rules()
    coercing.coerce(str, int, int)
    for found in (coercing, Rules(lax=True)):
        assert each_speed(found.converter(first, second, validate=False), first(value)) == [expected] * 3
        assert each_speed(found.convert, first(value), second, validate=False) == [expected] * 3


def test_rules_that_say_nothing_change_nothing() -> None:
    assert Rules().convert(an_order(), Order) == an_order()
    assert Rules().converter(Order, "basemodel")(an_order()) == converter(Order, "basemodel")(an_order())
