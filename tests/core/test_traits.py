"""Each trait of a kind means something by itself: shown on a kind that sets only that one."""

import contextlib
import dataclasses
import enum
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from osbot_utils.type_safe.primitives.core.Safe_Str import Safe_Str

from tests.kinds import toy as toy_kind
from tests.kinds.toy import Toy
from type_safe_convert import Rules, UntoldClassError, convert_class, converter, from_json, kind_of
from type_safe_convert import convert as convert_instance
from type_safe_convert.errors import ConversionError
from type_safe_convert.kinds.dataclass.kind import DataclassKind
from type_safe_convert.model.carried import Carried
from type_safe_convert.model.instances import StoreBuilder, StoreInDict
from type_safe_convert.model.kind import Traits, get_kind
from type_safe_convert.model.shape import MISSING, Field
from type_safe_convert.registry import register_kind, unregister_kind
from type_safe_convert.testing.equality import differences
from type_safe_convert.types.parse import parse
from type_safe_convert.values.base import Target
from type_safe_convert.values.fields import FieldConverter
from type_safe_convert.writing.shapes import describe


class Thing:
    """A model of the toy kind; equal to any other."""

    def __init__(self, number: int = 0) -> None:
        self.number = number

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Thing)

    __hash__ = None  # type: ignore[assignment]


class Row(list[Any]):
    """A model of the toy kind that is a container, too."""


class ToyKind(DataclassKind):
    label = "a toy"

    def __init__(self, name: str, traits: Traits) -> None:
        self.name = name
        self.traits = traits

    def is_model(self, cls: Any) -> bool:
        return cls in (Thing, Row)


@contextlib.contextmanager
def toy(**traits: bool) -> Iterator[str]:
    """The name of a kind that has these traits, for as long as it is registered."""
    name = f"toy_{uuid.uuid4().hex}"  # what is kept by the name of a kind must not meet another one
    register_kind(ToyKind(name, Traits(**traits)))
    try:
        yield name
    finally:
        unregister_kind(name)


def convert(
    annotation: Any,
    value: Any,
    kind: str = "dataclass",
    origin: str = "dataclass",
    source: str = "dataclass",
    default_factory: Any = None,
    **options: Any,
) -> Any:
    node = parse(annotation)
    field = Field("value", annotation, node, MISSING, default_factory)
    target = Target(
        kind=kind,
        origin_kind=origin,
        source_kind=source,
        same_family=options.pop("same_family", False),
        checked=True,
        check_only=options.pop("check_only", False),
        model=lambda node, stays, source: lambda value, memo: value,
        any_model=lambda value, memo, target: value,
    )
    return FieldConverter(field, target).convert(value, None)


class Colour(enum.Enum):
    RED = "red"
    BLUE = 2


class Text(str):
    __slots__ = ()


@pytest.mark.parametrize("has", [True, False])
def test_any_field_may_be_none(has: bool) -> None:
    with toy(any_field_may_be_none=has) as kind:
        if has:
            assert convert(int, None, kind, kind) is None
        else:
            with pytest.raises(ConversionError):
                convert(int, None, kind, kind)


@pytest.mark.parametrize(("has", "cls"), [(True, Safe_Str), (False, str)])
def test_holds_refined_values(has: bool, cls: type) -> None:
    with toy(holds_refined_values=has) as kind:
        assert type(convert(Safe_Str, Safe_Str("a"), kind)) is cls
        assert type(convert(Safe_Str, Safe_Str("a"), kind, kind)) is Safe_Str  # in a class that a user wrote


@pytest.mark.parametrize(("has", "number", "text"), [(True, float, str), (False, int, Text)])
def test_validator_widens(has: bool, number: type, text: type) -> None:
    with toy(validator_widens=has) as kind:
        assert type(convert(float, 1, kind, kind)) is number
        assert type(convert(str, Text("a"), kind, kind)) is text
        assert type(convert(float, 1, kind)) is int  # a generated class does not validate


@pytest.mark.parametrize("has", [True, False])
def test_enum_by_value(has: bool) -> None:
    with toy(enum_by_value=has) as kind:
        if has:
            assert convert(Colour, 2, origin=kind, same_family=True) is Colour.BLUE
        else:
            with pytest.raises(ConversionError):
                convert(Colour, 2, origin=kind, same_family=True)


