"""Serving for real: the command, reloading, workers, the server for tests, Lambda, and the container's steps."""

import base64
import gc
import json
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Request
from fastapi.responses import RedirectResponse

from fast_api import Fast_API, Fast_API_Server

from ..ports import free_port
from .models import Customer

ROOT = Path(__file__).parents[2]

APP = """
import os
from fast_api import Fast_API

def who() -> dict:
    return {"pid": os.getpid(), "text": "VERSION"}

class Service(Fast_API):
    def setup_routes(self):
        self.add_route_get(who)

service = Service()

def make():
    return Service()
"""


def wait_for_url(url: str, seconds: float = 180) -> Any:
    deadline = time.monotonic() + seconds
    while True:
        try:
            with urllib.request.urlopen(url, timeout=30) as response:
                return json.load(response)
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.05)


def is_well(command: list[str], **options: Any) -> bool:
    """Whether a command for health succeeds; it waits two seconds for an answer, too few on a busy machine."""
    return any(subprocess.run(command, check=False, **options).returncode == 0 for _ in range(20))


@contextmanager
def served(folder: Path, *arguments: str, python: str = sys.executable) -> Iterator[str]:
    port = free_port()
    command = [python, "-m", "fast_api", "serve", *arguments, "--port", str(port), "--log-level", "warning"]
    process = subprocess.Popen(command, cwd=folder, start_new_session=True)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(180)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "served_app.py").write_text(APP)
    return tmp_path


@pytest.mark.parametrize("target", ["served_app:service", "served_app:Service", "served_app:make"])
def test_command_serves_an_instance_a_class_and_a_factory(target: str, folder: Path) -> None:
    with served(folder, target) as url:
        assert wait_for_url(f"{url}/who")["text"] == "VERSION"
        assert wait_for_url(f"{url}/config/status")["status"] == "ok"
        port = url.rsplit(":", 1)[1]
        assert is_well([sys.executable, "-m", "fast_api", "health", "--port", port])


def test_root_path_of_a_proxy(folder: Path) -> None:
    with served(folder, "served_app:service", "--root-path", "/outer") as url:
        assert wait_for_url(f"{url}/who")["text"] == "VERSION"
        assert wait_for_url(f"{url}/openapi.json")["servers"] == [{"url": "/outer"}]
        with urllib.request.urlopen(f"{url}/docs", timeout=60) as response:
            page = response.read().decode()
    assert "'/outer/openapi.json'" in page
    assert '"/outer/docs-files/swagger-ui.css"' in page


def test_health_of_nothing() -> None:
    command = [sys.executable, "-m", "fast_api", "health", "--port", str(free_port())]
    assert subprocess.run(command, check=False).returncode == 1


def test_serve_from_code(folder: Path) -> None:
    port = free_port()
    code = f"from served_app import service; service.serve(port={port}, log_level='warning')"
    process = subprocess.Popen([sys.executable, "-c", code], cwd=folder)
    try:
        assert wait_for_url(f"http://127.0.0.1:{port}/who")["pid"] == process.pid
    finally:
        process.terminate()
        assert process.wait(180) in (0, -signal.SIGTERM)


def test_several_workers(folder: Path) -> None:
    with served(folder, "served_app:service", "--workers", "2") as url:
        wait_for_url(f"{url}/who")
        pids = set()
        deadline = time.monotonic() + 180
        while len(pids) < 2 and time.monotonic() < deadline:
            pids.add(wait_for_url(f"{url}/who")["pid"])
        assert len(pids) == 2


def test_reload_after_a_change(folder: Path) -> None:
    with served(folder, "served_app:service", "--reload") as url:
        assert wait_for_url(f"{url}/who")["text"] == "VERSION"
        for change in range(1, 5):  # one that comes before the reloader has looked for the first time is none to it
            time.sleep(1)
            (folder / "served_app.py").write_text(APP.replace("VERSION", "CHANGED") + "\n" * change)
            deadline = time.monotonic() + 30
            while (found := wait_for_url(f"{url}/who")["text"]) != "CHANGED" and time.monotonic() < deadline:
                time.sleep(0.1)
            if found == "CHANGED":
                break
        assert found == "CHANGED"


