"""A list among the settings, once the pipeline has read it."""

from typing import Any

from osbot_utils.type_safe.type_safe_core.collections.Type_Safe__List import Type_Safe__List


class Settled_List(Type_Safe__List):
    """Refuses changes, which would change nothing. A copy takes them: it belongs to no service."""

    def _refuse(self, *args: Any, **kwargs: Any) -> Any:
        raise too_late(self.__dict__["__setting__"])

    append: Any = _refuse
    extend: Any = _refuse
    insert: Any = _refuse
    remove: Any = _refuse
    pop: Any = _refuse
    clear: Any = _refuse
    sort: Any = _refuse
    reverse: Any = _refuse
    __setitem__: Any = _refuse
    __delitem__: Any = _refuse
    __iadd__: Any = _refuse
    __imul__: Any = _refuse

    def __reduce_ex__(self, protocol: Any) -> Any:
        return _list_of, (self.__dict__["expected_type"], list(self))


def settle(setting: str, value: Any) -> None:
    """Lets a list of the settings refuse changes from now on, whoever holds it."""
    if isinstance(value, Type_Safe__List):
        value.__dict__["__setting__"] = setting
        object.__setattr__(value, "__class__", Settled_List)


def too_late(setting: str) -> RuntimeError:
    """The error of a setting that comes after `setup()`."""
    return RuntimeError(f"{setting} is read by setup(), which was called already: set it before")


def _list_of(item_class: type, items: list[Any]) -> Any:
    return Type_Safe__List(item_class, items)
