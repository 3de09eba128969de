"""Classes come, are converted, subclassed, dropped and collected, in any order and from several threads at once."""

import dataclasses
import gc
import threading
import typing
import weakref

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, rule

from benchmarks.equality import facts
from tests.properties.strategies import KINDS
from type_safe_convert import convert, convert_class, kind_of, model_cache, origin_of
from type_safe_convert.hypothesis import instances, model_classes
from type_safe_convert.model.kind import get_kind

THREADS = 3


def _instances_know_class(cls):
    """Not so for a dict that a TypedDict describes: it does not say which class the tour begins with."""
    return get_kind(kind_of(cls)).traits.instances_know_class


def passing(cls: type, below: bool, path: list[str]) -> list[weakref.ref]:
    """Makes a class of one that stays, converts it from several threads, and drops it: references to what was made."""
    namespace = {"__module__": __name__}
    if below:
        made = type(cls)("Passing", (cls,), {**namespace, "__annotations__": {}})
    else:
        made = dataclasses.make_dataclass("Passing", [("held", typing.Optional[cls], None)], namespace=namespace)
    found = [made]

    def work():
        value = None if below else made()
        for kind in path:
            found.append(convert_class(made, kind))
            value = value and convert(value, kind)

    in_threads(work)
    return [weakref.ref(item) for item in found]


def in_threads(work) -> None:
    threads = [threading.Thread(target=work) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def collect() -> None:
    for clear in typing._cleanups:
        clear()
    gc.collect()


class Classes(RuleBasedStateMachine):
    """What holds whatever was done before: one counterpart a kind, round trips, and nothing that we keep alive."""

    classes = Bundle("classes")

    def __init__(self) -> None:
        super().__init__()
        self.counterparts: dict[int, dict[str, weakref.ref]] = {}

    @initialize()
    def start(self):
        model_cache.hits = model_cache.misses = 0

    @rule(target=classes, cls=model_classes(depth=1, max_fields=2).filter(_instances_know_class))
    def create(self, cls):
        return cls

    @rule(cls=classes, kind=st.sampled_from(KINDS))
    def make(self, cls, kind):
        found = []
        barrier = threading.Barrier(THREADS)

        def work():
            barrier.wait()
            found.append(convert_class(cls, kind))

        in_threads(work)
        assert len(found) == THREADS
        assert len(set(found)) == 1
        assert origin_of(found[0]) is cls
        known = self.counterparts.setdefault(id(cls), {})
        if kind in known:
            assert known[kind]() in (found[0], None)
        known[kind] = weakref.ref(found[0])

    @rule(cls=classes, path=st.lists(st.sampled_from(KINDS), min_size=1, max_size=4), data=st.data())
    def tour(self, cls, path, data):
        instance = data.draw(instances(cls))
        before = facts(instance)
        results, failures = [], []

        def work():
            try:
                value = instance
                for kind in path:
                    value = convert(value, kind)
                results.append(facts(convert(value, kind_of(cls))))
            except Exception as error:
                failures.append(error)

        in_threads(work)
        assert not failures, failures
        assert all(result == before for result in results)
        assert facts(instance) == before

    @rule(target=classes, cls=classes, kind=st.sampled_from(KINDS))
    def subclass(self, cls, kind):
        """A class that somebody writes below a made one, or below an origin, is an origin of its own."""
        base = convert_class(cls, kind)
        namespace = {"__module__": __name__, "__annotations__": {}}
        child = type(base)(f"Below_{cls.__name__}", (base,), namespace)
        assert origin_of(child) is child
        assert issubclass(convert_class(child, kind_of(cls)), cls)
        return child

    @rule(cls=consumes(classes))
    def drop(self, cls):
        self.counterparts.pop(id(cls), None)

    @rule(cls=classes, below=st.booleans(), path=st.lists(st.sampled_from(KINDS), min_size=1, max_size=4))
    def come_and_go(self, cls, below, path):
        """A class that holds a living one, or stands below it, goes with everything made of it once it is dropped.

        Not a Type_Safe class: osbot-utils keeps those that were instantiated.
        """
        if below and kind_of(cls) == "type_safe":
            return
        gone = passing(cls, below, path)
        collect()
        assert [ref() for ref in gone if ref() is not None] == []

    @rule()
    def collect(self):
        collect()

    @rule()
    def clear(self):
        """Forgetting everything changes nothing that can be seen of a class that is asked for again."""
        model_cache.clear()
        self.counterparts.clear()

    @invariant()
    def sizes_are_sane(self):
        sizes = model_cache.sizes()
        assert sizes.families >= 0
        assert sizes.made_classes >= sizes.families


Classes.TestCase.settings = settings(
    max_examples=max(5, settings.default.max_examples // 5),
    stateful_step_count=12,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
test_classes_in_any_order = Classes.TestCase
