"""`Fast_API` is an ASGI application: the servers that others use serve it, and Starlette's TestClient takes it."""

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from fast_api import Fast_API

from ..ports import free_port
from .test_pipeline import wait_for
from .test_running import wait_for_url

APP = """
from contextlib import asynccontextmanager
from fast_api import Fast_API

@asynccontextmanager
async def lifespan(app):
    yield {"started": "yes"}

import asyncio
from fastapi import Request
def who(request: Request) -> dict:
    return {"started": request.state.started}

async def slow() -> None:
    await asyncio.sleep(0.2)  # until its disconnect is watched for

class Service(Fast_API):
    def setup_routes(self):
        self.add_route_get(who)
        self.add_route_get(slow)
        self.add_route_get(self.outcomes)

    def outcomes(self) -> list:
        events = self.http_events.requests_data.values()
        return [e.http_event_response.outcome for e in events if e.http_event_request.path == "/slow"]

app = Service(lifespan=lifespan).setup()
late = Service(lifespan=lifespan)
asgi = app.app()
wrong = Service(enable_cors=True, cors_origins=["*"])

def make():
    return Service(lifespan=lifespan)
"""

SERVERS = {
    "uvicorn": ["uvicorn", "served_asgi:TARGET", "--port", "PORT", "--log-level", "warning"],
    "uvicorn with workers": ["uvicorn", "served_asgi:TARGET", "--port", "PORT", "--workers", "2"],
    "gunicorn": ["gunicorn", "served_asgi:TARGET", "-k", "WORKER", "-b", "127.0.0.1:PORT", "--log-level", "warning"],
    "hypercorn": ["hypercorn", "served_asgi:TARGET", "-b", "127.0.0.1:PORT"],
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "served_asgi.py").write_text(APP)
    return tmp_path


@contextmanager
def running(folder: Path, command: list[str]) -> Iterator[tuple[subprocess.Popen[str], str]]:
    port = str(free_port())
    here = Path(sys.executable).parent
    command = [part.replace("PORT", port) for part in command]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([os.environ.get("PYTHONPATH", ""), str(folder)])}
    process = subprocess.Popen(
        [str(here / command[0]), *command[1:]],
        cwd=folder, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    )  # fmt: skip
    try:
        yield process, f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.communicate(timeout=180)


@pytest.mark.parametrize("server", SERVERS)
@pytest.mark.parametrize("target", ["app", "late"])
def test_a_server_serves_it(server: str, target: str, folder: Path) -> None:
    names = {"TARGET": target, "WORKER": "uvicorn_worker.UvicornWorker"}
    command = [part.replace("TARGET", names["TARGET"]).replace("WORKER", names["WORKER"]) for part in SERVERS[server]]
    with running(folder, command) as (_, url):
        assert wait_for_url(f"{url}/who") == {"started": "yes"}
        assert wait_for_url(f"{url}/config/info")["name"] == "Service"


@pytest.mark.parametrize("server", ["uvicorn", "hypercorn"])
def test_a_slow_request_on_a_connection_that_ends_with_it_is_complete(server: str, folder: Path) -> None:
    """Hypercorn says http.disconnect before it has sent the end of such a response; proxies often send requests so."""
    with running(folder, [part.replace("TARGET", "app") for part in SERVERS[server]]) as (_, url):
        wait_for_url(f"{url}/who")
        httpx.get(f"{url}/slow", headers={"connection": "close"}, timeout=60)
        assert wait_for(lambda: bool(wait_for_url(f"{url}/outcomes")))
        assert wait_for_url(f"{url}/outcomes") == ["completed"]


def test_uvicorn_serves_a_factory(folder: Path) -> None:
    with running(folder, ["uvicorn", "--factory", "served_asgi:make", "--port", "PORT"]) as (_, url):
        assert wait_for_url(f"{url}/who") == {"started": "yes"}


def test_fastapi_run_takes_the_application(folder: Path) -> None:
    command = ["fastapi", "run", "served_asgi.py", "--app", "asgi", "--host", "127.0.0.1", "--port", "PORT"]
    with running(folder, command) as (_, url):
        assert wait_for_url(f"{url}/who") == {"started": "yes"}
        assert wait_for_url(f"{url}/config/health") == {"status": "ok"}


def test_a_server_does_not_start_with_settings_that_are_refused(folder: Path) -> None:
    command = ["uvicorn", "served_asgi:wrong", "--port", str(free_port())]
    here = Path(sys.executable).parent / command[0]
    ended = subprocess.run(
        [str(here), *command[1:]], cwd=folder, capture_output=True, text=True, timeout=180, check=False
    )
    assert ended.returncode != 0
    assert "cors_origins allows credentials" in ended.stderr


# without a server


def hello() -> dict[str, str]:
    return {"hello": "world"}


def test_client_of_starlette() -> None:
    for service in (Fast_API(), Fast_API().setup()):
        with TestClient(service.add_route_get(hello)) as client:
            assert client.get("/hello").json() == {"hello": "world"}
            assert client.get("/config/health").json() == {"status": "ok"}
            assert client.get("/hello").headers["fast-api-request-id"]


def test_set_up_once_by_many_threads() -> None:
    calls: list[int] = []

    class Service(Fast_API):
        def setup_routes(self) -> None:
            calls.append(1)
            self.add_route_get(hello)

    service = Service()
    threads = [threading.Thread(target=lambda: TestClient(service).get("/hello")) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert calls == [1]
    assert TestClient(service).get("/hello").json() == {"hello": "world"}


def test_it_is_mounted_like_any_application() -> None:
    service = Fast_API().add_route_get(hello)
    plain = FastAPI()
    plain.mount("/inner", service)
    starlette = Starlette(routes=[Mount("/inner", app=service)])
    ours = Fast_API().setup()
    ours.app().mount("/inner", service)
    for outer in (plain, starlette, ours):
        client = TestClient(outer)  # type: ignore[arg-type]
        assert client.get("/inner/hello").json() == {"hello": "world"}
        assert client.get("/inner/config/health").json() == {"status": "ok"}
    assert "/inner/hello" in ours.routes_paths()


def test_it_is_a_setting_like_any_other_that_can_be_shown() -> None:
    assert Fast_API(name="x").json()["name"] == "x"
    data: dict[str, Any] = Fast_API().setup().json()
    assert data["enable_cors"] is False
