"""Corners that no other test looks into: each test kills a mutant of the code that survived all the others."""

import inspect
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Annotated, Any, ClassVar, Dict, List, Literal, NamedTuple, Optional, Sequence, Set, Tuple, Union

import pytest
from osbot_utils.type_safe.primitives.core.Safe_Str import Safe_Str
from osbot_utils.type_safe.Type_Safe import Type_Safe
from osbot_utils.type_safe.type_safe_core.collections.Type_Safe__Dict import Type_Safe__Dict
from osbot_utils.type_safe.type_safe_core.collections.Type_Safe__List import Type_Safe__List
from osbot_utils.type_safe.type_safe_core.collections.Type_Safe__Set import Type_Safe__Set
from osbot_utils.type_safe.type_safe_core.collections.Type_Safe__Tuple import Type_Safe__Tuple
from pydantic import BaseModel, ConfigDict, Field, field_validator

from tests.core.facts import facts
from type_safe_convert import ConversionError, MissingFieldError, convert, convert_class
from type_safe_convert.hypothesis import check_round_trip


@dataclass
class Shape:
    name: str


@dataclass
class Circle(Shape):
    radius: int = 1


@dataclass
class Square(Shape):
    side: int = 1


@dataclass
class Drawing:
    shapes: list[Shape]
    best: Optional[Shape] = None


def test_a_subclass_among_items_is_checked_as_strictly():
    """In the interpreted way, in generated code, and once the subclass is known there."""
    for kind in ("basemodel", "type_safe"):
        for _ in range(4):
            with pytest.raises(ConversionError) as caught:
                convert(Drawing([Shape("a"), Circle("b", "c")]), kind)
            assert caught.value.path == ("shapes", 1, "radius")
            convert(Drawing([Shape("a"), Circle("b", 2)]), kind)


@dataclass
class Later:
    extra: list[Shape] = field(default_factory=list)
    x: Any = None
    best: Optional[Circle] = None


def test_the_place_of_an_error_is_found_beside_fields_that_the_source_lacks():
    for _ in range(3):
        with pytest.raises(ConversionError) as caught:
            convert(Drawing([], Circle("a", "b")), Later)
        assert caught.value.path == ("best", "radius")


def test_a_missing_field_names_both_classes():
    with pytest.raises(MissingFieldError) as caught:
        convert(Drawing([]), Shape)
    assert (caught.value.source_class, caught.value.target_class) == (Drawing, Shape)
    assert caught.value.path == ("name",)
    assert "shapes, best" in str(caught.value)


class Counted(Type_Safe):
    total: ClassVar[int] = 3
    x: int


class New(Type_Safe):
    b: int
    a: str = "a"

    def __new__(cls, *args, **kwargs):
        return super().__new__(cls)


class Literals(Type_Safe):
    x: List[Union[Literal["a"], Safe_Str]]


def test_type_safe_classes_with_something_of_their_own():
    for _ in range(3):
        check_round_trip(New(b=1))
        check_round_trip(Literals())
    assert list(convert_class(Counted, "basemodel").model_fields) == ["x"]
    assert list(vars(convert(convert(New(b=1), "dataclass"), "type_safe"))) == list(vars(New(b=1)))


def test_defaults_of_made_type_safe_classes():
    """A nested model is the sibling, and a class below a made one adds its own defaults."""
    made: Any = convert_class(Drawing, "type_safe")
    circle: Any = convert_class(Circle, "type_safe")
    below = type(made)(
        "Below",
        (made,),
        {"__module__": __name__, "__annotations__": {"y": int, "c": circle}, "y": 3},
    )
    assert below().y == 3
    assert below().shapes == []

    @dataclass
    class Holder:
        circle: Circle

    assert type(convert_class(Holder, "type_safe")().circle) is circle


class Made(Type_Safe):
    numbers: List[int]
    table: Dict[str, int]
    names: Set[str]
    pair: Tuple[int, int]
    leaf: New


def test_defaults_of_classes_made_from_type_safe():
    """They are what Type_Safe's constructor makes, in plain form."""
    for kind in ("basemodel", "dataclass"):
        made: Any = convert_class(Made, kind)()
        assert (made.numbers, made.table, made.names, made.pair) == ([], {}, set(), ())
        assert type(made.leaf) is convert_class(New, kind)


class Sequenced(Type_Safe):
    items: Sequence[int]