@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("served_app", "must be in format"),
        ("served_app:nothing", 'Attribute "nothing" not found in module "served_app"'),
        ("no_such_module:x", "no_such_module"),
        ("broken_app:service", "broken_app.py:1: SyntaxError: "),
    ],
)
def test_a_target_that_cannot_be_loaded(target: str, message: str, folder: Path) -> None:
    (folder / "broken_app.py").write_text("def service(:\n")
    command = [sys.executable, "-m", "fast_api", "serve", target]
    result = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300, check=False)
    assert result.returncode == 2
    assert message in result.stderr
    assert "Traceback" not in result.stderr


# the server for tests


def test_server_for_tests() -> None:
    def echo(request: Request, customer: Customer) -> dict[str, str]:
        return {"method": request.method, "name": customer.name}

    def get_it(n: int) -> int:
        return n

    fast_api = Fast_API().add_route(echo, ["POST", "PUT", "PATCH", "DELETE"]).add_route(get_it, ["GET", "HEAD"])
    with Fast_API_Server(app=fast_api) as server:
        assert server.port > 0
        assert server.url("/x") == f"http://127.0.0.1:{server.port}/x"
        assert server.requests_get("/get-it", params={"n": 3}).json() == 3
        assert server.requests_head("/get-it?n=3").status_code == 200
        for method in ("post", "put", "patch"):
            response = getattr(server, f"requests_{method}")("/echo", json={"name": "Ada"})
            assert response.json() == {"method": method.upper(), "name": "Ada"}
        assert server.requests_delete("/echo").status_code == 422
        assert server.requests_options("/echo").status_code == 405
        port = server.port
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"http://127.0.0.1:{port}/")
    with pytest.raises(RuntimeError, match="does not run"):
        server.requests_get("/get-it")


def test_server_for_tests_without_a_with_block() -> None:
    def moved() -> RedirectResponse:
        return RedirectResponse("/target")

    def target() -> str:
        return "arrived"

    def save(customer: Customer) -> Customer:
        return customer

    fast_api = Fast_API().add_route_get(moved).add_route_get(target).add_route_post(save)
    server = Fast_API_Server(app=fast_api)
    assert server.port > 0
    assert not server.is_port_open()
    for _ in range(2):
        assert server.start() is True
        assert server.is_port_open()
        with pytest.raises(RuntimeError, match="runs already"):
            server.start()
        assert server.requests_get("/moved").json() == "arrived"
        assert server.requests_post("/save", data=Customer(name="Ada")).json()["name"] == "Ada"
        assert server.requests_post("/save", data={"name": "Ada"}).status_code == 422  # a form, as httpx has it
        assert server.stop() is True
        assert not server.is_port_open()
    assert server.stop() is True


def test_a_server_that_never_runs_gives_its_port_back() -> None:
    port = Fast_API_Server(app=FastAPI()).port
    gc.collect()
    with socket.create_server(("127.0.0.1", port)):
        pass


def test_two_servers_at_once_and_a_plain_application() -> None:
    plain = FastAPI()

    @plain.get("/")
    def root() -> str:
        return "plain"

    with Fast_API_Server(app=plain) as first, Fast_API_Server(app=Fast_API()) as second:
        assert first.port != second.port
        assert first.requests_get().json() == "plain"
        assert second.requests_get("/config/version").status_code == 200


def test_a_server_that_cannot_start_says_so() -> None:
    async def refuse(scope: Any, receive: Any, send: Any) -> None:
        await receive()
        await send({"type": "lifespan.startup.failed", "message": "no"})

    with pytest.raises(RuntimeError, match="did not start"), Fast_API_Server(app=refuse):
        pass


