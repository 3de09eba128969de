"""`ValueConverter`: what one annotation does to a value; where values go; and what all converters need."""

from __future__ import annotations

import copy
import dataclasses
import functools
from collections.abc import Callable
from typing import Any, Protocol

from type_safe_convert.errors import ConversionError, NestingTooDeepError, ValueConversionError, describe_value
from type_safe_convert.model.kind import Traits, get_kind
from type_safe_convert.model.source import Callee, SourceWriter
from type_safe_convert.registry import KindName, kind_of_base, kind_of_class, label_of
from type_safe_convert.types import nodes
from type_safe_convert.types.render import render

# Results by the identity of their sources: see `Conversion.known` and `copying.copy_value`.
Memo = dict[Any, Any] | None
Convert = Callable[[Any, Memo], Any]

ATOMIC = frozenset(nodes.IMMUTABLE_SCALARS)

# The depth of a value that no constructor looks at; that of a field's own value is 0.
INSIDE = 1000


class ValueConverter:
    """Converts the values of one annotation: the meaning of the conversion, and its fast path in generated functions.

    Three laws hold. Where the test of `passes` is true, `convert` returns the value as it is; where that of `simple`
    is, it returns what the expression gives; and the lines of `write` have the result, or the error, of `convert`.

    Attributes:
        convert: `convert(value, memo)` is the meaning: complete, and with paths in its errors.
        exact: the class whose instances, and no others, pass as they are; None where there is no such class.
        scalar: the class of the values that pass, as far as comparing goes (an int may stand for a float); None where
            that is not known.
        optional: of a union of one member with None, the converter of the other member.
        usual: the class of containers that the lines convert; None for other values.
        takes_none: whether the lines of `write` test for None themselves.
        retries: whether `convert` may still take what the call of `call` refuses.
        runs_user_code: whether the call of `call` may raise anything, of which `convert` knows the place.
    """

    __slots__ = ("convert",)

    convert: Convert
    exact: type | None = None
    scalar: type | None = None
    optional: ValueConverter | None = None
    usual: type | None = None
    takes_none = False
    retries = False
    runs_user_code = False

    def passes(self, source: SourceWriter, var: str) -> str | None:
        """A test that is true only of values which `convert` returns as they are; None where there is none."""
        return None

    def simple(self, source: SourceWriter, var: str) -> tuple[str, str] | None:
        """A test, and the expression that gives what `convert` makes of the values for which it is true; None where
        there is none."""
        condition = self.passes(source, var)
        return None if condition is None else (condition, var)

    def write(self, source: SourceWriter, var: str, otherwise: str) -> None:
        """Adds the lines that convert the value of `var`; `otherwise` calls `convert` for whatever is not common."""
        source.add(2, f"{var} = {otherwise}")

    def call(self, source: SourceWriter, var: str) -> str | None:
        """The call that converts an item, of generated functions alone; None where that is for `convert`."""
        return None

    def conversion_of(self, cls: type) -> ClassConversion | None:
        """The conversion that `convert` runs for the models of a class, whatever their values; None where that is not
        known, or `convert` does more."""
        return None


# By the class of a node: makes its converter, of the node, the target, the node of the source's field in the same
# place (or None), and the depth as above.
HANDLERS: dict[type[nodes.Node], Callable[[Any, Target, nodes.Node | None, int], ValueConverter]] = {}


def converter_for(
    node: nodes.Node, target: Target, source: nodes.Node | None = None, depth: int = INSIDE
) -> ValueConverter:
    """The converter of values of a node.

    Args:
        source: the node of the source's field, where it stands in the same place as `node`.
        depth: how many dicts of a field's value the values are inside; INSIDE for any other place.
    """
    if node.named is None or not node.children():
        return _make_converter(node, target, source, depth)
    # A named annotation may be met in many places, also by way of others.
    known, key = target.recursions, (node, source, depth)
    if key not in known:
        known[key] = _make_converter(node, target, source, depth)
    converter: ValueConverter = known[key]
    return converter


def _make_converter(node: nodes.Node, target: Target, source: nodes.Node | None, depth: int) -> ValueConverter:
    converter = HANDLERS[type(node)](node, target, source, depth)
    return converter if target.rules is None else target.rules.coerced(node, target, source, converter)


