"""The example in examples/mapping serves."""

import pytest


def test_the_example_serves() -> None:
    pytest.importorskip("sqlalchemy")
    from fastapi.testclient import TestClient

    from examples.mapping.service import app

    client = TestClient(app)
    found = client.get("/orders/1").json()
    assert found.pop("served_by")
    assert found == {
        "id": 1, "customer": "Ada", "city": "London", "placed": "2026-01-02T00:00:00", "state": "open",
        "lines": [{"code": "pen", "quantity": 3, "price": 1.5}, {"code": "ink", "quantity": 1, "price": 9.0}],
        "total": 13.5, "currency": "EUR",
    }  # fmt: skip
    assert client.post("/orders/1/ship").json()["state"] == "shipped"
    assert client.post("/orders/1/ship").status_code == 409
    assert client.get("/orders/1").json()["state"] == "shipped"
    assert client.get("/orders/2").status_code == 404
