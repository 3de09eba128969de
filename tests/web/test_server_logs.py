"""No log line of a server holds what a client sent as a secret, of a WebSocket neither, from the first one on."""

import contextlib
import logging
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
import websocket
from fastapi import WebSocket

from fast_api import Fast_API
from fast_api.http_events import Correlation_Formatter

from ..ports import free_port

APP = """
import logging
from fastapi import WebSocket
from fast_api import Fast_API

def reset__token(token: str) -> str:
    return "reset"

service = Fast_API(default_routes=False).setup().add_route_get(reset__token)

@service.app().websocket("/live/{token}")
async def live(connection: WebSocket) -> None:
    logging.getLogger("of the service").warning("opened %s", dict(connection.headers))
    await connection.accept()
    await connection.send_text("open")
    raise ValueError("closed " + connection.path_params["token"])
"""
LINES = "%(h)s %(r)s %(R)s %(Uq)s %(f)s %(s)s"
SERVERS = {
    "uvicorn": ["-m", "uvicorn", "served:service", "--port", "PORT"],
    "hypercorn": ["-m", "hypercorn", "served:service", "-b", "127.0.0.1:PORT", "--access-logfile", "-",
                  "--access-logformat", LINES],
    "gunicorn": ["-m", "gunicorn", "served:service", "-k", "uvicorn_worker.UvicornWorker", "-b", "127.0.0.1:PORT",
                 "--access-logfile", "-"],
}  # fmt: skip
SECRETS = ("planted-path-11", "planted-query-22", "planted-referer-33", "planted-bearer-44")
PATH, QUERY, REFERER, BEARER = SECRETS
HEADERS = {"referer": f"https://user:{REFERER}@site.example/", "authorization": f"Bearer {BEARER}"}


@contextlib.contextmanager
def serving(folder: Path, command: list[str]) -> Iterator[tuple[int, Path]]:
    (folder / "served.py").write_text(APP)
    port, output = free_port(), folder / "output"
    with output.open("w") as log:
        process = subprocess.Popen(
            [sys.executable, *(part.replace("PORT", str(port)) for part in command)],
            cwd=folder, stdout=log, stderr=subprocess.STDOUT,
        )  # fmt: skip
        try:
            yield port, output
        finally:
            process.terminate()
            process.wait(180)


def open_live(port: int) -> str:
    """What the WebSocket of a server that may still be starting sends."""
    for _ in range(1800):
        try:
            connection = websocket.create_connection(
                f"ws://127.0.0.1:{port}/live/{PATH}?session={QUERY}", timeout=60, header=HEADERS
            )
            return str(connection.recv())
        except ConnectionRefusedError:
            time.sleep(0.1)
    raise AssertionError("the server did not start")


@pytest.mark.parametrize("server", SERVERS)
def test_no_line_of_a_server_holds_a_secret(server: str, tmp_path: Path) -> None:
    with serving(tmp_path, SERVERS[server]) as (port, output):
        assert open_live(port) == "open"
        answer = requests.get(f"http://127.0.0.1:{port}/reset/{PATH}?session={QUERY}", headers=HEADERS, timeout=60)
        assert answer.json() == "reset"
    text = output.read_text()
    assert "opened {" in text
    assert "ValueError: closed cleaned (" in text
    assert "/reset/cleaned (" in text
    assert [secret for secret in SECRETS if secret in text] == []


def test_lines_of_a_websocket_have_its_id(caplog: pytest.LogCaptureFixture) -> None:
    fast_api = Fast_API().setup()
    seen = []

    @fast_api.app().websocket("/live")
    async def live(connection: WebSocket) -> None:
        seen.append(connection.state.request_id)
        logging.getLogger("of the service").warning("opened")
        await connection.accept()
        await connection.close()

    with fast_api.client().websocket_connect("/live"):
        pass
    (record,) = [record for record in caplog.records if record.name == "of the service"]
    assert seen == [record.request_id]  # type: ignore[attr-defined]
    assert f"[{seen[0]}]" in Correlation_Formatter().format(record)
    logging.getLogger("of the service").warning("outside")
    assert caplog.records[-1].request_id == "-"  # type: ignore[attr-defined]
    assert not fast_api.http_events.requests_data
