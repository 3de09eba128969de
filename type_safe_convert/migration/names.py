"""The names of a file that is being rewritten: what it imports already, and what it imports then."""

from __future__ import annotations

import sys
from collections.abc import Collection
from importlib import import_module
from types import ModuleType
from typing import Any

from type_safe_convert.migration.project import SourceFile
from type_safe_convert.writing.names import Names


class FileNames(Names):
    """Knows what the module of a file has under which name.

    Names of imports that nothing will use any more (`leaving`) are free for others, and no new import has the name of a
    field of any class in the file.

    Attributes:
        own: the names of the fields of the class that is being written: in its body they are these.
    """

    def __init__(self, file: SourceFile, fields: Collection[str], leaving: Collection[str]) -> None:
        super().__init__(fields)
        self.module: ModuleType = file.module
        self.known: dict[str, Any] = {
            name: value
            for name, value in vars(file.module).items()
            if not name.startswith("__") and name not in leaving
        }
        self.own: Collection[str] = ()
        self.taken.update(dict.fromkeys(self.known) | dict.fromkeys(file.imported.keys() - {*leaving}))

    def use(self, module: str, name: str) -> str:
        if module != "builtins" and name not in self.imports.get(module, ()):
            if module not in sys.modules:
                import_module(module)
            value = getattr(sys.modules[module], name)
            visible = {local: known for local, known in self.known.items() if local not in self.own}
            found = [local for local, known in visible.items() if known is value and not _is_plain(value)]
            if found:
                return name if name in found else found[0]
            for local, known in visible.items():
                if isinstance(known, ModuleType) and known.__name__ == module:
                    return f"{local}.{name}"
        return super().use(module, name)


def _is_plain(value: object) -> bool:
    """Whether a value is one that other names may have by chance."""
    return value is None or isinstance(value, bool | int | str | tuple)
