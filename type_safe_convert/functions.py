"""Where generated functions say that they live, so that they pickle by name: `pickle` looks the name up here."""

from __future__ import annotations

import importlib
import re
from typing import Any

# As `codegen.function_name` writes it.
_NAME = re.compile(r"(?P<source>[^ ]+) -> (?P<target>[^ ]+)(?P<forbid_extra> forbid_extra)?(?P<unchecked> unchecked)?")


def __getattr__(name: str) -> Any:
    found = _NAME.fullmatch(name)
    if found is None:
        raise AttributeError(name)
    from type_safe_convert.plan import pair

    source, target = _find_class(found["source"]), _find_class(found["target"])
    return pair(source, target, not found["unchecked"], bool(found["forbid_extra"])).compiled()


def _find_class(place: str) -> Any:
    """The class at `package/module:Outer/Inner`; a made one is asked of its origin."""
    from type_safe_convert.family import sibling
    from type_safe_convert.kind import get_kind
    from type_safe_convert.registry import kind_names

    module, _, qualname = place.partition(":")
    try:
        found: Any = importlib.import_module(module.replace("/", "."))
        path = qualname.split("/")
        for step in path[:-1]:
            found = getattr(found, step)
        last = path[-1]
        if hasattr(found, last):
            return getattr(found, last)
        for kind in kind_names():
            suffix = f"__{get_kind(kind).suffix}"
            if last.endswith(suffix) and hasattr(found, last.removesuffix(suffix)):
                return sibling(getattr(found, last.removesuffix(suffix)), kind)
    except ImportError as error:
        raise AttributeError(place) from error
    raise AttributeError(place)
