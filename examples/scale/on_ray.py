"""Ray carries functions, generated classes and their instances: `python -m examples.scale.on_ray`."""

from collections.abc import Iterable
from typing import Any

import ray

from examples.scale.models import Track, track
from type_safe_convert import convert_class, converter


@ray.remote
def convert_part(numbers: Iterable[int], target: type) -> list[Any]:
    """The tracks of these numbers as instances of `target`, a generated class that came with the task."""
    return list(map(converter(Track, target), map(track, numbers)))


@ray.remote
def convert_back(made: list[Any]) -> list[Track]:
    """The tracks of instances of a generated class."""
    return [converter(type(item), Track)(item) for item in made]


def there_and_back(count: int, kind: str, parts: int) -> tuple[list[Any], list[Track]]:
    """`count` tracks as `kind`, converted on the workers of a running Ray, and what they are converted back there."""
    target = convert_class(Track, kind)
    made = [convert_part.remote(range(part, count, parts), target) for part in range(parts)]
    back = ray.get([convert_back.remote(part) for part in made])
    return [item for part in ray.get(made) for item in part], [item for part in back for item in part]


def main() -> None:
    with ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False):
        made, back = there_and_back(1_000, "basemodel", parts=4)
        print(f"{len(made):,} instances of {type(made[0]).__name__}, {len(back):,} of {type(back[0]).__name__}")


if __name__ == "__main__":
    main()
