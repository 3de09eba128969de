"""Annotations of handlers, adapted for FastAPI, which reads BaseModels and plain types.

`adapt_annotation` puts generated BaseModels in the place of Type_Safe classes and dataclasses, and plain types with
their rules in the place of primitives, at every level. `Adapted_Annotation.to_handler` converts a validated value into
the class that the handler names; `to_basemodels` converts what the handler returns.
"""

import copy
import dataclasses
import inspect
import types
from collections import abc, deque
from collections.abc import Callable
from typing import Annotated, Any, get_args, get_origin
from weakref import WeakKeyDictionary

from osbot_utils.type_safe.Type_Safe import Type_Safe
from pydantic import Discriminator, Field, TypeAdapter
from pydantic.dataclasses import is_pydantic_dataclass
from pydantic.errors import PydanticUserError
from pydantic.fields import FieldInfo
from pydantic_core import PydanticSerializationError
from starlette.responses import Response

from fast_api.models.constructors import through_own_constructors
from fast_api.models.conversions import To_Handler
from fast_api.models.generics import alias_of, specialise_generics
from fast_api.models.init_vars import ByConstructors, takes_init_vars
from fast_api.models.marks import Form, Param
from type_safe_convert import ClassConversionError, ConversionError, convert_class, converter, kind_of, origin_of
from type_safe_convert.types.nodes import CollectionNode, MappingNode, ModelNode, Node, RefinedNode
from type_safe_convert.types.parse import parse

Annotation = Any

_WITHOUT_MODELS = (None, type(None), bool, int, float, str)
_STREAMS: frozenset[Any] = frozenset({
    abc.AsyncIterable, abc.AsyncIterator, abc.AsyncGenerator, abc.Iterable, abc.Iterator, abc.Generator,
})  # fmt: skip


@dataclasses.dataclass(frozen=True)
class Adapted_Annotation:
    """One annotation as FastAPI can read it.

    Attributes:
        annotation: BaseModels and plain types only.
        to_handler: converts a validated value into the class that the handler names.
        to_model: converts a value of the handler's class into one of `annotation`; for defaults.
    """

    annotation: Annotation
    to_handler: Callable[[Any], Any]
    to_model: Callable[[Any], Any]

    def validator(self) -> To_Handler:
        """Returns the metadata that goes with `annotation` and converts the validated value."""
        return To_Handler(self.to_handler)


def adapt_annotation(annotation: Annotation, as_parameters: bool = False) -> Adapted_Annotation | None:
    """Adapts an annotation; None where FastAPI reads it as it is.

    Fields that are parameters of their own (`Annotated[Filter, Query()]`) FastAPI reads from a BaseModel only.
    Raises ClassConversionError for a Type_Safe class that has no BaseModel counterpart.
    """
    annotation = specialise_generics(annotation)
    if not _needs_adapting(parse(annotation)) and not (as_parameters and kind_of(annotation) == "dataclass"):
        return None
    if isinstance(annotation, type) and kind_of(annotation) is not None:
        model = convert_class(annotation, "basemodel")
        # Validated a moment ago, by the same rules: the way to the handler need not check again.
        convert: Callable[[Any], Any] = converter(model, annotation, validate=False)
        return Adapted_Annotation(model, through_own_constructors(model, convert), converter(annotation, model))
    if isinstance(annotation, type) and (base := getattr(annotation, "__primitive_base__", None)):
        info = _field_of(_holder_model(annotation)[1])
        return Adapted_Annotation(_annotated(info.annotation, *info.metadata), annotation, base)
    return _adapt_by_holder(annotation)


def request_annotation(annotation: Annotation, default: Any) -> tuple[Annotation, Any]:
    """Adapts the annotation and the default of a parameter for FastAPI; returns both unchanged where it reads them."""
    inner, metadata = _split(annotation)
    as_parameters = any(isinstance(mark, Param | Form) for mark in [default, *metadata])
    adapted = adapt_annotation(inner, as_parameters)
    if adapted is None:
        return annotation, default
    if not as_parameters and takes_init_vars(adapted.annotation):
        form = ByConstructors(specialise_generics(inner))
        adapted = Adapted_Annotation(_annotated(adapted.annotation, form), _itself, _itself)
    after = adapted.validator()
    metadata = [part for mark in metadata for part in _discriminator_first(mark)]
    if isinstance(default, FieldInfo):
        return _inner(adapted.annotation), _adapt_info(default, adapted, after)
    if default is not inspect.Parameter.empty and default is not None:
        default = _model_default(adapted, default)
        metadata = [*metadata, Field(validate_default=True)]
    return _annotated(adapted.annotation, *metadata, after), default


