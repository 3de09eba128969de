"""The laws of converters: of values that pass as they are or are simple, and of the lines that convert all others."""

import dataclasses
import datetime
import decimal
import enum
import pathlib
import typing
from collections.abc import Callable
from typing import Annotated, Any, Literal, Mapping, Optional, Sequence, Union

import annotated_types
from hypothesis import given, note
from hypothesis import strategies as st
from osbot_utils.type_safe.primitives.core.Safe_Int import Safe_Int
from osbot_utils.type_safe.primitives.core.Safe_Str import Safe_Str
from osbot_utils.type_safe.Type_Safe import Type_Safe
from osbot_utils.type_safe.type_safe_core.collections.Type_Safe__List import Type_Safe__List
from pydantic import BaseModel, ConfigDict, Field, create_model, field_validator

from type_safe_convert import convert_class
from type_safe_convert.conversion.conversion import conversion
from type_safe_convert.conversion.plan import Step
from type_safe_convert.errors import ConversionError
from type_safe_convert.model.shape import MISSING
from type_safe_convert.model.source import SourceWriter
from type_safe_convert.testing.equality import same
from type_safe_convert.values.base import ValueConverter
from type_safe_convert.values.fields import FieldConverter


class Colour(enum.Enum):
    RED = "red"
    BLUE = 2


class Text(str):
    __slots__ = ()


class Numbers(Type_Safe__List):
    expected_type = int


class TypeSafeInner(Type_Safe):
    number: int
    names: list[str]


class TypeSafeSub(TypeSafeInner):
    more: float


class BaseModelInner(BaseModel):
    number: int = 0
    names: list[str] = []


class BaseModelSub(BaseModelInner):
    more: float = 0


@dataclasses.dataclass
class DataclassInner:
    number: int = 0
    names: list[str] = dataclasses.field(default_factory=list)


@dataclasses.dataclass
class DataclassSub(DataclassInner):
    more: float = 0


class TypeSafeCat(Type_Safe):
    tag: Literal["a", "cat"] = "cat"
    number: int


class TypeSafeDog(Type_Safe):
    tag: Literal["dog"] = "dog"
    names: list[str]


class BaseModelCat(BaseModel):
    tag: Literal["a", "cat"] = "cat"
    number: int = 0


class BaseModelDog(BaseModel):
    tag: Literal["dog"] = "dog"
    names: list[str] = []


@dataclasses.dataclass
class DataclassCat:
    tag: Literal["a", "cat"] = "cat"
    number: int = 0


@dataclasses.dataclass
class DataclassDog:
    tag: Literal["dog"] = "dog"
    names: list[str] = dataclasses.field(default_factory=list)


INNER: dict[str, tuple[Any, Any]] = {
    "type_safe": (TypeSafeInner, TypeSafeSub),
    "basemodel": (BaseModelInner, BaseModelSub),
    "dataclass": (DataclassInner, DataclassSub),
}
KINDS = tuple(INNER)
CATS_AND_DOGS: dict[str, tuple[Any, Any]] = {
    "type_safe": (TypeSafeCat, TypeSafeDog),
    "basemodel": (BaseModelCat, BaseModelDog),
    "dataclass": (DataclassCat, DataclassDog),
}
# Unions of models, told apart by a Literal or by their fields.
TAGGED = {
    kind: (Annotated[Union[cat, dog], Field(discriminator="tag")], cat, dog)
    for kind, (cat, dog) in CATS_AND_DOGS.items()
}
PLAIN = {kind: (Union[INNER[kind][0], dog, None], INNER[kind][1], dog) for kind, (_, dog) in CATS_AND_DOGS.items()}
MODELS = (INNER, TAGGED, PLAIN)
ATOMS: list[Any] = [
    int, float, str, bool, bytes, type(None), Any, decimal.Decimal, datetime.date, datetime.datetime, pathlib.PurePath,
    Colour, Safe_Str, Safe_Int, Literal["a", "b"], Literal[1, True], Literal["a", 1], Annotated[int, "any"],
    Annotated[int, annotated_types.Gt(0)], Annotated[str, annotated_types.MaxLen(1)], Numbers, INNER, TAGGED, PLAIN,
    Annotated[int, annotated_types.Ge(1), annotated_types.Le(3)], Annotated[float, Field(gt=0, lt=2)],
    Annotated[int, annotated_types.MultipleOf(2)], Annotated[str, Field(pattern="^[ar]$", min_length=1)],
    Annotated[str, annotated_types.Gt("A"), annotated_types.Predicate(str.islower)],
    Annotated[Optional[int], Field(ge=1)], Annotated[Optional[str], Field(pattern="a")],
    Annotated[datetime.date, annotated_types.Ge(datetime.date(2020, 1, 1))],
    Annotated[datetime.datetime, annotated_types.Lt(datetime.datetime(2020, 1, 3, tzinfo=datetime.UTC))],
    Annotated[decimal.Decimal, Field(gt=1, decimal_places=1)], Annotated[list[int], Field(min_length=1)],
    Annotated[dict[str, Annotated[int, Field(ge=1)]], Field(max_length=1)], Annotated[set[str], Field(min_length=2)],
]  # fmt: skip
VALUES: list[Any] = [
    None, True, False, 0, 1, -3, 1.5, "a", "red", "", b"x", Text("a"), Safe_Str("a"), Safe_Int(3), Colour.RED,
    decimal.Decimal("1.5"), datetime.date(2020, 1, 2), datetime.datetime(2020, 1, 2), pathlib.Path("a"), int,
    Numbers(int, [1, 2]),
]  # fmt: skip
HASHED: list[Any] = [int, str, float, Colour, Safe_Str, Literal["a", "b"]]

