"""Modules in which drawn classes are written, as users write theirs: executed source text, found in `sys.modules`."""

from __future__ import annotations

import builtins
import collections
import dataclasses
import enum
import itertools
import keyword
import linecache
import sys
import types
import typing
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any, Self

from typing_extensions import Unpack
from typing_inspection import typing_objects
from typing_inspection.introspection import is_union_origin

from type_safe_convert.registry import generic_parts

# Names in annotations are looked up when a class is first used; modules of classes drawn long ago are dropped, since a
# module keeps its classes alive.
KEPT = 200

_numbers = itertools.count()
_kept: collections.deque[str] = collections.deque()


class Module:
    """A module for one class. `text`: whether its annotations stay text (`from __future__ import annotations`)."""

    def __init__(self, text: bool) -> None:
        self.number: int = next(_numbers)
        self.text = text
        self.module: types.ModuleType = types.ModuleType(f"drawn_module_{self.number}")
        self.names: dict[str, Any] = vars(self.module)
        for name in ("Any", "Annotated", "ClassVar", "Literal", "Optional", "Union"):
            self.names[name] = getattr(typing, name)
        self.names |= {"InitVar": dataclasses.InitVar, "Self": Self, "Unpack": Unpack}
        sys.modules[self.module.__name__] = self.module
        _kept.append(self.module.__name__)
        while len(_kept) > KEPT:
            sys.modules.pop(_kept.popleft(), None)

    def bind(self, value: Any, hint: str) -> str:
        """A name for a value in this module; one that has it already, if possible."""
        name = hint if hint.isidentifier() and not keyword.iskeyword(hint) and not hasattr(builtins, hint) else "value"
        for number in itertools.count(2):
            if name not in self.names or self.names[name] is value:
                break
            name = f"{hint if hint.isidentifier() else 'value'}_{number}"
        self.names[name] = value
        return name

    def spell(self, annotation: Any) -> str:
        """The annotation as source text; what has no text of its own gets a name."""
        if annotation is None or annotation is type(None):
            return "None"
        if annotation is Ellipsis:
            return "..."
        if isinstance(annotation, str):
            return annotation if self.text else repr(annotation)
        if isinstance(annotation, dataclasses.InitVar):
            return f"InitVar[{self.spell(annotation.type)}]"
        if isinstance(annotation, type) and not isinstance(annotation, types.GenericAlias):
            return self.spell_class(annotation)
        origin, args = typing.get_origin(annotation), typing.get_args(annotation)
        if typing_objects.is_annotated(origin):
            notes = (self.bind(item, f"note_{number}") for number, item in enumerate(annotation.__metadata__))
            return f"Annotated[{self.spell(args[0])}, {', '.join(notes)}]"
        if typing_objects.is_literal(origin):
            return f"Literal[{', '.join(map(self.spell_value, args))}]"
        if is_union_origin(origin):
            members = [self.spell(arg) for arg in args]
            # Until Python 3.14, `|` refuses text among its members.
            return " | ".join(members) if self.text else f"Union[{', '.join(members)}]"
        if typing_objects.is_classvar(origin):
            return f"ClassVar[{self.spell(args[0])}]"
        if typing_objects.is_unpack(origin):
            return f"Unpack[{self.spell(args[0])}]"
        has_text = isinstance(origin, type) or typing_objects.is_typealiastype(origin)
        if args and has_text and not any(isinstance(arg, list) for arg in args):  # the parameters of a Callable
            return f"{self.spell(origin)}[{', '.join(map(self.spell, args))}]"
        return self.bind(annotation, getattr(annotation, "__name__", "annotation"))

    def spell_class(self, cls: Any) -> str:
        parts = generic_parts(cls)
        if parts is not None and parts.origin is not None:
            return f"{self.spell(parts.origin)}[{', '.join(map(self.spell, parts.args))}]"
        name: str = cls.__name__
        return name if getattr(builtins, name, None) is cls else self.bind(cls, name)

    def spell_value(self, value: Any) -> str:
        if isinstance(value, enum.Enum):
            return f"{self.bind(type(value), type(value).__name__)}.{value.name}"
        if type(value) in (str, int, float, bool, bytes, type(None)):
            return repr(value)
        return self.bind(value, "value")

    def define(
        self,
        name: str,
        bases: Sequence[Any],
        annotations: Mapping[str, Any],
        body: Mapping[str, Any],
        parameters: Sequence[Any] = (),
        options: Mapping[str, Any] | None = None,
    ) -> Any:
        """The class that the source text makes. `parameters`: type variables, in the syntax of Python 3.12; `options`:
        keywords after the bases."""
        lines = ["from __future__ import annotations"] if self.text else []
        heads = [self.spell(base) for base in bases] + [f"{key}={value!r}" for key, value in (options or {}).items()]
        variables = f"[{', '.join(map(self.parameter, parameters))}]" if parameters else ""
        lines.append(f"class {name}{variables}({', '.join(heads)}):" if heads else f"class {name}{variables}:")
        rest = dict(body)
        if all(map(can_be_spelled, annotations)):
            for field, annotation in annotations.items():
                value = f" = {self.spell_value(rest.pop(field))}" if field in rest else ""
                lines.append(f"    {field}: {self.spell(annotation)}{value}")
        else:
            self.names["hints"] = {
                field: self.spell(item) if self.text else item for field, item in annotations.items()
            }
            lines.append("    __annotations__ = hints")
        # `locals()` takes names that source text cannot have, and such as would be mangled.
        self.names["rest"] = rest
        lines.append("    locals().update(rest)")
        source = "\n".join(lines) + "\n"
        file = f"<{self.module.__name__}>"
        exec(compile(source, file, "exec", dont_inherit=True), self.names)
        linecache.cache.pop(file, None)
        cls = self.names[name]
        del self.names["rest"]
        self.names.pop("hints", None)
        return cls

    def parameter(self, variable: Any) -> str:
        if typing_objects.is_typevartuple(variable):
            return f"*{variable.__name__}"
        if getattr(variable, "has_default", bool)():
            return f"{variable.__name__} = {self.spell(variable.__default__)}"
        return str(variable.__name__)


def can_be_spelled(name: str) -> bool:
    """Whether source text can have the name: Python reads the normal form of every other."""
    return name.isidentifier() and not keyword.iskeyword(name) and unicodedata.normalize("NFKC", name) == name
