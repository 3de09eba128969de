"""The attributes that the methods of a class statement set."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from types import FunctionType, MemberDescriptorType
from typing import Any

import libcst as cst

from type_safe_convert.model.shape import Shape


def attributes_beside(node: cst.ClassDef, shape: Shape) -> list[str]:
    """The attributes that methods set on the instance, and that are no fields: a class with slots has no place for
    them."""
    found = dict.fromkeys(name for method in _methods(node) for name in _set_by(method))
    return [name for name in found if name not in shape.fields and not _is_set_by_class(shape.cls, name)]


def _methods(node: cst.ClassDef) -> Iterator[cst.FunctionDef]:
    for line in node.body.body:
        if isinstance(line, cst.FunctionDef) and line.params.params:
            names = [decorator.decorator for decorator in line.decorators]
            if not any(isinstance(name, cst.Name) and name.value in ("classmethod", "staticmethod") for name in names):
                yield line


def _set_by(method: cst.FunctionDef) -> list[str]:
    finder = _Finder(method.params.params[0].name.value)
    method.body.visit(finder)
    return finder.found


class _Finder(cst.CSTVisitor):
    def __init__(self, instance: str) -> None:
        super().__init__()
        self.instance = instance
        self.found: list[str] = []

    def visit_AssignTarget(self, node: cst.AssignTarget) -> None:
        self.note(node.target)

    def visit_AnnAssign(self, node: cst.AnnAssign) -> None:
        self.note(node.target)

    def note(self, target: Any) -> None:
        if isinstance(target, cst.Tuple | cst.List):
            for element in target.elements:
                self.note(element.value)
        elif isinstance(target, cst.Attribute) and getattr(target.value, "value", "") == self.instance:
            self.found.append(target.attr.value)


def _is_set_by_class(cls: type, name: str) -> bool:
    """Whether the class itself says what an assignment does: a property, and no slot, which the kind makes anew."""
    held = inspect.getattr_static(cls, name, None)
    return hasattr(type(held), "__set__") and not isinstance(held, MemberDescriptorType | FunctionType)
