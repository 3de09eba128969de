"""Pydantic's own view of a class of any kind, and of any type."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from pydantic import ConfigDict, TypeAdapter

from type_safe_convert.errors import ClassConversionError, ConversionError, hides_input, type_text
from type_safe_convert.json.annotations import Renderer
from type_safe_convert.json.compilation import own_schemas
from type_safe_convert.json.options import CONFIG
from type_safe_convert.json.schema_owner import has_own_schema_as_written, validates_as_origin
from type_safe_convert.json.subclasses import subclasses_of
from type_safe_convert.json.untyped_keys import RootPlace
from type_safe_convert.model.family import is_written, record_of
from type_safe_convert.model.no_kind import NO_KIND
from type_safe_convert.model.unresolved import error_of, reached_from
from type_safe_convert.model.waiting import is_pending
from type_safe_convert.registry import KindName, kind_of_base, kind_of_class
from type_safe_convert.types.nodes import ModelNode, walk
from type_safe_convert.types.roots import models_in, parse_root

# The annotation that stands for a class, with what its type variables stand for.
ModelAnnotation = Callable[[Any, Mapping[Any, Any]], Any]


def is_own(cls: Any) -> bool:
    """Whether pydantic's own schema reads all models of a class or type, as strictly as it is asked to."""
    classes = models_in(cls)
    return bool(classes) and all(has_own_schema_as_written(item) or validates_as_origin(item) for item in classes)


def adapter_with(cls: Any, model_annotation: ModelAnnotation, kind: KindName = NO_KIND) -> TypeAdapter[Any]:
    """Pydantic's own view of a class of any kind, or of a type with the counterparts of its classes in `kind`."""
    is_class = kind_of_class(cls) is not None
    try:
        if is_class and has_own_schema_as_written(cls):
            return _complete(TypeAdapter(cls), cls)
        form = model_annotation(cls, {}) if is_class else annotation_of(cls, model_annotation, kind)
        settings: Any = settings_of(cls)
        with own_schemas():
            adapter: TypeAdapter[Any] = TypeAdapter(
                form,
                config=ConfigDict(
                    **settings, strict=True, arbitrary_types_allowed=True, hide_input_in_errors=hides_input(cls)
                ),
            )
    except ConversionError:
        raise
    except Exception as error:
        name = "" if is_class else f"{type_text(cls)} "
        raise ClassConversionError(
            f"{name}has no form in JSON: {type(error).__name__}: {str(error).splitlines()[0]}",
            source_class=cls if is_class else None,
        ) from error
    return _complete(adapter, cls)


def annotation_of(annotation: Any, model_annotation: ModelAnnotation, kind: KindName = NO_KIND) -> Any:
    """A type as pydantic is to read it: as a field with this annotation. Raises NotAModelError."""
    return Renderer(kind, NO_KIND, model_annotation).field(parse_root(annotation), RootPlace(type_text(annotation)))


def _complete(adapter: TypeAdapter[Any], cls: Any) -> TypeAdapter[Any]:
    """The adapter, unless pydantic has put off its schema, since there are models in it without all of their names."""
    if not adapter.pydantic_complete:
        for item in models_in(cls):
            for origin in reached_from(item):
                if is_pending(origin):
                    raise error_of(origin, record_of(origin).shape.fields)
    return adapter


def settings_of(cls: Any) -> Mapping[str, Any]:
    """Settings for writing values that no annotation describes; those of the origin, if it has its own."""
    if kind_of_class(cls) is None or not validates_as_origin(cls):
        return CONFIG
    own = record_of(cls).shape.config
    return {key: value for key, value in own.items() if key.startswith(("ser_json_", "val_json_"))}


def count_subclasses(classes: list[type]) -> int:
    return sum(sum(map(is_written, type.__subclasses__(item))) for item in classes)


def reached(cls: Any) -> list[type]:
    """The origin classes whose instances can be in an instance of `cls`, itself included."""
    found = list(dict.fromkeys(record_of(item).origin for item in models_in(cls)))
    for current in found:  # which grows meanwhile
        more = subclasses_of(current)
        for field in record_of(current).shape.fields.values():
            models = [node.cls for node in walk(field.node) if isinstance(node, ModelNode)]
            more += [record_of(item).origin for item in models if kind_of_base(item) is None]
        found.extend(item for item in dict.fromkeys(more) if item not in found)
    return found
