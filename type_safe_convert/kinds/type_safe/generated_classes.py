"""Generated Type_Safe classes: a base that checks its fields by the rules of a conversion."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from osbot_utils.type_safe.Type_Safe import Type_Safe

from type_safe_convert.errors import ConversionError
from type_safe_convert.generated_class import GeneratedClass
from type_safe_convert.kinds.type_safe.defaults import CONSTANT_DEFAULTS, default_of_type
from type_safe_convert.kinds.type_safe.instances import get_attribute
from type_safe_convert.kinds.type_safe.pickling import picklable, typed_by_checks
from type_safe_convert.model.family import counterpart, record_of
from type_safe_convert.model.generated import place_of
from type_safe_convert.model.kind import GeneratedField
from type_safe_convert.model.shape import MISSING, Shape, default_from
from type_safe_convert.registry import kind_of_base
from type_safe_convert.types import nodes
from type_safe_convert.types.names import resolve_hints

_set_attribute = object.__setattr__

SUFFIX = "Type_Safe"

# In the own `__dict__` of a generated class: what each field accepts, its defaults, and what of it is frozen.
FIELD_CHECKS = "__type_safe_convert_checks__"
DEFAULTS = "__type_safe_convert_defaults__"
FROZEN = "__type_safe_convert_frozen__"
FROZEN_FIELDS = "__type_safe_convert_frozen_fields__"


class _Signature:
    """The signature of a generated class, written when it is asked for: its fields, by keyword."""

    def __get__(self, instance: Any, owner: type) -> inspect.Signature:
        if owner is GeneratedTypeSafe:
            return inspect.signature(owner.__init__)
        defaults = owner.__dict__.get(DEFAULTS) or _defaults_of(owner)
        hints = resolve_hints(owner)
        return inspect.Signature(
            [
                inspect.Parameter(
                    name,
                    inspect.Parameter.KEYWORD_ONLY,
                    default=getattr(owner, name, None),
                    annotation=hints.get(name, Any),
                )
                for name in defaults
            ]
        )


class GeneratedTypeSafe(Type_Safe, metaclass=GeneratedClass):
    """Base of generated Type_Safe classes.

    osbot-utils' own constructor and assignment cannot hold many annotations (a list default, a datetime, `X | None`),
    and keep alive every class that they once saw; so a generated class checks its fields itself, by the same rules as a
    conversion, and takes None for any field, as Type_Safe does.
    """

    __signature__: _Signature = _Signature()

    def __init__(self, /, **values: Any) -> None:  # a field may be called `self`
        cls = type(self)
        defaults = cls.__dict__.get(DEFAULTS) or _defaults_of(cls)
        for name in values:
            if name not in defaults:
                raise ValueError(f"{cls.__name__} has no attribute {name!r}; it has: {', '.join(defaults)}")
        state: dict[str, Any] = {}
        checks = _lookup(cls, FIELD_CHECKS)
        for name, make_default in defaults.items():
            value = values.get(name)
            state[name] = default_from(make_default, state) if value is None else checks(cls)[name](value)
        get_attribute(self, "__dict__").update(state)

    def __setattr__(self, name: str, value: Any) -> None:
        cls = type(self)
        if _lookup(cls, FROZEN) or name in _lookup(cls, FROZEN_FIELDS):
            raise AttributeError(f"{cls.__name__} is frozen: cannot assign to {name!r}")
        if value is not None:
            check = _lookup(cls, FIELD_CHECKS)(cls).get(name)
            if check is not None:
                value = check(value)
        _set_attribute(self, name, value)

    def __delattr__(self, name: str) -> None:
        if _lookup(type(self), FROZEN):
            raise AttributeError(f"{type(self).__name__} is frozen: cannot delete {name!r}")
        object.__delattr__(self, name)

    @classmethod
    def __cls_kwargs__(cls, provided_kwargs: dict[str, Any] | None = None) -> dict[str, Any]:
        """The defaults by name, fresh: what osbot-utils' own methods (`reset`, ...) ask a class for."""
        defaults = cls.__dict__.get(DEFAULTS) or _defaults_of(cls)
        state: dict[str, Any] = {}
        for name, make_default in defaults.items():
            state[name] = default_from(make_default, state)
        return state

    def reset(self) -> None:
        """Gives every field its default again, as a new instance has it: past the constraints, as there."""
        if _lookup(type(self), FROZEN) or _lookup(type(self), FROZEN_FIELDS):
            raise AttributeError(f"{type(self).__name__} is frozen: cannot be reset")
        get_attribute(self, "__dict__").update(self.__cls_kwargs__())

    def __copy__(self) -> Any:
        made = _allocate(type(self))
        get_attribute(made, "__dict__").update(self.__dict__)
        return made

    def __reduce_ex__(self, protocol: Any) -> tuple[Any, ...]:
        # osbot-utils' typed collections do not survive pickle, so they travel as plain ones and are typed again.
        checked = typed_by_checks(type(self))
        state = {name: picklable(value, name not in checked) for name, value in self.__dict__.items()}
        return _allocate, (type(self),), state

    def __setstate__(self, state: dict[str, Any]) -> None:
        checks = _lookup(type(self), FIELD_CHECKS)(type(self))
        checked = typed_by_checks(type(self))
        values = get_attribute(self, "__dict__")
        for name, value in state.items():
            is_plain = name in checked and isinstance(value, list | dict | set | tuple)
            try:
                values[name] = checks[name](value) if is_plain else value
            except ConversionError:  # carried as it was: a default outside its annotation
                values[name] = value


