"""What was made here is the same in another process, which asks the origin for its counterpart again."""

import multiprocessing
from dataclasses import dataclass, field

from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.equality import facts
from tests.core import models
from tests.properties.strategies import KINDS
from type_safe_convert import convert, kind_of
from type_safe_convert.hypothesis import instances


@dataclass(frozen=True, slots=True)
class Slotted:
    x: int
    more: tuple[int, ...] = ()


@dataclass
class Computed:
    x: int
    twice: int = field(init=False, default=0)

    def __post_init__(self):
        self.twice = self.x * 2


CLASSES = (*models.CLASSES, Slotted, Computed)


def facts_there(made):
    """Runs in the other process: what arrived, and what it is at home."""
    return facts(made), facts(convert(made, "dataclass"))


def test_generated_instances_arrive_in_another_process():
    """facts(made) there is facts(made) here, and so is what it converts to."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:

        @settings(max_examples=min(200, settings.default.max_examples))
        @given(st.sampled_from(CLASSES).flatmap(instances))
        def law(instance):
            made = [convert(instance, kind) for kind in KINDS if kind != kind_of(instance)]
            for here, there in zip(made, pool.map(facts_there, made), strict=True):
                assert there == facts_there(here)

        law()
