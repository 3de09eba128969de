"""No secret is stored, logged, shown or exported."""

import base64
import io
import json
import logging
import pickle
import re
from typing import Any
from urllib.parse import quote

import pytest
from fastapi import APIRouter, FastAPI
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request
from starlette.responses import Response

from fast_api import Fast_API
from fast_api.http_events import Correlation_Formatter, Fast_API__Http_Events, logs
from fast_api.http_events.cleaning import Cleaner, cleaned, secrets_of_request
from type_safe_convert import convert

from .conftest import KEY_NAME

PLANTED = {
    "cookie": "planted-cookie-1111",
    "cookie session": "planted-cookie-2222",
    "authorization": "planted.bearer.3333",
    "proxy": "cGxhbnRlZC1wcm94eTQ0NDQ=",
    "token header": "planted-header-5555",
    "query": "planted-query-6666",
    "encoded query": "planted%2Fquery%2F7777",
    "nested query": "planted-nested-8888",
    "referer": "planted-referer-9999",
    "path": "planted-path-aaaa",
    "set-cookie": "planted-answer-bbbb",
    "response header": "planted-answer-cccc",
    "log pair": "planted-log-dddd",
    "log json": "planted-log-eeee",
    "exception": "planted-exception-ffff",
}


def reset__token(token: str, request: Request) -> Response:
    log = logging.getLogger("service")
    log.warning("password=%s for %s", PLANTED["log pair"], json.dumps({"api_key": PLANTED["log json"], "n": 1}))
    log.warning("headers were %s", dict(request.headers))
    log.warning("raw headers were %s", request.scope["headers"])
    log.warning("bare values: %s", " ".join(PLANTED[name] for name in ("authorization", "cookie session", "query")))
    log.warning("asked for %s, url %s", token, request.url)
    response = Response("ok")
    response.set_cookie("theme", PLANTED["set-cookie"])
    response.headers["x-next-token"] = PLANTED["response header"]
    return response


async def boom() -> None:
    raise ValueError(f"refused: secret={PLANTED['exception']}")


def test_planted_secrets_are_found_nowhere(api_key: str, caplog: pytest.LogCaptureFixture) -> None:
    seen: list[Any] = []
    logs.install()
    printed = io.StringIO()
    printing = logging.StreamHandler(printed)
    printing.setFormatter(Correlation_Formatter())
    logging.getLogger().addHandler(printing)
    events = Fast_API__Http_Events(
        callback_on_request=lambda event: seen.append(json.dumps(event.json(), default=str)),
        callback_on_response=lambda response, event: seen.append(json.dumps(event.json(), default=str)),
        trace_calls="all",
    )
    fast_api = Fast_API(enable_api_key=True, http_events=events).setup()
    fast_api.add_route_get(reset__token).add_route_get(boom)
    client = fast_api.client(raise_server_exceptions=False)
    headers = {
        KEY_NAME: api_key,
        "cookie": f"theme={PLANTED['cookie']}; session={PLANTED['cookie session']}",
        "authorization": f"Bearer {PLANTED['authorization']}",
        "proxy-authorization": f"Basic {PLANTED['proxy']}",
        "x-csrf-token": PLANTED["token header"],
        "referer": f"https://site.example/?password={PLANTED['referer']}",
    }
    query = (
        f"token={PLANTED['query']}&API_KEY={PLANTED['encoded query']}&next=%2Fx%3Fsession%3D{PLANTED['nested query']}"
    )
    try:
        assert client.get(f"/reset/{PLANTED['path']}?{query}", headers=headers).status_code == 200
        assert client.get("/boom", headers=headers).status_code == 500
        assert client.get(f"/reset/{PLANTED['path']}", headers={KEY_NAME: "wrong-key-planted"}).status_code == 401
        key = {KEY_NAME: api_key}
        exported = [client.get(f"/events/api/{path}", headers=key).text for path in ("events", "statistics", "stream")]
        exported += [
            client.get(f"/events/api/events/{event_id}", headers=key).text for event_id in events.requests_data
        ]
    finally:
        logging.getLogger().removeHandler(printing)
    stored = [json.dumps(e.json(), default=str) for e in events.requests_data.values()]
    pickled = pickle.dumps([convert(e, "dataclass") for e in events.requests_data.values()]).decode("latin-1")
    own_logs = [record.getMessage() for record in caplog.records if record.name.startswith(("fast_api", "uvicorn"))]
    assert len(stored) == 3
    everything = "\n".join([*stored, pickled, *exported, *seen, printed.getvalue(), *own_logs])
    for name, secret in {**PLANTED, "api key": api_key, "wrong api key": "wrong-key-planted"}.items():
        assert secret not in everything, name
        assert secret.replace("%2F", "/") not in everything, name
    assert "cleaned (" in everything
    assert "failed, request" in printed.getvalue()
    assert "ValueError: refused" in "".join(stored)


