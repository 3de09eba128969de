"""Law: work grows with the size of the input, and no faster: at 8 times the size at most 12 times the work."""

import collections
import copy
import json
import pickle
import sys
import warnings
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, NamedTuple, Optional, TypeVar, Union

import pytest
from osbot_utils.type_safe.Type_Safe import Type_Safe
from pydantic import BaseModel
from typing_extensions import TypeAliasType, TypedDict

from tests.properties import growth
from tests.properties.growth import (
    HALF_OF_THE_WAYS,
    KINDS,
    WAYS,
    Run,
    assert_calls_are_linear,
    assert_time_is_linear,
    instance,
    model,
)
from type_safe_convert import (
    ConversionError,
    UnresolvedNameWarning,
    convert,
    convert_class,
    converter,
    from_json,
    from_python,
    iter_json_lines,
    json_schema,
    to_json,
    to_python,
)
from type_safe_convert.registry import made_kinds
from type_safe_convert.testing.equality import differences

T = TypeVar("T")

Tree: Any = TypeAliasType("Tree", "Union[list[Tree], tuple[Tree, ...], dict[str, Tree], Sequence[Tree], int]")


@dataclass
class Twins:
    a: "Optional[list[Twins]]" = None
    b: "Optional[list[Twins]]" = None
    n: int = 0


class TwinsModel(BaseModel):
    a: "list[TwinsModel] | None" = None
    b: "list[TwinsModel] | None" = None
    n: int = 0


class TwinsTyped(Type_Safe):
    a: "Optional[list[TwinsTyped]]" = None
    b: "Optional[list[TwinsTyped]]" = None
    n: int = 0


TWINS = {"dataclass": Twins, "basemodel": TwinsModel, "type_safe": TwinsTyped}

DOUBLE: dict[str, Callable[[Any], Any]] = {
    "list": lambda value: [value, value],
    "dict": lambda value: {"a": value, "b": value},
    "tuple": lambda value: (value, value),
    "deque": lambda value: collections.deque([value, value]),
}


def doubled(value: Any, form: str, times: int) -> Any:
    for _ in range(times):
        value = DOUBLE[form](value)
    return value


@pytest.mark.parametrize("form", DOUBLE)
@pytest.mark.parametrize(("kind", "other"), WAYS)
def test_shared_containers_where_anything_may_stand(kind: str, other: str, form: str) -> None:
    holder = model(kind, value=Any)

    def there(size: int) -> Run:
        held = instance(holder, value=doubled([1], form, size))
        return lambda: convert(held, other)

    def back(size: int) -> Run:
        held = convert(instance(holder, value=doubled([1], form, size)), other)
        return lambda: convert(held, kind)

    assert_calls_are_linear(there)
    assert_calls_are_linear(back)


@pytest.mark.parametrize(("kind", "other"), WAYS)
def test_a_refused_model_in_shared_containers(kind: str, other: str) -> None:
    holder, item = model(kind, value=Any), model(kind, n=int)

    def make(size: int) -> Run:
        held = instance(holder, value=doubled(instance(item, n="bad"), "list", size))
        return lambda: convert(held, other)

    assert_calls_are_linear(make)


@pytest.mark.parametrize("leaf", [1, "bad"])
@pytest.mark.parametrize("form", ["two fields", "list", "dict"])
@pytest.mark.parametrize(("kind", "other"), HALF_OF_THE_WAYS)
def test_models_that_share_others_in_a_chain_of_classes(kind: str, other: str, form: str, leaf: Any) -> None:
    def make(size: int) -> Run:
        cls: Any = model(kind, n=int)
        value = instance(cls, n=leaf)
        for _ in range(size):
            if form == "two fields":
                cls = model(kind, a=cls, b=cls)
                value = instance(cls, a=value, b=value)
            else:
                annotation: Any = list[cls] if form == "list" else dict[str, cls]
                cls, value = model(kind, a=annotation), DOUBLE[form](value)
                value = instance(cls, a=value)
        return lambda: convert(value, other)

    assert_calls_are_linear(make, 4)


