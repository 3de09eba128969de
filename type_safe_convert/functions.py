"""Where generated functions say that they live, so that they pickle by name: `pickle` looks the name up here."""

from __future__ import annotations

import importlib
from typing import Any


def __getattr__(name: str) -> Any:
    places, _, unchecked = name.partition(" unchecked")
    source, arrow, target = places.partition(" -> ")
    if not arrow or unchecked:
        raise AttributeError(name)
    from type_safe_convert.plan import pair

    return pair(_find_class(source), _find_class(target), not name.endswith(" unchecked")).compiled()


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
