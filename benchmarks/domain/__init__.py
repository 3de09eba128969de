"""One domain model, a customer with orders, as a user writes it in each kind: for every pair of kinds.

The classes have the same names and fields in all modules. Where a kind has no word for something, its module says what
stands there instead.
"""

from datetime import date
from decimal import Decimal
from importlib import import_module
from typing import Any

from benchmarks.domain.shared import Status
from type_safe_convert.registry import kind_names

# By name of a module: the words of the table, and the kind. A pydantic dataclass is of kind dataclass.
SYSTEMS = {
    "attrs": ("attrs", "attrs"),
    "msgspec": ("msgspec", "msgspec"),
    "namedtuple": ("NamedTuple", "namedtuple"),
    "typeddict": ("TypedDict", "typeddict"),
    "dataclass": ("dataclass", "dataclass"),
    "pydantic_dataclass": ("pydantic dataclass", "dataclass"),
    "basemodel": ("BaseModel", "basemodel"),
    "type_safe": ("Type_Safe", "type_safe"),
    "sqlalchemy": ("SQLAlchemy", "sqlalchemy"),
}


def known() -> tuple[str, ...]:
    """The systems whose kind is registered."""
    return tuple(system for system, (_, kind) in SYSTEMS.items() if kind in kind_names())


def classes(system: str) -> Any:
    """The module with the classes of the domain model."""
    return import_module(f"benchmarks.domain.in_{system}")


def an_order(system: str, number: str = "O-1", lines: int = 20, given: str = "values") -> Any:
    """An order by the constructors of its own classes.

    Args:
        given: what the fields with defaults get: `"values"`, `"defaults"`, that is the defaults as values, or
            `"nothing"`.
    """
    m = classes(system)
    return m.Order(
        number=number,
        status=Status.PAID,
        placed=date(2026, 11, 27),
        ship_to=m.Address(street="Via Appia 1", city="Rome", **_optional(given, country="Italy")),
        lines=[
            m.Line(
                sku=f"sku-{index}",
                quantity=index + 1,
                price=Decimal("9.90") + index,
                reference=index if index % 2 else f"R-{index}",
            )
            for index in range(lines)
        ],
        discounts={"summer": 10, "loyal": 5},
        **_optional(given, shipped=date(2026, 12, 1)),
        **_optional(given, notes=["fragile", "call first"]),
    )


def a_customer(system: str, orders: int = 2, card: bool = True, lines: int = 20, given: str = "values") -> Any:
    """A customer with orders, who pays by card or by bank transfer."""
    m = classes(system)
    if card:
        payment = m.Card(number="4242", expires=date(2028, 1, 31))
    else:
        payment = m.Transfer(iban="IT60X0542811101", bank="Banca")
    return m.Customer(
        name="Ann",
        payment=payment,
        orders=[an_order(system, f"O-{index}", lines, given) for index in range(orders)],
        **_optional(given, email="ann@example.org"),
    )


def _optional(given: str, **value: Any) -> dict[str, Any]:
    """A field with a default, as keywords."""
    if given == "nothing":
        return {}
    if given == "defaults":
        return {name: [] if isinstance(example, list) else None for name, example in value.items()}
    return value
