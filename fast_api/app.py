"""`Fast_API`: one object that makes, configures and runs a FastAPI application that speaks Type_Safe."""

import copy
import threading
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, List, Optional, Self  # noqa: UP035  # Type_Safe fields are declared with typing's names

from fastapi import FastAPI
from osbot_utils.type_safe.primitives.domains.identifiers.Random_Guid import Random_Guid
from osbot_utils.type_safe.Type_Safe import Type_Safe
from osbot_utils.utils.Objects import serialize_to_dict
from starlette.staticfiles import StaticFiles
from starlette.types import Receive, Scope, Send

from fast_api.builtin.auth import SET_COOKIE_PATH, add_auth_routes
from fast_api.builtin.config import add_config_routes, add_root_route
from fast_api.builtin.docs import add_offline_docs
from fast_api.builtin.events_page.routes import add_events_page, page_is_served
from fast_api.builtin.health import HEALTH_PATH, READY_PATH
from fast_api.extra import missing_extra
from fast_api.fastapi_bridge.application import Type_Safe_FastAPI
from fast_api.fastapi_bridge.arguments import (
    FASTAPI_ARGUMENTS,
    WITHOUT_TELEMETRY,
    check_max_body_size,
    fastapi_arguments,
    unknown_arguments,
)
from fast_api.fastapi_bridge.listing import Listed_Routes, Routes_Of_Service
from fast_api.http_events.http_events import Fast_API__Http_Events
from fast_api.middlewares.pipeline import READ_AT_SETUP, Pipeline
from fast_api.middlewares.settled_list import too_late
from fast_api.original_names import Original_Names, settings_of
from fast_api.paths import Function, path_of_function
from fast_api.routes import Fast_API__Routes, Route_Methods
from fast_api.running.serve import ACCESS_LOGS, has_access_log, run
from fast_api.security.documentation import document_api_key
from fast_api.telemetry import flush_telemetry, telemetry_problem

if TYPE_CHECKING:
    from starlette.testclient import TestClient

_APP = "__application__"
_DONE = "__done__"
_FAILED = "__failed__"
_OPTIONS = "__options__"
_READY = "__ready__"
_STATE = frozenset({_APP, _DONE, _FAILED, _OPTIONS, _READY})

_setting_up = threading.RLock()


