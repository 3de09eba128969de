"""The faults in short; `make soak` gives each 20 seconds."""

import asyncio

import pytest

from ..stores.redis_server import skip_if_missing
from .faults import FAULTS, Outcome, befall


@pytest.mark.parametrize("fault", ["Redis stopped", "a worker killed while Redis is stopped"])
def test_every_request_has_one_event_or_is_counted_or_died_with_its_worker(fault: str) -> None:
    skip_if_missing()
    assert fault in FAULTS
    outcome = asyncio.run(befall(fault, seconds=2, connections=8, pause=0.02, workers=2))
    assert outcome.problems() == []
    assert len(outcome.during.completed) > 20
    assert (outcome.unaccounted() > 0) == ("killed" in fault)


def test_what_is_wrong_is_found() -> None:
    counts = {"dropped": 1}
    outcome = Outcome("no fault", stored=["a", "b"], counts=counts)
    outcome.before.completed = ["a", "b", "c"]
    assert outcome.problems() == []
    outcome.stored = ["a", "b", "b"]
    assert outcome.problems() == ["events that are there twice"]
    outcome.stored = ["a", "x"]
    assert [problem.partition(" ")[2] for problem in outcome.problems()] == [
        f"requests are not accounted for: {counts}",
        "events of no request",
    ]
    assert Outcome("Redis stopped", counts={"dropped": 0}).problems() == ["nothing was said about it"]
