"""Values that fit a JSON Schema, for the keywords that our schemas have; hypothesis-jsonschema 0.23 does not run on
today's Hypothesis, and resolves no recursion."""

import datetime as dt
import math
from typing import Any

from hypothesis import strategies as st

_TEXT = st.characters(exclude_categories=["Cs"])
_ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(_TEXT),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(_TEXT, max_size=3), inner, max_size=2),
    max_leaves=4,
)
_FORMATS: dict[str, st.SearchStrategy[str]] = {
    "date-time": st.datetimes(timezones=st.just(dt.UTC)).map(dt.datetime.isoformat),
    "date": st.dates().map(dt.date.isoformat),
    "time": st.times().map(dt.time.isoformat),
    "duration": st.just("P1DT2H3M4.5S"),
    "uuid": st.uuids().map(str),
    "base64url": st.sampled_from(["", "AA==", "_w==", "AAEC"]),
    "path": st.sampled_from(["", "a/b", "/"]),
    "fraction": st.fractions().map(str),
    "python-class": st.just("tests.json.models.Tag"),
    "ipv4": st.ip_addresses(v=4).map(str),
}


def values(schema: Any, root: Any = None, depth: int = 3) -> st.SearchStrategy[Any]:
    """A strategy for what `schema` accepts; below `depth` references only what is required is filled in."""
    root = schema if root is None else root
    if schema is True or not schema.keys() - {"title", "description", "default", "$schema", "$defs", "examples"}:
        return _ANYTHING
    if "$ref" in schema:
        target: Any = root
        for step in schema["$ref"].split("/")[1:]:
            target = target[step]
        return st.deferred(lambda: values(target, root, depth - 1))
    if "anyOf" in schema:
        members = [item for item in schema["anyOf"] if item != {"not": {}}]
        if depth <= 0 and {"type": "null"} in members:
            return st.none()
        return st.one_of([values(item, root, depth) for item in members])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if "const" in schema:
        return st.just(schema["const"])
    return _TYPES[schema["type"]](schema, root, depth)


def _object(schema: Any, root: Any, depth: int) -> st.SearchStrategy[Any]:
    properties = schema.get("properties", {})
    required = schema.get("required", [])
    given = {name: values(properties[name], root, depth) for name in required}
    optional = {} if depth <= 0 else {name: item for name, item in properties.items() if name not in required}
    known = st.fixed_dictionaries(given, optional={name: values(item, root, depth) for name, item in optional.items()})
    more = schema.get("additionalProperties", not properties)
    if more is False or (properties and more is True):
        return known
    inner = _ANYTHING if more is True else values(more, root, depth)
    names = schema.get("propertyNames")
    keys = _string(names, root, depth) if names and "enum" not in names else st.text(_TEXT, max_size=3)
    keys = st.sampled_from(names["enum"]).map(str) if names and "enum" in names else keys
    return st.dictionaries(keys, inner, max_size=0 if depth <= 0 else 2)


def _array(schema: Any, root: Any, depth: int) -> st.SearchStrategy[Any]:
    if "prefixItems" in schema:
        return st.tuples(*(values(item, root, depth) for item in schema["prefixItems"])).map(list)
    least, most = schema.get("minItems", 0), schema.get("maxItems", 2)
    items = values(schema.get("items", True), root, depth)
    if schema.get("uniqueItems"):
        return st.lists(items, min_size=least, max_size=most, unique_by=repr)
    return st.lists(items, min_size=least, max_size=max(least, 0 if depth <= 0 else most))


def _string(schema: Any, root: Any, depth: int) -> st.SearchStrategy[Any]:
    if "format" in schema:
        return _FORMATS[schema["format"]]
    if "pattern" in schema:
        return st.from_regex(schema["pattern"])
    return st.text(_TEXT, min_size=schema.get("minLength", 0), max_size=schema.get("maxLength", 8))


def _integer(schema: Any, root: Any, depth: int) -> st.SearchStrategy[Any]:
    least, most = schema.get("minimum"), schema.get("maximum")
    least = schema["exclusiveMinimum"] + 1 if "exclusiveMinimum" in schema else least
    most = schema["exclusiveMaximum"] - 1 if "exclusiveMaximum" in schema else most
    return st.integers(least, most)


def _number(schema: Any, root: Any, depth: int) -> st.SearchStrategy[Any]:
    least, most = schema.get("minimum", -math.inf), schema.get("maximum", math.inf)
    return st.floats(
        None if least == -math.inf else least, None if most == math.inf else most, allow_nan=False, allow_infinity=False
    )


_TYPES: dict[str, Any] = {
    "object": _object,
    "array": _array,
    "string": _string,
    "integer": _integer,
    "number": _number,
    "boolean": lambda schema, root, depth: st.booleans(),
    "null": lambda schema, root, depth: st.none(),
}
