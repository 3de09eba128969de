"""AWS Lambda: API Gateway (REST and HTTP), function URLs and load balancers, through Mangum."""

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import unquote

from starlette.types import ASGIApp, Receive, Scope, Send

from fast_api.extra import missing_extra


def lambda_handler(app: Any, **options: Any) -> Callable[[Any, Any], Any]:
    """`handler(event, context)` for an ASGI application; `options` are Mangum's."""
    try:
        from mangum import Mangum
    except ModuleNotFoundError as error:
        raise missing_extra("lambda_handler", error) from None

    base_path = "/" + (options.get("api_gateway_base_path") or "").strip("/")
    return Mangum(Restore_Root_Path(app, base_path), **{**options, "api_gateway_base_path": base_path})


class Restore_Root_Path:
    """Tells the application the path that it is served below, which Mangum takes away without a word.

    So redirects and the documentation's links lead to where the client reaches the application.
    """

    def __init__(self, app: ASGIApp, base_path: str) -> None:
        self.app = app
        self.base_path = base_path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            if "elb" in (scope["aws.event"].get("requestContext") or {}):
                scope["client"] = (client_of_load_balancer(scope["headers"]), 0)
            root_path = outer_path(scope["aws.event"], self.base_path)
            if root_path:
                scope["root_path"] = root_path
                scope["path"] = root_path + (scope["path"] or "/")
        await self.app(scope, receive, send)


def client_of_load_balancer(headers: Iterable[Any]) -> str:
    """The address that the load balancer saw: it appends it to what the client sent as `X-Forwarded-For`, perhaps with
    the port. Mangum takes the whole header."""
    values = [bytes(value).decode("latin-1") for name, value in headers if name == b"x-forwarded-for"]
    address = values[-1].rpartition(",")[2].strip() if values else ""
    if address.startswith("["):
        return address[1:].partition("]")[0]
    return address.partition(":")[0] if address.count(":") == 1 else address


def outer_path(event: dict[str, Any], base_path: str) -> str:
    """Returns the stage or the base path before the application's path in the client's URL, or an empty text."""
    context = event.get("requestContext") or {}
    stage = ""
    if "http" in context:  # payload 2.0: the path begins with the stage, which a domain of one's own does not show
        path = context["http"]["path"]
        own_domain = not context.get("domainName", "").endswith(".amazonaws.com")
        if own_domain and base_path == f"/{context.get('stage')}":
            return ""
    elif "httpMethod" in event and "elb" not in context:  # payload 1.0: only the context's path begins with the stage
        path = event.get("path") or "/"
        whole = context.get("path") or path
        stage = next((text.removesuffix(path) for text in (whole, f"{whole}/") if text.endswith(path)), "")
    else:
        return ""
    below_base = base_path != "/" and f"{path}/".startswith(f"{base_path}/")
    return unquote(stage + (base_path if below_base else ""))
