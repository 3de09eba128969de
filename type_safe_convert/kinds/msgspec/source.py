"""Source text of Structs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Meta

from type_safe_convert.types import nodes
from type_safe_convert.writing.code import Code
from type_safe_convert.writing.fields import BOUNDS, FieldToWrite, said_by_rules
from type_safe_convert.writing.layout import After, Brackets, Expression, call, subscript
from type_safe_convert.writing.writer import (
    ClassToWrite,
    ClassWriter,
    default_arguments,
    field_value,
    written_values,
)

_IN_META = {"title": "title", "description": "description", "examples": "examples",
            "json_schema_extra": "extra_json_schema"}  # fmt: skip
# Settings of other kinds that Structs have by these names.
_NAMES_OF = {"weakref_slot": "weakref", "cache_hash": "cache_hash", "dict": "dict"}
_BOUNDS = {*BOUNDS, "pattern"}


# The settings that say more than a shape, with what they usually are.
_SETTINGS = {
    "tag": None, "tag_field": "type", "omit_defaults": False, "repr_omit_defaults": False, "array_like": False,
    "gc": True, "weakref": False, "dict": False, "cache_hash": False,
}  # fmt: skip


class StructWriter(ClassWriter):
    says: frozenset[str] = frozenset(_BOUNDS)
    base: tuple[str, str] | None = (Meta.__module__.split(".")[0], "Struct")

    says_settings = frozenset({"slots", "weakref_slot", "cache_hash", "dict"})

    def settings(self, cls: Any) -> Mapping[str, Any]:
        config = cls.__struct_config__
        above = [base.__struct_config__ for base in cls.__bases__ if hasattr(base, "__struct_config__")]
        found = {
            name: value
            for name, usual in _SETTINGS.items()
            if (value := getattr(config, name)) not in (usual, None)
            and all(getattr(base, name) != value for base in above)
        }
        if found.pop("weakref", False):
            found["weakref_slot"] = True
        return found

    def keywords(self, item: ClassToWrite, code: Code) -> Sequence[Expression]:
        shape, said = item.shape, dict[str, Expression]()
        config = item.counterpart.__struct_config__
        above = [base.__struct_config__ for base in item.counterpart.__bases__ if hasattr(base, "__struct_fields__")]
        if shape.frozen or any(base.frozen for base in above):
            said["frozen"] = str(shape.frozen)
        if item.needs_keywords(for_each_field=False):
            said["kw_only"] = "True"
        if shape.by_identity or any(base.by_identity for base in item.bases):
            said["eq"] = str(not shape.by_identity)
        if shape.ordered or any(base.ordered for base in item.bases):
            said["order"] = str(shape.ordered and not shape.by_identity)
        said |= {_NAMES_OF[name]: "True" for name in _NAMES_OF if item.settings.get(name)}
        if shape.extra == "forbid" or any(base.extra == "forbid" for base in item.bases):
            said["forbid_unknown_fields"] = str(shape.extra == "forbid")
        if shape.extra == "allow":
            item.lose("extra='allow' is lost: a Struct has no such setting", "", "extra")
        item.lose_hash(shape.frozen and not shape.by_identity)
        if config.tag is not None:
            said["tag"] = code.value(config.tag if config.tag != item.counterpart.__name__ else shape.name)
            if config.tag_field != "type":
                said["tag_field"] = code.value(config.tag_field)
        return [After(f"{key}=", value) for key, value in said.items()]

    def is_by_keyword(self, name: str, item: ClassToWrite) -> bool:
        return name in item.by_keyword(for_each_field=False)[0]

    def order(self, inherited: Sequence[str], item: ClassToWrite) -> list[str]:
        by_keyword = item.by_keyword(for_each_field=False)[0]
        written = dict(zip(item.attributes, item.shape.fields, strict=True))
        return sorted(super().order(inherited, item), key=lambda name: written[name] in by_keyword)

    def takes_constraints(self, node: nodes.Node) -> bool:
        return True

    def field(
        self, annotation: Expression, item: FieldToWrite, of: ClassToWrite, code: Code
    ) -> tuple[Expression, Expression | None]:
        options = of.lose_options(item, *_IN_META, "alias")
        meta = {_IN_META[name]: value for name, value in options.items() if name in _IN_META}
        for name in item.constraints:
            if name not in _BOUNDS:
                of.lose(f"{name} is lost: a Struct has no such setting", item.field.name, "constraints")
        bounds = {name: value for name, value in item.constraints.items() if name in _BOUNDS}
        annotation = _with_meta(annotation, written_values({**bounds, **meta}, item, of, code), code)
        given = default_arguments(item, "default_factory")
        name = options.get("alias", item.field.name)
        if name != item.name:
            given["name"] = code.value(name)
        of.lose_flags(item, "repr", "compare", "hash")
        if item.metadata_beside:
            of.lose("metadata is lost: a field of a Struct has no such setting", item.field.name, "metadata")
        return annotation, field_value(given, item, "msgspec", "field", code)

    def constrained(self, inner: Expression, said: Mapping[str, Any], code: Code) -> Expression:
        return _with_meta(inner, {key: code.value(value) for key, value in said.items()}, code)

    def refined(self, node: nodes.RefinedNode, code: Code) -> Expression:
        said = {key: code.value(value) for key, value in said_by_rules(node).items()}
        plain, cls = code.names.reference(node.base), code.names.reference(node.cls)
        return _with_meta(code.annotated(plain, cls), said, code)


def _with_meta(annotation: Expression, said: Mapping[str, Expression], code: Code) -> Expression:
    """The annotation with a `Meta` that says this."""
    if not said:
        return annotation
    made = call(code.names.use("msgspec", "Meta"), *(After(f"{key}=", value) for key, value in said.items()))
    if isinstance(annotation, Brackets) and annotation.opening == f"{code.typing('Annotated')}[":
        return subscript(code.typing("Annotated"), *annotation.items, made)
    return code.annotated(annotation, made)


WRITER = StructWriter()
