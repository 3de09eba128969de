"""A real receiver and a real service, once for the tests of a module."""

from collections.abc import Iterator

import pytest

from .processes import QUICK, Process, running


@pytest.fixture(scope="module")
def receiver() -> Iterator[Process]:
    with running("tests.telemetry.receiver") as process:
        yield process


@pytest.fixture(scope="module")
def service(receiver: Process) -> Iterator[Process]:
    environment = {"OTEL_EXPORTER_OTLP_ENDPOINT": receiver.url(), "PLANTED_EXCEPTION": "not-planted-here", **QUICK}
    with running("tests.telemetry.service", **environment) as process:
        yield process
