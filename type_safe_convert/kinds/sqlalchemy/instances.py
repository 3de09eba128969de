"""Reads rows without asking the database, and builds rows by the constructors of their classes."""

from __future__ import annotations

import contextlib
import inspect
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import event
from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.ext.associationproxy import _AssociationCollection
from sqlalchemy.orm import Mapper, RelationshipProperty, object_session
from sqlalchemy.orm.exc import DetachedInstanceError

from type_safe_convert.errors import ConversionError, ValueConversionError, refused_by
from type_safe_convert.kinds.sqlalchemy.fields import column_of, composites_of
from type_safe_convert.model.carried import Carried
from type_safe_convert.model.instances import CallBuilder
from type_safe_convert.model.readers import InstanceReader
from type_safe_convert.model.shape import MISSING, Field, Shape
from type_safe_convert.model.signatures import is_other_signature, signature_of
from type_safe_convert.model.source import SourceWriter
from type_safe_convert.model.state import is_computed
from type_safe_convert.types import nodes

# Keys in the `__dict__` for the state of an instance and the proxies of its associations.
_STATE = "_sa_instance_state"
_OF_LIBRARY = ("_sa_", "_AssociationProxy_")

# In the `__dict__` of an instance that is allocated, until its constructor runs.
_UNFILLED = "_type_safe_convert_unfilled"

# In the `info` of the state of an instance: what is to be done once its constructor has run, and which relationships
# are unset in the source, so that SQLAlchemy does not set them when the other side is.
_WAITING, _STAYS_UNSET = "type_safe_convert_waiting", "type_safe_convert_unset"


class _Unloaded(Exception):
    """Raised in place of a statement."""


class RowReader(InstanceReader):
    """Reads what a row has loaded. Any attribute may be unset: expired, deferred, not loaded, never given."""

    absence = "the attribute is not loaded, and a conversion sends no SQL: load it before"

    def __init__(self, cls: Any, shape: Shape) -> None:
        super().__init__(self.carried_by, optional_attributes=frozenset(shape.fields))
        self.cls = cls
        self.shape = shape
        self.composites: dict[str, tuple[str, ...]] = composites_of(cls.__mapper__)
        self.known: frozenset[str] = frozenset({*(prop.key for prop in cls.__mapper__.attrs), _STATE})
        self.usual: frozenset[str] = frozenset(
            {*shape.fields, *(name for names in self.composites.values() for name in names), _STATE}
        )
        # The value that a transient row shows, and writes, for an attribute that was never set.
        self.defaults: dict[str, Any] = {
            name: field.default
            for name, field in shape.fields.items()
            if field.default not in (None, MISSING) and field.default_factory is None
        }
        self.state: Callable[[Any], dict[str, Any]] = self.loaded
        self.unset: Callable[[Any], Collection[str]] | None = self.unset_in

    def loaded(self, instance: Any) -> dict[str, Any]:
        """The values of a row by attribute: all that it can tell without asking the database."""
        values: dict[str, Any] = instance.__dict__
        if not self.composites and not self.defaults:
            return values
        values = dict(values)
        for name, columns in self.composites.items():
            if name not in values and all(column in values for column in columns):
                values[name] = getattr(instance, name)
        if self.defaults and values[_STATE].key is None:
            values.update({name: value for name, value in self.defaults.items() if name not in values})
        return values

    def unset_in(self, instance: Any) -> Collection[str]:
        held = instance.__dict__
        return {
            name
            for name in self.shape.fields
            if name not in held
            and not (name in self.composites and all(item in held for item in self.composites[name]))
        }

    def carried_by(self, instance: Any) -> Carried:
        absent = self.unset_in(instance)
        beside = {
            name: value
            for name, value in instance.__dict__.items()
            if name not in self.known and not name.startswith(_OF_LIBRARY) and not is_computed(self.cls, name)
        }
        return Carried({"undeclared": beside} if beside else {}, {"absent": absent} if absent else {})

    def may_lack(self, attribute: str) -> bool:
        return True

    def read(self, instance: Any, attribute: str) -> Any:
        if attribute not in self.shape.fields:
            return computed(instance, attribute)
        try:
            return self.loaded(instance)[attribute]
        except KeyError:
            raise AttributeError(attribute) from None

    def extra(self, instance: Any) -> Mapping[str, Any]:
        return {}

    def emit(
        self, source: SourceWriter, attributes: Sequence[tuple[str, bool]], instance: str, state: str
    ) -> list[str]:
        if self.composites or self.defaults:
            source.add(2, f"{state} = {source.name(self.loaded, 'loaded')}({instance})")
        else:
            source.add(2, f"{state} = {instance}.__dict__")
        if source.fills_gaps:
            return [f"{state}.get({source.key(name)})" for name, _ in attributes]
        return [
            f"{state}[{source.key(name)}]"
            if is_field
            else f"{source.name(computed, 'computed')}({instance}, {source.key(name)})"
            for name, is_field in attributes
        ]

    def emit_tests(self, source: SourceWriter, instance: str, state: str, fields: int) -> list[str]:
        return [f"{instance}.__dict__.keys() != {source.name(self.usual, 'usual')}"]


