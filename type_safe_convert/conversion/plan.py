"""Plans: for a source class and a target class, the function that converts an instance.

A `Pair` is made once and lives on one of its two classes. It finds out where each field of the target comes from, makes
the value functions, and has `codegen` write the straight-line function over them.
"""

from __future__ import annotations

import collections
import contextlib
import dataclasses
import functools
import sys
import weakref
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from pydantic.fields import FieldInfo

from type_safe_convert.conversion import compile as codegen
from type_safe_convert.conversion.iterative import convert_deep
from type_safe_convert.conversion.steps import Step
from type_safe_convert.conversion.unchanged import are_same, plain_values, snapshot_of
from type_safe_convert.errors import (
    NOWHERE,
    ClassConversionError,
    ConversionError,
    ExtraFieldError,
    MissingFieldError,
    NestingTooDeepError,
    ValueConversionError,
    describe_value,
    hides_input,
    together,
    without_values,
)
from type_safe_convert.kinds.pydantic.fields import is_field_info_default, makes_enum_values
from type_safe_convert.model.carried import Carried
from type_safe_convert.model.class_graph import facts_of
from type_safe_convert.model.family import LOCK, class_in_kind, has_subclasses, link_of, sibling, tell_unresolved
from type_safe_convert.model.instances import Unjudged
from type_safe_convert.model.kind import get_kind, is_readable
from type_safe_convert.model.registry import KindName, base_of, kind_of_class
from type_safe_convert.model.shape import Field
from type_safe_convert.model.views import View, view_of
from type_safe_convert.types import nodes
from type_safe_convert.values.base import (
    Convert,
    Failed,
    Memo,
    Target,
    ValueConverter,
    converter_for,
    forget,
    name_of,
    refusal,
)
from type_safe_convert.values.constraints import Form, input_form
from type_safe_convert.values.copying import copy_value
from type_safe_convert.values.fields import CheckedFirst, FieldConverter
from type_safe_convert.values.members import written_counterpart


def pair(
    source: type, target: type, checked: bool = True, forbid_extra: bool = False, view: View | None = None
) -> Pair:
    """The plan from `source` to `target`, made when there is none. Raises NotAModelError, ClassConversionError.

    `view`: how the place declares the target, where that says more than the class.
    """
    from_link, to_link = link_of(source), link_of(target)
    # What the validator of such a model makes of the members of enums, nothing else does.
    checked = checked or (to_link.origin is target and makes_enum_values(target))
    key = (checked, forbid_extra) if view is None else (checked, forbid_extra, view.key)
    key_from, key_to = ("to", target, *key), ("from", source, *key)
    found: Any = from_link.plans.get(key_from) or to_link.plans.get(key_to)
    if found is not None:
        return found
    with LOCK:
        found = from_link.plans.get(key_from) or to_link.plans.get(key_to)
        if found is None:
            found = Pair(source, target, checked, forbid_extra, view)
            # A plan refers to both classes, so the one that holds it keeps the other alive: let that be the one that
            # will go first, where a look at the module tells.
            if _is_static(source) and not _is_static(target) and from_link.origin is not to_link.origin:
                to_link.plans[key_to] = found
            else:
                from_link.plans[key_from] = found
    return found


def _is_static(cls: type) -> bool:
    return getattr(sys.modules.get(cls.__module__), cls.__name__, None) is cls