def test_a_typed_list_in_a_sequence_is_plain_elsewhere():
    source = Sequenced()
    source.__dict__["items"] = Type_Safe__List(int, [1, 2])
    for kind in ("basemodel", "dataclass"):
        for _ in range(3):
            assert type(convert(source, kind).items) is list


class ShapeModel(BaseModel):
    name: str


def test_a_subclass_becomes_the_one_of_the_same_name():
    """Where somebody wrote one below the declared class of the target; else the declared class itself."""
    named = type("Circle", (ShapeModel,), {"__module__": __name__, "__annotations__": {"radius": int}})

    class DrawingModel(BaseModel):
        shapes: list[ShapeModel]

    for _ in range(3):
        made = convert(Drawing([Shape("a"), Circle("b", 2), Square("c")]), DrawingModel)
        assert [type(shape) for shape in made.shapes] == [ShapeModel, named, ShapeModel]
        with pytest.raises(ConversionError) as caught:
            convert(Drawing(["nothing"]), DrawingModel)  # type: ignore[list-item]  # that is the point
        assert "'nothing'" in caught.value.found


class Positive(BaseModel):
    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, int]

    x: int = 1
    y: int = 1

    @field_validator("x", "y")
    @classmethod
    def is_positive(cls, value):
        if value < 1:
            raise ValueError("not positive")
        return value


def test_every_problem_that_a_validator_finds_is_in_the_error():
    @dataclass
    class Source:
        x: int
        y: int
        z: Any = 1

    for _ in range(3):
        with pytest.raises(ConversionError) as caught:
            convert(Source(0, -1), Positive)
        assert [error.path for error in caught.value.errors] == [("x",), ("y",)]
        with pytest.raises(ConversionError) as caught:
            convert(Source(1, 1, "a"), Positive)
        assert caught.value.path == ("z",)


def test_one_extra_value_beside_one_unset_field():
    for _ in range(3):
        check_round_trip(Positive(y=2, more=3))


@dataclass
class Choices:
    x: list[Union[Safe_Str, Literal["a"]]]


def test_a_literal_in_a_union_takes_the_text_that_it_names():
    source = Choices(["a", Safe_Str("b"), Safe_Str("a")])
    for kind in ("basemodel", "type_safe"):
        for _ in range(3):
            assert [type(item) for item in convert(convert(source, kind), "dataclass").x] == [str, Safe_Str, Safe_Str]


class Stocked(Type_Safe):
    x: int
    name: Safe_Str = "a b!"
    made_of = "wood"
    sizes = (1, 2)


@dataclass
class OnlyX:
    x: int


def test_what_the_source_lacks_is_as_the_constructor_makes_it():
    """Class attributes without annotation in every instance, and defaults that are primitives."""
    for _ in range(3):
        assert facts(convert(OnlyX(3), Stocked)) == facts(Stocked(x=3))


class Numbered(BaseModel):
    a: int = 1
    b: int = Field(default_factory=lambda data: len(data) + 5)


@dataclass
class Awkward:
    _class: int = 1
    _x: int = 2
    x: int = 3


def test_defaults_and_names_of_made_classes():
    assert convert_class(Numbered, "dataclass")().a == 1
    assert convert_class(Numbered, "dataclass")().b == Numbered().b == 6
    model = convert_class(Awkward, "basemodel")
    assert {name: info.alias for name, info in model.model_fields.items()} == {
        "class_": "_class",
        "x_": "_x",
        "x": None,
    }


@dataclass
class Beside:
    __slots__ = ("cache", "x")
    x: int


class Open(Type_Safe):
    x: Any


@dataclass
class Bases:
    typed: Type_Safe
    model: BaseModel


class Extras(BaseModel):
    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, int]

    x: int = 1


def test_slots_that_are_no_fields():
    source = Beside(1)
    for _ in range(3):
        check_round_trip(source)
        source.cache = [1]
    assert convert(convert(source, "basemodel"), "dataclass").cache == [1]


def test_typed_collections_where_anything_may_stand():
    source = Open(x=None)
    table, names = Type_Safe__Dict(str, int), Type_Safe__Set(str)
    table["a"] = 1
    names.add("b")
    source.__dict__["x"] = [table, names, Type_Safe__List(int, [1]), {"k": Stocked(x=1)}]
    for _ in range(3):
        check_round_trip(source)


def test_the_bare_bases_stand_for_each_other():
    assert convert_class(Bases, "basemodel").__annotations__ == {"typed": BaseModel, "model": BaseModel}
    assert convert_class(Bases, "type_safe").__annotations__ == {"typed": Type_Safe, "model": Type_Safe}
    for _ in range(3):
        check_round_trip(Bases(Stocked(x=1), Numbered()))


