"""Type variables: what a parametrised class gives its own, and annotations with these put in."""

from __future__ import annotations

import collections.abc
import dataclasses
import types
import typing
from collections.abc import Mapping
from typing import Any

from typing_inspection import typing_objects
from typing_inspection.introspection import is_union_origin

from type_safe_convert.registry import generic_parts
from type_safe_convert.types.annotations import union

# `Self` is a variable like any other: the class in whose annotations it stands.
SELF: Any = typing.Self


def substitute(hint: Any, arguments: Mapping[Any, Any]) -> Any:
    """`hint` with the variables in `arguments` replaced; the same object where there are none in it.

    A TypeVarTuple's argument is a tuple, which takes the place of `*Ts`; so is that of a ParamSpec.
    """
    if not arguments or (type(hint) is type and hint.__module__ == "builtins"):
        return hint
    if isinstance(hint, type) and not isinstance(hint, types.GenericAlias):
        return _substitute_in_generic_class(hint, arguments)
    if is_variable(hint) or typing_objects.is_self(hint):
        return arguments.get(hint, hint)
    if isinstance(hint, list | tuple):  # the parameters of a Callable, or a ParamSpec's argument
        return type(hint)(_substitute_all(hint, arguments))
    args = args_of(hint)
    origin = typing.get_origin(hint)
    if not args or typing_objects.is_literal(origin):
        return hint
    if typing_objects.is_annotated(origin):
        args = args[:1]  # the metadata is no annotation
    replaced = tuple(_substitute_all(args, arguments))
    return hint if _same(replaced, args) else rebuild(hint, replaced)


def args_of(hint: Any) -> tuple[Any, ...]:
    """`typing.get_args`, which does not know `InitVar`."""
    return (hint.type,) if isinstance(hint, dataclasses.InitVar) else typing.get_args(hint)


def generic_of(hint: Any) -> Any:
    """`typing.get_origin`: `list` of `list[int]`; None for what has no arguments."""
    return typing.get_origin(hint)


def _substitute_all(hints: Any, arguments: Mapping[Any, Any]) -> list[Any]:
    found: list[Any] = []
    for hint in hints:
        variable = unpacked(hint)
        if variable is not None and variable in arguments:
            found.extend(arguments[variable])
        else:
            found.append(substitute(hint, arguments))
    return found


def _same(replaced: tuple[Any, ...], args: tuple[Any, ...]) -> bool:
    """Whether nothing was replaced; lists are made anew for each look at an annotation."""
    return len(replaced) == len(args) and all(
        _same(tuple(new), tuple(old)) if isinstance(new, list | tuple) and isinstance(old, list | tuple) else new is old
        for new, old in zip(replaced, args, strict=True)
    )


def arguments_in_class(cls: Any) -> tuple[Any, ...]:
    """The type arguments of a class that a kind made of a generic one with arguments; none of any other class."""
    parts = generic_parts(cls)
    return () if parts is None else parts.args


def _substitute_in_generic_class(cls: Any, arguments: Mapping[Any, Any]) -> Any:
    """A pydantic model is a class however it is parametrised: `Box` is what `Box[T]` gives for its own `T`."""
    if not getattr(cls, "__parameters__", ()):  # of pydantic's, it may have those of a base
        return cls
    parts = generic_parts(cls)
    if parts is None or not any(variable in arguments for variable in parts.parameters):
        return cls
    return cls[tuple(_substitute_all(parts.parameters, arguments))]


def is_variable(hint: Any) -> bool:
    return bool(
        typing_objects.is_typevar(hint) or typing_objects.is_typevartuple(hint) or typing_objects.is_paramspec(hint)
    )


def unpacked(hint: Any) -> Any:
    """`Ts` of `*Ts`, `tuple[...]` of `*tuple[...]`; None for what is not unpacked."""
    if typing_objects.is_unpack(typing.get_origin(hint)):
        return typing.get_args(hint)[0]
    if getattr(hint, "__unpacked__", False) is True:  # of the class `types.GenericAlias` it is a descriptor
        return typing.get_origin(hint)[typing.get_args(hint)]
    return None


def default_of(variable: Any) -> Any:
    """The default of a type variable; the variable itself where it has none."""
    has_default = getattr(variable, "has_default", None)
    return variable.__default__ if has_default is not None and has_default() else variable


