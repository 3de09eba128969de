"""`/auth/set-cookie`: a page on which a person enters the API key once, for the browser to send from then on."""

from typing import Annotated, Any

from fastapi import Body
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response

from fast_api.api_key import NOT_CONFIGURED, WRONG, api_key_from_environment, encode_cookie
from fast_api.service import Service

SET_COOKIE_PATH = "/auth/set-cookie"

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


def add_auth_routes(fast_api: Service) -> None:
    """GET: the page. POST `{"key"}`: sets the cookie, 401 for a wrong key. DELETE: clears it."""
    app = fast_api.app()

    async def auth_page() -> HTMLResponse:
        """A page to enter the key on."""
        policy = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; connect-src 'self'"
        return HTMLResponse(_PAGE, headers={"content-security-policy": f"{policy}; frame-ancestors 'none'"})

    async def set_auth_cookie(request: Request, key: Annotated[str, Body(embed=True)]) -> Response:
        """Sets the API key as a cookie that scripts cannot read and other sites cannot send."""
        api_key = api_key_from_environment()
        if not api_key.configured:
            return JSONResponse({"detail": NOT_CONFIGURED}, status_code=401)
        if not api_key.accepts(key.strip().encode("utf-8", "surrogatepass")):
            return JSONResponse({"detail": WRONG}, status_code=401)
        response = JSONResponse({"detail": "Cookie set"})
        response.set_cookie(api_key.name, encode_cookie(key.strip()), **_attributes(request))
        return response

    async def clear_auth_cookie(request: Request) -> Response:
        """Clears the cookie."""
        response = JSONResponse({"detail": "Cookie cleared"})
        if name := api_key_from_environment().name:
            response.delete_cookie(name, **_attributes(request))
        return response

    options: dict[str, Any] = {"tags": ["auth"], "is_default": True, "include_in_schema": fast_api.enable_api_key}
    answers: Any = {401: {"model": dict[str, str], "description": "API key missing or wrong"}}
    app.add_function(SET_COOKIE_PATH, auth_page, ["GET"], response_class=HTMLResponse, **options)
    app.add_function(SET_COOKIE_PATH, set_auth_cookie, ["POST"], responses=answers, **options)
    app.add_function(SET_COOKIE_PATH, clear_auth_cookie, ["DELETE"], **options)


def _attributes(request: Request) -> dict[str, Any]:
    secure = request.url.scheme == "https"
    return {"path": "/", "httponly": True, "samesite": "strict", "secure": secure}
