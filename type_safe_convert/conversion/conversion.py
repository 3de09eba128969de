"""`Conversion`: the plan from one class to another, and the function that runs it.

A conversion is made once and lives on one of its two classes. The first instance is converted step by step; the second
one compiles the function.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Mapping
from typing import Any

from type_safe_convert.conversion.classes import class_for_value, classes_for_any, told_by_value
from type_safe_convert.conversion.compile import compile_plan
from type_safe_convert.conversion.interpret import Interpreter
from type_safe_convert.conversion.iterative import convert_iteratively
from type_safe_convert.conversion.locate import Locator
from type_safe_convert.conversion.pair import ClassPair, ConversionRules, OuterConversion, merge_class_errors
from type_safe_convert.conversion.places import Places
from type_safe_convert.conversion.plan import ConversionPlan
from type_safe_convert.conversion.sources import Given
from type_safe_convert.errors import ConversionError, NestingTooDeepError
from type_safe_convert.model.family import LOCK, attribute_of, counterpart, has_subclasses, record_of
from type_safe_convert.model.kind import get_kind
from type_safe_convert.model.shape import Field
from type_safe_convert.model.views import View, view_of
from type_safe_convert.registry import KindName
from type_safe_convert.types import nodes
from type_safe_convert.values.base import Convert, Failed, Memo, Target, forget
from type_safe_convert.values.described import Described
from type_safe_convert.values.fields import FieldConverter


def conversion(
    source: type,
    target: type,
    checked: bool = True,
    forbid_extra: bool = False,
    view: View | None = None,
    rules: ConversionRules | None = None,
) -> Conversion:
    """The conversion from `source` to `target`, made if there is none. Raises NotAModelError, ClassConversionError.

    `view`: how the place declares the target, if that says more than the class.
    """
    from_record, to_record = record_of(source), record_of(target)
    # Only the validator of such a model turns enum members into their values.
    checked = checked or (to_record.origin is target and get_kind(to_record.kind).holds_enum_values(target))
    key = (checked, forbid_extra) if view is None else (checked, forbid_extra, view.key)
    if rules is not None:
        return _by_rules(rules, ClassPair(source, target, checked, forbid_extra, view, rules), (source, target, *key))
    key_from, key_to = ("to", target, *key), ("from", source, *key)
    found: Any = from_record.plans.get(key_from) or to_record.plans.get(key_to)
    if found is not None:
        return found
    with LOCK:
        found = from_record.plans.get(key_from) or to_record.plans.get(key_to)
        if found is None:
            found = Conversion(ClassPair(source, target, checked, forbid_extra, view))
            if found.pair.is_held_by_source:
                from_record.plans[key_from] = found
            else:
                to_record.plans[key_to] = found
    return found


def conversion_in_place(
    cls: type, value: Any, declared: type, target: type, arguments: Mapping[Any, Any], outer: OuterConversion
) -> Conversion:
    """The conversion of a value of `cls` in a place that declares it as `declared[arguments]`, for which `target`
    stands."""
    found = class_for_value(cls, value, declared, target, outer)
    return conversion_inside(cls, found, outer, view_of(found, declared, arguments))


def conversion_inside(source: type, target: type, outer: OuterConversion, view: View | None = None) -> Conversion:
    """The conversion of models inside of `outer`, as strict and by the same rules."""
    return conversion(source, target, outer.checked, outer.forbid_extra, view, outer.rules)


def _by_rules(rules: ConversionRules, pair: ClassPair, key: Any) -> Conversion:
    """The conversion that keeps to rules; these hold it, so that it goes with them."""
    with LOCK:
        found: Conversion | None = rules.plans.get(key)
        # A record is made anew where a name in its class is resolved.
        if found is None or found.pair.records != pair.records:
            found = rules.plans[key] = Conversion(pair)
    return found


class Conversion:
    """The conversion of instances of one class to another.

    Attributes:
        run: `run(instance, memo=None)`; compiles itself at the second call.
        by_class: the compiled function for a class of instances, or the default, as `dict.get`.
    """

    def __init__(self, pair: ClassPair) -> None:
        self.pair = pair
        self.places: Places = Places(pair, conversion)
        # Weakly: this class may stay, where the functions of others that hold it come and go.
        self.callers: weakref.WeakKeyDictionary[Any, str] = weakref.WeakKeyDictionary()
        self.by_source_class: dict[type, Convert] = {}
        self.by_class: Callable[..., Any] = self.by_source_class.get
        self.calls: int = 0
        self._plan: ConversionPlan | None = None
        self.run: Callable[..., Any] = self._run_interpreted

    def _run_interpreted(self, instance: Any, memo: Memo = None, given: Given = None) -> Any:
        """Stands in for the generated function until a second instance shows that it is worth writing."""
        if not self.pair.takes(instance):  # there may be no plan for the class itself: it may be abstract
            return self.convert_other_class(instance, memo, given)
        if self.calls:
            function = self.compiled()
            return function(instance, memo, given) if self.plan.from_call else function(instance, memo)
        self.prepare()
        self.calls += 1
        return self.interpret(instance, memo, given)

    @property
    def is_compiled(self) -> bool:
        return self.run != self._run_interpreted

    def compiled(self) -> Callable[..., Any]:
        """The generated function."""
        if not self.is_compiled:
            with LOCK:
                if not self.is_compiled:
                    function = self._compile()
                    for caller, name in list(self.callers.items()):
                        caller.__globals__[name] = function
                    self.callers.clear()
                    self.run = function
        return self.run

    def _compile(self) -> Callable[..., Any]:
        plan = self.prepare()
        return compile_plan(
            plan,
            self,
            convert_other_class=self.convert_other_class,
            interpret=self.interpreter.convert_fields,
            interpret_whole=self.convert_whole,
            locate=self.locator.locate,
            too_deep=self.locator.nesting_error,
            unexpected=self.locator.wrap_exception,
            convert_iteratively=self.convert_iteratively,
            forget=forget,
            failed=self.note_failure,
            known=self.find_in_memo,
            assemble=self.interpreter.assemble,
            carry=self.interpreter.carry,
            extra_errors=self.interpreter.extra_errors,
        )

    def link_into(self, caller: Any, name: str) -> None:
        """Puts the function into the namespace of a generated one, now, and again once it is compiled."""
        caller.__globals__[name] = self.run
        if not self.is_compiled:
            self.callers[caller] = name

    def cache_in(self, table: dict[Any, Callable[..., Any]], key: Any) -> Callable[..., Any]:
        """The function, put into a table of functions once it is compiled."""
        if self.is_compiled and len(table) < 1000:
            table[key] = self.run
        return self.run

    # the plan

    @property
    def plan(self) -> ConversionPlan:
        return self.prepare()

    def prepare(self) -> ConversionPlan:
        """Plans the conversion, once. Raises MissingFieldError, ClassConversionError."""
        if self._plan is None:
            with LOCK:
                if self._plan is None:
                    plan = self.new_plan()
                    if plan.problems:
                        raise merge_class_errors(plan.problems)
                    self.interpreter: Interpreter = Interpreter(plan)
                    self.locator: Locator = Locator(plan)
                    self._plan = plan
        return self._plan

    def new_plan(self) -> ConversionPlan:
        return ConversionPlan(self.pair, self._values(), convert_default)

    def _values(self) -> Target:
        pair = self.pair
        return Target(
            kind=pair.kind,
            origin_kind=pair.origin_kind,
            source_kind=pair.source_kind,
            same_family=pair.same_family,
            checked=pair.checked,
            check_only=False,
            model=self.places.function,
            any_model=convert_any_model,
            callee=self.places.callee,
            direct=self.places.direct,
            described=self.places.described,
            made_as=self.places.made_as,
            way_back=self.places.way_back,
            enum_values=get_kind(pair.source_kind).holds_enum_values(pair.source),
            rules=None if pair.same_family else pair.rules,
        )

    # models in fields

    def run_viewed(self, instance: Any, memo: dict[Any, Any]) -> Any:
        """`run`; an instance that was converted in another place already is checked against what this place says."""
        plan = self.prepare()
        key = ("viewed", id(instance), self)
        if key in memo or not plan.remembers:
            return self.run(instance, memo)
        memo[key] = True
        try:
            if type(memo.get(self.key_of(instance))) is self.pair.target_type and self.pair.checked:
                for step in plan.steps:
                    if step.field.name in plan.viewed and step.source is not None:
                        step.convert(plan.read(instance, step), memo)
            return self.run(instance, memo)
        except ConversionError:
            memo.pop(key, None)
            raise

    def conversion_inside(self, value: Any, node: nodes.Node) -> Conversion | None:
        """The conversion of a model somewhere in the value of a field with that node, if the place tells it."""
        return self.places.inside(value, node, self.plan.value_target)

    @property
    def has_subclasses(self) -> bool:
        return has_subclasses(self.pair.source_record.origin)

    # what the generated function calls when a value is not of the plain expected type

    def convert_other_class(self, instance: Any, memo: Memo = None, given: Given = None) -> Any:
        """An instance that is not exactly of the source class: a subclass, a counterpart, or no model at all."""
        cls, pair = type(instance), self.pair
        if pair.takes(instance):  # a dict of another class, as an OrderedDict is
            return self.interpret(instance, memo, given)
        function = self.by_source_class.get(cls)
        if function is None:
            declared = pair.target_record.origin if pair.same_family else pair.target
            try:
                target = class_for_value(cls, instance, declared, pair.target, pair)
            except ConversionError as error:
                error.source = instance
                raise
            view = pair.view or view_of(target, declared, {})
            found = conversion_inside(cls, target, pair, view)
            if pair.rules is not None and found.plan.from_call:
                return found.run(instance, memo, given)
            made_as = self.places.made_as(nodes.ModelNode(declared, declared))
            if made_as is not None and target is not pair.target:
                return self.checked(made_as, found.run(instance, memo), target, instance)
            function = (
                found.run if told_by_value(found.pair, pair.target) else found.cache_in(self.by_source_class, cls)
            )
        return function(instance, memo)

    def checked(self, made_as: Described, made: Any, target: type, instance: Any) -> Any:
        """Returns the result for an instance of a subclass, if its class can be told. Raises UntoldClassError."""
        try:
            made_as.check(made, target)
        except ConversionError as error:
            error.source = instance
            raise
        return made

    def interpret(self, instance: Any, memo: Memo = None, given: Given = None) -> Any:
        """Converts without the generated function: the same results and the same errors."""
        if not self.pair.takes(instance):
            return self.convert_other_class(instance, memo, given)
        plan = self.plan
        is_root = plan.holds_remembered and memo is None
        key = None
        if is_root:
            memo = {}
        if plan.remembers and memo is not None:
            key = self.key_of(instance)
            made = memo.get(key)
            if made is not None:
                if type(made) is not self.pair.target_type:
                    key, made = self.find_in_memo(made, instance, memo)
                if made is not None:
                    memo[~id(instance)] = True
                    return made
        return self.convert_whole(instance, memo, is_root, key, given=given)

    def convert_whole(
        self,
        instance: Any,
        memo: Memo = None,
        is_root: bool = False,
        key: Any = None,
        made: Any = None,
        given: Given = None,
    ) -> Any:
        """Converts the fields one by one, and completes errors; `is_root`: no conversion of another model asked for
        this one."""
        problem: ConversionError
        self.prepare()
        try:
            return self.interpreter.convert_fields(instance, memo, key, made, given)
        except ConversionError as error:
            problem = self.locator.locate(error, instance, memo)
        except RecursionError:
            problem = self.locator.nesting_error(instance)
        except Exception as error:
            problem = self.locator.wrap_exception(error, instance)
        self.note_failure(problem, instance, memo, key)
        if is_root:
            return self.convert_iteratively(instance, problem, given)
        raise problem

    def note_failure(self, error: ConversionError, instance: Any, memo: Memo, key: Any) -> None:
        """Takes what is half-built out of the memo, and notes the error there for wherever else the instance stands."""
        forget(memo, instance, key)
        if memo is not None and key is not None and not isinstance(error, NestingTooDeepError):
            memo[key] = Failed(self, error, instance)

    def key_of(self, instance: Any) -> Any:
        """Returns the memo's key for an instance; with this conversion if instances do not tell their class."""
        return id(instance) if self.pair.is_told else (id(instance), self)

    def find_in_memo(self, made: Any, instance: Any, memo: dict[Any, Any]) -> tuple[Any, Any]:
        """Looks on in the memo, where that has something else than this target at the instance's own key.

        Returns the key for this conversion, and what is there, or None. Raises the error that was met there before.
        """
        key: Any = id(instance)
        unfinished = self.plan.unfinished
        if made is not unfinished and (type(made) is not Failed or made.plan is not self):
            key = (id(instance), self)
            made = memo.get(key)
        if made is unfinished:
            raise unfinished.error(instance)
        if type(made) is Failed:
            error = made.repeated_error()
            error.source = instance
            raise error
        return key, made

    def convert_iteratively(self, instance: Any, problem: ConversionError, given: Given = None) -> Any:
        return convert_iteratively(self, instance, problem, given)