# Lambda


def service_for_lambda() -> Fast_API:
    def orders__order_id(order_id: str, q: str = "") -> dict[str, str]:
        return {"id": order_id, "q": q}

    def save(customer: Customer) -> Customer:
        return customer

    return Fast_API(enable_cors=True).add_route_get(orders__order_id).add_route_post(save)


def rest_event(method: str, path: str, body: str | None = None, query: dict[str, str] | None = None) -> dict[str, Any]:
    """API Gateway, payload 1.0 (REST APIs)."""
    return {
        "resource": "/{proxy+}",
        "path": path,
        "httpMethod": method,
        "headers": {"Host": "x.example", "Content-Type": "application/json", "Origin": "https://a.example"},
        "multiValueHeaders": {
            "Host": ["x.example"],
            "Content-Type": ["application/json"],
            "Origin": ["https://a.example"],
        },
        "queryStringParameters": query,
        "multiValueQueryStringParameters": {key: [value] for key, value in (query or {}).items()} or None,
        "requestContext": {"httpMethod": method, "path": path, "identity": {"sourceIp": "192.0.2.1"}, "stage": "prod"},
        "body": body,
        "isBase64Encoded": False,
    }


def http_event(
    method: str, path: str, body: str | None = None, query: str = "", base64_body: bool = False
) -> dict[str, Any]:
    """API Gateway, payload 2.0 (HTTP APIs); function URLs send the same."""
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "rawQueryString": query,
        "headers": {"host": "x.lambda-url.eu-west-1.on.aws", "content-type": "application/json"},
        "requestContext": {
            "accountId": "anonymous",
            "domainName": "x.lambda-url.eu-west-1.on.aws",
            "http": {"method": method, "path": path, "protocol": "HTTP/1.1", "sourceIp": "192.0.2.1", "userAgent": "t"},
            "stage": "$default",
        },
        "body": base64.b64encode(body.encode()).decode() if body and base64_body else body,
        "isBase64Encoded": base64_body,
    }


def test_lambda_with_api_gateway_v1() -> None:
    handler = service_for_lambda().lambda_handler()
    answer = handler(rest_event("GET", "/orders/7", query={"q": "a b"}), None)
    assert answer["statusCode"] == 200
    assert json.loads(answer["body"]) == {"id": "7", "q": "a b"}
    headers = {name.lower(): value for name, value in answer["headers"].items()}
    assert headers["access-control-allow-origin"] == "*"
    assert headers["fast-api-request-id"]
    answer = handler(rest_event("POST", "/save", body='{"name": "Ada"}'), None)
    assert json.loads(answer["body"])["name"] == "Ada"


@pytest.mark.parametrize("base64_body", [True, False])
def test_lambda_with_api_gateway_v2_and_function_urls(base64_body: bool) -> None:
    handler = service_for_lambda().lambda_handler(lifespan="off")
    answer = handler(http_event("GET", "/orders/7", query="q=x"), None)
    assert (answer["statusCode"], json.loads(answer["body"])) == (200, {"id": "7", "q": "x"})
    answer = handler(http_event("POST", "/save", body='{"tier": 3}', base64_body=base64_body), None)
    assert json.loads(answer["body"])["tier"] == 3
    assert handler(http_event("POST", "/save", body='{"tier": "x"}'), None)["statusCode"] == 422


def below(event: dict[str, Any], stage: str = "", domain: str = "") -> dict[str, Any]:
    """The event as a stage that is no default one sends it, in API Gateway's own domain or in one of the user's."""
    context = event["requestContext"]
    if "http" in context:
        event["rawPath"] = context["http"]["path"] = stage + event["rawPath"]
        context["domainName"] = domain or "x.execute-api.eu-west-1.amazonaws.com"
    else:
        context["path"] = stage + event["path"]
    context["stage"] = stage.strip("/")
    return event