def _itself(value: Any) -> Any:
    return value


def _adapt_info(info: FieldInfo, adapted: Adapted_Annotation, after: Any) -> FieldInfo:
    """`Query(...)` and its like as a default: FastAPI reads the metadata there, and ignores that of an Annotated."""
    *discriminator, new = _discriminator_first(info)
    new = copy.copy(new)
    new.metadata = [*_split(adapted.annotation)[1], *discriminator, *info.metadata, after]
    if not info.is_required() and info.default_factory is None and info.default is not None:
        new.default = _model_default(adapted, info.default)
        new.validate_default = True
    return new


def _discriminator_first(mark: Any) -> list[Any]:
    """A discriminator belongs to the union itself, so it must come before what is done with the union's value.

    As an attribute of a FieldInfo it would be applied last.
    """
    if not isinstance(mark, FieldInfo) or mark.discriminator is None:
        return [mark]
    name = mark.discriminator
    return [Discriminator(name) if isinstance(name, str) else name, _without_discriminator(mark)]


def _without_discriminator(mark: FieldInfo) -> FieldInfo:
    if hasattr(mark, "_attributes_set"):  # what pydantic takes over where several FieldInfos meet
        new = copy.copy(mark)
        new.discriminator = None
        new._attributes_set = {key: value for key, value in mark._attributes_set.items() if key != "discriminator"}
        return new
    make: Callable[..., FieldInfo] = Field if type(mark) is FieldInfo else type(mark)
    empty = make()
    names = [name for name in inspect.signature(make).parameters if hasattr(mark, name) and name != "discriminator"]
    new = make(**{name: getattr(mark, name) for name in names if getattr(mark, name) != getattr(empty, name)})
    new.metadata = [*mark.metadata]
    return new


def response_annotation(annotation: Annotation, mark: Callable[[Annotation], Any] | None = None) -> Annotation:
    """Adapts a return annotation for FastAPI; of a generator's, the annotation of its items.

    `mark` makes the last metadata of an annotation that may hold models, from that annotation.
    """
    inner, metadata = _split(annotation)
    origin: Any = get_origin(inner)
    if origin in _STREAMS:
        first, *others = get_args(inner) or (Any,)
        item = response_annotation(first, mark)
        return annotation if item is first else types.GenericAlias(origin, (item, *others))
    adapted = adapt_annotation(inner)
    if adapted is not None:
        annotation = _annotated(adapted.annotation, *metadata)
    if mark is None or inner in _WITHOUT_MODELS or (isinstance(inner, type) and issubclass(inner, Response)):
        return annotation
    return Annotated[annotation, mark(annotation)]


def to_basemodels(value: Any) -> Any:
    """Converts the Type_Safe and dataclass instances in a handler's result into their BaseModel counterparts.

    Raises ValueError (a ConversionError) where an instance holds what its class forbids.
    """
    kind = kind_of(value)
    cls = type(value)
    if kind == "type_safe" or (kind == "dataclass" and not read_by_pydantic(cls)):
        return converter(cls, convert_class(cls, "basemodel"))(value)
    if kind is None:
        if isinstance(value, dict):
            return {key: to_basemodels(item) for key, item in dict.items(value)}
        if isinstance(value, abc.Iterator | abc.ValuesView | deque):
            return [to_basemodels(item) for item in value]
        if isinstance(value, list | tuple | set | frozenset):
            items = [to_basemodels(item) for item in value]
            return items if isinstance(value, list) or any(kind_of(item) for item in items) else _like(value, items)
    return value


def to_basemodel(value: Any) -> Any:
    """Serializer fallback for Type_Safe instances inside untyped containers, such as a bare `dict`.

    Raises PydanticSerializationError for anything else that has no JSON.
    """
    model = to_basemodels(value)
    if model is value:
        raise PydanticSerializationError(f"Unable to serialize unknown type: {type(value)}")
    return model


def to_dataclasses(value: Any) -> Any:
    """`value`, with the dataclasses that pydantic reads in the place of their counterparts of other kinds."""
    kind = kind_of(value)
    if kind is not None:
        origin = origin_of(type(value))
        is_counterpart = origin is not type(value) and kind_of(origin) == "dataclass" and read_by_pydantic(origin)
        return converter(type(value), origin)(value) if is_counterpart else value
    if isinstance(value, dict):
        return {key: to_dataclasses(item) for key, item in dict.items(value)}
    return type(value)(map(to_dataclasses, value)) if type(value) in (list, tuple, set, frozenset) else value


