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
from fast_api.http_events.context import current_request
from fast_api.redaction.names import SECRET_NAMES
from fast_api.redaction.redactor import Redactor
from fast_api.redaction.secrets import secrets_of_request
from fast_api.redaction.text import redacted
from fast_api.security.api_key import ENV_VAR__VALUE
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
    assert seen == [event.http_event_request.path] == [f"/child/reset/{redacted(PLANTED['path'])}"]


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
    assert event.http_event_request.path == path.format(redacted(secret), redacted(f"{secret}-2"))


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
    assert one.http_event_request.path == path.split("{")[0] + redacted("planted-path/more")
    assert other.http_event_request.path == "/nothing/of/the/kind"


def test_a_short_secret_in_a_path_leaves_the_rest_of_the_path() -> None:
    fast_api = Fast_API().setup().add_route_get(reset__token)
    fast_api.client().get("/reset/e")
    (event,) = fast_api.http_events.requests_data.values()
    assert event.http_event_request.path == f"/reset/{redacted('e')}"


def test_equal_values_can_be_told_equal() -> None:
    assert redacted("one") == redacted("one") != redacted("two")
    assert re.fullmatch(r"cleaned \(3, [0-9a-f]{12}\)", redacted("one"))


def test_the_hash_is_of_no_use_without_the_key_of_the_process() -> None:
    import hashlib

    assert hashlib.sha256(b"one").hexdigest()[:12] not in redacted("one")


def test_the_pattern_can_be_configured() -> None:
    fast_api = Fast_API(http_events=Fast_API__Http_Events(secret_names="badge")).setup()
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
        Fast_API__Http_Events(secret_names=pattern)
    events = Fast_API__Http_Events()
    with pytest.raises(re.error):
        events.secret_names = pattern
    assert events.secret_names == Fast_API__Http_Events().secret_names


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
    clean = Redactor().text(text)
    assert secret not in clean
    assert Redactor().text(clean) == clean


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
    assert "abcdef" not in str(Redactor(api_key_name="x-service-key").headers([(name, value)]))


def test_what_is_no_secret_in_a_challenge_stays() -> None:
    challenge = 'Bearer realm="orders"'
    assert Redactor().text(challenge) == challenge


def test_a_secret_of_the_request_is_found_in_other_spellings() -> None:
    basic = base64.b64encode("alice:päss/wörd 1".encode())
    secrets = secrets_of_request([(b"authorization", b"Basic " + basic)], b"token=one%2Ftwo%20three", Redactor())
    shown = Redactor().text(
        f"{quote('päss/wörd 1')} {json.dumps('päss/wörd 1')} päss/wörd 1 one/two three one%2Ftwo%20three", secrets
    )
    assert re.sub(r"cleaned \(\d+, [0-9a-f]{12}\)", "*", shown) == '* "*" * * *'


@pytest.mark.parametrize("text", ["session started", "GET /orders?page=2", "no secrets here", "a: b", "12:30:01"])
def test_ordinary_text_stays(text: str) -> None:
    assert Redactor().text(text) == text


@given(
    st.from_regex(r"[A-Za-z0-9._-]{8,40}", fullmatch=True),
    st.sampled_from(["token", "X-Secret", "PASSWORD", "api-key"]),
)
def test_a_named_value_never_survives(value: str, name: str) -> None:
    """Law: whatever the value, neither text, query nor header shows it."""
    redactor = Redactor()
    for shown in (
        redactor.text(f"a {name}={value} b"),
        redactor.text(json.dumps({name: value})),
        redactor.text(repr({name: value})),
        redactor.query(f"q=1&{name}={value}".encode()),
        str(redactor.headers([(name.lower().encode(), value.encode())])),
    ):
        assert value not in re.sub(r"cleaned \(\d+, [0-9a-f]{12}\)", "", shown).replace(name, "")


def test_long_text_is_cleaned_in_linear_time() -> None:
    import time

    redactor = Redactor()
    started = time.process_time()
    for text in (
        "a" * 200_000,
        "token" * 40_000,
        "token=" * 40_000,
        'token="' * 30_000,
        "session " * 30_000,
        "token=[\n" * 20_000,
    ):
        redactor.text(text)
    assert time.process_time() - started < 5


