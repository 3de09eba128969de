"""A tag, the value of a Literal field, tells the member of a union and the class below one."""

import abc
import dataclasses
import enum
from typing import Annotated, Any, Literal, NamedTuple, Union

import attrs
import msgspec
import pytest
from osbot_utils.type_safe.Type_Safe import Type_Safe
from pydantic import BaseModel, Discriminator, Field, Tag
from typing_extensions import TypedDict

from type_safe_convert import (
    ConversionError,
    MissingFieldError,
    ValueConversionError,
    convert,
    convert_class,
    converter,
    from_json,
    from_python,
    to_json,
    to_python,
)
from type_safe_convert.json.codec import JsonError


class Sort(enum.Enum):
    CIRCLE = "circle"
    SQUARE = "square"


@dataclasses.dataclass
class Shape:
    name: str


@dataclasses.dataclass
class Circle(Shape):
    radius: float = 0.0
    kind: Literal["circle"] = "circle"


@dataclasses.dataclass
class Square(Shape):
    side: float = 0.0
    kind: Literal["square", "box"] = "square"


@dataclasses.dataclass
class Row:
    """Any shape, as a table has it."""

    name: str
    kind: Any
    radius: float = 0.0
    side: float = 0.0


class Form(BaseModel):
    name: str


class Round(Form):
    kind: Literal["circle"]
    radius: float


class Angular(Form):
    kind: Literal["square", "box"]
    side: float


class SafeForm(Type_Safe):
    name: str


class SafeRound(SafeForm):
    kind: Literal["circle"] = "circle"
    radius: float


class SafeAngular(SafeForm):
    kind: Literal["square", "box"] = "square"
    side: float


@attrs.define
class AttrsForm:
    name: str


@attrs.define
class AttrsRound(AttrsForm):
    radius: float
    kind: Literal["circle"] = "circle"


@attrs.define
class AttrsAngular(AttrsForm):
    side: float
    kind: Literal["square", "box"] = "square"


@dataclasses.dataclass
class EnumForm:
    name: str


@dataclasses.dataclass
class EnumRound(EnumForm):
    radius: float
    kind: Literal[Sort.CIRCLE]


@dataclasses.dataclass
class EnumAngular(EnumForm):
    side: float
    kind: Literal[Sort.SQUARE]


class Struct(msgspec.Struct):
    name: str


class StructRound(Struct, tag_field="kind", tag="circle"):
    radius: float


class StructAngular(Struct, tag_field="kind", tag="square"):
    side: float


FORMS: list[tuple[Any, Any, Any]] = [
    (Form, Round, Angular),
    (SafeForm, SafeRound, SafeAngular),
    (AttrsForm, AttrsRound, AttrsAngular),
    (EnumForm, EnumRound, EnumAngular),
    (Struct, StructRound, StructAngular),
]


def each_form_but(*others: Any) -> Any:
    forms = [item for item in FORMS if item[0] not in others]
    return pytest.mark.parametrize(("form", "round_", "angular"), forms, ids=[form.__name__ for form, *_ in forms])


each_form = each_form_but()


def in_list(target: Any) -> Any:
    return dataclasses.make_dataclass("Target", [("items", list[target])])


def in_source(values: list[Any], annotation: Any = Any) -> Any:
    return dataclasses.make_dataclass("Source", [("items", list[annotation])])(values)


@each_form_but(EnumForm)  # a text is no member of an enum, unless the field holds values
@pytest.mark.parametrize("declared", [Shape, Any, Union[Circle, Square]])
def test_the_class_below_one_is_told_by_the_literal_of_the_source(
    form: Any, round_: Any, angular: Any, declared: Any
) -> None:
    target = in_list(form)
    for _ in range(3):
        made = convert(in_source([Circle("c", 1.0), Square("s", 2.0)], declared), target).items
        assert [type(item) for item in made] == [round_, angular]
        assert (made[0].radius, made[1].side) == (1.0, 2.0)
        assert [type(item) for item in convert([Circle("c")], list[form])] == [round_]


@each_form
@pytest.mark.parametrize("declared", [Row, Any])
def test_the_class_below_one_is_told_by_the_value(form: Any, round_: Any, angular: Any, declared: Any) -> None:
    circle: Any = Sort.CIRCLE if form is EnumForm else "circle"
    square: Any = Sort.SQUARE if form is EnumForm else "square"
    target = in_list(form)
    for _ in range(3):
        made = convert(in_source([Row("c", circle, 1.0), Row("s", square, side=2.0)], declared), target).items
        assert [type(item) for item in made] == [round_, angular]
        assert [type(item) for item in convert([Row("s", square), Row("c", circle)], list[form])] == [angular, round_]
        with pytest.raises(ValueConversionError, match=r"expected one of .*circle.*square.*found 'cow'") as caught:
            convert(in_source([Row("c", circle), Row("x", "cow")], declared), target)
        assert caught.value.path == ("items", 1, "kind")


@each_form
def test_a_single_class_that_is_asked_for_is_that_class(form: Any, round_: Any, angular: Any) -> None:
    assert type(convert(Row("s", "square"), form)) is form
    assert type(convert(Square("s"), form)) is form


