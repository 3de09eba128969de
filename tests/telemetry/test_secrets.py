"""No secret reaches the receiver: planted everywhere, looked for in all that it got."""

import http.client
from urllib.parse import quote

from .processes import QUICK, Process, Received, eventually, running, span_of

PLANTED = {
    "api key": "planted-key-0000",
    "cookie": "planted-cookie-1111",
    "authorization": "planted.bearer.2222",
    "header": "planted-header-3333",
    "query": "planted-query-4444",
    "encoded query": "planted/query/5555",
    "nested query": "planted-nested-6666",
    "path": "planted-path-7777",
    "user agent": "planted-agent-8888",
    "exception": "planted-exception-9999",
    "wrong key": "planted-wrong-aaaa",
}


def test_planted_secrets_do_not_reach_the_receiver(receiver: Process) -> None:
    environment = {
        "OTEL_EXPORTER_OTLP_ENDPOINT": receiver.url(),
        # Somebody wants all headers, and the old names of attributes besides the new ones.
        "OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_SERVER_REQUEST": ".*",
        "OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_SERVER_RESPONSE": ".*",
        "OTEL_SEMCONV_STABILITY_OPT_IN": "http/dup",
        "FAST_API__AUTH__API_KEY__NAME": "x-service-key",
        "FAST_API__AUTH__API_KEY__VALUE": PLANTED["api key"],
        "PLANTED_EXCEPTION": PLANTED["exception"],
        **QUICK,
    }
    headers = {
        "x_service_key": PLANTED["api key"],
        "cookie": f"theme={PLANTED['cookie']}",
        "authorization": f"Bearer {PLANTED['authorization']}",
        "x_csrf_token": PLANTED["header"],
        "user_agent": f"agent token={PLANTED['user agent']}",
        "x_plain": "seen by everybody",
    }
    nested = quote(f"/x?session={PLANTED['nested query']}", safe="")
    query = f"token={PLANTED['query']}&API_KEY={quote(PLANTED['encoded query'], safe='')}&next={nested}"
    with running("tests.telemetry.service", **environment) as service:
        answers = [
            service.get(f"/reset/{PLANTED['path']}?{query}", **headers),
            service.get(f"/boom?{query}", **headers),
            service.get(f"/inner/boom?{query}", **headers),
            service.get(f"/users/x?{query}", **headers),
            service.get(f"/reset/x?{query}", **{**headers, "x_service_key": PLANTED["wrong key"]}),
        ]
        assert [status for status, _, _ in answers] == [200, 500, 500, 422, 401]
        ids = [found["fast-api-request-id"] for _, found, _ in answers]
        spans = [span_of(receiver, event_id) for event_id in ids]
        eventually(lambda: len([s for s in Received(receiver).spans if s["scope"] == "service"]) == 2)
        eventually(lambda: bool(Received(receiver).metrics))
    received = Received(receiver)
    text = received.text
    for name, secret in PLANTED.items():
        assert secret not in text, name
        assert quote(secret, safe="") not in text, name
    assert len(spans) == 5
    # All of it was exported, not left out.
    assert spans[0]["attributes"]["url.path"].startswith("/reset/cleaned (")
    assert spans[0]["attributes"]["url.query"].startswith("token=cleaned (")
    assert spans[0]["attributes"]["http.request.header.x_plain"] == ["seen by everybody"]
    assert spans[0]["attributes"]["http.request.header.cookie"][0].startswith("cleaned (")
    assert spans[0]["attributes"]["http.response.header.x_next_token"][0].startswith("cleaned (")
    assert spans[0]["attributes"]["user.password"].startswith("cleaned (")
    assert spans[0]["status"]["message"].startswith("token=cleaned (")
    assert "http.url" in spans[0]["attributes"]
    assert "refused: secret=cleaned (" in text
    assert all(span["status"]["message"].startswith("ValueError: refused") for span in received.spans
               if span["scope"] == "service")  # fmt: skip


def test_a_secret_in_a_path_does_not_reach_the_receiver_however_the_request_ends(receiver: Process) -> None:
    """Refused, redirected, of another method, without a route, a preflight: the route it would have had decides."""
    environment = {
        "OTEL_EXPORTER_OTLP_ENDPOINT": receiver.url(),
        "OTEL_SEMCONV_STABILITY_OPT_IN": "http/dup",
        "OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_SERVER_REQUEST": ".*",
        "FAST_API__AUTH__API_KEY__NAME": "x-service-key",
        "FAST_API__AUTH__API_KEY__VALUE": "planted-key-0000",
        "PLANTED_EXCEPTION": "planted-exception",
        **QUICK,
    }
    key = {"x_service_key": "planted-key-0000"}
    long = "planted-long-" + "x" * 3000
    with running("tests.telemetry.service", **environment) as service:
        requests = [
            ("GET", "/reset/planted-path-1", {}),
            ("GET", "/reset/planted-path-2/", key),
            ("GET", "/reset/planted-path-3/more", key),
            ("PUT", "/reset/planted-path-4", key),
            ("OPTIONS", "/reset/planted-path-5", {"origin": "https://a.b", "access_control_request_method": "GET"}),
            ("GET", f"/reset/{long}", key),
            (
                "GET",
                "/none/planted-key-0000?state=planted-bearer-6",
                {**key, "authorization": "Bearer planted-bearer-6"},
            ),
        ]
        answers = [request(service, method, path, **headers) for method, path, headers in requests]
        assert [status for status, _ in answers] == [401, 307, 404, 405, 200, 200, 404]
        spans = [span_of(receiver, event_id) for _, event_id in answers]
        eventually(lambda: bool(Received(receiver).metrics))
    text = Received(receiver).text
    assert "planted" not in text
    assert all(span["attributes"]["url.path"].startswith("/reset/cleaned (") for span in spans[:-1])
    assert spans[-1]["attributes"]["url.path"].startswith("/none/cleaned (")


def request(service: Process, method: str, path: str, **headers: str) -> tuple[int, str]:
    """Status and id; redirects are not followed."""
    connection = http.client.HTTPConnection("127.0.0.1", service.port, timeout=30)
    connection.request(method, path, headers={name.replace("_", "-"): value for name, value in headers.items()})
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status, answer.headers["fast-api-request-id"]
