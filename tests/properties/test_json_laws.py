"""The laws of JSON, on random classes: there and back, and what pydantic's `TypeAdapter` reads of the same bytes."""

import inspect
import json
import re
import typing
import warnings
from typing import Annotated, Any, Generic, Literal, Union

import pytest
from hypothesis import assume, given, note, reject
from hypothesis import strategies as st
from pydantic import BaseModel, Discriminator, TypeAdapter, ValidationError

from tests.json.compare import unlike
from tests.properties.strategies import KINDS, kinds
from type_safe_convert import ConversionError, JsonError, convert, from_json, from_python, kind_of, to_json, to_python
from type_safe_convert.errors import Path, path_into
from type_safe_convert.hypothesis import instances, model_classes
from type_safe_convert.kinds.pydantic.drawn_dataclasses import Stored
from type_safe_convert.model.family import shape_of
from type_safe_convert.testing.definitions import vocabulary
from type_safe_convert.testing.hypothesis import DRAWN_BELOW
from type_safe_convert.types import nodes
from type_safe_convert.types.parse import parse


def adapter_of(cls: type) -> Any:
    """Pydantic's own view of a class; None where it has none."""
    try:
        return TypeAdapter(cls)
    except Exception:
        return None


def oracle_takes_it_back(instance: Any, json: bool = False) -> bool:
    """Whether pydantic itself reads the instance from its own dump, and finds it the same.

    Not so where a default is outside of its annotation, or where the dump has another name or form than the input.
    """
    if kind_of(instance) == "type_safe":
        return True
    if kind_of(instance) in ("attrs", "msgspec"):  # pydantic knows no such classes
        instance = convert(instance, "dataclass")
    adapter = adapter_of(type(instance))
    classes = reached(type(instance))
    if adapter is None or any(map(makes_none, classes)) or (json and any(map(makes_what_json_loses, classes))):
        return False
    try:
        if json:
            again = adapter.validate_json(adapter.dump_json(instance), strict=True, by_alias=True, by_name=True)
        else:
            again = adapter.validate_python(adapter.dump_python(instance), by_alias=True, by_name=True)
        return unlike(instance, again) is None
    except Exception:  # also of a descriptor past which pydantic writes
        return False


def makes_what_json_loses(cls: type) -> bool:
    """Whether a field that takes no value has a default that pydantic does not read back from its JSON: a secret is
    masked there, and text in a union may be the value of an enum. Pydantic never reads such a field."""
    for item in shape_of(cls).fields.values():
        if item.init or item.required:
            continue
        default, adapter = item.make_default(), adapter_of(item.annotation)
        try:
            again = adapter.validate_json(adapter.dump_json(default), strict=True)
        except Exception:
            return True
        if unlike(default, again):
            return True
    return False


def makes_none(cls: type) -> bool:
    """Whether a factory makes None for a field that takes no value: pydantic does not look at such."""
    fields = [field for field in shape_of(cls).fields.values() if not field.init and field.default_factory is not None]
    return any(field.make_default() is None for field in fields)


# The names of aliases of text, at the beginning of what a difference expects.
_TEXT = [name for name, alias in vars(vocabulary).items() if isinstance(getattr(alias, "__value__", None), str)]
_NAMED = re.compile(rf"""instead of ['"]\(?({"|".join(_TEXT)})\b""")


def is_told(difference: str) -> bool:
    """Whether the annotation tells what differs: not which subclass it was, which docs/json.md names, nor what an
    on-demand class has not made yet, nor the name of an alias of text, by which osbot-utils' own collections expect it.
    """
    untold = ("<class 'drawn_module", "instead of 'typing.Any'")
    return not any(text in difference for text in untold) and _NAMED.search(difference) is None


def without_subclasses(cls: type) -> type:
    """The same class, whose fields hold no instances of subclasses: an annotation does not tell which these are."""
    for item in reached(cls):
        if DRAWN_BELOW in item.__dict__:
            delattr(item, DRAWN_BELOW)
    return cls


@kinds
def test_from_python_undoes_to_python(kind):
    """from_python(cls, to_python(x)) == x, wherever pydantic takes its own dump back."""

    @given(st.data())
    def law(data):
        cls = without_subclasses(data.draw(model_classes(kind, depth=1, max_fields=3)))
        note(cls.__doc__)
        instance = data.draw(instances(cls))
        assume(oracle_takes_it_back(instance))
        found = unlike(instance, from_python(type(instance), to_python(instance)))
        assert found is None or not is_told(found)

    law()