annotations = st.recursive(
    st.sampled_from(ATOMS),
    lambda inner: st.one_of(
        inner.map(lambda item: (list, item)),
        inner.map(lambda item: (Optional, item)),
        inner.map(lambda item: (Sequence, item)),
        inner.map(lambda item: (tuple, item, ...)),
        st.sampled_from(HASHED).map(lambda item: (set, item)),
        st.sampled_from(HASHED).map(lambda item: (frozenset, item)),
        st.tuples(st.just(Mapping), st.sampled_from(HASHED), inner),
        st.tuples(st.just(dict), st.sampled_from(HASHED), inner),
        st.tuples(st.just(tuple), inner, inner),
        st.tuples(st.just(Union), inner, inner),
    ),
    max_leaves=4,
)


def annotation_in(drawn: Any, kind: str, plain: bool = False) -> Any:
    """A drawn annotation with the model classes of a kind; `plain`: with the plain types of primitives."""
    if any(drawn is models for models in MODELS):
        return drawn[kind][0]
    if not isinstance(drawn, tuple):
        return {Safe_Str: str, Safe_Int: int}.get(drawn, drawn) if plain and isinstance(drawn, type) else drawn
    outer, *drawn_items = drawn
    items = tuple(annotation_in(item, kind, plain) for item in drawn_items)
    return outer[items if len(items) > 1 else items[0]]


def class_with(kind: str, annotation: Any, validated: bool = False) -> Any:
    """A class of a user with one field; `validated`: a model has a validator."""
    if kind == "type_safe":
        return type("Written", (Type_Safe,), {"__annotations__": {"value": annotation}, "__module__": __name__})
    if kind == "dataclass":
        return dataclasses.make_dataclass("Written", [("value", annotation)])
    validators: Any = {"looks": field_validator("value")(_refuses_minus_three)} if validated else {}
    config = ConfigDict(arbitrary_types_allowed=True)
    return create_model("Written", __config__=config, __validators__=validators, value=(annotation, ...))


def _refuses_minus_three(value: Any) -> Any:
    if value == -3:
        raise ValueError("minus three")
    return value


@st.composite
def fields(draw: Any) -> tuple[Step, st.SearchStrategy[Any]]:
    """How the field of a class with one field is converted, and values for it, of which about half fit."""
    drawn = draw(annotations)
    source_kind, kind = draw(st.sampled_from(KINDS)), draw(st.sampled_from(KINDS))
    validated = draw(st.booleans())
    source = class_with(source_kind, annotation_in(drawn, source_kind), validated)
    way = draw(st.sampled_from(("out", "back", "other")))
    if kind == source_kind or way == "other":
        target = class_with(kind, annotation_in(drawn, kind, plain=draw(st.booleans())), validated)
    else:
        target = convert_class(source, kind)
        if way == "back":
            source, target, source_kind = target, source, kind
    found = conversion(source, target).plan.steps[0]
    note(f"{annotation_in(drawn, source_kind)} in {source_kind} to {target}")
    return found, st.one_of(fitting(drawn, source_kind), values_in(source_kind))


def values_in(kind: str) -> st.SearchStrategy[Any]:
    """Values of all classes, models of one kind among them."""
    inner, sub = INNER[kind]
    cat, dog = CATS_AND_DOGS[kind]
    mistagged = dog(names=["a"])
    mistagged.__dict__["tag"] = "cat"
    models = [inner(), inner(number=2, names=["a"]), sub(number=3, more=1.5), cat(tag="a"), cat(number=1), dog()]
    models += [mistagged, cat.__new__(cat)]
    return st.recursive(
        st.sampled_from([*VALUES, *models, *(convert_class(cls, other)() for cls in INNER[kind] for other in KINDS)]),
        lambda items: st.one_of(
            st.lists(items, max_size=3),
            st.tuples(items, items),
            st.sets(st.sampled_from(["a", "b", 1, 2.5, Colour.RED]), max_size=2),
            st.dictionaries(st.sampled_from(["a", "b", 1, Colour.RED, Safe_Str("a")]), items, max_size=2),
            st.lists(items, max_size=2).map(as_typed_list),
        ),
        max_leaves=5,
    )


