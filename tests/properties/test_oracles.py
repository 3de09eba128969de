"""What others make of the same values, and what they refuse, is what a conversion makes and refuses."""

import datetime
import decimal
import enum
import fractions
from dataclasses import make_dataclass
from typing import Any, Dict, List, Optional, Set, Tuple, Union

import pytest
from hypothesis import given, note
from hypothesis import strategies as st
from osbot_utils.type_safe.primitives.core.Safe_Int import Safe_Int
from osbot_utils.type_safe.primitives.core.Safe_Str import Safe_Str
from osbot_utils.type_safe.Type_Safe import Type_Safe
from osbot_utils.type_safe.type_safe_core.collections.Type_Safe__Dict import Type_Safe__Dict
from osbot_utils.type_safe.type_safe_core.collections.Type_Safe__List import Type_Safe__List
from osbot_utils.type_safe.type_safe_core.collections.Type_Safe__Set import Type_Safe__Set
from osbot_utils.type_safe.type_safe_core.collections.Type_Safe__Tuple import Type_Safe__Tuple
from pydantic import BaseModel, ValidationError, create_model

from benchmarks.equality import facts
from type_safe_convert import ConversionError, ValueConversionError, convert
from type_safe_convert.testing.definitions import Color, Level
from type_safe_convert.testing.definitions import annotations_with_values as with_values
from type_safe_convert.testing.strategies import ANYTHING, ValueStrategies
from type_safe_convert.types import nodes
from type_safe_convert.types.parse import parse

Holder = make_dataclass("Holder", [("x", Any)])


class Mine(str):
    """A subclass of a plain type."""


# What does not fit most annotations, in forms that a lenient validator would take.
MISFITS: st.SearchStrategy[Any] = st.sampled_from(
    [
        None, True, False, 0, 1, -1, 1.0, 0.5, "1", "a", "red", "RED", "", b"a", "2026-01-02", [], [1], ["a"], (), (1,),
        (1, "a"), set(), {1}, {"a"}, frozenset({1}), {}, {"a": 1}, {1: "a"}, decimal.Decimal(1), Color.RED, Level.LOW,
        datetime.date(2026, 1, 2), datetime.datetime(2026, 1, 2), datetime.time(1), datetime.timedelta(1), 1j, int, str,
        Mine("m"), object(), len, bytearray(b"x"), float("nan"), float("inf"), 10**30, "\ud800",
    ]
)  # fmt: skip


def no_instances(cls: type, depth: int) -> st.SearchStrategy[Any]:
    return st.nothing()


@st.composite
def annotations_with_values(draw, kind, depth=2):
    """An annotation, and a value that fits it, or one that may well not."""
    annotation, _ = draw(with_values(kind, depth).filter(lambda drawn: _holds_no_model(drawn[0])))
    node = parse(annotation)
    value = draw(ValueStrategies(no_instances, 1).of(node) | MISFITS | ANYTHING)
    note(f"{annotation}: {value!r}")
    return annotation, value


def _holds_no_model(annotation: Any) -> bool:
    return not any(isinstance(node, nodes.ModelNode) for node in nodes.walk(parse(annotation)))


def outcome(function, *errors) -> Any:
    try:
        return True, function()
    except errors as error:
        return False, error


def conversion(value: Any, target: type) -> Any:
    """The outcome of a conversion, which is the same from the interpreted way and from the generated function."""
    outcomes = [outcome(lambda: convert(Holder(value), target), ConversionError) for _ in range(3)]
    for accepted, result in outcomes[1:]:
        assert accepted == outcomes[0][0], outcomes
        if accepted:
            assert facts(result) == facts(outcomes[0][1])
        else:
            assert result.path == outcomes[0][1].path
    return outcomes[-1]


