"""The routes: `/v1/orders`."""

import uuid
from decimal import Decimal
from typing import Annotated, Any

from fastapi import HTTPException, Query

from examples.orders.model import New_Order, Order, Order_Status, Page, Problem
from examples.orders.store import Order_Store
from fast_api import Fast_API__Routes, route_path

_NOT_FOUND: dict[int | str, Any] = {404: {"model": Problem, "description": "There is no such order"}}
_NOT_OPEN: dict[int | str, Any] = {409: {"model": Problem, "description": "The order is not open"}}


class Order_Routes(Fast_API__Routes):
    tag: str = "orders"
    prefix: str = "/v1"
    store: Order_Store

    def setup_routes(self) -> None:
        self.add_route_post(self.create, status_code=201)
        self.add_route_get(self.search)
        self.add_route_get(self.orders__order_id, responses=_NOT_FOUND)
        self.add_route_post(self.orders__order_id_pay, responses={**_NOT_FOUND, **_NOT_OPEN})
        self.add_route_delete(self.remove, status_code=204, responses=_NOT_FOUND)

    @route_path("/orders")
    def create(self, new: New_Order) -> Order:
        """Takes an order; its total is what its items cost."""
        total = sum((item.price * int(item.quantity) for item in new.items), Decimal())
        order = Order(
            id=uuid.uuid4().hex,
            total=total,
            customer=new.customer,
            email=new.email,
            items=new.items,
            comment=new.comment,
        )
        return self.store.save(order)

    @route_path("/orders")
    def search(self, page: Annotated[Page, Query()], status: Order_Status | None = None) -> list[Order]:
        """The newest orders first."""
        return self.store.search(status, page.limit, page.offset)

    def orders__order_id(self, order_id: str) -> Order:
        """One order."""
        return self._found(order_id)

    def orders__order_id_pay(self, order_id: str) -> Order:
        """Marks an open order as paid."""
        order = self._found(order_id)
        if order.status is not Order_Status.OPEN:
            raise HTTPException(409, f"the order is {order.status.value}")
        order.status = Order_Status.PAID
        return self.store.save(order)

    @route_path("/orders/{order_id}")
    def remove(self, order_id: str) -> None:
        """Forgets an order."""
        if not self.store.delete(order_id):
            raise HTTPException(404, "no such order")

    def _found(self, order_id: str) -> Order:
        order = self.store.find(order_id)
        if order is None:
            raise HTTPException(404, "no such order")
        return order
