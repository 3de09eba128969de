"""Spark's Python workers get generated classes and their instances, and send them back."""

import shutil
from collections.abc import Iterator
from typing import Any

import pytest

from examples.scale.models import Track, track
from type_safe_convert import convert_class

pytest.importorskip("pyspark", reason="Spark is not installed: the extra `clusters`")

COUNT = 60


@pytest.fixture(scope="module")
def spark() -> Iterator[Any]:
    from examples.scale.on_spark import session

    if shutil.which("java") is None:
        pytest.skip("Spark needs a Java: Debian's default-jre-headless")
    with pytest.MonkeyPatch.context() as environment:
        # Spark and Python give each other 15 s to connect: too few on a busy machine.
        environment.setenv("SPARK_AUTH_SOCKET_TIMEOUT", "300")
        options = "--conf spark.python.authenticate.socketTimeout=300s pyspark-shell"
        environment.setenv("PYSPARK_SUBMIT_ARGS", options)
        with session(workers=2) as spark:
            yield spark


@pytest.mark.parametrize("kind", ["basemodel", "type_safe"])
def test_generated_classes_and_instances_go_both_ways(spark: Any, kind: str) -> None:
    from examples.scale.on_spark import there_and_back

    made, back = there_and_back(spark, COUNT, kind, parts=2)
    assert {type(item) for item in made} == {convert_class(Track, kind)}
    assert back == [track(number) for number in range(COUNT)]


def test_a_data_frame_of_models(spark: Any) -> None:
    from examples.scale.on_spark import rows

    found = rows(spark, 3)
    assert [row.ship for row in found.collect()] == [track(number).ship for number in range(3)]