class Pair:
    """The plan from one class to another.

    Attributes:
        run: `run(instance, memo=None)`; compiles itself at the first call.
        family: whether both classes are of one family.
        cyclic: whether instances may refer to themselves.
        remembers: whether what an instance became is remembered, for its other places.
        holds_remembered: whether that may be so of something in an instance, itself among these.
    """

    def __init__(self, source: type, target: type, checked: bool, forbid_extra: bool, view: View | None = None) -> None:
        self.source = source
        self.target = target
        self.checked = checked
        self.forbid_extra = forbid_extra
        self.view = view
        self.source_link, self.target_link = link_of(source), link_of(target)
        self.family = self.source_link.origin is self.target_link.origin
        self.source_kind: KindName = self.source_link.kind
        self.kind: KindName = self.target_link.kind
        self.home: KindName = link_of(self.target_link.origin).kind
        # Weakly: this class may stay, where the functions of others that hold it come and go.
        self.users: weakref.WeakKeyDictionary[Any, str] = weakref.WeakKeyDictionary()
        self.table: dict[type, Convert] = {}
        self.by_class = self.table.get
        self.steps: list[Step] = []
        self.calls = 0
        self.planned = False
        self.run: Callable[..., Any] = self._interpreted

    def _interpreted(self, instance: Any, memo: Memo = None) -> Any:
        """Stands in for the generated function until a second instance shows that it is worth writing."""
        if type(instance) is not self.source:  # there may be no plan for the class itself: it may be abstract
            return self.other(instance, memo)
        if self.calls:
            return self.compiled()(instance, memo)
        self.plan()
        self.calls += 1
        return self.interpret(instance, memo)

    def compiled(self) -> Callable[..., Any]:
        """The generated function."""
        if self.run == self._interpreted:
            with LOCK:
                if self.run == self._interpreted:
                    self.plan()
                    function = codegen.compile_pair(self)
                    for user, name in list(self.users.items()):
                        user.__globals__[name] = function
                    self.users.clear()
                    self.run = function
        return self.run

    def use_in(self, user: Any, name: str) -> None:
        """Puts the function into the namespace of a generated one, now, and again once it is compiled."""
        user.__globals__[name] = self.run
        if self.run == self._interpreted:
            self.users[user] = name

    def remembered_in(self, table: dict[Any, Callable[..., Any]], key: Any) -> Callable[..., Any]:
        """The function, put into a table of functions, once it is the one to stay."""
        if self.run != self._interpreted and len(table) < 1000:
            table[key] = self.run
        return self.run

    def plan(self) -> None:
        """Finds out where everything comes from. Raises MissingFieldError, ClassConversionError."""
        with LOCK:
            if not self.planned:
                self._plan()
                self.planned = True

    def _plan(self) -> None:
        if missing := getattr(self.target, "__abstractmethods__", None):
            raise ClassConversionError(
                "the target is abstract, and has no instances",
                expected="a class with all of its methods",
                found=f"{self.target.__name__} without {', '.join(sorted(missing))}",
                source_class=self.source,
                target_class=self.target,
            )
        for cls in (self.source, self.target):
            tell_unresolved(cls)
        self.source_shape, self.target_shape = self.source_link.shape, self.target_link.shape
        source_kind, target_kind = get_kind(self.source_kind), get_kind(self.kind)
        self.reader = source_kind.reader(self.source, self.source_shape)
        self.builder = target_kind.builder(self.target, self.target_shape)
        self.build = self.builder.build if self.checked else self.builder.unchecked
        facts = facts_of(self.source_link.origin)
        self.cyclic, self.remembers, self.holds_remembered = facts.cyclic, facts.remembers, facts.holds_remembered
        self.restoring = self.family and self.target_link.origin is self.target
        self.notes_before = self.family and self.source_link.origin is self.source and self._has_own_means()
        self.context = Target(
            kind=self.kind,
            origin_kind=self.home,
            source_kind=self.source_kind,
            same_family=self.family,
            checked=self.checked,
            check_only=False,
            model=self.model_function,
            any_model=any_model,
            callee=self.declared_pair,
            enum_values=makes_enum_values(self.source),
        )
        self.viewed = {} if self.view is None else self.view.fields(self.target_link.origin)
        fields = {**self.target_shape.fields, **self.viewed}
        self.steps = [self._step(field) for field in fields.values()]
        self.fields_given = frozenset(step.target for step in self.steps if step.source is not None)
        self.takes_extra = not self.family and self.target_shape.extra == "allow"
        self.refuses_extra = self.forbid_extra and not self.family and self.target_shape.extra != "allow"

    def _has_own_means(self) -> bool:
        """Whether the source's class has a constructor or validators of its own, which would run on the way back."""
        return get_kind(self.source_kind).builder(self.source, self.source_shape).recall is not None

    def _step(self, field: Field) -> Step:
        source_field = self.source_shape.fields.get(field.name)
        if self.family and field.name in self.viewed:
            source_field = field
        source, optional = None, False
        if source_field is not None:
            source = attribute_of(self.source_link, field.name)
        elif not self.family and is_readable(self.source, field.name):
            source = field.name
        elif not self.family and self.source_shape.extra == "allow":
            source, optional = field.name, True
        elif not self.family and is_readable(self.source_link.origin, field.name):
            origin = self.source_link.origin.__name__
            raise MissingFieldError(
                f"only a {origin} computes it: convert to {origin} first",
                path=(field.name,),
                expected=name_of(field.node),
                source_class=self.source,
                target_class=self.target,
            )
        elif field.required and field.init:
            raise MissingFieldError(
                "the source has no such field",
                path=(field.name,),
                expected=name_of(field.node),
                found=f"{self.source.__name__} with {', '.join(self.source_shape.fields) or 'no fields'}",
                source_class=self.source,
                target_class=self.target,
            )
        target = attribute_of(self.target_link, field.name)
        make_default = field.make_default
        if self.target_link.origin is not self.target:
            make_default = functools.partial(convert_default, self.target_link.origin, field, self.kind)
        judged = self.checked and not self.family and field.name in self.builder.lenient_fields
        decoded = not self.family and field.name in self.builder.decoded_fields
        described = source_field is not None and is_field_info_default(self.source, field.name)
        converter = self._for_decoder(field, source_field) if decoded else self._converter_of(field, source_field)
        if source_field is not None and described:
            required = source_field.required
            converter = CheckedFirst(
                converter, converter.convert if required else _with_default(converter.convert, source_field)
            )
        if judged:
            converter = CheckedFirst(converter, _or_ask(converter.convert, self.context))
        return Step(field, source, target, converter, source_field, make_default, optional)

    def _converter_of(self, field: Field, source_field: Field | None) -> FieldConverter:
        return FieldConverter(field, self.context, None if source_field is None else source_field.node)

    def _for_decoder(self, field: Field, source_field: Field | None) -> ValueConverter:
        """For a field whose validator makes the value from text: what the source has is that text, unless it was made
        from such text itself; then it is encoded again."""
        form = input_form(field.node)
        if form is None or source_field is None or input_form(source_field.node) is None:
            converter = FieldConverter(field, dataclasses.replace(self.context, encoded=True, recursions={}))
            return CheckedFirst(converter, converter.convert)
        converter = self._converter_of(field, source_field)
        return CheckedFirst(converter, _then(converter.convert, form))

    def extra_errors(self, instance: Any) -> list[ConversionError]:
        """An ExtraFieldError for each value that the target has no field for, where such values are refused."""
        return [
            ExtraFieldError(
                "the target has no such field",
                path=(name,),
                expected=f"only {', '.join(self.target_shape.fields) or 'no fields'}",
                found=describe_value(value),
            )
            for name, value in self._beyond_target(instance)
        ]

    def _beyond_target(self, instance: Any) -> Iterator[tuple[str, Any]]:
        """The source's fields and extra values that the target has no field for."""
        for name in self.source_shape.fields:
            if name not in self.target_shape.fields:
                with contextlib.suppress(AttributeError):  # never set
                    yield name, self.value(instance, attribute_of(self.source_link, name))
        extra = getattr(instance, "__pydantic_extra__", None) or {}
        if self.source_link.origin is not self.source:
            extra = Carried.by(instance).values.get("extra") or extra
        for name, value in extra.items():
            if name not in self.target_shape.fields:
                yield name, value

    # models in fields

    def model_function(self, declared: type, arguments: Mapping[Any, Any] = MappingProxyType({})) -> Convert:
        """Converts a value declared as the model class `declared` to what stands for it in the target.

        `arguments` are what the declaration gives the type variables of a generic class.
        """
        target = class_in_kind(declared, self.kind, self.home)
        table: dict[type, Pair] = {}

        def convert(value: Any, memo: Memo) -> Any:
            plan = table.get(type(value))
            if plan is None:
                plan = self._plan_of(value, declared, target, arguments)
                if len(table) < 1000:
                    table[type(value)] = plan
            return plan.run(value, memo) if plan.view is None or memo is None else plan.run_viewed(value, memo)

        return convert

    def _plan_of(self, value: Any, declared: type, target: type, arguments: Mapping[Any, Any]) -> Pair:
        """The plan for a value in a place that declares it as `declared`, for which `target` stands."""
        found = counterpart(value, declared, target, self.family, self.kind, self.home)
        view = view_of(found, declared, arguments)
        return pair(type(value), found, self.checked, self.forbid_extra, view)

    def run_viewed(self, instance: Any, memo: dict[Any, Any]) -> Any:
        """`run`; an instance that was converted in another place already is checked against what this place says."""
        self.plan()
        key = ("viewed", id(instance), self)
        if key in memo or not self.remembers:
            return self.run(instance, memo)
        memo[key] = True
        try:
            if type(memo.get(id(instance))) is self.target and self.checked:
                for step in self.steps:
                    if step.field.name in self.viewed and step.source is not None:
                        step.convert(self.read(instance, step), memo)
            return self.run(instance, memo)
        except ConversionError:
            memo.pop(key, None)
            raise

    def nested(self, instance: Any) -> Iterator[tuple[Pair, Any]]:
        """The models directly inside, each with its plan; without those whose plan their place does not tell."""
        for _, step, value in self._values_with_models(instance):
            for inner in _models_in(value):
                plan = self._plan_inside(inner, step.field.node)
                if plan is not None:
                    plan.plan()
                    yield plan, inner

    def _values_with_models(self, instance: Any) -> Iterator[tuple[int, Step, Any]]:
        """The values that may hold models and were set, each with its step and the number of that."""
        for number, step in enumerate(self.steps):
            if step.source is None or not _may_hold_models(step.field.node):
                continue
            try:
                value = self.read(instance, step)
            except ConversionError:
                continue
            yield number, step, value

    def _plan_inside(self, value: Any, node: nodes.Node) -> Pair | None:
        for item in nodes.walk(node):
            try:
                if isinstance(item, nodes.ModelNode):
                    target = class_in_kind(item.cls, self.kind, self.home)
                    return self._plan_of(value, item.cls, target, item.arguments)
                if isinstance(item, nodes.AnyNode):
                    return any_plan(value, self.context)
            except ConversionError:
                continue
        return None

    @property
    def has_subclasses(self) -> bool:
        return has_subclasses(self.source_link.origin)

    def declared_pair(self, declared: type, source_declared: type | None) -> Pair | None:
        """The plan for a field's declared class itself, where the source's side of it is known."""
        if base_of(declared) is not None:
            return None
        if self.family:
            source = class_in_kind(declared, self.source_kind, link_of(self.source_link.origin).kind)
        elif source_declared is not None and base_of(source_declared) is None:
            source = class_in_kind(source_declared, self.source_kind, link_of(self.source_link.origin).kind)
        else:
            return None
        return pair(source, class_in_kind(declared, self.kind, self.home), self.checked, self.forbid_extra)

    # what the generated function calls when a value is not of the plain expected type

    def other(self, instance: Any, memo: Memo = None) -> Any:
        """An instance that is not exactly of the source class: a subclass, a sibling, or no model at all."""
        cls = type(instance)
        function = self.table.get(cls)
        if function is None:
            declared = self.target_link.origin if self.family else self.target
            try:
                target = counterpart(instance, declared, self.target, self.family, self.kind, self.home)
            except ConversionError as error:
                error.source = instance
                raise
            view = self.view or view_of(target, declared, {})
            plan = pair(cls, target, self.checked, self.forbid_extra, view)
            function = plan.remembered_in(self.table, cls)
        return function(instance, memo)

    def slow(self, instance: Any, memo: Memo = None, key: Any = None, made: Any = None) -> Any:
        """The whole conversion step by step; the same result as the generated function, or an error with its path.

        Args:
            key: where the memo has what the instance becomes; None where that need not be remembered.
            made: the allocated target, where there is one.
        """
        builder = self.builder
        if made is None:
            carried = Carried() if builder.from_content is None else self.carried(instance, memo)
            made = builder.allocate(self.target, carried)
        if memo is not None and key is not None:
            memo[key] = made
        values: dict[str, Any] = {}
        errors: list[ConversionError] = self.extra_errors(instance) if self.refuses_extra else []
        for step in self.steps:
            if step.source is None or (step.optional and not self.is_held(instance, step)):
                if builder.takes_defaults and not step.field.required:
                    values[step.target] = step.make_default()
                continue
            try:
                values[step.target] = step.convert(self.read(instance, step), memo)
            except NestingTooDeepError as error:
                error.source = instance
                raise
            except ConversionError as error:
                errors.append(error)
        if errors:
            problem = together(errors)
            problem.source = instance
            raise problem
        self.assemble(made, values, instance, memo)
        return made

    def interpret(self, instance: Any, memo: Memo = None) -> Any:
        """What the generated function does, without one: the same results and the same errors."""
        if type(instance) is not self.source:
            return self.other(instance, memo)
        whole = self.holds_remembered and memo is None
        key = None
        if whole:
            memo = {}
        if self.remembers and memo is not None:
            key, made = id(instance), memo.get(id(instance))
            if made is not None:
                if type(made) is not self.target:
                    key, made = self.known(made, instance, memo)
                if made is not None:
                    memo[~id(instance)] = True
                    return made
        return self.again(instance, memo, whole, key)

    def again(self, instance: Any, memo: Memo = None, whole: bool = False, key: Any = None, made: Any = None) -> Any:
        """`slow` with the errors of a whole conversion; `whole`: of an instance that is in none of its kind."""
        problem: ConversionError
        try:
            return self.slow(instance, memo, key, made)
        except ConversionError as error:
            problem = self.locate(error, instance, memo)
        except RecursionError:
            problem = self.too_deep(instance)
        except Exception as error:
            problem = self.unexpected(error, instance)
        self.failed(problem, instance, memo, key)
        if whole:
            return self.deep(instance, problem)
        raise problem

    def failed(self, error: ConversionError, instance: Any, memo: Memo, key: Any) -> None:
        """Takes what is half-built out of the memo, and notes the error there for wherever else the instance stands."""
        forget(memo, instance, key)
        if memo is not None and key is not None and not isinstance(error, NestingTooDeepError):
            memo[key] = Failed(self, error, instance)

    def known(self, made: Any, instance: Any, memo: dict[Any, Any]) -> tuple[Any, Any]:
        """Looks on in the memo, where that has something else than this plan's target at the instance's own key.

        Returns the key for this plan, and what is there, or None. Raises the error that was met there before.
        """
        key: Any = id(instance)
        if type(made) is not Failed or made.plan is not self:
            key = (id(instance), self)
            made = memo.get(key)
        if type(made) is Failed:
            error = made.again()
            error.source = instance
            raise error
        return key, made

    def deep(self, instance: Any, problem: ConversionError) -> Any:
        return convert_deep(self, instance, problem)

    def read(self, instance: Any, step: Step) -> Any:
        name: Any = step.source
        try:
            return self.value(instance, name)
        except AttributeError:
            if self.family and name in self.reader.optional_attributes:
                return None
            raise MissingFieldError(
                "the attribute was never set", path=(step.field.name,), expected=name_of(step.field.node)
            ) from None

    def is_held(self, instance: Any, step: Step) -> bool:
        """Whether an instance has an extra value for a field of the target; always, where the target requires one."""
        return step.field.required or hasattr(instance, str(step.source))

    def value(self, instance: Any, name: str) -> Any:
        """What an attribute holds, past what else reading it does: pydantic warns of a deprecated field."""
        return self.reader.read(instance, name)

    def assemble(self, made: Any, values: dict[str, Any], instance: Any, memo: Memo = None) -> None:
        """Fills an allocated target from converted values, by attribute; what the source holds beyond goes along."""
        carried = self.carried(instance, memo) if self.family else None
        if self.takes_extra:
            values = {**values, **self.extra_values(instance, memo)}
        try:
            if carried and self.restoring and "before" in carried.marks:
                self.bring_back(made, values, carried, memo)
            else:
                self.build(made, values, self.restoring, carried if self.restoring else None)
        except ConversionError as error:
            error.source = instance
            raise
        if carried:
            self.carry(made, carried)

    def bring_back(self, made: Any, values: dict[str, Any], carried: Carried, memo: Memo) -> None:
        """Fills an instance that was there before, where its class has a constructor or validators of its own.

        What was not changed comes back as `copy.copy` would make it. Values are judged on an instance that is thrown
        away, by copies, so that nothing of what comes back is rewired: by a constructor those of an instance that was
        changed, by a pydantic model's validators any. What validators make of changed values counts.
        """
        builder = self.builder
        changed = self.checked and not are_same(values, carried.marks["before"], memo)
        if builder.aside:
            if changed:
                self.judge(values, carried)
        elif changed:
            self.build(made, values, True, carried)
            return
        elif self.checked:
            self.build(self.builder.allocate(self.target, carried), self.copies(values), True, carried)
        recall = builder.recall or self.build
        recall(made, values, True)

    def judge(self, values: dict[str, Any], carried: Carried) -> None:
        """Has the class's constructor refuse values, unless it refuses those of the instance that was there as well."""
        try:
            self.build(self.builder.allocate(self.target, carried), self.copies(values), True, carried)
        except ConversionError:
            try:
                self.build(
                    self.builder.allocate(self.target, carried), plain_values(carried.marks["before"]), True, carried
                )
            except Exception:
                return  # a constructor that does not take the class's own fields
            raise

    def copies(self, values: dict[str, Any]) -> dict[str, Any]:
        memo: Memo = {}
        try:
            return {name: copy_value(value, memo, self.context, convert_models=False) for name, value in values.items()}
        except (ConversionError, AttributeError, RecursionError):  # in a cycle, what is inside is not filled yet
            return dict(values)

    def carry(self, made: Any, carried: Carried) -> None:
        if self.restoring:
            self.builder.restore(made, carried)
        else:
            carried.give_to(made)

    def carried(self, instance: Any, memo: Memo = None) -> Carried:
        """What the instance holds beyond its fields, copied."""
        carried = Carried() if self.reader.carried is None else self.reader.carried(instance)
        carried.values = {name: copy_value(value, memo, self.context) for name, value in carried.values.items()}
        if self.notes_before:
            before = snapshot_of(instance, memo)
            if before is not None:
                carried.marks["before"] = before
        return carried

    def more(self, made: Any, instance: Any, memo: Memo = None) -> None:
        """Called by generated code for an instance that holds more than its fields."""
        carried = self.carried(instance, memo)
        if carried:
            self.carry(made, carried)

    def extra_values(self, instance: Any, memo: Memo) -> dict[str, Any]:
        """For a target that allows extras: the source's fields and extras that the target has no field for."""
        return {name: copy_value(value, memo, self.context) for name, value in self._beyond_target(instance)}

    def locate(self, error: ConversionError, instance: Any, memo: Memo = None) -> ConversionError:
        """Adds to an error's path where, in `instance`, the model stands in which it happened; found by identity."""
        inner = error.source
        further: list[ConversionError] = []
        if isinstance(error, NestingTooDeepError):
            pass  # to look for its place, and further, would be to go as deep again
        elif inner is not NOWHERE and inner is not instance:
            for number, step, value in self._values_with_models(instance):
                path = _find(value, inner)
                if path is not None:
                    error.prepend(step.field.name, *path)
                    further = self._further_items(step, value, path, memo)
                    further += self._further_fields(number + 1, instance, memo)
                    break
        elif inner is NOWHERE and error.path:
            for number, step in enumerate(self.steps):
                if step.field.name == error.path[0]:
                    further = self._further_fields(number + 1, instance, memo)
        if further:
            error = together([error, *further])
        if hides_input(self.source) or hides_input(self.target):
            error = without_values(error)
        error.source = instance
        error.source_class, error.target_class = self.source, self.target
        return error

    def _further_items(self, step: Step, value: Any, path: tuple[Any, ...], memo: Memo) -> list[ConversionError]:
        """What is wrong with the models in a list after the one at `path`, where generated code stopped."""
        node = step.field.node
        if not (
            isinstance(value, list)
            and isinstance(node, nodes.CollectionNode)
            and isinstance(node.item, nodes.ModelNode)
        ):
            return []
        try:
            items = nodes.CollectionNode(list, list, node.item)
            converter_for(items, self.context).convert(value[path[0] + 1 :], memo)
        except NestingTooDeepError:
            pass
        except ConversionError as error:
            for problem in error.errors or (error,):
                problem.path = (step.field.name, problem.path[0] + path[0] + 1, *problem.path[1:])
            return list(error.errors or (error,))
        return []

    def _further_fields(self, start: int, instance: Any, memo: Memo) -> list[ConversionError]:
        """What is wrong with the fields from that one on."""
        found: list[ConversionError] = []
        for step in self.steps[start:]:
            if step.source is not None:
                try:
                    step.convert(self.read(instance, step), memo)
                except NestingTooDeepError:
                    continue
                except ConversionError as error:
                    found += error.errors or (error,)
        return found

    def too_deep(self, instance: Any) -> ConversionError:
        error = NestingTooDeepError(
            f"nested deeper than the recursion limit of {sys.getrecursionlimit()} allows",
            source_class=self.source,
            target_class=self.target,
        )
        error.source = NOWHERE
        return error

    def unexpected(self, error: Exception, instance: Any) -> ConversionError:
        wrapped: ConversionError
        wrapped = ValueConversionError(f"{type(error).__name__}: {error}", found=describe_value(instance))
        wrapped.raised = error
        wrapped.source = instance
        wrapped.source_class, wrapped.target_class = self.source, self.target
        return wrapped