@dataclass
class Chain:
    number: int
    inner: "Optional[Chain]" = None


@pytest.mark.parametrize("kind", made_kinds())
def test_chains_deeper_than_the_recursion_limit(kind: str) -> None:
    def make(size: int) -> Run:
        chain = None
        for number in range(size):
            chain = Chain(number, chain)
        there, run = convert(chain, kind), converter(convert_class(Chain, kind), Chain)
        return lambda: (convert(chain, kind), run(there))

    assert_calls_are_linear(make, sys.getrecursionlimit() + 100)


@pytest.mark.parametrize("leaf", [1, "bad"])
@pytest.mark.parametrize(("kind", "other"), WAYS)
def test_shared_instances_of_a_recursive_class(kind: str, other: str, leaf: Any) -> None:
    cls = TWINS[kind]

    def make(size: int) -> Run:
        value = instance(cls, a=None, b=None, n=leaf)
        for _ in range(size):
            value = instance(cls, a=[value, value], b=[value], n=1)
        return lambda: convert(value, other)

    assert_calls_are_linear(make, 8)


@pytest.mark.parametrize("leaf", [1, "bad"])
@pytest.mark.parametrize("form", ["list", "dict", "tuple"])
@pytest.mark.parametrize(("kind", "other"), WAYS)
def test_recursive_unions(kind: str, other: str, form: str, leaf: Any) -> None:
    holder = model(kind, value=Tree)

    def make(size: int) -> Run:
        held = instance(holder, value=doubled(leaf, form, size))
        return lambda: convert(held, other)

    assert_calls_are_linear(make)


class CatModel(BaseModel):
    kid: "CatModel | DogModel | None" = None
    n: int = 0


class DogModel(BaseModel):
    kid: "CatModel | DogModel | None" = None
    m: int = 0


@dataclass
class Cat:
    kid: "Cat | Dog | None" = None
    n: int = 0


@dataclass
class Dog:
    kid: "Cat | Dog | None" = None
    m: int = 0


class CatTyped(Type_Safe):
    kid: "Union[CatTyped, DogTyped, None]" = None
    n: int = 0


class DogTyped(Type_Safe):
    kid: "Union[CatTyped, DogTyped, None]" = None
    m: int = 0


PETS: dict[str, tuple[Any, Any]] = {
    "basemodel": (CatModel, DogModel),
    "dataclass": (Cat, Dog),
    "type_safe": (CatTyped, DogTyped),
}


@pytest.mark.parametrize("leaf", [1, "bad"])
@pytest.mark.parametrize(("kind", "other"), WAYS)
def test_recursive_unions_of_models_of_other_names(kind: str, other: str, leaf: Any) -> None:
    cat, dog = PETS[kind]

    def make(size: int) -> Run:
        value = instance(dog, kid=None, m=leaf)
        for number in range(size):
            value = instance(dog, kid=value, m=1) if number % 2 else instance(cat, kid=value, n=1)
        target = PETS[other][PETS[kind].index(type(value))]
        return lambda: convert(value, target)

    assert_calls_are_linear(make, 6)


@dataclass
class Left:
    left: "Left | None"
    right: "Right | None"


@dataclass
class Right:
    left: "Left | None"
    right: "Right | None"


class BothModel(BaseModel):
    left: "BothModel | None"
    right: "BothModel | None"


def test_one_instance_as_two_classes() -> None:
    def make(size: int) -> Run:
        value = None
        for _ in range(size):
            value = BothModel.model_construct(left=value, right=value)
        return lambda: convert(value, Left)

    assert_calls_are_linear(make)