def _defaults_of(cls: type) -> Mapping[str, Callable[[], Any]]:
    """The defaults of a class that a user derived from a generated one."""
    shape = record_of(cls).shape
    defaults = dict(_lookup(cls, DEFAULTS))
    for name in shape.fields:
        if name in shape.own:
            field = shape.fields[name]
            defaults[name] = (lambda: None) if field.required else field.default_factory or field.make_default
    type.__setattr__(cls, DEFAULTS, defaults)
    return defaults


def _allocate(cls: type) -> Any:
    return object.__new__(cls)


def _lookup(cls: type, name: str) -> Any:
    for base in cls.__mro__:
        if name in base.__dict__:
            return base.__dict__[name]
    raise AttributeError(name)


def default_maker(cls: type, made: GeneratedField) -> Callable[[], Any]:
    if made.default_factory is not None:
        return made.default_factory
    if made.default is not MISSING:
        default = made.default
        return lambda: default
    node = made.field.node
    if isinstance(node, nodes.ModelNode) and kind_of_base(node.cls) is None:
        origin_kind = record_of(record_of(node.cls).origin).kind

        def make_model() -> Any:
            try:
                return (node.cls if origin_kind == "type_safe" else counterpart(node.cls, "type_safe"))()
            except RecursionError:  # it requires itself: no finite default
                return None

        return make_model
    default, factory = default_of_type(cls, node)
    if factory is not None:
        return factory
    value = None if default is MISSING else default
    return lambda: value


def lazy_checks(cls: type) -> Mapping[str, Callable[[Any], Any]]:
    """The checks of a generated class's fields; made at first use, since most instances are assembled by a
    conversion."""
    checks: Mapping[str, Callable[[Any], Any]] | None = cls.__dict__.get("__type_safe_convert_checks_made__")
    if checks is None:
        from type_safe_convert.conversion.field_checks import field_checks

        checks = field_checks(cls)
        type.__setattr__(cls, "__type_safe_convert_checks_made__", checks)
    return checks


def generate(shape: Shape, bases: tuple[type, ...], fields: Sequence[GeneratedField]) -> type:
    if not any(issubclass(base, GeneratedTypeSafe) for base in bases):
        bases = (GeneratedTypeSafe, *bases)
    cls: Any = GeneratedClass(
        f"{shape.name}__{SUFFIX}",
        bases,
        {
            **place_of(shape.cls, SUFFIX),
            "__doc__": shape.doc,
            "__annotations__": {made.attribute: made.annotation for made in fields},
            FROZEN: shape.frozen,
            FROZEN_FIELDS: {name for name, field in shape.fields.items() if field.options.get("frozen")},
        },
    )
    inherited: dict[str, Callable[[], Any]] = {}
    for base in reversed(cls.__mro__[1:]):
        inherited.update(base.__dict__.get(DEFAULTS, {}))
    own = {made.attribute: default_maker(cls, made) for made in fields}
    setattr(cls, DEFAULTS, {**inherited, **own})
    setattr(cls, FIELD_CHECKS, lazy_checks)
    for made in fields:
        # As with a Type_Safe class that a user wrote, a constant default shows as a class attribute.
        if isinstance(made.default, CONSTANT_DEFAULTS):
            setattr(cls, made.attribute, made.default)
    return cls