def _or_ask(convert: Convert, context: Target) -> Convert:
    """`convert`, and what it refuses for the target's validator to judge."""

    def convert_or_ask(value: Any, memo: Memo) -> Any:
        try:
            return convert(value, memo)
        except NestingTooDeepError:
            raise
        except ConversionError as error:
            return Unjudged(copy_value(value, memo, context), error)

    return convert_or_ask


def _with_default(convert: Convert, field: Field) -> Convert:
    """`convert`, but for what a standard dataclass has where its constructor was not given a field with a `Field`."""
    return lambda value, memo: convert(field.make_default() if isinstance(value, FieldInfo) else value, memo)


def _then(convert: Convert, form: Form) -> Convert:
    return lambda value, memo: form(convert(value, memo))


def attribute_of(link: Any, name: str) -> str:
    """The attribute that holds a field in instances of the link's class."""
    if link.origin is link.cls:
        return name
    return get_kind(link.kind).attribute(name, link.shape)


def _may_hold_models(node: nodes.Node) -> bool:
    return any(isinstance(item, nodes.ModelNode | nodes.AnyNode | nodes.OpaqueNode) for item in nodes.walk(node))


def _models_in(value: Any) -> Iterator[Any]:
    """The models in a value, through containers."""
    stack, seen = [value], set()
    while stack:
        item = stack.pop()
        if kind_of_class(type(item)) is not None:
            yield item
        elif isinstance(item, dict | list | tuple | set | frozenset | collections.deque) and id(item) not in seen:
            seen.add(id(item))
            stack.extend(reversed([*dict.keys(item), *dict.values(item)] if isinstance(item, dict) else [*item]))


