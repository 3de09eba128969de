"""How all tests run: in two processes, each with a share of the folders; with FORBID_SKIPS=1 none is skipped."""

from __future__ import annotations

import gc
import os
from collections.abc import Generator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from xdist.remote import Producer
    from xdist.scheduler import Scheduling

skipped: list[str] = []

# The folders of the second process. Each process runs its tests in the same order every time.
SECOND = {"web", "events", "stores", "telemetry", "reliability", "scale", "packaging", "portability", "typing"}
SECOND |= {"core", "structure", "generated"}


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Scheduling:
    """Shares the tests between two processes, with `-n 2`. (The groups of xdist 3.8 do nothing with pytest 9.2.)"""
    from xdist.scheduler import LoadScopeScheduling

    class FolderScheduling(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            folders = nodeid.partition("::")[0].split("/")[:-1]
            return "second" if SECOND.intersection(folders) else "first"

    return FolderScheduling(config, log)


@pytest.fixture(autouse=True, scope="module")
def _collected() -> None:
    """Begins every module without the garbage of others; what is alive then is not looked at in later collections."""
    gc.collect()
    gc.freeze()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Writes surrogates in captured output as escapes: a report goes as UTF-8 to the process that shows it."""
    report = yield
    report.sections = [(name, text.encode(errors="backslashreplace").decode()) for name, text in report.sections]
    return report


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    if report.skipped:
        skipped.append(report.nodeid)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    if skipped and os.environ.get("FORBID_SKIPS") == "1":
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if skipped and os.environ.get("FORBID_SKIPS") == "1":
        terminalreporter.write_line(f"skipped, which is forbidden here: {', '.join(skipped)}", red=True)
