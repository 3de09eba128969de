"""The settings of mapped classes beside their fields. No mapped classes are written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from type_safe_convert.kinds.sqlalchemy.fields import column_of
from type_safe_convert.writing.writer import ClassWriter

_OF_COLUMNS = ("primary_key", "unique", "index", "default", "server_default", "onupdate")


class MappedClasses(ClassWriter):
    def settings(self, cls: Any) -> Mapping[str, Any]:
        return {"__tablename__": cls.__table__.name}

    def field_settings(self, cls: Any, name: str) -> Mapping[str, Any]:
        prop = cls.__mapper__.attrs[name]
        column = column_of(prop)
        if column is None:
            related = getattr(prop, "mapper", None)
            return {"mapped": type(prop)} if related is None else {"relationship": related.class_}
        found = {key: getattr(column, key) for key in _OF_COLUMNS if getattr(column, key)}
        if column.foreign_keys:
            found["ForeignKey"] = ", ".join(sorted(key.target_fullname for key in column.foreign_keys))
        return {key: _plain(value) for key, value in found.items()}


def _plain(value: Any) -> Any:
    """The value or the function of a default."""
    return getattr(value, "arg", value)


WRITER = MappedClasses()