@given(annotations_with_values("basemodel"))
def test_a_written_model_accepts_what_its_strict_validator_accepts(drawn):
    """convert(x, Model) accepts exactly the values that Model's validator accepts in strict mode, and makes the same.

    Named differences: an enum is also found by its name or value, as Type_Safe has it; a Literal takes no equal of
    another type; a float takes no Decimal.
    """
    annotation, value = drawn
    if _differs_by_name(parse(annotation), value):
        return
    model = create_model("Target", x=(annotation, ...))
    accepted, result = outcome(
        lambda: model.__pydantic_validator__.validate_python({"x": value}, strict=True), ValidationError
    )
    ours, converted = conversion(value, model)
    assert ours == accepted, f"pydantic: {result!r}; conversion: {converted!r}"
    if accepted:
        assert _has_open_union(parse(annotation)) or facts(converted) == facts(result)
    else:
        assert converted.path[:1] == ("x",)


def _has_open_union(node: nodes.Node) -> bool:
    """A union with Any in it: pydantic may make of an int a float there, where a conversion leaves what fits."""
    return any(
        isinstance(item, nodes.UnionNode) and any(isinstance(member, nodes.AnyNode) for member in item.members)
        for item in nodes.walk(node)
    )


_EQUAL_TO_AN_INT = (bool, float, decimal.Decimal, complex, enum.Enum)


def _differs_by_name(node: nodes.Node, value: Any) -> bool:
    found = list(nodes.walk(node))
    enums = any(isinstance(item, nodes.EnumNode) for item in found) and _holds(value, str)
    floats = any(isinstance(item, nodes.ScalarNode) and item.cls is float for item in found)
    if floats and _holds(value, (decimal.Decimal, fractions.Fraction)):
        return True  # pydantic takes what has a `__float__`
    return enums or (any(isinstance(item, nodes.LiteralNode) for item in found) and _holds(value, _EQUAL_TO_AN_INT))


def _holds(value: Any, cls: Any) -> bool:
    if isinstance(value, dict):
        return any(_holds(item, cls) for item in [*value, *value.values()])
    if isinstance(value, list | tuple | set | frozenset):
        return any(_holds(item, cls) for item in value)
    return isinstance(value, cls)


@given(annotations_with_values("type_safe"))
def test_type_safe_agrees_with_its_own_constructor(drawn):
    """What Type_Safe's constructor makes of a value is what arrives, or both refuse it.

    Named differences, where the annotation wins over the constructor: see `docs/`.
    """
    annotation, value = drawn
    node = parse(annotation)
    target = type("Target", (Type_Safe,), {"__annotations__": {"x": annotation}})
    try:
        target()
    except Exception:
        return  # a class that osbot-utils cannot instantiate is no oracle
    accepted, result = outcome(lambda: target(x=value), Exception)
    ours, converted = conversion(value, target)
    if value is None:
        assert ours
        assert converted.x is None
    elif accepted and ours and not (value == [] and result.x != []):  # it may take an empty list for its default
        if _constructor_types_alike(node):
            assert facts(converted) == facts(result)
    elif ours:
        assert not _is_certain(node), f"Type_Safe refused it: {result!r}"
    elif accepted:
        assert _is_lenient(node, value), f"refused, though Type_Safe takes it: {converted!r}"


def _constructor_types_alike(node: nodes.Node) -> bool:
    """Whether its constructor keeps to the annotation throughout, and makes the same form at every depth."""
    inner = [item for child in node.children() for item in nodes.walk(child)]
    if any(isinstance(item, nodes.UnionNode | nodes.AnyNode) for item in nodes.walk(node)):
        return False
    return not any(isinstance(item, nodes.CollectionNode | nodes.MappingNode | nodes.TupleNode) for item in inner)


def _is_certain(node: nodes.Node) -> bool:
    """Annotations in which Type_Safe refuses nothing that they allow."""
    return isinstance(node, nodes.ScalarNode | nodes.RefinedNode) and node.annotation is not float


def _is_lenient(node: nodes.Node, value: Any) -> bool:
    """Where Type_Safe's constructor takes what the annotation forbids, or coerces."""
    if isinstance(value, list | dict | set | tuple | frozenset):
        return True  # it takes an empty list for an int
    if isinstance(node, nodes.LiteralNode):
        return value in node.values  # it takes True for 1
    return not isinstance(node, nodes.RefinedNode | nodes.ScalarNode | nodes.EnumNode | nodes.LiteralNode)