def test_a_class_that_has_the_field_itself_takes_unknown_tags() -> None:
    @dataclasses.dataclass
    class Event:
        kind: str

    @dataclasses.dataclass
    class Click(Event):
        kind: Literal["click"]
        x: int = 0

    made = convert([Row("a", "click"), Row("b", "other")], list[Event])
    assert made == [Click("click"), Event("other")]


def test_an_abstract_base_and_a_class_with_its_base_s_tag() -> None:
    @dataclasses.dataclass
    class Base(abc.ABC):
        name: str

        @abc.abstractmethod
        def area(self) -> float: ...

    @dataclasses.dataclass
    class Disc(Base):
        radius: float
        kind: Literal["circle"]

        def area(self) -> float:
            return self.radius

    @dataclasses.dataclass
    class Ring(Disc):
        width: float = 1.0

    for _ in range(3):
        assert [type(item) for item in convert([Circle("c", 1.0)], list[Base])] == [Disc]
        assert [type(item) for item in convert([Row("c", "circle")], list[Base])] == [Disc]


def test_a_class_of_the_same_name_with_another_tag_is_not_meant() -> None:
    class Other(BaseModel):
        name: str

    class Circle(Other):  # the name of a class with another tag
        kind: Literal["square"]

    class Disc(Other):
        kind: Literal["circle"]

    source = convert_class(globals()["Circle"], "attrs")
    assert [type(item) for item in convert([globals()["Circle"]("c"), source("c")], list[Other])] == [Disc, Disc]


def test_a_declared_class_is_converted_alike_step_by_step_and_compiled() -> None:
    @dataclasses.dataclass
    class Source:
        one: Circle
        many: list[Circle]
        maybe: Circle | None

    @dataclasses.dataclass
    class Target:
        one: Shape
        many: list[Shape]
        maybe: Shape | None

    @dataclasses.dataclass
    class Copied:
        one: Form
        many: list[Form]
        maybe: Form | None

    function = converter(Source, Copied)
    for _ in range(3):
        made = function(Source(Circle("a"), [Circle("b")], Circle("c")))
        assert {type(item) for item in (made.one, *made.many, made.maybe)} == {Round}
        back = convert(made, Target)
        assert {type(item) for item in (back.one, *back.many, back.maybe)} == {Circle}


# unions


@each_form
def test_the_member_of_a_union_is_told_by_the_tag(form: Any, round_: Any, angular: Any) -> None:
    circle: Any = Sort.CIRCLE if form is EnumForm else "circle"
    for _ in range(3):
        assert type(convert(Row("c", circle, 1.0), round_ | angular)) is round_
        assert type(convert(Row("c", circle, 1.0), angular | round_)) is round_
        if form is not EnumForm:
            made = convert([Square("s", 2.0), Circle("c", 1.0)], list[angular | round_])
            assert [type(item) for item in made] == [angular, round_]


@each_form_but(Struct)  # a tag beside the fields is not needed to make an instance
def test_an_unknown_or_missing_tag_is_named_with_the_known_ones(form: Any, round_: Any, angular: Any) -> None:
    for _ in range(3):
        with pytest.raises(ValueConversionError, match=r"kind: expected one of .*circle.*square.*found 'cow'"):
            convert(Row("c", "cow", 1.0), round_ | angular)
        if form in (Form, EnumForm):  # the others have defaults
            with pytest.raises(MissingFieldError, match=r"kind: nothing tells which .* one of .*circle.*square"):
                convert(Shape("c"), round_ | angular)


def test_nested_and_callable_discriminators() -> None:
    class Text(BaseModel):
        kind: Literal["text"]
        text: str

    inner = Annotated[Round | Angular, Field(discriminator="kind")]
    outer = Annotated[Union[inner, Text], Field(discriminator="kind")]

    @dataclasses.dataclass
    class Source:
        item: Any

    target = dataclasses.make_dataclass("Target", [("item", outer)])
    for _ in range(3):
        assert type(convert(Source(Square("s")), target).item) is Angular
        assert type(convert(Square("s"), outer)) is Angular
        with pytest.raises(ConversionError, match="expected one of 'circle', 'square', 'box', 'text', found 'cow'"):
            convert(Source(Row("s", "cow")), target)
        with pytest.raises(JsonError, match="expected one of 'circle', 'square', 'box', 'text', found 'cow'"):
            from_json(outer, b'{"name": "a", "kind": "cow"}')
    assert type(from_json(outer, b'{"name": "a", "kind": "box", "side": 1.0}')) is Angular

    def choose(value: Any) -> str:
        kind = value.get("kind") if isinstance(value, dict) else value.kind
        return "round" if kind == "circle" else "angular"

    by_function = Annotated[Annotated[Angular, Tag("angular")] | Annotated[Round, Tag("round")], Discriminator(choose)]
    for _ in range(3):
        assert type(convert(Circle("c"), by_function)) is Round
        assert type(convert(Row("s", "box"), by_function)) is Angular
    assert type(from_json(by_function, b'{"name": "a", "kind": "circle", "radius": 1.0}')) is Round


