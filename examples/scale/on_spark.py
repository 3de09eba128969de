"""Spark carries functions, generated classes and their instances: `python -m examples.scale.on_spark`."""

import os
import sys
from typing import Any

from pyspark.sql import SparkSession

from examples.scale.models import Track, track
from type_safe_convert import convert_class, converter, kind_of


def session(workers: int) -> SparkSession:
    """A Spark on this machine, whose Python workers run this interpreter."""
    os.environ["PYSPARK_PYTHON"] = sys.executable
    builder = SparkSession.builder.master(f"local[{workers}]").appName("tracks")
    return builder.config("spark.ui.enabled", "false").config("spark.driver.host", "127.0.0.1").getOrCreate()


def there_and_back(spark: SparkSession, count: int, kind: str, parts: int) -> tuple[list[Any], list[Track]]:
    """`count` tracks as `kind`, converted on the workers, and what they are converted back there."""
    target = convert_class(Track, kind)
    made = spark.sparkContext.parallelize(range(count), parts).map(track).map(converter(Track, target)).collect()
    again = spark.sparkContext.parallelize(made, parts)
    return made, again.map(converter(target, Track)).collect()


def rows(spark: SparkSession, count: int) -> Any:
    """A DataFrame of tracks, by way of their generated BaseModel, whose `model_dump` makes rows of them."""
    made = spark.sparkContext.parallelize(range(count), 2).map(track).map(converter(Track, "basemodel"))
    schema = "ship string, number long, positions array<struct<latitude:double,longitude:double,speed:double>>"
    return spark.createDataFrame(made.map(lambda model: model.model_dump(exclude={"labels"})), schema)


def main() -> None:
    with session(workers=2) as spark:
        made, back = there_and_back(spark, 1_000, "basemodel", parts=4)
        print(f"{len(made):,} instances of kind {kind_of(made[0])}, {len(back):,} of {type(back[0]).__name__}")
        rows(spark, 3).show()


if __name__ == "__main__":
    main()
