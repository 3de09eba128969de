"""Swagger UI and ReDoc from files that are installed with the package: no other host is contacted.

The files are those of `fastapi-offline`, which follows the releases of `swagger-ui-dist` (Apache 2.0) and `redoc`
(MIT). Their licences, and those of what they contain, are in `docs_licenses` and served beside them.
"""

from functools import cache
from html import escape
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastapi.openapi.docs import get_redoc_html, get_swagger_ui_html, get_swagger_ui_oauth2_redirect_html
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

if TYPE_CHECKING:
    from fast_api.fastapi_bridge.application import Type_Safe_FastAPI


FILES_PATH = "/docs-files"

_FOLDER = Path(str(files("fastapi_offline"))) / "static"

# ReDoc's bundle shows a logo from its maker's host, without a setting against it; an empty picture takes its place.
_REDOC_LOGO = b"https://cdn.redoc.ly/redoc/logo-mini.svg"
_NO_LOGO = b"data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=="

# The browser loads nothing else, even if a later bundle asks for it.
_HEADERS = {
    "content-security-policy": (
        "default-src 'self'; script-src 'self' 'unsafe-inline' blob:; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; worker-src 'self' blob:; font-src 'self' data:; connect-src 'self'"
    )
}


def add_offline_docs(app: "Type_Safe_FastAPI") -> None:
    """Swagger UI at `app.docs_url`, ReDoc at `app.redoc_url`, and the files that they need, below `/docs-files`.

    None for a page that is not wanted; without an OpenAPI document there is nothing to show.
    """
    if not app.openapi_url or not (app.docs_url or app.redoc_url):
        return
    oauth2_redirect_url = app.swagger_ui_oauth2_redirect_url

    async def swagger_ui(request: Request) -> HTMLResponse:
        root = request.scope.get("root_path", "").rstrip("/")
        page = get_swagger_ui_html(
            openapi_url=f"{root}{app.openapi_url}",
            title=escape(f"{app.title} - Swagger UI"),
            oauth2_redirect_url=root + oauth2_redirect_url if oauth2_redirect_url else None,
            init_oauth=app.swagger_ui_init_oauth,
            swagger_js_url=f"{root}{FILES_PATH}/swagger-ui-bundle.js",
            swagger_css_url=f"{root}{FILES_PATH}/swagger-ui.css",
            swagger_favicon_url=f"{root}{FILES_PATH}/favicon.png",
            swagger_ui_parameters={"validatorUrl": None, **(app.swagger_ui_parameters or {})},
        )
        page.headers.update(_HEADERS)
        return page

    async def redoc(request: Request) -> HTMLResponse:
        root = request.scope.get("root_path", "").rstrip("/")
        page = get_redoc_html(
            openapi_url=f"{root}{app.openapi_url}",
            title=escape(f"{app.title} - ReDoc"),
            redoc_js_url=f"{root}{FILES_PATH}/redoc.standalone.js",
            redoc_favicon_url=f"{root}{FILES_PATH}/favicon.png",
            with_google_fonts=False,
        )
        page.headers.update(_HEADERS)
        return page

    async def redoc_bundle(request: Request) -> Response:
        return Response(_redoc_bundle(), media_type="text/javascript", headers={"cache-control": "max-age=3600"})

    async def oauth2_redirect(request: Request) -> HTMLResponse:
        return get_swagger_ui_oauth2_redirect_html()

    pages: dict[Any, Any] = {
        app.docs_url: swagger_ui,
        app.redoc_url: redoc,
        f"{FILES_PATH}/redoc.standalone.js": redoc_bundle,
    }
    if app.docs_url and oauth2_redirect_url:
        pages[oauth2_redirect_url] = oauth2_redirect
    for path, page in pages.items():
        if path:
            app.default_routes.add(Route(path, page, include_in_schema=False))
    app.default_routes.add(
        Mount(
            FILES_PATH,
            StaticFiles(directory=_FOLDER, packages=[("fast_api.builtin", "docs_licenses")]),
            name="docs-files",
        )
    )


@cache
def _redoc_bundle() -> bytes:
    return (_FOLDER / "redoc.standalone.js").read_bytes().replace(_REDOC_LOGO, _NO_LOGO)
