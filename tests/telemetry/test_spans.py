"""What a real receiver gets from a real server: one span a request, with its names, ids, times and metrics."""

import json
import socket
from urllib.parse import quote

import pytest

from .processes import Process, Received, attributes_of, eventually, span_of

REQUEST_ID = "fast-api-request-id"
TRACE_ID, PARENT_ID = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"


def hexadecimal(encoded: str) -> str:
    """Protobuf's JSON has bytes in Base64."""
    import base64

    return base64.b64decode(encoded).hex()


def test_the_span_follows_the_stable_conventions(receiver: Process, service: Process) -> None:
    status, headers, _ = service.get("/users/7?page=2", user_agent="browser/1")
    span = span_of(receiver, headers[REQUEST_ID])
    assert status == 200
    assert span["name"] == "GET /users/{id}"
    assert span["kind"] == "SPAN_KIND_SERVER"
    expected = {
        "http.request.method": "GET",
        "http.route": "/users/{id}",
        "url.path": "/users/7",
        "url.query": "page=2",
        "url.scheme": "http",
        "http.response.status_code": 200,
        "user_agent.original": "browser/1",
        "client.address": "127.0.0.1",
        "server.address": "127.0.0.1",
        "server.port": service.port,
        "network.protocol.version": "1.1",
        "fast_api.event_id": headers[REQUEST_ID],
    }
    assert expected.items() <= span["attributes"].items()
    assert not {"http.url", "http.method", "http.target"} & span["attributes"].keys()
    resource = attributes_of(Received(receiver).resources[0]["resource"])
    assert resource["service.name"] == "Telemetry test"


def test_a_trace_goes_in_and_out(receiver: Process, service: Process) -> None:
    """The caller's trace is the span's, and what the handler calls on belongs to the span."""
    path = f"/calls-on?url={quote(service.url('/users/3'), safe='')}"
    _, headers, body = service.get(path, traceparent=f"00-{TRACE_ID}-{PARENT_ID}-01")
    outer = span_of(receiver, headers[REQUEST_ID])
    assert hexadecimal(outer["traceId"]) == TRACE_ID
    assert hexadecimal(outer["parentSpanId"]) == PARENT_ID
    assert json.loads(body) == {"sent": f"00-{TRACE_ID}-{hexadecimal(outer['spanId'])}-01", "answer": 3}
    eventually(lambda: any(span.get("parentSpanId") == outer["spanId"] for span in Received(receiver).spans))
    (called,) = [span for span in Received(receiver).spans if span.get("parentSpanId") == outer["spanId"]]
    assert called["name"] == "GET /users/{id}"
    assert called["traceId"] == outer["traceId"]


def test_the_tags_of_the_event_are_attributes_of_the_span_and_not_of_metrics(
    receiver: Process, service: Process
) -> None:
    span = span_of(receiver, service.get("/tagged")[1][REQUEST_ID])
    tags = {name.removeprefix("fast_api.tag."): value for name, value in span["attributes"].items() if ".tag." in name}
    assert tags.pop("password").startswith("cleaned (")
    assert tags == {"tenant": "acme", "late": "1"}
    assert "fast_api.tag" not in json.dumps(Received(receiver).metrics)


def test_without_an_incoming_trace_a_new_one_begins(receiver: Process, service: Process) -> None:
    spans = [span_of(receiver, service.get("/users/1")[1][REQUEST_ID]) for _ in range(2)]
    assert spans[0]["traceId"] != spans[1]["traceId"]
    assert all("parentSpanId" not in span for span in spans)


@pytest.mark.parametrize(
    ("path", "status", "name"),
    [("/users/no-number", 422, "GET /users/{id}"), ("/nothing/here", 404, "GET"), ("/boom", 500, "GET /boom")],
)
def test_refused_requests_have_spans(receiver: Process, service: Process, path: str, status: int, name: str) -> None:
    answered, headers, _ = service.get(path)
    span = span_of(receiver, headers[REQUEST_ID])
    assert answered == status
    assert span["name"] == name
    assert span["attributes"]["http.response.status_code"] == status
    assert ("error.type" in span["attributes"]) == (status == 500)


def test_an_exception_that_no_handler_caught_is_in_the_span(receiver: Process, service: Process) -> None:
    span = span_of(receiver, service.get("/boom")[1][REQUEST_ID])
    (event,) = span["events"]
    found = attributes_of(event)
    assert span["status"]["code"] == "STATUS_CODE_ERROR"
    assert span["attributes"]["error.type"] == "ValueError"
    assert found["exception.type"] == "ValueError"
    assert found["exception.message"].startswith("refused: secret=cleaned (")
    assert "service.py" in found["exception.stacktrace"]