LONG: dict[str, tuple[Callable[[Any], Any], Callable[[int, Any], Any]]] = {
    "numbers that do not fit": (lambda item: list[int], lambda size, make: ["x"] * size),
    "values of a dict that do not fit": (
        lambda item: dict[str, int],
        lambda size, make: {str(number): "x" for number in range(size)},
    ),
    "models that do not fit": (lambda item: list[item], lambda size, make: [make("x") for _ in range(size)]),
    "one model that does not fit": (lambda item: list[item], lambda size, make: [make("x")] * size),
    "models": (lambda item: list[item], lambda size, make: [make(1) for _ in range(size)]),
    "models, and one at the end that does not fit": (
        lambda item: dict[str, item],
        lambda size, make: {str(number): make("x" if number == size - 1 else 1) for number in range(size)},
    ),
    "lists that do not fit": (lambda item: list[list[int]], lambda size, make: [["x"] * 20 for _ in range(size)]),
    "items of a tuple": (lambda item: tuple[int, ...], lambda size, make: (1,) * size),
    "a set": (lambda item: set[int], lambda size, make: set(range(size))),
}


@pytest.mark.parametrize("case", LONG)
@pytest.mark.parametrize(("kind", "other"), HALF_OF_THE_WAYS)
def test_long_containers_and_long_lists_of_errors(kind: str, other: str, case: str) -> None:
    item = model(kind, n=int)
    annotation, values = LONG[case]
    holder = model(kind, value=annotation(item))

    def make(size: int) -> Run:
        held = instance(holder, value=values(size, lambda n: instance(item, n=n)))
        return lambda: convert(held, other)

    assert_calls_are_linear(make, 8)


@pytest.mark.parametrize("value", [1, "bad"])
@pytest.mark.parametrize(("kind", "other"), HALF_OF_THE_WAYS)
def test_classes_of_many_fields(kind: str, other: str, value: Any) -> None:
    def make(size: int) -> Run:
        names = [f"f{number}" for number in range(size)]
        held = instance(model(kind, **dict.fromkeys(names, int)), **dict.fromkeys(names, value))
        return lambda: convert(held, other)

    assert_calls_are_linear(make)


@pytest.mark.parametrize(("kind", "other"), HALF_OF_THE_WAYS)
def test_unions_of_many_models(kind: str, other: str) -> None:
    def make(size: int) -> Run:
        members = [model(kind, **{f"f{number}": int}) for number in range(size)]
        holder = model(kind, value=Union[tuple(members)])
        held = [instance(holder, value=instance(members[-1], **{f"f{size - 1}": value})) for value in (1, "bad")]
        return lambda: (convert(held[0], other), convert(held[1], other))

    assert_calls_are_linear(make, 8)


@pytest.mark.parametrize(("kind", "other"), HALF_OF_THE_WAYS)
def test_many_subclasses(kind: str, other: str) -> None:
    def make(size: int) -> Run:
        base = model(kind, a=int)
        below = [model(kind, base, **{f"f{number}": int}) for number in range(size)]
        value = [instance(cls, **{"a": 1, f"f{number}": 1}) for number, cls in enumerate(below)]
        held = instance(model(kind, value=list[base]), value=value)
        return lambda: convert(held, other)

    assert_calls_are_linear(make, 8)


@pytest.mark.parametrize(("kind", "other"), [("type_safe", "basemodel"), ("dataclass", "type_safe")])
def test_many_classes_that_wait_for_a_name(kind: str, other: str) -> None:
    """(Models of pydantic are left out: pydantic builds each with all that is below it.)"""

    def make(size: int) -> Run:
        name = f"Later{kind}{size}"
        vars(growth).pop(name, None)  # the module of the classes
        cls = model(kind, n=name)
        for _ in range(size):
            cls = model(kind, next=cls, n=name)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UnresolvedNameWarning)
            convert_class(cls, other)

        def run() -> None:
            vars(growth)[name] = int
            convert_class(cls, other)

        return run

    assert_calls_are_linear(make, 24)


def chain(kind: str, size: int) -> Any:
    cls = model(kind, n=int)
    for _ in range(size):
        cls = model(kind, next=cls)
    return cls


