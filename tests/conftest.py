"""Hypothesis profiles, of which HYPOTHESIS_PROFILE chooses one, and what tests in several folders use.

`dev` is quick, `few` is for other Pythons and other versions, `ci` is thorough, `deep` is for `make fuzz`.
"""

import os
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, Verbosity, settings
from hypothesis.internal.conjecture import engine

# A drawn class is costly, so is the first draw of a strategy: neither says anything about the code under test.
_COSTLY = (
    HealthCheck.too_slow,
    HealthCheck.data_too_large,
    HealthCheck.filter_too_much,
    HealthCheck.large_base_example,
)

settings.register_profile("dev", max_examples=20, deadline=None, suppress_health_check=_COSTLY, derandomize=True)
settings.register_profile("few", settings.get_profile("dev"), max_examples=5)
settings.register_profile("ci", max_examples=150, deadline=None, suppress_health_check=_COSTLY, print_blob=True)
settings.register_profile(
    "deep",
    max_examples=int(os.environ.get("FUZZ_EXAMPLES", "3000")),
    deadline=None,
    suppress_health_check=_COSTLY,
    print_blob=True,
    verbosity=Verbosity.normal,
)
# A drawn class is shrunk for minutes, up to the five that Hypothesis allows, which no setting changes.
engine.MAX_SHRINKING_SECONDS = min(engine.MAX_SHRINKING_SECONDS, 20)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "dev"))

# The processes of pytest-xdist are told the width of the terminal, at which the command line would fold its lines.
os.environ.pop("COLUMNS", None)


@pytest.fixture
def threads_meet_everywhere() -> Iterator[None]:
    """Threads take turns after each microsecond instead of every five milliseconds."""
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(interval)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """For the deep profile: how each law fared and how long it took, the slowest first."""
    if os.environ.get("HYPOTHESIS_PROFILE") != "deep":
        return
    reports = [
        report
        for outcome in ("passed", "failed")
        for report in terminalreporter.getreports(outcome)
        if report.when == "call" and "/properties/" in report.nodeid
    ]
    failed = sum(report.failed for report in reports)
    examples = settings.default.max_examples  # type: ignore[union-attr]  # it always has one
    terminalreporter.section(f"{len(reports)} laws, {examples} examples each: {failed} failed")
    for report in sorted(reports, key=lambda report: -report.duration):
        terminalreporter.line(f"{report.outcome:6} {report.duration:8.1f} s  {report.nodeid.rpartition('/')[2]}")
