"""The route of a request, and what its path holds where the route has parameters with secret names."""

import re
from collections.abc import Callable, Sequence
from typing import Any

from fastapi.routing import iter_route_contexts
from starlette.routing import Mount, WebSocketRoute
from starlette.types import Scope

from fast_api.fastapi_bridge.internals import effective_route, get_route_path

WEBSOCKET = "WEBSOCKET"  # where others have their method


def route_template(scope: Scope) -> str | None:
    """The path of the route as it was declared, below its mounts and routers; None when no route was found."""
    route = effective_route(scope)
    if route is None:
        return None
    if route is not scope["route"]:
        route = getattr(route, "starlette_route", None) or route
    path: str | None = getattr(route, "path_format", None) or getattr(route, "path", None)
    root = scope.get("root_path", "").rstrip("/")
    return path if path is None or not root else _root_template(root, scope, route) + path


def _root_template(root: str, scope: Scope, route: Any) -> str:
    """The root as it was declared too: its parameters are those that the route itself does not have."""
    own = getattr(route, "param_convertors", {})
    for name, value in scope.get("path_params", {}).items():
        if name not in own:
            head, found, tail = f"{root}/".rpartition(f"/{value}/")
            root = f"{head}/{{{name}}}/{tail}".rstrip("/") if found else root
    return root


def secrets_in_path(app: Any, path: str, method: str, is_secret: Callable[[str], bool]) -> list[str]:
    """The values in `path`, as they stand there, of the parameters with secret names that its route has, or would have.

    Routing itself may not come as far (a refused key, a preflight, a slash too many), and converts the values.
    """
    return _secrets_in_path(getattr(app, "routes", ()), path, method, is_secret) or []


def _secrets_in_path(
    routes: Sequence[Any], path: str, method: str, is_secret: Callable[[str], bool]
) -> list[str] | None:
    """None where no route has this path."""
    for tried in (path, path.rstrip("/") if path.endswith("/") else f"{path}/"):  # Starlette redirects to the other
        found = None
        for route in iter_route_contexts(routes):
            original, pattern = route.original_route, getattr(route, "path_regex", None)
            is_other = not isinstance(original, Mount) and isinstance(original, WebSocketRoute) != (method == WEBSOCKET)
            match = None if pattern is None or is_other else pattern.match(tried)
            if match is None:
                continue
            parameters = match.groupdict()
            inner = f"/{parameters.popitem()[1]}" if isinstance(original, Mount) else ""  # the rest is the last group
            values = [value for name, value in parameters.items() if value and is_secret(name)]
            if isinstance(original, Mount):
                return values + (_secrets_in_path(original.routes, inner, method, is_secret) or [])
            if method in (getattr(route, "methods", None) or (method,)):
                return values
            found = values if found is None else found
        if found is not None:
            return found
    return _rests_of_path(routes, path, is_secret) or None


def _rests_of_path(routes: Sequence[Any], path: str, is_secret: Callable[[str], bool]) -> list[str]:
    """The values in a path that no route has, at the places where a route has a parameter with a secret name.

    Such a path may hold a secret all the same, with a slash in it or something after it.
    """
    found = []
    for route in iter_route_contexts(routes):
        template = route.path_format or ""
        if not path.startswith(template.partition("{")[0]):
            continue
        name = next((name for name in re.findall(r"{(\w+)}", template) if is_secret(name)), None)
        if name is not None:
            before = re.sub(r"\\{\w+\\}", "[^/]+", re.escape(template.partition(f"{{{name}}}")[0]))
            match = re.match(f"{before}(.+)", path, re.DOTALL)
            if match is not None:
                found.append(match[1])
    return found


def path_in_app(scope: Scope) -> str:
    return get_route_path(scope) if scope.get("root_path") else scope["path"]