def test_typed_extras_are_checked_by_the_model_that_declares_them():
    @dataclass
    class Source:
        x: int
        more: Any

    for _ in range(3):
        assert convert(Source(1, 2), Extras).model_extra == {"more": 2}
        with pytest.raises(ConversionError) as caught:
            convert(Source(1, "a"), Extras)
        assert caught.value.path == ("more",)


def test_a_class_below_a_frozen_made_one_is_frozen_in_every_kind():
    @dataclass(frozen=True)
    class Frozen:
        x: int

    base: Any = convert_class(Frozen, "type_safe")
    below = type(base)("Below", (base,), {"__module__": __name__, "__annotations__": {}})
    for made in (below(x=1), convert(below(x=1), "basemodel"), convert(below(x=1), "dataclass")):
        with pytest.raises((ValueError, AttributeError)):
            made.x = 2


class Point(NamedTuple):
    x: int
    y: int


@dataclass
class Paired:
    pair: Tuple[int, int]


class Gathered(Type_Safe):
    items: Collection[int]


class First(BaseModel):
    a: int = 1


class Second(First):
    b: int


class Third(Second):
    c: int = 3


class Unwrapping(Type_Safe):
    items: List[int]

    def __init__(self, **values):
        super().__init__(**values)
        self.__dict__["items"] = list(self.items)


def test_the_form_of_a_tuple_in_a_made_type_safe_class():
    for _ in range(3):
        assert type(convert(Paired((1, 2)), "type_safe").pair) is Type_Safe__Tuple
        assert type(convert(Paired(Point(1, 2)), "type_safe").pair) is Point
        check_round_trip(Paired(Point(1, 2)))


def test_a_typed_set_in_a_collection_is_plain_elsewhere():
    source = Gathered()
    names = source.__dict__["items"] = Type_Safe__Set(int)
    names.add(1)
    for _ in range(3):
        assert type(convert(source, "dataclass").items) is set


def test_required_fields_after_others_are_keywords():
    signatures = [str(inspect.signature(convert_class(cls, "dataclass"))) for cls in (First, Second, Third)]
    assert signatures == [
        "(a: int = 1) -> None",
        "(a: int = 1, *, b: int) -> None",
        "(a: int = 1, c: int = 3, *, b: int) -> None",
    ]


def test_a_constructor_of_its_own_may_hold_plain_collections():
    @dataclass
    class Source:
        items: list[int]

    for _ in range(3):
        assert type(convert(Source([1]), Unwrapping).items) is list


class Unhashable:
    """Metadata as SQLModel's: compared by value, and without a hash."""

    def __eq__(self, other):
        return isinstance(other, Unhashable)

    __hash__ = None


class Marked(BaseModel):
    n: Annotated[int, Unhashable()] = None
    many: list[Annotated[int, Unhashable()]] = []


@pytest.mark.parametrize("kind", ["dataclass", "type_safe"])
def test_metadata_without_a_hash(kind):
    there = convert(Marked(n=3, many=[1]), kind)
    assert convert(there, Marked) == Marked(n=3, many=[1])
    assert convert_class(Marked, kind)().n is None


class Shape_Of_Answer(BaseModel):
    format: str = "xlsx"


class Question(BaseModel):
    start: int
    scope: str = "all"


class Frozen_Question(BaseModel, frozen=True):
    start: int


class Frozen_Shape(BaseModel, frozen=True):
    format: str = "xlsx"


class Export(Question, Shape_Of_Answer):
    """Its bases have a default before a field without one; `dataclass` refuses that, pydantic does not."""

    sort_by: str | None = None


class Frozen_Export(Frozen_Question, Frozen_Shape, frozen=True): ...


class Below_Export(Export):
    more: int


@pytest.mark.parametrize("kind", ["dataclass", "type_safe"])
@pytest.mark.parametrize("cls", [Export, Frozen_Export, Below_Export])
def test_required_fields_of_one_base_after_defaults_of_another(cls, kind):
    given = {"start": 1, **({"more": 2} if cls is Below_Export else {})}
    one = cls(**given)
    there = convert(one, kind)
    assert convert(there, cls) == one
    made = convert_class(cls, kind)
    assert convert(made(**given), cls) == one
    assert isinstance(there, convert_class(cls.__mro__[1], kind))
    if kind == "dataclass":
        with pytest.raises(TypeError):
            made()
        assert made.__dataclass_params__.frozen is (cls is Frozen_Export)
