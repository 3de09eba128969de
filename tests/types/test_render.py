"""The annotations of generated classes."""

import collections
from dataclasses import dataclass
from typing import Annotated, Any, Callable, Literal, Mapping, Optional, Sequence, Union

import pytest
from osbot_utils.type_safe.Type_Safe import Type_Safe
from osbot_utils.type_safe.type_safe_core.collections.Type_Safe__Tuple import Type_Safe__Tuple
from typing_extensions import LiteralString, NotRequired, TypeAliasType, TypedDict

from tests.types.models import class_of
from type_safe_convert import convert, convert_class

KINDS = ("type_safe", "basemodel")


JSON = TypeAliasType("JSON", Union[dict[str, "JSON"], list["JSON"], str, int, None])


class Child(Type_Safe):
    n: int


class Record(TypedDict):
    a: int
    b: NotRequired[str]


@dataclass
class Everything:
    mapping: dict[str, Child]
    many: tuple[Child, ...]
    pair: tuple[int, Child]
    nested: Optional[list[dict[str, Child]]]
    queue: collections.deque[Child]
    record: Record
    bare_tuple: tuple
    bare_list: list
    annotated: Annotated[list[Child], "a note"]
    union: Union[Child, int]
    counted: collections.Counter[str]
    choice: Literal["a"]
    cls: type[int]
    function: Callable[[int], str]
    frozen: frozenset[str]
    read: Mapping[str, Child]
    ordered: Sequence[Child]
    nothing: tuple[()]
    literal: LiteralString
    json: JSON
    typed: Type_Safe__Tuple


@pytest.mark.parametrize("kind", KINDS)
def test_annotations_of_a_generated_class_name_its_counterparts(kind):
    """At any depth; whatever holds no model is annotated as in the origin."""
    child: Any = convert_class(Child, kind)
    assert convert_class(Everything, kind).__annotations__ == {
        "mapping": dict[str, child],
        "many": tuple[child, ...],
        "pair": tuple[int, child],
        "nested": Optional[list[dict[str, child]]],
        "queue": collections.deque[child],
        "record": Record,
        "bare_tuple": tuple,
        "bare_list": list,
        "annotated": Annotated[list[child], "a note"],
        "union": Union[child, int],
        "counted": collections.Counter[str],
        "choice": Literal["a"],
        "cls": type[int],
        "function": Callable[[int], str],
        "frozen": frozenset[str],
        "read": collections.abc.Mapping[str, child],
        "ordered": collections.abc.Sequence[child],
        "nothing": tuple[()],
        "literal": LiteralString,
        "json": Union[dict[str, Any], list[Any], str, int, None],
        "typed": tuple,
    }


def test_a_generated_class_takes_counterparts_and_refuses_origins():
    model: Any = convert_class(class_of(dict[str, Child]), "basemodel")
    made = convert(Child(n=1), "basemodel")
    assert model(x={"a": made}).x["a"].n == 1
    with pytest.raises(ValueError, match="Child__BaseModel"):
        model(x={"a": Child(n=1)})