def fitting(drawn: Any, kind: str) -> st.SearchStrategy[Any]:
    """Values that fit a drawn annotation."""
    if drawn is INNER:
        inner, sub = INNER[kind]
        return st.sampled_from([inner(), inner(number=2, names=["a"]), sub(number=3, more=1.5)])
    if any(drawn is models for models in MODELS):
        _, first, second = drawn[kind]
        return st.sampled_from([first(), first(number=3), second(), second(names=["a"])])
    if not isinstance(drawn, tuple):
        drawn = typing.get_args(drawn)[0] if typing.get_origin(drawn) is Annotated else drawn
        if typing.get_origin(drawn) in (list, dict, set):
            items: list[Any] = [[], [1], [1, 2], {}, {"a": 1}, {"a": 0}, {"a": 1, "b": 1}, {"a"}, {"a", "b"}]
            return st.sampled_from([item for item in items if isinstance(item, typing.get_origin(drawn))])
        if typing.get_origin(drawn) is Union:
            return st.sampled_from([item for item in VALUES if isinstance(item, typing.get_args(drawn))])
        classes = drawn if isinstance(drawn, type) and drawn is not Any else object
        return st.sampled_from(typing.get_args(drawn) or [item for item in VALUES if isinstance(item, classes)])
    outer, *items = drawn
    inside = [fitting(item, kind) for item in items if item is not ...]
    if outer is Optional:
        return st.none() | inside[0]
    if outer is Union:
        return st.one_of(inside)
    if outer is tuple:
        return st.lists(inside[0], max_size=2).map(tuple) if items[-1] is ... else st.tuples(*inside)
    if outer in (dict, Mapping):
        return st.dictionaries(*inside, max_size=2)
    if outer in (set, frozenset):
        return st.sets(inside[0], max_size=2).map(outer)
    lists = st.lists(inside[0], max_size=3)
    return lists.map(as_typed_list) if kind == "type_safe" else lists


def as_typed_list(items: list[Any]) -> Any:
    made = Type_Safe__List(object)
    list.extend(made, items)
    return made


def test_of(converter: ValueConverter) -> Callable[[Any], bool] | None:
    """The test for values that pass as they are; None where there is none."""
    source = SourceWriter()
    condition = converter.passes(source, "v")
    if condition is None:
        return None
    function: Any = eval(f"lambda v: bool({condition or True})", source.namespace)
    return typing.cast("Callable[[Any], bool]", function)


test_of.__test__ = False  # type: ignore[attr-defined]


def lines_of(converter: ValueConverter, cyclic: bool) -> Callable[[Any], Any]:
    """The lines that convert a value, as a function."""
    source = SourceWriter(cyclic)
    source.namespace["convert"] = converter.convert
    converter.write(source, "v", "convert(v, memo)")
    body = "\n".join(source.lines)
    text = "\n".join([*source.functions, f"def run(v, memo=None):\n    if True:\n{body}\n        return v"])
    note(text)
    exec(text, source.namespace)
    for callee, name in source.callees:
        callee.link_into(source.namespace["run"], name)
    function: Callable[[Any], Any] = source.namespace["run"]
    return function


def outcome(function: Callable[[Any], Any], value: Any) -> tuple[Any, Any]:
    try:
        return function(value), None
    except ConversionError as error:
        return None, (type(error), error.expected, error.found)


@given(st.data())
def test_a_value_that_passes_is_one_that_convert_returns_as_it_is(data: st.DataObject) -> None:
    """passes(v) implies convert(v) is v."""
    step, values = data.draw(fields())
    passes = test_of(step.converter)
    if passes is None:
        return
    for value in data.draw(st.lists(values, min_size=1, max_size=8)):
        if passes(value):
            assert step.convert(value, None) is value


@given(st.data())
def test_what_is_made_of_a_simple_value_is_the_result_of_convert(data: st.DataObject) -> None:
    """simple(v) is a test and an expression; where the test holds, the expression and convert(v) are the same."""
    step, values = data.draw(fields())
    converter = step.converter.value if isinstance(step.converter, FieldConverter) else step.converter
    source = SourceWriter()
    simple = converter.simple(source, "v")
    if simple is None:
        return
    source.namespace["missing"] = MISSING
    run: Any = eval(f"lambda v: {simple[1]} if {simple[0] or True} else missing", source.namespace)
    for value in data.draw(st.lists(values, min_size=1, max_size=8)):
        made = run(value)
        assert made is MISSING or same(made, converter.convert(value, None)), (value, made)


@given(st.data())
def test_the_lines_have_the_result_of_convert(data: st.DataObject) -> None:
    """exec(write)(v) and convert(v) are the same, or the same error."""
    step, values = data.draw(fields())
    converter = step.converter
    run = lines_of(converter, data.draw(st.booleans()))
    for value in data.draw(st.lists(values, min_size=1, max_size=8)):
        made, error = outcome(run, value)
        expected, expected_error = outcome(lambda item: converter.convert(item, None), value)
        assert error == expected_error, value
        assert error or same(made, expected), (value, made, expected)
