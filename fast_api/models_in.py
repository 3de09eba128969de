"""Which BaseModel classes an annotation leads to."""

from collections.abc import Iterator
from typing import Any, get_args, get_origin

from pydantic import BaseModel


def models_in(annotation: Any, known: set[type[BaseModel]]) -> Iterator[type[BaseModel]]:
    """Every BaseModel class that the schema of an annotation can name."""
    if isinstance(annotation, type) and get_origin(annotation) is None:
        if issubclass(annotation, BaseModel) and annotation not in known:
            known.add(annotation)
            yield annotation
            for info in annotation.model_fields.values():
                yield from models_in(info.annotation, known)
                for mark in info.metadata:
                    yield from models_in(mark, known)
        return
    for argument in get_args(annotation):
        yield from models_in(argument, known)