class Fast_API(Original_Names, Pipeline, Route_Methods, Type_Safe):
    """A FastAPI application with the middleware pipeline, default routes and offline documentation.

    Attributes:
        name, version, description: of the service, for OpenAPI and `/config/info`; without a name it is that of the
            class. FastAPI's `title` wins over it in the OpenAPI document.
        base_path: where `mount(parent)` mounts this application; its own routes carry no prefix.
        enable_cors: every origin without credentials, or the `cors_origins` with credentials.
        enable_api_key: refuse requests without the key of the environment; see `fast_api.api_key`.
        public_paths: what needs no key: exact paths, or all below one that ends in `/*`.
        secure_cookie: set the cookie of `/auth/set-cookie` for https only, also where a proxy speaks http to us.
        default_routes: `/` and `/config/...`; the documentation goes by FastAPI's `docs_url` and `redoc_url`.
        polymorphic_responses: the runtime type of a returned value says which fields go out, not the declared type.
        propagate_errors: what no handler caught is answered with a 500 and then raised again, for the server to log,
            for a test client to raise, and for what watches exceptions; off for a trace in this package's log only.
        debug: 500 responses show the exception and its trace.
        trust_request_id: take a `fast-api-request-id` over from the request.
        max_body_size: bytes of any request body; None for 10 MB of those that are read into memory whole.
        http_events: what happened to the requests.
        events_page: serve them: empty for behind the API key only, `open` for everybody on the same origin and without
            a way to delete them, `off` for nobody.
        events_path: where.
        degraded_is_ready: whether `/config/ready` answers 200 while a store or an exporter is degraded.
        telemetry: spans and metrics by OpenTelemetry, for the receiver that its environment variables name. A dict of
            FastAPI's settings leaves them to FastAPI, uncleaned.
        server_id: a fresh id of this instance.

    Every other argument of FastAPI's constructor is taken as a keyword and handed on (`lifespan`, `dependencies`,
    `docs_url`, ...). `config` is an object or a dict with any of these. Raises TypeError for a keyword that neither
    has.
    """

    name: str = ""
    version: str = "0.1.0"
    description: str = ""
    base_path: str = "/"
    enable_cors: bool = False
    cors_origins: List[str]  # noqa: UP006
    enable_api_key: bool = False
    public_paths: List[str]  # noqa: UP006
    secure_cookie: bool = False
    default_routes: bool = True
    polymorphic_responses: bool = False
    propagate_errors: bool = True
    debug: bool = False
    trust_request_id: bool = False
    max_body_size: Optional[int] = None  # noqa: UP045  # Type_Safe refuses values for `int | None`
    http_events: Fast_API__Http_Events
    events_page: str = ""
    events_path: str = "/events"
    telemetry: bool = False
    degraded_is_ready: bool = True
    server_id: Random_Guid

    if TYPE_CHECKING:  # FastAPI's keywords and those of fields of subclasses come on top

        def __init__(
            self,
            *,
            name: str = "",
            version: str = "0.1.0",
            description: str = "",
            base_path: str = "/",
            enable_cors: bool = False,
            cors_origins: Sequence[str] = (),
            enable_api_key: bool = False,
            public_paths: Sequence[str] = (),
            secure_cookie: bool = False,
            default_routes: bool = True,
            polymorphic_responses: bool = False,
            propagate_errors: bool = True,
            debug: bool = False,
            trust_request_id: bool = False,
            max_body_size: int | None = None,
            http_events: Fast_API__Http_Events = ...,
            events_page: str = "",
            events_path: str = "/events",
            telemetry: bool | dict[str, Any] = False,
            degraded_is_ready: bool = True,
            server_id: str = ...,
            config: Any = None,
            **options: Any,
        ) -> None: ...

    else:

        def __init__(self, **kwargs):
            self._initialize(kwargs)

    def _initialize(self, kwargs: dict[str, Any]) -> None:
        fields = type(self).__cls_kwargs__()
        config = kwargs.pop("config", None)
        if config is None and self.__config_class__:
            config = self.__config_class__[0]()
        if config is not None:
            kwargs = {**settings_of(config), **kwargs}
        options = fastapi_arguments(kwargs, fields)
        if unknown := [name for name in kwargs if name not in fields]:
            raise TypeError(unknown_arguments(type(self), unknown, fields))
        check_max_body_size(kwargs.get("max_body_size"))  # before Type_Safe takes `True` or "5" for a number
        setattr(self, _OPTIONS, options)
        super().__init__(**kwargs)
        self.name = self.name or options.get("title") or type(self).__name__
        self.base_path = "/" + self.base_path.strip("/")
        self.events_path = "/" + self.events_path.strip("/")

    def __setattr__(self, name: str, value: Any) -> None:
        # Names with two underscores hold the state of this object: neither fields nor part of its JSON.
        if name in _STATE:
            object.__setattr__(self, name, value)
            return
        app: Type_Safe_FastAPI | None = self.__dict__.get(_APP) if name in READ_AT_SETUP else None
        if app is not None and app.pipeline_end is not None:
            if value != getattr(self, name):
                raise too_late(name)
            return
        super().__setattr__(name, value)

    def __getattr__(self, name: str) -> Any:
        # Called for what is not found otherwise.
        hint = f"; FastAPI's is `app().{name}`" if not name.startswith("_") and hasattr(FastAPI, name) else ""
        message = f"{type(self).__name__!r} object has no attribute {name!r}{hint}"
        raise AttributeError(message, name=name, obj=self)

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        """A service with the same settings, an id of its own, and not set up yet."""
        twin = object.__new__(type(self))
        memo[id(self)] = twin
        state = {name: value for name, value in self.__dict__.items() if name not in _STATE and name != "server_id"}
        twin.__dict__.update(copy.deepcopy(state, memo))
        twin.__dict__.update({_OPTIONS: dict(self.__dict__[_OPTIONS]), "server_id": Random_Guid()})
        return twin

    # the application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers as an ASGI application, set up at the first call where `setup()` was not called before."""
        app = self.__dict__.get(_READY)
        if app is None:
            try:
                app = self.setup().app()
            except Exception:
                # Without this a server takes it for an application without a lifespan, and goes on.
                if scope["type"] == "lifespan":
                    await receive()
                    await send({"type": "lifespan.startup.failed", "message": traceback.format_exc()})
                raise
        await app(scope, receive, send)

    def json(self) -> Any:
        """The fields as JSON; osbot-utils would take an object that can be called for a function."""
        return {name: serialize_to_dict(value) for name, value in vars(self).items() if not name.startswith("__")}

    def app(self) -> Type_Safe_FastAPI:
        """The FastAPI application, made at the first call."""
        with _setting_up:
            app: Type_Safe_FastAPI | None = self.__dict__.get(_APP)
            if app is None:
                app = Type_Safe_FastAPI(**self.app_kwargs(), polymorphic_responses=self.polymorphic_responses)
                app.before_start = self._setup_middlewares_once
                app.extend_openapi = self._complete_openapi
                app.lifecycle.at_end.append(self.http_events.close)
                self.__dict__.update({_APP: app, _DONE: set()})
            return app

    def _fastapi_arguments(self) -> dict[str, Any]:
        """FastAPI's arguments: the fields that are some, those that a subclass has declared, and the keywords."""
        declared = (type(self).__cls_kwargs__().keys() & FASTAPI_ARGUMENTS) - {"debug", "max_body_size", "telemetry"}
        return {
            "title": self.name,
            **WITHOUT_TELEMETRY,
            **{name: getattr(self, name) for name in declared},
            **self.__dict__[_OPTIONS],
        }

    def setup(self) -> Self:
        """Adds middlewares and routes, once; more routes may follow. Raises again what it raised before."""
        app = self.app()
        with _setting_up:
            self.http_events.access_log = has_access_log(self.http_events.access_log)
            self._setup_middlewares_once()
            done = self.__dict__[_DONE]
            if (error := self.__dict__.get(_FAILED)) is not None:
                raise error
            if "routes" not in done:
                done.add("routes")
                try:
                    self._add_routes()
                except Exception as error:
                    setattr(self, _FAILED, error)
                    raise
                setattr(self, _READY, app)
        return self

    def _add_routes(self) -> None:
        if self.default_routes:
            self.setup_default_routes()
        self.setup_offline_docs()
        if self.default_routes or self.enable_api_key:
            add_auth_routes(self)
        if page_is_served(self):
            add_events_page(self)
        self.setup_static_routes()
        self.setup_static_routes_docs()
        self.setup_routes()

    def client(self, **kwargs: Any) -> "TestClient":
        """Starlette's TestClient for the application; takes its arguments."""
        from starlette.testclient import TestClient

        return TestClient(self.app(), **kwargs)

    # middlewares

    def _public_paths(self) -> list[str]:
        health = [HEALTH_PATH, READY_PATH] if self.default_routes else []
        return [*self.public_paths, SET_COOKIE_PATH, *health]

    def _setup_middlewares_once(self) -> None:
        # Also called when the first request comes: an application that nobody set up must not be without its key check.
        with _setting_up:  # a thread that came second would go on without it
            done = self.__dict__[_DONE]
            if "middlewares" not in done:
                self.add_global_exception_handlers()
                self.setup_middlewares()
                done.add("middlewares")
                if self.telemetry:
                    self.app().lifecycle.at_end.append(flush_telemetry)

    # routes

    def setup_routes(self) -> None:
        """Adds the routes of a service; for subclasses."""

    def setup_default_routes(self) -> None:
        """Adds `/` and `/config/...`."""
        self.setup_add_root_route()
        add_config_routes(self)

    def setup_add_root_route(self) -> None:
        """Adds `/`, which leads to the documentation."""
        add_root_route(self)

    def setup_offline_docs(self) -> None:
        """Adds the documentation, at the `docs_url` and the `redoc_url` of the application."""
        add_offline_docs(self.app())

    def readiness_checks(self) -> dict[str, str]:
        """Returns what `/config/ready` reports, by name: an empty text where all is well, else the problem.

        Its words may be public. A subclass adds its own checks to `super().readiness_checks()`; they must be quick.
        """
        checks = {"event_store": self.http_events.problem()}
        if self.telemetry:
            checks["telemetry"] = telemetry_problem()
        return checks

    def setup_static_routes(self) -> None:
        """Serves the folder that `path_static_folder` names at `/static`."""
        folder = self.path_static_folder()
        if folder:
            self.app().mount_static("/static", StaticFiles(directory=folder), name="static")

    def path_static_folder(self) -> Path | str | None:
        """The folder that is served at `/static`; None, the default, or an empty text for none."""
        return None

    def add_route(self, function: Function, methods: Sequence[str], **options: Any) -> Self:
        """Registers `function` at the path of its name, its `@route_path` or `path`. Raises RouteError."""
        path = options.pop("path", None) or path_of_function(function)
        self.app().add_function(path, function, methods, **options)
        return self

    def add_routes(self, class_routes: type[Fast_API__Routes], **kwargs: Any) -> Self:
        """Adds a group of routes; `kwargs` are the fields of its class. Raises RouteError, TypeError."""
        if not (isinstance(class_routes, type) and hasattr(class_routes, "setup_routes")):
            raise TypeError(f"add_routes() takes a class derived from Fast_API__Routes, found {class_routes!r}")
        class_routes(app=self.app(), **kwargs).setup()
        return self

    if TYPE_CHECKING:

        @property
        def routes(self) -> Listed_Routes:
            """`routes()` lists the routes as `{"path", "methods", "name"}`; by itself it holds the routes."""

        @property
        def config(self) -> Self:
            """The settings: the service itself, under the name that they have in osbot-fast-api."""
    else:
        config = Routes_Of_Service(lambda service: service)
        routes = Routes_Of_Service(lambda service: Listed_Routes(service.app(), service.default_routes))

    def routes_paths(self, include_default: bool = False, expand_mounts: bool = True) -> list[str]:
        """The full paths of the routes, sorted, each once; default ones and those inside of mounts where they are asked
        for."""
        return sorted({route["path"] for route in self.routes(include_default, expand_mounts)})

    # other applications

    def mount(self, parent: Any) -> Self:
        """Mounts this application in `parent` (a FastAPI or Starlette application, or a Fast_API) at `base_path`."""
        parent_app = parent.app() if isinstance(parent, Fast_API) else parent
        parent_app.mount(self.base_path, self.app())
        if isinstance(parent_app, Type_Safe_FastAPI):
            parent_app.lifecycle.at_end.append(self.app().lifecycle.end)
        return self

    def mount_fast_api(self, cls: "type[Fast_API]", **config: Any) -> "Fast_API":
        """Sets a new `cls(**config)` up, mounts it here at its `base_path`, and returns it."""
        return cls(**config).setup().mount(self)

    def add_wsgi_app(self, path: str, app: Callable[..., Any]) -> Self:
        """Serves a WSGI application (Flask, Django) below `path`, through `a2wsgi`."""
        try:
            from a2wsgi import WSGIMiddleware
        except ModuleNotFoundError as error:
            raise missing_extra("add_wsgi_app", error) from None

        self.app().mount(path, WSGIMiddleware(app))  # type: ignore[arg-type]  # narrower types for the same ASGI
        return self

    # running

    def serve(self, host: str = "127.0.0.1", port: int = 8000, access_log: str = "", **options: Any) -> None:
        """Serves with uvicorn until it is stopped; `options` are uvicorn's.

        `access_log` is `uvicorn`, `json` (of the events) or `none`; empty for `json` where the events have it switched
        on, else `uvicorn`. Raises ValueError for another one.
        """
        if access_log not in ("", *ACCESS_LOGS):
            raise ValueError(f"access_log is one of {', '.join(ACCESS_LOGS)}, found {access_log!r}")
        if access_log:
            self.http_events.access_log = access_log == "json"
        access_log = "json" if self.http_events.access_log else access_log or "uvicorn"
        run(self.setup().app(), host=host, port=port, access_log=access_log, **options)

    def lambda_handler(self, **options: Any) -> Callable[[Any, Any], Any]:
        """The handler for AWS Lambda, through Mangum; `options` are Mangum's."""
        from fast_api.running.aws_lambda import lambda_handler

        return lambda_handler(self.setup().app(), **options)

    def _complete_openapi(self, document: dict[str, Any]) -> None:
        if self.enable_api_key:
            document_api_key(document, public_paths=self._public_paths())