class ValueRules(Protocol):
    """A user's rules for single values.

    Attributes:
        enums_by_value: whether text stands for the member of an enum with this value, before that with this name.
    """

    enums_by_value: bool

    def coerced(
        self, node: nodes.Node, target: Target, source: nodes.Node | None, converter: ValueConverter
    ) -> ValueConverter:
        """The converter of a node, or one that coerces values for it first."""

    def may_coerce(self, source: nodes.Node, node: nodes.Node) -> bool:
        """Whether values of `source` may be coerced to such of `node`."""

    def coerces(self, cls: type, node: nodes.Node) -> bool:
        """Whether a function makes a value of `node` from one of a class."""

    def is_mapped(self, source: type, target: type) -> bool:
        """Whether a rule says how instances of an origin class, or of its bases, become a `target`."""


class ClassConversion(Protocol):
    """The conversion of all instances of a class."""

    def cache_in(self, table: dict[Any, Convert], key: Any) -> Convert:
        """The function, put into a table of functions once it is compiled."""


@dataclasses.dataclass(frozen=True)
class Target:
    """The target of values.

    Attributes:
        kind: the kind of the target class.
        origin_kind: the kind of the target class's origin; equal to `kind` when the target is that class.
        source_kind: the kind that values come from.
        same_family: whether source and target are of one family, so that what is outside an annotation is carried.
        checked: whether values are checked; unchecked ones only get the types that the target has for them.
        check_only: whether models stay as they are (construction and assignment of a generated class), not converted.
        model: `model(node, stays, source)` gives the function that converts a value in a place with that node; `stays`:
            whether the class stands for itself in every kind; `source`: the node of that place in the source.
        callee: `callee(node, source_declared)` gives the conversion whose function lines can call for a value in such a
            place, where the source declares that class; None where there is no telling.
        direct: `direct(node, source, cls)` gives the conversion of all instances of a class in such a place; None where
            their values, or the place, say more.
        described: `described(node, source)` gives the classes of the source's values in such a place, where they do not
            tell them; else None. `made_as(node)`: likewise of a generated target, whose values will not tell them.
        way_back: `way_back(node)` gives the function that converts values in such a place of that target back; None
            where all models tell their classes.
        any_model: `any_model(value, memo, target)` converts a model where anything may stand.
        becomes_models: whether each model that no other one holds becomes one of a kind, such as describe tuples, too.
        enum_values: whether the source is a model that holds the values of enum members instead of these.
        encoded: whether a value for `Json` is the text from which the target's validator makes the value.
        rules: what rules say of single values; None without rules, and within a family.
        likenesses: how much of the models of one class would arrive in another.
        recursions: the converters of annotations that contain themselves, so that each is made once.
    """

    kind: KindName
    origin_kind: KindName
    source_kind: KindName
    same_family: bool
    checked: bool
    check_only: bool
    model: Callable[[nodes.ModelNode, bool, nodes.Node | None], Convert]
    any_model: Callable[[Any, Memo, Target], Any]
    callee: Callable[[nodes.ModelNode, type | None], Callee | None] = lambda node, source_declared: None
    direct: Callable[[nodes.ModelNode, nodes.Node | None, type], ClassConversion | None] = lambda node, source, cls: (
        None
    )
    described: Callable[[nodes.Node, nodes.Node | None], Any] = lambda node, source: None
    made_as: Callable[[nodes.Node], Any] = lambda node: None
    way_back: Callable[[nodes.Node], Convert | None] = lambda node: None
    becomes_models: bool = False
    enum_values: bool = False
    encoded: bool = False
    rules: ValueRules | None = None
    likenesses: dict[Any, Any] = dataclasses.field(default_factory=dict, compare=False, repr=False)
    recursions: dict[Any, Any] = dataclasses.field(default_factory=dict, compare=False, repr=False)

    @property
    def into_origin(self) -> bool:
        """Whether the target is an origin class: a class that a user wrote."""
        return self.kind == self.origin_kind

    @functools.cached_property
    def traits(self) -> Traits:
        return get_kind(self.kind).traits

    @functools.cached_property
    def source_traits(self) -> Traits:
        return get_kind(self.source_kind).traits

    @functools.cached_property
    def origin_traits(self) -> Traits:
        return get_kind(self.origin_kind).traits

    @functools.cached_property
    def copies(self) -> int:
        """The same number for all targets for which copies of a container are the same."""
        settings = (self.kind, self.origin_kind, self.source_kind, self.same_family, self.checked)
        return _numbers.setdefault(settings, len(_numbers))

    @functools.cached_property
    def of_another_family(self) -> Target:
        return dataclasses.replace(self, same_family=False)


