"""A service on FastAPI: rows in, domain inside, answers out.

    uvicorn examples.mapping.service:app

or `python -m examples.mapping.service`, which asks it once and prints the answers.
"""

import json
import socket
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from typing import Annotated

from fastapi import Depends, FastAPI, HTTPException
from fastapi.testclient import TestClient
from sqlalchemy import create_engine
from sqlalchemy.orm import Session, selectinload
from sqlalchemy.pool import StaticPool

from examples.mapping.answers import OrderAnswer
from examples.mapping.domain import Order
from examples.mapping.mapping import to_answer, to_order
from examples.mapping.tables import Base, CustomerRow, ItemRow, OrderRow

engine = create_engine("sqlite://", connect_args={"check_same_thread": False}, poolclass=StaticPool)
app = FastAPI()


def fill() -> None:
    """An order to begin with."""
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        items = [ItemRow(sku="pen", amount=3, price=Decimal("1.50")), ItemRow(sku="ink", amount=1, price=Decimal("9"))]
        customer = CustomerRow(name="Ada", city="London")
        session.add(OrderRow(customer=customer, placed_at=datetime(2026, 1, 2), state="open", items=items))
        session.commit()


def a_session() -> Iterator[Session]:
    with Session(engine) as session:
        yield session


def load(session: Session, number: int) -> tuple[OrderRow, Order]:
    """The row with all that the domain needs of it, and the order. A conversion sends no SQL of its own."""
    options = [selectinload(OrderRow.customer), selectinload(OrderRow.items)]
    row = session.get(OrderRow, number, options=options)
    if row is None:
        raise HTTPException(404, f"no order {number}")
    return row, to_order(row)


def answer(order: Order) -> OrderAnswer:
    return to_answer(order, values={"served_by": socket.gethostname()})


@app.get("/orders/{number}")
def get_order(number: int, session: Annotated[Session, Depends(a_session)]) -> OrderAnswer:
    return answer(load(session, number)[1])


@app.post("/orders/{number}/ship")
def ship_order(number: int, session: Annotated[Session, Depends(a_session)]) -> OrderAnswer:
    row, order = load(session, number)
    try:
        order.ship()
    except ValueError as error:
        raise HTTPException(409, str(error)) from None
    row.state = order.status.value
    session.commit()
    return answer(order)


fill()

if __name__ == "__main__":
    client = TestClient(app)
    for response in (client.get("/orders/1"), client.post("/orders/1/ship"), client.post("/orders/1/ship")):
        print(response.status_code, json.dumps(response.json(), indent=2))
