"""Which classes can stand where a model class is declared, and how deep an instance of each must nest at the least."""

from __future__ import annotations

import inspect
import math
from typing import Any

from osbot_utils.type_safe.Type_Safe import Type_Safe
from pydantic import BaseModel

from type_safe_convert.model.family import shape_of, subclasses_of
from type_safe_convert.model.made import origin_in
from type_safe_convert.model.registry import base_of, kind_of_class
from type_safe_convert.model.shape import Shape
from type_safe_convert.types import nodes

MAX_STAND_INS = 80


class AnyTypeSafe(Type_Safe):
    """Stands where an annotation asks for any Type_Safe."""

    name: str


class AnyBaseModel(BaseModel):
    """Stands where an annotation asks for any BaseModel."""

    name: str = ""


def stand_ins(cls: type) -> list[type]:
    """The concrete classes whose instances fit where `cls` is declared: itself first, then written subclasses."""
    base = base_of(cls)
    if base is not None:
        return [AnyTypeSafe if base == "type_safe" else AnyBaseModel]
    found = {} if inspect.isabstract(cls) else {cls: None}
    below = [sub for sub in subclasses_of(cls) if is_written(sub) and not inspect.isabstract(sub)]
    below.sort(key=lambda sub: (sub.__module__ != cls.__module__, sub.__module__, sub.__qualname__))
    found.update(dict.fromkeys(below[:MAX_STAND_INS]))
    return list(found)


def is_written(cls: type) -> bool:
    """Whether `cls` is a model class that somebody wrote in a module, where anyone can find it again."""
    return (
        kind_of_class(cls) is not None
        and origin_in(cls) is None
        and "<locals>" not in cls.__qualname__
        and "[" not in cls.__qualname__
    )


class Heights:
    """The least nesting of instances: 1 where a class requires no model in it, infinite where requiring never ends."""

    def __init__(self) -> None:
        self.known: dict[type, float] = {}
        self.shapes: dict[type, Shape | None] = {}
        self.fitting: dict[type, list[type]] = {}

    def stand_ins(self, cls: type) -> list[type]:
        """As the function of that name, asked once."""
        if cls not in self.fitting:
            self.fitting[cls] = stand_ins(cls)
        return self.fitting[cls]

    def shape(self, cls: type) -> Shape | None:
        """The shape of a class, or None where it cannot be read."""
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
        """Finds the heights of everything reachable at once, from infinity down until nothing changes."""
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
                        stack.extend(self.stand_ins(inner.cls))
        changed = True
        while changed:
            changed = False
            for current in fresh:
                if self.shape(current) is None:
                    continue
                height = 1 + max((self.of_node(node) for node in self.required(current)), default=0)
                if height < self.known[current]:
                    self.known[current] = height
                    changed = True

    def required(self, cls: type) -> list[nodes.Node]:
        shape = self.shape(cls)
        if shape is None:
            return []
        return [field.node for field in shape.fields.values() if field.required and field.init]

    def of_node(self, node: nodes.Node) -> float:
        match node:
            case nodes.ModelNode(cls=cls):
                return min((self.known.get(stand_in, math.inf) for stand_in in self.stand_ins(cls)), default=math.inf)
            case nodes.UnionNode(members=members):
                return min(map(self.of_node, members))
            case nodes.AnnotatedNode(inner=inner):
                return self.of_node(inner)
            case nodes.TupleNode(items=items, variadic=False):
                return max(map(self.of_node, items), default=0)
            case nodes.TypedDictNode(items=items, required=required):
                return max((self.of_node(items[name]) for name in required), default=0)
        return 0

    def lowest_first(self, cls: type) -> list[type]:
        """The stand-ins of a class, those first that need the least nesting; those that never end are left out."""
        found: list[tuple[float, int, Any]] = [
            (self.of(stand_in), place, stand_in) for place, stand_in in enumerate(self.stand_ins(cls))
        ]
        return [stand_in for height, _, stand_in in sorted(found, key=lambda item: item[:2]) if height < math.inf]