SECRET_WORDS = (
    "password", "passwd", "passwd1", "pwd", "mysql_pwd", "passphrase", "auth", "x-auth", "X_AUTH", "auth_user",
    "credentials", "aws-credentials", "private_key", "privateKey", "access_key", "accessKey", "AWSAccessKeyId",
    "signature", "X-Amz-Signature", "X-Amz-Credential", "X-Amz-Security-Token", "jwt", "cf-access-jwt-assertion",
    "otp", "otp_code", "totp", "client_secret", "api_key", "apikey", "X-Api-Key", "x-functions-key",
    "Ocp-Apim-Subscription-Key", "x-master-key", "signing-key", "encryption_key", "csrftoken", "X-CSRF-Token",
    "XSRF-TOKEN", "PHPSESSID", "JSESSIONID", "connect.sid", "sid", "sessionid", "sig", "db_pass", "pass", "secret",
    "token", "refresh_token", "id_token", "x-hub-signature-256", "client_assertion", "SAMLResponse", "code_verifier",
    "auth_code", "oauth_verifier", "dsn", "cvv", "mfa", "connection_string", "webhook-key", "ssn",
)  # fmt: skip
# Headers reach us in lower case; in these names only a capital shows where a word begins or ends.
CAPITAL_WORDS = (
    "dbPass", "dbPASS", "DBPass", "SMTPPass", "DbPass2", "dbPass_1", "passHash", "userAuth", "userAuth2", "authHeader",
    "myDsn", "sentryDSN", "loginOtp", "otpValue", "connectSid", "requestSig", "cardCvv", "cvvCode", "totpCode",
)  # fmt: skip
ORDINARY_WORDS = (
    "key", "keys", "keyword", "keyboard", "sort_key", "primary_key", "foreign-key", "public_key", "partition_key",
    "idempotency-key", "cache-key", "monkey", "turkey", "author", "authors", "authority", "authored", "passenger",
    "passengers", "compass", "bypass", "passed", "passport_no", "classpath", "side", "sigma", "signal", "design",
    "page", "limit", "code", "zip_code", "status_code", "country_code", "message", "host", "origin", "accept",
    "user-agent", "referer", "x-forwarded-for", "x-request-id", "traceparent", "if-none-match", "etag",
    "content-type", "sec-websocket-key", "sec-fetch-site", "x-real-ip", "address", "assertion", "asid", "signed",
    "basket",
)  # fmt: skip


@pytest.mark.parametrize("name", SECRET_WORDS)
def test_names_of_secrets(name: str) -> None:
    redactor = Redactor()
    value = "pLanted.value1"
    for shown in (
        redactor.query(f"a=1&{name}={value}&b=2".encode()),
        str(redactor.headers([(name.encode(), value.encode())])),
        redactor.text(f"got {name}={value} from"),
        redactor.text(json.dumps({"a": 1, name: value})),
        redactor.text(f"https://a.example/?{quote(name)}={value}"),
    ):
        assert value not in shown


@pytest.mark.parametrize("name", CAPITAL_WORDS)
def test_names_of_secrets_with_capitals(name: str) -> None:
    redactor = Redactor()
    value = "pLanted.value1"
    for shown in (
        redactor.query(f"a=1&{name}={value}&b=2".encode()),
        redactor.query(f"next=%2Fx%3F{name}%3D{value}&b=2".encode()),
        redactor.text(f"got {name}={value} from"),
        redactor.text(f"token=abc {name}={value}, sessionId={value} and {name}: {value} from"),
        redactor.text(json.dumps({"a": 1, name: value})),
        redactor.text(f"/x%3f{name}%3d{value}"),
        redactor.text(f"run --{name} {value}"),
    ):
        assert value not in shown


@pytest.mark.parametrize(
    "name",
    ["Author", "authorId", "Authority", "newPassenger", "Passport", "hasPassed", "bySide", "Signal", "Design"],
)
def test_names_of_no_secrets_with_capitals(name: str) -> None:
    redactor = Redactor()
    assert redactor.query(f"a=1&{name}=value1".encode()) == f"a=1&{name}=value1"
    assert redactor.text(f"got {name}=value1 from") == f"got {name}=value1 from"


def test_names_with_capitals_are_those_of_the_default_pattern() -> None:
    assert Redactor("mine").query(b"dbPass=a&mine=b").startswith("dbPass=a&mine=cleaned (")
    assert Redactor(f"{SECRET_NAMES}|mine").text("dbPass=a1 mine=b1").count("cleaned (") == 2


