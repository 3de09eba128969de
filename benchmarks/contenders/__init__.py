"""Everything that converts one of the models: ours, the code by hand, the original, the peers.

A contender is prepared for a job once (that is not measured) and gives a function from a source instance to a target
instance, or from a list to a list for a job with `many`. It raises `Unable` with the reason when it has no way to do
the job. `checked` gives only contenders whose result is right, and the reasons of all others.
"""

from benchmarks.contenders.base import Contender, Job, Unable, Verdict, checked
from benchmarks.contenders.registry import BY_NAME, CONTENDERS

__all__ = ["BY_NAME", "CONTENDERS", "Contender", "Job", "Unable", "Verdict", "checked"]