def test_a_secret_in_the_path_of_a_mounted_route_is_cleaned_before_routing(api_key: str) -> None:
    seen: list[str] = []
    events = Fast_API__Http_Events(callback_on_request=lambda event: seen.append(event.http_event_request.path))
    parent = Fast_API(enable_api_key=True, http_events=events).setup()
    child = Fast_API(base_path="/child").setup().add_route_get(reset__token)
    child.mount(parent.app())
    parent.client().get(f"/child/reset/{PLANTED['path']}")
    (event,) = events.requests_data.values()
    assert seen == [event.http_event_request.path] == [f"/child/reset/{cleaned(PLANTED['path'])}"]


@pytest.mark.parametrize("path", ["/reset/{}", "/reset/{}/", "/included/{}", "/mounted/{}/inner/{}", "/pin/{}"])
@pytest.mark.parametrize(
    ("method", "with_key"), [("GET", True), ("GET", False), ("PUT", True), ("PUT", False), ("OPTIONS", False)]
)
def test_a_secret_in_a_path_is_cleaned_however_the_request_ends(
    api_key: str, path: str, method: str, with_key: bool
) -> None:
    """Answered, redirected, refused, of another method, or a preflight: the route that it would have had decides."""
    router, inner = APIRouter(), FastAPI()

    def by_token(token: str) -> str:
        return token

    router.get("/included/{token}")(by_token)
    inner.get("/inner/{token}")(by_token)
    seen: list[str] = []
    events = Fast_API__Http_Events(
        callback_on_request=lambda event: seen.append(str(event.json())),
        callback_on_response=lambda response, event: seen.append(str(event.json())),
    )
    fast_api = Fast_API(enable_api_key=True, enable_cors=True, http_events=events).setup().add_route_get(reset__token)
    fast_api.app().include_router(router)
    fast_api.app().get("/pin/{token:int}")(by_token)
    fast_api.app().mount("/mounted/{session_id}", inner)
    secret = "0012345678" if path.startswith("/pin") else "planted-path"
    headers = (
        {KEY_NAME: api_key} if with_key else {"origin": "https://a.example", "access-control-request-method": "GET"}
    )
    fast_api.client(follow_redirects=False, raise_server_exceptions=False).request(
        method, path.format(secret, f"{secret}-2"), headers={**headers, "referer": path.format(secret, "x")}
    )
    (event,) = events.requests_data.values()
    assert len(seen) == 2
    for shown in (*seen, str(event.json())):
        assert secret not in shown
    assert event.http_event_request.path == path.format(cleaned(secret), cleaned(f"{secret}-2"))


@pytest.mark.parametrize("path", ["/reset/{}%2Fmore", "/reset/{}/more", "/mounted/inner/{}/more"])
def test_a_secret_in_a_path_that_no_route_has_is_cleaned(path: str) -> None:
    inner = FastAPI()
    inner.get("/inner/{token}")(lambda token: token)
    fast_api = Fast_API().setup().add_route_get(reset__token)
    fast_api.app().mount("/mounted", inner)
    client = fast_api.client()
    assert client.get(path.format("planted-path")).status_code == 404
    assert client.get("/nothing/of/the/kind").status_code == 404
    one, other = fast_api.http_events.requests_data.values()
    assert one.http_event_request.path == path.split("{")[0] + cleaned("planted-path/more")
    assert other.http_event_request.path == "/nothing/of/the/kind"


def test_a_short_secret_in_a_path_leaves_the_rest_of_the_path() -> None:
    fast_api = Fast_API().setup().add_route_get(reset__token)
    fast_api.client().get("/reset/e")
    (event,) = fast_api.http_events.requests_data.values()
    assert event.http_event_request.path == f"/reset/{cleaned('e')}"


def test_equal_values_can_be_told_equal() -> None:
    assert cleaned("one") == cleaned("one") != cleaned("two")
    assert re.fullmatch(r"cleaned \(3, [0-9a-f]{12}\)", cleaned("one"))


def test_the_hash_is_of_no_use_without_the_key_of_the_process() -> None:
    import hashlib

    assert hashlib.sha256(b"one").hexdigest()[:12] not in cleaned("one")


def test_the_pattern_can_be_configured() -> None:
    fast_api = Fast_API(http_events=Fast_API__Http_Events(clean_pattern="badge")).setup()
    fast_api.client().get("/config/status?badge=aaaa&token=bbbb", headers={"x-badge": "cccc", "cookie": "dddd=eeee"})
    (event,) = fast_api.http_events.requests_data.values()
    text = str(event.json())
    assert "aaaa" not in text
    assert "cccc" not in text
    assert "eeee" not in text
    assert "bbbb" in text


