"""`explain` tells where each field comes from, and what keeps instances off the generated lines."""

import re
import sys
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Union

import pytest
from annotated_types import Gt
from osbot_utils.type_safe.Type_Safe import Type_Safe
from pydantic import BaseModel, ConfigDict, field_validator, model_validator

import type_safe_convert
from benchmarks.models import MODELS, Model
from type_safe_convert import MissingFieldError, UntoldClassError, convert, convert_class, converter, explain
from type_safe_convert.model.kind import get_kind
from type_safe_convert.registry import made_kinds

PACKAGE = Path(type_safe_convert.__file__).parent


@dataclass(frozen=True)
class Tag:
    name: str


@dataclass
class Line:
    sku: str
    price: float


@dataclass
class Purchase:
    number: str
    lines: list[Line]
    tags: set[Tag] = field(default_factory=set)
    quantity: Annotated[Decimal, Gt(0)] = Decimal(1)
    pair: tuple[Line, ...] = ()
    more: Any = None


class CheckedLine(BaseModel):
    sku: str
    price: float

    @field_validator("sku")
    @classmethod
    def upper(cls, value: str) -> str:
        return value.upper()


class OpenLine(BaseModel):
    model_config = ConfigDict(extra="allow")

    sku: str


class CheckedPurchase(BaseModel):
    number: str
    lines: list[CheckedLine]
    paid: bool = False

    @model_validator(mode="after")
    def consistent(self) -> Any:
        return self


class Constructed(Type_Safe):
    name: str
    tags: list[str]

    def __init__(self, **values: Any) -> None:
        super().__init__(**values)


@dataclass
class Tree:
    children: list["Tree"]


STEP_BY_STEP = [*(PACKAGE / "conversion").iterdir(), *(PACKAGE / "values").iterdir()]


def reasons(explanation: Any) -> dict[str, str]:
    return {field.field: field.reason for field in explanation.fields if field.reason}


def test_plain_fields_are_on_the_fast_path() -> None:
    found = explain(Line, "type_safe")
    assert found.fast_path
    assert (found.source, found.target) == (Line, convert_class(Line, "type_safe"))
    assert [tuple(field) for field in found.fields] == [
        ("sku", "sku", "str, as it is", ""),
        ("price", "price", "float, as it is", ""),
    ]
    assert "def convert(s, memo=None):" in found.code


def test_each_field_tells_what_keeps_its_values_off_the_generated_lines() -> None:
    found = explain(Purchase, "basemodel")
    assert reasons(found) == {"tags": "set of models", "quantity": "constraints: Gt(gt=0)", "pair": "tuple"}
    assert found.fields[1].how == "list[Line], Line to Line__BaseModel"
    assert [each.source for each in found.nested] == [Line]
    assert not found.fast_path


def test_a_nested_model_off_the_fast_path_counts() -> None:
    @dataclass
    class Basket:
        lines: list[Line]

    class CheckedBasket(BaseModel):
        lines: list[OpenLine]

    found = explain(Basket, CheckedBasket)
    assert (found.reasons, reasons(found)) == ((), {})
    assert [each.reasons for each in found.nested] == [("extra values",)]
    assert not found.fast_path
    assert explain(Basket, "basemodel").fast_path


@pytest.mark.parametrize(
    ("source", "target", "expected"),
    [
        (convert_class(CheckedLine, "dataclass"), CheckedLine, "validators: sku"),
        (convert_class(CheckedPurchase, "dataclass"), CheckedPurchase, "model validators: consistent"),
        (Constructed, "dataclass", "values are noted for the way back: constructor of its own"),
        (convert_class(Constructed, "dataclass"), "type_safe", "constructor of its own"),
    ],
)
def test_what_the_class_runs_itself_is_said(source: type, target: Any, expected: str) -> None:
    assert explain(source, target).reasons == (expected,)


def test_refusing_extra_values_costs_a_look_for_them() -> None:
    assert explain(Line, Line, forbid_extra=True).fast_path  # of one family: there are none

    @dataclass
    class Short:
        sku: str

    assert explain(Line, Short).fast_path
    assert explain(Line, Short, forbid_extra=True).reasons == ("extra values are looked for",)


