"""The OpenAPI document of an application, with the names of the origin classes."""

import functools
import threading
from collections.abc import Callable
from typing import Any

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from pydantic import BaseModel

from fast_api.fastapi_bridge.default_routes import Default_Routes
from fast_api.fastapi_bridge.openapi import use_source_names
from fast_api.fastapi_bridge.route import documented_models_of

_making = threading.RLock()


class Documented_FastAPI(FastAPI):
    """FastAPI whose document names the origin classes, and leaves out the default routes that a user's one shadows.

    Attributes:
        extend_openapi: completes a new OpenAPI document in place.
    """

    default_routes: Default_Routes
    extend_openapi: Callable[[dict[str, Any]], None] | None = None
    _renamed_openapi: dict[str, Any] | None = None
    _shown_in_schema: dict[int, bool]

    def __setattr__(self, name: str, value: Any) -> None:
        """A function of the user's in the place of `openapi` makes a document in the words of the source, too."""
        if name == "openapi" and callable(value):
            value = self._with_source_names(value)
        super().__setattr__(name, value)

    def _with_source_names(self, make: Callable[[], dict[str, Any]]) -> Callable[[], dict[str, Any]]:
        known: list[tuple[Any, dict[str, Any]]] = []  # the last document, and what became of it

        @functools.wraps(make)
        def openapi() -> dict[str, Any]:
            document = make()
            if not known or known[0][0] is not document:
                known[:] = [(document, use_source_names(document, self.documented_models()))]
            return known[0][1]

        return openapi

    def openapi(self) -> dict[str, Any]:
        with _making:  # whoever asks meanwhile gets the same document, and finds it completed once
            self._hide_shadowed()
            document = super().openapi()
            if document is not self._renamed_openapi:
                document = use_source_names(document, self.documented_models())
                if self.extend_openapi is not None:
                    self.extend_openapi(document)
                self._renamed_openapi = document
                self.openapi_schema: dict[str, Any] | None = document
            return document

    def _hide_shadowed(self) -> None:
        """Keeps the default routes that a route of the user takes the place of out of the document."""
        for route in self.default_routes.routes():
            shown = self._shown_in_schema.setdefault(id(route), bool(getattr(route, "include_in_schema", False)))
            if shown:
                route.include_in_schema = not self.default_routes.is_shadowed(route)  # type: ignore[attr-defined]

    def documented_models(self) -> list[type[BaseModel]]:
        """The BaseModel classes that the OpenAPI document can name."""
        known: set[type[BaseModel]] = set()
        found: list[type[BaseModel]] = []
        routes: list[Any] = list(iter_route_contexts([*self.routes, *self.webhooks.routes]))
        for route in routes:
            found.extend(documented_models_of(route, known))
            routes.extend(getattr(route, "callbacks", None) or ())
        return found
