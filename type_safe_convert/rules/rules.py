"""`Rules`: what a user says of the way from classes of one design to classes of another."""

from __future__ import annotations

import contextlib
import enum
import pickle
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar, overload

from type_safe_convert.conversion.checks import check_classes
from type_safe_convert.conversion.conversion import Conversion
from type_safe_convert.conversion.pair import FieldRule
from type_safe_convert.conversion.pickling import calling_modules, find_rules, function_name, place_of
from type_safe_convert.conversion.type_conversion import TypeConversion, type_conversion
from type_safe_convert.errors import (
    ClassConversionError,
    ConversionError,
    MissingFieldError,
    describe_value,
)
from type_safe_convert.generated_class import origin_in
from type_safe_convert.lookup import conversion_between, conversion_for
from type_safe_convert.model.family import LOCK, counterpart, lineage, origin_of, record_of
from type_safe_convert.model.waiting import pending
from type_safe_convert.registry import kind_of_class
from type_safe_convert.rules.coercions import (
    CoercingConverter,
    EnumCoercion,
    class_of,
    function_for,
    may_apply,
    refuse_coercion,
)
from type_safe_convert.rules.fields import rule_of
from type_safe_convert.rules.lax import lax_converter
from type_safe_convert.rules.problems import merged, placed, wrong_maps
from type_safe_convert.rules.reversal import OneWay, turn_round
from type_safe_convert.rules.with_values import WithValues, not_given
from type_safe_convert.types import nodes
from type_safe_convert.values.base import Target, ValueConverter
from type_safe_convert.values.members import hand_written_counterpart

if TYPE_CHECKING:
    from typing_extensions import TypeForm

    from type_safe_convert.static_types import (
        AnyBaseModel,
        AnyKindName,
        AnyTypeSafe,
        BaseModelName,
        Container,
        ConverterByRules,
        OtherKindName,
        TypeSafeName,
    )

    Values: TypeAlias = Mapping[str, Any] | None

S = TypeVar("S")
T = TypeVar("T")
Several = TypeVar("Several", bound="Container")


