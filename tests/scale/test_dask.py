"""Generated classes, their instances and `converter` travel to other processes and back."""

import os
from collections.abc import Iterator

import pytest
from distributed import Client, LocalCluster

from examples.scale.convert import convert_bag, timed, tracks
from examples.scale.models import Track, track
from type_safe_convert import convert, convert_class, converter

COUNT = 60


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    with (
        LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as cluster,
        Client(cluster) as client,
    ):
        client.wait_for_workers(2)
        yield client


def _convert_here(kind: str) -> tuple[int, str]:
    made = convert(track(0), kind)
    return os.getpid(), f"{type(made).__module__}.{type(made).__qualname__}"


@pytest.mark.parametrize("kind", ["basemodel", "type_safe"])
def test_generated_instances_come_back_from_other_processes(client: Client, kind: str) -> None:
    made = convert_bag(tracks(COUNT, partitions=4), kind).compute(scheduler=client)
    assert {type(item) for item in made} == {convert_class(Track, kind)}
    back = converter(convert_class(Track, kind), Track)
    assert [back(item) for item in made] == [track(number) for number in range(COUNT)]


def test_generated_instances_go_to_other_processes(client: Client) -> None:
    made = [convert(track(number), "type_safe") for number in range(COUNT)]
    back = converter(convert_class(Track, "type_safe"), Track)
    assert client.gather(client.map(back, made)) == [track(number) for number in range(COUNT)]


def test_every_worker_converts_by_itself(client: Client) -> None:
    found = client.run(_convert_here, "type_safe")
    pids = {pid for pid, _ in found.values()}
    assert len(pids) == 2
    assert os.getpid() not in pids
    assert {name for _, name in found.values()} == {"examples.scale.models.Track__Type_Safe"}


def test_the_clock_runs_over_every_record(client: Client) -> None:
    done, seconds = timed(client, COUNT, "basemodel", partitions=4)
    assert done == COUNT
    assert seconds > 0
