"""`Default_Routes`: what an application asks of its default routes, wherever they are."""

from typing import Any, Protocol

from fastapi import APIRouter
from starlette.middleware import Middleware
from starlette.routing import BaseRoute
from starlette.types import Scope


class Default_Routes(Protocol):
    """The routes that the package adds, which the user's come before, and the order of all routes."""

    def maker(self) -> APIRouter:
        """Returns a router that makes default routes, without what FastAPI was told about the user's."""

    def take_from(self, maker: APIRouter) -> None:
        """Adds the route that `maker` has just made."""

    def add(self, route: Any) -> None:
        """Adds a route or a mount of Starlette's."""

    def place_newest(self, path: str) -> None:
        """Puts the user's newest route, which is at `path`, at its place among the user's."""

    def routes(self) -> list[BaseRoute]:
        """Returns the default routes."""

    def users_routes(self) -> list[BaseRoute]:
        """Returns the routes of the user."""

    def all_routes(self) -> list[BaseRoute]:
        """Returns all routes, in FastAPI's order where they are in one router."""

    def add_frontend(self, path: str) -> None:
        """Learns the path of a frontend of the user's."""

    def is_taken_by_default(self, scope: Scope) -> bool | None:
        """Whether a default route answers this request; None where none has its path and method."""

    def is_shadowed(self, route: BaseRoute) -> bool:
        """Whether a route of the user answers all that a default route would."""

    def innermost(self) -> list[Middleware]:
        """Returns the middlewares that stand behind all others."""