@pytest.mark.parametrize("kind", ["basemodel", "dataclass"])
def test_from_json_undoes_to_json(kind):
    """from_json(cls, to_json(x)) == x, and of its counterparts, wherever pydantic reads its own JSON of x back."""

    @given(st.data())
    def law(data):
        cls = without_subclasses(data.draw(model_classes(kind, depth=1, max_fields=3)))
        note(cls.__doc__)
        instance = data.draw(instances(cls))
        assume(oracle_takes_it_back(instance, json=True))
        for target in KINDS:
            converted = convert(instance, target)
            assert unlike(converted, from_json(type(converted), to_json(converted))) is None

    law()


@given(st.data())
def test_json_by_alias_has_the_names_that_msgspec_writes(data):
    cls = data.draw(model_classes("msgspec", depth=1, max_fields=3))
    note(cls.__doc__)
    instance = data.draw(instances(cls))
    names = dict(zip(cls.__struct_fields__, cls.__struct_encode_fields__, strict=True))
    with warnings.catch_warnings(record=True) as of_values:
        warnings.simplefilter("always")
        plain, aliased = (json.loads(to_json(instance, by_alias=by_alias)) for by_alias in (False, True))
    assume(not of_values)  # beside a value that does not fit its field, such as a default, names are written
    assert [*aliased] == [names.get(key, key) for key in plain]


@st.composite
def mutated(draw: Any, value: Any) -> Any:
    """JSON with one place changed: another type, a key that is missing, one too many, an item doubled, a wrapping."""
    if isinstance(value, dict) and value and draw(st.integers(0, 2)):
        key = draw(st.sampled_from(sorted(value)))
        return {**value, key: draw(mutated(value[key]))}
    if isinstance(value, list) and value and draw(st.integers(0, 2)):
        index = draw(st.integers(0, len(value) - 1))
        return [*value[:index], draw(mutated(value[index])), *value[index + 1 :]]
    changes = [st.sampled_from([None, True, 0, 1, 1.0, 2.5, "", "1", "x", [], [1], {}, {"n": 1}]), st.just([value])]
    if isinstance(value, dict):
        changes += [st.just({**value, "further": 1})]
        changes += [st.just({k: v for k, v in value.items() if k != key}) for key in value]
    if isinstance(value, list):
        changes += [st.just([*value, *value]), st.just(value[1:])]
    return draw(st.one_of(changes))


def outcome(reading: Any, *errors: type[Exception]) -> tuple[bool, Any]:
    try:
        return True, reading()
    except errors as error:
        return False, error


def walk_argument(argument: Any) -> list[Any]:
    arguments = argument if isinstance(argument, tuple) else (argument,)
    return [part for item in arguments for part in nodes.walk(parse(item))]


def reached(cls: type) -> list[type]:
    """The classes that are in the fields of a class and in their type arguments, itself included."""
    found = [cls]
    for current in found:  # which grows meanwhile
        parts = [node for field in shape_of(current).fields.values() for node in nodes.walk(field.node)]
        for node in parts:  # which grows, too
            if isinstance(node, nodes.ModelNode):
                parts += [part for argument in node.arguments.values() for part in walk_argument(argument)]
                if node.cls not in found:
                    found.append(node.cls)
    return found


def pydantic_reads_otherwise(cls: type) -> bool:
    """The differences that a class shows: see "Where pydantic reads otherwise" in docs/json.md."""
    for item in reached(cls):
        generic = [base for base in getattr(item, "__orig_bases__", ()) if typing.get_origin(base) is not Generic]
        fields = shape_of(item).fields.values()
        holds_bytes = any(getattr(node, "cls", None) is bytes for field in fields for node in nodes.walk(field.node))
        own_init = inspect.getattr_static(item, "__init__").__code__.co_filename != "<string>"
        if generic or holds_bytes or own_init:
            return True
    return has_accessors(cls)


def has_accessors(cls: type) -> bool:
    """Whether a property or a descriptor stands over a field, or the constructor does not take it."""
    if any(shape_of(item).init_only for item in reached(cls)):
        return True
    return any(
        isinstance(inspect.getattr_static(item, field.name, None), property | Stored) or not field.init
        for item in reached(cls)
        for field in shape_of(item).fields.values()
    )


def is_null_for_default(cls: type, error: ValidationError) -> bool:
    """Whether pydantic refuses nothing but null where None is the default, and the other members of unions there."""
    names = {field.name for item in reached(cls) for field in shape_of(item).fields.values() if field.default is None}
    problems = error.errors()
    nulls = [problem["loc"] for problem in problems if problem["input"] is None and names & {*problem["loc"]}]
    return all(any(null[: len(problem["loc"]) - 1] == problem["loc"][:-1] for null in nulls) for problem in problems)


