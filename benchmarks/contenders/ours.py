"""The library under test, as its users call it."""

from importlib import import_module
from typing import Any

from benchmarks.contenders.base import Convert, Job, Unable, each


def _library() -> Any:
    try:
        library = import_module("type_safe_convert")
    except ImportError as error:
        raise Unable(f"cannot be imported: {error}") from error
    if not hasattr(library, "converter"):
        raise Unable("the library has no `converter`")
    return library


def convert_instance(job: Job) -> Convert:
    """The call of the original's users: `type_safe__to__basemodel.convert_instance(obj)`."""
    library = _library()
    view = getattr(library, f"{job.source}__to__{job.target}", None)
    if view is None:
        target = job.target
        return each(lambda o: library.convert(o, target), job)
    if job.model.many:
        return lambda batch: list(view.convert_many(batch))
    return view.convert_instance


def converter(job: Job) -> Convert:
    """`converter(source, made counterpart)`, for hot loops."""
    library = _library()
    made = library.convert_class(job.source_class, job.target)
    return each(library.converter(job.source_class, made), job)


def converter_to_written(job: Job) -> Convert:
    """`converter(source, hand-written target)`: between two classes that have nothing to do with each other."""
    return each(_library().converter(job.source_class, job.target_class), job)


def unchecked(job: Job) -> Convert:
    library = _library()
    made = library.convert_class(job.source_class, job.target)
    return each(library.converter(job.source_class, made, validate=False), job)
