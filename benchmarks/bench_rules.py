"""The cost of rules: `python -m benchmarks.bench_rules`, and `pytest benchmarks/bench_rules.py --benchmark-only`.

An order of 20 items, as in the tutorial: renamed, flattened, computed, constant and coerced fields. The promises are
ratios of functions that take turns in one process: against the conversion of classes that agree, against the same
mapping written by hand, and against adaptix.
"""

import enum
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
from adaptix import P
from adaptix.conversion import coercer, get_converter, link, link_constant, link_function

from benchmarks.measure import Timing, interleaved
from type_safe_convert import Constant, Rules, converter


class Color(enum.Enum):
    RED = 1
    BLUE = 2


class ColorDto(enum.Enum):
    RED = 1
    BLUE = 2


@dataclass
class Customer:
    name: str
    city: str


@dataclass
class Item:
    sku: str
    price: float
    amount: int


@dataclass
class Order:
    number: str
    customer: Customer
    items: list[Item]
    paid: bool
    placed: str
    color: Color


@dataclass
class LineDto:
    code: str
    price: float
    quantity: int


@dataclass
class ShortDto:
    """Renamed and flattened fields alone."""

    id: str
    customer_name: str
    customer_city: str
    lines: list[LineDto]
    paid: bool


@dataclass
class FullDto:
    id: str
    customer_name: str
    lines: list[LineDto]
    total: float
    channel: str
    placed: datetime
    color: ColorDto


@dataclass
class Line:
    """As a LineDto, by the names of an Item."""

    sku: str
    price: float
    amount: int


@dataclass
class Short:
    """As a ShortDto, with classes that agree."""

    number: str
    customer_name: str
    customer_city: str
    items: list[Item]
    paid: bool


@dataclass
class ShortAgreed:
    number: str
    customer_name: str
    customer_city: str
    items: list[Line]
    paid: bool


def total(order: Order) -> float:
    return sum(item.price for item in order.items)


def an_order(items: int = 20) -> Order:
    lines = [Item(f"sku-{number}", 1.5 * number, number) for number in range(items)]
    return Order("O-1", Customer("Ann", "Rome"), lines, True, "2026-01-02T03:04:05", Color.BLUE)


def the_rules() -> Rules:
    rules = Rules()
    rules.map(Order, ShortDto, {
        "id": "number", "customer_name": "customer.name", "customer_city": "customer.city", "lines": "items",
    })  # fmt: skip
    rules.map(Order, FullDto, {
        "id": "number", "customer_name": "customer.name", "lines": "items", "total": total, "channel": Constant("web"),
    })  # fmt: skip
    rules.map(Item, LineDto, {"code": "sku", "quantity": "amount"})
    rules.coerce(str, datetime, datetime.fromisoformat)
    rules.coerce(Color, ColorDto)
    return rules


def line_by_hand(item: Item) -> LineDto:
    return LineDto(code=item.sku, price=item.price, quantity=item.amount)


def short_by_hand(order: Order) -> ShortDto:
    return ShortDto(
        id=order.number,
        customer_name=order.customer.name,
        customer_city=order.customer.city,
        lines=[line_by_hand(item) for item in order.items],
        paid=order.paid,
    )


def full_by_hand(order: Order) -> FullDto:
    return FullDto(
        id=order.number,
        customer_name=order.customer.name,
        lines=[line_by_hand(item) for item in order.items],
        total=total(order),
        channel="web",
        placed=datetime.fromisoformat(order.placed),
        color=ColorDto(order.color.value),
    )


LINES = (link(P[Item].sku, P[LineDto].code), link(P[Item].amount, P[LineDto].quantity))


def adaptix_short() -> Callable[[Order], ShortDto]:
    return get_converter(Order, ShortDto, recipe=[
        link(P[Order].number, P[ShortDto].id),
        link_function(lambda order: order.customer.name, P[ShortDto].customer_name),
        link_function(lambda order: order.customer.city, P[ShortDto].customer_city),
        link(P[Order].items, P[ShortDto].lines),
        *LINES,
    ])  # fmt: skip


def adaptix_full() -> Callable[[Order], FullDto]:
    return get_converter(Order, FullDto, recipe=[
        link(P[Order].number, P[FullDto].id),
        link_function(lambda order: order.customer.name, P[FullDto].customer_name),
        link(P[Order].items, P[FullDto].lines),
        link_function(total, P[FullDto].total),
        link_constant(P[FullDto].channel, value="web"),
        coercer(str, datetime, datetime.fromisoformat),
        coercer(Color, ColorDto, lambda color: ColorDto(color.value)),
        *LINES,
    ])  # fmt: skip


def a_short(items: int = 20) -> Short:
    order = an_order(items)
    return Short(order.number, order.customer.name, order.customer.city, order.items, order.paid)


def contenders(job: str) -> dict[str, Callable[[Any], Any]]:
    rules = the_rules()
    if job == "short":
        return {
            "rules": rules.converter(Order, ShortDto),
            "by hand": short_by_hand,
            "adaptix": adaptix_short(),
        }
    return {"rules": rules.converter(Order, FullDto), "by hand": full_by_hand, "adaptix": adaptix_full()}


def ratios(seconds: float) -> dict[str, float]:
    """Each promise by name: the best time of the rules, divided by that of the other."""
    found = {}
    for job in ("short", "full"):
        for items in (0, 20):
            times = interleaved(contenders(job), an_order(items), seconds)
            for other in ("by hand", "adaptix"):
                found[f"{job}, {items} items, against {other}"] = _ratio(times, "rules", other)
    for items in (0, 20):
        both = {
            "rules": _on(the_rules().converter(Order, ShortDto), an_order(items)),
            "agreeing": _on(converter(Short, ShortAgreed), a_short(items)),
        }
        times = interleaved(both, None, seconds)
        found[f"short, {items} items, against classes that agree"] = _ratio(times, "rules", "agreeing")
    return found


def _on(function: Callable[[Any], Any], argument: Any) -> Callable[[Any], Any]:
    return lambda _: function(argument)


LIMITS = {"by hand": 1.0, "adaptix": 1.0, "classes that agree": 1.05}


def _ratio(times: dict[str, Timing], name: str, other: str) -> float:
    return times[name].best / times[other].best


@pytest.mark.parametrize("job", ["short", "full"])
@pytest.mark.parametrize("name", ["rules", "by hand", "adaptix"])
def test_map(job: str, name: str, benchmark: Any) -> None:
    benchmark.group = job
    run = contenders(job)[name]
    expected = short_by_hand if job == "short" else full_by_hand
    assert benchmark(run, an_order()) == expected(an_order())


if __name__ == "__main__":
    for name, ratio in ratios(2.0).items():
        limit = LIMITS[name.rpartition("against ")[2]]
        print(f"{name:50} {ratio:5.2f}  at most {limit:.2f}: {'met' if ratio <= limit else 'missed'}")
