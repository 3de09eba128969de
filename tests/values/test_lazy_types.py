"""Generated pydantic models validate at once what pydantic reads lazily, and keep its form."""

import typing
from collections import deque
from collections.abc import Collection, Iterable, Reversible
from dataclasses import dataclass
from typing import Any

import pytest
from osbot_utils.type_safe.Type_Safe import Type_Safe
from pydantic import ValidationError

from type_safe_convert import convert, convert_class


class User(Type_Safe):
    name: str


class Entry(typing.TypedDict):
    user: User
    n: int


@dataclass
class Holder:
    items: Iterable[int]
    sized: Collection[User]
    entry: Entry


@dataclass
class Backwards:
    items: Reversible[int]


@pytest.mark.parametrize("items", [[1], (1, 2), {1, 2}, frozenset({1}), deque([1, 2], 2)])
def test_abstract_collections_keep_their_form(items: Any) -> None:
    source = Holder(items, [User(name="a")], {"user": User(name="b"), "n": 1})
    model = convert(source, "basemodel")
    back = convert(model, Holder)
    assert type(back.items) is type(items)
    assert list(back.items) == list(items)
    assert (type(back.sized[0]), type(back.entry["user"])) == (User, User)
    assert model.model_dump(mode="json")["items"] == list(items)


def test_a_generated_model_validates_items_at_once() -> None:
    model: Any = convert_class(Holder, "basemodel")
    entry = {"user": {"name": "b"}, "n": "1"}
    made = model(items=("1", 2), sized=[{"name": "a"}], entry=entry)
    assert (made.items, made.entry["n"]) == ((1, 2), 1)
    assert [type(item) for item in made.sized] == [convert_class(User, "basemodel")]
    assert model(items=iter(["1"]), sized=[], entry=entry).items == [1]
    assert model(items=deque(["1"], 5), sized=[], entry=entry).items.maxlen == 5
    for wrong in ({"items": ["x"]}, {"sized": [5]}, {"entry": {"user": {}, "n": "x"}}, {"items": 5}, {"items": "12"}):
        with pytest.raises(ValidationError):
            model(**{"items": [], "sized": [], "entry": entry, **wrong})
    assert convert_class(Backwards, "basemodel")(items={1}).items == [1]  # a set is not reversible
