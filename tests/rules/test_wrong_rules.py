"""Wrong rules are one error, told when the converter is made, with all that is wrong."""

import enum
from dataclasses import dataclass, field, make_dataclass
from datetime import datetime
from typing import Any, Generic, Protocol, TypeVar

import pytest
from pydantic import BaseModel, ConfigDict

from tests.rules.models import Color, ColorDto, Customer, Item, LineDto, Order, OrderDto, an_order
from type_safe_convert import SKIP, ClassConversionError, Constant, ConversionError, Given, NotAModelError, Rules

T = TypeVar("T")


def problems(rules: Rules, source: type, target: type) -> dict[tuple[Any, ...], str]:
    with pytest.raises(ClassConversionError) as caught:
        rules.converter(source, target)
    errors = caught.value.errors or (caught.value,)
    return {error.path: error.detail for error in errors}


def test_all_that_is_wrong_is_told_at_once() -> None:
    rules = Rules()
    rules.map(Order, OrderDto, {
        "customer_nam": "customer.name", "lines": "itms", "total": "customer.nme", "channel": Constant(1),
        "note": "items.sku", "tenant": SKIP, "city": 3, "color": "color", "placed": "placed.moth",
    })  # fmt: skip
    rules.map(Item, LineDto, {"cod": "sku"})
    found = problems(rules, Order, OrderDto)
    assert found[("customer_nam",)] == "OrderDto has no field customer_nam; did you mean 'customer_name'?"
    assert found[("lines",)] == "the path itms leads nowhere: Order has no itms; did you mean 'items'?"
    assert found[("total",)] == "the path customer.nme leads nowhere: Customer has no nme; did you mean 'name'?"
    assert found[("channel",)] == "expected str, found 1 (int)"
    assert found[("note",)] == "the path items.sku goes through a list or dict: compute the value by a function"
    assert "skip a field that has no default" in found[("tenant",)]
    assert "no rule for a field" in found[("city",)]
    assert found[("cod",)] == "LineDto has no field cod; did you mean 'code'?"
    assert found[("placed",)].startswith("the path placed.moth leads nowhere: str has no moth")
    assert "the source has no such field" in found[("customer_name",)]


def test_a_field_inside_that_gets_no_value_is_told() -> None:
    rules = Rules()
    rules.map(Order, OrderDto, {
        "customer_name": "customer.name", "lines": "items", "total": Constant(1.0), "channel": Constant(""),
        "tenant": Constant(""),
    })  # fmt: skip
    rules.coerce(Color, ColorDto)
    found = problems(rules, Order, OrderDto)
    assert ("code",) in found


def test_given_is_for_the_outermost_instance() -> None:
    @dataclass
    class Lines:
        items: list[Item]

    @dataclass
    class LinesDto:
        items: list[LineDto]

    rules = Rules()
    rules.map(Item, LineDto, {"code": Given(), "added": Constant(datetime(2026, 1, 2))})
    with pytest.raises(ClassConversionError, match="comes with the call"):
        rules.converter(Lines, LinesDto)
    rules = Rules()
    rules.map(Tree, TreeDto, {"owner": Given()})
    with pytest.raises(ClassConversionError, match="convert each Tree by itself"):
        rules.converter(Tree, TreeDto)


@dataclass
class Tree:
    name: str
    children: list["Tree"] = field(default_factory=list)


@dataclass
class TreeDto:
    name: str
    owner: str
    children: list["TreeDto"]


@dataclass
class Shape:
    name: str


@dataclass
class Circle(Shape):
    radius: int


@dataclass
class ShapeDto:
    label: str
    owner: str


@dataclass
class CircleDto(ShapeDto):
    r: int


@dataclass
class Drawing:
    shapes: list[Shape]


@dataclass
class DrawingDto:
    shapes: list[ShapeDto]


@dataclass
class Box(Generic[T]):
    name: str
    value: T


@dataclass
class BoxDto(Generic[T]):
    label: str
    value: T


@pytest.mark.parametrize(("source", "target"), [(Shape, ShapeDto), (Drawing, DrawingDto)])
def test_rules_for_subclasses_are_judged_too(source: type, target: type) -> None:
    rules = Rules()
    rules.map(Shape, ShapeDto, {"label": "name", "owner": Constant("x")})
    rules.map(Circle, CircleDto, {"owner": "nam"})
    assert {*problems(rules, source, target)} == {("owner",), ("r",)}
    # A base for rules of subclasses need not be complete, unless there is nothing else.
    rules = Rules()
    rules.map(Shape, ShapeDto, {"label": "name"})
    rules.map(Circle, CircleDto, {"owner": Constant("x"), "r": "radius"})
    assert rules.converter(Drawing, DrawingDto)(Drawing([Circle("a", 1)])) == DrawingDto([CircleDto("a", "x", 1)])
    assert {*problems(Rules(), Drawing, DrawingDto)} == {("label",), ("owner",)}


