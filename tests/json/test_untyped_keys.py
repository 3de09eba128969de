"""Keys that are no text come back from JSON as text where no annotation declares them: that is told, once a class."""

import collections
import dataclasses
import datetime
import warnings
from collections.abc import Mapping
from typing import Annotated, Any, Generic, NamedTuple, TypedDict, TypeVar

import pytest
from osbot_utils.type_safe.Type_Safe import Type_Safe
from pydantic import BaseModel, Field

from type_safe_convert import (
    UntypedKeyWarning,
    ValueConversionError,
    convert,
    from_json,
    json_schema,
    to_json,
    to_python,
    write_json_lines,
)

T = TypeVar("T")


class Names(dict):
    pass


class Record(TypedDict):
    held: dict


class Pair(NamedTuple):
    held: dict
    count: int


KEYED = {1: "a"}
UNTYPED = {
    "dict": (dict, KEYED),
    "any": (Any, KEYED),
    "object": (object, KEYED),
    "any-key": (dict[Any, str], KEYED),
    "any-value": (dict[str, Any], {"a": KEYED}),
    "mapping": (Mapping, KEYED),
    "ordered": (collections.OrderedDict, collections.OrderedDict(KEYED)),
    "defaultdict": (collections.defaultdict, collections.defaultdict(None, KEYED)),
    "counter": (collections.Counter, collections.Counter({1: 2})),
    "subclass": (Names, Names(KEYED)),
    "optional": (dict | None, KEYED),
    "union": (int | dict, KEYED),
    "constrained": (Annotated[dict, Field(max_length=3)], KEYED),
    "list": (list, [{"a": [KEYED]}]),
    "list-of-dicts": (list[dict], [KEYED]),
    "tuple": (tuple[Any, ...], (KEYED,)),
    "fixed-tuple": (tuple[int, Any], (1, KEYED)),
    "typeddict": (Record, {"held": KEYED}),
    "namedtuple": (Pair, Pair(KEYED, 1)),
    "deep": (Any, {"a": [({"b": KEYED},)]}),
    "typed-values": (dict[Any, list[int]], {(1, 2): [3]}),
}


def class_with(annotation: Any) -> Any:
    return dataclasses.make_dataclass("Bag", [("held", annotation)])


@pytest.mark.parametrize("name", UNTYPED)
@pytest.mark.parametrize("kind", ["dataclass", "basemodel", "type_safe"])
def test_untyped_keys_are_told(name: str, kind: str) -> None:
    annotation, value = UNTYPED[name]
    bag = class_with(annotation)(value)
    if kind != "dataclass":
        bag = convert(bag, kind)
    with pytest.warns(
        UntypedKeyWarning, match=r"\.Bag: held: holds a dict with keys of (int|tuple), .* declare it as in "
    ):
        to_json(bag)


class Loose(Type_Safe):
    held: dict
    items: list
    anything: Any


@pytest.mark.parametrize("name", ["held", "items", "anything"])
@pytest.mark.parametrize("kind", [None, "basemodel", "dataclass"])
def test_untyped_keys_of_type_safe_classes_are_told(name: str, kind: str | None) -> None:
    loose = type("Loose", (Loose,), {"__module__": __name__})()
    setattr(loose, name, [{None: 1}] if name == "items" else {None: 1})
    with pytest.warns(UntypedKeyWarning, match=rf"\.Loose: {name}: holds a dict with keys of NoneType"):
        to_json(loose if kind is None else convert(loose, kind))


def test_it_is_told_once_a_class_where_the_caller_stands() -> None:
    @dataclasses.dataclass
    class Bag:
        first: dict
        second: Any = None

    with pytest.warns(UntypedKeyWarning) as caught:
        assert to_json(Bag({1: 2}, {True: 3})) == b'{"first":{"1":2},"second":{"true":3}}'
    assert [item.filename for item in caught] == [__file__]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        to_json(Bag({1: 2}))
        to_python(convert(Bag({1: 2}), "basemodel"), mode="json")


def test_lines_and_dicts_of_json_tell_it(tmp_path: Any) -> None:
    with pytest.warns(UntypedKeyWarning):
        write_json_lines([class_with(dict)({1: 2})], tmp_path / "bags.jsonl")
    with pytest.warns(UntypedKeyWarning):
        to_python(class_with(dict)({1: 2}), mode="json")


def test_the_warning_can_be_an_error() -> None:
    bag = class_with(dict)({1: 2})
    with warnings.catch_warnings():
        warnings.simplefilter("error", UntypedKeyWarning)
        for _ in range(2):
            with pytest.raises(ValueConversionError, match=r"Bag: held: holds a dict with keys of int"):
                to_json(bag)


def test_a_model_in_a_field_of_any_tells_of_its_own_fields() -> None:
    inner = class_with(dict)
    to_json(inner({"a": 1}))
    with pytest.warns(UntypedKeyWarning, match=r"Bag: held: "):
        to_json(class_with(list)([inner({1: 2})]))


@dataclasses.dataclass
class Box(Generic[T]):
    held: dict[T, int]


@dataclasses.dataclass
class Boxes:
    box: Box[int]


@dataclasses.dataclass
class Declared:
    numbers: dict[int, str]
    pairs: dict[tuple[int, str], dict[datetime.date, int]]
    either: dict[int | str, Any]
    texts: dict[str, Any]
    anything: Any
    bare: dict
    items: list
    boxes: Boxes


def test_declared_keys_and_text_come_back_without_a_word() -> None:
    held = Declared(
        {1: "a"},
        {(1, "a"): {datetime.date(2024, 1, 2): 3}},
        {1: {"a": None}, "1": [1.5]},
        {"a": {"b": [{"c": 1}]}},
        [{"a": {"b": 1}}],
        {"a": {"b": 1}},
        [{"a": 1}, 2],
        Boxes(Box({1: 2})),
    )
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert from_json(Declared, to_json(held)) == held
        # Keys stay what they are in a dict of Python's values.
        assert to_python(class_with(dict)({1: 2})) == {"held": {1: 2}}


def test_a_written_pydantic_model_is_written_as_pydantic_does() -> None:
    class Bag(BaseModel):
        held: dict

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert to_json(Bag(held={1: 2})) == Bag(held={1: 2}).model_dump_json().encode()


def test_the_schema_says_the_same_in_both_modes() -> None:
    for annotation in (dict, Any, list, dict[Any, int]):
        cls = class_with(annotation)
        assert json_schema(cls) == json_schema(cls, mode="serialization")


def test_a_value_that_holds_a_container_many_times_is_looked_at_once() -> None:
    shared: Any = [{1: 2}]
    for _ in range(200):  # 2**200 items, one by one
        shared = [shared, shared]
    with warnings.catch_warnings():
        warnings.simplefilter("error", UntypedKeyWarning)
        with pytest.raises(ValueConversionError, match="keys of int"):
            to_json(class_with(Any)(shared))
