"""Random model classes: every feature that a kind has, alone and with others, in as few lines as will show a failure.

A definition is drawn as plain data first (`Definition`), so that Hypothesis can show and shrink it, and then becomes a
class as its kind makes them, in a module of its own.

| module | holds |
|---|---|
| `definition` | the plain data |
| `vocabulary` | the types that fields are drawn from, each with one value |
| `options` | which classes of a kind are drawn |
| `drawing` | the strategies |
| `members` | annotations, bases and type parameters, alike in every kind |
| `modules` | writes a class as source text and executes it, in a module that can be imported |
| `making` | the kinds whose classes are drawn, found by `ModelKind.drawn_classes` |

Which classes of a kind are drawn, and how one is made, a module of the kind says: `kinds/attrs/drawn_classes.py`.
"""

from type_safe_convert.testing.definitions.drawing import annotations_with_values, model_classes
from type_safe_convert.testing.definitions.making import make_class
from type_safe_convert.testing.definitions.vocabulary import Color, Level

__all__ = ["Color", "Level", "annotations_with_values", "make_class", "model_classes"]
