"""Error responses: 422 in FastAPI's shape, and a 500 that shows the request id alone."""

import json
import traceback
from typing import Any

from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response


class Safe_JSON_Response(JSONResponse):
    """JSON of anything that a client may have sent: NaN and infinities as null, lone surrogates escaped.

    The plain JSONResponse raises for both, which would turn a 422 that echoes them into a 500.
    """

    def render(self, content: Any) -> bytes:
        try:
            return super().render(content)
        except ValueError:  # UnicodeEncodeError is one
            finite = json.loads(json.dumps(content), parse_constant=lambda name: None)
            return json.dumps(finite, separators=(",", ":")).encode("ascii")


async def request_validation_error(request: Request, error: Exception) -> Response:
    """422 in FastAPI's shape; FastAPI's own handler cannot echo every input (see `Safe_JSON_Response`)."""
    assert isinstance(error, RequestValidationError)
    try:
        detail = jsonable_encoder(error.errors())
    except ValueError:  # an exception that a constructor or a validator raised may carry what has no JSON
        detail = jsonable_encoder(error.errors(), custom_encoder={Exception: lambda error: {}})
    return Safe_JSON_Response({"detail": detail}, status_code=422)


def server_error_response(request_id: str, error: Exception, debug: bool) -> Response:
    """500 with the request id; the exception's text and trace only with `debug`."""
    content: dict[str, Any] = {"detail": "Internal Server Error", "request_id": request_id}
    if debug:
        content["detail"] = f"{type(error).__name__}: {_text_of(error)}"
        content["traceback"] = traceback.format_exception(error)
    return Safe_JSON_Response(content, status_code=500)


def _text_of(error: Exception) -> str:
    try:
        return str(error)
    except Exception:
        return "an exception without a text"
