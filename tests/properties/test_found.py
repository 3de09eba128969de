"""What the deep profile found once, as plain examples: each failed before it was mended."""

from dataclasses import dataclass
from typing import Annotated, Any, Dict, List, Optional, Union

import pytest
from osbot_utils.type_safe.primitives.core.Safe_Float import Safe_Float
from osbot_utils.type_safe.primitives.core.Safe_Int import Safe_Int
from osbot_utils.type_safe.Type_Safe import Type_Safe
from osbot_utils.type_safe.type_safe_core.collections.Type_Safe__Dict import Type_Safe__Dict
from pydantic import BaseModel, SecretStr

from type_safe_convert import ValueConversionError, convert
from type_safe_convert.hypothesis import check_round_trip


class Typed(Type_Safe):
    union: List[Union[Annotated[int, "a note"], Safe_Int]]
    maybe: Optional[Safe_Float] = None
    nested: Dict[str, Dict[str, bytes]]


@dataclass
class Nothing:
    def __post_init__(self):
        self.seen = 1


@dataclass
class Holder:
    x: Any


class Secret(BaseModel):
    x: Optional[list[SecretStr]]


@pytest.mark.parametrize(
    "instance",
    [
        Typed(union=[Safe_Int(0)]),
        Typed(maybe=Safe_Float(1.5)),
        Typed(nested={"a": {"b": b"c"}}),
        Nothing(),
    ],
)
def test_it_comes_home(instance):
    for _ in range(3):
        check_round_trip(instance)


def test_a_secret_is_made_of_text_as_pydantic_makes_it():
    made = convert(Holder(["hush"]), Secret)
    assert made.x[0].get_secret_value() == "hush"


@pytest.mark.parametrize("value", [[None], {"a": 1}, (1,)])
def test_a_primitive_is_not_made_of_a_container(value):
    target = type("Target", (Type_Safe,), {"__annotations__": {"x": Safe_Int}})
    with pytest.raises(ValueConversionError):
        convert(Holder(value), target)


def test_a_dict_of_dicts_is_typed_as_the_constructor_types_it():
    made = convert(Typed(nested={"a": {"b": b"c"}}), "type_safe")
    assert type(made.nested["a"]) is Type_Safe__Dict
