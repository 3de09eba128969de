"""Types that refer to themselves: aliases, typed dicts, named tuples."""

import typing
from dataclasses import dataclass
from typing import Any, Optional, TypeVar

import pydantic_core.core_schema
import pytest
from osbot_utils.type_safe.Type_Safe import Type_Safe
from pydantic import BaseModel
from typing_extensions import NotRequired, TypeAliasType, TypedDict

from tests.types.models import Holder, class_of
from type_safe_convert import ValueConversionError, convert, convert_class
from type_safe_convert.hypothesis import check_round_trip

T = TypeVar("T")


Chain = TypeAliasType("Chain", "tuple[T, Chain[T]] | None", type_params=(T,))


Json = TypeAliasType("Json", "dict[str, Json] | list[Json] | int | None")


Even = TypeAliasType("Even", "int | list[Odd]")


Odd = TypeAliasType("Odd", dict[str, "Even"])


class Part(TypedDict):
    number: int
    parts: "list[Part]"


class Turn(typing.NamedTuple):
    number: int
    next: "Optional[Turn]" = None


@pytest.mark.parametrize(
    ("annotation", "good", "bad", "path"),
    [
        (Chain[int], (1, (2, None)), (1, ("2", None)), (1, 0)),
        (Json, {"a": [{"b": [None, 3]}]}, {"a": [{"b": [None, "3"]}]}, ("a", 0, "b", 1)),
        (Even, [{"a": [{"b": 1}]}], [{"a": [{"b": True}]}], (0, "a", 0, "b")),
        (
            Part,
            {"number": 1, "parts": [{"number": 2, "parts": []}]},
            {"number": 1, "parts": [{"number": "2", "parts": []}]},
            ("parts", 0, "number"),
        ),
        (Turn, Turn(1, Turn(2, Turn(3))), Turn(1, Turn(2, Turn("3"))), (1, 1, 0)),
    ],
)
@pytest.mark.parametrize("base", [Type_Safe, BaseModel, object])
def test_what_refers_to_itself_is_checked_at_every_depth(annotation, good, bad, path, base):
    written = (
        class_of(annotation) if base is object else type("Target", (base,), {"__annotations__": {"x": annotation}})
    )
    for _ in range(3):
        assert convert(Holder(good), written).x == good
        with pytest.raises(ValueConversionError) as caught:
            convert(Holder(bad), written)
        assert caught.value.path == ("x", *path)


class Tree(TypedDict):
    """Refers to itself, by way of another, and to a model."""

    value: int
    trees: "list[Tree]"
    leaf: "Leaf"
    other: NotRequired["Other"]


class Other(TypedDict):
    tree: NotRequired[Tree]
    others: "dict[str, Other]"


class Leaf(BaseModel):
    size: int = 1


class Link(typing.NamedTuple):
    name: str
    next: "Link | None" = None


class Referring(BaseModel):
    tree: Tree
    other: Other
    link: Link


def test_typed_dicts_and_named_tuples_that_refer_to_themselves():
    inner: Any = {"value": 2, "trees": [], "leaf": Leaf(size=3)}
    tree: Any = {"value": 1, "trees": [inner], "leaf": Leaf(), "other": {"others": {"a": {"others": {}}}}}
    source = Referring(tree=tree, other={"tree": tree, "others": {}}, link=Link("a", Link("b")))
    for kind in ("type_safe", "dataclass"):
        made = convert(source, kind)
        assert type(made.tree["trees"][0]["leaf"]) is convert_class(Leaf, kind)
        assert type(made.link.next) is Link
    check_round_trip(source)
    wrong = Referring.model_construct(tree={**tree, "value": "1"}, other=source.other, link=source.link)
    with pytest.raises(ValueConversionError, match=r"tree\['value'\]: expected int"):
        convert(wrong, "dataclass")


@dataclass
class Schemas:
    schema: "pydantic_core.core_schema.CoreSchema"


def test_many_typed_dicts_that_refer_to_each_other():
    """Pydantic's own core schemas: some fifty, each of which may hold any other."""
    check_round_trip(Schemas(Referring.__pydantic_core_schema__))