@pytest.mark.parametrize(
    ("make", "path", "stage", "domain", "base_path", "expected"),
    [
        (http_event, "/api", "", "", "/api", "/api"),
        (http_event, "", "/prod", "", "/prod", "/prod"),
        (http_event, "", "/prod", "own.example", "/prod", ""),
        (http_event, "/other", "", "", "/oth", None),
        (rest_event, "", "", "", None, ""),
        (rest_event, "", "/prod", "", None, "/prod"),
        (rest_event, "/api", "/prod", "", "api/", "/prod/api"),
    ],
)
def test_lambda_below_a_path_leads_to_where_the_client_is(
    make: Any, path: str, stage: str, domain: str, base_path: str | None, expected: str | None
) -> None:
    options = {} if base_path is None else {"api_gateway_base_path": base_path}
    handler = service_for_lambda().lambda_handler(**options)

    def get(inner: str) -> Any:
        return handler(below(make("GET", path + inner), stage, domain), None)

    if expected is None:
        assert get("/orders/7")["statusCode"] == 404
        return
    assert json.loads(get("/orders/7")["body"])["id"] == "7"
    assert get("/")["headers"]["location"] == f"{expected}/docs"
    assert f"'{expected}/openapi.json'" in get("/docs")["body"]
    assert get("/docs-files/swagger-ui.css")["statusCode"] == 200
    if path or stage:
        assert get("")["statusCode"] == 307


def test_lambda_behind_a_load_balancer() -> None:
    event = {**rest_event("GET", "/orders/7"), "requestContext": {"elb": {"targetGroupArn": "arn"}}}
    assert service_for_lambda().lambda_handler(api_gateway_base_path="/orders")(event, None)["statusCode"] == 200


@pytest.mark.parametrize(
    ("forwarded", "client"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("1.1.1.1, 2.2.2.2, 203.0.113.7", "203.0.113.7"),
        ("1.1.1.1, 203.0.113.7:40321", "203.0.113.7"),
        ("1.1.1.1, 2001:db8::7", "2001:db8::7"),
        ("1.1.1.1, [2001:db8::7]:443", "2001:db8::7"),
    ],
)
def test_the_client_behind_a_load_balancer_is_the_one_that_it_saw(forwarded: str, client: str) -> None:
    """It appends the address to what the client sent."""
    fast_api = service_for_lambda()
    event = {**rest_event("GET", "/orders/7"), "requestContext": {"elb": {"targetGroupArn": "arn"}}}
    for name in ("headers", "multiValueHeaders"):
        if isinstance(event.get(name), dict):
            event[name] = {**event[name], "x-forwarded-for": [forwarded] if name.startswith("multi") else forwarded}
    fast_api.lambda_handler(api_gateway_base_path="/orders")(event, None)
    (*_, recorded) = fast_api.http_events.requests_data.values()
    assert recorded.http_event_info.client_ip == client


def test_an_application_on_lambda_does_not_import_the_servers() -> None:
    code = (
        "import sys; from fast_api import Fast_API; handler = Fast_API().lambda_handler();"
        "servers = ('uvicorn', 'httpx', 'httpx2', 'a2wsgi', 'starlette.testclient');"
        "print([name for name in servers if name in sys.modules])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


# the container


def docker_steps() -> list[tuple[str, str]]:
    text = (ROOT / "examples" / "orders" / "Dockerfile").read_text().replace("\\\n", " ")
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]
    return [(word, rest) for word, rest in (line.split(maxsplit=1) for line in lines)]


def test_container_is_slim_and_not_root() -> None:
    steps = docker_steps()
    words = [word for word, _ in steps]
    assert re.fullmatch(r"python:3\.\d+-slim", dict(steps)["FROM"])
    assert dict(steps)["USER"] not in ("root", "0")
    assert words.index("USER") < words.index("CMD")
    assert "HEALTHCHECK" in words


