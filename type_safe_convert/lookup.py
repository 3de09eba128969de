"""Finds the conversion, or its function, for what the public functions are given."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from type_safe_convert.advice import CONTAINERS, not_an_instance
from type_safe_convert.cache import model_cache
from type_safe_convert.conversion.checks import refuse_classes
from type_safe_convert.conversion.conversion import Conversion
from type_safe_convert.conversion.pair import ConversionRules
from type_safe_convert.conversion.type_conversion import TypeConversion, type_conversion
from type_safe_convert.errors import NotAModelError

# By way of `functions`, which cloudpickle must find among the imported modules.
from type_safe_convert.functions import conversion
from type_safe_convert.model.described import is_described
from type_safe_convert.model.family import counterpart, record_of
from type_safe_convert.model.unresolved import is_provisional, settle
from type_safe_convert.model.waiting import pending
from type_safe_convert.registry import kind_names, kind_of_class
from type_safe_convert.types.containers import models_in_value
from type_safe_convert.types.roots import is_type, models_in


def find_counterpart(cls: type, kind: str) -> type:
    """The class of that kind in the family of `cls`; see `convert_class`."""
    if pending:
        settle(cls)
    record = record_of(cls)
    if kind in kind_names():
        if kind in record.counterparts:
            model_cache.hits += 1
        else:
            model_cache.misses += 1
    found = counterpart(cls, kind)
    # Another thread may have made the family anew.
    if not is_provisional(cls) and record.counterparts.get(kind) is found:
        record.found[kind] = found
    return found


def find_converter(source: Any, target: Any, validate: bool, forbid_extra: bool) -> Callable[[Any], Any]:
    """The function that `converter` returns."""
    found = conversion_between(source, target, validate, forbid_extra)
    refuse_classes(found)
    return found.compiled()


def find_function(obj: Any, to: Any, validate: bool, forbid_extra: bool) -> Callable[[Any], Any]:
    """The function that `convert` calls for an instance, remembered where the next call may have it at once."""
    found = conversion_for(obj, to, validate, forbid_extra)
    return found.run if forbid_extra or isinstance(found, TypeConversion) else remembered(found, to, validate)


def conversion_for(
    obj: Any, to: Any, validate: bool, forbid_extra: bool, rules: ConversionRules | None = None
) -> Conversion | TypeConversion:
    """The conversion of a value, of which its class alone is known, to a class, a type or a kind."""
    source = type(obj)
    validate, forbid_extra = bool(validate), bool(forbid_extra)
    if pending:
        _settle(source, to)
    try:
        target = _target_class(source, to)
        if target is not None:
            return conversion(source, target, validate, forbid_extra, rules=rules)
        if isinstance(to, str) and isinstance(obj, dict):
            _refuse_described(obj, to)
        return type_conversion(source if isinstance(to, str) else None, to, validate, forbid_extra, rules)
    except NotAModelError:
        if kind_of_class(source) is not None or not _is_target(to):
            raise
        if not is_described(to):
            raise not_an_instance(obj, to) from None
        return type_conversion(None, to, validate, forbid_extra, rules)


def remembered(found: Conversion, to: type | str, validate: bool) -> Callable[..., Any]:
    """The function of a conversion, noted at its source for `to` once it is compiled, if it may stay there."""
    pair = found.pair
    if not pair.is_held_by_source or is_provisional(pair.source) or is_provisional(pair.target):
        return found.run
    record = pair.source_record
    if isinstance(to, str) and record.counterparts.get(to) is not pair.target:  # another thread made the family anew
        return found.run
    return found.cache_in(record.checked if validate else record.unchecked, to)


def conversion_between(
    source: Any, target: Any, validate: bool, forbid_extra: bool, rules: ConversionRules | None = None
) -> Conversion | TypeConversion:
    """The conversion of values of `source` to a class, a type or a kind."""
    validate, forbid_extra = bool(validate), bool(forbid_extra)
    if pending:
        _settle(source, target)
    found = _target_class(source, target)
    if found is None or is_type(source) or (kind_of_class(source) is None and is_described(found)):
        return type_conversion(source, target, validate, forbid_extra, rules)
    return conversion(source, found, validate, forbid_extra, rules=rules)


def _settle(*types: Any) -> None:
    for item in types:
        for cls in models_in(item):
            settle(cls)


def _is_target(to: Any) -> bool:
    """Whether values can be converted to it, so that it was the source which could not be converted."""
    return to in kind_names() if isinstance(to, str) else kind_of_class(to) is not None


def _refuse_described(obj: dict[Any, Any], kind: str) -> None:
    """Raises NotAModelError for a dict without models, which may well be one that a TypedDict describes."""
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
