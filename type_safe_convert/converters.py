"""The public converters: six directions, and the functions that choose one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, Any, ClassVar

from type_safe_convert import kinds as _kinds  # noqa: F401  # registers the kinds
from type_safe_convert import making as _making  # noqa: F401  # registers what makes classes
from type_safe_convert.cache import model_cache
from type_safe_convert.errors import NotAModelError, describe_value
from type_safe_convert.family import is_provisional, link_of, origin_of, settle, sibling
from type_safe_convert.registry import KindName, kind_names, kind_of_class
from type_safe_convert.unresolved import pending

if TYPE_CHECKING:
    from type_safe_convert.plan import Pair


def kind_of(cls_or_obj: Any) -> KindName | None:
    """`'type_safe'`, `'basemodel'` or `'dataclass'`, for a model class or an instance of one; else None."""
    return kind_of_class(cls_or_obj if isinstance(cls_or_obj, type) else type(cls_or_obj))


def convert_class(cls: type, kind: str) -> Any:
    """The class of that kind in the family of `cls`.

    The same class object each time; for a made class and the kind of its origin, the origin itself.

    Raises:
        NotAModelError: `cls` is no model class, or there is no such kind.
        ClassConversionError: the class cannot be expressed in that kind; says which field and why.
    """
    if pending:
        settle(cls)
    try:
        link = cls.__type_safe_convert__  # type: ignore[attr-defined]
        if link.cls is cls:
            found = link.siblings[kind]
            model_cache.hits += 1
            return found
    except (AttributeError, KeyError):
        pass
    if kind in kind_names():
        if kind in link_of(cls).siblings:
            model_cache.hits += 1
        else:
            model_cache.misses += 1
    return sibling(cls, kind)


def converter(
    source: type, target: type | str, *, forbid_extra: bool = False, validate: bool = True
) -> Callable[[Any], Any]:
    """The bare function from instances of `source` to `target`, for hot loops.

    It takes instances of subclasses too, and pickles when both classes can be imported.

    Args:
        target: a model class of any kind, made or written by hand, or the name of a kind.
        forbid_extra: the function raises ExtraFieldError instead of leaving a value out, at any depth.
        validate: False for values that are known to be valid: no checks and no validators.

    Raises:
        NotAModelError, ClassConversionError: as `convert_class`.
        MissingFieldError: `target` requires a field that `source` does not have.
    """
    if pending:
        _settle(source, target)
    return _plan(source, _target_class(source, target), validate, forbid_extra).compiled()


def convert(obj: Any, to: type | str, *, forbid_extra: bool = False, validate: bool = True) -> Any:
    """`obj` as an instance of `to`.

    Args:
        obj: a model instance of any kind. It is not changed, and the result shares no mutable state with it.
        to: a kind (`'type_safe'`, `'basemodel'`, `'dataclass'`), or a model class of any kind, also one that somebody
            wrote: fields are matched by name, nested models likewise. Fields that the class lacks are left out.
        forbid_extra: raise ExtraFieldError instead of leaving a value out, at any depth.
        validate: False for values that are known to be valid: no checks and no validators.

    Raises:
        NotAModelError: `obj` or `to` is no model.
        ConversionError: a value does not fit; `.path` says where, `.expected` and `.found` what.
    """
    source = type(obj)
    if pending:
        _settle(source, to)
    target = _target_class(source, to)
    return _plan(source, target, validate, forbid_extra).run(obj)


def _plan(source: type, target: type, validate: bool, forbid_extra: bool = False) -> Pair:
    # At the first conversion: what plans conversions is half of this package's import time.
    from type_safe_convert.plan import pair

    return pair(source, target, validate, forbid_extra)


def _settle(*classes: Any) -> None:
    for cls in classes:
        if kind_of_class(cls) is not None:
            settle(cls)


def _target_class(source: type, target: type | str) -> type:
    if isinstance(target, str):
        return sibling(source, target)
    if kind_of_class(target) is None:
        raise NotAModelError(
            "not a model class",
            expected="a kind, a Type_Safe, a BaseModel or a dataclass",
            found=describe_value(target),
        )
    return target


class Converter:
    """One direction. All converters share one cache, and the classes that they make are the same."""

    source_kind: ClassVar[KindName]
    target_kind: ClassVar[KindName]
    direction: ClassVar[str]

    def __init_subclass__(cls) -> None:
        cls.direction = f"{cls.source_kind} to {cls.target_kind}"

    def __repr__(self) -> str:
        return f"{type(self).__name__}()"

    def convert_class(self, cls: type) -> Any:
        """The counterpart of a class of the source kind; see `convert_class` of this package.

        Raises:
            NotAModelError: `cls` is no model class of the source kind.
        """
        try:
            link = cls.__type_safe_convert__  # type: ignore[attr-defined]
            if link.cls is cls:
                found = link.found[self.direction]
                model_cache.hits += 1
                return found
        except (AttributeError, KeyError):
            pass
        self._require(cls, cls)
        made = convert_class(cls, self.target_kind)
        if not is_provisional(cls):
            link_of(cls).found[self.direction] = made
        return made

    def convert_instance(self, obj: Any, *, validate: bool = True) -> Any:
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

    def convert_many(self, objects: Iterable[Any], *, validate: bool = True) -> Iterator[Any]:
        """The counterparts of many instances, lazily: one at a time, so that a generator stays a generator."""
        cls: type | None = None
        function: Callable[..., Any]
        for obj in objects:
            if type(obj) is not cls:
                cls = type(obj)
                function = self._known(obj, validate) or self._compiled(obj, validate)
            yield function(obj)

    def _known(self, obj: Any, validate: bool) -> Callable[..., Any] | None:
        """The compiled function, where there is one already."""
        try:
            # By the instance: looking at the class would go through the metaclass of pydantic, at twice the cost.
            link = obj.__type_safe_convert__
            if link.cls is type(obj) and link.kind == self.source_kind:
                found: Callable[..., Any] | None = (link.checked if validate else link.unchecked).get(self.target_kind)
                return found
        except AttributeError:
            pass
        return None

    def _first(self, obj: Any, validate: bool) -> Any:
        return self._remembered(self._plan(obj, validate), validate)(obj)

    def _compiled(self, obj: Any, validate: bool) -> Callable[..., Any]:
        plan = self._plan(obj, validate)
        plan.compiled()
        return self._remembered(plan, validate)

    def _remembered(self, plan: Pair, validate: bool) -> Callable[..., Any]:
        if is_provisional(plan.source):
            return plan.run
        link = link_of(plan.source)
        return plan.remembered_in(link.checked if validate else link.unchecked, self.target_kind)

    def _plan(self, obj: Any, validate: bool) -> Pair:
        cls = type(obj)
        self._require(cls, obj)
        if pending:
            settle(cls)
        return _plan(cls, sibling(cls, self.target_kind), validate)

    def _require(self, cls: Any, found: Any) -> None:
        if kind_of_class(cls) != self.source_kind:
            raise NotAModelError(
                f"{type(self).__name__} takes models of one kind",
                expected=f"a {self.source_kind} model",
                found=describe_value(found),
            )


class Type_Safe__To__BaseModel(Converter):
    """Type_Safe classes and instances to pydantic models."""

    source_kind = "type_safe"
    target_kind = "basemodel"


class BaseModel__To__Type_Safe(Converter):
    """Pydantic models and instances to Type_Safe classes."""

    source_kind = "basemodel"
    target_kind = "type_safe"


class Type_Safe__To__Dataclass(Converter):
    """Type_Safe classes and instances to dataclasses."""

    source_kind = "type_safe"
    target_kind = "dataclass"


class Dataclass__To__Type_Safe(Converter):
    """Dataclasses and instances to Type_Safe classes."""

    source_kind = "dataclass"
    target_kind = "type_safe"


class BaseModel__To__Dataclass(Converter):
    """Pydantic models and instances to dataclasses."""

    source_kind = "basemodel"
    target_kind = "dataclass"


class Dataclass__To__BaseModel(Converter):
    """Dataclasses and instances to pydantic models."""

    source_kind = "dataclass"
    target_kind = "basemodel"


type_safe__to__basemodel = Type_Safe__To__BaseModel()
basemodel__to__type_safe = BaseModel__To__Type_Safe()
type_safe__to__dataclass = Type_Safe__To__Dataclass()
dataclass__to__type_safe = Dataclass__To__Type_Safe()
basemodel__to__dataclass = BaseModel__To__Dataclass()
dataclass__to__basemodel = Dataclass__To__BaseModel()

__all__ = [
    "BaseModel__To__Dataclass",
    "BaseModel__To__Type_Safe",
    "Dataclass__To__BaseModel",
    "Dataclass__To__Type_Safe",
    "Type_Safe__To__BaseModel",
    "Type_Safe__To__Dataclass",
    "basemodel__to__dataclass",
    "basemodel__to__type_safe",
    "convert",
    "convert_class",
    "converter",
    "dataclass__to__basemodel",
    "dataclass__to__type_safe",
    "kind_of",
    "origin_of",
    "type_safe__to__basemodel",
    "type_safe__to__dataclass",
]