def test_what_was_found_to_be_harmless_is_cleaned_where_it_is_encoded() -> None:
    """A path is shown as it came, and may say something else once it is decoded."""
    events = Fast_API(default_routes=False).setup()
    client = events.client()
    for path in ("/%2574oken=hunter2xx/a", "/a%2574oken%253Dhunter2xx"):
        for _ in range(2):
            client.get(path)
    shown = [event.http_event_request.path for event in events.http_events.requests_data.values()]
    assert len(shown) == 4
    assert not any("hunter2xx" in path for path in shown)


@pytest.mark.parametrize("name", ORDINARY_WORDS)
def test_names_of_no_secrets(name: str) -> None:
    redactor = Redactor()
    assert redactor.query(f"a=1&{name}=value1&b=2".encode()) == f"a=1&{name}=value1&b=2"
    assert redactor.headers([(name.encode(), b"value1")]) == {name: "value1"}
    assert redactor.text(f"got {name}=value1 from") == f"got {name}=value1 from"


JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.c2lnbmF0dXJl"


@pytest.mark.parametrize(
    "value",
    [
        JWT,
        "eyJhbGciOiJkaXIifQ.eyJhYmNkZWZn.iv.text.tag",
        "ghp_0123456789abcdefABCDEF0123456789abcd",
        "AKIAIOSFODNN7EXAMPLE",
        "AIzaSyA0123456789abcdefghijklmnopqrstuv",
        "xoxb-0123456789-abcdefghij",
        "sk_live_0123456789abcdef",
    ],
)
def test_values_that_look_like_tokens(value: str) -> None:
    redactor = Redactor()
    for shown in (
        redactor.query(f"q=1&next={value}".encode()),
        redactor.query(f"next=%2Fx%3Fv%3D{value}".encode()),
        str(redactor.headers([(b"x-amzn-oidc-data", value.encode())])),
        redactor.text(f"got {value}, and left"),
        redactor.text(f"/orders/{value}"),
    ):
        assert value not in shown
        assert value.split(".")[-1] not in shown


def test_what_is_hidden_on_ordinary_requests() -> None:
    """Nothing, of all that a browser, a proxy, a health check and a shop send without a secret."""
    redactor = Redactor()
    headers = {
        "host": "shop.example:8443",
        "user-agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0",
        "accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
        "accept-language": "en-GB,en;q=0.7",
        "referer": "https://shop.example/authors/ada?sort_key=price&page=2",
        "sec-ch-ua": '"Chromium";v="126", "Not.A/Brand";v="24"',
        "if-none-match": 'W/"6f1ed002ab5595859014ebf0951522d9"',
        "traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "x-forwarded-for": "203.0.113.7, 10.0.0.1",
        "x-request-id": "7b0c1a3e-9d0f-4f6e-8f0b-1d2c3b4a5968",
        "forwarded": "for=192.0.2.60;proto=http;by=203.0.113.43",
        "content-type": "multipart/form-data; boundary=----WebKitFormBoundary7MA4YWxkTrZu0gW",
        "idempotency-key": "8e03978e-40d5-43e8-bc93-6894a57f9324",
        "via": "1.1 4bb1e51d.cloudfront.net (CloudFront)",
    }
    assert redactor.headers((name.encode(), value.encode()) for name, value in headers.items()) == headers
    for query in (
        "page=2&size=50&sort_key=price&order=desc&q=the+author%27s+keyboard",
        "key=orders%2F2026%2F11%2Freport.csv&prefix=a/b&keys=1,2,3",
        "from=2026-01-01T00%3A00%3A00Z&to=2026-02-01&status_code=200&passenger=3",
        "lat=51.5&lon=-0.12&zip_code=EC1A&utm_source=mail&gclid=Cj0KCQiA",
    ):
        assert redactor.query(query.encode()) == query
    for text in (
        "GET /authors/7?page=2 200 in 12 ms",
        "3 passed, 1 failed: AssertionError: 3 != 4",
        "KeyError: 'price'",
        "cache key orders:7 missed; author: Ada; passengers: 3",
        "connected to https://api.example:8443/v1 in 0.2 s",
    ):
        assert redactor.text(text) == text


def wherever(word: str, request: Request) -> Response:
    response = Response("ok", headers={"x-echo": request.headers.get("x-other", ""), "location": f"/x/{word}"})
    response.set_cookie("session", "new-session-77")
    return response


