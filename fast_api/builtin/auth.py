"""`/auth/set-cookie`: a page on which a person enters the API key once, for the browser to send from then on."""

import json
from typing import Any

import anyio
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from fast_api.builtin.application_context import Application_Context
from fast_api.security.api_key import CHALLENGE, NOT_CONFIGURED, WRONG, api_key_from_environment, encode_cookie

SET_COOKIE_PATH = "/auth/set-cookie"

MAX_KEY = 2048  # characters
MAX_BODY = 4 * MAX_KEY  # bytes
FAILURE_SECONDS = 0.5  # that the answer to a wrong key takes
MAX_WAITING = 4  # such answers of one client at a time
MAX_WAITING_OF_ALL = 64

_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>API key</title>
<style>
:root { color-scheme: light dark; font: 1rem system-ui, sans-serif; }
body { max-width: 26rem; margin: 15vh auto; padding: 0 1rem; }
input, button { font: inherit; padding: .5rem; box-sizing: border-box; }
input { width: 100%; margin: .5rem 0 1rem; }
</style>
<h1>API key</h1>
<form id="set">
<label for="key">Key</label>
<input id="key" type="password" autocomplete="off" required autofocus>
<button>Set cookie</button> <button type="button" id="clear">Clear cookie</button>
</form>
<p role="status" id="result"></p>
<script>
const result = document.getElementById('result')
async function send(method, body) {
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(location.pathname, { method, headers, body, credentials: 'same-origin' })
  result.textContent = (await response.json()).detail
}
document.getElementById('set').addEventListener('submit', event => {
  event.preventDefault()
  send('POST', JSON.stringify({ key: document.getElementById('key').value }))
})
document.getElementById('clear').addEventListener('click', () => send('DELETE'))
</script>
</html>
"""


def add_auth_routes(fast_api: Application_Context) -> None:
    """GET: the page. POST `{"key"}`: sets the cookie, 401 for a wrong key. DELETE: clears it."""
    app = fast_api.app()

    async def auth_page() -> HTMLResponse:
        """A page to enter the key on."""
        policy = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; connect-src 'self'"
        return HTMLResponse(_PAGE, headers={"content-security-policy": f"{policy}; frame-ancestors 'none'"})

    async def set_auth_cookie(request: Request) -> Response:
        """Sets the API key as a cookie that scripts cannot read and other sites cannot send."""
        api_key = api_key_from_environment()
        key = await sent_key(request)
        client = request.client.host if request.client else ""
        if not failures.may_try(client):
            retry = {"retry-after": "1", **CHALLENGE}
            return JSONResponse({"detail": "too many wrong keys, try again later"}, status_code=429, headers=retry)
        if not api_key.configured or not api_key.accepts(key.encode("utf-8", "surrogatepass")):
            await failures.wait(client)
            return JSONResponse({"detail": WRONG if api_key.configured else NOT_CONFIGURED}, 401, CHALLENGE)
        response = JSONResponse({"detail": "Cookie set"})
        response.set_cookie(api_key.name, encode_cookie(key), **attributes(request))
        return response

    async def clear_auth_cookie(request: Request) -> Response:
        """Clears the cookie."""
        response = JSONResponse({"detail": "Cookie cleared"})
        if name := api_key_from_environment().name:
            response.delete_cookie(name, **attributes(request))
        return response

    def attributes(request: Request) -> dict[str, Any]:
        secure = fast_api.secure_cookie or request.url.scheme == "https"
        return {"path": "/", "httponly": True, "samesite": "strict", "secure": secure}

    failures = Failures()
    options: dict[str, Any] = {"tags": ["auth"], "is_default": True, "include_in_schema": fast_api.enable_api_key}
    message = {"application/json": {"schema": {"type": "object", "properties": {"detail": {"type": "string"}}}}}
    answers: Any = {
        200: {"content": message, "description": "Cookie set"},
        401: {"content": message, "description": "API key missing or wrong"},
        413: {"content": message, "description": "More than a key"},
        422: {"content": message, "description": "Not a JSON object with a key"},
        429: {"content": message, "description": "Too many wrong keys"},
    }
    schema = {"type": "object", "properties": {"key": {"type": "string", "maxLength": MAX_KEY}}, "required": ["key"]}
    body = {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}
    app.add_function(SET_COOKIE_PATH, auth_page, ["GET"], response_class=HTMLResponse, **options)
    app.add_function(SET_COOKIE_PATH, set_auth_cookie, ["POST"], responses=answers, openapi_extra=body, **options)
    app.add_function(SET_COOKIE_PATH, clear_auth_cookie, ["DELETE"], **options)


async def sent_key(request: Request) -> str:
    """The key in a body of `{"key"}`. Raises HTTPException, which repeats nothing of the body."""
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > MAX_BODY:
            raise HTTPException(413, f"the body may have {MAX_BODY} bytes")
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        found = None
    key = found.get("key") if isinstance(found, dict) else None
    if not isinstance(key, str) or len(key) > MAX_KEY:
        raise HTTPException(422, f'expected a JSON object {{"key": "..."}}, with a key of at most {MAX_KEY} characters')
    return key.strip()


class Failures:
    """Slows wrong keys down: each is answered late, and while some of a client wait, it may not try another one."""

    def __init__(self) -> None:
        self.waiting: dict[str, int] = {}

    def may_try(self, client: str) -> bool:
        return self.waiting.get(client, 0) < MAX_WAITING and sum(self.waiting.values()) < MAX_WAITING_OF_ALL

    async def wait(self, client: str) -> None:
        self.waiting[client] = self.waiting.get(client, 0) + 1
        try:
            await anyio.sleep(FAILURE_SECONDS)
        finally:
            self.waiting[client] -= 1
            if not self.waiting[client]:
                del self.waiting[client]
