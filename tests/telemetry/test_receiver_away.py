"""A receiver that is away, slow or refusing costs no request, and the server stops all the same."""

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from ..ports import free_port
from .processes import QUICK, Process, Received, running

NEVER = "600000"
# However long the receiver takes on a busy machine.
ALL_THE_TIME = {"SHUTDOWN_SECONDS": "120", "OTEL_EXPORTER_OTLP_TIMEOUT": "120"}


@pytest.fixture(params=["refuses connections", "never answers", "answers 503", "is slow"])
def endpoint(request: pytest.FixtureRequest) -> Iterator[str]:
    if request.param == "refuses connections":
        yield f"http://127.0.0.1:{free_port()}"
    elif request.param == "never answers":
        with socket.create_server(("127.0.0.1", 0), backlog=64) as silent:
            yield f"http://127.0.0.1:{silent.getsockname()[1]}"
    else:
        fault = ("--status", "503") if request.param == "answers 503" else ("--delay", "5")
        with running("tests.telemetry.receiver", *fault) as receiver:
            yield receiver.url()


def get_many(service: Process, count: int) -> list[str]:
    """The event ids of `count` requests over eight connections; all answered with 200."""
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda n: service.get(f"/users/{n}"), range(count)))
    assert {status for status, _, _ in answers} == {200}
    return [headers["fast-api-request-id"] for _, headers, _ in answers]


def test_requests_are_answered_and_the_server_stops(endpoint: str) -> None:
    environment = {"OTEL_EXPORTER_OTLP_ENDPOINT": endpoint, "PLANTED_EXCEPTION": "x", **QUICK}
    with running("tests.telemetry.service", **environment) as service:
        get_many(service, 200)
        # OpenTelemetry alone would try for half a minute. Ours are three seconds; the rest is for a busy machine.
        assert service.seconds_to_stop() < 25
    assert service.popen.returncode in (0, -15)


def test_sigterm_exports_what_waits(receiver: Process) -> None:
    """The delay is so long that only the end of the server can have exported them."""
    environment = {"OTEL_EXPORTER_OTLP_ENDPOINT": receiver.url(), "PLANTED_EXCEPTION": "x"}
    environment |= {"OTEL_BSP_SCHEDULE_DELAY": NEVER, "OTEL_METRIC_EXPORT_INTERVAL": NEVER, **ALL_THE_TIME}
    before = len(Received(receiver).spans)
    with running("tests.telemetry.service", **environment) as service:
        ids = get_many(service, 300)
        assert len(Received(receiver).spans) == before
        service.terminate()
        service.popen.wait(180)
    found = [span["attributes"]["fast_api.event_id"] for span in Received(receiver).spans[before:]]
    assert sorted(found) == sorted(ids)
    assert Received(receiver).metrics


def test_several_workers_export_each_their_own(receiver: Process) -> None:
    before = len(Received(receiver).spans)
    environment = {"OTEL_EXPORTER_OTLP_ENDPOINT": receiver.url(), "PLANTED_EXCEPTION": "x", **QUICK, **ALL_THE_TIME}
    with running("tests.telemetry.workers", **environment) as service:
        ids = get_many(service, 300)
    spans = Received(receiver).spans[before:]
    assert sorted(span["attributes"]["fast_api.event_id"] for span in spans) == sorted(ids)


def test_a_process_whose_application_is_never_shut_down_exports_at_its_end(receiver: Process) -> None:
    """As a script does that uses the client without `with`: no lifespan, only the end of the interpreter."""
    before = len(Received(receiver).spans)
    program = "from tests.telemetry.service import make; make().client().get('/users/1')"
    environment = {**os.environ, "OTEL_EXPORTER_OTLP_ENDPOINT": receiver.url(), "PLANTED_EXCEPTION": "x"}
    environment |= {"OTEL_BSP_SCHEDULE_DELAY": NEVER, "OTEL_METRIC_EXPORT_INTERVAL": NEVER, **ALL_THE_TIME}
    subprocess.run([sys.executable, "-c", program], check=True, env=environment, timeout=300)
    assert [span["name"] for span in Received(receiver).spans[before:]] == ["GET /users/{id}"]