def _find(value: Any, inner: Any) -> tuple[Any, ...] | None:
    """The steps from a value to what it holds in containers; None where that is not in it."""
    stack: list[tuple[Any, tuple[Any, ...]]] = [(value, ())]
    seen: set[int] = set()
    while stack:
        item, path = stack.pop()
        if item is inner:
            return path
        if not isinstance(item, dict | list | tuple | set | frozenset) or id(item) in seen:
            continue
        seen.add(id(item))
        items = dict.items(item) if isinstance(item, dict) else enumerate(item)
        stack.extend(reversed([(held, (*path, step)) for step, held in items]))
    return None


def counterpart(value: Any, declared: type, target: type, family: bool, kind: KindName, home: KindName) -> type:
    """The class that a model value becomes, where `declared` is in its place and `target` stands for that.

    Within a family the runtime class decides, and must be a subclass of the declared one. Into a class that somebody
    wrote, a subclass without a counterpart becomes the declared class.
    """
    cls = type(value)
    if kind_of_class(cls) is None:
        raise _misfit(value, declared)
    origin = link_of(cls).origin
    if base_of(declared) is not None:
        if not family and base_of(declared) == kind:
            return sibling(origin, kind)
        return class_in_kind(origin, kind, home)
    if family:
        if not _fits(origin, link_of(declared).origin):
            raise _misfit(value, declared)
        if kind == home:  # as it was declared there, which may be as a made class
            return sibling(origin, link_of(declared).kind)
        return class_in_kind(origin, kind, home)
    return written_counterpart(cls, target, kind)


