"""The cache of generated classes: what it counts, what `clear` forgets, and several threads at once."""

import os
import signal
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, make_dataclass

import pytest
from pydantic import BaseModel

from type_safe_convert import Model_Cache, convert, convert_class, model_cache
from type_safe_convert.model.family import LOCK, record_of


def test_threads_get_one_class():
    class Fresh(BaseModel):
        x: int
        others: "list[Fresh]" = []

    found, barrier = [], threading.Barrier(8)

    def make():
        barrier.wait()
        found.append(convert_class(Fresh, "dataclass"))

    threads = [threading.Thread(target=make) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(map(id, found))) == 1


@pytest.mark.usefixtures("threads_meet_everywhere")
def test_others_count_and_pickle_while_a_thread_makes_classes():
    def make(number):
        return convert_class(make_dataclass(f"Made{number}", [("x", int)]), "basemodel")

    kept, done = [make(number) for number in range(100)], threading.Event()

    def look():
        while not done.is_set():
            model_cache.sizes()
            for cls in kept[:20]:
                find, arguments = record_of(cls).__reduce__()
                assert find(*arguments) is record_of(cls)
            with pytest.raises(AttributeError):
                sys.modules[kept[0].__module__].Nothing

    with ThreadPoolExecutor(4) as pool:
        looking = [pool.submit(look) for _ in range(3)]
        kept.extend(pool.map(make, range(100, 300)))
        done.set()
        for each in looking:
            each.result()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")
def test_a_process_that_is_forked_while_a_thread_makes_classes_makes_its_own():
    """A lock that a thread holds stays locked in the new process, which has no such thread."""

    class Fresh(BaseModel):
        x: int

    holds = threading.Event()

    def make():
        with LOCK:
            holds.set()
            time.sleep(0.3)

    thread = threading.Thread(target=make)
    thread.start()
    holds.wait()
    child = os.fork()
    if child == 0:
        signal.alarm(60)
        status = 1
        try:
            convert_class(Fresh, "dataclass")
            status = 0
        finally:
            os._exit(status)
    assert os.waitpid(child, 0)[1] == 0
    thread.join()
    assert convert_class(Fresh, "dataclass")(1).x == 1


def test_the_cache_counts_and_clears():
    assert Model_Cache() is model_cache

    @dataclass
    class Counted:
        x: int

    before = model_cache.misses
    made = convert_class(Counted, "basemodel")
    assert model_cache.misses == before + 1
    hits = model_cache.hits
    assert convert_class(Counted, "basemodel") is made
    assert model_cache.hits == hits + 1
    model_cache.warm(Counted)
    sizes = model_cache.sizes()
    assert sizes.families >= 1
    assert sizes.made_classes >= 2
    assert sizes.functions >= 6
    instance = convert(Counted(1), "basemodel")
    model_cache.clear()
    assert (model_cache.hits, model_cache.misses) == (0, 0)
    assert convert_class(made, "dataclass") is Counted
    assert convert(instance, "dataclass") == Counted(1)
    assert convert_class(Counted, "basemodel") is not made