@pytest.mark.parametrize("has", [True, False])
def test_tuples_may_be_empty(has: bool) -> None:
    with toy(tuples_may_be_empty=has) as kind:
        if has:
            assert convert(tuple[int, str], (), source=kind, same_family=True) == ()
        else:
            with pytest.raises(ConversionError):
                convert(tuple[int, str], (), source=kind, same_family=True)


@pytest.mark.parametrize("has", [True, False])
def test_assignment_takes_dicts(has: bool) -> None:
    with toy(assignment_takes_dicts=has) as kind:
        if has:
            assert convert(Thing, {"number": 3}, kind, kind, check_only=True).number == 3
        else:
            with pytest.raises(ConversionError):
                convert(Thing, {"number": 3}, kind, kind, check_only=True)


@pytest.mark.parametrize("has", [True, False])
def test_models_compare_by_identity(has: bool) -> None:
    """A value that equals a fresh default is that default, unless it can equal none."""
    with toy(models_compare_by_identity=has) as kind:
        value = Thing()
        if has:
            with pytest.raises(ConversionError):
                convert(int, value, kind, same_family=True, default_factory=Thing)
        else:
            assert convert(int, value, kind, same_family=True, default_factory=Thing) is value


@contextlib.contextmanager
def toy_classes(*annotations: dict[str, Any], **traits: bool) -> Iterator[list[Any]]:
    """Classes with these annotations, of a kind that has these traits."""
    classes = [type("Made", (Toy,), {"__annotations__": found, "__module__": __name__}) for found in annotations]

    class Kind(toy_kind.ToyKind):
        def is_model(self, cls: Any) -> bool:
            return cls in classes

    kind = Kind()
    kind.name, kind.traits = f"toy_{uuid.uuid4().hex}", Traits(**traits)
    register_kind(kind)
    try:
        yield classes
    finally:
        unregister_kind(kind.name)


@pytest.mark.parametrize("has", [True, False])
def test_attribute_order_shows(has: bool) -> None:
    """The attributes of a wide class are copied at once, in the order of the source, where nobody sees the order."""
    names = [f"number_{number}" for number in range(60)]
    with toy_classes(dict.fromkeys(names, int), dict.fromkeys(names[::-1], int), attribute_order_shows=has) as classes:
        source, target = classes
        function = converter(source, target)
        for _ in range(3):  # the first is not compiled
            made = function(source(**dict.fromkeys(names, 1)))
        assert list(vars(made)) == (names[::-1] if has else names)


@pytest.mark.parametrize("has", [True, False])
def test_refuses_other_keys(has: bool) -> None:
    with toy_classes({"number": int}, refuses_other_keys=has) as (cls,):
        if has:
            with pytest.raises(ConversionError):
                from_json(cls, b'{"number": 1, "other": 2}')
        else:
            assert from_json(cls, b'{"number": 1, "other": 2}').number == 1


@pytest.mark.parametrize("has", [True, False])
def test_enum_by_name(has: bool) -> None:
    with toy_classes({"colour": Colour}, enum_by_name=has) as (cls,):
        if has:
            assert from_json(cls, b'{"colour": "RED"}').colour is Colour.RED
        else:
            with pytest.raises(ConversionError):
                from_json(cls, b'{"colour": "RED"}')


@pytest.mark.parametrize("has", [True, False])
def test_is_value(has: bool) -> None:
    """In a model of another kind, a container is copied as such; in one of its own, it is a model."""
    row = Row([1])
    with toy(is_value=has) as kind:
        assert (convert(Any, row) is row) is not has  # `any_model` above returns a model as it is
        assert convert(Any, row) == row
        assert convert(Any, row, origin=kind) is row


@dataclasses.dataclass
class Leaf:
    number: int


@dataclasses.dataclass
class Pair:
    left: Leaf
    right: Leaf


@pytest.mark.parametrize("has", [True, False])
def test_keeps_sharing(has: bool) -> None:
    """An instance in two places is one there, too, though no instance of its class can refer to itself."""
    with toy_classes({"number": int}, {}, keeps_sharing=has) as (leaf, pair):
        pair.__annotations__ = {"left": leaf, "right": leaf}
        shared = leaf(number=1)
        for source, target in ((pair(left=shared, right=shared), Pair), (Pair(one := Leaf(1), one), pair)):
            for _ in range(3):
                made = convert_instance(source, target)
                assert (made.left is made.right) is has


