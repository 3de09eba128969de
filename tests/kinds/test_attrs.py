"""Classes of attrs: what attrs itself and cattrs make of the same values is what arrives."""

import dataclasses
import functools
import re
import subprocess
import sys
from typing import Any, Generic, TypeVar

import attr
import attrs
import cattrs
import pytest
from osbot_utils.type_safe.primitives.core.Safe_Str import Safe_Str
from osbot_utils.type_safe.Type_Safe import Type_Safe
from pydantic import BaseModel, ValidationError

from type_safe_convert import ValueConversionError, convert, convert_class, converter, from_json, json_schema, to_json
from type_safe_convert.model.kind import get_kind
from type_safe_convert.registry import made_kinds
from type_safe_convert.testing.equality import differences
from type_safe_convert.testing.hypothesis import check_round_trip

T = TypeVar("T")


@attrs.define
class Part:
    size: int = 1
    _secret: str = "x"


def _at_most_three(instance: Any, attribute: Any, value: list[Any]) -> None:
    if len(value) > 3:
        raise ValueError("too many")


@attrs.define
class Machine:
    _number: int = attrs.field(converter=int, validator=attrs.validators.gt(0))
    parts: list[Part] = attrs.field(factory=list, validator=_at_most_three)
    next_number: int = attrs.field(init=False)
    by_place: dict[str, Part] = attrs.field(factory=dict, kw_only=True, alias="places")
    other: "Machine | None" = None
    started: int = attrs.field(init=False)

    @next_number.default
    def _make_next_number(self) -> int:
        return self._number + 1


@attrs.frozen(slots=False)
class Frozen(Generic[T]):
    value: T
    more: tuple[int, ...] = ()


# The lowest version, 23.1, has no converters that are given the instance.
PLUS_X: Any = (
    attrs.Converter(lambda value, self: value + self.x, takes_self=True)
    if hasattr(attrs, "Converter")
    else lambda value: value + 1
)


@attr.s
class Old:
    x = attr.ib(type=int)
    y = attr.ib(type=int, default=3, converter=PLUS_X)

    def __attrs_post_init__(self) -> None:
        self.beside = [5]


@attrs.define(eq=False)
class ByIdentity:
    x: int
    plain: int = attrs.field(default=1, on_setattr=attrs.setters.frozen, metadata={"own": 1})


@attrs.define(unsafe_hash=True, cache_hash=True)
class Hashed:
    x: int
    seen: set[int] = attrs.field(factory=set, eq=False, hash=False)


@attrs.define
class Broken(Exception):
    code: int


@attrs.define(init=False)
class OwnInit:
    x: int

    def __init__(self, x: int) -> None:
        self.__attrs_init__(x + 1)


def machine() -> Machine:
    made = Machine(3, [Part(2, "k")], places={"front": Part()}, other=Machine(1))
    made.started = 4
    return made


@pytest.mark.parametrize(
    "instance",
    [machine(), Machine("1"), Frozen(1, (2,)), Old(1), Old(1, 5), ByIdentity(2), Hashed(1, {2}), Broken(4), OwnInit(1)],
    ids=lambda instance: type(instance).__name__,
)
def test_instances_come_back_from_every_kind(instance: Any) -> None:
    for _ in range(3):
        check_round_trip(instance)


def test_what_arrives_is_what_the_constructor_makes() -> None:
    @dataclasses.dataclass
    class Source:
        _number: Any
        parts: Any = dataclasses.field(default_factory=list)

    assert differences(convert(Source("7", [Part(2)]), Machine), Machine("7", [Part(2)])) == []


@pytest.mark.parametrize(
    ("values", "path", "text"),
    [
        ({"_number": "q"}, ("_number",), "expected int"),
        ({"_number": -4}, ("_number",), "greater than 0|> 0|Gt"),
        ({"_number": 1, "parts": [Part()] * 4}, ("parts",), "too many"),
        ({"_number": 1, "parts": [1]}, ("parts", 0), "Part"),
    ],
)
def test_converters_and_validators_refuse_with_the_path(values: Any, path: Any, text: str) -> None:
    @dataclasses.dataclass
    class Source:
        _number: Any
        parts: Any = dataclasses.field(default_factory=list)

    with pytest.raises(ValueConversionError, match=text) as caught:
        convert(Source(**values), Machine)
    assert caught.value.path == path


