"""How all tests run: in two processes, each with a share of the folders; with FORBID_SKIPS=1 none is skipped."""

import gc
import os
from collections.abc import Generator

import pytest

skipped: list[str] = []

# The folders of the second process. Each process runs its tests in the same order every time.
SECOND = {"web", "events", "stores", "telemetry", "reliability", "scale", "packaging", "portability", "typing"}
SECOND |= {"core", "structure", "generated"}


@pytest.hookimpl(tryfirst=True)  # before xdist looks for groups
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Shares the tests between two processes, with `-n 2 --dist loadgroup`."""
    for item in items:
        folders = item.path.relative_to(config.rootpath).parts[:-1]
        item.add_marker(pytest.mark.xdist_group("second" if SECOND.intersection(folders) else "first"))


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
