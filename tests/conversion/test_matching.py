"""Fields of a written target are matched by name; its defaults fill the rest."""

from dataclasses import dataclass, field

import pytest
from osbot_utils.type_safe.primitives.core.Safe_Str import Safe_Str
from osbot_utils.type_safe.Type_Safe import Type_Safe
from osbot_utils.type_safe.type_safe_core.collections.Type_Safe__List import Type_Safe__List

from benchmarks.equality import facts
from tests.conversion.models import Line, LineModel, LineTyped, Order, OrderModel, OrderTyped, order
from type_safe_convert import ValueConversionError, convert


@dataclass
class Short:
    number: str


def test_fields_are_matched_by_name_and_the_rest_is_left_out():
    assert convert(order(), OrderModel) == OrderModel(
        number="n 1", lines=[LineModel(sku="a", quantity=1), LineModel(sku="b b", quantity=2)]
    )


def test_defaults_of_the_target_fill_what_the_source_lacks():
    model = OrderModel(number="n", lines=[LineModel(sku="a", quantity=1)])
    assert convert(model, Order) == Order("n", [Line("a", 1, 1.5)], None)


def test_type_safe_gets_what_its_constructor_would_have_made():
    made = convert(order(), OrderTyped)
    by_hand = OrderTyped(
        number="n 1", lines=[LineTyped(sku="a", quantity=1), LineTyped(sku="b b", quantity=2)], note="hello"
    )
    assert facts(made) == facts(by_hand)
    assert type(made.lines) is Type_Safe__List
    assert made.lines[1].sku == "b_b"


def test_primitives_become_plain_in_plain_fields():
    typed = convert(order(), OrderTyped)
    plain = convert(typed, Order)
    assert type(plain.number) is str
    assert plain.number == "n_1"
    assert convert(typed, OrderModel).lines[0].sku == "a"


def test_same_kind_conversion():
    @dataclass
    class Short:
        number: str

    assert convert(order(), Short) == Short("n 1")
    copied = convert(order(), Order)
    assert copied == order()


def test_post_init_runs_and_its_refusal_is_named():
    @dataclass
    class Checked:
        number: str
        length: int = field(init=False)

        def __post_init__(self):
            if not self.number:
                raise ValueError("empty")
            self.length = len(self.number)

    assert convert(order(), Checked).length == 3
    empty = order()
    empty.number = ""
    with pytest.raises(ValueConversionError, match="empty"):
        convert(empty, Checked)


class Stocked(Type_Safe):
    x: int
    name: Safe_Str = "a b!"
    made_of = "wood"
    sizes = (1, 2)


@dataclass
class OnlyX:
    x: int


def test_what_the_source_lacks_is_as_the_constructor_makes_it():
    """Class attributes without annotation in every instance, and defaults that are primitives."""
    for _ in range(3):
        assert facts(convert(OnlyX(3), Stocked)) == facts(Stocked(x=3))