# JSON


@each_form
def test_json_of_a_union_is_told_by_the_tag(form: Any, round_: Any, angular: Any) -> None:
    tag: Any = Sort.SQUARE if form is EnumForm else "square"
    value = convert(Row("s", tag, side=2.0), angular)
    either = round_ | angular
    assert type(from_json(either, to_json(value, either))) is angular
    assert type(from_python(either, to_python(value, either))) is angular
    for cls, path in ((either, ()), (dict[str, list[either]], ("x", 0))):
        text = '{"name": "a", "kind": "cow", "side": 1.0, "radius": 1.0}'
        with pytest.raises(JsonError) as caught:
            from_json(cls, text if not path else f'{{"x": [{text}]}}')
        assert caught.value.path == (*path, "kind")
        assert not caught.value.errors
        assert "circle" in caught.value.expected
        assert "square" in caught.value.expected


def test_json_without_a_tag_that_is_required() -> None:
    for either in (Round | Angular, Annotated[Round | Angular, Field(discriminator="kind")], EnumRound | EnumAngular):
        with pytest.raises(JsonError, match=r"kind: nothing tells which .* one of .*circle.*square"):
            from_json(either, b'{"name": "a", "side": 1.0}')
    # What is wrong with the member that the tag names is told, and not that the others have another tag.
    with pytest.raises(JsonError) as caught:
        from_json(Circle | Square, b'{"name": 5, "kind": "square"}')
    assert "kind" not in str(caught.value)


def test_json_of_subclasses_is_told_by_the_tag() -> None:
    for base, angular in ((Shape, Square), (SafeForm, SafeAngular), (AttrsForm, AttrsAngular)):
        read = from_json(base, b'{"name": "a", "kind": "box", "side": 1.0}', subclasses=True)
        assert type(read) is angular
        with pytest.raises(JsonError, match=r"kind: .*'circle', 'square' or 'box': found 'cow'") as caught:
            from_json(list[base], b'[{"name": "a", "kind": "cow", "side": 1.0}]', subclasses=True)
        assert caught.value.path == (0, "kind")


class RoundTuple(NamedTuple):
    kind: Literal["circle"] = "circle"
    size: int = 1


class AngularTuple(NamedTuple):
    kind: Literal["square", "box"] = "square"
    size: int = 1


class SizedRound(msgspec.Struct, tag_field="kind", tag="circle"):
    size: int = 1


class SizedAngular(msgspec.Struct, tag_field="kind", tag="square"):
    size: int = 1


class HoldsTuple(NamedTuple):
    shape: RoundTuple | AngularTuple


@dataclasses.dataclass
class HoldsTupleAsValue:
    shape: RoundTuple | AngularTuple


class HoldsStruct(msgspec.Struct):
    shape: SizedRound | SizedAngular


def test_the_field_of_a_named_tuple_names_the_struct_of_that_tag() -> None:
    for _ in ("interpreted", "compiled", "from the table"):
        made = convert([AngularTuple(size=2), RoundTuple(size=3)], list[SizedRound | SizedAngular])
        assert made == [SizedAngular(2), SizedRound(3)]
        for holder in (HoldsTuple, HoldsTupleAsValue):
            assert convert(holder(AngularTuple(size=2)), HoldsStruct) == HoldsStruct(SizedAngular(2))


class NamesRound(BaseModel):
    kind: Literal["circle"]
    size: int


class NamesAngular(BaseModel):
    kind: Literal["square", "box"]
    size: int


class RoundDict(TypedDict):
    kind: Literal["circle"]
    size: int


class AngularDict(TypedDict):
    kind: Literal["square", "box"]
    size: int


class HoldsNamed(BaseModel):
    shape: NamesRound | NamesAngular = Field(discriminator="kind")


def test_the_tag_of_a_struct_is_the_value_of_a_field_of_that_name() -> None:
    structs = [SizedAngular(2), SizedRound(3)]
    assert convert(SizedRound(3), NamesRound) == NamesRound(kind="circle", size=3)
    named = [NamesAngular(kind="square", size=2), NamesRound(kind="circle", size=3)]
    assert convert(structs, list[NamesRound | NamesAngular]) == named
    assert converter(list[SizedRound | SizedAngular], list[NamesRound | NamesAngular])(structs) == named
    dicts = [{"kind": "square", "size": 2}, {"kind": "circle", "size": 3}]
    assert convert(structs, list[RoundDict | AngularDict]) == dicts
    assert convert(HoldsStruct(SizedRound(3)), HoldsNamed) == HoldsNamed(shape=named[1])
    assert convert(convert(SizedRound(3), "dataclass"), NamesRound) == named[1]


def test_a_tag_that_a_field_refuses_is_an_error_where_the_field_has_no_default() -> None:
    @dataclasses.dataclass
    class Numbered:
        size: int
        kind: int = 7

    with pytest.raises(ConversionError) as caught:
        converter(SizedRound, NamesAngular)
    assert caught.value.path == ("kind",)
    assert convert(SizedRound(3), Numbered) == Numbered(3, 7)
