"""Instances of Type_Safe classes: what they hold beside their fields, and how they are filled."""

from __future__ import annotations

import inspect
import types
from collections.abc import Callable, Sequence
from typing import Any

from osbot_utils.type_safe.Type_Safe import Type_Safe
from osbot_utils.type_safe.Type_Safe__On_Demand import Type_Safe__On_Demand
from osbot_utils.type_safe.type_safe_core.collections.Type_Safe__Dict import Type_Safe__Dict
from osbot_utils.type_safe.type_safe_core.collections.Type_Safe__List import Type_Safe__List
from osbot_utils.type_safe.type_safe_core.collections.Type_Safe__Set import Type_Safe__Set
from osbot_utils.type_safe.type_safe_core.collections.Type_Safe__Tuple import Type_Safe__Tuple

from type_safe_convert.errors import ConversionError, refused_by
from type_safe_convert.model.carried import Carried
from type_safe_convert.model.instances import CallBuilder, InstanceBuilder, StoreBuilder, StoreInDict
from type_safe_convert.model.readers import DictReader, InstanceReader, StateReader
from type_safe_convert.model.shape import MISSING, Shape, exact
from type_safe_convert.model.signatures import accepts_keywords, is_other_signature
from type_safe_convert.model.state import is_computed
from type_safe_convert.types.lazy_annotations import own_annotations

get_attribute: Callable[[Any, str], Any] = object.__getattribute__

_ON_DEMAND_STATE = frozenset({"_on_demand__types", "_on_demand__init_complete"})


def reader_of(cls: type, shape: Shape) -> InstanceReader:
    if shape.cls is not cls:
        return DictReader(Carried.by)
    state: Callable[[Any], dict[str, Any]] | None = None
    if issubclass(cls, Type_Safe__On_Demand):
        state = on_demand_state
    elif cls.__getattribute__ is not object.__getattribute__:
        state = _plain_state
    always = class_attributes(cls, shape)
    own_constructor = inspect.getattr_static(cls, "__init__") is not Type_Safe.__init__

    def carried(instance: Any) -> Carried:
        state = get_attribute(instance, "__dict__")
        undeclared = {
            key: value
            for key, value in state.items()
            if key not in shape.fields
            and key not in _ON_DEMAND_STATE
            and not (key in always and always[key] is value)
            and not (is_computed(cls, key) and key not in always)
        }
        held = Carried({"undeclared": undeclared} if undeclared else {})
        # A constructor of its own may leave attributes out, which then read as the class has them.
        absent = {name for name in (*shape.fields, *always) if name not in state}
        if absent:
            held.marks["absent"] = absent
        if state.get("_on_demand__types"):
            held.marks["pending"] = dict(state["_on_demand__types"])
        return held

    options: dict[str, Any] = {
        "class_attributes": always,
        "attribute_order": instance_order(cls, (*shape.fields, *always)),
        "optional_attributes": frozenset(shape.fields) if own_constructor else frozenset(),
    }
    if state is not None:
        return StateReader(state, carried, **options)
    return DictReader(carried, **options)


def builder_of(cls: Any, shape: Shape) -> InstanceBuilder:
    if shape.cls is not cls:
        return StoreBuilder(StoreInDict(), _restore)
    always: dict[str, Any] = dict(class_attributes(cls, shape))
    order = instance_order(cls, (*shape.fields, *always))
    init = inspect.getattr_static(cls, "__init__")
    on_demand = issubclass(cls, Type_Safe__On_Demand)
    store = _FillOnDemand(always, order) if on_demand else StoreInDict(always, order)
    is_own = init not in (Type_Safe.__init__, Type_Safe__On_Demand.__init__)
    if is_own and accepts_keywords(init, tuple(shape.fields), by_any_name=True):
        return CallBuilder(_CallInit(cls, store), _restore, recall=store, aside=True)
    if on_demand or cls.__new__ is not object.__new__:
        return CallBuilder(store, _restore)
    return StoreBuilder(store, _restore, class_attributes=always, attribute_order=order)


