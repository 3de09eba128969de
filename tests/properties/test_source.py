"""Law: the source text of a drawn class, executed, says the same as the class, but for what it is said to lose."""

from __future__ import annotations

import dataclasses
import itertools
import sys
import types
import warnings
from typing import Any

import pytest
from hypothesis import event, example, given, reject, settings

from type_safe_convert import ClassConversionError, UnresolvedNameWarning, kind_of
from type_safe_convert.model.kind import get_kind
from type_safe_convert.registry import made_kinds
from type_safe_convert.testing.definitions.drawing import model_classes
from type_safe_convert.writing.declared import written_name
from type_safe_convert.writing.module import Source, write_source
from type_safe_convert.writing.shapes import shape_differences

KINDS = [kind for kind in made_kinds() if get_kind(kind).source_writer]
_numbers = itertools.count()


@dataclasses.dataclass
class Hidden:
    _id: int = 1


@dataclasses.dataclass
class BelowHidden(Hidden):
    """The field of the base is called `id` in a constructor of attrs, and in a pydantic model."""

    id: int = 2
    other: Hidden = dataclasses.field(default_factory=Hidden)


@dataclasses.dataclass
class Shown:
    id: int = 1


@dataclasses.dataclass
class HiddenBelow(Shown):
    _id: int = 2


def executed(text: str) -> dict[str, Any]:
    """The names of a module of that text; `sys.modules` has it, for the names in its annotations."""
    module = types.ModuleType(f"written_module_{next(_numbers)}")
    sys.modules[module.__name__] = module
    exec(compile(text, f"<{module.__name__}>", "exec", dont_inherit=True), vars(module))
    return vars(module)


def check_class(cls: Any, kind: str, written: Any, result: Source) -> None:
    """Whatever the written class says otherwise is among the losses."""
    shape = get_kind(str(kind_of(cls))).read(cls)
    names = {name: written_name(get_kind(kind), name, shape) for name in shape.fields}
    found = shape_differences(cls, written, result.classes, names)
    silent = [
        str(item) for item in found if not any(loss.explains(cls, item.field, item.aspect) for loss in result.losses)
    ]
    assert not silent, f"{cls.__name__}: {silent}\n{result.text}"


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=settings.default.max_examples * 2 // 3)  # type: ignore[union-attr]  # it always has one
@given(cls=model_classes())
@example(cls=BelowHidden)
@example(cls=HiddenBelow)
def test_the_source_of_a_class_says_the_same(kind: str, cls: Any) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UnresolvedNameWarning)
        if kind_of(cls) == kind:
            reject()
        try:
            result = write_source([cls], kind)
        except ClassConversionError:
            convertible = False
        else:
            convertible = True
        if not convertible:
            event("no counterpart")
            return
        names = executed(result.text)
        for origin, name in result.classes.items():
            check_class(origin, kind, names[name], result)
