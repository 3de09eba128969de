"""The service: what `python -m fast_api serve examples.orders.service:fast_api` serves.

`ORDERS__DATABASE` is the path of the database (in memory without it), `ORDERS__ORIGINS` the web sites that may use the
service, separated by commas. The API key is configured as everywhere: `FAST_API__AUTH__API_KEY__NAME` and `..._VALUE`.
"""

import os
from typing import Any

from examples.orders.routes import Order_Routes
from examples.orders.store import Order_Store
from fast_api import Fast_API


class Orders(Fast_API):
    name: str = "Orders"
    version: str = "1.0.0"
    description: str = "Takes orders and remembers them."
    enable_api_key: bool = True
    enable_cors: bool = True
    store: Order_Store = None  # type: ignore[assignment]  # __init__ opens it

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("cors_origins", os.environ.get("ORDERS__ORIGINS", "").replace(",", " ").split())
        kwargs.setdefault("public_paths", ["/", "/docs", "/redoc", "/docs-files/*", "/openapi.json", "/config/status"])
        super().__init__(**kwargs)
        if self.store is None:
            self.store = Order_Store(path=os.environ.get("ORDERS__DATABASE", ":memory:"))

    def setup_routes(self) -> None:
        self.add_routes(Order_Routes, store=self.store)


fast_api = Orders().setup()
