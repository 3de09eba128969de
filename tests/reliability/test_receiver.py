"""The faults of `python -m tests.reliability.receiver` in short; latencies are compared there only."""

import pytest

from .receiver import FAULTS, run


@pytest.mark.parametrize("name", ["killed and started again", "stopped for 4 s"])
def test_what_befalls_the_receiver_befalls_no_request(name: str) -> None:
    outcome = run(FAULTS[name], requests=900)
    assert outcome.problems(900) == []
    assert outcome.spans > 0
