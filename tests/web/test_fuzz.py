"""Whatever a client sends, there is no 5xx, and no answer that the OpenAPI document does not know."""

from typing import Annotated, Any, Union

import pytest
import schemathesis
from fastapi import Cookie, Form, Header, Query
from hypothesis import HealthCheck, settings
from osbot_utils.type_safe.primitives.core.Safe_Str import Safe_Str

from examples.orders.service import Orders
from fast_api import Fast_API

from .conftest import KEY_NAME, KEY_VALUE
from .models import Address, Cat, Customer, Dog, Item, Order, Point, Quantity


def echo_order(order: Order) -> Order:
    return order


async def mixed(items: list[Item], point: Point, pet: Union[Cat, Dog, None] = None) -> dict[str, list[Item]]:
    return {"items": items}


def things__thing_id(
    thing_id: Safe_Str,
    amount: Quantity = 5,  # type: ignore[assignment]  # a plain default, as people write it
    customer: Annotated[Customer, Query()] = Customer(),  # noqa: B008
    x_token: Annotated[Safe_Str | None, Header()] = None,
    session: Annotated[Safe_Str | None, Cookie()] = None,
) -> Customer:
    return customer


def form(customer: Annotated[Customer, Form()]) -> Customer:
    return customer


def address(address: Address) -> Address:
    return address


def fuzzed() -> Any:
    fast_api = Fast_API(enable_cors=True).setup()
    for function in (echo_order, mixed, form, address):
        fast_api.add_route_post(function)
    return fast_api.add_route_get(things__thing_id).app()


schema = schemathesis.openapi.from_asgi("/openapi.json", fuzzed())

# Not among them: that every value outside of the schema is refused. Pydantic's default mode takes a false for a 0.0.
CHECKS = (
    schemathesis.checks.not_a_server_error,
    schemathesis.checks.status_code_conformance,
    schemathesis.checks.content_type_conformance,
    schemathesis.checks.response_headers_conformance,
    schemathesis.checks.response_schema_conformance,
    schemathesis.checks.unsupported_method,
    schemathesis.checks.allow_header_conformance,
)

quick = settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)


@schema.parametrize()
@quick
def test_no_server_error_and_no_undocumented_answer(case: Any) -> None:
    case.call_and_validate(checks=CHECKS)


def orders_app() -> Any:
    return Orders().setup().app()


orders = schemathesis.openapi.from_asgi("/openapi.json", orders_app())


@pytest.fixture
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wrong keys are refused without the wait."""
    monkeypatch.setattr("fast_api.builtin.auth.FAILURE_SECONDS", 0)


@orders.parametrize()
@quick
def test_the_example_service(case: Any, api_key: str, at_once: None) -> None:
    case.call_and_validate(checks=CHECKS, headers={KEY_NAME: KEY_VALUE})


PUBLIC = {"/config/status", "/config/health", "/config/ready", "/auth/set-cookie"}


@orders.parametrize()
@quick
def test_the_example_service_without_the_key(case: Any, api_key: str, at_once: None) -> None:
    """Every answer is documented, and none but that of a public path is anything else than a 401."""
    # Who has no key does not learn which methods a path has.
    without = (schemathesis.checks.unsupported_method, schemathesis.checks.allow_header_conformance)
    answer = case.call_and_validate(checks=tuple(check for check in CHECKS if check not in without))
    if case.path not in PUBLIC:
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == ["APIKey"]