def test_the_containers_steps_work_in_a_clean_environment(tmp_path: Path, api_key: str) -> None:
    """COPY, `RUN pip install`, CMD and HEALTHCHECK as the Dockerfile has them, in a folder and an environment of their
    own; the steps that only a container can do (users, ENV of the image) are left out."""
    app, environment = tmp_path / "app", tmp_path / "venv"
    app.mkdir()
    venv.create(environment, with_pip=True)
    path = f"{environment / 'bin'}:{os.environ['PATH']}"
    variables = {**os.environ, "PATH": path, "ORDERS__DATABASE": str(tmp_path / "orders.sqlite")}
    variables.pop("PYTHONPATH", None)
    port = str(free_port())
    health: list[str] = []
    for word, rest in docker_steps():
        if word == "COPY":
            *sources, target = rest.split()
            for source in sources:
                if (ROOT / source).is_dir():
                    ignored = shutil.ignore_patterns("__pycache__")
                    shutil.copytree(ROOT / source, app / target, dirs_exist_ok=True, ignore=ignored)
                else:
                    shutil.copy(ROOT / source, app / target)
        elif word == "RUN" and rest.startswith("pip"):
            subprocess.run(rest, shell=True, cwd=app, env=variables, check=True, capture_output=True)
        elif word == "HEALTHCHECK":
            health = json.loads(rest[rest.index("[") :].replace('"8000"', f'"{port}"'))
        elif word == "CMD":
            command = json.loads(rest.replace('"8000"', f'"{port}"').replace("0.0.0.0", "127.0.0.1"))
    # The copy of the sources must not be what is imported: the installed package must be whole.
    shutil.rmtree(app / "type_safe_convert")
    shutil.rmtree(app / "fast_api")
    process = subprocess.Popen(command, cwd=app, env=variables)
    try:
        assert wait_for_url(f"http://127.0.0.1:{port}/config/status")["status"] == "ok"
        assert is_well(health, cwd=app, env=variables), shlex.join(health)
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}/v1/orders",
            data=b'{"customer": "Ada"}',
            headers={"content-type": "application/json", "x-api-key": api_key},
        )
        with urllib.request.urlopen(request, timeout=60) as response:
            assert json.load(response)["customer"] == "Ada"
    finally:
        process.terminate()
        process.wait(180)
    assert (tmp_path / "orders.sqlite").exists()


STREAM = """
import asyncio, time
from fastapi.responses import StreamingResponse
from fast_api import Fast_API

async def stream() -> StreamingResponse:
    async def parts():
        while True:
            yield b"x"
            await asyncio.sleep(0.05)
    return StreamingResponse(parts())

def stream_in_a_thread() -> StreamingResponse:
    def parts():
        while True:
            yield b"x"
            time.sleep(0.05)
    return StreamingResponse(parts())

class Service(Fast_API):
    def setup_routes(self):
        self.add_route_get(stream).add_route_get(stream_in_a_thread)
        self.app().lifecycle.at_end.append(lambda: print("ended well", flush=True))

service = Service()
"""


@pytest.mark.parametrize("path", ["/stream", "/stream-in-a-thread"])
@pytest.mark.parametrize("options", [[], ["--timeout-graceful-shutdown", "1"], ["--workers", "2"]])
def test_a_server_ends_in_spite_of_an_open_stream(path: str, options: list[str], tmp_path: Path) -> None:
    (tmp_path / "streaming_app.py").write_text(STREAM)
    port = free_port()
    command = [sys.executable, "-m", "fast_api", "serve", "streaming_app:service", "--port", str(port), *options]
    process = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        wait_for_url(f"http://127.0.0.1:{port}/config/health")
        with httpx.stream("GET", f"http://127.0.0.1:{port}{path}", timeout=60) as response:
            assert next(response.iter_bytes())
            process.terminate()
            output = process.communicate(timeout=180)[0]
    finally:
        process.kill()
    assert "ended well" in output
