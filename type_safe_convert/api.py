"""The functions that convert: one instance, one class, or many with the function of a pair of classes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar, overload

from type_safe_convert import kinds as _kinds  # noqa: F401  # registers the kinds
from type_safe_convert.advice import CONTAINERS, not_a_type, not_an_instance
from type_safe_convert.cache import model_cache
from type_safe_convert.conversion import build as _making  # noqa: F401  # registers what makes classes
from type_safe_convert.errors import NotAModelError
from type_safe_convert.model.described import is_described
from type_safe_convert.model.family import counterpart, record_of, settle
from type_safe_convert.model.unresolved import pending
from type_safe_convert.registry import KindName, kind_names, kind_of_class
from type_safe_convert.types.roots import is_type, models_in

if TYPE_CHECKING:
    from typing_extensions import TypeForm

    from type_safe_convert.conversion.conversion import Conversion
    from type_safe_convert.conversion.type_conversion import TypeConversion
    from type_safe_convert.static_types import AnyBaseModel, AnyTypeSafe, BaseModelName, OtherKindName, TypeSafeName

Source = TypeVar("Source")
Target = TypeVar("Target")


def kind_of(cls_or_obj: Any) -> KindName | None:
    """Returns the kind of a model class or an instance of one: `'type_safe'`, `'basemodel'`, ...; else None."""
    return kind_of_class(cls_or_obj if isinstance(cls_or_obj, type) else type(cls_or_obj))


@overload
def convert_class(cls: type, kind: BaseModelName) -> type[AnyBaseModel]: ...
@overload
def convert_class(cls: type, kind: TypeSafeName) -> type[AnyTypeSafe]: ...
@overload
def convert_class(cls: type, kind: OtherKindName) -> type[Any]: ...
def convert_class(cls: type, kind: str) -> Any:
    """Returns the class of that kind in the family of `cls`.

    The same class object each time; for a generated class and the kind of its origin, the origin itself.

    Raises:
        NotAModelError: `cls` is no model class, or there is no such kind.
        ClassConversionError: the class cannot be expressed in that kind; says which field and why.
    """
    if pending:
        settle(cls)
    try:
        record = cls.__type_safe_convert__  # type: ignore[attr-defined]
        if record.cls is cls:
            found = record.counterparts[kind]
            model_cache.hits += 1
            return found
    except (AttributeError, KeyError):
        pass
    if kind in kind_names():
        if kind in record_of(cls).counterparts:
            model_cache.hits += 1
        else:
            model_cache.misses += 1
    return counterpart(cls, kind)


@overload
def converter(
    source: type[Source], target: type[Target], *, forbid_extra: bool = False, validate: bool = True
) -> Callable[[Source], Target]: ...
@overload
def converter(
    source: type[Source], target: BaseModelName, *, forbid_extra: bool = False, validate: bool = True
) -> Callable[[Source], AnyBaseModel]: ...
@overload
def converter(
    source: type[Source], target: TypeSafeName, *, forbid_extra: bool = False, validate: bool = True
) -> Callable[[Source], AnyTypeSafe]: ...
@overload
def converter(
    source: type[Source], target: OtherKindName, *, forbid_extra: bool = False, validate: bool = True
) -> Callable[[Source], Any]: ...
@overload
def converter(
    source: type[Source], target: TypeForm[Target], *, forbid_extra: bool = False, validate: bool = True
) -> Callable[[Source], Target]: ...
@overload
def converter(
    source: TypeForm[Source], target: type[Target], *, forbid_extra: bool = False, validate: bool = True
) -> Callable[[Source], Target]: ...
@overload
def converter(
    source: TypeForm[Source], target: BaseModelName, *, forbid_extra: bool = False, validate: bool = True
) -> Callable[[Source], AnyBaseModel]: ...
@overload
def converter(
    source: TypeForm[Source], target: TypeSafeName, *, forbid_extra: bool = False, validate: bool = True
) -> Callable[[Source], AnyTypeSafe]: ...
@overload
def converter(
    source: TypeForm[Source], target: OtherKindName, *, forbid_extra: bool = False, validate: bool = True
) -> Callable[[Source], Any]: ...
@overload
def converter(
    source: TypeForm[Source], target: TypeForm[Target], *, forbid_extra: bool = False, validate: bool = True
) -> Callable[[Source], Target]: ...
def converter(source: Any, target: Any, *, forbid_extra: bool = False, validate: bool = True) -> Callable[[Any], Any]:
    """Returns the bare function from instances of `source` to `target`, for hot loops.

    It takes instances of subclasses too, and pickles when both classes can be imported.

    Args:
        source: a model class of any kind, or any type: `list[User]`.
        target: a model class of any kind, made or written by hand; any type; or the name of a kind, for `source` with
            the counterpart of each model class in it.
        forbid_extra: the function raises ExtraFieldError instead of leaving a value out, at any depth.
        validate: False for values that are known to be valid: no checks and no validators.

    Raises:
        NotAModelError, ClassConversionError: as `convert_class`.
        MissingFieldError: `target` requires a field that `source` does not have.
        ClassConversionError: no value of a field of `source` could fit that of `target`; its `errors` are all that is
            wrong, in models inside too.
    """
    found = conversion_between(source, target, validate, forbid_extra)
    from type_safe_convert.conversion.checks import refuse_classes  # at the first converter, as below

    refuse_classes(found)
    return found.compiled()


@overload
def convert(obj: Any, to: type[Target], *, forbid_extra: bool = False, validate: bool = True) -> Target: ...
@overload
def convert(obj: Any, to: BaseModelName, *, forbid_extra: bool = False, validate: bool = True) -> AnyBaseModel: ...
@overload
def convert(obj: Any, to: TypeSafeName, *, forbid_extra: bool = False, validate: bool = True) -> AnyTypeSafe: ...
@overload
def convert(obj: Any, to: OtherKindName, *, forbid_extra: bool = False, validate: bool = True) -> Any: ...
@overload
def convert(obj: Any, to: TypeForm[Target], *, forbid_extra: bool = False, validate: bool = True) -> Target: ...
def convert(obj: Any, to: Any, *, forbid_extra: bool = False, validate: bool = True) -> Any:
    """Returns `obj` as an instance of `to`.

    Args:
        obj: a model instance of any kind, or a value that holds some. It is not changed, and the result shares no
            mutable state with it.
        to: a kind (`'type_safe'`, `'basemodel'`, `'dataclass'`, `'attrs'`, ...), or a model class of any kind, also one
            that a user wrote: fields are matched by name, nested models likewise. Fields that the class lacks are left
            out. Or any type (`list[User]`, `dict[str, User]`, `User | Admin`, `Box[int]`, an alias): `obj` is converted
            as the value of a field with that annotation. Of a list, dict, set or tuple, a kind is that of each model
            in it.
        forbid_extra: raise ExtraFieldError instead of leaving a value out, at any depth.
        validate: False for values that are known to be valid: no checks and no validators.

    Raises:
        NotAModelError: `obj` or `to` is no model.
        ConversionError: a value does not fit; `.path` says where, `.expected` and `.found` what.
    """
    source = type(obj)
    if pending:
        _settle(source, to)
    found: Any
    try:
        target = _target_class(source, to)
        if target is not None:
            found = conversion_of(source, target, validate, forbid_extra)
        else:
            found = type_conversion_of(source if isinstance(to, str) else None, to, validate, forbid_extra)
            if isinstance(to, str) and isinstance(obj, dict):
                _refuse_described(obj, to)
    except NotAModelError:
        if kind_of_class(source) is not None or not _is_target(to):
            raise
        if not is_described(to):
            raise not_an_instance(obj, to) from None
        found = type_conversion_of(None, to, validate, forbid_extra)
    return found.run(obj)


def conversion_between(source: Any, target: Any, validate: bool, forbid_extra: bool) -> Conversion | TypeConversion:
    """The conversion of values of `source` to a class, a type or a kind."""
    if pending:
        _settle(source, target)
    found = _target_class(source, target)
    if found is None or is_type(source) or (kind_of_class(source) is None and is_described(found)):
        return type_conversion_of(source, target, validate, forbid_extra)
    return conversion_of(source, found, validate, forbid_extra)


def target_class(source: type, target: type | str) -> type:
    """The class that `target` names for instances of `source`. Raises NotAModelError, ClassConversionError."""
    if pending:
        _settle(source, target)
    found = _target_class(source, target)
    if found is None:
        raise not_a_type(target)
    return found


def type_conversion_of(source: Any, target: Any, validate: bool, forbid_extra: bool) -> TypeConversion:
    """The conversion of values of a type, where `source` or `target` is no single class; see `type_conversion`."""
    # At the first use, as below.
    from type_safe_convert.conversion.type_conversion import type_conversion

    return type_conversion(source, target, validate, forbid_extra)


def conversion_of(source: type, target: type, validate: bool, forbid_extra: bool = False) -> Conversion:
    """The conversion of a pair of classes."""
    # At the first conversion: what plans conversions is half of this package's import time. By way of `functions`,
    # which cloudpickle must find among the imported modules.
    from type_safe_convert.functions import conversion

    return conversion(source, target, validate, forbid_extra)


def _settle(*types: Any) -> None:
    for item in types:
        for cls in models_in(item):
            settle(cls)


def _is_target(to: Any) -> bool:
    """Whether values can be converted to it, so that it was the source which could not be converted."""
    return to in kind_names() if isinstance(to, str) else kind_of_class(to) is not None


def _refuse_described(obj: dict[Any, Any], kind: str) -> None:
    """Raises NotAModelError for a dict without models, which may well be one that a TypedDict describes."""
    from type_safe_convert.conversion.iterative import models_in_value  # as above

    if obj and next(models_in_value(obj), None) is None:
        raise not_an_instance(obj, kind)


def _target_class(source: Any, target: Any) -> type | None:
    """The class that `target` names for instances of `source`; None where it is a type or `source` is one."""
    if isinstance(target, str):
        try:
            return counterpart(source, target)
        except NotAModelError:
            if is_type(source) or (isinstance(source, type) and issubclass(source, CONTAINERS)):
                return None
            raise
    try:
        if target.__type_safe_convert__.cls is target:  # converted before: quicker
            return target
    except AttributeError:
        pass
    return None if kind_of_class(target) is None else target