def has_no_form(error: ValidationError) -> bool:
    """Whether pydantic refuses nothing but what it never reads from JSON, such as a class, and the other members of
    unions there."""
    problems = error.errors()
    never = [problem["loc"] for problem in problems if problem["type"] == "needs_python_object"]
    return all(any(loc[: len(problem["loc"]) - 1] == problem["loc"][:-1] for loc in never) for problem in problems)


@given(st.data())
def test_from_json_reads_what_a_type_adapter_reads(data):
    """For dataclasses, `from_json` and `TypeAdapter(cls).validate_json` accept the same bytes and give the same.

    Named differences: see "Where pydantic reads otherwise" in docs/json.md.
    """
    cls = data.draw(model_classes("dataclass", depth=2, max_fields=3))
    note(cls.__doc__)
    adapter = adapter_of(cls)
    assume(adapter is not None and not pydantic_reads_otherwise(cls))
    instance = data.draw(instances(cls))
    try:
        content = json.loads(to_json(instance))
    except ConversionError:
        reject()
    for _ in range(data.draw(st.integers(0, 3))):
        content = data.draw(mutated(content))
    text = json.dumps(content).encode()
    note(text)
    expected, result = outcome(
        lambda: adapter.validate_json(text, strict=True, by_alias=True, by_name=True), ValidationError
    )
    accepted, ours = outcome(lambda: from_json(cls, text), JsonError)
    if accepted and not expected and (is_null_for_default(cls, result) or has_no_form(result)):
        return
    assert accepted == expected, f"pydantic: {result!r}; from_json: {ours!r}"
    if accepted:
        assert unlike(result, ours) is None
    else:
        theirs = [path_into(content, problem["loc"], problem["type"]) for problem in result.errors()]
        for problem in ours.errors or (ours,):
            assert any(on_one_way(problem.path, path) for path in theirs), f"pydantic: {result!r}; from_json: {ours!r}"


def on_one_way(left: Path, right: Path) -> bool:
    """Whether a path leads to a place, or beyond it: an error of a tag is told at the union or at the tag."""
    return all(ours == theirs for ours, theirs in zip(left, right, strict=False))


class Cat(BaseModel):
    kind: Literal["cat", "hound"]
    name: str


class Dog(BaseModel):
    kind: Literal["dog"]
    name: str
    friends: "dict[str, Union[Cat, Dog]]" = {}


FITTING: list[Any] = [{"kind": "cat", "name": "a"}, {"kind": "dog", "name": "a"}]
WRONG: list[Any] = [
    {"kind": "cow", "name": "a"},
    {"kind": "cat"},
    {"name": "a"},
    {"kind": 3},
    {"kind": "dog", "name": 1},
]
WRONG += [None, 3, [], {}]


@st.composite
def pets(draw: Any, annotation: Any, path: Path = ()) -> tuple[Any, set[Path]]:
    """Data of a type that holds pets, and the places in it where no pet is."""
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin in (dict, list):
        keys = range(draw(st.integers(0, 3))) if origin is list else draw(st.sets(st.sampled_from("abc")))
        drawn = {key: draw(pets(arguments[-1], (*path, key))) for key in sorted(keys)}
        held = {key: item for key, (item, _) in drawn.items()}
        wrong = {place for _, places in drawn.values() for place in places}
        return (list(held.values()) if origin is list else held), wrong
    if not draw(st.integers(0, 2)):
        return draw(st.sampled_from(WRONG)), {path}
    if draw(st.booleans()):
        return draw(st.sampled_from(FITTING)), set()
    friends, wrong = draw(pets(dict[str, annotation], (*path, "friends")))
    return {"kind": "dog", "name": "a", "friends": friends}, wrong


@given(st.data())
def test_every_wrong_place_and_no_other_is_in_the_errors(data):
    """In unions that a tag tells apart, at any depth, each error lies in a place where the data fits no member."""
    annotation: Any = Union[Cat, Dog]
    if data.draw(st.booleans()):
        annotation = Annotated[annotation, Discriminator("kind")]
    cls = dict[str, annotation]
    for wrap in data.draw(
        st.lists(st.sampled_from([lambda item: dict[str, item], lambda item: list[item]]), max_size=2)
    ):
        cls = wrap(cls)
    content, wrong = data.draw(pets(cls))
    accepted, result = outcome(lambda: from_json(cls, json.dumps(content)), JsonError)
    assert accepted == (not wrong)
    if not accepted:
        paths = [problem.path for problem in result.errors or (result,)]
        found = {
            next((place for place in wrong if on_one_way(place, path) and len(path) >= len(place)), path)
            for path in paths
        }
        assert found == wrong
