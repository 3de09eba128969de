"""Literals in unions."""

from dataclasses import dataclass
from typing import Literal, Union

from osbot_utils.type_safe.primitives.core.Safe_Str import Safe_Str

from type_safe_convert import convert


@dataclass
class Choices:
    x: list[Union[Safe_Str, Literal["a"]]]


def test_a_literal_in_a_union_takes_the_text_that_it_names():
    source = Choices(["a", Safe_Str("b"), Safe_Str("a")])
    for kind in ("basemodel", "type_safe"):
        for _ in range(3):
            assert [type(item) for item in convert(convert(source, kind), "dataclass").x] == [str, Safe_Str, Safe_Str]
