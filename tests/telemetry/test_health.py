"""What orchestrators ask: alive, ready, and what is degraded."""

import asyncio
from pathlib import Path
from typing import Any

import pytest

from fast_api import Fast_API, Fast_API__Http_Events
from fast_api.http_events import Memory_Event_Store
from fast_api.security.api_key import ENV_VAR__NAME, ENV_VAR__VALUE

from ..ports import free_port
from .processes import QUICK, Process, eventually, running, serving


class Degraded_Store(Memory_Event_Store):
    wrong = ""

    def problem(self) -> str:
        return self.wrong


def with_store(store: Any, **settings: Any) -> Fast_API:
    fast_api = Fast_API(**settings)
    fast_api.http_events.store = store
    return fast_api.setup()


def test_a_service_that_is_well() -> None:
    client = Fast_API().setup().client()
    assert (client.get("/config/health").status_code, client.get("/config/health").json()) == (200, {"status": "ok"})
    ready = client.get("/config/ready")
    assert (ready.status_code, ready.json()) == (200, {"status": "ready", "checks": {"event_store": "ok"}})
    assert ready.headers["cache-control"] == "no-store"


def test_a_degraded_store_is_named_and_keeps_the_service_ready() -> None:
    store = Degraded_Store()
    client = with_store(store).client()
    assert client.get("/config/ready").json()["status"] == "ready"
    store.wrong = "Redis is away"
    ready = client.get("/config/ready")
    assert (ready.status_code, ready.json()) == (
        200,
        {"status": "degraded", "checks": {"event_store": "Redis is away"}},
    )
    store.wrong = ""
    assert client.get("/config/ready").json()["status"] == "ready"


def test_degraded_can_mean_not_ready() -> None:
    store = Degraded_Store()
    store.wrong = "Redis is away"
    client = with_store(store, degraded_is_ready=False).client()
    assert client.get("/config/ready").status_code == 503
    assert client.get("/config/health").status_code == 200


def test_a_store_that_raises_is_degraded() -> None:
    class Raising(Memory_Event_Store):
        def problem(self) -> str:
            raise OSError("password=planted")

    ready = with_store(Raising()).client().get("/config/ready")
    assert ready.json()["checks"] == {"event_store": "the event store does not answer: OSError"}


def test_a_service_adds_its_own_checks() -> None:
    class Shop(Fast_API):
        def readiness_checks(self) -> dict[str, str]:
            return {**super().readiness_checks(), "database": "away"}

    assert Shop().setup().client().get("/config/ready").json() == {
        "status": "degraded",
        "checks": {"event_store": "ok", "database": "away"},
    }


def test_not_ready_before_the_start_and_during_the_stop() -> None:
    """As a server that speaks the lifespan protocol sees it: 503 until the start is complete, and from the stop on."""
    seen: list[tuple[str, int, str]] = []
    application = Fast_API().setup().app()
    started, stop = asyncio.Event(), asyncio.Event()

    async def ask(when: str) -> None:
        sent: list[Any] = []
        scope = {"type": "http", "method": "GET", "path": "/config/ready", "query_string": b"", "headers": []}

        async def receive() -> Any:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Any) -> None:
            sent.append(message)

        await application(scope, receive, send)
        seen.append((when, sent[0]["status"], sent[1]["body"].decode().split('"')[3]))

    async def lifespan() -> None:
        async def receive() -> Any:
            if not started.is_set():
                return {"type": "lifespan.startup"}
            await stop.wait()
            return {"type": "lifespan.shutdown"}

        async def send(message: Any) -> None:
            if message["type"] == "lifespan.startup.complete":
                started.set()

        await application({"type": "lifespan"}, receive, send)

    class Slow:
        async def __aenter__(self) -> None:
            await ask("starting")

        async def __aexit__(self, *args: Any) -> None:
            await ask("stopping")

    application.router.lifespan_context = lambda app: Slow()

    async def live() -> None:
        life = asyncio.create_task(lifespan())
        await started.wait()
        await ask("running")
        stop.set()
        await life

    asyncio.run(live())
    assert seen == [("starting", 503, "starting"), ("running", 200, "ready"), ("stopping", 503, "stopping")]