@pytest.mark.parametrize("pattern", ["(", "(?i)badge"])
def test_a_pattern_that_cannot_be_used_is_refused_at_once(pattern: str) -> None:
    with pytest.raises(re.error):
        Fast_API__Http_Events(clean_pattern=pattern)
    events = Fast_API__Http_Events()
    with pytest.raises(re.error):
        events.clean_pattern = pattern
    assert events.clean_pattern == Fast_API__Http_Events().clean_pattern


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ('{"password": "hun\\"ter2"}', "ter2"),
        ("{'api-key': 'abcdef'}", "abcdef"),
        ("(b'authorization', b'Bearer abcdef')", "abcdef"),
        ("Cookie: a=abcdef; b=ghijkl", "ghijkl"),
        ("https://user:abcdef@host/", "abcdef"),
        ("got Bearer abcdefgh", "abcdefgh"),
        ("access_token%3Dabcdef", "abcdef"),
        ("user[password]=abcdef&token[]=ghijkl", "abcdef"),
        ("user[password]=abcdef&token[]=ghijkl", "ghijkl"),
        ("https://site.example/?page=%20&%74oken=abcdef#top", "abcdef"),
        ("next=https%253A%252F%252Fsite.example%252F%253F%2574oken%253Dabcdef", "abcdef"),
        ("{'token': ['abc]def', 'ghijkl']}", "ghijkl"),
        ('{"session": {"id": "abcdef", "of": {"name": "ghijkl"}}}', "ghijkl"),
        ("[('tokens', ['abcdef', 'ghijkl'])]", "ghijkl"),
        ("<password>abcdef</password>", "abcdef"),
        ("'password' => 'abcdef'", "abcdef"),
        ("run --password abcdef", "abcdef"),
        ("password: u'abcdef'", "abcdef"),
        ("password=bytearray(b'abcdef')", "abcdef"),
        ("password='it''s abcdef'", "abcdef"),
        ("cut off: {'password': 'abcdef", "abcdef"),
        ("\x1b[36mpassword\x1b[0m=\x1b[35mabcdef\x1b[0m", "abcdef"),
        ("token        =        abcdef", "abcdef"),
        ("password\uff1aabcdef", "abcdef"),  # a full-width colon
        (json.dumps(json.dumps(json.dumps({"password": "abcdef"}))), "abcdef"),
        ("https://abcdef@host/", "abcdef"),
        ("https://user:p@abcdef@host/", "abcdef"),
    ],
)
def test_forms_of_secrets_in_text(text: str, secret: str) -> None:
    clean = Cleaner().text(text)
    assert secret not in clean
    assert Cleaner().text(clean) == clean


@pytest.mark.parametrize(
    ("name", "value"),
    [
        (b"x" * 200 + b"-token", b"abcdef"),
        (b"referer", b"https://site.example/?%74oken=abcdef"),
        (b"x-original-url", b"/reset?user%5Bpassword%5D=abcdef"),
        (b"location", b"/done#access_token=abcdef"),
        (b"link", b"<https://user:abcdef@site.example/>; rel=next"),
        (b"http_x_service_key", b"abcdef"),
    ],
)
def test_secrets_in_headers(name: bytes, value: bytes) -> None:
    assert "abcdef" not in str(Cleaner(api_key_name="x-service-key").headers([(name, value)]))


def test_what_is_no_secret_in_a_challenge_stays() -> None:
    challenge = 'Bearer realm="orders"'
    assert Cleaner().text(challenge) == challenge


def test_a_secret_of_the_request_is_found_in_other_spellings() -> None:
    basic = base64.b64encode("alice:päss/wörd 1".encode())
    secrets = secrets_of_request([(b"authorization", b"Basic " + basic)], b"token=one%2Ftwo%20three", Cleaner())
    shown = Cleaner().text(
        f"{quote('päss/wörd 1')} {json.dumps('päss/wörd 1')} päss/wörd 1 one/two three one%2Ftwo%20three", secrets
    )
    assert re.sub(r"cleaned \(\d+, [0-9a-f]{12}\)", "*", shown) == '* "*" * * *'


@pytest.mark.parametrize("text", ["session started", "GET /orders?page=2", "no secrets here", "a: b", "12:30:01"])
def test_ordinary_text_stays(text: str) -> None:
    assert Cleaner().text(text) == text


@given(
    st.from_regex(r"[A-Za-z0-9._-]{8,40}", fullmatch=True),
    st.sampled_from(["token", "X-Secret", "PASSWORD", "api-key"]),
)
def test_a_named_value_never_survives(value: str, name: str) -> None:
    """Law: whatever the value, neither text, query nor header shows it."""
    cleaner = Cleaner()
    for shown in (
        cleaner.text(f"a {name}={value} b"),
        cleaner.text(json.dumps({name: value})),
        cleaner.text(repr({name: value})),
        cleaner.query(f"q=1&{name}={value}".encode()),
        str(cleaner.headers([(name.lower().encode(), value.encode())])),
    ):
        assert value not in re.sub(r"cleaned \(\d+, [0-9a-f]{12}\)", "", shown).replace(name, "")


def test_long_text_is_cleaned_in_linear_time() -> None:
    import time

    cleaner = Cleaner()
    started = time.process_time()
    for text in (
        "a" * 200_000,
        "token" * 40_000,
        "token=" * 40_000,
        'token="' * 30_000,
        "session " * 30_000,
        "token=[\n" * 20_000,
    ):
        cleaner.text(text)
    assert time.process_time() - started < 5