# By the settings of targets: there are a few dozen.
_numbers: dict[tuple[Any, ...], int] = {}


class Unfinished:
    """In a memo: that what becomes of an instance, made at once from its values, is not made yet."""

    def __init__(self, kind: KindName) -> None:
        self.kind = kind

    def error(self, instance: Any) -> ConversionError:
        """The error where the instance is inside of itself."""
        error = ValueConversionError(
            f"it is inside of itself, and {label_of(self.kind)} cannot be: it is made from finished values",
            found=describe_value(instance),
        )
        error.source = instance
        return error


class Failed:
    """In a memo: what was wrong with a value. What several others hold is looked at once, not once a path to it."""

    __slots__ = ("error", "plan", "source", "value")

    def __init__(self, plan: Any, error: ConversionError, value: Any) -> None:
        self.plan: Any = plan
        self.error: ConversionError = copy.copy(error)  # the path of the error itself grows on its way up
        self.source: object = error.source
        self.value: Any = value  # a memo goes by identity, so nothing in it may be freed

    def repeated_error(self) -> ConversionError:
        """The first of the errors that were found, for one more place of the value."""
        error = copy.copy(self.error)
        error.errors = ()
        error.source = self.source
        return error


def forget(memo: Memo, instance: Any, key: Any) -> None:
    """Removes the entry of a failed instance, and all later entries if its incomplete result was handed out.

    Generated functions note that at `~id(instance)`. Later entries may refer to the incomplete result.
    """
    if memo is None or key not in memo:
        return
    if ~id(instance) not in memo:
        del memo[key]
        return
    last, failed = None, {}
    while last != key:
        last, made = memo.popitem()
        if type(made) is Failed:
            failed[last] = made
    memo.update(failed)


def remembering(function: Convert) -> Convert:
    """`function`, called once for each value in a conversion, in however many places that stands."""

    def convert(value: Any, memo: Memo) -> Any:
        if type(value) in ATOMIC:
            return function(value, memo)
        if memo is None:
            memo = {}
        key = (id(value), function)
        known = memo.get(key)
        if known is not None:
            if type(known) is Failed:
                raise known.repeated_error()
            return known[1]
        try:
            made = function(value, memo)
        except NestingTooDeepError:
            raise
        except ConversionError as error:
            memo[key] = Failed(None, error, value)
            raise
        memo[key] = (value, made)
        return made

    return convert


def model_class(node: nodes.Node) -> type | None:
    """The class of a node that is a model, or a NamedTuple or TypedDict; None for any other node."""
    match node:
        case nodes.ModelNode(cls=cls) if kind_of_base(cls) is None:
            return cls
        case nodes.TupleNode(cls=cls) | nodes.TypedDictNode(cls=cls) if kind_of_class(cls) is not None:
            return cls
    return None


def value_model(node: nodes.Node, cls: type, target: Target, source: nodes.Node | None) -> Convert | None:
    """Makes an instance of `cls`, a NamedTuple or TypedDict, from a model of another class that stands in its place
    where the source is of another family; None where none can."""
    if target.same_family or target.check_only or kind_of_class(cls) is None:
        return None
    arguments = {} if node.named is None else node.named.arguments
    return target.model(nodes.ModelNode(node.annotation, cls, arguments), True, source)


def mismatch(value: Any, expected: str) -> ValueConversionError:
    return ValueConversionError(expected=expected, found=describe_value(value))


def none_fits_anywhere(target: Target) -> bool:
    """Whether None passes whatever the annotation: where any field of the kind may be None, and within a family, where
    it is carried as it is."""
    return target.same_family or target.traits.any_field_may_be_none


def name_of(node: nodes.Node) -> str:
    """The annotation for a reader of errors: without the metadata, of which each error tells what matters."""
    annotation = render(node, _without_metadata)
    if annotation is None:
        return "None"
    return annotation.__name__ if isinstance(annotation, type) else str(annotation).replace("typing.", "")


def _without_metadata(node: nodes.Node) -> Any:
    if (alias := nodes.large_alias(node)) is not None:
        return alias
    return render(node.inner, _without_metadata) if isinstance(node, nodes.AnnotatedNode) else NotImplemented
