"""A pytest plugin for FastAPI's own tests: `fastapi.FastAPI` makes the application of a `Fast_API`.

`FAST_API_SUITE_WAY` says how the routes of the tests come in: `plain` leaves FastAPI as it is, `decorators` takes
FastAPI's own decorators on the application of a `Fast_API`, and `add_route` hands what they decorate to
`Fast_API.add_route`. The outcome of each test goes into the JSON file that `FAST_API_SUITE_OUTCOMES` names.
"""

import functools
import json
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import fastapi
import pytest
from starlette.middleware import Middleware
from starlette.types import ASGIApp

from fast_api import Fast_API, route_path  # before `fastapi.FastAPI` is another
from fast_api.middlewares.api_key import API_Key_Check

WAY = os.environ["FAST_API_SUITE_WAY"]
_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")
_REAL = fastapi.FastAPI


class Everything:
    def __contains__(self, path: object) -> bool:
        return True


class Open_Key_Check(API_Key_Check):
    def __init__(self, app: ASGIApp) -> None:
        super().__init__(app)
        self.public_paths = Everything()  # type: ignore[assignment]  # even paths that are no paths


class Service(Fast_API):
    """A service with every middleware of the package; the check of the key lets all requests pass."""

    def pipeline(self) -> list[Middleware]:
        return [*super().pipeline(), Middleware(Open_Key_Check)]

    def setup_offline_docs(self) -> None:
        """Adds FastAPI's own pages, which load their scripts from another host, as its tests have it."""
        _REAL.setup(self.app())


class _Stand_In(type):
    def __call__(cls, **options: Any) -> fastapi.FastAPI:
        return make_application(options)

    def __getattr__(cls, name: str) -> Any:
        return getattr(_REAL, name)

    def __instancecheck__(cls, instance: Any) -> bool:
        return isinstance(instance, _REAL)


def make_application(options: dict[str, Any]) -> Any:
    """The application of a `Fast_API` with the whole pipeline, without default routes, and with FastAPI's own pages."""
    # FastAPI's name, where a test gives none: the class's own name is in the documents here.
    api = Service(default_routes=False, events_page="off", **{"title": "FastAPI", "telemetry": {}, **options})
    app = api.setup().app()
    if WAY == "add_route":
        hand_over(app, api)
    return app


def hand_over(app: Any, api: Any) -> None:
    """Lets the decorators of `app` register through `api.add_route`."""

    def api_route(path: str, *, methods: Any = None, **options: Any) -> Callable[[Any], Any]:
        def decorate(function: Any) -> Any:
            add_api_route(path, function, methods=methods, **options)
            return function

        return decorate

    def add_api_route(path: str, endpoint: Any, *, methods: Any = None, **options: Any) -> None:
        methods = ["GET"] if methods is None else methods
        try:
            at_path = route_path(path)(endpoint)
        except AttributeError:  # a bound method, say: the same registration, by its other name
            app.add_function(path, endpoint, methods, **options)
        else:
            api.add_route(at_path, methods, **options)

    app.api_route = api_route
    app.add_api_route = add_api_route
    for method in _METHODS:
        setattr(app, method, functools.partial(_with_method, api_route, method.upper()))


def _with_method(api_route: Any, method: str, path: str, **options: Any) -> Any:
    return api_route(path, methods=[method], **options)


if WAY != "plain":
    fastapi.FastAPI = _Stand_In("FastAPI", (), {})  # type: ignore[misc]


# The outcome of each test

outcomes: dict[str, dict[str, str]] = {}


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    known = outcomes.get(report.nodeid, {"outcome": "passed"})
    if report.failed:
        outcomes[report.nodeid] = {"outcome": "failed", "why": str(report.longrepr)}
    elif report.skipped:
        outcomes[report.nodeid] = {"outcome": "skipped"}
    else:
        outcomes[report.nodeid] = known


def pytest_collectreport(report: pytest.CollectReport) -> None:
    if report.failed:
        outcomes[report.nodeid] = {"outcome": "failed", "why": str(report.longrepr)}


def pytest_sessionfinish(session: pytest.Session) -> None:
    if not hasattr(session.config, "workerinput"):
        Path(os.environ["FAST_API_SUITE_OUTCOMES"]).write_text(json.dumps(outcomes, indent=1))
