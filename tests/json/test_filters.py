"""`include` and `exclude` leave out the same in every kind, at any depth; pydantic is the oracle."""

import json
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Annotated, Any, Optional, Union

import attrs
import msgspec
import pytest
from pydantic import BaseModel, PlainSerializer, field_serializer, model_serializer

from type_safe_convert import convert, convert_class, to_json, to_python

KINDS = ("dataclass", "attrs", "msgspec", "type_safe", "basemodel", "namedtuple")


class Leaf(BaseModel):
    name: str = "leaf"
    code: int = 7


class Bark(Leaf):
    rough: bool = True


class Tree(BaseModel):
    leaf: Leaf = Leaf()
    leaves: list[Leaf] = [Leaf(), Leaf(code=8)]
    by_number: dict[int, Leaf] = {1: Leaf()}
    several: Sequence[Leaf] = [Leaf()]
    either: Union[Leaf, int] = Leaf()
    bark: Leaf = Bark()
    anything: Any = {"a": {"b": 1, "c": 2}}
    loose: dict = {"a": 1, "b": 2}  # type: ignore[type-arg]  # the case is that it says nothing
    pair: tuple[Leaf, int] = (Leaf(), 1)
    parent: Optional["Tree"] = None


class Made(msgspec.Struct):
    leaf: str = "x"
    code: int = 7


@attrs.define
class Slotted:
    leaf: str = "x"
    made: Made = attrs.field(factory=Made)


FILTERS: list[dict[str, Any]] = [
    {"exclude": {"leaf"}},
    {"include": {"leaf", "loose"}},
    {"exclude": {"leaf": {"code"}, "leaves": {0: {"name"}, 1: True}}},
    {"exclude": {"leaves": {"__all__": {"name"}}, "bark": {"rough"}, "several": {0: {"code"}}}},
    {"exclude": {"by_number": {1: {"code"}}, "either": {"code"}, "pair": {0: {"name"}}}},
    {"exclude": {"anything": {"a": {"b"}}, "loose": {"a"}}},
    {"include": {"parent": {"parent": {"leaf": {"code"}}, "loose": {"a"}}}},
    {"exclude": {"parent": {"leaves", "parent"}}, "exclude_none": True},
    {"include": {"leaves": {0}}, "by_alias": True, "exclude_unset": True},
]


@pytest.mark.parametrize("options", FILTERS)
@pytest.mark.parametrize("kind", KINDS)
def test_the_same_is_left_out_in_every_kind(kind: str, options: Any) -> None:
    tree = Tree(parent=Tree(parent=Tree()), leaves=[Leaf(name="a"), Leaf(code=1)])
    made, cls = convert(tree, kind), convert_class(Tree, kind)  # type: ignore[call-overload]
    expected = tree.model_dump_json(**options, polymorphic_serialization=True)
    assert to_json(made, cls, **options).decode() == expected
    assert to_python(made, cls, mode="json", **options) == json.loads(expected)
    if kind != "namedtuple":  # which is an array in a list
        listed = to_json([made], list[cls], exclude={0: options.get("exclude", {})})  # type: ignore[valid-type]
        assert listed == b"[" + to_json(made, cls, exclude=options.get("exclude")) + b"]"


@pytest.mark.parametrize("cls", [None, list[Slotted]])
def test_classes_that_users_wrote(cls: Any) -> None:
    assert to_json([Slotted()], cls, exclude={0: {"made": {"code"}}}) == b'[{"leaf":"x","made":{"leaf":"x"}}]'
    assert to_json([Slotted()], cls, include={"__all__": {"made": {"code"}}}) == b'[{"made":{"code":7}}]'
    assert to_python([Slotted()], cls, exclude={0: {"made"}}) == [{"leaf": "x"}]


def test_what_is_left_out_needs_no_form_in_json() -> None:
    assert to_json(Slotted(leaf=object()), exclude={"leaf"}) == b'{"made":{"leaf":"x","code":7}}'  # type: ignore[arg-type]


def test_infinity_is_written_as_ever() -> None:
    struct: Any = msgspec.defstruct("Ratio", [("leaf", str), ("ratio", float)])
    assert to_json(struct("x", float("inf")), exclude={"leaf"}) == b'{"ratio":"Infinity"}'


def test_threads_do_not_leave_out_what_others_do() -> None:
    """The serializer that leaves out is in force for one thread."""
    start = threading.Barrier(4)

    def write(number: int) -> set[bytes]:
        start.wait()
        options: Any = {"exclude": {0: {"code"}}} if number % 2 else {}
        return {to_json([Made()], **options) for _ in range(300)}

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(write, range(4)))
    assert found == [{b'[{"leaf":"x","code":7}]'}, {b'[{"leaf":"x"}]'}] * 2


@pytest.mark.usefixtures("threads_meet_everywhere")
def test_threads_that_ask_first_leave_out_what_is_to_be_left_out() -> None:
    """One makes the serializer for it, and others take it as soon as it is there."""
    with ThreadPoolExecutor(8) as pool:
        for _ in range(200):
            made, start = msgspec.defstruct("Fresh", [("leaf", str), ("code", int)]), threading.Barrier(8)

            def write(_: int, made: Any = made, start: threading.Barrier = start) -> bytes:
                start.wait()
                return to_json([made("x", 7)], exclude={0: {"code"}})

            assert set(pool.map(write, range(8))) == {b'[{"leaf":"x"}]'}


class Written(BaseModel):
    leaf: Leaf = Leaf()
    price: Annotated[int, PlainSerializer(lambda value: {"value": value}, return_type=dict[str, int])] = 3
    parts: dict[str, int] = {"a": 1, "b": 2}

    @field_serializer("parts")
    def parts_in_json(self, value: Any) -> dict[str, int]:
        return {**value, "of": self.price}


class Whole(BaseModel):
    written: Written = Written()
    code: int = 1

    @model_serializer
    def in_json(self) -> dict[str, Any]:
        return {"written": self.written, "code": self.code}


@pytest.mark.parametrize(
    "exclude", [{"price": {"value"}, "parts": {"a"}}, {"leaf": {"code"}}, {"written": {"leaf"}}, {"code"}], ids=str
)
@pytest.mark.parametrize("kind", KINDS)
def test_what_functions_of_the_user_return_is_theirs(kind: str, exclude: Any) -> None:
    for model in (Written(), Whole()):
        expected = model.model_dump_json(exclude=exclude).encode()
        assert to_json(convert(model, kind), exclude=exclude) == expected  # type: ignore[call-overload]
