"""Ray's workers get generated classes and their instances, and send them back."""

from collections.abc import Iterator

import pytest

from examples.scale.models import Track, track
from type_safe_convert import convert, convert_class, converter

ray = pytest.importorskip("ray", reason="Ray is not installed: the extra `clusters`")

COUNT = 60


@pytest.fixture(scope="module")
def there_and_back() -> Iterator[object]:
    from examples.scale.on_ray import there_and_back

    for is_last in (False, False, True):
        try:
            ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, object_store_memory=128 * 1024 * 1024)
            break
        except Exception:  # a node has 30 s to start, which no setting changes: too few on a busy machine
            ray.shutdown()
            if is_last:
                raise
    yield there_and_back
    ray.shutdown()


@pytest.mark.parametrize("kind", ["basemodel", "type_safe"])
def test_generated_classes_and_instances_go_both_ways(there_and_back, kind) -> None:
    made, back = there_and_back(COUNT, kind, parts=2)
    assert {type(item) for item in made} == {convert_class(Track, kind)}
    assert sorted(item.number for item in made) == list(range(COUNT))
    assert sorted(back, key=lambda item: item.number) == [track(number) for number in range(COUNT)]


def test_instances_in_the_object_store(there_and_back) -> None:
    made = [convert(track(number), "type_safe") for number in range(COUNT)]
    back = converter(convert_class(Track, "type_safe"), Track)
    assert list(map(back, ray.get(ray.put(made)))) == [track(number) for number in range(COUNT)]
