"""The classes whose instances may stand in a field that declares a model, and the minimum nesting depth of each."""

from __future__ import annotations

import functools
import inspect
import math
import types
from typing import Any

from type_safe_convert.model.family import is_written, shape_of, subclasses_of
from type_safe_convert.model.kind import get_kind
from type_safe_convert.model.shape import Shape
from type_safe_convert.registry import kind_of_base, made_kinds
from type_safe_convert.types import nodes

MAX_SUBSTITUTES = 80


@functools.cache
def any_model(base: type) -> type:
    """A class for annotations that name the bare base class of a kind, and so allow any model of it."""
    name = f"Any_{base.__name__}"
    body = {"__module__": __name__, "__qualname__": name, "__annotations__": {"name": str}, "name": ""}
    cls = types.new_class(name, (base,), exec_body=lambda namespace: namespace.update(body))
    globals()[name] = cls  # where pickle looks for it
    return cls


def any_models() -> list[type]:
    """One such class for each kind that has a bare base class."""
    bases = (get_kind(name).base for name in made_kinds())
    return [any_model(base) for base in bases if base is not None]


def __getattr__(name: str) -> Any:
    """Makes the classes of `any_models` in a process that unpickles what another one has pickled."""
    for cls in any_models() if name.startswith("Any_") else ():
        if cls.__name__ == name:
            return cls
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def substitutes(cls: type) -> list[type]:
    """The concrete classes whose instances fit where `cls` is declared: itself first, then written subclasses."""
    if kind_of_base(cls) is not None:
        return [any_model(cls)]
    found = {} if inspect.isabstract(cls) else {cls: None}
    below = [sub for sub in subclasses_of(cls) if can_be_imported(sub) and not inspect.isabstract(sub)]
    below.sort(key=lambda sub: (sub.__module__ != cls.__module__, sub.__module__, sub.__qualname__))
    found.update(dict.fromkeys(below[:MAX_SUBSTITUTES]))
    return list(found)


def can_be_imported(cls: type) -> bool:
    """Whether `cls` is a model class that a user wrote at the top of a module."""
    return is_written(cls) and "<locals>" not in cls.__qualname__ and "[" not in cls.__qualname__


class NestingDepths:
    """The minimum nesting depth of instances: 1 if no required field is a model, infinite if these form a cycle."""

    def __init__(self) -> None:
        self.known: dict[type, float] = {}
        self.shapes: dict[type, Shape | None] = {}
        self.fitting: dict[type, list[type]] = {}

    def substitutes(self, cls: type) -> list[type]:
        """As the function of that name; each class is looked up once."""
        if cls not in self.fitting:
            self.fitting[cls] = substitutes(cls)
        return self.fitting[cls]

    def shape(self, cls: type) -> Shape | None:
        """The shape of a class, or None if it cannot be read."""
        if cls not in self.shapes:
            try:
                self.shapes[cls] = shape_of(cls)
            except Exception:  # a definition that cannot be read; converting the class says why
                self.shapes[cls] = None
        return self.shapes[cls]

    def of(self, cls: type) -> float:
        if cls not in self.known:
            self.learn(cls)
        return self.known[cls]

    def learn(self, cls: type) -> None:
        """Finds the depths of all reachable classes at once, from infinity down until nothing changes."""
        fresh: list[type] = []
        stack = [cls]
        while stack:
            current = stack.pop()
            if current in self.known:
                continue
            self.known[current] = math.inf
            fresh.append(current)
            for node in self.required(current):
                for inner in nodes.walk(node):
                    if isinstance(inner, nodes.ModelNode):
                        stack.extend(self.substitutes(inner.cls))
        changed = True
        while changed:
            changed = False
            for current in fresh:
                if self.shape(current) is None:
                    continue
                depth = 1 + max((self.of_node(node) for node in self.required(current)), default=0)
                if depth < self.known[current]:
                    self.known[current] = depth
                    changed = True

    def required(self, cls: type) -> list[nodes.Node]:
        shape = self.shape(cls)
        if shape is None:
            return []
        return [field.node for field in shape.fields.values() if field.required and field.init]

    def of_node(self, node: nodes.Node) -> float:
        match node:
            case nodes.ModelNode(cls=cls):
                return min(
                    (self.known.get(substitute, math.inf) for substitute in self.substitutes(cls)), default=math.inf
                )
            case nodes.UnionNode(members=members):
                return min(map(self.of_node, members))
            case nodes.AnnotatedNode(inner=inner):
                return self.of_node(inner)
            case nodes.TupleNode(items=items, variadic=False):
                return max(map(self.of_node, items), default=0)
            case nodes.TypedDictNode(items=items, required=required):
                return max((self.of_node(items[name]) for name in required), default=0)
        return 0

    def shallowest_first(self, cls: type) -> list[type]:
        """The substitutes of a class, ordered by their minimum depth; those of infinite depth are left out."""
        found: list[tuple[float, int, Any]] = [
            (self.of(substitute), place, substitute) for place, substitute in enumerate(self.substitutes(cls))
        ]
        return [substitute for depth, _, substitute in sorted(found, key=lambda item: item[:2]) if depth < math.inf]
