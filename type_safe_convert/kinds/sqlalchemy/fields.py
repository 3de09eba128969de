"""The fields of a mapped class: its columns, composites and relationships, as the mapper knows them."""

from __future__ import annotations

import dataclasses
import functools
import operator
from collections.abc import Iterator, Mapping
from types import GenericAlias, UnionType
from typing import Any

from sqlalchemy import ARRAY, JSON, Column, Enum, TypeDecorator
from sqlalchemy.orm import (
    ColumnProperty,
    CompositeProperty,
    Mapped,
    Mapper,
    MapperProperty,
    RelationshipProperty,
)
from sqlalchemy.util import duck_type_collection

from type_safe_convert.model.shape import MISSING, Field, exact
from type_safe_convert.types import nodes
from type_safe_convert.types.annotations import annotated, optional
from type_safe_convert.types.names import resolve_hints
from type_safe_convert.types.parse import parse


def column_of(prop: MapperProperty[Any]) -> Column[Any] | None:
    """The column of a mapped attribute; None of one that is no column, as a `column_property` of an expression."""
    if not isinstance(prop, ColumnProperty):
        return None
    column = prop.columns[0]
    return column if isinstance(column, Column) else None


def composites_of(mapper: Mapper[Any]) -> dict[str, tuple[str, ...]]:
    """The composites of a class by name, with the attributes that hold their columns."""
    return {
        prop.key: tuple(part.key for part in prop.props) for prop in mapper.attrs if isinstance(prop, CompositeProperty)
    }


def read_fields(cls: Any, mapper: Mapper[Any]) -> dict[str, Field]:
    hints = resolve_hints(cls)
    in_composites = {name for names in composites_of(mapper).values() for name in names}
    declared = _DeclaredDefaults(cls)
    found: dict[str, Field] = {}
    for name, prop in mapper.attrs.items():
        column = column_of(prop)
        if name in in_composites:
            continue
        if column is not None:
            found[name] = _column_field(mapper, name, prop, column, hints.get(name), declared)
        elif isinstance(prop, CompositeProperty):
            columns = [(part, column_of(part)) for part in prop.props]
            required = any(column is not None and _is_required(mapper, part, column) for part, column in columns)
            found[name] = declared.field(name, _without_mapped(hints.get(name)) or prop.composite_class, required)
        elif isinstance(prop, RelationshipProperty):
            found[name] = declared.field(name, _related(prop, hints.get(name)), False, relationship=True)
    return {exact(name): found[name] for name in _in_order(cls, hints, found)}


def _in_order(cls: Any, hints: Mapping[str, Any], names: Mapping[str, Any]) -> Iterator[str]:
    """The fields as the class declares them; the mapper has relationships before columns."""
    of_model = getattr(cls, "__pydantic_fields__", ())  # SQLModel puts relationships first among the annotations
    of_class = (name for base in reversed(cls.__mro__) for name in base.__dict__.copy())
    return iter(dict.fromkeys(name for name in (*of_model, *hints, *of_class, *names) if name in names))


class _DeclaredDefaults:
    """The defaults that the constructor of a class sets: that of a dataclass, or of a pydantic model (SQLModel)."""

    def __init__(self, cls: Any) -> None:
        self.dataclass_fields: Mapping[str, Any] = {}
        if dataclasses.is_dataclass(cls):
            self.dataclass_fields = {field.name: field for field in dataclasses.fields(cls)}
        self.model_fields: Mapping[str, Any] = getattr(cls, "__pydantic_fields__", {})
        self.mapper: Mapper[Any] = cls.__mapper__

    def field(self, name: str, annotation: Any, required: bool, relationship: bool = False) -> Field:
        """A field, required where the constructor requires it or, of those that take anything, the column does."""
        default: Any = None
        factory = None
        options: dict[str, Any] = {}
        item = self.dataclass_fields.get(name)
        info = self.model_fields.get(name)
        if item is not None:
            default, factory, is_given = _of_dataclass(item, self.mapper.attrs[name])
            required = item.init and not is_given
            if not item.init:
                options["init"] = False
            options["kw_only"] = bool(item.kw_only)
        elif info is not None and not info.is_required():
            default, factory, required = info.default, info.default_factory, False
        if relationship:  # what is not loaded is None, which an empty list would hide
            default, factory = None, None
        if required:
            default = MISSING
        return Field(name, annotation, parse(annotation), None if factory else default, factory, **options)


