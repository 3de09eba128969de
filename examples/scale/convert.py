"""Dask carries `converter(source, target)` to its workers, and made instances back."""

from collections.abc import Callable, Iterable
from time import perf_counter
from typing import Any

import dask.bag
from distributed import Client

from examples.scale.models import Track, track
from type_safe_convert import convert_class, converter


def tracks(count: int, partitions: int) -> dask.bag.Bag:
    """A bag of `count` tracks, made on the workers."""
    return dask.bag.range(count, npartitions=partitions).map(track)


def convert_bag(records: dask.bag.Bag, kind: str) -> dask.bag.Bag:
    """A bag of the tracks as `kind`: 'basemodel' or 'type_safe'."""
    return records.map(converter(Track, convert_class(Track, kind)))


def timed(client: Client, count: int, kind: str, partitions: int) -> tuple[int, float]:
    """Returns the number of tracks converted, and the seconds that this took.

    They are made before the clock runs, and dropped where they are: only the count of each partition travels back.
    """
    convert = converter(Track, convert_class(Track, kind))
    held = client.persist(tracks(count, partitions))
    client.gather(client.compute(held.count()))
    start = perf_counter()
    done = sum(held.map_partitions(_convert_and_count, convert).compute(scheduler=client))
    return done, perf_counter() - start


def _convert_and_count(records: Iterable[Any], convert: Callable[[Any], Any]) -> list[int]:
    return [sum(1 for _ in map(convert, records))]