def convert_any_model(value: Any, memo: Memo, target: Target) -> Any:
    """A model where anything may stand."""
    return conversion(*classes_for_any(value, target)).run(value, memo)


def convert_default(cls: type, field: Field, kind: KindName, values: Mapping[str, Any] | None = None) -> Any:
    """A field's default as the generated class of `kind` has it; `values`: those of the fields before, by attribute."""
    generated = counterpart(cls, kind)
    values = {} if values is None else _values_at_origin(cls, generated, values)
    return FieldConverter(field, _within_family(cls, generated)).convert(field.make_default(values), None)


def _within_family(source: type, target: type) -> Target:
    record = record_of(target)
    return Target(
        kind=record.kind,
        origin_kind=record_of(record.origin).kind,
        source_kind=record_of(source).kind,
        same_family=True,
        checked=True,
        check_only=False,
        model=conversion(source, target).places.function,
        described=conversion(source, target).places.described,
        made_as=conversion(source, target).places.made_as,
        way_back=conversion(source, target).places.way_back,
        any_model=convert_any_model,
    )


def _values_at_origin(cls: type, generated: type, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a generated class by attribute, as its origin has them by field."""
    record = record_of(generated)
    target = _within_family(generated, cls)
    found = {}
    for name, field in record.shape.fields.items():
        attribute = attribute_of(record, name)
        if attribute in values:
            found[name] = FieldConverter(field, target).convert(values[attribute], None)
    return found
