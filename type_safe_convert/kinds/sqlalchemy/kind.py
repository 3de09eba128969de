"""SQLAlchemy's mapped classes: users write them, rows are sources and targets, and no class of theirs is ever made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import MetaData
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.associationproxy import AssociationProxy
from sqlalchemy.ext.hybrid import hybrid_method, hybrid_property
from sqlalchemy.ext.mutable import MutableDict, MutableList, MutableSet
from sqlalchemy.orm import QueryableAttribute, registry

from type_safe_convert.errors import ClassConversionError
from type_safe_convert.kinds.sqlalchemy.fields import read_fields
from type_safe_convert.kinds.sqlalchemy.instances import RowBuilder, RowReader, mapper_of
from type_safe_convert.model.family import is_inherited, record_of, shape_of
from type_safe_convert.model.instances import InstanceBuilder
from type_safe_convert.model.kind import ModelKind, Traits
from type_safe_convert.model.shape import MISSING, Shape
from type_safe_convert.model.signatures import accepts_keywords, signature_of
from type_safe_convert.types.containers import ContainerType


class _Containers(dict[type, type]):
    """The classes of collections that SQLAlchemy watches, each with the builtin one that it stands for."""

    def get(self, cls: Any, default: Any = None) -> Any:
        if not hasattr(cls, "_sa_instrumented"):  # as every class of collections that a relationship has held
            return super().get(cls, default)
        return next((base for base in (list, set, dict) if issubclass(cls, base)), default)


class SqlalchemyKind(ModelKind):
    name = "sqlalchemy"
    label = "a SQLAlchemy class"
    suffix = "SQLAlchemy"
    written_only = True
    source_writer = "type_safe_convert.kinds.sqlalchemy.source"
    traits: Traits = Traits(
        models_compare_by_identity=True,
        attribute_order_shows=False,
        keeps_sharing=True,
        reads_may_load=True,
        takes_positions=False,
    )
    containers: Mapping[type, type] = _Containers({MutableList: list, MutableSet: set, MutableDict: dict})

    def is_model(self, cls: Any) -> bool:
        mapper = getattr(cls, "__mapper__", None) if isinstance(cls, type) else None
        return mapper is not None and getattr(mapper, "class_", None) is cls  # not a class below a mapped one

    # using a class

    def call(self, cls: Any, values: Mapping[str, Any]) -> Any:
        fields = shape_of(cls).fields
        given: dict[str, Any] = {}
        made_later: dict[str, Any] = {}
        for name, value in values.items():
            if value is not None or not (name in fields and fields[name].default is None):
                (given if name not in fields or fields[name].init else made_later)[name] = value
        instance = cls(**given)
        for name, value in made_later.items():
            setattr(instance, name, value)
        return instance

    def is_called_with(self, cls: Any, names: Sequence[str]) -> bool:
        fields = shape_of(cls).fields
        taken = [name for name in names if name not in fields or fields[name].init]
        return accepts_keywords(cls.__init__, taken, by_any_name=True)

    def constructor_has_default(self, cls: Any, name: str) -> bool:
        parameter = signature_of(cls.__init__).parameters.get(name)
        return parameter is None or parameter.default is not parameter.empty

    def is_readable(self, cls: type, name: str) -> bool:
        if name.startswith("_"):
            return False
        for base in cls.__mro__:
            if name in base.__dict__:
                found = base.__dict__[name]
                if isinstance(found, hybrid_property | AssociationProxy | QueryableAttribute):
                    return True
                if isinstance(found, hybrid_method | MetaData | registry):
                    return False
                break
        return name not in _OF_LIBRARY and super().is_readable(cls, name)

    def value_of(self, instance: Any, attribute: str) -> Any:
        try:
            return self.reader(type(instance), shape_of(type(instance))).read(instance, attribute)
        except AttributeError:
            return MISSING

    def state(self, instance: Any) -> dict[str, Any]:
        reader = self.reader(type(instance), shape_of(type(instance)))
        values = reader.loaded(instance)
        beside = reader.carried_by(instance).values.get("undeclared", {})
        return {**{name: self._plain(values[name]) for name in reader.shape.fields if name in values}, **beside}

    def _plain(self, value: Any) -> Any:
        """A collection without what SQLAlchemy notes in it."""
        plain = self.containers.get(type(value))
        return value if plain is None else plain(value)

    # reading a class

    def tag(self, cls: type) -> tuple[str, Any] | None:
        """The column that a polymorphic mapper tells its classes by, and the identity of this one."""
        mapper = mapper_of(cls)
        column, identity = mapper.polymorphic_on, mapper.polymorphic_identity
        if column is None or identity is None or column not in mapper.columns.values():
            return None
        return mapper.get_property_by_column(column).key, identity

    def read(self, cls: Any) -> Shape:
        try:
            mapper = mapper_of(cls)
        except SQLAlchemyError as error:
            raise ClassConversionError(f"its mapper cannot be configured: {error}", source_class=cls) from error
        bases = tuple(base for base in cls.__bases__ if self.is_model(base) and not mapper.concrete)
        fields = read_fields(cls, mapper)
        above = [shape_of(base).fields for base in bases]
        return Shape(
            cls=cls,
            kind=self.name,
            bases=bases,
            fields=fields,
            own=frozenset(
                name
                for name, field in fields.items()
                if not any(name in inherited and is_inherited(field, inherited[name]) for inherited in above)
            ),
            hashable=cls.__hash__ not in (None, object.__hash__),
        )

    def container_of(self, value: Any) -> ContainerType | None:
        plain = self.containers.get(type(value))
        return None if plain is None else ContainerType(plain, {})

    # instances

    def reader(self, cls: Any, shape: Shape) -> RowReader:
        known = record_of(cls).plans
        found: RowReader | None = known.get(_READER)
        if found is None:
            found = known[_READER] = RowReader(cls, shape)
        return found

    def builder(self, cls: Any, shape: Shape) -> InstanceBuilder:
        return RowBuilder(cls, shape)


# Among the plans of a class: its reader, which is asked for single attributes, too.
_READER = "row reader"

# Attributes that SQLAlchemy and SQLModel add to classes; they are no data.
_OF_LIBRARY = frozenset({"metadata", "registry", "model_config", "type_annotation_map"})

KIND = SqlalchemyKind()
