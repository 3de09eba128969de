"""Models, values of any class, and instances of classes that are no models."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from type_safe_convert.generated_class import origin_in
from type_safe_convert.model.family import record_of
from type_safe_convert.model.kind import get_kind
from type_safe_convert.model.source import SourceWriter
from type_safe_convert.types import nodes
from type_safe_convert.types.containers import items_of
from type_safe_convert.values.base import (
    ATOMIC,
    INSIDE,
    ClassConversion,
    Convert,
    Memo,
    Target,
    ValueConverter,
    converter_for,
    mismatch,
    remembering,
)
from type_safe_convert.values.copying import copy_value
from type_safe_convert.words import with_article


def any_converter(
    node: nodes.AnyNode, target: Target, source: nodes.Node | None = None, depth: int = INSIDE
) -> ValueConverter:
    """The converter of values that no annotation describes, or that the library of their type validates."""
    if not isinstance(node, nodes.ValidatedNode):
        return AnyConverter(target)
    if target.check_only and node.encode is None:
        return MadeByValidator(node)
    if not target.checked or (node.encode is not None and not target.encoded):
        return AnyConverter(target)
    return ValidatedConverter(node, target)


class AnyConverter(ValueConverter):
    __slots__ = ("target",)

    def __init__(self, target: Target) -> None:
        self.target: Target = target

    def convert(self, value: Any, memo: Memo) -> Any:
        return copy_value(value, memo, self.target)

    def simple(self, source: SourceWriter, var: str) -> tuple[str, str] | None:
        # Unchecked lines leave the test out.
        return (f"type({var}) in {source.name(ATOMIC, 'atomic')}", var) if self.target.checked else None

    def write(self, source: SourceWriter, var: str, otherwise: str) -> None:
        source.add(2, f"if type({var}) not in {source.name(ATOMIC, 'atomic')}:", f"    {var} = {otherwise}")


class ValidatedConverter(ValueConverter):
    """For a type whose library validates values of another class (EmailStr: a str)."""

    __slots__ = ("cls", "from_library", "into_library", "target", "text_is_made", "validate")

    def __init__(self, node: nodes.ValidatedNode, target: Target) -> None:
        self.target: Target = target
        self.validate: Callable[[Any], Any] = node.validate
        # Text that an ImportString made of a name is no name.
        self.text_is_made: bool = node.makes_text and target.source_traits.validator_widens
        # The library knows models of its own kind alone.
        self.into_library: bool = get_kind(target.kind).traits.validator_widens
        self.from_library: bool = target.source_traits.validator_widens
        # Elsewhere no validator makes an instance of the class.
        is_instance = isinstance(node.annotation, type) and not self.into_library
        self.cls: type | tuple[()] = node.annotation if is_instance else ()

    def convert(self, value: Any, memo: Memo) -> Any:
        if self.text_is_made and isinstance(value, str):
            return copy_value(value, memo, self.target)
        holds_counterpart = _holds_counterpart(value)
        if holds_counterpart and self.into_library:
            copied = copy_value(value, memo, self.target)
            self.validate(copied)
            return copied
        if self.from_library or not holds_counterpart:
            made = self.validate(value)
            if isinstance(made, self.cls) and not isinstance(value, self.cls):
                raise mismatch(value, with_article(type(made).__name__))
        return copy_value(value, memo, self.target)


class MadeByValidator(ValueConverter):
    """For such a type in a generated class: what the library makes of a value, as in the model that it comes from."""

    __slots__ = ("cls", "validate")

    def __init__(self, node: nodes.ValidatedNode) -> None:
        self.cls: type | tuple[()] = node.annotation if isinstance(node.annotation, type) else ()
        self.validate: Callable[[Any], Any] = node.validate

    def convert(self, value: Any, memo: Memo) -> Any:
        return value if isinstance(value, self.cls) or _holds_counterpart(value) else self.validate(value)


def _holds_counterpart(value: Any) -> bool:
    """Whether it is an instance of a library's model in another kind, or one is in its containers."""
    stack: list[Any] = [value]
    seen: set[int] = set()
    while stack:
        item = stack.pop()
        origin = origin_in(type(item))
        if origin is not None and get_kind(record_of(origin).kind).traits.validator_widens:
            return True
        if isinstance(item, dict | list | tuple | set | frozenset) and id(item) not in seen:
            seen.add(id(item))
            stack += dict.values(item) if isinstance(item, dict) else items_of(item)
    return False


class RecursionConverter(ValueConverter):
    __slots__ = ("node", "target")

    def __init__(
        self, node: nodes.RecursionNode, target: Target, source: nodes.Node | None = None, depth: int = INSIDE
    ) -> None:
        self.node: nodes.RecursionNode = node
        self.target: Target = target

    def convert(self, value: Any, memo: Memo) -> Any:
        known, meant = self.target.recursions, self.node.target()
        function: Convert | None = known.get(meant)
        if function is None:
            function = known[meant] = remembering(converter_for(meant, self.target).convert)
        return function(value, memo)


class OpaqueConverter(ValueConverter):
    __slots__ = ("accepts", "check", "expected", "target", "validate_text")

    def __init__(
        self, node: nodes.OpaqueNode, target: Target, source: nodes.Node | None = None, depth: int = INSIDE
    ) -> None:
        self.accepts: Callable[[Any], bool] = node.accepts
        name = node.name
        self.target: Target = target
        self.expected: str = name if name.startswith(("a ", "no ")) else with_article(name)
        # A type of pydantic's own (SecretStr, AnyUrl) takes text in strict mode too; the model's validator decides.
        self.validate_text: Callable[[Any], Any] | None = (
            node.validate if target.into_origin and target.traits.validator_widens else None
        )
        self.check: Callable[[Any], Any] | None = node.validate if target.checked and node.is_shell else None

    def convert(self, value: Any, memo: Memo) -> Any:
        target = self.target
        if target.checked and not self.accepts(value):
            if self.validate_text is not None and isinstance(value, str | bytes):
                self.validate_text(value)
                return value
            raise mismatch(value, self.expected)
        if self.check is not None:
            self.check(value)
        return value if target.check_only else copy_value(value, memo, target, convert_models=False)


class ModelConverter(ValueConverter):
    __slots__ = ("node", "source", "source_class", "target")

    def __init__(
        self, node: nodes.ModelNode, target: Target, source: nodes.Node | None = None, depth: int = INSIDE
    ) -> None:
        self.node: nodes.ModelNode = node
        self.source: nodes.Node | None = source
        self.target: Target = target
        self.source_class: type | None = source.cls if isinstance(source, nodes.ModelNode) else None
        self.convert: Convert = target.model(node, False, source)

    def conversion_of(self, cls: type) -> ClassConversion | None:
        return self.target.direct(self.node, self.source, cls)

    def write(self, source: SourceWriter, var: str, otherwise: str) -> None:
        callee = self.target.callee(self.node, self.source_class)
        if callee is None:
            super().write(source, var, otherwise)
            return
        # `locate` finds a refused value by identity, and None may be in many places: the slow path knows the place.
        function = source.callee(callee)
        known = "" if source.no_none else f" if {var} is not None else {otherwise}"
        source.add(2, f"{var} = {function}({var}, memo){known}")

    def call(self, source: SourceWriter, var: str) -> str | None:
        """By the class of the item at once, where the declared one has subclasses."""
        callee = self.target.callee(self.node, self.source_class)
        if callee is None:
            return None
        function = source.callee(callee)
        if not callee.has_subclasses:
            return f"{function}({var}, memo)"
        return f"{source.name(callee.by_class, 'by_class')}(type({var}), {function})({var}, memo)"
