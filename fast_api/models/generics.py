"""Parametrised classes in signatures: `Page[User]` as a class of its own, as pydantic makes one of a BaseModel.

The counterpart of the bare `Page` takes anything in the place of its parameter, so a request would not be validated
there, nor a response filtered.
"""

import threading
import types
from typing import Annotated, Any, Literal, Union, get_args, get_origin
from weakref import WeakValueDictionary

from pydantic.dataclasses import is_pydantic_dataclass

from type_safe_convert import kind_of

_ALIAS = "__fast_api_alias__"
_lock = threading.Lock()
_made: WeakValueDictionary[Any, type] = WeakValueDictionary()


def specialise_generics(annotation: Any) -> Any:
    """The annotation with a class in the place of each parametrised Type_Safe class or dataclass; itself without."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if not arguments or origin is Literal:
        return annotation
    if origin is Annotated:
        inner = specialise_generics(arguments[0])
        return annotation if inner is arguments[0] else Annotated[(inner, *arguments[1:])]
    written = annotation
    new = tuple(specialise_generics(argument) for argument in arguments)
    if any(new_argument is not old for new_argument, old in zip(new, arguments, strict=True)):
        annotation = _with_arguments(annotation, origin, new)
    is_ours = isinstance(origin, type) and kind_of(origin) in ("type_safe", "dataclass")
    if not is_ours or is_pydantic_dataclass(origin):  # pydantic reads its own dataclasses by itself
        return annotation
    return _class_of(annotation, origin, written)


def alias_of(cls: type) -> Any:
    """Returns the parametrised annotation that a class stands for; the class itself where it stands for none."""
    return cls.__dict__.get(_ALIAS, cls)


def _with_arguments(annotation: Any, origin: Any, arguments: tuple[Any, ...]) -> Any:
    if origin in (Union, types.UnionType):
        return Union[arguments]  # noqa: UP007  # of a tuple that is only known here
    return annotation.copy_with(arguments) if hasattr(annotation, "copy_with") else origin[arguments]


def _class_of(alias: Any, origin: Any, written: Any) -> type:
    with _lock:
        found = _made.get(alias)
        if found is None:
            arguments = ", ".join(getattr(argument, "__name__", str(argument)) for argument in get_args(alias))
            namespace = {
                "__module__": origin.__module__,
                "__qualname__": f"{origin.__qualname__}[{arguments}]",
                "__doc__": origin.__doc__,
                _ALIAS: written,
            }
            name = f"{origin.__name__}[{arguments}]"
            found = _made[alias] = types.new_class(name, (alias,), exec_body=lambda body: body.update(namespace))
        return found
