"""Finds the BaseModel classes in annotations."""

from collections.abc import Iterator
from typing import Any, get_args, get_origin

from pydantic import BaseModel


def basemodels_of(annotation: Any, known: set[type[BaseModel]]) -> Iterator[type[BaseModel]]:
    """Yields the BaseModel classes that the schema of an annotation can name; a plain `BaseModel` yields nothing."""
    if isinstance(annotation, type) and get_origin(annotation) is None:
        if issubclass(annotation, BaseModel) and annotation is not BaseModel and annotation not in known:
            known.add(annotation)
            yield annotation
            for info in annotation.model_fields.values():
                yield from basemodels_of(info.annotation, known)
                for mark in info.metadata:
                    yield from basemodels_of(mark, known)
        return
    for argument in get_args(annotation):
        yield from basemodels_of(argument, known)


def holds_bare_base(annotation: Any) -> bool:
    """Whether an annotation names BaseModel itself."""
    return annotation is BaseModel or any(map(holds_bare_base, get_args(annotation)))