@pytest.mark.parametrize("has", [True, False])
def test_reads_may_load(has: bool) -> None:
    """A path of rules asks the kind for an attribute, whose own descriptor might ask a database."""
    asked: list[str] = []

    def load(instance: Any) -> int:
        asked.append("number")
        return 1

    @dataclasses.dataclass
    class Flat:
        number: int

    with toy_classes({"number": int}, {}, reads_may_load=has) as (leaf, top):
        top.__annotations__ = {"leaf": leaf}
        kind: Any = get_kind(str(kind_of(leaf)))
        kind.value_of = lambda instance, name: vars(instance).get(name, MISSING)
        leaf.number = property(load)
        rules = Rules()
        rules.map(top, Flat, {"number": "leaf.number"})
        run = rules.converter(top, Flat)
        if has:
            with pytest.raises(ConversionError, match="the path ends before: expected a value with number"):
                run(top(leaf=leaf()))
        else:
            assert run(top(leaf=leaf())) == Flat(1)
        assert asked == ([] if has else ["number"])


@dataclasses.dataclass(frozen=True)
class Shape:
    name: str = "s"


@dataclasses.dataclass(frozen=True)
class Circle(Shape):
    radius: int = 1


@dataclasses.dataclass
class Drawing:
    first: Shape
    shapes: set[Shape]


@contextlib.contextmanager
def toy_kind_with(**traits: bool) -> Iterator[str]:
    """The name of a kind that makes classes for those of other kinds, and has these traits."""
    kind = toy_kind.ToyKind()
    kind.name, kind.traits = f"toy_{uuid.uuid4().hex}", Traits(**traits)
    register_kind(kind)
    try:
        yield kind.name
    finally:
        unregister_kind(kind.name)


@pytest.mark.parametrize("has", [True, False])
def test_instances_know_class(has: bool) -> None:
    """A value of a subclass would come back as one of the declared class, unless it tells its own."""
    with toy_kind_with(instances_know_class=has) as kind:
        drawing = Drawing(Circle(), set())
        if has:
            assert convert_instance(convert_instance(drawing, kind), Drawing) == drawing
        else:
            with pytest.raises(UntoldClassError, match=r"first: a dict does not tell that it is of Circle"):
                convert_instance(drawing, kind)


@pytest.mark.parametrize(("has", "expected"), [(True, set), (False, list)])
def test_instances_hash(has: bool, expected: type) -> None:
    with toy_kind_with(instances_hash=has) as kind:
        drawing = Drawing(Shape(), {Shape("a"), Shape("b")})
        there = convert_instance(drawing, kind)
        assert type(there.shapes) is expected
        assert convert_instance(there, Drawing) == drawing


@pytest.mark.parametrize("has", [True, False])
def test_carries(has: bool) -> None:
    with toy_kind_with(carries=has) as kind:
        drawing = Drawing(Shape(), set())
        drawing.beside = 1  # type: ignore[attr-defined]
        for _ in range(3):
            back = convert_instance(convert_instance(drawing, kind), Drawing)
            assert hasattr(back, "beside") is has
        assert differences(drawing, back, beside=False) == []


@pytest.mark.parametrize("has", [True, False])
def test_knows_set_fields(has: bool) -> None:
    """From a dict, which cannot say what was set, comes what was set for certain: the required fields."""
    found: list[Carried] = []

    class Kind(toy_kind.ToyKind):
        traits = Traits(knows_set_fields=has)

        def builder(self, cls: type, shape: Any) -> Any:
            return StoreBuilder(StoreInDict(), lambda instance, carried: found.append(carried))

    kind = Kind()
    register_kind(kind)
    try:
        cls = type("Made", (Toy,), {"__annotations__": {"number": int}, "__module__": __name__})
        dict_class = convert_class(cls, "typeddict")
        for _ in range(3):
            assert converter(dict_class, cls)({"number": 1}).number == 1
        assert [carried.marks for carried in found] == (
            [{"fields_set": {"number"}, "by_default": True}] * 3 if has else []
        )
    finally:
        unregister_kind(kind.name)


@pytest.mark.parametrize("has", [True, False])
def test_takes_positions(has: bool) -> None:
    """A kind that takes no field by position says nothing of which it takes by keyword only."""
    with toy_classes({"number": int}, takes_positions=has) as (cls,):
        assert describe(cls)["fields"]["number"]["kw_only"] is (False if has else None)


def test_every_trait_is_shown() -> None:
    assert {f"test_{item.name}" for item in dataclasses.fields(Traits)} <= globals().keys()
