"""Every model in every direction, one table each: ours, by hand, the original, each peer.

    pytest benchmarks/bench_convert.py --benchmark-only --benchmark-group-by=group

Under `--benchmark-disable` each contender runs once, on a small batch, so that the suite never rots.
"""

from typing import Any

import pytest

from benchmarks.contenders import CONTENDERS, Contender, Job, Unable
from benchmarks.jobs import BATCH, all_jobs

pytestmark = [
    # The original's converters call deprecated functions of pydantic.
    pytest.mark.filterwarnings(
        "ignore:Accessing the 'model_fields' attribute", "ignore:The `dict` method is deprecated"
    ),
    # A job that a peer cannot do is neither a failure nor a figure; the report gives the reason.
    pytest.mark.filterwarnings("ignore:Benchmark fixture was not used"),
]

CASES = [
    pytest.param(job, contender, id=f"{job.name}, {contender.name}")
    for job in all_jobs()
    for contender in CONTENDERS
    if contender.fits(job)
]
SMALL_BATCH = 100


@pytest.mark.parametrize(("job", "contender"), CASES)
def test_convert(job: Job, contender: Contender, benchmark: Any) -> None:
    benchmark.group = job.name
    try:
        convert = contender.run(job)
    except Unable:
        if contender.name.startswith(("ours", "by_hand")):
            raise
        return
    argument = job.argument(SMALL_BATCH if benchmark.disabled else BATCH)
    result = benchmark(convert, argument)
    assert type(result) is (list if job.model.many else type(convert(argument)))