def holds_dataclass(annotation: Annotation) -> bool:
    """Whether an annotation, or a model in it, names a dataclass that pydantic reads."""
    return _holds_dataclass(annotation, set())


def _holds_dataclass(annotation: Annotation, seen: set[Any]) -> bool:
    if isinstance(annotation, type) and not get_args(annotation):
        if annotation in seen:
            return False
        seen.add(annotation)
        if dataclasses.is_dataclass(annotation):
            return True
        fields = getattr(annotation, "model_fields", None)
        return isinstance(fields, dict) and any(_holds_dataclass(info.annotation, seen) for info in fields.values())
    return any(_holds_dataclass(part, seen) for part in (get_origin(annotation), *get_args(annotation)) if part)


def _like(value: Any, items: list[Any]) -> Any:
    return tuple(items) if isinstance(value, tuple) else set(items)


def _needs_adapting(node: Node) -> bool:
    if isinstance(node, ModelNode) and kind_of(node.cls) == "dataclass":
        return not read_by_pydantic(node.cls)
    return _is_type_safe(node) or any(map(_needs_adapting, node.children()))


def read_by_pydantic(cls: type) -> bool:
    """Whether pydantic reads a dataclass by itself, so that FastAPI can have it unchanged."""
    if is_pydantic_dataclass(cls):
        return True
    known = _read_by_pydantic.get(cls)
    if known is None:
        known = _read_by_pydantic[cls] = _can_be_read_by_pydantic(cls)
    return known


_read_by_pydantic: WeakKeyDictionary[type, bool] = WeakKeyDictionary()


def _can_be_read_by_pydantic(cls: type) -> bool:
    try:
        adapter: TypeAdapter[Any] = TypeAdapter(alias_of(cls))
        adapter.rebuild()
    except (PydanticUserError, ClassConversionError, NameError, TypeError):
        return False
    return True


def holds_type_safe(annotation: Annotation) -> bool:
    """Whether an annotation names a Type_Safe class, primitive or collection, at any level of it. What is in
    `Pydantic[...]` does not count: FastAPI reads it by itself."""
    if annotation is inspect.Parameter.empty or isinstance(annotation, str):
        return False
    if _names_pydantic(annotation):
        return not _is_pydantic(annotation) and any(map(holds_type_safe, get_args(annotation)))
    return _is_type_safe(parse(specialise_generics(annotation)))


def _names_pydantic(annotation: Annotation) -> bool:
    return _is_pydantic(annotation) or any(map(_names_pydantic, get_args(annotation)))


def _is_pydantic(annotation: Annotation) -> bool:
    return any(hasattr(mark, "__type_safe_convert_model__") for mark in getattr(annotation, "__metadata__", ()))


def _is_type_safe(node: Node) -> bool:
    match node:
        case RefinedNode():
            return True
        case CollectionNode(container_class=declared) | MappingNode(container_class=declared) if declared is not None:
            return True
        case ModelNode(cls=cls):
            return cls is Type_Safe or kind_of(cls) == "type_safe"
    return any(map(_is_type_safe, node.children()))


def _adapt_by_holder(annotation: Annotation) -> Adapted_Annotation:
    """Adapts lists, unions and the rest by a holder class with one field, since the core converts fields of classes."""
    holder, model = _holder_model(annotation)
    to_holder = converter(model, holder, validate=False)
    to_model = converter(holder, model)
    info = _field_of(model)
    return Adapted_Annotation(
        _annotated(info.annotation, *info.metadata),
        through_own_constructors(
            info.annotation, lambda value: to_holder(model.model_construct(value=value)).value, holder=1
        ),
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


def _inner(annotation: Annotation) -> Annotation:
    return _split(annotation)[0]


def _annotated(annotation: Annotation, *metadata: Any) -> Annotation:
    return Annotated[(annotation, *metadata)] if metadata else annotation


def _model_default(adapted: Adapted_Annotation, default: Any) -> Any:
    try:
        return adapted.to_model(default)
    except (ConversionError, AttributeError, TypeError, ValueError):
        return default  # not of the handler's kind: FastAPI validates it as it would validate what a request holds