def wide(kind: str, size: int) -> Any:
    return model(kind, **{f"f{number}": model(kind, n=int) for number in range(size)})


def shared(kind: str, size: int) -> Any:
    cls = model(kind, n=int)
    for _ in range(size):
        cls = model(kind, a=Optional[cls], b=list[cls])
    return cls


def ring(kind: str, size: int) -> Any:
    """Classes that refer to each other in a circle, and each to the one after the next."""
    names = [f"Ring{kind}{size}_{number}" for number in range(size)]
    places = globals()
    for number, name in enumerate(names):
        following = [names[(number + step) % size] for step in (1, 2)]
        fields = dict(zip("ab", (f"Optional[{other}]" for other in following), strict=True))
        namespace = {"__annotations__": fields, "__module__": __name__, "a": None, "b": None}
        base = {"type_safe": (Type_Safe,), "basemodel": (BaseModel,), "dataclass": ()}[kind]
        cls = type(base[0])(name, base, namespace) if base else dataclass(type(name, (), namespace))
        places[name] = cls
    for name in names if kind == "basemodel" else ():
        places[name].model_rebuild()
    return places[names[0]]


GRAPHS = {"chain": chain, "wide": wide, "shared": shared, "ring": ring}


@pytest.mark.parametrize("graph", GRAPHS)
@pytest.mark.parametrize(("kind", "other"), HALF_OF_THE_WAYS)
def test_graphs_of_classes(kind: str, other: str, graph: str) -> None:
    def make(size: int) -> Run:
        cls = GRAPHS[graph](kind, size)
        return lambda: convert_class(cls, other)

    assert_calls_are_linear(make, 4)


@pytest.mark.parametrize("graph", GRAPHS)
@pytest.mark.parametrize("kind", KINDS)
def test_schemas_of_graphs_of_classes(kind: str, graph: str) -> None:
    def make(size: int) -> Run:
        cls = GRAPHS[graph](kind, size)
        return lambda: json_schema(cls)

    assert_calls_are_linear(make, 4)


def nested_text(size: int) -> bytes:
    return b'{"a":[' * size + b"{}" + b"]}" * size