def test_a_plain_standard_validator_becomes_a_constraint_of_the_counterpart() -> None:
    model: Any = convert_class(Machine, "basemodel")
    with pytest.raises(ValidationError):
        model(number=-1)
    assert json_schema(Part)["properties"].keys() == {"size", "_secret"}


def test_generated_attrs_classes_are_those_of_attrs() -> None:
    class Item(Type_Safe):
        sku: Safe_Str
        sizes: list[int]

    made = convert(Item(sku="a", sizes=[1]), "attrs")
    assert attrs.has(type(made))
    assert attrs.asdict(made) == {"sku": "a", "sizes": [1]}
    assert attrs.evolve(made, sizes=[2]).sizes == [2]
    assert [item.type for item in attrs.fields(type(made))][1] == list[int]

    class Frozen(BaseModel, frozen=True):
        a: int

    frozen = convert(Frozen(a=1), "attrs")
    assert hash(frozen) == hash(convert(Frozen(a=1), "attrs"))
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        frozen.a = 2


def test_private_names_have_the_keyword_of_attrs_where_it_is_free() -> None:
    @dataclasses.dataclass
    class Private:
        _a: int
        _b: int = 1
        b: int = 2

    made: Any = convert_class(Private, "attrs")
    assert differences(convert(made(a=1, _b=2, b=3), Private), Private(1, 2, 3)) == []

    @dataclasses.dataclass
    class Below(Private):
        a: int = 4

    there = convert(Below(1, 2, 3, 4), "attrs")
    assert differences(convert(there, Below), Below(1, 2, 3, 4)) == []
    assert (there._a, there.a) == (1, 4)


def test_json_is_what_cattrs_reads_and_writes() -> None:
    converter = cattrs.Converter()
    plain = Part(2, "k")
    assert to_json(plain) == b'{"size":2,"_secret":"k"}'
    assert converter.structure({"size": 2, "_secret": "k"}, Part) == from_json(Part, to_json(plain))
    assert converter.unstructure(plain) == {"size": 2, "_secret": "k"}
    assert differences(from_json(Machine, to_json(machine())), machine()) == []


@attrs.define
class Computed:
    x: int = 1
    y: int = attrs.field(default=2, init=False)
    z: int = attrs.field(init=False)

    @functools.cached_property
    def double(self) -> int:
        return self.x * 2


@attrs.define(slots=False)
class ComputedLater(Computed):
    more: int = attrs.field(init=False, default=attrs.Factory(lambda self: self.x + 1, takes_self=True))


@attrs.define
class ComputedAgain(Computed):
    double: int = 7  # type: ignore[assignment]


@pytest.mark.parametrize("cls", [Computed, ComputedLater])
def test_fields_without_a_parameter_are_read_from_json(cls: Any) -> None:
    source = cls(3)
    source.y, source.z = 4, 5
    assert differences(from_json(cls, to_json(source)), source) == []
    assert differences(from_json(cls, '{"x": 3}'), cls(3)) == []
    assert differences(from_json(cls, to_json(cls(3))), cls(3)) == []


@pytest.mark.parametrize("cls", [Computed, ComputedLater])
@pytest.mark.parametrize("kind", ["type_safe", "basemodel", "dataclass"])
def test_a_cached_property_is_computed_again(cls: Any, kind: str) -> None:
    source = cls(3)
    assert differences(source, cls(3)) == []
    for _ in range(3):
        source.z = source.double
        counterpart = convert(source, kind)
        counterpart.x = 5
        assert convert(counterpart, cls).double == 10
        assert convert(convert(ComputedAgain(1), kind), ComputedAgain).double == 7


