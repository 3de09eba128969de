"""Values of unions: converted by the member that the value had, before the first that fits."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import Any

from type_safe_convert.errors import ConversionError, MissingFieldError, NestingTooDeepError
from type_safe_convert.model.described import is_described
from type_safe_convert.model.family import value_kind
from type_safe_convert.model.hashing import is_paired
from type_safe_convert.model.shape import MISSING
from type_safe_convert.model.source import SourceWriter
from type_safe_convert.registry import kind_of_base, kind_of_class
from type_safe_convert.types import nodes
from type_safe_convert.values.base import (
    INSIDE,
    Convert,
    Memo,
    Target,
    ValueConverter,
    converter_for,
    mismatch,
    model_class,
    name_of,
)
from type_safe_convert.values.containers import becomes_plain, begin_retry, end_retry
from type_safe_convert.values.described import check_way_back
from type_safe_convert.values.members import (
    Tags,
    by_discriminator,
    likeness,
    tags_of_union,
    told_by,
)
from type_safe_convert.values.ranks import ambiguous_collections, ambiguous_primitives, flatten, rank


class UnionConverter(ValueConverter):
    """Converts a value by the member that it is nearest to, and by the others where that refuses it.

    Attributes:
        table: by the exact class of a value, the function of the member that it is nearest to.
        described: the classes of values that do not tell them; made_as: those in the target that will not.
        way_back: converts a value back, where members are containers of models that do not tell their classes.
        several: whether the value itself has to decide between models, which are of another family than its own.
        several_values: whether a model has to, between NamedTuples and TypedDicts.
    """

    __slots__ = (
        "by_class", "converters", "described", "discriminator", "expected", "functions", "made_as", "members",
        "optional", "rest", "retries", "runs_user_code", "several", "several_values", "table", "tags",
        "takes_none", "target", "way_back",
    )  # fmt: skip

    def __init__(
        self, node: nodes.UnionNode, target: Target, source: nodes.Node | None = None, depth: int = INSIDE
    ) -> None:
        self.target: Target = target
        members = flatten(node)
        self.members: list[nodes.Node] = members
        rest = [member for member in members if not nodes.is_none(member)]
        self.rest: list[nodes.Node] = rest
        is_optional = len(node.members) == len(members) == 2 and len(rest) == 1
        if isinstance(source, nodes.UnionNode) and is_optional:
            others = [member for member in source.members if not nodes.is_none(member)]
            source = others[0] if len(others) == 1 else None
        self.described: Any = target.described(node, source)
        self.made_as: Any = target.made_as(node)
        self.way_back: Convert | None = target.way_back(node)
        if self.way_back is not None and not _contain_alike(members, target.kind):
            self.way_back = None
        takes_source = is_optional or self.described is not None
        of_plain = source if is_optional and becomes_plain(rest[0], source) else None
        self.converters: list[ValueConverter] = [
            converter_for(member, target, source if takes_source and _takes_source(member, target) else of_plain)
            for member in members
        ]
        self.optional: ValueConverter | None = self.converters[members.index(rest[0])] if is_optional else None
        self.takes_none: bool = is_optional
        self.functions: list[tuple[nodes.Node, Convert]] = [*zip(members, self.functions_of(), strict=True)]
        self.retries: bool = self.optional is None or self.optional.retries
        self.runs_user_code: bool = self.optional is not None and self.optional.runs_user_code
        self.table: dict[type, Convert] = {}
        self.by_class: dict[type, tuple[list[tuple[nodes.Node, Convert]], bool, bool]] = {}
        # Walks over all that the members refer to: seconds for many TypedDicts, so only where the number matters.
        self.several: bool = (
            not target.same_family and sum(any(map(_is_model, nodes.walk(member))) for member in members) > 1
        )
        self.several_values: bool = (
            not target.same_family and sum(model_class(_plain(member)) is not None for member in members) > 1
        )
        decides = self.several or self.several_values
        self.discriminator: Callable[[Any], int | None] | None = (
            by_discriminator(members, node.choose) if decides else None
        )
        self.tags: Tags | None = tags_of_union(members) if decides else None
        self.expected: str = " or ".join(map(name_of, members))

    def functions_of(self) -> Iterator[Convert]:
        """The functions of the members; what another member claims too in its plain form keeps its class."""
        primitives, collections = ambiguous_primitives(self.members), ambiguous_collections(self.members)
        for member, converter in zip(self.members, self.converters, strict=True):
            if isinstance(member, nodes.RefinedNode) and member.cls in primitives:
                yield _kept(member.cls, converter.convert)
                continue
            container: nodes.ContainerType | None = getattr(member, "container", None)
            is_kept = container is not None and container.cls in collections
            yield _kept_container(container, converter.convert) if container and is_kept else converter.convert

    def ordered(self, cls: type) -> tuple[list[tuple[nodes.Node, Convert]], bool, bool]:
        """The members with their functions, the nearest first; whether only the first is of that class at all; and
        whether the value itself decides between several models."""
        ranked = sorted(self.functions, key=lambda pair: rank(pair[0], cls))
        is_model = kind_of_class(cls) is not None and value_kind(cls) is None
        if is_model:  # no scalar member fits a model, and its error would describe the whole model
            ranked = [pair for pair in ranked if not isinstance(pair[0], _SCALARS) or self.takes(cls, pair[0])]
        meant = sum(rank(member, cls) < 2 for member in self.members) == 1
        holds_models = is_model or issubclass(cls, dict | list | tuple | set | frozenset)
        told = (self.several and holds_models) or (self.several_values and kind_of_class(cls) is not None)
        told = told and bool(ranked) and rank(ranked[0][0], cls) > 0
        if len(self.by_class) < 1000:
            self.by_class[cls] = ranked, meant, told
        return ranked, meant, told

    def takes(self, cls: type, member: nodes.Node) -> bool:
        """Whether a scalar may be made of an instance of a model class."""
        rules = self.target.rules
        return rank(member, cls) < 2 or (rules is not None and rules.coerces(cls, member))

    def nearest(
        self, value: Any, ranked: list[tuple[nodes.Node, Convert]], cls: type
    ) -> list[tuple[nodes.Node, Convert]]:
        """The members in the order in which they take most of a value of `cls` that is of none of them."""
        chosen = None if self.discriminator is None else self.discriminator(value)
        described = None if cls is type(value) else cls
        has_fields = described is not None or kind_of_class(cls) is not None
        is_model = has_fields and (described is not None or value_kind(cls) is None)
        if chosen is None and has_fields and self.tags is not None:
            chosen = self.tags.told_by(value, cls)
        return sorted(
            ranked,
            key=lambda pair: (
                chosen is None or pair[0] is not self.members[chosen],
                not any(map(model_class, nodes.walk(pair[0]))) if is_model else rank(pair[0], cls),
                [-number for number in likeness(value, pair[0], self.target, cls=described)],
            ),
        )

    def convert(self, value: Any, memo: Memo) -> Any:
        if value is None:
            for member in self.members:
                if nodes.accepts_none(member):
                    return None
        cls = type(value) if self.described is None else self.described.class_in(value)
        known = self.table.get(cls) if cls is not type(value) else None  # else the lines have called it
        if known is not None:
            try:
                return known(value, memo)
            except NestingTooDeepError:
                raise
            except ConversionError:  # of one of several members, perhaps
                pass
        return self.convert_by_look(value, memo, cls)

    def convert_by_look(self, value: Any, memo: Memo, cls: type) -> Any:
        """`convert` for a value of `cls`, by the nearest member, and by the others where that refuses it."""
        errors: list[ConversionError] = []
        ranked, meant, told = self.by_class.get(cls) or self.ordered(cls)
        if told:
            ranked = self.nearest(value, ranked, cls)
        for member, function in ranked:
            try:
                made = function(value, memo)
            except NestingTooDeepError:
                raise
            except ConversionError as error:
                errors.append(error)
                continue
            if self.way_back is not None:
                check_way_back(value, made, self.way_back)
            if self.made_as is not None:
                self.made_as.check_value(value, made, cls, self.target.kind)
            elif self.way_back is None and not errors and cls not in self.table:
                self.note_nearest(cls, function, member)
            return made
        if self.optional is not None and isinstance(self.rest[0], nodes.ModelNode):
            # As the lines have it, which test for None and call the function of the model.
            raise next(error for (member, _), error in zip(ranked, errors, strict=True) if member is self.rest[0])
        named = None if meant else _error_by_tag(value, [member for member, _ in ranked], errors)
        if named is None and errors:
            deepest = max(errors, key=lambda error: len(error.path))
            named = deepest if deepest.path else errors[0] if meant else None
        raise mismatch(value, self.expected) if named is None else named

    def note_nearest(self, cls: type, function: Convert, member: nodes.Node) -> None:
        """Puts the function for values of a class into the table, if the class tells it, or a text in one attribute."""
        if len(self.table) >= 1000:
            return
        ranked, _, several = self.ordered(cls)
        tag = self.told_by(cls) if several else ""
        if tag:
            self.table[cls] = self.by_tag(tag, ranked, cls)
        elif tag is not None:
            model = kind_of_class(cls) is not None and value_kind(cls) is None and not is_described(cls)
            found = self.converters[self.members.index(member)].conversion_of(cls) if model else None
            if found is None:
                self.table[cls] = function
            else:
                found.cache_in(self.table, cls)

    def told_by(self, cls: type) -> str | None:
        """The attribute whose text tells the member for models of a class; empty where the class does, and None where
        it takes more."""
        if self.discriminator is not None:
            return None
        if self.tags is not None and kind_of_class(cls) is not None:
            if self.tags.told_by_class(cls):
                return ""
            if self.tags.is_beside:
                return None
        return told_by(cls, self.members, self.target)

    def by_tag(self, name: str, ranked: list[tuple[nodes.Node, Convert]], cls: type) -> Convert:
        """`convert` for values of a class of which the text in one attribute tells the nearest member."""
        functions: dict[str, Convert] = {}
        read: Callable[..., Any] = dict.get if is_described(cls) else getattr

        def convert(value: Any, memo: Memo) -> Any:
            tag = read(value, name, None)
            if type(tag) is not str:
                return self.convert_by_look(value, memo, cls)
            function = functions.get(tag)
            if function is None:
                function = self.nearest(value, ranked, cls)[0][1]
                if len(functions) < 1000:
                    functions[tag] = function
            return function(value, memo)

        return convert

    def passes(self, source: SourceWriter, var: str) -> str | None:
        if self.optional is not None and isinstance(_plain(self.rest[0]), _SCALARS):
            condition = self.optional.passes(source, var)
            return None if condition is None else f"({var} is None or {condition})"
        classes = frozenset(converter.exact for converter in self.converters)
        if None in classes or float in classes:
            return None
        return f"type({var}) in {source.name(classes, 'classes')}"

    def simple(self, source: SourceWriter, var: str) -> tuple[str, str] | None:
        simple = None if self.optional is None else self.optional.simple(source, var)
        if simple is None or simple[1] == var or not simple[0]:
            return super().simple(source, var)
        test, made = simple
        return f"({var} is None or {test})", f"(None if {var} is None else {made})"

    def call(self, source: SourceWriter, var: str) -> str | None:
        if self.optional is None:
            if self.described or self.made_as or self.way_back:  # then the table stays empty
                source.looks_at_values = True
            nearest = source.name(self.table.get, "nearest")
            return f"{nearest}(type({var}), {source.name(self.convert, 'value')})({var}, memo)"
        call = self.optional.call(source, var)
        return None if call is None else f"(None if {var} is None else {call})"

    def write(self, source: SourceWriter, var: str, otherwise: str) -> None:
        if self.optional is None:
            begin_retry(source, 2)
            source.add(2, f"{var} = {self.call(source, var)}")
            end_retry(source, 2, var, otherwise)
            return
        if isinstance(self.rest[0], nodes.AnyNode):
            super().write(source, var, otherwise)
            return
        with source.unless_none(var):
            self.optional.write(source, var, otherwise)


# Scalars are not among these: what a refined value becomes in a union of several depends on the other members.
_WITH_MODELS = (nodes.CollectionNode, nodes.MappingNode, nodes.ModelNode)
_SCALARS = (nodes.ScalarNode, nodes.LiteralNode, nodes.EnumNode)


def _takes_source(member: nodes.Node, target: Target) -> bool:
    return isinstance(member, _WITH_MODELS) or model_class(member) is not None or target.rules is not None


def _contain_alike(members: list[nodes.Node], kind: str) -> bool:
    """Whether two members of a union are containers of which one holds models, and the other what may look like them
    in `kind`, where dicts stand for models."""
    holding = [(_form(nodes.alone(member), kind), {type(item) for item in nodes.walk(member)}) for member in members]
    return any(
        form == other_form and not found.isdisjoint(_DESCRIBED) and not other.isdisjoint(_LIKE_DESCRIBED)
        for (form, found), (other_form, other) in itertools.permutations(holding, 2)
        if form is not None
    )


def _form(node: nodes.Node, kind: str) -> type | None:
    """The class of what containers of a member look like in `kind`; None for any other value."""
    if isinstance(node, nodes.MappingNode):
        return list if is_paired(node, kind) else dict
    return list if isinstance(node, nodes.CollectionNode | nodes.TupleNode) else None


_DESCRIBED = {nodes.ModelNode, nodes.TypedDictNode}
_LIKE_DESCRIBED = {*_DESCRIBED, nodes.MappingNode, nodes.AnyNode, nodes.RecursionNode}


def _plain(node: nodes.Node) -> nodes.Node:
    return node.inner if isinstance(node, nodes.AnnotatedNode) else node


def _is_model(node: nodes.Node) -> bool:
    return isinstance(node, nodes.ModelNode) and kind_of_base(node.cls) is None


def _error_by_tag(value: Any, members: list[nodes.Node], errors: list[ConversionError]) -> ConversionError | None:
    """Returns the error of the member that the value's Literal field names, or one that it names none; None if there
    is no such field."""
    if kind_of_class(type(value)) is None:
        return None
    found = tags_of_union(members)
    if found is None:
        return None
    tag = getattr(value, found.name, MISSING)
    if tag is MISSING:
        lacking = all(isinstance(error, MissingFieldError) for error in errors)
        return found.missing(value) if lacking else None
    number = found.find(tag)
    return found.unknown(tag) if number is None else errors[number]


def _kept(cls: type, convert: Convert) -> Convert:
    return lambda value, memo: value if type(value) is cls else convert(value, memo)


def _kept_container(container: nodes.ContainerType, convert: Convert) -> Convert:
    """`convert`, but a container of that class stays one in every kind, with converted items."""

    def convert_kept(value: Any, memo: Memo) -> Any:
        made = convert(value, memo)
        if not isinstance(value, container.cls) or isinstance(made, container.cls):
            return made
        return container.like(value).make(made)

    return convert_kept