@pytest.mark.parametrize(("source", "target"), [
    (Shape | None, ShapeDto | None), (Shape | int, ShapeDto | int), (list[Shape] | None, list[ShapeDto] | None),
    (dict[str, Shape | None], dict[str, ShapeDto | None]), (Shape, ShapeDto | LineDto),
])  # fmt: skip
def test_rules_of_models_that_may_be_something_else_are_judged(source: Any, target: Any) -> None:
    first, second = make_dataclass("First", [("x", source)]), make_dataclass("Second", [("x", target)])
    rules = Rules()
    rules.map(Shape, ShapeDto, {"label": "name"})
    assert {*problems(rules, first, second)} == {("owner",)}
    assert {*problems(rules, source, target)} == {("owner",)}


def test_subclasses_get_the_values_of_the_call() -> None:
    rules = Rules()
    rules.map(Shape, ShapeDto, {"label": "name", "owner": Given()})
    rules.map(Circle, CircleDto, {"r": "radius"})
    to_dto = rules.converter(Shape, ShapeDto)
    for _ in range(3):
        assert to_dto(Circle("a", 1), values={"owner": "x"}) == CircleDto("a", "x", 1)
    rules = Rules()
    rules.map(Shape, ShapeDto, {"label": "name", "owner": Constant("x")})
    rules.map(Circle, CircleDto, {"r": Given()})
    assert {*problems(rules, Shape, ShapeDto)} == {("r",)}


@pytest.mark.parametrize(("source", "target"), [
    (tuple[Shape, int], tuple[ShapeDto, int]), (tuple[Shape, ...], tuple[ShapeDto, ...]),
    (dict[Shape, int], dict[ShapeDto, int]), (list[dict[str, Shape]], list[dict[str, ShapeDto]]),
    (Box[int], BoxDto[int]),
])  # fmt: skip
def test_models_in_containers_are_judged(source: Any, target: Any) -> None:
    first, second = make_dataclass("First", [("x", source)]), make_dataclass("Second", [("x", target)])
    assert ("label",) in problems(Rules(), first, second)


def test_rules_are_frozen_at_their_first_converter() -> None:
    rules = Rules()
    for wrong in (rules.converter, lambda source, target: rules.convert(Item("a", 1.0), target)):
        with pytest.raises(ClassConversionError):
            wrong(Item, LineDto)
    rules.map(Item, LineDto, {"code": "sku", "added": Constant(datetime(2026, 1, 2))})
    assert rules.convert(Item("a", 1.0), LineDto) == LineDto("a", 1.0, datetime(2026, 1, 2))
    for change in (lambda: rules.map(Item, LineDto), lambda: rules.coerce(str, int, int)):
        with pytest.raises(ClassConversionError, match="converter already"):
            change()


def test_what_is_no_model_and_no_coercion() -> None:
    rules: Any = Rules()
    with pytest.raises(NotAModelError):
        rules.map(int, OrderDto)
    with pytest.raises(ClassConversionError, match="a dict by the names of fields"):
        rules.map(Order, OrderDto, [("lines", "items")])
    for source, target, function, expected in [
        (str, int, None, "needs a function"), (str, int, 5, "function of one argument"),
        (str, int, lambda: 1, "function of one argument"), (str, int, later, "not async"),
        ("str", int, int, "between two classes"),
        (str, list[int], list, "between two classes"), (Any, int, int, "between two classes"),
    ]:  # fmt: skip
        with pytest.raises(ClassConversionError, match=expected):
            rules.coerce(source, target, function)


class Labelled(Protocol):
    label: str


async def later(order: Any) -> str:
    return ""


@pytest.mark.parametrize(("rule", "expected"), [
    (later, "not async"), ("", "no rule for a field"), (b"items", "no rule for a field"),
    (Constant, "no rule for a field"), (None, "no rule for a field"), ((), "no rule for a field"),
    (lambda: 1, "function of one argument"),
    (lambda order, more: 1, "function of one argument"), ("customer.name.upper", "leads to a method"),
    ("total", "leads to a method"), ("customer..name", "leads nowhere"),
])  # fmt: skip
def test_what_is_no_rule_is_one_problem(rule: Any, expected: str) -> None:
    @dataclass
    class WithMethod(Order):
        def total(self) -> str:
            return ""

    @dataclass
    class Target:
        note: str

    rules = Rules()
    rules.map(WithMethod, Target, {"note": rule})
    found = problems(rules, WithMethod, Target)
    assert {*found} == {("note",)}
    assert expected in found[("note",)]


def test_a_class_that_hides_its_values_hides_them_in_paths() -> None:
    class Secret(BaseModel):
        model_config = ConfigDict(hide_input_in_errors=True)
        password: Any

    rules = Rules()
    rules.map(Secret, Customer, {"name": "password.text"})
    for _ in range(3):
        with pytest.raises(ConversionError, match="expected a value with text") as caught:
            rules.convert(Secret(password="hunter2"), Customer)
        assert caught.value.source_path == ("password", "text")
        assert "hunter2" not in str(caught.value)