def test_subclasses_keep_their_fields_in_json() -> None:
    @attrs.define
    class Longer(Part):
        length: int = 2

    assert b'"length":7' in to_json(Machine(1, [Longer(length=7)]))


def test_attrs_is_imported_for_the_first_class_of_attrs_only() -> None:
    code = """
import sys, dataclasses, type_safe_convert as t
@dataclasses.dataclass
class Point:
    x: int
assert t.convert(t.convert(Point(1), "basemodel"), Point) == Point(1)
try: t.convert(1, "basemodel")
except TypeError as error: assert "an attrs class" in str(error)
assert "attr" not in sys.modules
t.convert(Point(1), "attrs")
assert "attr" in sys.modules
"""
    subprocess.run([sys.executable, "-c", code], check=True)


@attrs.define(eq=False)
class Variable:
    name: str


@attrs.frozen(eq=False)
class Constant:
    name: str


@attrs.define
class Task:
    values: dict[Any, int]


@pytest.mark.parametrize("kind", made_kinds())
@pytest.mark.parametrize("cls", [Variable, Constant])
def test_what_compares_by_identity_is_a_key_in_every_kind(cls: Any, kind: str) -> None:
    generated: Any = convert_class(cls, kind)
    one, other = generated(name="a"), generated(name="a")
    if not get_kind(kind).traits.is_value:
        assert one != other
        assert hash(one) != hash(other)
    task = Task({cls("a"): 1, cls("b"): 2})
    back = converter(convert_class(Task, kind), Task)(convert(task, kind))
    assert [(key.name, value) for key, value in back.values.items()] == [("a", 1), ("b", 2)]


def test_the_counterpart_of_a_class_that_compares_by_identity_does_so_too() -> None:
    @dataclasses.dataclass(eq=False)
    class Identity:
        number: int

    left, right = convert(Identity(1), "attrs"), convert(Identity(1), "attrs")
    assert left != right
    assert len({left, right}) == 2


def test_a_list_of_validators_is_read_as_constraints() -> None:
    validators = [attrs.validators.ge(1), attrs.validators.le(9)]
    cls = attrs.make_class("Bounded", {"count": attrs.field(type=int, default=1, validator=validators)})
    found = json_schema(cls)["properties"]["count"]
    assert (found["minimum"], found["maximum"]) == (1, 9)


@pytest.mark.parametrize(
    ("arguments", "pattern", "good", "bad"),
    [
        (("[a-z]+",), "^[a-z]+$", "abc", "abc1"),
        (("a|bc",), "^(?:a|bc)$", "bc", "ab"),
        (("a", 0, re.match), "^a", "ab", "ba"),
        (("^a|b", 0, re.search), "^a|b", "cb", "cd"),
        (("(?i)a.", re.DOTALL), "(?is)^a.$", "A\n", "B\n"),
        ((r"a\$",), r"^a\$$", "a$", "a"),
        (("a", re.ASCII), None, "a", "b"),
    ],
)
def test_a_pattern_is_a_constraint_of_the_counterparts(arguments: Any, pattern: Any, good: str, bad: str) -> None:
    @attrs.define
    class Row:
        text: str = attrs.field(validator=attrs.validators.matches_re(*arguments))

    @attrs.define
    class Plain:
        text: str

    made = convert_class(Row, "basemodel")
    assert made.model_json_schema()["properties"]["text"].get("pattern") == pattern
    assert json_schema(Row)["properties"]["text"].get("pattern") == pattern
    for _ in ("interpreted", "compiled"):
        assert convert(Plain(good), Row) == Row(good)
        assert convert(convert(Row(good), "basemodel"), "attrs") == Row(good)
        with pytest.raises(ValueConversionError) as caught:
            convert(Plain(bad), Row)
        assert caught.value.path == ("text",)
    if pattern is not None:
        assert re.search(pattern, good)
        assert not re.search(pattern, bad)
        with pytest.raises(ValidationError, match="expected text that matches"):
            made(text=bad)
        with pytest.raises(ValueConversionError, match="expected text that matches"):
            from_json(Row, to_json(Plain(bad)))
