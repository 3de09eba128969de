"""Imports what users name: modules, files, classes. What fails in their code is one line with its file and line."""

from __future__ import annotations

import importlib
import importlib.util
import os
import pkgutil
import sys
import sysconfig
import traceback
from collections.abc import Iterable
from pathlib import Path
from types import ModuleType
from typing import Any

from type_safe_convert.advice import did_you_mean, nearest, no_such_kind, not_a_class
from type_safe_convert.migration.files import place_of_file
from type_safe_convert.registry import extra_of, kind_names, kind_of_class, kind_words


class UsageError(Exception):
    """A request of the user that cannot be carried out; the message is one line."""


def is_path(name: str) -> bool:
    """Whether a name is that of a file or folder, and not of a module."""
    return name.endswith(".py") or name in (".", "..") or any(sep in name for sep in (os.sep, os.altsep or os.sep))


def import_named(name: str) -> ModuleType:
    """The module of a name, or of a file or of a folder with `__init__.py`. Raises UsageError."""
    return _import_file(Path(name)) if is_path(name) else import_module(name)


def import_module(name: str) -> ModuleType:
    """The module of a dotted name. Raises UsageError."""
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name is not None and (name == error.name or name.startswith(f"{error.name}.")):
            raise UsageError(_with(f"there is no package or module {name!r}", _module_like(name))) from None
        raise UsageError(failure(error)) from None
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # a module may raise anything: SystemExit, pytest's own outcomes
        told = failure(error)
        if isinstance(error, SyntaxError) and not _place(error):  # a null byte: Python says no file
            spec = importlib.util.find_spec(name)
            told = told if spec is None or spec.origin is None else f"{_short(spec.origin)}: {told}"
        raise UsageError(told) from None


def _import_file(path: Path) -> ModuleType:
    if not path.exists():
        beside = [item.name for item in path.parent.iterdir()] if path.parent.is_dir() else []
        raise UsageError(_with(f"there is no file or folder {path}", did_you_mean(path.name, beside)))
    if path.is_file() and path.suffix != ".py":
        raise UsageError(f"{path} is no Python file")
    found = path.resolve()
    folder, name = place_of_file(found)
    sys.path.insert(0, str(folder))
    module = import_module(name)
    origin = Path(module.__file__ or "").resolve()
    if origin not in (found, found / "__init__.py"):
        raise UsageError(f"{path} cannot be imported: another module is called {module.__name__} ({origin})")
    return module


def load_object(spec: str) -> Any:
    """Returns the object that 'package.module:name' or 'file.py:name' names. Raises UsageError."""
    module_name, _, name = spec.rpartition(":")
    if not module_name or not name:
        raise UsageError(_with(f"{spec!r} is not of the form package.module:Class or file.py:Class", _with_colon(spec)))
    found: Any = import_named(module_name)
    for part in name.split("."):
        known = [each for each in vars(found) if not each.startswith("_")] if hasattr(found, "__dict__") else []
        if not hasattr(found, part):
            raise UsageError(_with(f"there is no {name} in {module_name}", did_you_mean(part, known)))
        found = getattr(found, part)
    return found


def load_model(spec: str) -> type:
    """The model class of a spec. Raises UsageError."""
    found: Any = load_object(spec)
    if kind_of_class(found) is None:
        raise UsageError(f"{spec}: {not_a_class(found).detail}")
    return found


def load_target(target: str) -> Any:
    """A kind by its name, or a class. Raises UsageError, NotAModelError."""
    if target in kind_names():
        return target
    if ":" in target:
        return load_model(target)
    if extra_of(target) or nearest(target, kind_words()) is not None:
        raise no_such_kind(target)
    advice = _with_colon(target) or f"the kinds are {', '.join(kind_names())}"
    raise UsageError(f"expected a kind or MODULE:CLASS, found {target!r}; {advice}")


def failure(error: BaseException) -> str:
    """'models.py:3: NameError: ...': where in the user's code an import failed, and why."""
    place = _place(error)
    return f"{place}: {first_line(error)}" if place else first_line(error)


def first_line(error: BaseException) -> str:
    """The kind of an error and the first line of what it says."""
    text = str(error.msg if isinstance(error, SyntaxError) else error)
    lines = text.strip().splitlines()
    return type(error).__name__ + (f": {lines[0]}" if lines else "")


def _place(error: BaseException) -> str:
    if isinstance(error, SyntaxError) and error.filename:
        return f"{_short(error.filename)}:{error.lineno}"
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if os.path.exists(frame.filename)]
    own = str(Path(__file__).parents[1])
    frames = [frame for frame in frames if not frame.filename.startswith((own, _STANDARD_LIBRARY + "/importlib"))]
    users = [frame for frame in frames if not frame.filename.startswith(_INSTALLED)]
    found = next(reversed(users or frames), None)
    return "" if found is None else f"{_short(found.filename)}:{found.lineno}"


_STANDARD_LIBRARY = sysconfig.get_path("stdlib")
_INSTALLED = (_STANDARD_LIBRARY, sysconfig.get_path("purelib"), sysconfig.get_path("platlib"))


def _short(filename: str) -> str:
    """A file's name as seen from the current directory, if it is in there."""
    relative = os.path.relpath(filename)
    return filename if relative.startswith("..") else relative


def _module_like(name: str) -> str:
    """The question for the module or class of a parent, or the module on the path, whose name is like that."""
    parent, dot, last = name.rpartition(".")
    holder = sys.modules.get(parent)
    known: Iterable[Any] = pkgutil.iter_modules(getattr(holder, "__path__", ()) if parent else None)
    names = {module.name: f"{parent}{dot}{module.name}" for module in known}
    members = [] if holder is None else [*vars(holder).items()]
    names |= {each: f"{parent}:{each}" for each, value in members if isinstance(value, type)}
    found = nearest(last, names)
    return "" if found is None else f"did you mean {names[found]!r}?"


def _with_colon(name: str) -> str:
    """The question for 'shop:Order', where 'shop.Order' is given: modules have names of small letters."""
    module, _, last = name.rpartition(".")
    return f"did you mean '{module}:{last}'?" if module and last[:1].isupper() and ":" not in name else ""


def _with(text: str, advice: str) -> str:
    return f"{text}; {advice}" if advice else text
