"""A server that is asked to stop does so at once, whoever watches its events."""

import socket
from pathlib import Path

import pytest

from .processes import serving


@pytest.mark.parametrize("workers", ["1", "2"])
def test_an_open_stream_of_events_does_not_keep_a_server_from_stopping(tmp_path: Path, workers: str) -> None:
    options = {"OTEL_SDK_DISABLED": "true", "PLANTED_EXCEPTION": "x", "STREAM_SECONDS": "300"}
    target = "tests.telemetry.service:make"
    with serving(target, tmp_path / "output", "--workers", workers, **options) as service:
        watching = [socket.create_connection(("127.0.0.1", service.port)) for _ in range(4)]
        for client in watching:
            client.sendall(b"GET /events/api/stream HTTP/1.1\r\nHost: test\r\n\r\n")
            assert client.recv(100).startswith(b"HTTP/1.1 200")
        assert service.seconds_to_stop() < 50
        for client in watching:
            answer = b""
            while part := client.recv(10_000):
                answer += part
            client.close()
            assert answer.endswith(b"0\r\n\r\n")  # ended, not cut off
