"""The six directions between Type_Safe, pydantic and dataclasses, each a converter of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from type_safe_convert.api import convert_class
from type_safe_convert.cache import model_cache
from type_safe_convert.registry import KindName, kind_of_class

if TYPE_CHECKING:
    from type_safe_convert.conversion.conversion import Conversion
    from type_safe_convert.static_types import AnyBaseModel, AnyTypeSafe  # noqa: F401  # in texts

# The common base of instances of the target kind.
Target = TypeVar("Target")


class Converter(Generic[Target]):
    """One direction. All converters share one cache, and the classes that they make are the same."""

    source_kind: ClassVar[KindName]
    target_kind: ClassVar[KindName]

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"

    def convert_class(self, cls: type) -> type[Target]:
        """The counterpart of a class of the source kind; see `convert_class` of this package.

        Raises:
            NotAModelError: `cls` is no model class of the source kind.
        """
        try:
            record = cls.__type_safe_convert__  # type: ignore[attr-defined]
            if record.cls is cls and record.kind == self.source_kind:
                found: type[Target] = record.found[self.target_kind]
                model_cache.hits += 1
                return found
        except (AttributeError, KeyError):
            pass
        self._require(cls, cls, is_class=True)
        target_kind: Any = self.target_kind
        made: type[Target] = convert_class(cls, target_kind)
        return made

    def convert_instance(self, obj: Any, *, validate: bool = True) -> Target:
        """The counterpart of an instance of the source kind.

        Args:
            obj: not changed; the result shares no mutable state with it.
            validate: False for values that are known to be valid: no checks and no validators.

        Raises:
            NotAModelError: `obj` is no instance of the source kind.
            ConversionError: a value does not fit; `.path` says where, `.expected` and `.found` what.
        """
        function = self._known(obj, validate)
        return self._first(obj, validate) if function is None else function(obj)

    def convert_many(self, objects: Iterable[Any], *, validate: bool = True) -> Iterator[Target]:
        """The counterparts of many instances, lazily: one at a time, so that a generator stays a generator."""
        cls: type | None = None
        function: Callable[..., Any]
        if type(objects) is not list:
            from type_safe_convert.advice import refuse_one_instance

            refuse_one_instance(objects)
        for obj in objects:
            if type(obj) is not cls:
                cls = type(obj)
                function = self._known(obj, validate) or self._compiled(obj, validate)
            yield function(obj)

    def _known(self, obj: Any, validate: bool) -> Callable[..., Any] | None:
        """The compiled function, where there is one already."""
        try:
            # By the instance: looking at the class would go through the metaclass of pydantic, at twice the cost.
            record = obj.__type_safe_convert__
            if record.cls is type(obj) and record.kind == self.source_kind:
                found: Callable[..., Any] | None = (record.checked if validate else record.unchecked).get(
                    self.target_kind
                )
                return found
        except AttributeError:
            pass
        return None

    def _first(self, obj: Any, validate: bool) -> Any:
        return self._remembered(self._conversion(obj, validate), validate)(obj)

    def _compiled(self, obj: Any, validate: bool) -> Callable[..., Any]:
        found = self._conversion(obj, validate)
        found.compiled()
        return self._remembered(found, validate)

    def _remembered(self, found: Conversion, validate: bool) -> Callable[..., Any]:
        from type_safe_convert.lookup import remembered  # at the first use, as in `api`

        return remembered(found, self.target_kind, validate)

    def _conversion(self, obj: Any, validate: bool) -> Any:
        self._require(type(obj), obj, is_class=False)
        from type_safe_convert.lookup import conversion_between

        return conversion_between(type(obj), self.target_kind, validate, False)

    def _require(self, cls: Any, found: Any, is_class: bool) -> None:
        if kind_of_class(cls) != self.source_kind:
            from type_safe_convert.advice import not_of_kind

            raise not_of_kind(found, self.source_kind, type(self).__name__, is_class)


class Type_Safe__To__BaseModel(Converter["AnyBaseModel"]):
    """Type_Safe classes and instances to pydantic models."""

    source_kind = "type_safe"
    target_kind = "basemodel"


class BaseModel__To__Type_Safe(Converter["AnyTypeSafe"]):
    """Pydantic models and instances to Type_Safe classes."""

    source_kind = "basemodel"
    target_kind = "type_safe"


class Type_Safe__To__Dataclass(Converter[Any]):
    """Type_Safe classes and instances to dataclasses."""

    source_kind = "type_safe"
    target_kind = "dataclass"


class Dataclass__To__Type_Safe(Converter["AnyTypeSafe"]):
    """Dataclasses and instances to Type_Safe classes."""

    source_kind = "dataclass"
    target_kind = "type_safe"


class BaseModel__To__Dataclass(Converter[Any]):
    """Pydantic models and instances to dataclasses."""

    source_kind = "basemodel"
    target_kind = "dataclass"


class Dataclass__To__BaseModel(Converter["AnyBaseModel"]):
    """Dataclasses and instances to pydantic models."""

    source_kind = "dataclass"
    target_kind = "basemodel"


type_safe__to__basemodel: Type_Safe__To__BaseModel = Type_Safe__To__BaseModel()
basemodel__to__type_safe: BaseModel__To__Type_Safe = BaseModel__To__Type_Safe()
type_safe__to__dataclass: Type_Safe__To__Dataclass = Type_Safe__To__Dataclass()
dataclass__to__type_safe: Dataclass__To__Type_Safe = Dataclass__To__Type_Safe()
basemodel__to__dataclass: BaseModel__To__Dataclass = BaseModel__To__Dataclass()
dataclass__to__basemodel: Dataclass__To__BaseModel = Dataclass__To__BaseModel()
