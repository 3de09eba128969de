"""The functions that convert: one instance, one class, or many with the function of a pair of classes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from type_safe_convert import kinds as _kinds  # noqa: F401  # registers the kinds
from type_safe_convert.cache import model_cache
from type_safe_convert.conversion import build as _making  # noqa: F401  # registers what makes classes
from type_safe_convert.errors import NotAModelError, describe_value
from type_safe_convert.model.family import counterpart, record_of, settle
from type_safe_convert.model.unresolved import pending
from type_safe_convert.registry import KindName, describe_kinds, kind_names, kind_of_class

if TYPE_CHECKING:
    from type_safe_convert.conversion.conversion import Conversion


def kind_of(cls_or_obj: Any) -> KindName | None:
    """`'type_safe'`, `'basemodel'` or `'dataclass'`, for a model class or an instance of one; else None."""
    return kind_of_class(cls_or_obj if isinstance(cls_or_obj, type) else type(cls_or_obj))


def convert_class(cls: type, kind: str) -> Any:
    """The class of that kind in the family of `cls`.

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
    return conversion_between(source, target, validate, forbid_extra).compiled()


def convert(obj: Any, to: type | str, *, forbid_extra: bool = False, validate: bool = True) -> Any:
    """`obj` as an instance of `to`.

    Args:
        obj: a model instance of any kind. It is not changed, and the result shares no mutable state with it.
        to: a kind (`'type_safe'`, `'basemodel'`, `'dataclass'`), or a model class of any kind, also one that a user
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
    return conversion_of(source, target, validate, forbid_extra).run(obj)


def conversion_between(source: type, target: type | str, validate: bool, forbid_extra: bool) -> Conversion:
    """The conversion of instances of `source` to a class or to a kind."""
    return conversion_of(source, target_class(source, target), validate, forbid_extra)


def target_class(source: type, target: type | str) -> type:
    """The class that `target` names for instances of `source`. Raises NotAModelError, ClassConversionError."""
    if pending:
        _settle(source, target)
    return _target_class(source, target)


def conversion_of(source: type, target: type, validate: bool, forbid_extra: bool = False) -> Conversion:
    # At the first conversion: what plans conversions is half of this package's import time. By way of `functions`,
    # which cloudpickle must find among the imported modules.
    from type_safe_convert.functions import conversion

    return conversion(source, target, validate, forbid_extra)


def _settle(*classes: Any) -> None:
    for cls in classes:
        if kind_of_class(cls) is not None:
            settle(cls)


def _target_class(source: type, target: type | str) -> type:
    if isinstance(target, str):
        return counterpart(source, target)
    try:
        if target.__type_safe_convert__.cls is target:  # type: ignore[attr-defined]  # converted before: quicker
            return target
    except AttributeError:
        pass
    if kind_of_class(target) is None:
        raise NotAModelError(
            "not a model class",
            expected=describe_kinds("a kind"),
            found=describe_value(target),
        )
    return target
