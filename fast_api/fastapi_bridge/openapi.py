"""The OpenAPI document in the words of the source: `User`, where FastAPI sees `User__BaseModel`."""

import re
from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel

from type_safe_convert import origin_of

_REFERENCE = "#/components/schemas/"
# The suffixes by which pydantic tells several definitions of one name apart.
_MODE = re.compile(r"(?P<name>.*?)(?P<mode>-(?:Input|Output))?(?P<index>__\d+)?")


def use_source_names(document: dict[str, Any], models: Iterable[type[BaseModel]]) -> dict[str, Any]:
    """A copy of the document in which generated classes have the names of their origins.

    Where two classes would then have one name, all of them are named with their modules, as pydantic does it.
    """
    schemas = document.get("components", {}).get("schemas")
    if not schemas:
        return document
    names = _new_names(list(schemas), list(models))
    if all(old == new for old, new in names.items()):
        return document
    renamed: dict[str, Any] = _rename_references(document, names)
    renamed["components"]["schemas"] = {
        names[old]: renamed["components"]["schemas"][old] for old in sorted(schemas, key=lambda old: names[old])
    }
    return renamed


def _new_names(definitions: list[str], models: list[type[BaseModel]]) -> dict[str, str]:
    """The new name of each definition; unchanged where no model explains it."""
    owners: dict[str, list[type[BaseModel]]] = {}
    for model in models:
        for name in (_short_name(model), _long_name(model)):
            owners.setdefault(name, []).append(model)
    explained: dict[str, tuple[type[BaseModel], str]] = {}
    for definition in definitions:
        match = _MODE.fullmatch(definition)
        assert match is not None  # the pattern matches everything
        for name, suffix in (
            (definition, ""),
            (match["name"], (match["mode"] or "") + (match["index"] or "")),
        ):
            if name in owners:
                explained[definition] = (owners[name][0], suffix)
                break
    claims: dict[str, set[str]] = {}
    for definition in definitions:
        # Two definitions of one class (input and output) share a claim, by the class's full name.
        if definition in explained:
            origin = origin_of(explained[definition][0])
            claims.setdefault(_short_name(origin), set()).add(_long_name(origin))
        else:
            claims.setdefault(definition, set()).add(definition)
    names = {}
    for definition in definitions:
        if definition not in explained:
            names[definition] = definition
            continue
        model, suffix = explained[definition]
        short = _short_name(origin_of(model))
        base = short if len(claims[short]) == 1 else _long_name(origin_of(model))
        names[definition] = base + suffix
    return _without_collisions(names)


def _without_collisions(names: dict[str, str]) -> dict[str, str]:
    """Two classes of one module and one name (made in functions) still need two names."""
    taken: dict[str, int] = {}
    result = {}
    for old, new in names.items():
        count = taken[new] = taken.get(new, 0) + 1
        result[old] = new if count == 1 else f"{new}__{count}"
    return result


def _short_name(cls: type) -> str:
    return _normal(cls.__name__)


def _long_name(cls: type) -> str:
    return _normal(f"{cls.__module__}.{cls.__qualname__}".replace(".", "__"))


def _normal(name: str) -> str:
    return re.sub(r"[^a-zA-Z0-9.\-_]", "_", name)


def _rename_references(node: Any, names: dict[str, str]) -> Any:
    if isinstance(node, list):
        return [_rename_references(item, names) for item in node]
    if not isinstance(node, dict):
        return node
    renamed = {key: _rename_references(value, names) for key, value in node.items()}
    if isinstance(reference := node.get("$ref"), str):
        renamed["$ref"] = _renamed(reference, names)
    if isinstance(discriminator := node.get("discriminator"), dict) and isinstance(discriminator.get("mapping"), dict):
        renamed["discriminator"]["mapping"] = {
            value: _renamed(reference, names) for value, reference in discriminator["mapping"].items()
        }
    return renamed


def _renamed(reference: str, names: dict[str, str]) -> str:
    name = reference.removeprefix(_REFERENCE)
    return _REFERENCE + names[name] if reference.startswith(_REFERENCE) and name in names else reference
