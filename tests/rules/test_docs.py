"""The tutorial of docs/mapping.md runs and prints what it shows; the example in examples/mapping serves."""

import contextlib
import io
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "mapping.md").read_text()


def test_the_tutorial_prints_what_it_shows() -> None:
    namespace: dict = {"__name__": "tutorial"}
    printed = ""
    shown = 0
    for language, block in re.findall(r"```(python|text)\n(.*?)```", TEXT, re.DOTALL):
        if language == "text":
            assert _squeezed(printed) == _squeezed(block)
            shown += 1
            continue
        with contextlib.redirect_stdout(io.StringIO()) as output:
            exec(compile(block, "docs/mapping.md", "exec"), namespace)
        printed = output.getvalue()
    assert shown >= 6


def _squeezed(text: str) -> list[str]:
    """The lines; how wide a column is does not count."""
    return [re.sub(r"(?<=\S)  +", "  ", line).rstrip() for line in text.strip().splitlines()]


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