JSON: dict[str, Callable[[int], bytes]] = {
    "deep": lambda size: nested_text(size // 100),
    "too deep": lambda size: b'{"a":[' * size,
    "an unterminated string": lambda size: b'{"n":"' + b'\\"' * size,
    "an unterminated array": lambda size: b'{"a":[' + b"{}," * size,
    "long": lambda size: b'{"a":[' + b'{"n":1},' * size + b"{}]}",
    "many errors": lambda size: b'{"a":[' + b'{"n":"x"},' * size + b"{}]}",
    "unknown keys": lambda size: json.dumps({f"k{number}": 1 for number in range(size)}).encode(),
}


@pytest.mark.parametrize("case", JSON)
@pytest.mark.parametrize("kind", KINDS)
def test_reading_json(kind: str, case: str) -> None:
    cls = TWINS[kind]
    from_json(cls, b"{}")

    def make(size: int) -> Run:
        data = JSON[case](size)
        return lambda: from_json(cls, data, max_bytes=10**9)

    assert_time_is_linear(make, 1600 if case == "deep" else 500)


@pytest.mark.parametrize("kind", KINDS)
def test_reading_lines(kind: str) -> None:
    cls = TWINS[kind]

    def make(size: int) -> Run:
        lines = [b'{"a":[{"n":1}]}', b'{"n":"x"}', b"{"] * size
        return lambda: list(iter_json_lines(cls, lines, on_error=lambda error: None))

    assert_time_is_linear(make, 25)


@pytest.mark.parametrize("kind", KINDS)
def test_writing_and_reading_python_values(kind: str) -> None:
    cls = TWINS[kind]

    def make(size: int) -> Run:
        value = from_json(cls, JSON["long"](size))
        return lambda: (to_json(value), from_python(cls, to_python(value)))

    assert_time_is_linear(make, 300)


@pytest.mark.parametrize("kind", KINDS)
def test_refusing_python_values(kind: str) -> None:
    cls = model(kind, value=set[int])

    def make(size: int) -> Run:
        data = {"value": {f"x{number}" for number in range(size)}}
        return lambda: from_python(cls, data)

    assert_time_is_linear(make, 100)


@pytest.mark.parametrize("kind", KINDS)
def test_unions_of_many_models_from_json(kind: str) -> None:
    def make(size: int) -> Run:
        members = [model(kind, **{f"f{number}": int}) for number in range(size)]
        holder = model(kind, value=Union[tuple(members)])
        texts = [json.dumps({"value": {f"f{size - 1}": value}}).encode() for value in (1, "bad")]
        return lambda: (from_json(holder, texts[0]), from_json(holder, texts[1]))

    assert_calls_are_linear(make, 8)


@pytest.mark.parametrize("form", ["list", "dict", "tuple"])
def test_comparing_shared_containers(form: str) -> None:
    def make(size: int) -> Run:
        left, right = doubled([1], form, size), doubled([1], form, size)
        return lambda: differences(left, right)

    assert_calls_are_linear(make)


def test_comparing_sets() -> None:
    def make(size: int) -> Run:
        left, right = set(range(size)), {number for number in range(size, -1, -1) if number < size}
        nested_left = nested_right = frozenset({1})
        for number in range(size // 4):
            nested_left = frozenset({(nested_left, number), (nested_left, -number)})
            nested_right = frozenset({(nested_right, number), (nested_right, -number)})
        return lambda: differences([left, nested_left], [right, nested_right])

    assert_calls_are_linear(make, 32)


@pytest.mark.parametrize("kind", KINDS)
def test_copies_and_pickles_of_generated_instances(kind: str) -> None:
    def make(size: int) -> Run:
        value = Twins(n=1)
        for _ in range(size):
            value = Twins([value, value], [value], 1)
        made = convert(value, kind)
        return lambda: (copy.deepcopy(made), pickle.loads(pickle.dumps(made)))

    assert_calls_are_linear(make, 6)


@dataclass
class Leaf:
    n: int


def typed_dict(number: int, inner: Any) -> Any:
    return TypedDict(f"Dict{number}", {"a": inner, "b": inner})  # type: ignore[misc]


def named_tuple(number: int, inner: Any) -> Any:
    return NamedTuple(f"Tuple{number}", [("a", inner), ("b", inner)])  # type: ignore[misc]


def alias_of_tuple(number: int, inner: Any) -> Any:
    return TypeAliasType(f"Alias{number}", tuple[inner, inner])


def alias_of_union(number: int, inner: Any) -> Any:
    return TypeAliasType(f"Alias{number}", Union[list[inner], dict[str, inner]])


def generic_alias(number: int, inner: Any) -> Any:
    return TypeAliasType(f"Alias{number}", tuple[T, dict[str, T]], type_params=(T,))[inner]


def mixed(number: int, inner: Any) -> Any:
    return (typed_dict, alias_of_union, named_tuple)[number % 3](number, inner)


LINKS = [typed_dict, named_tuple, alias_of_tuple, alias_of_union, generic_alias, mixed]


@pytest.mark.parametrize("link", LINKS)
@pytest.mark.parametrize("kind", KINDS)
def test_chains_in_which_each_has_the_one_before_twice(kind: str, link: Callable[..., Any]) -> None:
    def make(size: int) -> Run:
        annotation: Any = Leaf
        for number in range(size):
            annotation = link(number, annotation)
        cls = model(kind, value=annotation)

        def run() -> None:
            for other in KINDS:
                made = convert_class(cls, other)
                json_schema(made)
                with suppress(ConversionError):
                    from_json(made, b'{"value": 1}')

        return run

    assert_calls_are_linear(make, 8)
