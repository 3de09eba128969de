"""Finds the model classes of installed packages, and keeps quiet whatever importing them wants to say."""

from __future__ import annotations

import contextlib
import dataclasses
import importlib.util
import io
import logging
import os
import pkgutil
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

from type_safe_convert.cli.loading import UsageError, import_module, import_named, is_path, load_model
from type_safe_convert.generated_class import origin_in
from type_safe_convert.registry import kind_of_class


@dataclasses.dataclass(frozen=True)
class Package:
    """The model classes that were found under one name.

    Attributes:
        classes: the model classes defined there, in order of module and definition.
        import_errors: {module: why it could not be imported}.
    """

    name: str
    classes: list[type]
    import_errors: dict[str, str]


def find(name: str) -> list[Package]:
    """Imports what is named, with everything under it: a package or module, a file, a folder, one class.

    Raises UsageError where there is no such thing, or it cannot be imported.
    """
    if not name:
        raise UsageError("there is no package or module ''")
    with quiet():
        if ":" in name:
            return [Package(name, [load_model(name)], {})]
        path = Path(name)
        if path.is_dir() and not (path / "__init__.py").exists() and (is_path(name) or not _is_module(name)):
            return list(_in_folder(path))
        return [_package(name, import_named(name))]


def _is_module(name: str) -> bool:
    try:
        return importlib.util.find_spec(name) is not None
    except (ImportError, ValueError):
        return False


def _in_folder(folder: Path) -> Iterator[Package]:
    """Yields the packages and modules in a folder, without those that build and test a project."""
    sys.path.insert(0, str(folder.resolve()))
    found = dict.fromkeys([info.name for info in pkgutil.iter_modules([str(folder)])] + [*_namespaces([str(folder)])])
    names = [name for name in found if name not in ("setup", "conftest", "__main__")]
    if not names:
        raise UsageError(f"there is no Python module in {folder}")
    for name in names:
        try:
            yield _package(name, import_module(name))
        except UsageError as error:
            yield Package(name, [], {name: str(error)})


def _package(name: str, root: ModuleType) -> Package:
    import_errors: dict[str, str] = {}
    classes: dict[type, None] = {}
    for module in [root, *_below(root, import_errors)]:
        for value in list(vars(module).values()):
            _collect(value, root.__name__, classes)
    return Package(name, list(classes), import_errors)


def _below(package: ModuleType, import_errors: dict[str, str]) -> Iterator[ModuleType]:
    """The modules in a package, imported one by one; a module that is meant to be run is left alone."""
    try:
        folders = list(getattr(package, "__path__", ()))
    except Exception:  # a module may have a `__getattr__` that imports what is not there
        folders = []
    found = dict.fromkeys(info.name for info in pkgutil.iter_modules(folders))
    found.update(dict.fromkeys(_namespaces(folders)))
    for last in found:
        if last == "__main__":
            continue
        name = f"{package.__name__}.{last}"
        try:
            module = import_module(name)
        except UsageError as error:
            import_errors[name] = str(error)
            continue
        yield module
        yield from _below(module, import_errors)


def _namespaces(folders: list[str]) -> Iterator[str]:
    """The folders without `__init__.py` that hold modules, at whatever depth: Python imports them, too."""
    places = [path for folder in folders if Path(folder).is_dir() for path in sorted(Path(folder).iterdir())]
    for path in places:
        importable = path.name.isidentifier() and path.is_dir() and not path.is_symlink()
        if importable and not (path / "__init__.py").exists() and next(path.rglob("*.py"), None) is not None:
            yield path.name


def _collect(value: Any, name: str, classes: dict[type, None]) -> None:
    if not isinstance(value, type) or value in classes or origin_in(value) is not None:
        return
    module = getattr(value, "__module__", None)
    if not isinstance(module, str) or not (module == name or module.startswith(f"{name}.")):
        return
    if kind_of_class(value) is not None and "[" not in value.__name__:
        classes[value] = None
    for inner in list(vars(value).values()):
        if isinstance(inner, type) and inner.__qualname__.startswith(f"{value.__qualname__}."):
            _collect(inner, name, classes)


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """No output, no warnings, no logging, no arguments and no input while the code of others runs."""
    argv, sys.argv = sys.argv, sys.argv[:1]
    stdin, sys.stdin = sys.stdin, io.StringIO()
    disabled = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        with (
            _kept_descriptors(),
            contextlib.redirect_stdout(io.StringIO()),
            contextlib.redirect_stderr(io.StringIO()),
            warnings.catch_warnings(),
        ):
            warnings.simplefilter("ignore")
            yield
    finally:
        sys.argv, sys.stdin = argv, stdin
        logging.disable(disabled)


@contextlib.contextmanager
def _kept_descriptors() -> Iterator[None]:
    """Opens standard input, output and error again where other code, such as an imported module, closed them."""
    kept = {}
    for number in range(3):
        with contextlib.suppress(OSError):
            kept[number] = os.dup(number)
    try:
        yield
    finally:
        for number, copy in kept.items():
            os.dup2(copy, number)
            os.close(copy)
