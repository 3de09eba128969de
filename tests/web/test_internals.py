"""Where a private part of FastAPI or Starlette is missing or changed, a service answers as ever."""

import json
import subprocess
import sys
from typing import Any

import pytest

from fast_api.fastapi_bridge.internals import CHECKS
from tests.web.changed_fastapi import CHANGES

TYPES = [
    "Quantity Request",
    "Order Item Quantity Quantity Quantity Quantity Quantity Quantity",
    "Order Quantity",
    "Quantity Request",
    "Item",
    "Item",
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
    "health": 200,
    "docs": 200,
    "another method": 405,
    "nowhere": 404,
}
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
