"""From rows to the domain, and from the domain to answers: all that names alone do not tell."""

from decimal import Decimal

from examples.mapping.answers import LineAnswer, OrderAnswer, State
from examples.mapping.domain import Customer, Item, Order, Status
from examples.mapping.tables import CustomerRow, ItemRow, OrderRow
from type_safe_convert import Constant, Given, Rules

from_rows = Rules()
from_rows.map(OrderRow, Order, {"number": "id", "placed": "placed_at", "status": "state"})
from_rows.map(ItemRow, Item, {"quantity": "amount"})
from_rows.map(CustomerRow, Customer)
from_rows.coerce(str, Status, Status)

to_answers = Rules()
to_answers.map(
    Order,
    OrderAnswer,
    {
        "id": "number",
        "customer": "customer.name",
        "city": "customer.city",
        "state": "status",
        "lines": "items",
        "currency": Constant("EUR"),
        "served_by": Given(),
    },
)
to_answers.map(Item, LineAnswer, {"code": "sku"})
to_answers.coerce(Status, State)
to_answers.coerce(Decimal, float, float)

to_order = from_rows.converter(OrderRow, Order)
to_answer = to_answers.converter(Order, OrderAnswer)