def class_attributes(cls: type, shape: Shape) -> dict[str, Any]:
    """Class attributes without annotation: Type_Safe's constructor puts them into every instance."""
    found: dict[str, Any] = {}
    for base in cls.__mro__:
        if base in (object, Type_Safe, Type_Safe__On_Demand):
            continue
        for name, value in base.__dict__.copy().items():
            if name in found or name in shape.fields or name.startswith("__"):
                continue
            if isinstance(value, types.FunctionType | classmethod | property):
                continue
            found[exact(name)] = value
    # The constructor reads them through the instance, so a static method arrives as a function.
    return {name: getattr(cls, name) for name in found if not hasattr(type(found[name]), "__set__")}


def instance_order(cls: type, names: Sequence[str]) -> tuple[str, ...]:
    """The attributes in the order in which Type_Safe's constructor sets them, which `.json()` shows.

    Class by class along the MRO: the values in the class's body, then the annotations without a value, those of its
    bases first. The rules are those of `Type_Safe__Step__Class_Kwargs.get_cls_kwargs` (osbot-utils 3.75).
    """
    known = frozenset(names)
    order: dict[str, None] = {}
    for base in cls.__mro__[:-1]:
        order.update(dict.fromkeys(exact(name) for name in base.__dict__.copy() if name in known and name not in order))
        own = own_annotations(base)
        for name in {exact(name): None for item in reversed(base.__mro__) for name in own_annotations(item)}:
            made_here = not hasattr(base, name) or (base is cls and name in own and name not in base.__dict__)
            if name in known and made_here:
                order.setdefault(name)
    return tuple(dict.fromkeys((*order, *names)))


def _plain_state(instance: Any) -> dict[str, Any]:
    state: dict[str, Any] = get_attribute(instance, "__dict__")
    return state


def on_demand_state(instance: Any) -> dict[str, Any]:
    """The attributes with those that are still to be made on demand made now, without touching the instance.

    An `Optional` one is None: osbot-utils would make it, but raises since that is no class.
    """
    state = dict(get_attribute(instance, "__dict__"))
    for name, cls in (state.get("_on_demand__types") or {}).items():
        if state.get(name) is None and isinstance(cls, type):
            state[name] = cls()
    return state


def _restore(instance: Any, carried: Carried) -> None:
    state = get_attribute(instance, "__dict__")
    state.update(carried.values.get("undeclared", {}))
    for name in carried.marks.get("absent", ()):
        value = state.get(name)
        if value is None or value is getattr(type(instance), name, MISSING):  # else it was set after the conversion
            state.pop(name, None)
    for name, cls in carried.marks.get("pending", {}).items():
        if _is_as_made(state.get(name), cls) or (state.get(name) is None and not isinstance(cls, type)):
            state["_on_demand__types"][name] = cls
            state[name] = None


def _is_as_made(value: Any, cls: Any) -> bool:
    """Whether an attribute that was made on demand is still what it was then."""
    try:
        return type(value) is cls and bool(value.json() == cls().json())
    except Exception:  # it is constructed in some other way
        return False


class _FillOnDemand(StoreInDict):
    """Fills an on-demand instance with nothing left to be made."""

    def __init__(self, always: dict[str, Any], order: tuple[str, ...]) -> None:
        super().__init__(
            {"_on_demand__init_complete": True, **always}, ("_on_demand__init_complete", "_on_demand__types", *order)
        )

    def __call__(self, instance: Any, values: dict[str, Any], restoring: bool, carried: Carried | None = None) -> None:
        super().__call__(instance, {"_on_demand__types": {}, **values}, restoring)


class _CallInit:
    """Fills an instance through its own `__init__`, which takes the fields as keywords."""

    def __init__(self, cls: Any, store: StoreInDict) -> None:
        self.cls = cls
        self.store = store

    def __call__(self, instance: Any, values: dict[str, Any], restoring: bool, carried: Carried | None = None) -> None:
        try:
            self.cls.__init__(instance, **values)
        except ConversionError:
            raise
        except Exception as error:
            if is_other_signature(error):
                self.store(instance, values, restoring)
                return
            raise refused_by(self.cls, error) from error
        state = get_attribute(instance, "__dict__")
        for name, value in values.items():
            if type(state.get(name)) in _PLAIN and state[name] == value:
                continue  # a plain collection of its own choice
            # None is what Type_Safe's constructor skips; collections are already what it would have made.
            if restoring or value is None or name not in state or type(value) in _TYPED:
                state[name] = value


_PLAIN = (list, dict, set, tuple)

_TYPED = (Type_Safe__List, Type_Safe__Dict, Type_Safe__Set, Type_Safe__Tuple)
