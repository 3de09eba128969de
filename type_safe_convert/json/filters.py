"""The serializer for `include` and `exclude`, which is compiled when it is first asked for.

pydantic-core takes it that a plain function has left out what is to be left out, and forgets both for what the function
returned. So each of our functions becomes one that wraps the serializer of its result. That writes a value twice, so
it is done for these options only.
"""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pydantic_core import SchemaSerializer

from type_safe_convert.json.adapters import settings_of

# Parts of a schema that hold no schemas, but values of users.
_VALUES = frozenset({"metadata", "default", "members", "expected", "cls", "config"})

_thread = threading.local()


def serializer_in_force(codec: Any) -> Any:
    """The serializer for an instance whose class is only known at run time."""
    return _filtering(codec) if getattr(_thread, "filters", False) else codec.serializer


@contextlib.contextmanager
def serializer_with(codec: Any, options: Mapping[str, Any]) -> Iterator[Any]:
    """The serializer for these options, which is in force meanwhile."""
    if options["include"] is options["exclude"] is None:
        yield codec.serializer
        return
    before = getattr(_thread, "filters", False)
    _thread.filters = True
    try:
        yield _filtering(codec)
    finally:
        _thread.filters = before


def _filtering(codec: Any) -> Any:
    if codec.filtering is None:
        made = codec.serializer  # pydantic's own, which has no functions of ours
        if codec.adapter is not None:
            settings: Any = settings_of(codec.cls)
            made = SchemaSerializer(_wrapping(codec.adapter.core_schema), settings)
        codec.filtering = made  # once it leaves out: another thread may take it at once
    return codec.filtering


def _wrapping(schema: Any) -> Any:
    """A copy of a schema with functions that hand `include` and `exclude` on."""
    if isinstance(schema, list | tuple):
        return type(schema)(map(_wrapping, schema))
    if not isinstance(schema, dict):
        return schema
    made = {key: value if key in _VALUES else _wrapping(value) for key, value in schema.items()}
    if made.get("type") == "function-plain" and made.get("return_schema") and _is_ours(made["function"]):
        made = {
            "type": "function-wrap",
            "function": _wrapped(made["function"]),
            "schema": made["return_schema"],
            "when_used": made.get("when_used", "always"),
        }
    return made


def _is_ours(function: Any) -> bool:
    """Whether a function is none of a user's, who may leave out what the function returns."""
    return str(getattr(function, "__module__", "")).startswith(f"{__package__}.")


def _wrapped(function: Callable[[Any], Any]) -> Callable[[Any, Callable[[Any], Any]], Any]:
    return lambda value, write: write(function(value))
