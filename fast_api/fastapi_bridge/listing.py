"""The routes of an application, as they are and as a table for people."""

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, overload

from fastapi.routing import iter_route_contexts
from starlette.routing import BaseRoute, Mount

if TYPE_CHECKING:
    from fast_api.fastapi_bridge.application import Type_Safe_FastAPI


class Listed_Routes(Sequence[BaseRoute]):
    """The routes of an application; when it is called, the table.

    An application that is mounted must have its routes in `routes`, for Starlette to look into.
    """

    def __init__(self, app: "Type_Safe_FastAPI", default_routes: bool) -> None:
        self.app = app
        self.default_routes = default_routes

    def __call__(self, include_default: bool = False, expand_mounts: bool = True) -> list[dict[str, Any]]:
        """The routes as `{"path", "methods", "name"}`, sorted by path.

        With `include_default` those of the package too, without the OpenAPI document, a default route that a route of
        the user takes the place of, and the documentation of an application without `default_routes`. Without
        `expand_mounts` a mounted application is one entry.
        """
        routes = self._shown() if include_default else users_routes(self.app)
        found = [
            {"path": path, "methods": sorted(methods), "name": name}
            for path, methods, name in routes_of(routes, expand_mounts, include_default)
        ]
        return sorted(found, key=lambda route: (route["path"], route["methods"]))

    def _shown(self) -> list[BaseRoute]:
        app, defaults = self.app, self.app.default_routes
        left_out = {
            id(route)
            for route in defaults.routes()
            if not self.default_routes or defaults.is_shadowed(route) or getattr(route, "path", "") == app.openapi_url
        }
        return [route for route in app.routes if id(route) not in left_out]

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


def users_routes(app: Any) -> list[BaseRoute]:
    """The routes of an application without the default ones of this package."""
    own: Callable[[], list[BaseRoute]] | None = getattr(app, "users_routes", None)
    return [*getattr(app, "routes", ())] if own is None else own()


def routes_of(
    routes: Sequence[Any], expand_mounts: bool = True, include_default: bool = True, prefix: str = ""
) -> list[tuple[str, set[str], str]]:
    """The path, the methods and the name of every route, those of mounted applications with their whole path."""
    found: list[tuple[str, set[str], str]] = []
    for route in iter_route_contexts(routes):
        original = route.original_route
        path = prefix + (route.path or "")
        if isinstance(original, Mount):
            below = getattr(original.app, "routes", ()) if include_default else users_routes(original.app)
            inner = routes_of(below, expand_mounts, include_default, path) if expand_mounts else []
            found += inner or [(path, set(), route.name or "")]
        else:
            found.append((path, set(route.methods or ()), route.name or ""))
    return found
