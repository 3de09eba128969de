"""The access logs of a real server, as they come out of its process."""

import json
import re
import socket
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from fast_api import Fast_API
from fast_api.running.serve import ENV_VAR__ACCESS_LOG

from .processes import Process, eventually, serving

TARGET = "tests.telemetry.service:make"
OFF = {"OTEL_SDK_DISABLED": "true", "PLANTED_EXCEPTION": "planted-exception-0000"}
PLANTED = {
    "query": "planted-query-1111",
    "nested query": "planted-nested-2222",
    "path": "planted-path-3333",
    "authorization": "planted-bearer-4444",
}


def ask(service: Process) -> list[str]:
    """One request of each sort; the ids of their events."""
    secrets = f"token={PLANTED['query']}&next=%2Fx%3Fsession%3D{PLANTED['nested query']}"
    paths = (f"/reset/{PLANTED['path']}?{secrets}", f"/boom?{secrets}", "/users/7", "/no\nthing?a=%0a%22", "/ticks")
    headers = {"authorization": f"Bearer {PLANTED['authorization']}"}
    answers = [service.get(path.replace("\n", "%0a"), **headers) for path in paths]
    assert [status for status, _, _ in answers] == [200, 500, 200, 404, 200]
    return [found["fast-api-request-id"] for _, found, _ in answers]


def json_lines(output: Path) -> list[dict[str, Any]]:
    written = output.read_text().rpartition("\n")[0]  # the last line may be half there
    return [json.loads(line) for line in written.splitlines() if line.startswith("{")]


def no_secret_in(text: str) -> None:
    for name, secret in {**PLANTED, "exception": OFF["PLANTED_EXCEPTION"]}.items():
        assert secret not in text, name


def test_one_line_of_json_a_request_and_none_of_uvicorn(tmp_path: Path) -> None:
    output = tmp_path / "output"
    with serving(TARGET, output, "--access-log", "json", **OFF) as service:
        ids = ask(service)
        eventually(lambda: len(json_lines(output)) == len(ids))
    lines = json_lines(output)
    assert [line["request_id"] for line in lines] == ids
    assert [line["status"] for line in lines] == [200, 500, 200, 404, 200]
    expected = {
        "method": "GET",
        "path": "/users/7",
        "route": "/users/{id}",
        "client": "127.0.0.1",
        "outcome": "completed",
        "size": 1,
        "pid": service.popen.pid,
        "host": socket.gethostname(),
    }
    assert expected.items() <= lines[2].items()
    assert datetime.fromisoformat(lines[2]["time"]).tzinfo is not None
    assert lines[2]["duration"] > 0
    assert lines[4]["duration"] > 0.25
    assert (lines[1]["cause"], lines[1]["error"]) == ("exception", "ValueError")
    assert "trace_id" not in lines[0]
    assert lines[0]["path"].startswith("/reset/cleaned (")
    assert lines[0]["query"].startswith("token=cleaned (")
    text = output.read_text()
    no_secret_in(text)
    assert "HTTP/1.1" not in text


def test_uvicorns_own_lines_are_cleaned(tmp_path: Path) -> None:
    output = tmp_path / "output"

    def lines() -> list[str]:
        return [line for line in output.read_text().splitlines() if "HTTP/1.1" in line]

    with serving(TARGET, output, **OFF) as service:
        ids = ask(service)
        eventually(lambda: len(lines()) == len(ids))
    assert re.search(r'"GET /reset/cleaned \(17, \w{12}\)\?token=cleaned \(18, \w{12}\)&next=', lines()[0])
    assert '"GET /users/7 HTTP/1.1" 200' in lines()[2]
    no_secret_in(output.read_text())
    assert json_lines(output) == []


def test_no_lines_at_all(tmp_path: Path) -> None:
    output = tmp_path / "output"
    with serving(TARGET, output, "--access-log", "none", **OFF) as service:
        ask(service)
    assert "HTTP/1.1" not in output.read_text()
    assert json_lines(output) == []


def test_every_worker_writes_its_lines(tmp_path: Path) -> None:
    output = tmp_path / "output"
    with serving(TARGET, output, "--access-log", "json", "--workers", "2", **OFF) as service:
        ids: list[str] = []

        def both_have_answered() -> bool:
            ids.extend(service.get("/users/1")[1]["fast-api-request-id"] for _ in range(60))
            return len({line["pid"] for line in json_lines(output)}) == 2

        eventually(both_have_answered)
        eventually(lambda: len(json_lines(output)) == len(ids))
    assert sorted(line["request_id"] for line in json_lines(output)) == sorted(ids)
    assert len({line["pid"] for line in json_lines(output)}) == 2


def test_the_line_has_the_id_of_the_trace(tmp_path: Path) -> None:
    output = tmp_path / "output"
    exports_nothing = {"OTEL_TRACES_EXPORTER": "none", "OTEL_METRICS_EXPORTER": "none", "PLANTED_EXCEPTION": "x"}
    with serving(TARGET, output, "--access-log", "json", **exports_nothing) as service:
        service.get("/users/1", traceparent="00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
        eventually(lambda: len(json_lines(output)) == 1)
    assert json_lines(output)[0]["trace_id"] == "4bf92f3577b34da6a3ce929d0e0e4736"


def test_a_client_that_hung_up(tmp_path: Path) -> None:
    output = tmp_path / "output"
    with serving(TARGET, output, "--access-log", "json", **OFF) as service:
        with socket.create_connection(("127.0.0.1", service.port)) as client:
            client.sendall(b"GET /endless HTTP/1.1\r\nHost: test\r\n\r\n")
            client.recv(2000)
        eventually(lambda: len(json_lines(output)) == 1)
    (line,) = json_lines(output)
    assert (line["outcome"], line["cause"]) == ("cut off", "disconnected")


def test_another_access_log_is_refused() -> None:
    with pytest.raises(ValueError, match="access_log is one of uvicorn, json, none, found 'apache'"):
        Fast_API().serve(access_log="apache")


def test_the_environment_switches_it_on(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not Fast_API().setup().http_events.access_log
    monkeypatch.setenv(ENV_VAR__ACCESS_LOG, "json")
    assert Fast_API().setup().http_events.access_log
    monkeypatch.setenv(ENV_VAR__ACCESS_LOG, "yes")
    with pytest.raises(ValueError, match="FAST_API__ACCESS_LOG is 'json' or empty, found 'yes'"):
        Fast_API().setup()
