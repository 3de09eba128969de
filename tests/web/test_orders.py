"""The example service, from its routes to its file."""

import re
from pathlib import Path
from typing import Any

import pytest

from examples.orders.service import Orders
from examples.orders.store import Order_Store
from fast_api.security.api_key import ENV_VAR__NAME, ENV_VAR__VALUE

from .conftest import KEY_NAME, KEY_VALUE

NEW = {
    "customer": "Ada",
    "email": "ada@example.org",
    "items": [
        {"sku": "A-1", "name": "Pen", "quantity": 2, "price": "1.20"},
        {"sku": "B", "name": "Ink", "price": "3.05"},
    ],
}


@pytest.fixture
def client(api_key: str, tmp_path: Path) -> Any:
    orders = Orders(store=Order_Store(path=str(tmp_path / "orders.sqlite"))).setup()
    return orders.client(headers={KEY_NAME: api_key})


def test_an_order_from_its_making_to_its_end(client: Any) -> None:
    made = client.post("/v1/orders", json=NEW)
    assert made.status_code == 201
    order = made.json()
    assert order["total"] == "5.45"
    assert order["status"] == "open"
    assert [item["quantity"] for item in order["items"]] == [2, 1]
    path = f"/v1/orders/{order['id']}"
    assert client.get(path).json() == order
    paid = client.post(f"{path}/pay")
    assert paid.json() == {**order, "status": "paid"}
    assert client.post(f"{path}/pay").status_code == 409
    assert client.delete(path).status_code == 204
    assert client.get(path).status_code == 404
    assert client.delete(path).json() == {"detail": "no such order"}


def test_search(client: Any) -> None:
    ids = [client.post("/v1/orders", json=NEW).json()["id"] for _ in range(5)]
    client.post(f"/v1/orders/{ids[2]}/pay")
    assert [order["id"] for order in client.get("/v1/orders?limit=10").json()] == ids[::-1]
    assert [order["id"] for order in client.get("/v1/orders?limit=2&offset=1").json()] == [ids[3], ids[2]]
    assert [order["id"] for order in client.get("/v1/orders?status=paid&limit=9").json()] == [ids[2]]


@pytest.mark.parametrize("offset", ["-1", "9223372036854775808"])
def test_search_refuses_what_the_database_cannot_count(client: Any, offset: str) -> None:
    assert client.get(f"/v1/orders?offset={offset}").json()["detail"][0]["loc"] == ["query", "offset"]


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"items": [{"sku": "A", "quantity": 0}]}, ["body", "items", 0, "quantity"]),
        ({"items": [{"sku": "A", "quantity": 1001}]}, ["body", "items", 0, "quantity"]),
        ({"items": [{"sku": "A", "price": "-1"}]}, ["body", "items", 0, "price"]),
        ({"items": [{"sku": "A", "price": "9e999999"}]}, ["body", "items", 0, "price"]),
        ({"items": [{"sku": "x" * 21}]}, ["body", "items", 0, "sku"]),
        ({"customer": 5}, ["body", "customer"]),
    ],
)
def test_what_the_model_refuses_is_a_422(client: Any, change: dict[str, Any], place: list[Any]) -> None:
    response = client.post("/v1/orders", json={**NEW, **change})
    assert response.status_code == 422
    assert [error["loc"] for error in response.json()["detail"]] == [place]


def test_orders_survive_a_restart(api_key: str, tmp_path: Path) -> None:
    store = tmp_path / "orders.sqlite"
    made = (
        Orders(store=Order_Store(path=str(store)))
        .setup()
        .client(headers={KEY_NAME: api_key})
        .post("/v1/orders", json=NEW)
    )
    again = Orders(store=Order_Store(path=str(store))).setup().client(headers={KEY_NAME: api_key})
    assert again.get(f"/v1/orders/{made.json()['id']}").json() == made.json()


def test_key_and_cors(client: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    assert client.get("/v1/orders", headers={KEY_NAME: "wrong"}).status_code == 401
    assert client.get("/config/status", headers={KEY_NAME: ""}).status_code == 200
    monkeypatch.setenv("ORDERS__ORIGINS", "https://shop.example")
    shop = Orders().setup().client().get("/v1/orders", headers={"origin": "https://shop.example"})
    assert shop.status_code == 401
    assert shop.headers["access-control-allow-origin"] == "https://shop.example"


def test_the_readme_names_what_is_there() -> None:
    text = Path("examples/orders/README.md").read_text()
    assert {ENV_VAR__NAME, ENV_VAR__VALUE, "ORDERS__DATABASE", "ORDERS__ORIGINS"} <= set(re.findall(r"[A-Z]\w+", text))
    assert "/v1/orders" in {route["path"] for route in Orders().setup().routes()}
    assert KEY_VALUE not in text
