"""With FORBID_SKIPS=1, as in CI, a skipped test fails the run: everything that a test needs must be there."""

import os

import pytest

skipped: list[str] = []

# Folders whose last test shows the outcomes of the others.
TOGETHER = {"matrix"}


@pytest.hookimpl(tryfirst=True)  # before xdist looks for groups
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """With `-n 2 --dist loadgroup`, the tests of a file run in one process, and those of a table in one, too."""
    for item in items:
        folder = item.path.parent
        item.add_marker(pytest.mark.xdist_group(folder.name if folder.name in TOGETHER else item.path.name))


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
