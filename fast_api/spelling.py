"""How an annotation of a handler is spelled for FastAPI, which knows BaseModels and plain types.

`spell(annotation)` puts the BaseModel siblings in the place of Type_Safe classes and dataclasses, and the plain types
with their rules in the place of primitives, at every level. What FastAPI reads in that spelling becomes an instance of
the class that the handler names by `Spelling.to_handler`; what the handler returns goes the other way by `to_models`.
"""

import copy
import dataclasses
import inspect
import types
from collections import abc
from collections.abc import Callable, Iterator
from typing import Annotated, Any, get_args, get_origin

from pydantic import AfterValidator, BaseModel, Field
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from type_safe_convert import ConversionError, convert_class, converter, kind_of
from type_safe_convert.annotations import Collection, Mapping, Model, Node, Primitive, parse

Annotation = Any

_STREAMS: frozenset[Any] = frozenset({
    abc.AsyncIterable, abc.AsyncIterator, abc.AsyncGenerator, abc.Iterable, abc.Iterator, abc.Generator,
})  # fmt: skip

_NO_DEFAULT = inspect.Parameter.empty


@dataclasses.dataclass(frozen=True)
class Spelling:
    """One annotation in FastAPI's spelling.

    Attributes:
        annotation: BaseModels and plain types only.
        to_handler: makes of a validated value what the handler named.
        to_model: makes of the handler's kind of value one of `annotation`; for defaults.
    """

    annotation: Annotation
    to_handler: Callable[[Any], Any]
    to_model: Callable[[Any], Any]


def spell(annotation: Annotation) -> Spelling | None:
    """The spelling of an annotation; None where FastAPI reads it as it is.

    Raises ClassConversionError for a Type_Safe class that has no BaseModel sibling.
    """
    if not _needs_spelling(parse(annotation)):
        return None
    if isinstance(annotation, type) and kind_of(annotation) is not None:
        model = convert_class(annotation, "basemodel")
        # Validated a moment ago, by the same rules: the way to the handler need not check again.
        return Spelling(model, converter(model, annotation, validate=False), converter(annotation, model))
    if isinstance(annotation, type) and (base := getattr(annotation, "__primitive_base__", None)):
        info = _field_of(_holder_model(annotation)[1])
        return Spelling(_annotated(info.annotation, *info.metadata), annotation, base)
    return _spell_by_holder(annotation)


def request_annotation(annotation: Annotation, default: Any) -> tuple[Annotation, Any]:
    """The annotation and the default of a parameter, for FastAPI's eyes; both unchanged where it needs no help."""
    inner, metadata = _split(annotation)
    spelling = spell(inner)
    if spelling is None:
        return annotation, default
    if isinstance(default, FieldInfo):
        # FastAPI forgets an Annotated beside a default of this form, so it goes in there, and its default out.
        metadata = [*metadata, _without_default(default)]
        default = _NO_DEFAULT if default.is_required() or default.default_factory else default.default
    if default is not _NO_DEFAULT and default is not None:
        default = _model_default(spelling, default)
        metadata = [*metadata, Field(validate_default=True)]
    return _annotated(spelling.annotation, *metadata, AfterValidator(spelling.to_handler)), default


def response_annotation(annotation: Annotation) -> Annotation:
    """A return annotation for FastAPI's eyes; that of a generator has the items' spelling."""
    inner, metadata = _split(annotation)
    origin = get_origin(inner)
    if origin in _STREAMS:
        first, *others = get_args(inner) or (Any,)
        item = response_annotation(first)
        return annotation if item is first else types.GenericAlias(origin, (item, *others))
    spelling = spell(inner)
    return annotation if spelling is None else _annotated(spelling.annotation, *metadata)


def to_models(value: Any) -> Any:
    """What a handler returned, with the BaseModel siblings of the Type_Safe and dataclass instances in it.

    Raises ValueError (a ConversionError) where an instance holds what its class forbids.
    """
    kind = kind_of(value)
    if kind in ("type_safe", "dataclass"):
        cls = type(value)
        return converter(cls, convert_class(cls, "basemodel"))(value)
    if kind is None:
        if isinstance(value, dict):
            return {key: to_models(item) for key, item in dict.items(value)}
        if isinstance(value, list | tuple | set | frozenset):
            items = [to_models(item) for item in value]
            return items if isinstance(value, list) or any(kind_of(item) for item in items) else _like(value, items)
    return value


def _like(value: Any, items: list[Any]) -> Any:
    return tuple(items) if isinstance(value, tuple) else set(items)


def models_in(annotation: Annotation, known: set[type[BaseModel]]) -> Iterator[type[BaseModel]]:
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


def _needs_spelling(node: Node) -> bool:
    match node:
        case Primitive():
            return True
        case Collection(declared=declared) | Mapping(declared=declared) if declared is not None:
            return True
        case Model(cls=cls):
            kind = kind_of(cls)
            # A pydantic dataclass has validators of its own, and pydantic reads it by itself.
            return kind == "type_safe" or (kind == "dataclass" and "__pydantic_validator__" not in cls.__dict__)
    return any(_needs_spelling(child) for child in node.children())


def _spell_by_holder(annotation: Annotation) -> Spelling:
    """For lists, unions and the rest: the core converts them as the field of a class, so here is such a class."""
    holder, model = _holder_model(annotation)
    to_holder = converter(model, holder, validate=False)
    to_model = converter(holder, model)
    info = _field_of(model)
    return Spelling(
        _annotated(info.annotation, *info.metadata),
        lambda value: to_holder(model.model_construct(value=value)).value,
        lambda value: to_model(holder(value)).value,
    )


def _holder_model(annotation: Annotation) -> tuple[Any, Any]:
    holder = dataclasses.make_dataclass("Value", [("value", annotation)])
    return holder, convert_class(holder, "basemodel")


def _field_of(model: Any) -> FieldInfo:
    info: FieldInfo = model.model_fields["value"]
    return info


def _split(annotation: Annotation) -> tuple[Annotation, list[Any]]:
    if get_origin(annotation) is Annotated:
        return get_args(annotation)[0], list(annotation.__metadata__)
    return annotation, []


def _annotated(annotation: Annotation, *metadata: Any) -> Annotation:
    return Annotated[(annotation, *metadata)] if metadata else annotation


def _model_default(spelling: Spelling, default: Any) -> Any:
    try:
        return spelling.to_model(default)
    except (ConversionError, AttributeError, TypeError, ValueError):
        return default  # not of the handler's kind: FastAPI validates it as it would validate what a request holds


def _without_default(info: FieldInfo) -> FieldInfo:
    bare = copy.copy(info)
    bare.default = PydanticUndefined
    return bare
