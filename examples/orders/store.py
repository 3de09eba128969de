"""The store of orders: one SQLite table, an order as JSON with the columns that are searched beside it."""

import sqlite3
import threading

from osbot_utils.type_safe.Type_Safe import Type_Safe

from examples.orders.model import Order, Order_Status
from type_safe_convert import from_json, to_json

_SCHEMA = """
create table if not exists orders (
    number integer primary key autoincrement,
    id text not null unique,
    status text not null,
    document text not null
)
"""


class Order_Store(Type_Safe):
    """Keeps orders in the SQLite database at `path`; safe to use from several threads."""

    path: str = ":memory:"

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        object.__setattr__(self, "__lock__", threading.Lock())
        object.__setattr__(self, "__database__", sqlite3.connect(self.path, check_same_thread=False))
        with self.__dict__["__database__"] as database:
            database.execute(_SCHEMA)

    def save(self, order: Order) -> Order:
        """Adds the order, or replaces the one with its id."""
        document = to_json(order).decode()
        with self.__dict__["__lock__"], self.__dict__["__database__"] as database:
            database.execute(
                "insert into orders (id, status, document) values (?, ?, ?) "
                "on conflict (id) do update set status = excluded.status, document = excluded.document",
                (order.id, order.status.value, document),
            )
        return order

    def find(self, order_id: str) -> Order | None:
        rows = self._rows("select document from orders where id = ?", order_id)
        return rows[0] if rows else None

    def search(self, status: Order_Status | None, limit: int, offset: int) -> list[Order]:
        """The newest orders first, of one status or of all."""
        wanted = None if status is None else status.value
        return self._rows(
            "select document from orders where ?1 is null or status = ?1 order by number desc limit ?2 offset ?3",
            wanted,
            int(limit),
            offset,
        )

    def delete(self, order_id: str) -> bool:
        with self.__dict__["__lock__"], self.__dict__["__database__"] as database:
            return bool(database.execute("delete from orders where id = ?", (order_id,)).rowcount)

    def _rows(self, query: str, *values: object) -> list[Order]:
        with self.__dict__["__lock__"]:
            rows = self.__dict__["__database__"].execute(query, values).fetchall()
        return [from_json(Order, document) for (document,) in rows]
