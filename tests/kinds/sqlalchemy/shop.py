"""Rows of the shop."""

import decimal

from tests.kinds.sqlalchemy.models import (
    Address,
    Book,
    Colour,
    Customer,
    Line,
    Note,
    Order,
    Tag,
    Voucher,
)


def customer() -> Customer:
    """A customer with orders, lines, products, tags, notes and a follower, all of which refer to each other."""
    book = Book(name="SICP", isbn="0-262")
    voucher = Voucher(name="gift", value=50)
    new, old = Tag(name="new"), Tag(name="old")
    ada = Customer(
        name="Ada",
        address=Address("St James", "London"),
        settings={"theme": "dark"},
        orders=[
            Order(
                total=decimal.Decimal("12.50"),
                colour=Colour.red,
                tags=[new, old],
                lines=[Line(product=book, quantity=2), Line(product=voucher)],
            ),
            Order(total=decimal.Decimal("3.00"), colour=Colour.blue, tags=[old], lines=[Line(product=book)]),
        ],
        notes={"call": Note(title="call", text="on Monday"), "vip": Note(title="vip", text="yes")},
    )
    ada.followers = {Customer(name="Bob", address=Address("High St", "Oxford"))}
    return ada
