"""Names in annotations given as text: which class each stands for, and what counts where a name is unknown."""

import typing
from dataclasses import dataclass, field
from typing import Annotated, Any, Callable, Dict, Optional, Tuple, Union

import pytest
from osbot_utils.type_safe.Type_Safe import Type_Safe
from pydantic import BaseModel

from tests.types.models import class_of
from type_safe_convert import UnresolvedNameWarning, ValueConversionError, convert, convert_class
from type_safe_convert.model.family import shape_of

KINDS = ("type_safe", "basemodel")


class Child(Type_Safe):
    n: int


Recursive = typing.ForwardRef("Nowhere")


@pytest.mark.filterwarnings("ignore::type_safe_convert.UnresolvedNameWarning")
def test_what_cannot_be_resolved_is_anything_in_a_generated_class():
    for kind in KINDS:
        assert convert_class(class_of(Recursive), kind).__annotations__["x"] is Any


@dataclass
class Partly:
    items: "list[Missing]"  # noqa: F821
    maybe: "Missing | None"  # noqa: F821
    pair: "Tuple[Missing, int]"  # noqa: F821
    whole: "missing.Missing[int]"  # noqa: F821


@pytest.mark.filterwarnings("ignore::type_safe_convert.UnresolvedNameWarning")
def test_what_is_known_of_text_with_an_unknown_name_counts():
    for kind in KINDS:
        annotations = convert_class(Partly, kind).__annotations__
        assert annotations == {"items": list[Any], "maybe": Optional[Any], "pair": tuple[Any, int], "whole": Any}
        convert(Partly([Child(), 1], None, ("a", 1), 5), kind)
        for bad in (Partly(3, None, ("a", 1), 5), Partly([], 1, ("a", "b"), 5)):
            with pytest.raises(ValueConversionError):
                convert(bad, kind)
    unresolved = [field.node.unresolved for field in shape_of(Partly).fields.values() if field.name == "whole"]
    assert unresolved == ["missing.Missing[int]"]


def test_where_text_is_no_expression_any_value_passes():
    for text in ("", " ", "a note", "1 +"):
        with pytest.warns(UnresolvedNameWarning, match="its annotations cannot be evaluated"):
            assert convert(class_of(text)(3), "basemodel").x == 3


def _functions_classes():
    @dataclass
    class Outer:
        inner: "Inner"
        maybe: "Optional[Inner]" = None
        many: Optional[list["Inner"]] = None
        table: Dict[str, "Inner"] = field(default_factory=dict)
        noted: Annotated[Union["Inner", int], "a note"] = 1
        pair: tuple["Inner", ...] = ()
        made_by: Callable[["Inner"], "Inner"] = len

    @dataclass
    class Inner:
        n: int

    class Late(BaseModel):
        of: "Optional[Early]" = None

    class Early(BaseModel):
        n: int

    return Outer, Inner, Late, Early


def test_names_of_a_function_that_has_returned():
    """They mean the classes that it made, whatever is called so where the conversion is asked for."""
    Inner = str  # noqa: F841  # the name that must not be found
    outer, inner, late, early = _functions_classes()
    for kind in KINDS:
        counterpart = convert_class(inner, kind)
        made = convert(outer(inner(1), None, [inner(2)], {"a": inner(3)}, inner(4), (inner(5),)), kind)
        for found in (made.inner, made.many[0], made.table["a"], made.noted, made.pair[0]):
            assert type(found) is counterpart
        for bad in (outer("a"), outer(inner(1), many=["a"]), outer(inner(1), noted="a"), outer(inner(1), pair=("a",))):
            with pytest.raises(ValueConversionError):
                convert(bad, kind)
    with pytest.raises(ValueConversionError):
        convert(late.model_construct(of=3), "dataclass")
    assert convert(late.model_construct(of=early(n=1)), "dataclass").of.n == 1
