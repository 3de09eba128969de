"""Swagger UI and ReDoc from files that are installed with the package: no other host is contacted.

The files are those of `fastapi-offline`, which follows the releases of `swagger-ui-dist` (Apache 2.0) and `redoc`
(MIT).
"""

from functools import cache
from importlib.resources import files
from pathlib import Path

from fastapi.openapi.docs import get_redoc_html, get_swagger_ui_html, get_swagger_ui_oauth2_redirect_html
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.staticfiles import StaticFiles

from fast_api.application import Application

DOCS_PATH = "/docs"
REDOC_PATH = "/redoc"
FILES_PATH = "/docs-files"
OAUTH2_REDIRECT_PATH = "/docs/oauth2-redirect"

_FOLDER = Path(str(files("fastapi_offline"))) / "static"

# ReDoc's bundle shows a logo from its maker's host, without a setting against it; an empty picture takes its place.
_REDOC_LOGO = b"https://cdn.redoc.ly/redoc/logo-mini.svg"
_NO_LOGO = b"data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw=="

# Whatever a bundle of tomorrow may want to fetch, the browser does not.
_HEADERS = {
    "content-security-policy": (
        "default-src 'self'; script-src 'self' 'unsafe-inline' blob:; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; worker-src 'self' blob:; font-src 'self' data:; connect-src 'self'"
    )
}


def add_offline_docs(app: Application) -> None:
    """`/docs`, `/redoc`, and the files that they need, below `/docs-files`."""

    async def swagger_ui(request: Request) -> HTMLResponse:
        root = request.scope.get("root_path", "").rstrip("/")
        page = get_swagger_ui_html(
            openapi_url=f"{root}{app.openapi_url}",
            title=f"{app.title} - Swagger UI",
            oauth2_redirect_url=root + OAUTH2_REDIRECT_PATH,
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
            title=f"{app.title} - ReDoc",
            redoc_js_url=f"{root}{FILES_PATH}/redoc.standalone.js",
            redoc_favicon_url=f"{root}{FILES_PATH}/favicon.png",
            with_google_fonts=False,
        )
        page.headers.update(_HEADERS)
        return page

    async def redoc_bundle() -> Response:
        return Response(_redoc_bundle(), media_type="text/javascript", headers={"cache-control": "max-age=3600"})

    async def oauth2_redirect() -> HTMLResponse:
        return get_swagger_ui_oauth2_redirect_html()

    app.add_function(DOCS_PATH, swagger_ui, ["GET"], include_in_schema=False, is_default=True)
    app.add_function(REDOC_PATH, redoc, ["GET"], include_in_schema=False, is_default=True)
    app.add_function(OAUTH2_REDIRECT_PATH, oauth2_redirect, ["GET"], include_in_schema=False, is_default=True)
    app.add_function(
        f"{FILES_PATH}/redoc.standalone.js", redoc_bundle, ["GET"], include_in_schema=False, is_default=True
    )
    app.mount(FILES_PATH, StaticFiles(directory=_FOLDER), name="docs-files")
    app.place_default()


@cache
def _redoc_bundle() -> bytes:
    return (_FOLDER / "redoc.standalone.js").read_bytes().replace(_REDOC_LOGO, _NO_LOGO)
