"""The interface for class statements of one kind in files, and for the uses that programs make of its classes. A kind
implements it in the module that it names as `class_statements`."""

from __future__ import annotations

import dataclasses
import enum
import importlib
from collections.abc import Mapping
from typing import Any

from type_safe_convert.model.kind import get_kind


class Use(enum.Enum):
    """The uses of classes and instances in programs, in words of no kind."""

    AS_DICT = "an instance as a dict"
    FROM_DICT = "an instance from a dict"
    AS_JSON = "an instance as JSON"
    FROM_JSON = "an instance from JSON"
    REPLACE = "a copy with other values"
    COPY = "a copy"
    FIELDS = "the fields of a class"
    IS_MODEL = "whether it is a model"
    MAKE_CLASS = "a class made at run time"
    VALIDATE = "the values of an instance checked"
    REFUSED = "the error for values that do not fit"
    FROZEN = "the error of a frozen instance"
    SCHEMA = "the JSON Schema of a class"
    GIVEN = "the fields that were given"
    WITHOUT_CHECKS = "an instance without checks"
    RESOLVE = "forward references resolved"
    POSITIONS = "values by position, where the new class takes them by keyword"


# The code for a use if a kind has nothing of its own.
_BY_THIS_PACKAGE = {
    Use.AS_DICT: "type_safe_convert.to_python(obj)",
    Use.FROM_DICT: "type_safe_convert.from_python(Class, data)",
    Use.AS_JSON: "type_safe_convert.to_json(obj)",
    Use.FROM_JSON: "type_safe_convert.from_json(Class, text)",
    Use.IS_MODEL: "type_safe_convert.kind_of(cls) is not None",
    Use.SCHEMA: "type_safe_convert.json_schema(Class)",
    Use.WITHOUT_CHECKS: "Class(...)",
    Use.REFUSED: "TypeError",
}


@dataclasses.dataclass(frozen=True)
class Way:
    """The way in which programs write one use with classes of a kind.

    Attributes:
        says: as a program says it, with `obj`, `Class` and `data`; empty where it has nothing of its own.
        objects: functions and classes whose mention is this use.
        methods: methods and attributes of classes and instances that are this use.
        keywords: where there are some, a call of such a method is this use only with one of these.
    """

    says: str = ""
    objects: tuple[Any, ...] = ()
    methods: frozenset[str] = frozenset()
    keywords: frozenset[str] = frozenset()


@dataclasses.dataclass(frozen=True)
class FieldFunction:
    """A function that is called as the value of a field.

    Attributes:
        function: the function itself.
        positions: the names of its arguments by position.
        roles: 'default' and 'factory' by the names of the arguments that say them.
        dropped: the arguments that a `Shape` does not have; all others are said by the written field.
        constraints: the functions that make constraints as values of dropped arguments; those are said all the same.
    """

    function: Any
    positions: tuple[str, ...] = ()
    roles: Mapping[str, str] = dataclasses.field(
        default_factory=lambda: {"default": "default", "default_factory": "factory"}
    )
    dropped: frozenset[str] = frozenset()
    constraints: tuple[Any, ...] = ()


@dataclasses.dataclass(frozen=True)
class Statements:
    """The class statements of a kind.

    Attributes:
        decorators: of classes, that make them of the kind.
        said: the arguments of these, and the keywords after the bases or in settings, that a `Shape` has.
        bases: the bare bases.
        keywords: whether keywords after the bases are for the kind.
        fields: the functions that stand as values of fields.
        settings: names in the body of a class, of assignments and classes, that tell the kind about the class.
        markers: annotations of what is no field and means something to the kind.
        validators: decorators of methods that the kind calls by itself.
        of_fields: decorators that are attributes of a field (`@name.validator`).
        after: the method that runs after the constructor, with its parameters.
        constructor: whether a class may have a constructor of its own that stores the fields.
        annotates_variables: whether each variable of a class must be annotated as one.
        has_private: whether an annotated name with an underscore is no field.
        takes_attributes: whether methods may set attributes that are no fields.
        ways: what programs do with classes and instances.
    """

    ways: Mapping[Use, Way]
    decorators: tuple[Any, ...] = ()
    said: frozenset[str] = frozenset()
    bases: tuple[Any, ...] = ()
    keywords: bool = False
    fields: tuple[FieldFunction, ...] = ()
    settings: frozenset[str] = frozenset()
    markers: tuple[Any, ...] = ()
    validators: tuple[Any, ...] = ()
    of_fields: frozenset[str] = frozenset()
    after: tuple[str, str] | None = None
    constructor: bool = False
    annotates_variables: bool = False
    has_private: bool = False
    takes_attributes: bool = True

    def way(self, use: Use) -> str:
        """Returns the way in which a program writes a use with classes of this kind; empty if it cannot."""
        way = self.ways.get(use)
        return (way.says if way else "") or _BY_THIS_PACKAGE.get(use, "")


def load_statements(kind: str) -> Statements | None:
    """The class statements of a kind; None where it does not say them, so that no file is migrated to or from it."""
    module = get_kind(kind).class_statements
    if not module:
        return None
    found: Statements = importlib.import_module(module).STATEMENTS
    return found