def computed(instance: Any, name: str) -> Any:
    """The value of an attribute that a hybrid, a property or an expression computes from what is loaded.

    Raises AttributeError where that would take a statement, or the class has no such attribute.
    """
    try:
        with _without_sql(object_session(instance)):
            value = getattr(instance, name)
            # A proxy of an association reads its rows when it is asked.
            copy = getattr(value, "copy", None)
            return copy() if isinstance(value, _AssociationCollection) and copy is not None else value
    except (_Unloaded, InvalidRequestError, DetachedInstanceError):  # the second where it is told not to load
        raise AttributeError(name) from None
    except ConversionError:
        raise
    except Exception as error:
        if isinstance(error, AttributeError) and inspect.getattr_static(instance, name, None) is None:
            raise
        cls = type(instance).__name__
        raise ValueConversionError(f"{cls}.{name} raised {type(error).__name__}: {error}", path=(name,)).caused_by(
            error
        ) from error


@contextlib.contextmanager
def _without_sql(session: Any) -> Iterator[None]:
    """Lets the session raise in place of every statement."""
    if session is None:
        yield
        return

    def refuse(state: Any) -> None:
        raise _Unloaded

    event.listen(session, "do_orm_execute", refuse)
    try:
        with session.no_autoflush:
            yield
    finally:
        event.remove(session, "do_orm_execute", refuse)


class RowBuilder(CallBuilder):
    """Builds rows by the constructor of their class, so that they are instrumented and can be added to a session."""

    keeps_unset = True

    def __init__(self, cls: Any, shape: Shape) -> None:
        manager = cls.__mapper__.class_manager

        def new(target: type) -> Any:
            instance = manager.new_instance()
            instance.__dict__[_UNFILLED] = True
            return instance

        construct = _Construct(cls, shape)
        self.needed: frozenset[str] = construct.requires if construct.is_callable else frozenset()
        required = {name for name, field in shape.fields.items() if field.required}
        self.never_none = frozenset(construct.never_none - required)
        super().__init__(construct, _restore, new=new)

    def needs(self, field: Field) -> bool:
        """Columns are wanted when the row is written; other code may fill them until then."""
        return field.name in self.needed


def _restore(instance: Any, carried: Carried) -> None:
    for name, value in carried.values.get("undeclared", {}).items():
        object.__setattr__(instance, name, value)


class _Construct:
    """Fills an allocated row.

    Attributes:
        takes: the fields that the constructor takes; None for all.
        requires: those without which it cannot be called.
        never_none: the fields that cannot be None, which stands for one that was never set.
        keyed: the relationships that are dicts.
        scalars: the columns.
        back: by relationship, the attribute on the other side that SQLAlchemy sets, whether that is a collection, and a
            function that gives the related rows of a value.
    """

    def __init__(self, cls: Any, shape: Shape) -> None:
        self.cls = cls
        self.fields = shape.fields
        self.takes, self.requires, self.is_callable = _signature(cls, shape)
        relationships: Mapping[str, RelationshipProperty[Any]] = cls.__mapper__.relationships
        self.never_none = {name for name, prop in relationships.items() if prop.uselist} | {
            name
            for name, field in shape.fields.items()
            if name not in relationships and not nodes.accepts_none(field.node)
        }
        self.back = {
            prop.key: (reverse.key, bool(reverse.uselist), _items_of(prop))
            for prop in relationships.values()
            for reverse in prop._reverse_property
        }
        self.scalars = frozenset(name for name, prop in cls.__mapper__.attrs.items() if column_of(prop) is not None)
        self.keyed = {name for name, prop in relationships.items() if _items_of(prop) is dict.values}

    def __call__(self, instance: Any, values: dict[str, Any], restoring: bool, carried: Carried | None = None) -> None:
        held = instance.__dict__
        held.pop(_UNFILLED, None)
        given: dict[str, Any] = {}
        unset: set[str] = set()
        for name, value in values.items():
            if value is MISSING:
                unset.add(name)
            elif value is not None or name not in self.never_none:
                given[name] = value
        implied = self._implied_by(given) if self.back else ()
        later = {name: given.pop(name) for name in self.keyed if name in given and _has_unfilled(given[name])}
        try:
            self._construct(instance, given, unset, restoring)
        except ConversionError:
            raise
        except Exception as error:
            raise refused_by(self.cls, error) from error
        for name in unset:
            _unset(instance, name)
        if not unset.isdisjoint(self.back):
            held[_STATE].info[_STAYS_UNSET] = unset
        for other, name, is_collection in implied:
            if _UNFILLED not in other.__dict__ and (is_collection or name in _info(other, _STAYS_UNSET)):
                _unset(other, name)
        for name, value in later.items():
            _wait(instance, name, value)
        if waiting := _info(instance, _WAITING):
            del held[_STATE].info[_WAITING]
            for assign in waiting:
                assign()

    def _construct(self, instance: Any, given: dict[str, Any], unset: set[str], restoring: bool) -> None:
        """Calls the constructor, and sets what it does not take. An instance without what the constructor requires, as
        one that was loaded in part, gets its attributes without it, as SQLAlchemy loads them."""
        keywords: dict[str, Any] = {}
        if self.is_callable and self.requires.isdisjoint(unset):
            takes = self.takes
            keywords = given if takes is None else {name: given[name] for name in given if name in takes}
            try:
                _initialise(instance, keywords)
            except TypeError as error:
                if not is_other_signature(error):
                    raise
                keywords = {}
        else:
            _initialise(instance, None)
        if keywords is given and not restoring:
            return
        held = instance.__dict__
        for name, value in given.items():
            if name not in keywords or (restoring and name in self.scalars and held.get(name) is not value):
                setattr(instance, name, value)

    def _implied_by(self, given: Mapping[str, Any]) -> list[tuple[Any, str, bool]]:
        """The attributes of related rows that are unset, and that SQLAlchemy will set to this row.

        A collection with one row in it would say that there are no others, and a merge delete these.
        """
        found = []
        for name, (reverse, is_collection, items_of) in self.back.items():
            value = given.get(name)
            if value is not None:
                others = (other for other in items_of(value) if reverse not in other.__dict__)
                found += [(other, reverse, is_collection) for other in others]
        return found


