"""What the load test serves: all four middlewares, Type_Safe in and out."""

from fast_api import Fast_API

from .models import Order

KEY = ("x-api-key", "the-key-of-the-load-test")


async def save(order: Order) -> Order:
    return order


async def status() -> dict[str, str]:
    return {"status": "ok"}


def make() -> Fast_API:
    return Fast_API(enable_cors=True, enable_api_key=True).add_route_post(save).add_route_get(status)
