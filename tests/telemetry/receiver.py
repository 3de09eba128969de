"""An OTLP receiver over HTTP: `python -m tests.telemetry.receiver PORT [--delay SECONDS] [--status CODE]`.

It takes what the real exporters send, decodes it with OpenTelemetry's own protobuf classes, and answers `GET /received`
with all of it as JSON.
"""

import argparse
import gzip
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from google.protobuf.json_format import MessageToDict
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

REQUESTS: dict[str, Any] = {"/v1/traces": ExportTraceServiceRequest, "/v1/metrics": ExportMetricsServiceRequest}


class Receiver(ThreadingHTTPServer):
    def __init__(self, port: int, delay: float, status: int) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.delay = delay
        self.status = status
        self.received: dict[str, list[Any]] = {path: [] for path in REQUESTS}
        self.lock = threading.Lock()


class Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        if self.headers.get("content-encoding") == "gzip":
            body = gzip.decompress(body)
        message = REQUESTS[self.path].FromString(body)
        time.sleep(self.server.delay)
        if self.server.status == 200:
            with self.server.lock:
                self.server.received[self.path].append(MessageToDict(message))
        self.answer(self.server.status, b"", "application/x-protobuf")

    def do_GET(self) -> None:
        with self.server.lock:
            body = json.dumps(self.server.received).encode()
        self.answer(200, body, "application/json")

    def answer(self, status: int, body: bytes, content_type: str) -> None:
        self.send_response(status)
        self.send_header("content-type", content_type)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """No line a request."""


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("port", type=int)
    parser.add_argument("--delay", type=float, default=0.0)
    parser.add_argument("--status", type=int, default=200)
    arguments = parser.parse_args()
    Receiver(arguments.port, arguments.delay, arguments.status).serve_forever()
