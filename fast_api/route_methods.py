"""`add_route` and its family, shared by `Fast_API` and `Fast_API__Routes`."""

from collections.abc import Sequence
from typing import Any, Self

from fast_api.paths import Function, RouteError, describe
from type_safe_convert.types.names import names_for, own_annotations, resolve

_WITH_BODY = frozenset({"POST", "PUT", "PATCH", "DELETE"})
ANY_METHOD = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")


class Route_Methods:
    """Registers functions as routes; `options` are FastAPI's route options, and `polymorphic_responses`."""

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        # In a module with `from __future__ import annotations` these are strings, which Type_Safe does not read.
        annotations = own_annotations(cls)
        annotations.update(
            {name: resolve(hint, names_for(cls)) for name, hint in annotations.items() if isinstance(hint, str)}
        )
        cls.__annotations__ = annotations

    def add_route(self, function: Function, methods: Sequence[str], **options: Any) -> Self:
        """Registers `function` for `methods` at the path of its name or its `@route_path`. Raises RouteError."""
        raise NotImplementedError

    def add_route_with_body(self, function: Function, methods: Sequence[str] = ("POST",), **options: Any) -> Self:
        """As `add_route`, for methods that carry a body; RouteError for one that does not."""
        for method in methods:
            if method.upper() not in _WITH_BODY:
                raise RouteError(f"a {method.upper()} request has no body: {describe(function)}")
        return self.add_route(function, methods, **options)

    def add_route_get(self, function: Function, **options: Any) -> Self:
        return self.add_route(function, ["GET"], **options)

    def add_route_post(self, function: Function, **options: Any) -> Self:
        return self.add_route(function, ["POST"], **options)

    def add_route_put(self, function: Function, **options: Any) -> Self:
        return self.add_route(function, ["PUT"], **options)

    def add_route_patch(self, function: Function, **options: Any) -> Self:
        return self.add_route(function, ["PATCH"], **options)

    def add_route_delete(self, function: Function, **options: Any) -> Self:
        return self.add_route(function, ["DELETE"], **options)

    def add_route_any(self, function: Function, path: str | None = None, **options: Any) -> Self:
        """Registers `function` for every method, at `path` where one is given."""
        if path is not None:
            options["path"] = path
        return self.add_route(function, ANY_METHOD, **options)

    def add_routes_get(self, *functions: Function) -> Self:
        return self._add_each(functions, "GET")

    def add_routes_post(self, *functions: Function) -> Self:
        return self._add_each(functions, "POST")

    def add_routes_put(self, *functions: Function) -> Self:
        return self._add_each(functions, "PUT")

    def add_routes_patch(self, *functions: Function) -> Self:
        return self._add_each(functions, "PATCH")

    def add_routes_delete(self, *functions: Function) -> Self:
        return self._add_each(functions, "DELETE")

    def _add_each(self, functions: Sequence[Function], method: str) -> Self:
        for function in functions:
            self.add_route(function, [method])
        return self