@pytest.mark.parametrize("with_key", [True, False])
def test_what_is_secret_in_a_request_is_found_everywhere_in_it(api_key: str, with_key: bool) -> None:
    fast_api = Fast_API(enable_api_key=True).setup()
    fast_api.app().get("/w/{word:path}")(wherever)
    bearer, cookie, basic = "opaque-bearer-1234", "c00kie-value-5678", "pass/w0rd-9"
    planted = [bearer, cookie, basic, api_key, "query-value-4321"]
    client = fast_api.client()
    for value in planted:
        for long in ("", "x" * 1000):
            headers = {
                "authorization": f"Bearer {bearer}",
                "proxy-authorization": "Basic " + base64.b64encode(f"ada:{basic}".encode()).decode(),
                "cookie": f"theme={cookie}; lang=english",
                "x-other": f"{long} a {value} b",
                "referer": f"https://a.example/{quote(value, safe='')}",
                **({KEY_NAME: api_key} if with_key else {}),
            }
            path = f"/w/{long}{value}/english"
            client.get(path, params={"state": value, "otp": "query-value-4321", "q": f"%{value}"}, headers=headers)
            event = list(fast_api.http_events.requests_data.values())[-1]
            shown = str(event.json())
            for secret in planted:
                assert secret not in shown, (value, long)
                assert quote(secret, safe="") not in shown, (value, long)
            assert long or "english" in shown


def test_a_secret_at_the_cut_of_a_long_value_is_not_shown_in_part(api_key: str) -> None:
    fast_api = Fast_API(enable_api_key=True).setup()
    for size in range(1024 - len(api_key), 1024):
        filling = "x" * size
        fast_api.client().get(f"/{filling[:-1]}{api_key}?{filling}{api_key}", headers={"a": f"{filling}{api_key}"})
        (*_, event) = fast_api.http_events.requests_data.values()
        assert api_key[:6] not in str(event.json())
    token = "token-" * 800
    fast_api.client().get("/nothing", headers={"authorization": f"Bearer {token}", "a": f"b {token}"})
    (*_, event) = fast_api.http_events.requests_data.values()
    assert "token-token" not in str(event.json())


def test_headers_that_were_seen_before_hide_the_api_key_as_at_first(api_key: str) -> None:
    """Headers that hold no secret are remembered: a remembered one must not let the key of another place through."""

    def echo(request: Request) -> Response:
        return Response(headers={"x-echo": request.headers["x-sent"], "x-plain": "plain"})

    fast_api = Fast_API(enable_api_key=True).add_route_get(echo).setup()
    client = fast_api.client(headers={KEY_NAME: api_key})
    for sent in ("plain", "plain", f"with {api_key}", f"with {api_key}", "plain", api_key, api_key):
        assert client.get("/echo", headers={"x-sent": sent}).headers["x-echo"] == sent
    events = list(fast_api.http_events.requests_data.values())
    assert api_key not in json.dumps([event.json() for event in events])
    hidden = events[0].http_event_request.headers[KEY_NAME]
    assert re.fullmatch(rf"cleaned \({len(api_key)}, \w+\)", hidden)
    for event, shown in zip(events, ["plain", "plain", *[f"with {hidden}"] * 2, "plain", hidden, hidden], strict=True):
        assert event.http_event_request.headers[KEY_NAME] == hidden
        assert event.http_event_request.headers["x-sent"] == shown
        assert event.http_event_response.headers["x-echo"] == shown
        assert event.http_event_response.headers["x-plain"] == "plain"


def test_a_key_that_was_rotated_is_hidden_in_late_log_lines(api_key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A task that a request started may log what it knows when the request has ended."""
    requests: list[Any] = []

    def start(request: Request) -> Response:
        requests.append(current_request.get())
        return Response()

    fast_api = Fast_API(enable_api_key=True).add_route_get(start).setup()
    for _ in range(2):
        monkeypatch.setenv(ENV_VAR__VALUE, api_key)
        assert fast_api.client(headers={KEY_NAME: api_key}).get("/start").status_code == 200
        monkeypatch.setenv(ENV_VAR__VALUE, "another-key-0123456789")
        text = requests.pop().clean(f"called with {api_key}, not another-key-0123456789")
        assert re.fullmatch(r"called with cleaned \(.*\), not cleaned \(.*\)", text)