def _misfit(value: Any, declared: type) -> ConversionError:
    error = refusal(value, f"a {declared.__name__}")
    return without_values(error) if hides_input(declared) else error


def _fits(origin: type, declared: type) -> bool:
    if issubclass(origin, declared):
        return True
    generic = (getattr(declared, "__pydantic_generic_metadata__", None) or {}).get("origin")
    return generic is not None and issubclass(origin, generic)


def any_model(value: Any, memo: Memo, context: Target) -> Any:
    """A model where anything may stand.

    Its form in a holder of kind K stands for its form in the holder's origin: there, it is an instance of a class that
    somebody wrote; where that class is of the origin's kind, it appears in kind K as the sibling, and else as it is.
    """
    return any_plan(value, context).run(value, memo)


def any_plan(value: Any, context: Target) -> Pair:
    """The plan of a model where anything may stand."""
    cls = type(value)
    link = link_of(cls)
    home, kind = context.origin_kind, context.kind
    if context.same_family:
        origin_kind = link_of(link.origin).kind
        made = link.origin is not cls
        if (made and origin_kind == home) or (not made and origin_kind == home == context.source_kind):
            target = link.origin if kind == home else sibling(link.origin, kind)
            if target is not cls:
                return pair(cls, target, context.checked)
    return pair(cls, cls, checked=False)


