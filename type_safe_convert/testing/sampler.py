"""Instances of any model class, with random values in its fields: valid ones, made by the class's own constructor."""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import random
import re
from collections.abc import Collection
from typing import Any

from type_safe_convert.model.registry import describe_kinds, kind_of_class
from type_safe_convert.model.shape import Shape
from type_safe_convert.testing.construct import Refused, construct
from type_safe_convert.testing.depths import Heights
from type_safe_convert.testing.sampled_values import NoValueError, Values, Want
from type_safe_convert.types import nodes
from type_safe_convert.types.parse import parse

# How often a class may refuse before it is given up.
TRIES = 160
# How many constructor calls one instance may cost.
BUDGET = 600
# Below this depth only what is required is filled in.
DEPTH = 3


class NotBuilt(Exception):
    """No instance could be made; `reason` says why."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def samples(cls: type, count: int = 1, seed: int = 0) -> list[Any]:
    """`count` instances of a model class. Raises NotBuilt."""
    return [Sampler(seed + number).build(cls) for number in range(count)]


def load(spec: str) -> type:
    """The class that 'package.module:Class' names. Raises ValueError when there is none, or it is no model."""
    module_name, _, name = spec.partition(":")
    if not name:
        raise ValueError(f"{spec!r} is not of the form package.module:Class")
    try:
        found: Any = importlib.import_module(module_name)
    except ImportError as error:
        raise ValueError(f"cannot import {module_name}: {error}") from error
    for part in name.split("."):
        found = getattr(found, part, None)
    if kind_of_class(found) is None:
        raise ValueError(f"{spec} is not {describe_kinds()}")
    return found


class Sampler:
    """Makes instances. The same seed gives the same instance of a class, whatever else was made before."""

    def __init__(self, seed: int = 0) -> None:
        self.seed = seed
        self.heights = Heights()
        self.values = Values(self.heights, self.nested)
        self.simples: dict[type, Any] = {}
        self.given: dict[type, dict[str, Any]] = {}
        self.busy: set[type] = set()
        self.spent = 0

    def build(self, cls: type) -> Any:
        """An instance of a model class, or, for an abstract one, of a subclass. Raises NotBuilt."""
        self.spent = 0
        want = Want(random.Random(f"{self.seed} {cls.__module__} {cls.__qualname__}"))
        try:
            if inspect.isabstract(cls):
                return self.stand_in(cls, want)
            return self.full(cls, want)
        except NoValueError as error:
            raise NotBuilt(str(error)) from error
        except RecursionError as error:
            raise NotBuilt("its constructor recurses without end") from error

    def nested(self, node: nodes.ModelNode, want: Want) -> Any:
        """An instance for a field: of a generic class, with what its parameters stand for here."""
        if not node.arguments:
            return self.stand_in(node.cls, want)
        shape = self.shape(node.cls)
        fields = {
            name: dataclasses.replace(field, node=parse(field.annotation, dict(node.arguments)))
            for name, field in shape.fields.items()
        }
        shape = dataclasses.replace(shape, fields=fields)
        last: Exception = NotBuilt("no values")
        for turn in range(20):
            below = Want(want.rng, want.depth + 1, want.low or want.depth >= DEPTH, turn)
            try:
                return self.make(node.cls, shape, self.choose(shape, below, 0.0 if below.low else 0.8), below)
            except Refused as error:
                last = error
        raise NotBuilt(f"{node.cls.__name__}: {last}") from last

    def stand_in(self, cls: type, want: Want) -> Any:
        """An instance of `cls` or of a class that can stand for it, inside of another."""
        found = self.heights.lowest_first(cls)
        if not found:
            if inspect.isabstract(cls) and not self.heights.stand_ins(cls):
                raise NotBuilt(f"{cls.__name__} is abstract, and no concrete subclass is known")
            raise NotBuilt(f"{cls.__name__} cannot be read, or requires one like itself without end")
        below = Want(want.rng, want.depth + 1, want.low)
        if not want.low and want.depth < DEPTH - 1 and self.spent < BUDGET:
            chosen = found[0] if cls in found and want.rng.random() < 0.5 else want.rng.choice(found)
            try:
                return self.full(cls if cls in found and chosen is found[0] else chosen, below)
            except (NotBuilt, NoValueError):
                pass
        flattest = [other for other in found if self.heights.of(other) == self.heights.of(found[0])]
        first = want.rng.choice(flattest if want.low else found)
        return self.first_simple([first, *found], start=want.turn)

    def first_simple(self, found: list[type], start: int) -> Any:
        last: Exception = NotBuilt("there is no class to build")
        for place in range(len(found)):
            try:
                return self.simple(found[(place + start) % len(found)] if start else found[place])
            except (NotBuilt, NoValueError) as error:
                last = error
        raise last

    def full(self, cls: type, want: Want) -> Any:
        """An instance with most of its fields filled in; falls back to what is required and adds what it can."""
        shape = self.shape(cls)
        tries = 12 if want.depth == 0 else 3
        for turn in range(tries):
            share = 0.85 if turn < tries // 2 else 0.4
            wanted = Want(want.rng, want.depth, turn=turn // 2)
            self.spent += 1
            try:
                return self.make(cls, shape, self.choose(shape, wanted, share), wanted)
            except (NotBuilt, NoValueError, Refused):
                continue
        made = self.simple(cls)
        if want.depth == 0 and cls in self.given:
            return self.enriched(cls, shape, made, want)
        return made

    def enriched(self, cls: type, shape: Shape, made: Any, want: Want) -> Any:
        """The simple instance with every further field that its class lets through one by one."""
        given = dict(self.given[cls])
        for field in shape.fields.values():
            if field.name in given or not field.init:
                continue
            for turn in range(3):
                wanted = Want(want.rng, 1, turn=turn)
                try:
                    more = {**given, field.name: self.values.value(field.node, wanted)}
                    made = self.make(cls, shape, dict(more), wanted)
                except (NotBuilt, NoValueError, Refused):
                    continue
                given = more
                break
        return made

    def simple(self, cls: type) -> Any:
        """The flattest instance that could be made, with only what is required; made once."""
        if cls not in self.simples:
            if cls in self.busy:
                raise NotBuilt(f"{cls.__name__} requires itself")
            self.busy.add(cls)
            try:
                self.simples[cls] = self.try_simple(cls, self.shape(cls))
            except NotBuilt as error:
                self.simples[cls] = error
            finally:
                self.busy.discard(cls)
        found = self.simples[cls]
        if isinstance(found, NotBuilt):
            raise NotBuilt(found.reason)
        return found

    def try_simple(self, cls: type, shape: Shape) -> Any:
        rng = random.Random(f"{self.seed} simple {cls.__module__} {cls.__qualname__}")
        last: Exception = NotBuilt("no values")
        asked_for: set[str] = set()
        for turn in range(TRIES):
            want = Want(rng, DEPTH, low=True, turn=turn)
            try:
                values = self.choose(shape, want, 0.0, asked_for)
                made = self.make(cls, shape, dict(values), want)
            except (NotBuilt, NoValueError, Refused) as error:
                if isinstance(error, Refused) or not isinstance(last, Refused):
                    last = error
                if not isinstance(error, Refused) and turn >= 6:
                    break
                # A field may have a default and be wanted all the same: the complaint names it.
                asked_for |= {*re.findall(r"\w+", str(error))} & {*shape.fields}
                continue
            self.given[cls] = values
            return made
        raise NotBuilt(f"{cls.__name__}: {last}") from last

    def shape(self, cls: type) -> Shape:
        shape = self.heights.shape(cls)
        if shape is None:
            raise NotBuilt(f"the definition of {cls.__name__} cannot be read")
        return shape

    def choose(self, shape: Shape, want: Want, share: float, asked_for: Collection[str] = ()) -> dict[str, Any]:
        """Values for the required fields, for those asked for, and for a share of the others."""
        values: dict[str, Any] = {}
        for field in shape.fields.values():
            needed = field.required or field.name in asked_for
            if not field.init or (not needed and want.rng.random() >= share):
                continue
            try:
                values[field.name] = self.values.value(field.node, want)
            except (NotBuilt, NoValueError):
                if field.required:
                    raise
        return values

    def make(self, cls: type, shape: Shape, values: dict[str, Any], want: Want) -> Any:
        return construct(cls, shape, values, want, self.values)
