"""`Fast_API__Routes`: routes that belong together, under one prefix and one tag."""

from collections.abc import Sequence
from enum import Enum
from typing import Any, Self

from fastapi import APIRouter
from osbot_utils.type_safe.Type_Safe import Type_Safe

from fast_api.application import Application
from fast_api.endpoints import Type_Safe_Route, Type_Safe_Router, type_safe_route_class
from fast_api.paths import Function, path_of_function
from fast_api.paths import parse_function_name as path_of_function_name
from fast_api.route_methods import Route_Methods


class Fast_API__Routes(Route_Methods, Type_Safe):
    """Base class of a group of routes: override `setup_routes` and add the group with `Fast_API.add_routes`.

    `prefix` comes from `tag` when it is not given; no prefix without either. What is added to `router` directly is
    included under the same prefix and tag after `setup_routes`. Everything else that `router` says (dependencies,
    responses, callbacks, `route_class`, lifespan, ...) holds for all routes of the group.
    """

    router: APIRouter = None  # type: ignore[assignment]  # __init__ makes it
    app: Application = None  # type: ignore[assignment]  # given by Fast_API.add_routes
    prefix: str = ""
    tag: str = ""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.prefix = _normal_prefix(self.prefix or self.tag)
        if self.router is None:
            self.router = Type_Safe_Router()

    def add_route(self, function: Function, methods: Sequence[str], **options: Any) -> Self:
        polymorphic = options.pop("polymorphic_responses", None)
        route_class = type_safe_route_class(self.router.route_class)
        count = len(self.router.routes)
        # The group's router makes the route, so that all it says is in it; the application then takes it over.
        self.router.add_api_route(
            path_of_function(function), function, methods=list(methods), route_class_override=route_class, **options
        )
        made = self.router.routes[count:]
        del self.router.routes[count:]
        for route in made:
            if polymorphic is not None and isinstance(route, Type_Safe_Route):
                route.polymorphic_responses = polymorphic
        self.app.take_routes(made, self.router, self.prefix, self._tags())
        return self

    def _tags(self) -> list[str | Enum]:
        return [self.tag] if self.tag else []

    def parse_function_name(self, function_name: str) -> str:
        return path_of_function_name(function_name)

    def setup_routes(self) -> None:
        """Where a subclass adds its routes."""

    def setup(self) -> Self:
        """Calls `setup_routes` and includes what was added to `router`; `Fast_API.add_routes` calls this."""
        self.setup_routes()
        self.app.add_router(self.router, self.prefix, self._tags())
        return self


def _normal_prefix(prefix: str) -> str:
    words = prefix.strip().strip("/").replace(" ", "-")
    return f"/{words}" if words else ""
