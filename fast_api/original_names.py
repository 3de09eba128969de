"""The names that services written for osbot-fast-api use of their application, with the meaning that they have there.

`docs/migrating-from-osbot-fast-api.md` lists what differs on purpose.
"""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Self

from fast_api.fastapi_bridge.listing import Listed_Routes
from type_safe_convert.types.lazy_annotations import own_annotations

if TYPE_CHECKING:
    from fast_api.fastapi_bridge.application import Type_Safe_FastAPI


def settings_of(config: Any) -> dict[str, Any]:
    """The settings in a config object or dict of the original, as keywords of `Fast_API`; None is no setting.

    Raises TypeError for one that asks for what there is not.
    """
    fields = dict(config) if isinstance(config, Mapping) else vars(config)
    settings = {name: value for name, value in fields.items() if value is not None and not name.startswith("__")}
    if settings.pop("add_admin_ui", False):
        raise TypeError("there is no admin UI: leave `add_admin_ui` out")
    if not settings.pop("docs_offline", True):
        settings.update(docs_url=None, redoc_url=None)
    return settings


# Nothing calls these here: an override would be silently without effect.
_NOT_CALLED = {
    "app_router": "app().router",
    "config__no_api_key": "enable_api_key=False",
    "config__no_default_routes": "default_routes=False",
    "config__no_docs_offline": "docs_url=None, redoc_url=None",
    "fast_api_utils": "routes() and routes_paths()",
    "route_helper": "add_route",
    "user_middlewares": "app().user_middleware",
    "version__fast_api_server": "version",
}


class Original_Names:
    """Mixin of `Fast_API`: `config`, the hooks of the set-up, and listings. A subclass that overrides a method of the
    original that nothing calls here is a TypeError."""

    __config_class__: ClassVar[list[Callable[[], Any]]] = []

    if TYPE_CHECKING:  # at run time these would be fields

        def _fastapi_arguments(self) -> dict[str, Any]: ...
        def app(self) -> "Type_Safe_FastAPI": ...
        def routes_paths(self, include_default: bool, expand_mounts: bool) -> list[str]: ...
        def add_wsgi_app(self, path: str, app: Callable[..., Any]) -> Self: ...

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        for name in _NOT_CALLED.keys() & cls.__dict__.keys():
            raise TypeError(f"{cls.__name__}.{name}: nothing calls it here; there is {_NOT_CALLED[name]} instead")
        annotations = own_annotations(cls)
        if "config" in annotations:
            # The class of the settings of a service; they become the fields of the service, which is its own `config`.
            cls.__config_class__ = [annotations.pop("config")]
            cls.__annotations__ = annotations
            if "config" in cls.__dict__:
                delattr(cls, "config")

    # hooks: a subclass overrides them; the default ones do what there is without them

    def app_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        """The arguments of FastAPI's constructor."""
        return {**self._fastapi_arguments(), **kwargs}

    def add_global_exception_handlers(self) -> None:
        """Adds exception handlers, before the middlewares and the routes; there is nothing to add by default."""

    def setup_static_routes_docs(self) -> None:
        """Adds the files of the documentation, which `setup_offline_docs` has added already."""

    # listings

    def routes_paths_all(self) -> list[str]:
        """The full paths of all routes, default ones and those of mounted applications included."""
        return self.routes_paths(include_default=True, expand_mounts=True)

    def routes_methods(self) -> list[str]:
        """The names of the functions behind the routes, sorted, each once."""
        return sorted({route["name"] for route in Listed_Routes(self.app(), default_routes=False)()})

    def open_api_json(self) -> dict[str, Any]:
        """The OpenAPI document."""
        return self.app().openapi()

    def route_remove(self, path: str) -> bool:
        """Removes the routes at `path`, whatever their methods; returns whether there was one."""
        return self.app().remove_routes(path)

    def add_flask_app(self, path: str, flask_app: Callable[..., Any]) -> Self:
        """Serves a Flask application below `path`."""
        return self.add_wsgi_app(path, flask_app)