@pytest.mark.parametrize(
    ("annotation", "value", "form"),
    [
        (List[int], [1], Type_Safe__List),
        (Dict[str, int], {"a": 1}, Type_Safe__Dict),
        (Set[int], {1}, Type_Safe__Set),
        (Tuple[int, str], (1, "a"), Type_Safe__Tuple),
        (Safe_Str, "a b", Safe_Str),
        (Safe_Int, 3, Safe_Int),
        (Dict[Safe_Str, List[int]], {"a": [1]}, Type_Safe__Dict),
    ],
)
def test_the_forms_of_type_safe(annotation, value, form):
    """Values arrive in the forms that Type_Safe's constructor gives them."""
    target = type("Target", (Type_Safe,), {"__annotations__": {"x": annotation}})
    converted = convert(Holder(value), target)
    assert type(converted.x) is form
    assert facts(converted) == facts(target(x=value))


@pytest.mark.parametrize(
    ("annotation", "value"),
    [
        (Tuple[int, ...], (1, 2)),
        (Union[int, str], "a"),
        (int | str, "a"),
        (Optional[int] | str, 1),
        (int | None, 5),
        (list[int | None], [1, None]),
        (Union[List[int], Dict[str, int]], [1]),
    ],
)
def test_the_annotation_wins_where_the_constructor_refuses_what_it_allows(annotation, value):
    """The named differences: each is accepted, whatever Type_Safe's constructor says."""
    target = type("Target", (Type_Safe,), {"__annotations__": {"x": annotation}, "x": None})
    assert convert(Holder(value), target).x == value


def test_a_primitive_inside_optional_is_one():
    """A named difference: Type_Safe's constructor leaves the plain value there, which the annotation does not allow."""
    target = type("Target", (Type_Safe,), {"__annotations__": {"x": Optional[Safe_Str]}})
    assert type(convert(Holder("a"), target).x) is Safe_Str


@pytest.mark.parametrize(("annotation", "value"), [(Set[int], [1]), (Optional[List[int]], ["x"]), (List[int], (1,))])
def test_the_annotation_wins_where_the_constructor_accepts_what_it_forbids(annotation, value):
    """The named differences: each is refused, whatever Type_Safe's constructor says."""
    target = type("Target", (Type_Safe,), {"__annotations__": {"x": annotation}})
    with pytest.raises(ValueConversionError) as caught:
        convert(Holder(value), target)
    assert caught.value.path[0] == "x"


@given(annotations_with_values("dataclass"))
def test_a_dataclass_takes_what_a_strict_model_takes(drawn):
    """A dataclass that somebody wrote has no validator: its annotation means what it means to pydantic, strictly."""
    annotation, value = drawn
    node = parse(annotation)
    if _differs_by_name(node, value):
        return
    try:
        model = create_model("Target", __config__={"arbitrary_types_allowed": True}, x=(annotation, ...))
    except Exception:
        return
    target = make_dataclass("Target", [("x", annotation)])
    accepted, result = outcome(
        lambda: model.__pydantic_validator__.validate_python({"x": value}, strict=True), ValidationError
    )
    ours, converted = conversion(value, target)
    if ours != accepted:
        assert _pydantic_differs(node, value), f"pydantic: {result!r}; conversion: {converted!r}"


def _pydantic_differs(node: nodes.Node, value: Any) -> bool:
    """Where pydantic's strict mode is no oracle for plain annotations: it refuses what is not finite, and subclasses
    of containers; and has a meaning of its own for a deque, a Counter and a bare class."""
    return any(
        isinstance(item, nodes.OpaqueNode)
        or (isinstance(item, nodes.ScalarNode) and item.cls is decimal.Decimal)
        or (isinstance(item, nodes.CollectionNode | nodes.MappingNode) and item.origin.__module__ == "collections")
        for item in nodes.walk(node)
    )


def test_misfits_are_tried_against_a_whole_model():
    """A value that does not fit is refused by every kind, wherever it stands."""

    class Model(BaseModel):
        x: int

    for value in ("1", 1.0, True, b"1", [1]):  # None is carried within a family
        with pytest.raises(ValueConversionError):
            convert(Model.model_construct(x=value), "dataclass")
