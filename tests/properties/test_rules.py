"""The laws of rules, on drawn pairs of classes with drawn renames and paths."""

import dataclasses
from datetime import date
from typing import Any, Optional

import attrs
import pytest
from hypothesis import given, note
from hypothesis import strategies as st
from osbot_utils.type_safe.Type_Safe import Type_Safe
from pydantic import create_model

from benchmarks.equality import facts
from tests.properties.strategies import KINDS, drawn, kinds
from tests.rules.models import Color, ColorDto
from type_safe_convert import Rules, convert, convert_class
from type_safe_convert.testing.equality import differences


@dataclasses.dataclass
class Leaf:
    name: str


TEXT = st.text(max_size=3)
VALUES: dict[Any, st.SearchStrategy[Any]] = {
    str: TEXT,
    int: st.integers(0, 9),
    bool: st.booleans(),
    date: st.dates(),
    Color: st.sampled_from([Color.RED, Color.BLUE]),
    list[str]: st.lists(TEXT, max_size=2),
    dict[str, int]: st.dictionaries(TEXT, st.integers(0, 9), max_size=2),
    Leaf: TEXT.map(Leaf),
    list[Leaf]: st.lists(TEXT.map(Leaf), max_size=2),
}
_OPTIONAL: Any = Optional
MAKERS: dict[str, Any] = {
    "dataclass": lambda name, fields: dataclasses.make_dataclass(name, fields.items()),
    "attrs": lambda name, fields: attrs.make_class(name, {key: attrs.field(type=cls) for key, cls in fields.items()}),
    "basemodel": lambda name, fields: create_model(name, **{key: (cls, ...) for key, cls in fields.items()}),
    "type_safe": lambda name, fields: type(name, (Type_Safe,), {"__annotations__": fields}),
}


@dataclasses.dataclass
class Case:
    """A source of plain and nested fields, a flat target of other names, and the rules between the two."""

    source: type
    target: type
    rules: Rules
    instance: Any


@st.composite
def cases(draw: Any) -> Case:
    kind, other = draw(st.sampled_from([*MAKERS])), draw(st.sampled_from([*MAKERS]))
    make = MAKERS[kind]
    annotations = st.lists(st.sampled_from([*VALUES]), min_size=1, max_size=3)
    fields: dict[str, Any] = {}
    values: dict[str, Any] = {}
    flat: dict[str, Any] = {}
    said: dict[str, Any] = {}
    names = iter(draw(st.permutations([f"t{number}" for number in range(30)])))

    def flatten(path: tuple[str, ...], annotation: Any, optional: bool) -> None:
        name = next(names)
        annotation = ColorDto if annotation is Color else annotation
        flat[name] = _OPTIONAL[annotation] if optional else annotation
        said[name] = draw(st.sampled_from([path, ".".join(path)]))

    for number, annotation in enumerate(draw(annotations)):
        fields[f"s{number}"] = annotation
        values[f"s{number}"] = draw(VALUES[annotation])
        flatten((f"s{number}",), annotation, False)
    for number in range(draw(st.integers(0, 3))):
        inside = {f"g{index}": annotation for index, annotation in enumerate(draw(annotations))}
        group = make(f"Group{number}", inside)
        optional = draw(st.booleans())
        name = f"group{number}"
        fields[name] = _OPTIONAL[group] if optional else group
        held = group(**{key: draw(VALUES[annotation]) for key, annotation in inside.items()})
        values[name] = None if optional and draw(st.booleans()) else held
        for key, annotation in inside.items():
            flatten((name, key), annotation, optional)
    rules = Rules()
    source, target = make("Source", fields), MAKERS[other]("Target", flat)
    rules.map(source, target, said)
    rules.coerce(Color, ColorDto)
    note(f"{kind} to {other}: {fields}, {said}")
    return Case(source, target, rules, source(**values))


@given(cases())
def test_reversed_rules_bring_back_what_the_mapping_kept(case: Case) -> None:
    """back(there(x)) is x again, where the rules rename, flatten and coerce enums."""
    back = case.rules.reversed(case.target, case.source)
    assert not [item for item in back.one_way if item.field]
    for _ in range(2):
        there = case.rules.convert(case.instance, case.target)
        assert type(there) is case.target
        found = differences(case.instance, back.convert(there, case.source))
        assert not found, "; ".join(map(str, found))


@given(cases())
def test_the_first_conversion_and_the_next_are_the_same(case: Case) -> None:
    """What is interpreted and what is compiled have one result."""
    to_target = case.rules.converter(case.source, case.target)
    first = case.rules.conversion(case.source, case.target, True, False).interpret(case.instance)
    assert facts(first) == facts(to_target(case.instance))


@kinds
def test_rules_that_rename_nothing_equal_no_rules(kind: str) -> None:
    """With empty rules, and with rules that name each field as itself, instances become what they become without."""

    @given(drawn(kind), st.sampled_from(KINDS))
    def law(instance: Any, other: str) -> None:
        expected = convert(instance, other)
        for rules in (Rules(), Rules(by_alias=False, lax=False)):
            assert facts(rules.convert(instance, other)) == facts(expected)
        assert facts(Rules().convert(expected, kind)) == facts(convert(expected, kind))

    law()


@pytest.mark.parametrize("other", MAKERS)
@pytest.mark.parametrize("kind", MAKERS)
def test_rules_that_name_each_field_as_itself_change_nothing(kind: str, other: str) -> None:
    """Between classes that users wrote, too."""

    @given(st.lists(st.sampled_from([*VALUES]), min_size=1, max_size=4), st.data())
    def law(annotations: list[Any], data: Any) -> None:
        fields = {f"f{number}": annotation for number, annotation in enumerate(annotations)}
        source, target = MAKERS[kind]("Source", fields), MAKERS[other]("Target", fields)
        instance = source(**{name: data.draw(VALUES[annotation]) for name, annotation in fields.items()})
        rules = Rules()
        rules.map(source, target, {name: name for name in fields})
        expected = convert(instance, target)
        for _ in range(2):
            assert facts(rules.convert(instance, target)) == facts(expected)
        assert convert_class(target, other) is target

    law()