def convert_default(cls: type, field: Field, kind: KindName, values: Mapping[str, Any] | None = None) -> Any:
    """A field's default as the made class of `kind` has it; `values`: those of the fields before, by attribute."""
    made = sibling(cls, kind)
    context = _family_context(cls, made)
    values = {} if values is None else _values_at_origin(cls, made, values)
    return FieldConverter(field, context).convert(field.make_default(values), None)


def _family_context(source: type, target: type) -> Target:
    link = link_of(target)
    return Target(
        kind=link.kind,
        origin_kind=link_of(link.origin).kind,
        source_kind=link_of(source).kind,
        same_family=True,
        checked=True,
        check_only=False,
        model=pair(source, target).model_function,
        any_model=any_model,
    )


def _values_at_origin(cls: type, made: type, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values of a made class by attribute, as its origin has them by field."""
    link = link_of(made)
    context = _family_context(made, cls)
    found = {}
    for name, field in link.shape.fields.items():
        attribute = attribute_of(link, name)
        if attribute in values:
            found[name] = FieldConverter(field, context).convert(values[attribute], None)
    return found


def field_checks(cls: type) -> Mapping[str, Callable[[Any], Any]]:
    """For a made Type_Safe class: what each field makes of a value that is assigned to it."""
    origin_link = link_of(link_of(cls).origin)
    shape = origin_link.shape
    context = Target(
        kind="type_safe",
        origin_kind=origin_link.kind,
        source_kind="type_safe",
        same_family=True,
        checked=True,
        check_only=True,
        model=lambda declared, arguments: lambda value, memo: value,
        any_model=any_model,
    )
    checks = {}
    for name, field in shape.fields.items():
        checks[name] = _one_argument(FieldConverter(field, context).convert)
    return checks


def _one_argument(function: Convert) -> Callable[[Any], Any]:
    return lambda value: function(value, None)
