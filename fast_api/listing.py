"""The routes of an application, as they are and as a table for people."""

from collections.abc import Iterator, Sequence
from typing import Any, overload

from fastapi.routing import iter_route_contexts
from starlette.routing import BaseRoute, Mount

from fast_api.application import Application


class Listed_Routes(Sequence[BaseRoute]):
    """The routes of an application; when it is called, the table.

    An application that is mounted must have its routes in `routes`, for Starlette to look into.
    """

    def __init__(self, app: Application, default_routes: bool) -> None:
        self.app = app
        self.default_routes = default_routes

    def __call__(self) -> list[dict[str, Any]]:
        """Every route as `{"path", "methods", "name"}`, those of mounted applications included, sorted by path.

        The OpenAPI document is left out, a default route that a route of the user takes the place of too, and without
        `default_routes` the documentation.
        """
        app = self.app
        left_out = {
            id(route)
            for route in app.routes_in_order.defaults()
            if not self.default_routes or app.is_shadowed(route) or getattr(route, "path", "") == app.openapi_url
        }
        found = [
            {"path": path, "methods": sorted(methods), "name": name}
            for path, methods, name in routes_of([route for route in app.routes if id(route) not in left_out])
        ]
        return sorted(found, key=lambda route: (route["path"], route["methods"]))

    def __len__(self) -> int:
        return len(self.app.routes)

    def __iter__(self) -> Iterator[BaseRoute]:
        return iter(self.app.routes)

    @overload
    def __getitem__(self, index: int) -> BaseRoute: ...
    @overload
    def __getitem__(self, index: slice) -> list[BaseRoute]: ...
    def __getitem__(self, index: Any) -> Any:
        return self.app.routes[index]


class Routes_Of_Service(classmethod):
    """A property that osbot-utils does not take for a field: functions and classmethods are none."""

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        return self if instance is None else self.__func__(instance)


def routes_of(routes: Sequence[Any], prefix: str = "") -> list[tuple[str, set[str], str]]:
    """The path, the methods and the name of every route, those of mounted applications with their whole path."""
    found: list[tuple[str, set[str], str]] = []
    for route in iter_route_contexts(routes):
        original = route.original_route
        path = prefix + (route.path or "")
        if isinstance(original, Mount):
            inner = routes_of(getattr(original.app, "routes", ()), path)
            found += inner or [(path, set(), route.name or "")]
        else:
            found.append((path, set(route.methods or ()), route.name or ""))
    return found