def test_probes_need_no_key_and_are_in_the_document(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(ENV_VAR__NAME, "x-key")
    monkeypatch.setenv(ENV_VAR__VALUE, "value")
    fast_api = Fast_API(enable_api_key=True).setup()
    client = fast_api.client()
    assert [client.get(f"/config/{name}").status_code for name in ("health", "ready", "status")] == [200, 200, 401]
    paths = fast_api.app().openapi()["paths"]
    assert set(paths["/config/ready"]["get"]["responses"]) == {"200", "503"}
    assert set(paths["/config/health"]["get"]["responses"]) == {"200"}


def test_probes_that_succeed_leave_no_event() -> None:
    store = Degraded_Store()
    fast_api = with_store(store, degraded_is_ready=False)
    client = fast_api.client()
    for _ in range(3):
        client.get("/config/health")
        client.get("/config/ready")
    assert fast_api.http_events.requests_data == {}
    assert fast_api.http_events.counts()["unrecorded"] == 6
    store.wrong = "away"
    client.get("/config/ready")
    (event,) = fast_api.http_events.requests_data.values()
    assert event.http_event_response.status_code == 503


def test_what_watches_a_mounted_application_leaves_no_event_in_its_parent() -> None:
    told: list[str] = []
    events = Fast_API__Http_Events(callback_on_request=lambda event: told.append(event.http_event_request.path))
    parent = Fast_API(http_events=events).setup()
    parent.mount_fast_api(Fast_API, base_path="/inner", events_page="open")
    client = parent.client()
    for path in ("/inner/config/health", "/inner/events", "/inner/events/api/counts", "/inner/config/status"):
        assert client.get(path).status_code == 200
    (event,) = events.requests_data.values()
    assert event.http_event_request.path == "/inner/config/status"
    counts = events.counts()
    assert (counts["unrecorded"], counts["in_flight"]) == (3, 0)


def test_a_receiver_that_is_away_is_named(tmp_path: Path) -> None:
    environment = {"OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{free_port()}", "PLANTED_EXCEPTION": "x", **QUICK}
    environment["OTEL_EXPORTER_OTLP_TIMEOUT"] = "1"
    with running("tests.telemetry.service", **environment) as service:
        service.get("/users/1")
        eventually(lambda: b"the receiver of spans takes none" in service.get("/config/ready")[2])
        status, _, body = service.get("/config/ready")
    assert status == 200
    assert b'"degraded"' in body
    assert b"the receiver of spans takes none" in body


def test_a_receiver_that_comes_back_is_well(tmp_path: Path) -> None:
    port = free_port()
    environment = {"OTEL_EXPORTER_OTLP_ENDPOINT": f"http://127.0.0.1:{port}", "PLANTED_EXCEPTION": "x", **QUICK}
    environment["OTEL_EXPORTER_OTLP_TIMEOUT"] = "1"
    with running("tests.telemetry.service", **environment) as service:
        service.get("/users/1")
        eventually(lambda: b'"degraded"' in service.get("/config/ready")[2])
        with running("tests.telemetry.receiver", port=port):

            def is_well() -> bool:
                service.get("/users/1")
                return b'"ready"' in service.get("/config/ready")[2]

            eventually(is_well)


def test_the_command_asks_for_health(tmp_path: Path) -> None:
    environment = {
        ENV_VAR__NAME: "x-key",
        ENV_VAR__VALUE: "value",
        "OTEL_SDK_DISABLED": "true",
        "PLANTED_EXCEPTION": "x",
    }
    with serving("tests.telemetry.service:make", tmp_path / "output", "--access-log", "json", **environment) as service:
        # It waits two seconds for an answer, which may come later on a busy machine.
        eventually(lambda: Process(["fast_api", "health", "--port", str(service.port)], 0, {}).popen.wait(60) == 0)
    assert "/config/health" not in (tmp_path / "output").read_text()