def test_a_name_that_is_no_text_is_no_field() -> None:
    rules: Any = Rules()
    rules.map(Item, LineDto, {1: "sku", "code": "sku", "added": Constant(datetime(2026, 1, 2))})
    assert problems(rules, Item, LineDto) == {(1,): "LineDto has no field 1"}


def test_what_a_property_raises_has_its_place() -> None:
    @dataclass
    class Inner:
        @property
        def bad(self) -> str:
            raise LookupError("boom")

    @dataclass
    class Outer(Inner):
        inner: Inner

    @dataclass
    class Target:
        x: str

    for path, place in [("bad", ("bad",)), ("inner.bad", ("inner", "bad"))]:
        rules = Rules()
        rules.map(Outer, Target, {"x": path})
        for _ in range(3):
            with pytest.raises(ConversionError, match="LookupError: boom") as caught:
                rules.convert(Outer(Inner()), Target)
            assert (caught.value.path, caught.value.source_path) == (("x",), place)
            assert isinstance(caught.value.__cause__, LookupError)


def test_types_of_which_no_value_fits_are_told() -> None:
    @dataclass
    class Source:
        name: str
        inner: Customer
        level: Color

    @dataclass
    class Target:
        size: int
        count: float
        who: int
        level: int
        fine: float

    def text(source: Source) -> str:
        return source.name

    def number(source: Source) -> int:
        return 1

    rules = Rules()
    rules.map(Source, Target, {"size": "name", "count": text, "who": "inner.name", "fine": number})
    found = problems(rules, Source, Target)
    assert found == {
        ("size",): "no value of the source could fit: expected int, found str",
        ("count",): "no value of the source could fit: expected float, found str",
        ("who",): "no value of the source could fit: expected int, found str",
        ("level",): "no value of the source could fit: expected int, found Color",
    }


def test_enums_that_have_nothing_in_common_are_told() -> None:
    class Other(enum.Enum):
        X = 99

    rules = Rules()
    rules.coerce(Color, Other)
    with pytest.raises(ClassConversionError, match="Color -> Other: no member has the value or name of one"):
        rules.converter(Customer, Customer)


def test_several_errors_keep_the_cause_of_the_first() -> None:
    from tests.rules.models import rules

    with pytest.raises(ConversionError) as caught:
        rules.convert(an_order(placed="soon", color=Color.GREEN), OrderDto, values={"tenant": "acme"})
    assert {error.path for error in caught.value.errors} == {("color",), ("placed",)}
    with pytest.raises(ConversionError) as caught:
        rules.convert(an_order(placed="soon", items=[Item("a", 1.0, "x")]), OrderDto, values={"tenant": "acme"})
    assert isinstance(caught.value.__cause__, ValueError)


# errors of values


def test_errors_have_the_path_in_the_source_too() -> None:
    from tests.rules.models import rules

    def failing(item: Item) -> Any:
        raise LookupError("no price")

    to_dto = rules.converter(Order, OrderDto)
    for _ in range(3):
        for bad, path, source in [
            ({"items": [Item("a", 1.0), Item(3, 1.0)]}, ("lines", 1, "code"), ("items", 1, "sku")),  # type: ignore[arg-type]
            ({"items": [Item("a", 1.0), Item("b", 1.0, "x")]}, ("lines", 1, "added"), ("items", 1, "added")),
            ({"customer": Customer(3)}, ("customer_name",), ("customer", "name")),  # type: ignore[arg-type]
            ({"color": Color.GREEN}, ("color",), ("color",)),
            ({"placed": "soon"}, ("placed",), ("placed",)),
        ]:
            with pytest.raises(ConversionError) as caught:
                to_dto(an_order(**bad), values={"tenant": "acme"})
            assert (caught.value.path, caught.value.source_path) == (path, source)
        assert isinstance(caught.value.__cause__, ValueError)
        assert "fromisoformat raised ValueError" in str(caught.value)


def test_what_a_function_raises_and_what_it_returns() -> None:
    @dataclass
    class Priced:
        price: float

    @dataclass
    class Lines:
        items: list[Item]

    @dataclass
    class LinesDto:
        lines: list[Priced]

    def price(item: Item) -> Any:
        if item.sku == "free":
            raise LookupError("no price")
        return str(item.price) if item.sku == "text" else item.price

    rules = Rules()
    rules.map(Lines, LinesDto, {"lines": "items"})
    rules.map(Item, Priced, {"price": price})
    to_dto = rules.converter(Lines, LinesDto)
    for _ in range(3):
        assert to_dto(Lines([Item("a", 1.0)])) == LinesDto([Priced(1.0)])
        with pytest.raises(ConversionError, match="price raised LookupError: no price") as caught:
            to_dto(Lines([Item("a", 1.0), Item("free", 1.0)]))
        assert (caught.value.path, caught.value.source_path) == (("lines", 1, "price"), ("items", 1))
        assert isinstance(caught.value.__cause__, LookupError)
        with pytest.raises(ConversionError, match="expected float, found") as caught:
            to_dto(Lines([Item("text", 1.0)]))
        assert (caught.value.path, caught.value.source_path) == (("lines", 0, "price"), ("items", 0))
