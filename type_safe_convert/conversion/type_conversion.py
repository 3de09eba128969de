"""`TypeConversion`: values of any type, such as `list[User]`, converted as those of a field with that annotation."""

from __future__ import annotations

import dataclasses
import itertools
import sys
from collections.abc import Callable, Iterator
from typing import Any

from type_safe_convert.advice import about_items
from type_safe_convert.conversion.classes import classes_declared, told_by_value
from type_safe_convert.conversion.compile import compile_function
from type_safe_convert.conversion.conversion import (
    Conversion,
    conversion_in_place,
    conversion_inside,
    convert_any_model,
)
from type_safe_convert.conversion.iterative import fill
from type_safe_convert.conversion.locate import from_here
from type_safe_convert.conversion.pair import ConversionRules
from type_safe_convert.errors import ConversionError, NestingTooDeepError, ValueConversionError, describe_value
from type_safe_convert.model.family import LOCK, class_for_field, counterpart, record_of, require_kind
from type_safe_convert.model.no_kind import NO_KIND
from type_safe_convert.model.source import SourceWriter
from type_safe_convert.model.type_plans import type_plan
from type_safe_convert.model.unresolved import is_provisional
from type_safe_convert.registry import KindName, kind_of_base
from type_safe_convert.types import nodes
from type_safe_convert.types.containers import models_in_value
from type_safe_convert.types.roots import parse_root
from type_safe_convert.values.base import Memo, Target, ValueConverter, converter_for
from type_safe_convert.values.described import Described, described_in


def type_conversion(
    source: Any, target: Any, checked: bool, forbid_extra: bool, rules: ConversionRules | None = None
) -> TypeConversion:
    """The conversion of values of one type to another, made if there is none.

    Args:
        source: None where it is not known; else it is planned ahead.
        target: a type, or the name of a kind: `source` with the counterpart of each model class in that kind.
        rules: these hold it.

    Raises:
        NotAModelError, ClassConversionError: as `converter`.
    """
    found: TypeConversion = type_plan(
        "conversion",
        (target, source),
        (checked, forbid_extra),
        lambda: TypeConversion(source, target, checked, forbid_extra, rules),
        None if rules is None else rules.plans,
    )
    return found


@dataclasses.dataclass(slots=True)
class Root:
    """In place of a pair of classes, where models are in no model; see `ClassPair`."""

    kind: KindName
    same_family: bool
    checked: bool
    forbid_extra: bool
    origin_kind: KindName = NO_KIND
    source_kind: KindName = NO_KIND
    source_origin_kind: KindName = NO_KIND
    rules: ConversionRules | None = None


class Place:
    """A place that declares a model class; lines of generated functions call for each value what converts its class.

    Attributes:
        by_class: the compiled function for a class of instances, or the default, as `dict.get`.
        planned: the conversion of the class that the source declares in this place, where that is known.
    """

    has_subclasses = True

    def __init__(self, node: nodes.ModelNode, root: Root, source: nodes.Node | None) -> None:
        self.node = node
        self.root = root
        self.described: Described | None = described_in(node if root.same_family else source, NO_KIND, NO_KIND)
        self.target: type = class_for_field(node.cls, root.kind, root.origin_kind)
        self.functions: dict[type, Callable[..., Any]] = {}
        self.by_class: Callable[..., Any] = self.functions.get
        self.planned: Conversion | None = None

    def convert(self, value: Any, memo: Memo) -> Any:
        cls = self.class_of(value)
        return (self.functions.get(cls) or self._function_of(value, cls))(value, memo)

    def class_of(self, value: Any) -> type:
        return type(value) if self.described is None else self.described.class_in(value)

    def _function_of(self, value: Any, cls: type) -> Callable[..., Any]:
        found = self.conversion_of(value)
        if found.pair.view is not None:
            return found.run_viewed
        if is_provisional(cls) or told_by_value(found.pair, self.target):
            return found.run
        return found.cache_in(self.functions, cls)

    def conversion_of(self, value: Any) -> Conversion:
        cls = self.class_of(value)
        return conversion_in_place(cls, value, self.node.cls, self.target, self.node.arguments, self.root)

    def plan(self, source: type) -> None:
        """Notes the conversion of instances of the class that the source declares. Raises ClassConversionError."""
        rules = self.root.rules
        if rules is not None and rules.coerces(source, self.node):
            return
        if kind_of_base(source) is None and kind_of_base(self.node.cls) is None:
            known = classes_declared(self.node, source, self.root)
            self.planned = conversion_inside(*(known or (source, self.target)), self.root)

    def link_into(self, user: Any, name: str) -> None:
        user.__globals__[name] = self.convert

    def callee(self) -> Place | Conversion:
        """Returns what generated functions call: the conversion itself where all dicts here are of one class."""
        classes = [] if self.described is None else self.described.classes()
        if len(classes) != 1 or self.root.rules is not None:
            return self
        known = classes_declared(self.node, classes[0], self.root)
        return self if known is None else conversion_inside(*known, self.root)


