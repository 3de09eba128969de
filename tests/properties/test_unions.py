"""Unions whose classes are named otherwise in a hand-written target."""

import dataclasses
import typing
from typing import Any, Literal, Optional, Union

from hypothesis import given, note
from hypothesis import strategies as st
from osbot_utils.type_safe.Type_Safe import Type_Safe
from pydantic import ConfigDict, create_model

from type_safe_convert import convert

_UNION: Any = Union
_OPTIONAL: Any = Optional
_LIST: Any = list

TYPES: list[tuple[Any, Any]] = [
    (int, st.integers()),
    (str, st.text(max_size=4)),
    (bool, st.booleans()),
    (_LIST[int], st.lists(st.integers(), max_size=2)),
    (Literal["x"], st.just("x")),
    (Literal["y"], st.just("y")),
]

# The fields of a class: by name, the annotation, values of it, and whether it has a default.
Fields = dict[str, tuple[Any, st.SearchStrategy[Any], bool]]

fields_of_a_class = st.dictionaries(
    st.sampled_from(["a", "b", "c"]), st.tuples(st.sampled_from(TYPES), st.booleans()), max_size=3
).map(lambda drawn: {name: (*drawn[name][0], drawn[name][1]) for name in sorted(drawn)})

WRAPPERS: list[tuple[Any, Any, Any]] = [
    (lambda union: union, lambda value: value, lambda value: value),
    (lambda union: _LIST[union], lambda value: [value], lambda value: value[0]),
    (lambda union: dict[str, union], lambda value: {"k": value}, lambda value: value["k"]),
    (lambda union: _OPTIONAL[union], lambda value: value, lambda value: value),
]


def default_of(annotation: Any) -> Any:
    return {int: 0, str: "", bool: False}.get(annotation, "x" if annotation == Literal["x"] else "y")


def model(name: str, fields: Fields) -> type:
    specified: Any = {}
    for field, (annotation, _, optional) in fields.items():
        default = [] if annotation == _LIST[int] else default_of(annotation)
        specified[field] = (annotation, default if optional else ...)
    return create_model(name, __config__=ConfigDict(from_attributes=True), **specified)


def dataclass(name: str, fields: Fields) -> type:
    specified = []
    for field, (annotation, _, optional) in fields.items():
        default: Any = dataclasses.field(kw_only=True)
        if optional and annotation == _LIST[int]:
            default = dataclasses.field(default_factory=list, kw_only=True)
        elif optional:
            default = dataclasses.field(default=default_of(annotation), kw_only=True)
        specified.append((field, annotation, default))
    return dataclasses.make_dataclass(name, specified)


def type_safe(name: str, fields: Fields) -> type:
    namespace = {"__annotations__": {field: annotation for field, (annotation, _, _) in fields.items()}}
    return type(name, (Type_Safe,), {"__module__": __name__, **namespace})


def rank(fields: Fields, values: dict[str, Any]) -> tuple[int, int, int]:
    """How many fields match, how many of these by a Literal, and how many others there are, these counted down."""
    matching = fields.keys() & values.keys()
    tags = [name for name in matching if typing.get_origin(fields[name][0]) is Literal]
    return len(matching), len(tags), len(matching) - len(fields)


@given(st.data())
def test_a_union_of_renamed_classes_chooses_as_pydantic_does(data):
    """convert(x, Target) takes the member that `Target.model_validate(x, from_attributes=True)` takes.

    Named differences, in docs/testing.md: of members in which as many fields match, a conversion takes that with the
    most Literals, and then that with the fewest other fields, where pydantic takes the first.
    """
    classes = data.draw(st.lists(fields_of_a_class, min_size=2, max_size=3))
    make = data.draw(st.sampled_from([model, dataclass, type_safe]))
    sources = [make(f"Source{number}", fields) for number, fields in enumerate(classes)]
    targets = [model(f"Target{number}", fields) for number, fields in enumerate(classes)]
    annotate, wrap, unwrap = data.draw(st.sampled_from(WRAPPERS))
    chosen = data.draw(st.integers(0, len(classes) - 1))
    values = {name: data.draw(strategy) for name, (_, strategy, _) in classes[chosen].items()}
    value = wrap(sources[chosen](**values))
    holder = dataclasses.make_dataclass("Holder", [("x", annotate(_UNION[tuple(sources)]))])(value)
    target: Any = create_model("TargetHolder", x=(annotate(_UNION[tuple(targets)]), ...))
    note(f"{classes} {make.__name__} {chosen} {values}")
    expected = unwrap(target.model_validate(holder, from_attributes=True).x)
    found = unwrap(convert(holder, target).x)
    if type(found) is type(expected):
        assert found == expected
        return
    theirs, ours = (classes[targets.index(type(item))] for item in (expected, found))
    assert rank(ours, values) > rank(theirs, values)
    assert rank(ours, values)[0] == rank(theirs, values)[0]