class Rules:
    """Rules for conversions between classes of different designs: sources of fields, and coercions of values.

    Rules apply at any depth, and to subclasses of the mapped classes. If several rules set a field, the rule of the
    nearest class applies. Rules are frozen as soon as they made a converter; threads may share the converter.

    Attributes:
        by_alias: whether fields also match by an alias of either side.
        lax: whether values are coerced as in the lax mode of pydantic's conversion table.
        keep_unset: whether a field that is unset in the source gets the target's default, so that a pydantic model
            keeps its `model_fields_set`.
        one_way: the rules without a way back, if `reversed` returned these rules.
        plans: the conversions by these rules; they are collected with the rules.
    """

    def __init__(self, *, by_alias: bool = False, lax: bool = False, keep_unset: bool = False) -> None:
        self.by_alias = by_alias
        self.lax = self.enums_by_value = lax
        self.keep_unset = keep_unset
        self.one_way: tuple[OneWay, ...] = ()
        self.plans: dict[Any, Any] = {}
        self._modules = calling_modules()  # in which the rules may be a global
        self._maps: dict[tuple[type, type], dict[str, FieldRule]] = {}
        self._coercions: dict[type, dict[type, Callable[[Any], Any]]] = {}
        self._problems: list[ConversionError] = []
        self._users: list[None] = []  # one for each thread that makes a function now
        # The functions that were handed out: of a conversion, and by the classes of `convert`.
        self._functions: dict[Conversion | TypeConversion, Callable[..., Any]] = {}
        self._by_classes: dict[Any, Callable[..., Any]] = {}

    # what the rules say

    def map(self, source: type, target: type, fields: Mapping[str, Any] | None = None) -> None:
        """Maps instances of `source` to `target`, and sets the sources of fields.

        Args:
            fields: the source of each field by its name in the target: a path in the source (`"customer.name"`, or a
                tuple of names), a function of the source instance, a `Constant`, `Given()` or `SKIP`. Other fields
                match by name.

        Raises:
            NotAModelError: `source` or `target` is no model class.
            ClassConversionError: these rules already made a converter.
        """
        key = (origin_of(source), origin_of(target))
        if not isinstance(fields, Mapping | None):
            raise ClassConversionError(
                "rules are given by field", expected="a dict by the names of fields", found=describe_value(fields),
                source_class=source, target_class=target,
            )  # fmt: skip
        found = {name: rule_of(said) for name, said in (fields or {}).items()}
        with self._change():
            self._maps.setdefault(key, {}).update(found)

    @overload
    def coerce(self, source: type[S], target: type[T], function: Callable[[S], T]) -> None: ...

    @overload
    def coerce(self, source: type[enum.Enum], target: type[enum.Enum]) -> None: ...

    def coerce(self, source: type, target: type, function: Callable[[Any], Any] | None = None) -> None:
        """Sets the function that converts values of `source` and its subclasses, wherever the target declares `target`.

        Args:
            function: returns the new value. Two enums need no function: a member becomes the member with the same
                value, or else with the same name.

        Raises:
            ClassConversionError: the arguments are not two classes and a function of one argument, or these rules
                already made a converter.
        """
        refuse_coercion(source, target, function)
        with self._change():
            if function is None:
                function = EnumCoercion(source, target)
                if function.fits_none:
                    problem = ClassConversionError("no member has the value or name of one")
                    self._problems.append(placed(problem, "", source, target))
            self._coercions.setdefault(origin_in(target) or target, {})[origin_in(source) or source] = function

    @contextlib.contextmanager
    def _change(self) -> Iterator[None]:
        with LOCK:
            if self._functions or self._users:
                raise ClassConversionError("the rules have a converter already: they cannot change any more")
            self.plans.clear()  # what was planned when there was something wrong
            yield

    def reversed(self, source: type, target: type) -> Rules:
        """Returns the rules of the way back, from `source` to `target`: reversed renames, paths and enum coercions.

        `one_way` of the result lists the rules that cannot be reversed, such as functions. You can add rules for these.

        Raises:
            ClassConversionError: a required field of `target`, or of a nested model, has no source.
        """
        # A plan would not see what is changed later, so the second ones are judged.
        made, judged = (Rules(by_alias=self.by_alias, lax=self.lax, keep_unset=self.keep_unset) for _ in range(2))
        turn_round(self._maps, self._coercions, made)
        turn_round(self._maps, self._coercions, judged)
        found = check_classes(judged.conversion(source, target, True, False))
        problems = [each for problem in found for each in problem.errors or (problem,)]
        if missing := [problem for problem in problems if isinstance(problem, MissingFieldError)]:
            raise merged(missing)
        made._modules += self._modules
        return made

    # conversions

    @overload
    def converter(
        self, source: type[S], target: type[T], *, forbid_extra: bool = False, validate: bool = True
    ) -> ConverterByRules[S, T]: ...
    @overload
    def converter(
        self, source: TypeForm[S], target: TypeForm[T], *, forbid_extra: bool = False, validate: bool = True
    ) -> ConverterByRules[S, T]: ...
    @overload
    def converter(  # type: ignore[overload-overlap]  # containers first: they are classes, too
        self, source: type[Several], target: AnyKindName, *, forbid_extra: bool = False, validate: bool = True
    ) -> ConverterByRules[Several, Any]: ...
    @overload
    def converter(
        self, source: type[S], target: BaseModelName, *, forbid_extra: bool = False, validate: bool = True
    ) -> ConverterByRules[S, AnyBaseModel]: ...
    @overload
    def converter(
        self, source: type[S], target: TypeSafeName, *, forbid_extra: bool = False, validate: bool = True
    ) -> ConverterByRules[S, AnyTypeSafe]: ...
    @overload
    def converter(
        self, source: TypeForm[S], target: AnyKindName, *, forbid_extra: bool = False, validate: bool = True
    ) -> ConverterByRules[S, Any]: ...
    def converter(
        self,
        source: TypeForm[S],
        target: TypeForm[T] | AnyKindName,
        *,
        forbid_extra: bool = False,
        validate: bool = True,
    ) -> ConverterByRules[S, T]:
        """Returns the function that converts instances of `source` to `target` by these rules.

        If a field of the class `target` is `Given()`, the function takes its value by `values=`. The arguments are
        those of `type_safe_convert.converter`.

        Raises:
            NotAModelError: `source` or `target` is no model class or type.
            ClassConversionError: the rules are wrong; `errors` lists all problems.
        """
        with self._use():
            asked = (source, target, validate or self.lax, forbid_extra)  # only a check shows what is to be coerced
            return self._function_of(self.conversion(*asked), (self, *asked))

    @contextlib.contextmanager
    def _use(self) -> Iterator[None]:
        """Keeps the rules as they are; without the lock, since a user's default factories are called to check them."""
        with LOCK:  # waits for a change
            self._users.append(None)
        try:
            yield
        finally:
            self._users.pop()

    def _function_of(self, found: Conversion | TypeConversion, made_by: tuple[Any, ...]) -> Callable[..., Any]:
        """Returns the result of `converter`. Raises ClassConversionError where the rules are wrong."""
        function = self._functions.get(found)
        if function is None:
            self._check(found)
            takes = isinstance(found, Conversion) and found.plan.from_call and WithValues(found, made_by)
            function = self._functions.setdefault(found, takes or found.compiled())
        if isinstance(found, Conversion) and function is found.run:  # the rules may have become a global since
            found.run.__name__ = found.run.__qualname__ = function_name(found.pair)
        return function

    @overload
    def convert(
        self, obj: Any, to: type[T], *, values: Values = None, forbid_extra: bool = False, validate: bool = True
    ) -> T: ...
    @overload
    def convert(
        self, obj: Any, to: TypeForm[T], *, values: Values = None, forbid_extra: bool = False, validate: bool = True
    ) -> T: ...
    @overload
    def convert(
        self,
        obj: Container,
        to: AnyKindName,
        *,
        values: Values = None,
        forbid_extra: bool = False,
        validate: bool = True,
    ) -> Any: ...
    @overload
    def convert(
        self, obj: Any, to: BaseModelName, *, values: Values = None, forbid_extra: bool = False, validate: bool = True
    ) -> AnyBaseModel: ...
    @overload
    def convert(
        self, obj: Any, to: TypeSafeName, *, values: Values = None, forbid_extra: bool = False, validate: bool = True
    ) -> AnyTypeSafe: ...
    @overload
    def convert(
        self, obj: Any, to: OtherKindName, *, values: Values = None, forbid_extra: bool = False, validate: bool = True
    ) -> Any: ...
    def convert(
        self,
        obj: Any,
        to: TypeForm[T] | AnyKindName,
        *,
        values: Values = None,
        forbid_extra: bool = False,
        validate: bool = True,
    ) -> T:
        """Returns `obj` as an instance of `to`, by these rules.

        Args:
            to: as in `type_safe_convert.convert`.
            values: the values of the fields of `to` that are `Given()`, by name.

        Raises:
            NotAModelError: `obj` or `to` is no model.
            ClassConversionError: the rules are wrong; `errors` lists all problems.
            ConversionError: a value does not fit; the error has its `path` and `source_path`.
        """
        key = (type(obj), to, validate or self.lax, forbid_extra)
        is_name = isinstance(to, type | str)  # types that are equal may have their members in another order
        function = self._by_classes.get(key) if is_name and not pending else None
        if function is None:
            with self._use():
                found = self._coerced(type(obj), *key[1:]) or conversion_for(obj, to, *key[2:], self)
                function = self._function_of(found, (self, *key))
                if is_name and not pending:
                    self._by_classes[key] = function
        if isinstance(function, WithValues):
            return function(obj, values=values or {})
        if values:
            raise not_given(values, None if is_name else to)
        return function(obj)

    def conversion(self, source: Any, target: Any, validate: bool, forbid_extra: bool) -> Conversion | TypeConversion:
        """The conversion of values of `source`, without a look at what may be wrong."""
        found = self._coerced(source, target, validate, forbid_extra)
        return found or conversion_between(source, target, validate, forbid_extra, self)

    def _coerced(self, source: Any, target: Any, validate: bool, forbid_extra: bool) -> TypeConversion | None:
        """The conversion of a class that a coercion is for, as in a place that declares the target; None of others."""
        are_classes = isinstance(source, type) and isinstance(target, type) and kind_of_class(target) is not None
        if not are_classes or not self.coerces(source, nodes.ModelNode(target, target)):
            return None
        return type_conversion(source, target, validate, forbid_extra, self)

    def _check(self, found: Conversion | TypeConversion) -> None:
        """Raises ClassConversionError with all that is wrong with the rules, and with the classes of a conversion."""
        if problems := [*self._problems, *wrong_maps(self._maps, self), *check_classes(found)]:
            raise merged(problems)

    @property
    def place(self) -> str | None:
        """`package.module:name` of the global that the rules are; None where they are none."""
        return place_of(self, self._modules)

    def __reduce__(self) -> Any:
        if self.place is None:
            raise pickle.PicklingError("only rules that are a global of a module pickle, by its name")
        return find_rules, (self.place,)

    # what conversions ask

    def fields_for(self, source: type, target: type) -> Mapping[str, FieldRule] | None:
        """The rules of the fields, that of the nearest class for each; None where the classes are not mapped."""
        found: dict[str, FieldRule] = {}
        is_mapped = False
        above = lineage(target)
        for cls in lineage(source):
            for other in above:
                rules = self._maps.get((cls, other))
                if rules is not None:
                    is_mapped = True
                    found = {**rules, **found}
        return found if is_mapped else None

    def target_of(self, source: type, target: type) -> type | None:
        """The class at or below `target` to which `source` is mapped; None where there is none."""
        origin = origin_of(target)
        for cls in lineage(source):
            found = next((to for of, to in self._maps if of is cls and origin in lineage(to)), None)
            if found is None:
                continue
            if cls is not source:
                by_name = hand_written_counterpart(source, target)
                if by_name is not target:
                    return by_name
            return (
                target if found is origin else found if origin is target else counterpart(found, record_of(target).kind)
            )
        return None

    def is_mapped(self, source: type, target: type) -> bool:
        """Whether there is a rule for these two classes or classes above them."""
        return any((cls, other) in self._maps for cls in lineage(source) for other in lineage(target))

    def names(self, source: type, target: type) -> bool:
        """Whether a rule is for just these two classes."""
        return (source, target) in self._maps

    def coerces(self, cls: type, node: nodes.Node) -> bool:
        """Whether a function of `coerce` makes a value of `node` from one of a class."""
        declared = class_of(node)
        coercions = None if declared is None else self._coercions.get(declared)
        return declared is not None and bool(coercions and function_for(cls, declared, coercions))

    def may_coerce(self, source: nodes.Node, node: nodes.Node) -> bool:
        """Whether a coercion may make a value of `node` from one of `source`."""
        declared, found = class_of(node), class_of(source)
        if self.lax or declared is None or found is None:
            return self.lax
        return may_apply(self._coercions.get(declared, {}), found)

    def coerced(
        self, node: nodes.Node, target: Target, source: nodes.Node | None, converter: ValueConverter
    ) -> ValueConverter:
        """The converter, behind the coercions that apply to it."""
        if self.lax:
            converter = lax_converter(converter, node, target, source, self)
        return self.coerced_by_function(node, target, source, converter)

    def coerced_by_function(
        self, node: nodes.Node, target: Target, source: nodes.Node | None, converter: ValueConverter
    ) -> ValueConverter:
        """The converter, or one that asks the functions of `coerce` first."""
        declared = class_of(node) if self._coercions else None
        coercions = None if declared is None else self._coercions.get(declared)
        if declared is None or coercions is None:
            return converter
        return CoercingConverter(converter, node, declared, coercions, source, target)
