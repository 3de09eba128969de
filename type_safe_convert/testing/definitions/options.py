"""Options for the drawn classes of a kind: names of fields, annotations, options and extras."""

from __future__ import annotations

import dataclasses
import unicodedata
from collections.abc import Callable
from typing import Any

from hypothesis.strategies import SearchStrategy

from type_safe_convert.testing.definitions.definition import Definition
from type_safe_convert.testing.definitions.modules import Module

_NAMES = (
    "a", "b", "c", "d", "value", "items", "_hidden", "_id", "id", "role_", "json", "copy", "model_name", "class_",
    "x" * 40, "größe", "имя", "名前", "ｒole", "role", "ﬁeld",  # noqa: RUF001  # NFKC makes an r of the first
)  # fmt: skip

# Annotations of the field that may hold an instance of the class itself; {0} is its name.
_RECURSIVE = ["", "", "Optional[{0}]", "list[{0}]", "dict[str, {0}]", "Optional[Self]", "list[Self]"]


@dataclasses.dataclass(frozen=True, kw_only=True)
class DrawnKind:
    """The drawn classes of one kind.

    Attributes:
        make: makes the class of a definition, in a module. Calls `hypothesis.reject` for one that its kind refuses.
        annotations: the types that fields of this kind are drawn from besides those of every kind, each with a value.
        shared_annotations: types that come with the kind, and that fields of every kind are drawn from.
        extras: further members of a class.
        unusable_names: names that no field of the kind may have.
        is_written: whether the kind writes names into source text, where Python reads the NFKC form of each.
        variants: further ways in which the kind makes classes.
        options, field_options: the options of a class and of a field.
        foreign_field_options: the options of the `Field()` of another library that may stand in a class of the kind.
        key_types: types of dict keys besides str and int.
        resolves_names: whether annotations may be text or name `Self`.
        has_plain_defaults: whether only values of builtin scalar types may be defaults.
        takes_variadic_tuples, takes_type_var_tuples: whether annotations may have such.
        takes_arguments: whether a generic class takes type arguments in an annotation.
        makes_generic_classes: whether a generic class with arguments is a class of its own, whose instances know these.
        is_extensible: whether a subclass of a drawn class may have further fields.
    """

    make: Callable[[Definition, Module], type]
    annotations: list[tuple[Any, Any]]
    extras: list[str]
    shared_annotations: list[tuple[Any, Any]] = dataclasses.field(default_factory=list)
    unusable_names: frozenset[str] = frozenset()
    is_written: bool = False
    variants: list[str] = dataclasses.field(default_factory=list)
    options: dict[str, SearchStrategy[Any]] = dataclasses.field(default_factory=dict)
    field_options: dict[str, SearchStrategy[Any]] = dataclasses.field(default_factory=dict)
    foreign_field_options: dict[str, SearchStrategy[Any]] | None = None
    key_types: list[type] = dataclasses.field(default_factory=list)
    resolves_names: bool = True
    has_plain_defaults: bool = False
    takes_variadic_tuples: bool = True
    takes_type_var_tuples: bool = False
    takes_arguments: bool = True
    makes_generic_classes: bool = False
    is_extensible: Callable[[type], bool] = lambda cls: True

    @property
    def names(self) -> list[str]:
        """The names of fields."""
        names = [name for name in _NAMES if name not in self.unusable_names]
        return [name for name in names if unicodedata.is_normalized("NFKC", name)] if self.is_written else names

    @property
    def recursive(self) -> list[str]:
        """The annotations of the field that may hold an instance of the class itself; `{0}` is the name of that."""
        return _RECURSIVE if self.resolves_names else [item for item in _RECURSIVE if "Self" not in item]
