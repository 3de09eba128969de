"""Where a private part of FastAPI or Starlette is missing or changed, a service answers as ever."""

import inspect
import json
import signal
import subprocess
import sys
import types
from typing import Any

import pydantic
import pytest

from fast_api.fastapi_bridge.arguments import ROUTE_OPTIONS
from fast_api.fastapi_bridge.internals import CHECKS, server_is_stopping
from tests.web.changed_fastapi import CHANGES

TYPES = [
    "Quantity Request",
    "Order Item Quantity Quantity Quantity Quantity Quantity Quantity",
    "Order Quantity",
    "Quantity Request",
    "Item",
    "Item",
    "Dog",
]
STATUSES = {
    "without a key": 401,
    "with the key in a cookie": 200,
    "created": 200,
    "refused in the path": 422,
    "refused in the body": 422,
    "no JSON": 422,
    "two bodies": 200,
    "anything": 200,
    "a dependency refuses": 403,
    "of a group": 200,
    "of a router": 200,
    "a member of a union": 200,
    "no member of a union": 422,
    "a large body": 200 if "max_body_size" in ROUTE_OPTIONS else 404,  # FastAPI before 0.165 has no such routes
    "too large a body": 413,
    "too large a body for its route": 413 if "max_body_size" in ROUTE_OPTIONS else 404,
    "health": 200,
    "docs": 200,
    "another method": 405,
    "nowhere": 404,
}


class Stopping:
    def __init__(self, should_exit: bool) -> None:
        self.should_exit = should_exit


NOT_REPLACED = "metadata of annotations"
FOUND_BY_DOCUMENTED_MEANS = "DefaultPlaceholder"


@pytest.fixture(scope="module")
def found() -> dict[str, Any]:
    """What the service answered, by the name of each change."""
    command = [sys.executable, "-m", "tests.web.changed_fastapi"]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    answers: dict[str, Any] = json.loads(run.stdout)
    return answers


def test_nothing_is_changed(found: dict[str, Any]) -> None:
    answers, log = found["nothing"]["answers"], found["nothing"]["log"]
    assert answers["types"] == TYPES
    assert {name: answers[name][0] for name in STATUSES} == STATUSES
    assert answers["created"][1] == {"items": [{"sku": "a", "quantity": 2}]}
    assert answers["of a router"][1] == {"sku": "a", "quantity": 2}, "a subclass shows the fields of the declared class"
    assert answers["refused in the body"][1] == [["body", "items", 0, "quantity"]]
    assert "/v1/inner/echo" in answers["routes"]
    assert log == []


@pytest.mark.parametrize("name", sorted(CHANGES.keys() - {NOT_REPLACED}))
def test_a_service_answers_right_without_the_known(name: str, found: dict[str, Any]) -> None:
    assert found[name].get("error") is None, found[name]["trace"]
    assert found[name]["answers"] == found["nothing"]["answers"]
    if name in CHECKS and name != FOUND_BY_DOCUMENTED_MEANS:
        assert len(found[name]["log"]) == 1
        assert found[name]["log"][0].endswith(f"has another {name}")


def test_a_lost_conversion_is_an_error_at_set_up(found: dict[str, Any]) -> None:
    assert "RouteError" in found[NOT_REPLACED]["error"]
    assert "dropped the conversion of its parameter" in found[NOT_REPLACED]["error"]


def test_every_check_has_a_change() -> None:
    assert CHECKS.keys() <= CHANGES.keys()


@pytest.mark.parametrize("server", [None, object(), Stopping(False), Stopping(True)])
def test_should_exit_of_uvicorns_server(server: Any) -> None:
    """Without it a service tells that it stops by the lifespan alone, when its responses are sent."""
    before = signal.getsignal(signal.SIGTERM)
    handler = signal.SIG_DFL if server is None else types.MethodType(lambda self, number, frame: None, server)
    try:
        signal.signal(signal.SIGTERM, handler)
        assert server_is_stopping() is (isinstance(server, Stopping) and server.should_exit)
    finally:
        signal.signal(signal.SIGTERM, before)


def test_polymorphic_serialization_is_documented() -> None:
    assert "polymorphic_serialization" in inspect.signature(pydantic.BaseModel.model_dump_json).parameters
