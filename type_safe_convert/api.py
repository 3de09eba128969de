"""The functions that convert: one instance, one class, or many with the function of a pair of classes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar, overload

from type_safe_convert import kinds as _kinds  # noqa: F401  # registers the kinds
from type_safe_convert.cache import model_cache
from type_safe_convert.registry import kind_of_class

if TYPE_CHECKING:
    from typing_extensions import TypeForm

    from type_safe_convert.static_types import (
        AnyBaseModel,
        AnyKindName,
        AnyTypeSafe,
        BaseModelName,
        Container,
        OtherKindName,
        TypeSafeName,
    )

Source = TypeVar("Source")
Target = TypeVar("Target")
Several = TypeVar("Several", bound="Container")


def kind_of(cls_or_obj: Any) -> AnyKindName | None:
    """Returns the kind of a model class or an instance of one: `'type_safe'`, `'basemodel'`, ...; else None."""
    # Kinds that users register have other names, which no signature can tell.
    found: Any = kind_of_class(cls_or_obj if isinstance(cls_or_obj, type) else type(cls_or_obj))
    return found


@overload
def convert_class(cls: type, kind: BaseModelName) -> type[AnyBaseModel]: ...
@overload
def convert_class(cls: type, kind: TypeSafeName) -> type[AnyTypeSafe]: ...
@overload
def convert_class(cls: type, kind: OtherKindName) -> type[Any]: ...
def convert_class(cls: type, kind: AnyKindName) -> type[Any]:
    """Returns the counterpart of `cls` in another kind.

    Each call returns the same class. For a generated class and the kind of its origin, that class is the origin.

    Raises:
        NotAModelError: `cls` is no model class, or `kind` is no kind.
        ClassConversionError: `kind` cannot express the class; the message names the field and the reason.
    """
    try:
        record = cls.__type_safe_convert__  # type: ignore[attr-defined]
        if record.cls is cls:
            found = record.found[kind]
            model_cache.hits += 1
            return found
    except (AttributeError, KeyError, TypeError):
        pass
    from type_safe_convert.lookup import find_counterpart  # as below

    return find_counterpart(cls, kind)


@overload
def converter(
    source: type[Source], target: type[Target], *, forbid_extra: bool = False, validate: bool = True
) -> Callable[[Source], Target]: ...
@overload
def converter(
    source: TypeForm[Source], target: TypeForm[Target], *, forbid_extra: bool = False, validate: bool = True
) -> Callable[[Source], Target]: ...
@overload
def converter(  # type: ignore[overload-overlap]  # containers first: they are classes, too
    source: type[Several], target: AnyKindName, *, forbid_extra: bool = False, validate: bool = True
) -> Callable[[Several], Any]: ...
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
    source: TypeForm[Source], target: AnyKindName, *, forbid_extra: bool = False, validate: bool = True
) -> Callable[[Source], Any]: ...
def converter(
    source: TypeForm[Source],
    target: TypeForm[Target] | AnyKindName,
    *,
    forbid_extra: bool = False,
    validate: bool = True,
) -> Callable[[Source], Target]:
    """Returns the function that converts instances of `source` to `target`: the fastest way for many instances.

    The function also takes instances of subclasses. It pickles if both classes can be imported.

    Args:
        source: a model class of any kind, or a type such as `list[User]`.
        target: a model class of any kind, a type, or the name of a kind. A kind stands for `source` with the
            counterpart of each model class in it.
        forbid_extra: whether the function raises ExtraFieldError for a value that has no field in the target, at any
            depth, instead of leaving the value out.
        validate: False skips all checks and validators; for values that are known to be valid.

    Raises:
        NotAModelError, ClassConversionError: as `convert_class`.
        MissingFieldError: `target` requires a field that `source` does not have.
        ClassConversionError: no value of a field can fit the target; `errors` lists all such fields, also of nested
            models.
    """
    # At the first use: what reads classes and plans conversions takes most of this package's import time.
    from type_safe_convert.lookup import find_converter

    return find_converter(source, target, validate, forbid_extra)


@overload
def convert(obj: Any, to: type[Target], *, forbid_extra: bool = False, validate: bool = True) -> Target: ...
@overload
def convert(obj: Any, to: TypeForm[Target], *, forbid_extra: bool = False, validate: bool = True) -> Target: ...
@overload
def convert(obj: Container, to: AnyKindName, *, forbid_extra: bool = False, validate: bool = True) -> Any: ...
@overload
def convert(obj: Any, to: BaseModelName, *, forbid_extra: bool = False, validate: bool = True) -> AnyBaseModel: ...
@overload
def convert(obj: Any, to: TypeSafeName, *, forbid_extra: bool = False, validate: bool = True) -> AnyTypeSafe: ...
@overload
def convert(obj: Any, to: OtherKindName, *, forbid_extra: bool = False, validate: bool = True) -> Any: ...
def convert(
    obj: Any, to: TypeForm[Target] | AnyKindName, *, forbid_extra: bool = False, validate: bool = True
) -> Target:
    """Returns `obj` as an instance of `to`.

    Args:
        obj: a model instance of any kind, or a container of model instances. It is not changed, and the result shares
            no mutable state with it.
        to: one of

            - the name of a kind (`'type_safe'`, `'basemodel'`, `'dataclass'`, `'attrs'`, ...): the result is an
              instance of the counterpart. In a list, dict, set or tuple, each model becomes one;
            - a model class of any kind, generated or written by a user: fields match by name, also in nested models.
              Values that have no field there are left out;
            - a type (`list[User]`, `dict[str, User]`, `User | Admin`, `Box[int]`, an alias): `obj` is converted as the
              value of a field with that annotation.
        forbid_extra: whether to raise ExtraFieldError for a value that has no field in the target, at any depth,
            instead of leaving the value out.
        validate: False skips all checks and validators; for values that are known to be valid.

    Raises:
        NotAModelError: `obj` or `to` is no model.
        ConversionError: a value does not fit; the error has its `path`, `expected` and `found`.
    """
    function: Callable[..., Any] | None = None
    if not forbid_extra:
        try:
            # By the instance: looking at the class would go through the metaclass of pydantic, at twice the cost.
            record = obj.__type_safe_convert__
            if record.cls is type(obj):
                function = (record.checked if validate else record.unchecked)[to]
        except (AttributeError, KeyError, TypeError):
            pass
    if function is None:
        from type_safe_convert.lookup import find_function  # as above

        function = find_function(obj, to, validate, forbid_extra)
    return function(obj)
