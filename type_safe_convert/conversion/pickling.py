"""Pickles generated functions by a name that says their classes, in `type_safe_convert.functions`."""

from __future__ import annotations

import ast
import importlib
import re
import sys
from collections.abc import Callable, Iterator
from types import FrameType, ModuleType
from typing import TYPE_CHECKING, Any, NamedTuple

from type_safe_convert.generated_class import origin_in
from type_safe_convert.model.family import counterpart
from type_safe_convert.model.kind import get_kind
from type_safe_convert.registry import made_kinds

if TYPE_CHECKING:
    from type_safe_convert.conversion.pair import ClassPair

MODULE = "type_safe_convert.functions"

# As `function_name` writes it.
_NAME = re.compile(
    r"(?P<source>[^ ]+) -> (?P<target>[^ ]+)(?P<forbid_extra> forbid_extra)?(?P<unchecked> unchecked)?"
    r"( by (?P<rules>[^ ]+))?"
)


def function_name(pair: ClassPair) -> str:
    """The name by which a function pickles: `type_safe_convert.functions` finds it again."""
    name = (
        f"{_place(pair.source)} -> {_place(pair.target)}"
        + (" forbid_extra" if pair.forbid_extra else "")
        + ("" if pair.checked else " unchecked")
    )
    if pair.rules is not None:
        place = pair.rules.place
        name += " by rules that are no global of a module" if place is None else f" by {place.replace('.', '/')}"
    return name


def _place(cls: type) -> str:
    """`package/module:Outer/Inner`; that of a generated class is its origin's, with its own name."""
    origin = origin_in(cls)
    if origin is None:
        place = f"{cls.__module__}:{cls.__qualname__}"
    else:
        place = f"{origin.__module__}:{origin.__qualname__}{cls.__name__.removeprefix(origin.__name__)}"
    return place.replace(".", "/")


class FunctionName(NamedTuple):
    """The parts of the name of a generated function."""

    source: type
    target: type
    checked: bool
    forbid_extra: bool
    rules: Any


def read_name(name: str) -> FunctionName:
    """Parses the name of a generated function. Raises AttributeError if it is no such name."""
    found = _NAME.fullmatch(name)
    if found is None:
        raise AttributeError(name)
    source, target = find_class(found["source"]), find_class(found["target"])
    rules = None if found["rules"] is None else find_rules(found["rules"].replace("/", "."))
    return FunctionName(source, target, not found["unchecked"], bool(found["forbid_extra"]), rules)


def calling_modules() -> tuple[str, ...]:
    """The names of the modules that are running, the nearest first, beginning with that which calls the caller."""
    names: dict[str, None] = {}
    frame: FrameType | None = sys._getframe(2)
    while frame is not None:
        names[frame.f_globals.get("__name__", "")] = None
        frame = frame.f_back
    return tuple(names)


def place_of(rules: Any, modules: tuple[str, ...]) -> str | None:
    """`package.module:name` of the global of one of the modules that rules are; None where they are none."""
    for module in modules:
        held = getattr(sys.modules.get(module), "__dict__", {})
        name = next((name for name, value in list(held.items()) if value is rules), None)
        if name is not None:
            return f"{module}:{name}"
    return None


def find_rules(place: str) -> Any:
    """The rules that are the global `package.module:name`. Raises AttributeError if there are none."""
    module, _, name = place.partition(":")
    found = getattr(_load(module, name, _rules_in), name, None)
    if not any(base.__module__ == _RULES for base in type(found).__mro__):  # a class of a user may be below `Rules`
        raise AttributeError(place)
    return found


_RULES = "type_safe_convert.rules.rules"


def _rules_in(name: str) -> Iterator[str]:
    """The globals to which the source of a module assigns `Rules(...)`, found without running it."""
    source = _source_of(name)
    for node in ast.parse(source).body if source is not None else ():
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        made = ast.unparse(value.func) if isinstance(value := getattr(node, "value", None), ast.Call) else ""
        if made.rpartition(".")[2] in ("Rules", "reversed"):
            yield from (target.id for target in targets if isinstance(target, ast.Name))


def find_class(place: str) -> Any:
    """The class at `package/module:Outer/Inner`; a made one is asked of its origin."""
    module, _, qualname = place.partition(":")
    try:
        path = qualname.split("/")
        found: Any = _load(module.replace("/", "."), path[0], _classes_in)
        for step in path[:-1]:
            found = getattr(found, step)
        last = path[-1]
        if hasattr(found, last):
            return getattr(found, last)
        for kind in made_kinds():
            suffix = f"__{get_kind(kind).suffix}"
            if last.endswith(suffix) and hasattr(found, last.removesuffix(suffix)):
                return counterpart(getattr(found, last.removesuffix(suffix)), kind)
    except ImportError as error:
        raise AttributeError(place) from error
    raise AttributeError(place)


def _load(name: str, wanted: str, known_in: Callable[[str], Iterator[str]]) -> ModuleType:
    """The module of that name, which is imported only if its source defines what is wanted, or the origin of such a
    class.

    A pickle that names a function of ours must not import what it likes: unpicklers are restricted by module.
    """
    loaded = sys.modules.get(name)
    if loaded is not None:
        return loaded
    if not any(wanted == known or wanted.startswith(f"{known}__") for known in known_in(name)):
        raise ImportError(f"{name} is not imported, and its source defines no {wanted}: import it first")
    return importlib.import_module(name)


def _classes_in(name: str) -> Iterator[str]:
    """The names of the classes that the source of a module defines, found without running it or its packages.

    Only those with a base or a decorator: a model class has one.
    """
    source = _source_of(name)
    for node in ast.walk(ast.parse(source)) if source is not None else ():
        if isinstance(node, ast.ClassDef) and (node.bases or node.decorator_list):
            yield node.name


def _source_of(name: str) -> str | None:
    path: Any = None
    spec = None
    parts = name.split(".")
    for end in range(1, len(parts) + 1):
        if end > 1 and path is None:
            return None
        place = ".".join(parts[:end])
        finders = (finder for finder in sys.meta_path if hasattr(finder, "find_spec"))
        try:
            spec = next((found for finder in finders if (found := finder.find_spec(place, path))), None)
        except KeyError:  # a folder without `__init__.py` in a package that is not imported
            return None
        if spec is None:
            return None
        path = spec.submodule_search_locations
        if path is not None and spec.origin is None:
            importlib.import_module(place)  # a folder without `__init__.py` has nothing to run, and must be known below
    get_source = getattr(spec.loader, "get_source", None) if spec is not None else None
    return get_source(name) if get_source is not None else None
