"""Other libraries that build an instance of one class from an instance of another."""

from typing import Any

import cattrs
import msgspec
from adaptix.conversion import get_converter
from pydantic import TypeAdapter

from benchmarks import models_msgspec
from benchmarks.contenders.base import Convert, Job, each


def pydantic_from_attributes(job: Job) -> Convert:
    """Pydantic's own validator, as fast as it can be called."""
    cls: Any = job.target_class
    validate = (
        TypeAdapter(list[cls]).validator.validate_python
        if job.model.many
        else cls.__pydantic_validator__.validate_python
    )
    return lambda o: validate(o, from_attributes=True)


def adapter_of_dataclass(job: Job) -> Convert:
    """Pydantic's validator of the annotated dataclass, of a dict that was made before: no source is read at all.

    It stands for a Type_Safe target as well, of which pydantic knows nothing.
    """
    cls: Any = job.model.cls("dataclass")
    known: dict[int, Any] = {}
    validate = TypeAdapter(list[cls] if job.model.many else cls).validator.validate_python

    def convert(o: Any) -> Any:
        values = known.get(id(o))
        if values is None:
            values = known[id(o)] = [item.model_dump() for item in o] if job.model.many else o.model_dump()
        return validate(values)

    return convert


def msgspec_convert(job: Job) -> Convert:
    target: Any = job.target_class
    cls = list[target] if job.model.many else target
    convert = msgspec.convert
    return lambda o: convert(o, cls, from_attributes=True)


def msgspec_tagged(job: Job) -> Convert:
    """Into Structs, the only classes of which msgspec takes several in a union."""
    target: Any = getattr(models_msgspec, job.model.root)
    convert = msgspec.convert
    return lambda o: convert(o, target, from_attributes=True)


def adaptix_converter(job: Job) -> Convert:
    return each(get_converter(job.source_class, job.target_class), job)


def cattrs_through_dicts(job: Job) -> Convert:
    """cattrs converts between classes and plain data, so this is the source's own dump, and `structure`."""
    structure, cls = cattrs.Converter().structure, job.target_class
    if job.source == "basemodel":
        return each(lambda o: structure(o.model_dump(), cls), job)
    return each(lambda o: structure(o.json(), cls), job)