def _default_if_known(variable: Any) -> Any:
    try:
        return default_of(variable)
    except NameError:  # that of a type parameter is evaluated when it is asked for
        return variable


def arguments_of(generic: Any, args: tuple[Any, ...]) -> dict[Any, Any]:
    """Returns the arguments in `generic[args]` by parameter, without parameters that stand for themselves."""
    parameters: tuple[Any, ...] = (
        generic.__type_params__ if typing_objects.is_typealiastype(generic) else getattr(generic, "__parameters__", ())
    )
    given: dict[Any, Any] = {}
    place = next((n for n, item in enumerate(parameters) if typing_objects.is_typevartuple(item)), None)
    if place is None:
        given.update(zip(parameters, args, strict=False))
    else:
        end = max(len(args) - (len(parameters) - place - 1), place)
        given.update(zip(parameters[:place], args, strict=False))
        given[parameters[place]] = tuple(args[place:end])
        given.update(zip(parameters[place + 1 :], args[end:], strict=False))
    for variable in parameters:
        default = _default_if_known(variable)
        # `typing` puts in defaults as they are, with other variables in them.
        if default is not variable and given.get(variable, default) == default:
            given[variable] = substitute(default, given)
    return {variable: arg for variable, arg in given.items() if not _is_itself(variable, arg)}


def _is_itself(variable: Any, arg: Any) -> bool:
    return arg is variable or (type(arg) is tuple and len(arg) == 1 and unpacked(arg[0]) is variable)


def inherited_arguments(cls: type) -> dict[type, dict[Any, Any]]:
    """Returns the arguments of each generic base's variables, in terms of the variables of `cls` itself."""
    found: dict[type, dict[Any, Any]] = {}

    def visit(child: Any, known: dict[Any, Any]) -> None:
        written: dict[Any, Any] = {}
        for generic in child.__dict__.get("__orig_bases__", ()):
            base, args = typing.get_origin(generic), typing.get_args(generic)
            if isinstance(base, type) and base is not typing.Generic:
                written[base] = arguments_of(base, tuple(_substitute_all(args, known)))
        for base in child.__bases__:
            # A base without brackets: its variables are not those of `cls`, even where they are the same objects.
            given = written.get(base)
            found.setdefault(base, _unbound(base, own) if given is None else given)
            visit(base, found[base])

    own = set(getattr(cls, "__parameters__", ()))
    if issubclass(cls, typing.Generic):
        visit(cls, {})
    return {base: arguments for base, arguments in found.items() if arguments}


def _unbound(base: Any, own: set[Any]) -> dict[Any, Any]:
    given: dict[Any, Any] = {}
    for variable in own.intersection(getattr(base, "__parameters__", ())) if own else ():
        if typing_objects.is_typevartuple(variable):
            given[variable] = (rebuild_unpacked(tuple[Any, ...]),)
        elif typing_objects.is_paramspec(variable):
            given[variable] = Ellipsis
        else:
            given[variable] = unbound(variable)
    return given


def unbound(variable: Any) -> Any:
    """Returns the type of a TypeVar without an argument: its default, its bound, or Any."""
    default = default_of(variable)
    if default is not variable:
        return default
    bound = getattr(variable, "__bound__", None)
    return Any if bound is None else bound


def rebuild_unpacked(hint: Any) -> Any:
    return typing.Unpack[hint]


def rebuild(hint: Any, args: tuple[Any, ...]) -> Any:
    """An annotation of the form of `hint` with other arguments."""
    if isinstance(hint, dataclasses.InitVar):
        init_var: Any = dataclasses.InitVar
        return init_var[args[0]]
    origin = typing.get_origin(hint)
    if typing_objects.is_annotated(origin):
        return typing.Annotated[(args[0], *hint.__metadata__)]
    if is_union_origin(origin):
        return union(*args)
    if origin is collections.abc.Callable:
        *taken, result = args
        parameters = list(taken[0]) if len(taken) == 1 and isinstance(taken[0], list | tuple) else taken[0]
        return typing.Callable[parameters, result]
    if getattr(hint, "__unpacked__", False) is True:
        return rebuild_unpacked(origin[args])
    if hasattr(hint, "copy_with"):
        return hint.copy_with(args)
    return origin[args]