def _signature(cls: Any, shape: Shape) -> tuple[frozenset[str] | None, frozenset[str], bool]:
    """The fields that the constructor takes (None for all), those that it requires, and whether they are all that it
    requires."""
    parameters = list(signature_of(cls.__init__).parameters.values())[1:]
    required = {
        item.name
        for item in parameters
        if item.default is item.empty and item.kind not in (item.VAR_KEYWORD, item.VAR_POSITIONAL)
    }
    by_position = any(item.kind is inspect.Parameter.POSITIONAL_ONLY for item in parameters)
    is_callable = required <= shape.fields.keys() and not by_position
    if any(item.kind is inspect.Parameter.VAR_KEYWORD for item in parameters):
        return None, frozenset(required), is_callable
    names = frozenset(item.name for item in parameters if item.name in shape.fields)
    return names, frozenset(required), is_callable


def _initialise(instance: Any, keywords: dict[str, Any] | None) -> None:
    """Runs the constructor with what SQLAlchemy does before it, or that alone without keywords."""
    state = instance.__dict__.get(_STATE)
    if keywords is not None and state is None:
        type(instance).__init__(instance, **keywords)
    elif keywords is not None:
        state._initialize_instance(instance, **keywords)
    else:
        if state is None:
            type(instance).__mapper__.class_manager.setup_instance(instance)
            state = instance.__dict__[_STATE]
        state.manager.dispatch.init(state, (), {})


def _unset(instance: Any, name: str) -> None:
    """Makes an attribute of a new row one that was never set."""
    if instance.__dict__.pop(name, MISSING) is not MISSING:
        instance.__dict__[_STATE].committed_state.pop(name, None)


def _info(instance: Any, key: str) -> Collection[Any]:
    """Returns the names noted in the state of an instance. Reading `info` creates it, so it is looked for first."""
    state = instance.__dict__[_STATE]
    found: Collection[Any] = state.info.get(key, ()) if "info" in state.__dict__ else ()
    return found


def _items_of(prop: RelationshipProperty[Any]) -> Callable[[Any], Any]:
    """The related rows in the value of a relationship."""
    if not prop.uselist:
        return lambda value: (value,)
    collection: Any = prop.collection_class
    if collection is None:
        return iter
    made = collection()
    return dict.values if isinstance(made, dict) else iter


def _has_unfilled(rows: Mapping[Any, Any]) -> bool:
    return any(_UNFILLED in row.__dict__ for row in rows.values())


def _wait(instance: Any, name: str, rows: Mapping[Any, Any]) -> None:
    """Assigns a dict of rows once they all are filled: their keys are values of theirs."""
    unfilled = [row for row in rows.values() if _UNFILLED in row.__dict__]
    if not unfilled:
        setattr(instance, name, rows)
        return
    waiting = unfilled[0].__dict__[_STATE].info.setdefault(_WAITING, [])
    waiting.append(lambda: _wait(instance, name, rows))


def mapper_of(cls: Any) -> Mapper[Any]:
    """The mapper of a class, with everything that other classes add to it."""
    mapper: Mapper[Any] = cls.__mapper__
    mapper._check_configure()
    return mapper
