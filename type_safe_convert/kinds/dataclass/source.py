"""Source text of dataclasses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from type_safe_convert.model.family import shape_of
from type_safe_convert.model.shape import Shape
from type_safe_convert.writing.code import Code
from type_safe_convert.writing.fields import FieldToWrite
from type_safe_convert.writing.layout import After, Expression, call
from type_safe_convert.writing.writer import (
    ClassToWrite,
    ClassWriter,
    default_arguments,
    field_call,
    field_value,
    written_metadata,
)


def is_frozen(shape: Shape) -> bool:
    """Whether the written class is frozen: as its bases are, since `dataclass` refuses a mixture."""
    return any(is_frozen(shape_of(base)) for base in shape.bases) if shape.bases else shape.frozen


# Settings of a class that validates its values, where the fields say them or they are for that alone.
_CONFIG_IN_SHAPE = {"frozen", "extra", "alias_generator", "arbitrary_types_allowed", "defer_build"}


class DataclassWriter(ClassWriter):
    says_init = True
    says_settings = frozenset({"slots", "weakref_slot", "dict"})

    def settings(self, cls: Any) -> Mapping[str, Any]:
        own, parameters = vars(cls), cls.__dataclass_params__
        slots = own.get("__slots__")
        found = {
            "slots": slots is not None,
            "weakref_slot": "__weakref__" in (slots or ()),
            "match_args": "__match_args__" in own,
            "init": parameters.init,
            "repr": parameters.repr,
        }
        config = getattr(cls, "__pydantic_config__", None) or {}
        found |= {name: value for name, value in config.items() if name not in _CONFIG_IN_SHAPE}
        usual = {"match_args": True, "init": True, "repr": True}
        return {name: value for name, value in found.items() if value is not usual.get(name, False)}

    def decorators(self, item: ClassToWrite, code: Code) -> Sequence[Expression]:
        shape, name = item.shape, code.names.use("dataclasses", "dataclass")
        frozen = is_frozen(shape)
        if frozen is not shape.frozen:
            item.lose(f"is {'frozen, as its base is' if frozen else 'not frozen, since its base is not'}", "", "frozen")
        if shape.extra != "ignore":
            item.lose(f"extra={shape.extra!r} is lost: a dataclass has no such setting", "", "extra")
        item.lose_identity()
        options = {
            "frozen": frozen,
            "order": shape.ordered and not shape.by_identity,
            "slots": item.has_slots and not item.is_joined,
            "weakref_slot": bool(item.settings.get("weakref_slot")) and item.has_slots and not item.is_joined,
            "kw_only": item.needs_keywords(),
            "unsafe_hash": shape.hashable and not frozen and not shape.by_identity,
        }
        given = [After(f"{key}=", "True") for key, value in options.items() if value]
        if shape.by_identity:
            given.append(After("eq=", "False"))
        item.lose_hash((shape.hashable or frozen) and not shape.by_identity)
        return [call(name, *given)] if given else [name]

    def field(
        self, annotation: Expression, item: FieldToWrite, of: ClassToWrite, code: Code
    ) -> tuple[Expression, Expression | None]:
        said = default_arguments(item, "default_factory")
        said |= {name: "False" for name in ("repr", "compare") if not getattr(item.field, name)}
        if item.field.hash is not None:
            said["hash"] = str(item.field.hash)
        if not item.field.init:
            said["init"] = "False"
        if of.is_by_keyword(item):
            said["kw_only"] = "True"
        if item.options.get("frozen"):
            of.lose("frozen is lost: a field of a dataclass has no such setting", item.field.name, "frozen")
        metadata = written_metadata(item, of, code)
        if metadata is not None:
            said["metadata"] = metadata
        above = (shape_of(base).fields.get(item.field.name) for base in of.shape.bases)
        if not said and not all(field is None or field.required for field in above):
            # Without a `field()`, `dataclass` takes the default that the class inherits.
            return annotation, field_call(code.names.use("dataclasses", "field"), said)
        return annotation, field_value(said, item, "dataclasses", "field", code)


WRITER = DataclassWriter()