@pytest.mark.parametrize("path", ["/inner/users/9", "/inner/boom"])
def test_a_mounted_application_is_part_of_its_parents_span(receiver: Process, service: Process, path: str) -> None:
    _, headers, _ = service.get(path)
    span = span_of(receiver, headers[REQUEST_ID])
    template = {"/inner/users/9": "/inner/users/{id}"}.get(path, path)
    assert span["name"] == f"GET {template}"
    assert span["attributes"]["http.route"] == template
    servers = [other for other in Received(receiver).spans if other["traceId"] == span["traceId"]]
    assert [other["kind"] for other in servers if other["scope"] == "fast_api"] == ["SPAN_KIND_SERVER"]


def test_a_stream_ends_its_span_with_its_last_byte(receiver: Process, service: Process) -> None:
    _, headers, body = service.get("/ticks")
    span = span_of(receiver, headers[REQUEST_ID])
    assert body.count(b"tick") == 3
    # The three waits of the stream; the clock of a span and that of the loop need not agree to the last millisecond.
    assert int(span["endTimeUnixNano"]) - int(span["startTimeUnixNano"]) > 290e6
    assert "fast_api.outcome" not in span["attributes"]


def test_a_client_that_hangs_up_ends_its_span(receiver: Process, service: Process) -> None:
    with socket.create_connection(("127.0.0.1", service.port)) as client:
        client.sendall(b"GET /endless HTTP/1.1\r\nHost: test\r\n\r\n")
        head = client.recv(2000)
        event_id = next(line for line in head.decode().split("\r\n") if line.startswith(REQUEST_ID)).split(": ")[1]
    span = span_of(receiver, event_id)
    assert span["name"] == "GET /endless"
    assert span["attributes"]["fast_api.outcome"] == "cut off"


def test_an_exception_after_the_first_byte_is_in_the_span_once(receiver: Process, service: Process) -> None:
    with socket.create_connection(("127.0.0.1", service.port)) as client:
        client.sendall(b"GET /late HTTP/1.1\r\nHost: test\r\n\r\n")
        head = client.recv(2000)
        event_id = next(line for line in head.decode().split("\r\n") if line.startswith(REQUEST_ID)).split(": ")[1]
    span = span_of(receiver, event_id)
    assert span["attributes"]["fast_api.outcome"] == "cut off"
    assert span["attributes"]["error.type"] == "RuntimeError"
    assert [event["name"] for event in span["events"]] == ["exception"]


def test_one_span_a_request_and_none_for_its_parts(receiver: Process, service: Process) -> None:
    span = span_of(receiver, service.get("/ticks")[1][REQUEST_ID])
    assert [other["spanId"] for other in Received(receiver).spans if other["traceId"] == span["traceId"]] == [
        span["spanId"]
    ]


def test_what_watches_the_service_has_no_span(receiver: Process, service: Process) -> None:
    for path in ("/events", "/events/api/counts"):
        assert service.get(path)[0] == 200
    last = service.get("/users/5")[1][REQUEST_ID]
    span_of(receiver, last)
    assert not [span for span in Received(receiver).spans if "/events" in span["attributes"].get("url.path", "")]


def test_requests_that_the_instrumentation_cannot_decode(receiver: Process, service: Process) -> None:
    """Bytes that are no UTF-8 in the query and in headers break no request, and no batch of spans."""
    with socket.create_connection(("127.0.0.1", service.port)) as client:
        client.sendall(
            b"GET /users/4?q=\xff\xfe%ed%a0%80 HTTP/1.1\r\nHost: test\r\nUser-Agent: \xff\\\r\nTraceparent: \xff\\\r\n"
            b"Connection: close\r\n\r\n"
        )
        head = client.recv(4000).decode()
    if head.startswith("HTTP/1.1 200"):  # a parser may refuse such a request target before the application sees it
        event_id = next(line for line in head.split("\r\n") if line.startswith(REQUEST_ID)).split(": ")[1]
        assert span_of(receiver, event_id)["attributes"]["user_agent.original"] == "\xff\\"
    else:
        assert head.startswith("HTTP/1.1 400")
    _, headers, _ = service.get("/users/%ed%a0%80?q=%ff", user_agent="\xe4\xff")
    assert span_of(receiver, headers[REQUEST_ID])["attributes"]["user_agent.original"] == "\xe4\xff"


def test_metrics_have_the_route_and_the_true_size(receiver: Process, service: Process) -> None:
    for _ in range(3):
        service.get("/ticks")

    def points(name: str) -> list[dict[str, object]]:
        found = [metric for metric in Received(receiver).metrics if metric["name"] == name]
        data = [point for metric in found for point in metric.get("histogram", {}).get("dataPoints", ())]
        return [point for point in data if attributes_of(point).get("http.route") == "/ticks"]

    eventually(lambda: any(int(str(point["count"])) >= 3 for point in points("http.server.request.duration")))
    duration = points("http.server.request.duration")[-1]
    assert attributes_of(duration)["http.response.status_code"] == 200
    assert float(str(duration["sum"])) >= 0.29 * int(str(duration["count"]))
    size = points("http.server.response.body.size")[-1]
    assert float(str(size["sum"])) == int(str(size["count"])) * len(b"data: tick\n\n") * 3
    assert "http.server.active_requests" in {metric["name"] for metric in Received(receiver).metrics}