class TypeConversion:
    """The conversion of the values of a type. It is called as a function, and pickles where its types do.

    Attributes:
        run: `run(value)`; compiles itself at the second call.
    """

    def __init__(
        self, source: Any, target: Any, checked: bool, forbid_extra: bool, rules: ConversionRules | None = None
    ) -> None:
        self.arguments: tuple[Any, ...] = source, target, checked, forbid_extra, rules
        self.into: KindName | None = target if isinstance(target, str) else None
        if self.into is not None:
            require_kind(self.into)
        node = parse_root(target if self.into is None else source, self.into is not None)
        self.node: nodes.Node = node
        of_source = None if source is None else parse_root(source, self.into is not None)
        self.source_node: nodes.Node | None = of_source
        self.root: Root = Root(self.into or NO_KIND, self.into is not None, checked, forbid_extra, rules=rules)
        self.places: dict[int, Place] = {}
        self.functions: dict[type, Callable[..., Any]] = {}  # for models where anything may stand
        self.values: Target = self._values()
        self.value: ValueConverter = converter_for(node, self.values, of_source)
        if of_source is not None:
            self._plan(node, of_source)
        self.calls: int = 0
        self.run: Callable[[Any], Any] = self._run_interpreted
        self.code: str = ""

    def __call__(self, value: Any) -> Any:
        return self.run(value)

    def __reduce__(self) -> Any:
        return _compiled, self.arguments

    def _values(self) -> Target:
        return Target(
            kind=self.root.kind,
            origin_kind=NO_KIND,
            source_kind=NO_KIND,
            same_family=self.root.same_family,
            checked=self.root.checked,
            check_only=False,
            model=lambda node, stays, source: self.place(node, source).convert,
            any_model=self._convert_any_model,
            callee=lambda node, source: self.place(node).callee(),
            becomes_models=self.into is not None,
            described=lambda node, source: described_in(node if self.root.same_family else source, NO_KIND, NO_KIND),
            rules=None if self.root.same_family else self.root.rules,
        )

    # models

    def place(self, node: nodes.ModelNode, source: nodes.Node | None = None) -> Place:
        found = self.places.get(id(node))
        if found is None:
            found = self.places[id(node)] = Place(node, self.root, source)
        return found

    def _plan(self, node: nodes.Node, source: nodes.Node) -> None:
        """Plans the conversions of models whose classes the source declares in the same places."""
        node, source = nodes.alone(node), nodes.alone(source)
        if isinstance(node, nodes.ModelNode) and isinstance(source, nodes.ModelNode):
            self.place(node).plan(source.cls)
        elif isinstance(node, nodes.UnionNode) or isinstance(source, nodes.UnionNode):
            for member, other in itertools.product(_members(node), _members(source)):
                if _is_named(self.root.rules, other, member):
                    self._plan(member, other)
        elif type(node) is type(source) and not isinstance(node, nodes.UnionNode):
            for child, other in zip(node.children(), source.children(), strict=False):
                self._plan(child, other)

    def _convert_any_model(self, value: Any, memo: Memo, target: Target) -> Any:
        if self.into is None or not target.same_family:
            return convert_any_model(value, memo, target)
        cls = type(value)
        function = self.functions.get(cls)
        if function is None:
            found = conversion_inside(cls, counterpart(cls, self.into), self.root)
            function = found.run if is_provisional(cls) else found.cache_in(self.functions, cls)
        return function(value, memo)

    # running

    def _run_interpreted(self, value: Any) -> Any:
        if self.calls:
            return self.compiled().run(value)
        self.calls += 1
        return self.convert_whole(value)

    def compiled(self) -> TypeConversion:
        """Itself, once its function is written."""
        if self.run == self._run_interpreted:
            with LOCK:
                self.run = self._compile()
        return self

    def _compile(self) -> Callable[[Any], Any]:
        writer = SourceWriter()
        writer.namespace["again"] = self.convert_whole
        writer.add(0, "def convert(value):", "    memo = {}", "    try:")
        writer.add(2, "v = value")
        condition = self.value.passes(writer, "v")
        if condition is None or (condition and self.root.checked):
            if condition:
                writer.add(2, f"if {condition}:", "    return v")
            self.value.write(writer, "v", f"{writer.name(self.value.convert, 'value')}(v, memo)")
        writer.add(2, "return v")
        # A second conversion, step by step, finds the error and its path.
        writer.add(1, "except Exception:", "    pass", "return again(value)")
        self.code = writer.text
        function: Callable[[Any], Any] = compile_function(writer, "type conversion", "Converts the values of a type.")
        return function

    def convert_whole(self, value: Any) -> Any:
        """Converts a value step by step, and completes errors."""
        problem: ConversionError
        try:
            return self.value.convert(value, {})
        except NestingTooDeepError as error:
            problem = error
        except ConversionError as error:
            raise self._complete(error, value) from error.__cause__
        except RecursionError:
            problem = NestingTooDeepError(f"nested deeper than the recursion limit of {sys.getrecursionlimit()} allows")
        except Exception as error:
            wrapped = ValueConversionError(f"{type(error).__name__}: {error}", found=describe_value(value))
            raise self._complete(wrapped.caused_by(error), value) from error
        return self._convert_iteratively(value, problem)

    def _convert_iteratively(self, value: Any, problem: ConversionError) -> Any:
        memo: dict[Any, Any] = {}
        try:
            fill(self._models(value), memo, problem)
            return self.value.convert(value, memo)
        except ConversionError as error:
            raise self._complete(error, value) from None

    def _models(self, value: Any) -> Iterator[tuple[Conversion, Any]]:
        """The models in a value, each with its conversion, as far as their places tell it."""
        found = [item for item in nodes.walk(self.node) if isinstance(item, nodes.ModelNode)]
        for inner in models_in_value(value):
            for node in found:
                try:
                    yield self.place(node).conversion_of(inner), inner
                    break
                except ConversionError:
                    continue

    def _complete(self, error: ConversionError, value: Any) -> ConversionError:
        error.source_class, error.target_class = type(value), self.arguments[1]
        if not error.path and not error.advice:
            error.advice = about_items(value, self.arguments[1])
        return from_here(error)


def _members(node: nodes.Node) -> tuple[nodes.Node, ...]:
    return node.members if isinstance(node, nodes.UnionNode) else (node,)


def _is_named(rules: ConversionRules | None, source: nodes.Node, target: nodes.Node) -> bool:
    """Whether a rule is for the two models."""
    if rules is None or not (isinstance(source, nodes.ModelNode) and isinstance(target, nodes.ModelNode)):
        return False
    if kind_of_base(source.cls) is not None or kind_of_base(target.cls) is not None:
        return False
    return rules.names(record_of(source.cls).origin, record_of(target.cls).origin)


def _compiled(*arguments: Any) -> TypeConversion:
    return type_conversion(*arguments).compiled()
