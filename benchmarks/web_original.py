"""osbot-fast-api under the same requests; `benchmarks.web` runs this in an environment of its own.

The environment holds `osbot-fast-api` and nothing of ours, so this file imports nothing of ours but by its path.
Prints microseconds a request by case, as JSON. Its async handlers are wrapped in sync ones by the library, which then
answer with a coroutine: those cases are left out.
"""

from __future__ import annotations

import asyncio
import importlib.util
import json
import os
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

from osbot_fast_api.api.Fast_API import Fast_API
from osbot_fast_api.api.schemas.Schema__Fast_API__Config import Schema__Fast_API__Config


def load(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name(f"{name}.py"))
    assert spec is not None and spec.loader is not None  # noqa: PT018  # for the type checker
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


web, models = load("web"), load("web_models")


def application() -> Any:
    order_class = models.Order

    def post_sync(order):  # type: ignore[no-untyped-def]  # annotated below, by value
        return order

    post_sync.__annotations__ = {"order": order_class, "return": order_class}

    def get_sync() -> dict:  # type: ignore[type-arg]
        return web.get_sync()  # type: ignore[no-any-return]

    get_sync.__annotations__ = {"return": dict}
    os.environ["FAST_API__AUTH__API_KEY__NAME"] = web.KEY_NAME
    os.environ["FAST_API__AUTH__API_KEY__VALUE"] = web.KEY_VALUE
    config = Schema__Fast_API__Config(enable_cors=True, enable_api_key=True, default_routes=False)
    fast_api = Fast_API(config=config).setup()
    fast_api.add_route_post(post_sync)
    fast_api.add_route_get(get_sync)
    return fast_api.app()


async def measure(count: int) -> dict[str, float]:
    app = application()
    figures = {}
    for method, path, body in web.CASES:
        if not path.endswith("-sync"):
            continue
        status, _ = await web.request(app, method, path, body)
        if status != 200:
            print(f"osbot-fast-api answers {status} to {method} {path}", file=sys.stderr)
            continue
        await web.microseconds(app, method, path, body, 20)
        rounds = [await web.microseconds(app, method, path, body, count) for _ in range(10)]
        figures[f"{method} {path}"] = min(rounds)
    return figures


if __name__ == "__main__":
    print(json.dumps(asyncio.run(measure(int(sys.argv[1])))))
