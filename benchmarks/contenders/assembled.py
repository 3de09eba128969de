"""Code of a user in a hurry: instances put together as fast as plain Python can, without any check.

For Type_Safe and Pydantic that is `object.__new__` and a `__dict__`; for a dataclass its constructor, which checks
nothing, with positional arguments (on CPython 3.11 keywords cost half as much again). That is what `validate=False` is
measured against. The code is the obvious one, and there is much of it (50 fields, three kinds), so it is written by
`source` from the fields of the dataclasses instead of by hand; `print(source("Invoice", "basemodel"))` shows it.
"""

from collections.abc import Callable, Iterable, Mapping
from types import ModuleType
from typing import Any, get_args, get_origin, get_type_hints

from osbot_utils.type_safe.type_safe_core.collections.Type_Safe__Dict import Type_Safe__Dict
from osbot_utils.type_safe.type_safe_core.collections.Type_Safe__List import Type_Safe__List
from pydantic import BaseModel

from benchmarks import models_dataclass, models_type_safe
from benchmarks.models import MODULES

POLYMORPHIC = {"Shape": ("Circle", "Rectangle")}


def typed_list(expected: type, items: Iterable[Any]) -> Any:
    made = list.__new__(Type_Safe__List)
    list.extend(made, items)
    made.expected_type = expected
    return made


def typed_dict(key: type, value: type, items: Mapping[Any, Any]) -> Any:
    made = dict.__new__(Type_Safe__Dict)
    dict.update(made, items)
    made.expected_key_type = key
    made.expected_value_type = value
    return made


_HELPERS = {
    "new": object.__new__,
    "set_dict": BaseModel.__dict__["__dict__"].__set__,
    "set_fields_set": BaseModel.__dict__["__pydantic_fields_set__"].__set__,
    "set_extra": BaseModel.__dict__["__pydantic_extra__"].__set__,
    "set_private": BaseModel.__dict__["__pydantic_private__"].__set__,
    "set_attribute": object.__setattr__,
    "typed_list": typed_list,
    "typed_dict": typed_dict,
    "circles": tuple(module.Circle for module in MODULES.values() if hasattr(module, "Circle")),
}


def _expression(cls: str, field: str, annotation: Any, kind: str) -> str:
    value, args = f"o.{field}", get_args(annotation)
    typed = kind == "type_safe"
    if get_origin(annotation) is list:
        item = args[0]
        made = value
        if item.__module__ == models_dataclass.__name__:
            made = f"[convert_{item.__name__}(x) for x in {value}]"
            name = item.__name__
        else:
            name = _primitive(cls, field, kind) or item.__name__
            if name != item.__name__:
                made = f"[{item.__name__}.__new__({name}, x) for x in {value}]"
            elif cls == "Product":
                made = f"[{name}(x) for x in {value}]"
        return f"typed_list({name}, {made})" if typed else made if made.startswith("[") else f"list({made})"
    if get_origin(annotation) is dict:
        names = ", ".join(arg.__name__ for arg in args)
        return f"typed_dict({names}, {value})" if typed else f"dict({value})"
    if args:  # Optional
        annotation = args[0]
        if annotation.__module__ == models_dataclass.__name__:
            return f"None if {value} is None else convert_{annotation.__name__}({value})"
        return value
    if annotation.__module__ == models_dataclass.__name__:
        return f"convert_{annotation.__name__}({value})"
    if name := _primitive(cls, field, kind):
        return f"{annotation.__name__}.__new__({name}, {value})"
    return f"{annotation.__name__}({value})" if cls == "Product" else value


def _primitive(cls: str, field: str, kind: str) -> str | None:
    """The name of the Type_Safe primitive that the field (or its list's item) holds."""
    if kind != "type_safe" or cls != "Product":
        return None
    annotation = get_type_hints(getattr(models_type_safe, cls))[field]
    return (get_args(annotation) or (annotation,))[0].__name__


def _function(cls: str, kind: str) -> list[str]:
    if children := POLYMORPHIC.get(cls):
        first, second = children
        return [
            f"def convert_{cls}(o):",
            f"    return convert_{first}(o) if isinstance(o, circles) else convert_{second}(o)",
        ]
    hints = get_type_hints(getattr(models_dataclass, cls))
    values = [f"        {field!r}: {_expression(cls, field, hint, kind)}," for field, hint in hints.items()]
    if kind == "dataclass":
        arguments = (_expression(cls, field, hint, kind) for field, hint in hints.items())
        return [f"def convert_{cls}(o):", f"    return {cls}({', '.join(arguments)})"]
    if kind == "basemodel":
        made = ["    set_dict(m, {", *values, "    })", f"    set_fields_set(m, {set(hints)!r})"]
        made += ["    set_extra(m, None)", "    set_private(m, None)"]
    else:
        made = ["    set_attribute(m, '__dict__', {", *values, "    })"]
    return [f"def convert_{cls}(o):", f"    m = new({cls})", *made, "    return m"]


def _reachable(cls: str, seen: dict[str, None]) -> dict[str, None]:
    if cls not in seen:
        seen[cls] = None
        for child in POLYMORPHIC.get(cls, ()):
            _reachable(child, seen)
        for hint in get_type_hints(getattr(models_dataclass, cls)).values():
            for part in (hint, *get_args(hint)):
                if isinstance(part, type) and part.__module__ == models_dataclass.__name__:
                    _reachable(part.__name__, seen)
    return seen


def source(root: str, kind: str) -> str:
    """The code that assembles `root`, and all classes under it, as `kind`."""
    functions = ["\n".join(_function(cls, kind)) for cls in _reachable(root, {})]
    return "\n\n".join(functions) + "\n"


def assembler(root: str, kind: str) -> Callable[[Any], Any]:
    module: ModuleType = MODULES[kind]
    namespace: dict[str, Any] = {**vars(module), **_HELPERS}
    exec(compile(source(root, kind), f"<assembled {root} {kind}>", "exec"), namespace)
    return namespace[f"convert_{root}"]