def test_a_default_is_told_and_a_missing_field_is_an_error() -> None:
    @dataclass
    class Longer:
        sku: str
        color: str = "red"

    @dataclass
    class Required:
        color: str

    assert tuple(explain(Line, Longer).fields[1]) == ("color", "default", "its default", "")
    with pytest.raises(MissingFieldError, match="the source has no such field"):
        explain(Line, Required)


def test_models_that_contain_each_other_are_explained_once() -> None:
    found = explain(Tree, "basemodel")
    assert found.fast_path
    assert [each.source for each in (found, *found.nested)] == [Tree]


PURCHASE = Purchase("1", [Line("a", 1.5)])


@pytest.mark.parametrize(
    ("source", "target"),
    [
        (Line("a", 1.5), "basemodel"),
        (Line("a", 1.5), "type_safe"),
        (Line("a", 1.5), CheckedLine),
        (PURCHASE, "basemodel"),
        (PURCHASE, CheckedPurchase),
        (CheckedLine(sku="a", price=1.5), "dataclass"),
        (convert(CheckedLine(sku="a", price=1.5), "dataclass"), CheckedLine),
        (Constructed(name="a"), "dataclass"),
        (Tree([Tree([])]), "type_safe"),
    ],
)
def test_only_on_the_fast_path_nothing_but_generated_lines_runs(source: Any, target: Any) -> None:
    found = explain(type(source), target)
    function = converter(type(source), target)
    function(source)
    assert bool(modules_run(function, source)) is not found.fast_path


@pytest.mark.parametrize(
    ("model", "origin"),
    [(model, origin) for model in MODELS for origin in model.kinds if origin != "basemodel"],
    ids=lambda item: getattr(item, "root", item),
)
@pytest.mark.parametrize("kind", made_kinds())
def test_fast_path_is_true_of_every_kind(kind: str, model: Model, origin: str) -> None:
    """There and back. Lines may call functions of a kind, such as the constructor of a refined type. An instance of a
    pydantic model may carry which of its fields were set, which is done step by step in some kinds."""
    instance, cls = model.instance(origin), model.cls(origin)
    try:
        there = convert(instance, kind)
    except UntoldClassError:
        assert not get_kind(kind).traits.instances_know_class
        return
    for source, target, value in ((cls, convert_class(cls, kind), instance), (convert_class(cls, kind), cls, there)):
        function = converter(source, target)
        for _ in range(3):
            function(value)
        slow = modules_run(function, value) & {path.name for path in STEP_BY_STEP}
        assert bool(slow) is not explain(source, target).fast_path, (source, slow)


def test_a_dict_becomes_a_model_that_notes_for_each_instance_which_fields_were_set() -> None:
    dict_class = convert_class(OpenLine, "typeddict")
    assert explain(dict_class, OpenLine).reasons == ("set fields are noted for the way back",)
    assert explain(convert_class(Line, "typeddict"), Line).fast_path


def test_a_union_is_step_by_step_where_dicts_do_not_tell_their_class() -> None:
    @dataclass
    class Holder:
        items: list[Union[Line, Tag]]

    there, back = explain(Holder, "typeddict"), explain(convert_class(Holder, "typeddict"), Holder)
    assert reasons(there) == reasons(back) == {"items": "list of union of several types items"}
    assert explain(Holder, "attrs").fast_path


def modules_run(function: Any, argument: Any) -> set[str]:
    """The modules of the package of which functions run in a call."""
    names: set[str] = set()

    def notice(frame: Any, event: str, _: Any) -> None:
        if event == "call" and Path(frame.f_code.co_filename).is_relative_to(PACKAGE):
            names.add(Path(frame.f_code.co_filename).name)

    before = sys.getprofile()
    sys.setprofile(notice)
    try:
        function(argument)
    finally:
        sys.setprofile(before)
    return names


def test_the_member_of_a_union_is_chosen_by_the_class_of_a_value() -> None:
    @dataclass
    class Holder:
        item: Union[Line, Tag]

    found = explain(Holder, "basemodel")
    assert reasons(found) == {}
    union = "Line | Tag" if sys.version_info >= (3, 14) else "Union[Line, Tag]"
    assert found.fields[0].how == f"{union}, by the class of a value"


def test_a_field_that_no_value_fits_is_told() -> None:
    class Numbered(BaseModel):
        sku: int
        price: float

    found = explain(Line, Numbered)
    assert reasons(found) == {"sku": "no value of the source could fit"}
    assert re.search(r"int, found str +no: no value of the source could fit$", str(found), re.MULTILINE)