def _of_dataclass(item: dataclasses.Field[Any], prop: MapperProperty[Any]) -> tuple[Any, Any, bool]:
    """The default, its factory and whether there is one, of a field of a dataclass."""
    default: Any = None if item.default is dataclasses.MISSING else item.default
    factory: Any = None if item.default_factory is dataclasses.MISSING else item.default_factory
    is_given = item.default is not dataclasses.MISSING or factory is not None
    if type(default).__module__.startswith("sqlalchemy."):  # stands for the default, which a descriptor gives
        column = column_of(prop)
        scalar: Any = getattr(column, "default", None)
        default = scalar.arg if getattr(scalar, "is_scalar", False) else None
    return default, factory, is_given


def _column_field(
    mapper: Mapper[Any],
    name: str,
    prop: MapperProperty[Any],
    column: Column[Any],
    hint: Any,
    declared: _DeclaredDefaults,
) -> Field:
    annotation = _without_mapped(hint)
    if annotation is None:
        annotation = _type_of(column.type)
    if column.nullable and not nodes.accepts_none(parse(annotation)):
        annotation = optional(annotation)
    return declared.field(name, annotation, _is_required(mapper, prop, column))


def _is_required(mapper: Mapper[Any], prop: Any, column: Column[Any]) -> bool:
    """Whether a row cannot be written without a value for a column, which nothing else gives it."""
    is_filled = (
        column.nullable
        or column.default is not None
        or column.server_default is not None
        or bool(column.foreign_keys)  # by a relationship, from either side
        or column is getattr(column.table, "autoincrement_column", None)
        or column is mapper.polymorphic_on
        or column is mapper.version_id_col
    )
    return not (is_filled or prop.deferred)


def _without_mapped(hint: Any) -> Any:
    """The type of the values in `Mapped[int]`, without what only SQLAlchemy reads; None where nothing is declared."""
    if hint is None:
        return None
    origin = getattr(hint, "__origin__", None)
    if isinstance(origin, type) and issubclass(origin, Mapped):
        hint = hint.__args__[0]
    elif getattr(origin, "__name__", "") in ("DynamicMapped", "WriteOnlyMapped"):
        return None
    return _plain(hint)


def _plain(hint: Any) -> Any:
    """An annotation without the items of SQLAlchemy in `Annotated`, such as `mapped_column(primary_key=True)`."""
    metadata = getattr(hint, "__metadata__", None)
    if metadata is not None:
        kept = [item for item in metadata if not type(item).__module__.startswith("sqlalchemy.")]
        return annotated(_plain(hint.__origin__), *kept)
    if isinstance(hint, UnionType) or getattr(hint, "__origin__", None) is _UNION:
        return functools.reduce(operator.or_, map(_plain, hint.__args__))
    return hint


_UNION = getattr(optional(int), "__origin__", None)


def _type_of(kind: Any) -> Any:
    """The Python type of the values of a column that no annotation describes; Any where nothing tells it."""
    if isinstance(kind, Enum):
        return kind.enum_class or str
    if isinstance(kind, ARRAY):
        return list[_type_of(kind.item_type)]  # type: ignore[misc]
    if isinstance(kind, JSON):
        return Any
    if isinstance(kind, TypeDecorator):
        own = next((base for base in type(kind).__mro__ if "python_type" in base.__dict__), TypeDecorator)
        if not issubclass(own, TypeDecorator) or own is TypeDecorator:
            return Any  # that of what is stored
    try:
        found = kind.python_type
    except NotImplementedError:
        return Any
    return Any if found is object else found


def _related(prop: RelationshipProperty[Any], hint: Any) -> Any:
    """The annotation of a relationship: the related class, or a collection of it."""
    related: Any = prop.mapper.class_
    if not prop.uselist:
        return related
    collection: Any = list if prop.collection_class is None else prop.collection_class
    base = duck_type_collection(collection if isinstance(collection, type) else collection())
    if base is dict:
        return GenericAlias(dict, (_key_type(hint), related))
    return GenericAlias(set if base is set else list, (related,))


def _key_type(hint: Any) -> Any:
    """The type of the keys of a relationship that is a dict, as its annotation says; else Any."""
    arguments: Any = getattr(_without_mapped(hint), "__args__", ())
    return arguments[0] if len(arguments) == 2 else Any
