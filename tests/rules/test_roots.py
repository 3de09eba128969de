"""Rules take types that are no single class, as `convert` and `converter` do."""

import pickle
from dataclasses import dataclass
from typing import Any

import pytest

from tests.rules.models import Customer, Order, OrderDto, an_order, rules
from type_safe_convert import (
    ClassConversionError,
    ConversionError,
    ExtraFieldError,
    MissingFieldError,
    NotAModelError,
    Rules,
    explain,
)


@dataclass
class Item:
    sku: str
    price: float


@dataclass
class CodeDto:
    code: str


@dataclass
class LabelDto:
    label: str


@dataclass
class Special(Item):
    extra: int = 0


@dataclass
class SpecialDto(CodeDto):
    more: int


codes = Rules()
codes.map(Item, CodeDto, {"code": "sku"})
codes.map(Special, SpecialDto, {"more": "extra"})
codes.map(Customer, LabelDto, {"label": "name"})

A, B = Item("a", 1.0), Special("b", 2.0, extra=3)
A_DTO, B_DTO = CodeDto("a"), SpecialDto("b", 3)


@pytest.mark.parametrize(("source", "target", "value", "expected"), [
    (list[Item], list[CodeDto], [A, B], [A_DTO, B_DTO]),
    (list[Special], list[CodeDto], [B], [B_DTO]),
    (dict[str, Item], dict[str, CodeDto], {"k": A}, {"k": A_DTO}),
    (tuple[Item, int], tuple[CodeDto, int], (A, 1), (A_DTO, 1)),
    (Item | None, CodeDto | None, A, A_DTO),
    (Item | None, CodeDto | None, None, None),
    (Item | Customer, LabelDto | CodeDto, Customer("Ann"), LabelDto("Ann")),
    (list[dict[str, Item]], list[dict[str, CodeDto]], [{"k": B}], [{"k": B_DTO}]),
])  # fmt: skip
def test_rules_hold_in_the_values_of_types(source: Any, target: Any, value: Any, expected: Any) -> None:
    to_target = codes.converter(source, target)
    for _ in range(2):
        assert to_target(value) == expected
        assert codes.convert(value, target) == expected
    assert pickle.loads(pickle.dumps(to_target)) is to_target


def test_kinds_of_the_models_in_containers_and_coercions() -> None:
    made = codes.convert([A], "basemodel")
    assert type(made[0]).__name__ == "Item__BaseModel"
    assert Rules(lax=True).convert(["1", 2], list[int]) == [1, 2]
    words = Rules()
    words.coerce(int, str, str)
    assert words.convert({"k": 1}, dict[str, str]) == {"k": "1"}


def test_what_is_wrong_has_its_place_and_is_told_early() -> None:
    to_codes = codes.converter(list[Item], list[CodeDto])
    for _ in range(2):
        with pytest.raises(ConversionError) as caught:
            to_codes([A, Item(3, 1.0)])  # type: ignore[arg-type]
        assert (caught.value.path, caught.value.source_path) == ((1, "code"), (1, "sku"))
    wrong = Rules()
    wrong.map(Item, CodeDto, {"code": "skuu", "price": "price"})
    with pytest.raises(ClassConversionError) as told:
        wrong.converter(dict[str, Item], dict[str, CodeDto])
    assert {error.path for error in told.value.errors} == {("code",), ("price",)}
    with pytest.raises(ClassConversionError):
        wrong.convert([A], list[CodeDto])
    with pytest.raises(NotAModelError, match=r"convert\(values, list\[CodeDto\]\)"):
        codes.convert([A], CodeDto)
    with pytest.raises(NotAModelError):
        codes.converter(Item, 3)  # type: ignore[call-overload]


def test_values_are_given_to_a_class_alone() -> None:
    with pytest.raises(ClassConversionError, match=r"convert each Order by itself, with values="):
        rules.converter(list[Order], list[OrderDto])
    with pytest.raises(MissingFieldError, match="by itself, with values="):
        rules.convert([an_order()], list[OrderDto])
    with pytest.raises(ExtraFieldError, match=r"list\[OrderDto\] is none: .* convert each instance by itself"):
        rules.convert([an_order()], list[OrderDto], values={"tenant": "acme"})
    with pytest.raises(ExtraFieldError):
        codes.convert([A], list[CodeDto], values={"code": "x"})


def test_explain_tells_of_rules_in_types() -> None:
    found = explain(list[Item], list[CodeDto], rules=codes)
    assert [(each.source, each.target) for each in found.nested] == [(Item, CodeDto)]
    assert [field.source for field in found.nested[0].fields] == ["sku"]
    assert found.fast_path
