"""Instances of any model class, with random values in its fields: valid ones, made by the class's own constructor."""

from __future__ import annotations

import dataclasses
import inspect
import pkgutil
import random
import re
from collections.abc import Collection
from typing import TYPE_CHECKING, Any, TypeVar

from type_safe_convert.advice import not_a_class
from type_safe_convert.model.kind import get_kind
from type_safe_convert.model.shape import Shape
from type_safe_convert.registry import describe_kinds, kind_of_class
from type_safe_convert.testing.construct import Refused, construct
from type_safe_convert.testing.depths import NestingDepths
from type_safe_convert.testing.random_values import NoValueError, RandomValues, Request
from type_safe_convert.types import nodes
from type_safe_convert.types.parse import parse

if TYPE_CHECKING:
    from typing_extensions import TypeForm

Model = TypeVar("Model")

# The number of refusals after which a class is given up.
TRIES = 160
# The number of constructor calls that one instance may cost.
BUDGET = 600
# Below this depth only what is required is filled in.
DEPTH = 3


class NotBuilt(Exception):
    """No instance could be made; `reason` says why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def samples(cls: TypeForm[Model], count: int = 1, seed: int = 0) -> list[Model]:
    """`count` instances of a model class. Raises NotBuilt, NotAModelError."""
    given: Any = cls
    return [Sampler(seed + number).build(given) for number in range(count)]


def load(spec: str) -> type:
    """The class that 'package.module:Class' names. Raises ValueError when there is none, or it is no model."""
    if ":" not in spec:
        raise ValueError(f"{spec!r} is not of the form package.module:Class")
    try:
        found: Any = pkgutil.resolve_name(spec)
    except (ImportError, AttributeError, ValueError) as error:
        raise ValueError(f"cannot load {spec}: {error}") from error
    if kind_of_class(found) is None:
        raise ValueError(f"{spec} is not {describe_kinds()}")
    return found


class Sampler:
    """Makes instances. The same seed gives the same instance of a class, whatever else was made before."""

    def __init__(self, seed: int = 0) -> None:
        self.seed = seed
        self.depths: NestingDepths = NestingDepths()
        self.values: RandomValues = RandomValues(self.depths, self.nested)
        self.minimal: dict[type, Any] = {}
        self.given: dict[type, dict[str, Any]] = {}
        self.busy: set[type] = set()
        self.spent: int = 0

    def build(self, cls: type) -> Any:
        """An instance of a model class, or, for an abstract one, of a subclass. Raises NotBuilt, NotAModelError."""
        if kind_of_class(cls) is None:
            raise not_a_class(cls)
        self.spent = 0
        request = Request(random.Random(f"{self.seed} {cls.__module__} {cls.__qualname__}"))
        try:
            if inspect.isabstract(cls):
                return self.substitute(cls, request)
            return self.full_instance(cls, request)
        except NoValueError as error:
            raise NotBuilt(str(error)) from error
        except RecursionError as error:
            raise NotBuilt("its constructor recurses without end") from error

    def nested(self, node: nodes.ModelNode, request: Request) -> Any:
        """An instance for a field: of a generic class, with what its type variables stand for there."""
        if not node.arguments:
            return self.substitute(node.cls, request)
        shape = self.shape(node.cls)
        fields = {
            name: dataclasses.replace(field, node=parse(field.annotation, dict(node.arguments), shape.kind))
            for name, field in shape.fields.items()
        }
        shape = dataclasses.replace(shape, fields=fields)
        last: Exception = NotBuilt("no values")
        for attempt in range(20):
            inner = Request(request.rng, request.depth + 1, request.minimal or request.depth >= DEPTH, attempt)
            try:
                return self.make(node.cls, shape, self.choose(shape, inner, 0.0 if inner.minimal else 0.8), inner)
            except Refused as error:
                last = error
        raise NotBuilt(f"{node.cls.__name__}: {last}") from last

    def substitute(self, cls: type, request: Request) -> Any:
        """An instance of `cls` or of one of its substitutes, inside of another."""
        found = self.depths.shallowest_first(cls)
        if not found:
            if inspect.isabstract(cls) and not self.depths.substitutes(cls):
                raise NotBuilt(f"{cls.__name__} is abstract, and no concrete subclass is known")
            raise NotBuilt(f"{cls.__name__} cannot be read, or requires one like itself without end")
        inner = Request(request.rng, request.depth + 1, request.minimal)
        if not request.minimal and request.depth < DEPTH - 1 and self.spent < BUDGET:
            chosen = found[0] if cls in found and request.rng.random() < 0.5 else request.rng.choice(found)
            try:
                return self.full_instance(cls if cls in found and chosen is found[0] else chosen, inner)
            except (NotBuilt, NoValueError):
                pass
        shallowest = [other for other in found if self.depths.of(other) == self.depths.of(found[0])]
        first = request.rng.choice(shallowest if request.minimal else found)
        return self.first_minimal([first, *found], start=request.attempt)

    def first_minimal(self, found: list[type], start: int) -> Any:
        """A minimal instance of the first of these classes that gives one. Raises NotBuilt."""
        last: Exception = NotBuilt("there is no class to build")
        for place in range(len(found)):
            try:
                return self.minimal_instance(found[(place + start) % len(found)] if start else found[place])
            except (NotBuilt, NoValueError) as error:
                last = error
        raise last

    def full_instance(self, cls: type, request: Request) -> Any:
        """An instance with most of its fields filled in; falls back to what is required and adds what it can."""
        shape = self.shape(cls)
        tries = 12 if request.depth == 0 else 3
        for attempt in range(tries):
            share = 0.85 if attempt < tries // 2 else 0.4
            wanted = Request(request.rng, request.depth, attempt=attempt // 2)
            self.spent += 1
            try:
                return self.make(cls, shape, self.choose(shape, wanted, share), wanted)
            except (NotBuilt, NoValueError, Refused):
                continue
        made = self.minimal_instance(cls)
        if request.depth == 0 and cls in self.given:
            return self.with_more_fields(cls, shape, made, request)
        return made

    def with_more_fields(self, cls: type, shape: Shape, made: Any, request: Request) -> Any:
        """The minimal instance with every further field that its class accepts, one by one."""
        given = dict(self.given[cls])
        for field in shape.fields.values():
            if field.name in given or not field.init:
                continue
            for attempt in range(3):
                wanted = Request(request.rng, 1, attempt=attempt)
                try:
                    more = {**given, field.name: self.values.value(field.node, wanted)}
                    made = self.make(cls, shape, dict(more), wanted)
                except (NotBuilt, NoValueError, Refused):
                    continue
                given = more
                break
        return made

    def minimal_instance(self, cls: type) -> Any:
        """An instance that nests least, with only what is required; made once."""
        if cls not in self.minimal:
            if cls in self.busy:
                raise NotBuilt(f"{cls.__name__} requires itself")
            self.busy.add(cls)
            try:
                self.minimal[cls] = self._try_minimal(cls, self.shape(cls))
            except NotBuilt as error:
                self.minimal[cls] = error
            finally:
                self.busy.discard(cls)
        found = self.minimal[cls]
        if isinstance(found, NotBuilt):
            raise NotBuilt(found.reason)
        kind = get_kind(self.shape(cls).kind)
        # An instance that has to be one in all of its places is not given two by chance.
        return kind.call(cls, self.given[cls]) if kind.traits.keeps_sharing else found

    def _try_minimal(self, cls: type, shape: Shape) -> Any:
        rng = random.Random(f"{self.seed} simple {cls.__module__} {cls.__qualname__}")
        last: Exception = NotBuilt("no values")
        named: set[str] = set()
        for attempt in range(TRIES):
            request = Request(rng, DEPTH, minimal=True, attempt=attempt)
            try:
                values = self.choose(shape, request, 0.0, named)
                made = self.make(cls, shape, dict(values), request)
            except (NotBuilt, NoValueError, Refused) as error:
                if isinstance(error, Refused) or not isinstance(last, Refused):
                    last = error
                if not isinstance(error, Refused) and attempt >= 6:
                    break
                # A field with a default may be required all the same: the error names it.
                named |= {*re.findall(r"\w+", str(error))} & {*shape.fields}
                continue
            self.given[cls] = values
            return made
        raise NotBuilt(f"{cls.__name__}: {last}") from last

    def shape(self, cls: type) -> Shape:
        """The shape of a class. Raises NotBuilt where it cannot be read."""
        shape = self.depths.shape(cls)
        if shape is None:
            raise NotBuilt(f"the definition of {cls.__name__} cannot be read")
        return shape

    def choose(self, shape: Shape, request: Request, share: float, named: Collection[str] = ()) -> dict[str, Any]:
        """Values for the required fields, for the named ones, and for a share of the others."""
        values: dict[str, Any] = {}
        for field in shape.fields.values():
            needed = field.required or field.name in named
            if not field.init or (not needed and request.rng.random() >= share):
                continue
            try:
                values[field.name] = self.values.value(field.node, request)
            except (NotBuilt, NoValueError):
                if field.required:
                    raise
        return values

    def make(self, cls: type, shape: Shape, values: dict[str, Any], request: Request) -> Any:
        """An instance of `cls` with these values."""
        return construct(cls, shape, values, request, self.values)
