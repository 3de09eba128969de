"""Without the switch nothing of OpenTelemetry is there but what FastAPI itself imports; without the extra neither."""

import json
import subprocess
import sys

ASK = """
import asyncio, json, sys

async def ask():
    sent = []
    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}
    async def send(message):
        sent.append(message)
    scope = {"type": "http", "method": "GET", "path": "/docs", "raw_path": b"/docs", "query_string": b"", "headers": [],
             "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80), "scheme": "http", "http_version": "1.1"}
    await asgi(scope, receive, send)
    assert sent[0]["status"] == 200, sent

asyncio.run(ask())
print(json.dumps([name for name in sys.modules if name.split(".")[0] in ("opentelemetry", "google", "requests")]))
"""
PLAIN = "from fastapi import FastAPI\nasgi = FastAPI()\n"
OFF = "from fast_api import Fast_API\nasgi = Fast_API().setup().app()\n"
ON = "from fast_api import Fast_API\nasgi = Fast_API(telemetry=True).setup().app()\n"
ABSENT = "import sys\nsys.modules['opentelemetry.instrumentation.asgi'] = None\n"
EXPORTS_NOTHING = "import os\nos.environ.update(OTEL_TRACES_EXPORTER='none', OTEL_METRICS_EXPORTER='none')\n"


def run(program: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)


def modules_after(program: str) -> set[str]:
    found = run(program + ASK)
    assert found.returncode == 0, found.stderr
    return set(json.loads(found.stdout.splitlines()[-1]))


def test_nothing_is_imported_without_the_switch() -> None:
    plain, off, on = modules_after(PLAIN), modules_after(OFF), modules_after(EXPORTS_NOTHING + ON)
    assert off <= plain
    assert "opentelemetry.sdk.trace" not in off
    assert "opentelemetry.sdk.trace" in on


def test_the_service_runs_without_the_extra() -> None:
    assert modules_after(ABSENT + OFF)


def test_the_switch_without_the_extra_says_what_to_install() -> None:
    found = run(ABSENT + ON)
    assert found.returncode == 1
    assert "pip install 'type-safe-convert[telemetry]'" in found.stderr.splitlines()[-1]


def test_an_exporter_that_is_not_here_is_refused_at_the_start() -> None:
    found = run("import os\nos.environ['OTEL_TRACES_EXPORTER'] = 'zipkin'\n" + ON + ASK)
    assert found.returncode == 1
    assert "found 'zipkin'" in found.stderr


def test_the_applications_own_providers_are_used() -> None:
    """Its spans get ours, and nothing else is set up; FastAPI's own spans, which are not cleaned, stay away."""
    found = run(
        """
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

exported = InMemorySpanExporter()
provider = TracerProvider()
provider.add_span_processor(SimpleSpanProcessor(exported))
trace.set_tracer_provider(provider)
from fast_api import Fast_API
from fast_api.telemetry import providers
for switch in (True, False):
    client = Fast_API(telemetry=switch).setup().client()
    client.get("/config/status?token=planted-1234567")
    (span,) = exported.get_finished_spans()
    assert span.name == "GET /config/status"
    assert "planted" not in span.to_json()
assert providers._providers is None
assert trace.get_tracer_provider() is provider
"""
    )
    assert found.returncode == 0, found.stderr


def test_bytes_that_the_instrumentation_cannot_decode_break_nothing() -> None:
    """It decodes the query and headers strictly: a request that it sees as it came would be a 500."""
    odd = """
import asyncio
from fast_api import Fast_API

asgi = Fast_API(telemetry=True).setup().app()

async def ask():
    sent = []
    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}
    async def send(message):
        sent.append(message)
    odd = b"\\xff\\xfe\\\\"
    headers = [(b"host", odd), (b"user-agent", odd), (b"traceparent", odd), (b"content-length", odd), (b"x-odd", odd)]
    scope = {"type": "http", "method": "GET", "path": "/config/status", "query_string": b"q=" + odd, "headers": headers,
             "client": ("127.0.0.1", 1), "server": ("127.0.0.1", 80), "scheme": "http", "http_version": "1.1"}
    await asgi(scope, receive, send)
    assert sent[0]["status"] == 200, sent

asyncio.run(ask())
"""
    capture = "os.environ['OTEL_INSTRUMENTATION_HTTP_CAPTURE_HEADERS_SERVER_REQUEST'] = '.*'\n"
    for environment in (EXPORTS_NOTHING, EXPORTS_NOTHING + capture):
        found = run(environment + odd)
        assert found.returncode == 0, found.stderr
