"""Values that only the origin can express, on their way through counterparts and back."""

from __future__ import annotations

import dataclasses
from typing import Any

from type_safe_convert.generated_class import CARRIED

# In the state of an instance: the marks by name, and all values under one key of their own.
_VALUES = "values"

# Pickles of earlier versions have these beside the marks.
_VALUES_BEFORE = ("extra", "private", "undeclared", "content")


@dataclasses.dataclass(slots=True, eq=False)
class Carried:
    """The values that travel with an instance beside its fields.

    Attributes:
        values: values, copied each time:
            extra: extra values of a pydantic model, by name;
            private: private attributes of a pydantic model;
            undeclared: attributes that are no fields, by name;
            content: what an instance of a class over a builtin (`class Info(dict)`) is as that builtin.
        marks: names, classes and snapshots, which nothing changes:
            fields_set: the fields of a pydantic model that were set;
            by_default: there if `fields_set` has only those without a default; the others are set unless they have it;
            unset: snapshots of unset fields that hold another value than the usual default;
            members: snapshots of fields that hold enum members, where a class makes their values of them;
            absent: attributes that the instance lacks;
            constructed: there if the constructor of a dataclass was given its `InitVar`s;
            pending: attributes that a Type_Safe makes on demand, with their classes;
            before: a snapshot of all fields, if the class has a constructor or validators of its own.
    """

    values: dict[str, Any] = dataclasses.field(default_factory=dict)
    marks: dict[str, Any] = dataclasses.field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.values or self.marks)

    @classmethod
    def by(cls, instance: Any) -> Carried:
        """Returns the values that an instance of a generated class carries."""
        marks = dict(getattr(instance, "__dict__", {}).get(CARRIED) or {})
        values = dict(marks.pop(_VALUES, ()))
        for name in _VALUES_BEFORE:
            if name in marks:
                values[name] = marks.pop(name)
        return cls(values, marks)

    def give_to(self, instance: Any) -> None:
        """Lets an instance of a generated class carry this."""
        state = object.__getattribute__(instance, "__dict__")
        state[CARRIED] = {**self.marks, _VALUES: self.values} if self.values else self.marks
