"""Fields on their way to source text: annotations from nodes, constraints by their names, defaults."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import annotated_types
from typing_inspection import typing_objects

from type_safe_convert.model.family import origin_of
from type_safe_convert.model.hashing import is_paired, list_for
from type_safe_convert.model.kind import unwrapped
from type_safe_convert.model.shape import MISSING, Field, FromValues
from type_safe_convert.registry import kind_of_base, kind_of_class
from type_safe_convert.types import nodes
from type_safe_convert.types.parse import parse
from type_safe_convert.types.rules import Rule
from type_safe_convert.types.type_variables import is_variable, unbound
from type_safe_convert.writing.code import Code
from type_safe_convert.writing.layout import After, Brackets, Expression, subscript, text_of
from type_safe_convert.writing.names import Unwritable, place_of

BOUNDS = ("gt", "ge", "lt", "le", "multiple_of", "min_length", "max_length")
SAID = (*BOUNDS, "pattern", "max_digits", "decimal_places", "strict", "allow_inf_nan")
_BY_RULE = {
    "exclusiveMinimum": "gt", "minimum": "ge", "exclusiveMaximum": "lt", "maximum": "le", "multipleOf": "multiple_of",
    "minLength": "min_length", "maxLength": "max_length", "pattern": "pattern",
}  # fmt: skip


@dataclasses.dataclass(frozen=True)
class FieldToWrite:
    """A field as a writer gets it.

    Attributes:
        field: the field of the origin.
        name: its name in the written class.
        node: its type, without the constraints around all of it.
        constraints: those, by the names of pydantic's arguments.
        metadata: what else stands around the type.
        default, factory: an expression; None where there is none.
        takes_none: whether the default is None though the type has none.
    """

    field: Field
    name: str
    node: nodes.Node
    constraints: Mapping[str, Any]
    metadata: tuple[Any, ...]
    default: Expression | None
    factory: Expression | None
    takes_none: bool = False

    @property
    def required(self) -> bool:
        return self.default is None and self.factory is None

    @property
    def metadata_beside(self) -> dict[Any, Any]:
        """The metadata of the field but for what its options say."""
        return {name: value for name, value in self.field.metadata.items() if name not in self.field.options}

    @property
    def options(self) -> dict[str, Any]:
        """The options of the field in the origin, beside its type and default."""
        return settled_options(self.field.options)


ALIASES = ("alias", "validation_alias", "serialization_alias")


def aspect_of(option: str) -> str:
    """Returns the aspect of a field that an option is about, in the words of `shapes.describe`."""
    if option in SAID:
        return "constraints"
    return "aliases" if option in ALIASES else {"frozen": "frozen", "description": "doc"}.get(option, "metadata")


def settled_options(options: Mapping[str, Any]) -> dict[str, Any]:
    """The options of a field, in which an alias that says all three stands once."""
    found = dict(options)
    alias = found.get("alias")
    for name in ("validation_alias", "serialization_alias"):
        if name in found and found[name] == alias:
            del found[name]
    found.pop("alias_priority", None)
    return found


def said_by(items: Iterable[Any]) -> tuple[dict[str, Any], tuple[Any, ...]]:
    """The constraints among metadata by their names, and what is none. Of two of one name the later stays metadata."""
    said: dict[str, Any] = {}
    others = []
    for item in items:
        found = _said_by(item)
        if found and not found.keys() & said.keys():
            said |= found
        else:
            others.append(item)
    return said, tuple(others)


def _said_by(item: Any) -> dict[str, Any]:
    if isinstance(item, Rule):
        if item.equivalent is not None:
            return _said_by(item.equivalent)
        return {_BY_RULE[key]: value for key, value in item.json_rules.items() if key in _BY_RULE}
    if not isinstance(item, annotated_types.BaseMetadata):
        return {}
    found = {name: value for name in SAID if (value := getattr(item, name, None)) is not None}
    return {} if set(getattr(item, "__dict__", {})) - set(SAID) else found


def said_by_rules(node: nodes.RefinedNode) -> dict[str, Any]:
    """The constraints of a refined type that JSON Schema can say."""
    return {_BY_RULE[key]: value for key, value in node.json_rules().items() if key in _BY_RULE}


def written_item(item: Any) -> Any:
    """Metadata as it stood in the annotation."""
    return item.item if isinstance(item, Rule) else item


class Defaults:
    """The defaults of fields, as expressions."""

    def __init__(self, code: Code) -> None:
        self.code = code

    def of(self, field: Field) -> tuple[Expression | None, Expression | None]:
        """The default and the factory of a field; None for what it has not. Raises Unwritable."""
        if field.required:
            return None, None
        if type(field.default_factory) is FromValues:
            raise Unwritable("it is made from the fields before")
        if field.default is not MISSING:
            value = field.default
            if self.is_constant(value):
                return self.code.value(value), None
            return None, _factory(self.code.value(value), self.code)
        return self.made_by(field.default_factory)

    def made_by(self, make: Any) -> tuple[Expression | None, Expression | None]:
        first = self.called(make)
        importable = place_of(make) is not None
        if importable and not isinstance(make, type) and not _holds_model(first):
            return None, self.code.names.reference(make)
        written = self.code.value(first)
        if text_of(written) != text_of(self.code.value(self.called(make))):
            if not importable and unwrapped(first) is not first:
                make, importable = type(first), True
            if not importable:
                raise Unwritable("its factory makes another value each time, and cannot be imported")
            return None, self.code.names.reference(make)
        if self.is_constant(first) and not isinstance(make, type):
            return written, None
        return None, _factory(written, self.code)

    @staticmethod
    def called(make: Callable[[], Any]) -> Any:
        try:
            return make()
        except Exception as error:
            raise Unwritable(f"its factory raises {type(error).__name__}") from error

    def is_constant(self, value: Any) -> bool:
        """Whether instances may share a value."""
        if isinstance(value, tuple | frozenset):
            return all(map(self.is_constant, value))
        if isinstance(value, type) or callable(value):
            return True
        return kind_of_class(type(value)) is None and not isinstance(unwrapped(value), list | set | dict | bytearray)


def _holds_model(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(_holds_model, value.values()))
    if isinstance(value, list | tuple | set | frozenset):
        return any(map(_holds_model, value))
    return kind_of_class(type(value)) is not None


def _factory(made: Expression, code: Code) -> Expression:
    """The function that makes the value of an expression: a class where it only calls that."""
    if isinstance(made, Brackets) and not made.items:
        names = {"[": "list", "{": "dict", "(": "tuple"}
        name = names.get(made.opening) or made.opening.removesuffix("(")
        written = {text: cls for cls, text in code.classes.items()}
        if name not in written or written[name] in code.defined:
            return name
    return After("lambda: ", made)


class Types:
    """Annotations from nodes, with the idiom of one kind for constraints and refined types."""

    def __init__(
        self,
        code: Code,
        constrained: Callable[[Expression, Mapping[str, Any]], Expression],
        refined: Callable[[nodes.RefinedNode], Expression],
        tell: Callable[[str], None],
        base: str | None,
        parameters: Callable[[type], tuple[Any, ...]],
        says: frozenset[str],
    ) -> None:
        self.code = code
        self.constrained = constrained
        self.refined = refined
        self.tell = tell
        self.base = base
        self.parameters = parameters
        self.says = says

    def of(self, node: nodes.Node) -> Expression:
        if node in self.code.as_written:
            return self.code.as_written[node]
        try:
            return self.written(node)
        except Unwritable as why:
            self.tell(f"its type is Any here: {why}")
            return self.code.typing("Any")

    def written(self, node: nodes.Node) -> Expression:
        if _is_alias_to_import(node):
            return self.code.names.reference(node.named.of)  # type: ignore[union-attr]  # it has one
        match node:
            case nodes.ModelNode():
                return self.model(node)
            case nodes.RecursionNode():
                raise Unwritable("it is of a type that refers to itself")
            case nodes.AnyNode(unresolved=name) if name:
                raise Unwritable(f"{name} does not exist at run time")
            case nodes.RefinedNode():
                return self.refined(node)
            case nodes.CollectionNode(unparametrised=True) | nodes.MappingNode(unparametrised=True):
                arguments = [self.code.typing("Any")] * (2 if isinstance(node, nodes.MappingNode) else 1)
                return subscript(self.code.names.reference(node.origin), *arguments)
            case nodes.CollectionNode(origin=origin, item=item) if list_for(node, self.code.kind) is not None:
                self.tell(f"it is a list here, since what the {origin.__name__} holds has no hash")
                return subscript(self.code.names.reference(list_for(node, self.code.kind)), self.of(item))
            case nodes.MappingNode(key=key, value=value) if is_paired(node, self.code.kind):
                self.tell("it is a list of pairs here, since its keys have no hash")
                return subscript("list", subscript("tuple", self.of(key), self.of(value)))
            case nodes.CollectionNode(origin=origin, item=item):
                return subscript(self.code.names.reference(origin), self.of(item))
            case nodes.MappingNode(origin=origin, key=key, value=value):
                counted = getattr(origin, "__name__", "") == "Counter"
                items = [self.of(key)] if counted else [self.of(key), self.of(value)]
                return subscript(self.code.names.reference(origin), *items)
            case nodes.TupleNode(unparametrised=True):
                return subscript("tuple", self.code.typing("Any"), "...")
            case nodes.TupleNode(cls=cls, items=items, variadic=variadic) if cls is tuple:
                if not items:
                    return "tuple[()]"
                return subscript("tuple", *map(self.of, items), *(["..."] if variadic else []))
            case nodes.UnionNode(members=members):
                return self.code.union([*map(self.of, members)])
            case nodes.AnnotatedNode(inner=inner):
                said, others = said_by(node.constraints)
                for name in said.keys() - self.says:
                    self.tell(f"{name} is lost: it cannot be written here")
                kept = {name: value for name, value in said.items() if name in self.says}
                return self.annotated(self.constrained(self.of(inner), kept), others)
        return self.code.spelled(node.annotation)

    def annotated(self, inner: Expression, metadata: Iterable[Any]) -> Expression:
        """The type with metadata that is no constraint."""
        found = []
        for item in metadata:
            try:
                found.append(self.code.value(written_item(item)))
            except Unwritable as why:
                self.tell(f"its metadata {type(written_item(item)).__name__} is not written: {why}")
        if not found:
            return inner
        if isinstance(inner, Brackets) and inner.opening == f"{self.code.typing('Annotated')}[":
            return subscript(self.code.typing("Annotated"), *inner.items, *found)
        return self.code.annotated(inner, *found)

    def model(self, node: nodes.ModelNode) -> Expression:
        if kind_of_base(node.cls) is not None:
            return self.base or self.code.typing("Any")
        name = self.code.model(node.cls)
        parameters = self.parameters(node.cls)
        if not parameters:
            if node.arguments or any(unbound(item) is not Any for item in getattr(node.cls, "__parameters__", ())):
                self.tell(f"the type arguments of {node.cls.__name__} are lost")
            return name
        if not node.arguments and origin_of(node.cls) is self.code.current:
            arguments: list[Expression] = [*map(self.code.variable, parameters)]
        else:
            given = [node.arguments.get(item, unbound(item)) for item in parameters]
            arguments = [self.argument(one) for item in given for one in (item if isinstance(item, tuple) else (item,))]
        if name.startswith('"'):
            return f'"{name[1:-1]}[{", ".join(map(text_of, arguments))}]"'
        return subscript(name, *arguments)

    def argument(self, argument: Any) -> Expression:
        if isinstance(argument, nodes.Node):
            return self.written(argument)
        has_variables = is_variable(argument) or bool(getattr(argument, "__parameters__", ()))  # which parsing loses
        return self.code.spelled(argument) if has_variables else self.written(parse(argument, holder=self.code.kind))


def _is_alias_to_import(node: nodes.Node) -> bool:
    """Whether a type is an alias that means the same in every kind."""
    named = node.named
    return (
        named is not None
        and typing_objects.is_typealiastype(named.of)
        and not named.arguments
        and place_of(named.of) is not None
        and not any(isinstance(item, nodes.ModelNode | nodes.RefinedNode) for item in nodes.walk(node))
    )
