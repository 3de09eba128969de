"""A list among the settings, once the pipeline has read it."""

from typing import Any

from osbot_utils.type_safe.type_safe_core.collections.Type_Safe__List import Type_Safe__List


class Settled_List(Type_Safe__List):
    """Refuses changes, which would change nothing. A copy takes them: it belongs to no service."""

    def _refuse(self, *args: Any, **kwargs: Any) -> Any:
        raise too_late(self.__dict__["__setting__"])

    append = _refuse
    extend = _refuse
    insert = _refuse
    remove = _refuse
    pop = _refuse
    clear = _refuse
    sort = _refuse
    reverse = _refuse
    __setitem__ = _refuse
    __delitem__ = _refuse
    __iadd__ = _refuse
    __imul__ = _refuse

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
