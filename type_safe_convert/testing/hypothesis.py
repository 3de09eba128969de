"""Strategies for instances of model classes of any kind, and the round trip as one assertion.

Instances are built by the constructors of their classes. The public name is `type_safe_convert.hypothesis`.
"""

from __future__ import annotations

import types
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, TypeVar

from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st
from hypothesis.errors import Unsatisfiable
from hypothesis.strategies import SearchStrategy

from type_safe_convert.advice import about_value, not_a_class
from type_safe_convert.api import convert, convert_class, converter, kind_of
from type_safe_convert.errors import NotAModelError, UntoldClassError, describe_value
from type_safe_convert.generated_class import origin_in
from type_safe_convert.model.family import origin_of, shape_of
from type_safe_convert.model.kind import ModelKind, get_kind
from type_safe_convert.registry import describe_kinds, kind_of_class, made_kinds
from type_safe_convert.testing.construct import EXTRA_FIELD, call_kind, init_only_nodes
from type_safe_convert.testing.equality import differences
from type_safe_convert.testing.sampler import NotBuilt, samples
from type_safe_convert.testing.strategies import TEXT, ValueStrategies
from type_safe_convert.types import nodes
from type_safe_convert.types.parse import parse

if TYPE_CHECKING:
    from typing_extensions import TypeForm

Model = TypeVar("Model")

# The classes that users registered. A field that declares one of them also gets instances of its registered subclasses.
_registered: dict[type, None] = {}

# The attribute in which a drawn class keeps its drawn subclasses. A field that declares it may hold their instances.
DRAWN_BELOW = "__drawn_below__"

# The error of each class, by its name, for the last values that it refused: the reason why no instance is found.
_refusals: dict[str, str] = {}

_NONE: Final[Mapping[Any, Any]] = types.MappingProxyType({})


def instances(cls: TypeForm[Model], *, depth: int = 2) -> SearchStrategy[Model]:
    """Instances of a model class of any kind, made by its own constructor.

    Fields with a default are now and then left out. Classes whose constructor does not take the fields get instances
    from `type_safe_convert.testing.samples`.

    Args:
        depth: how many further models may stand inside of each other; deeper, only what is required is filled in, so
            that a recursive model ends there.

    Raises:
        NotAModelError: `cls` is no model class.
    """
    if kind_of_class(cls) is None:
        raise not_a_class(cls)
    given_class: Any = cls
    return st.deferred(lambda: _instances(given_class, depth))


def _nested(node: nodes.ModelNode, depth: int, inside_of: frozenset[type]) -> SearchStrategy[Any]:
    """Instances for a field. `inside_of`: the classes around it that are too deep to hold themselves."""
    cls = node.cls
    if kind_of_class(cls) is None or cls in inside_of:  # a bare base allows any model, and no class is known
        return st.nothing()
    if depth < 0:
        return _instances(cls, depth, node.arguments, inside_of | {cls})
    others = list(cls.__dict__.get(DRAWN_BELOW, ()))
    if cls in _registered:
        others += [other for other in _registered if other is not cls and issubclass(origin_of(other), cls)]
    return st.one_of(_instances(cls, depth, node.arguments), *(_instances(other, depth) for other in others))


def _instances(
    cls: type, depth: int, arguments: Mapping[Any, Any] = _NONE, inside_of: frozenset[type] = frozenset()
) -> SearchStrategy[Any]:
    shape = shape_of(cls)
    kind = get_kind(shape.kind)
    values = ValueStrategies(lambda node, depth: _nested(node, depth, inside_of), depth)
    decoded = ValueStrategies(values.instances, depth, decoded=True)
    # A plain validator of a model takes the place of the one that would make the value from text.
    decodes = kind.builder(cls, shape).decoded_fields if kind.traits.validator_widens and shape.cls is cls else None
    required: dict[str, SearchStrategy[Any]] = {}
    optional: dict[str, SearchStrategy[Any]] = {}
    for name, field in shape.fields.items():
        needed = field.required or not kind.constructor_has_default(cls, name)
        if not field.init or (depth < 0 and not needed):
            continue
        node = parse(field.annotation, dict(arguments), shape.kind) if arguments else field.node
        strategy = _field_values(node, values if decodes is None or name in decodes else decoded)
        if strategy.is_empty:
            if field.required:
                return st.nothing()
            continue
        (required if needed else optional)[name] = strategy
    required |= {name: values.of(node) for name, node in init_only_nodes(cls, shape).items()}
    if shape.extra == "allow" and EXTRA_FIELD not in shape.fields:
        optional[EXTRA_FIELD] = st.integers() | TEXT if shape.extra_node is None else values.of(shape.extra_node)
    if not kind.is_called_with(cls, (*required, *optional)):
        return _sampled(cls)
    return st.fixed_dictionaries(required, optional=optional).map(_Built(cls, kind))


def _field_values(node: nodes.Node, values: ValueStrategies) -> SearchStrategy[Any]:
    strategy = values.of(node)
    if strategy.is_empty and nodes.accepts_none(node):
        return st.none()
    return strategy


class _Built:
    """Calls a class with values by field name; rejects values that the class refuses."""

    def __init__(self, cls: type, kind: ModelKind) -> None:
        self.cls = cls
        self.kind = kind

    def __repr__(self) -> str:
        return self.cls.__name__

    def __call__(self, values: dict[str, Any]) -> Any:
        try:
            return call_kind(self.kind, self.cls, values)
        except Exception as error:
            _refusals[self.cls.__qualname__] = f"{type(error).__name__}: {error}"
            reject()


def _sampled(cls: type) -> SearchStrategy[Any]:
    """For a constructor that does not take the fields: the sampler tries further ways to call it."""

    def build(seed: int) -> Any:
        try:
            return samples(cls, 1, seed)[0]
        except NotBuilt as error:
            _refusals[cls.__qualname__] = str(error)
            reject()

    return st.integers(0, 2**16).map(build)


def register(*classes_or_modules: type | types.ModuleType) -> list[type]:
    """Registers model classes with Hypothesis, so that `st.from_type(cls)` gives instances; returns these classes.

    Of a module, every model class that is defined in it. Hypothesis resolves a type to what was registered for it or
    for subclasses of it, so each class is registered itself. A field declared as a registered class gets instances of
    it and of its registered subclasses.

    Raises:
        NotAModelError: an argument is neither a module nor a model class.
    """
    found: list[type] = []
    for item in classes_or_modules:
        if isinstance(item, types.ModuleType):
            found += [cls for cls in vars(item).values() if _is_defined_in(cls, item)]
        elif isinstance(item, type) and kind_of_class(item) is not None:
            found.append(item)
        else:
            raise NotAModelError(
                "neither a model class nor a module",
                expected=describe_kinds("a module"),
                found=describe_value(item),
            )
    for cls in found:
        st.register_type_strategy(cls, instances(cls))
        _registered[cls] = None
    return found


def _is_defined_in(cls: object, module: types.ModuleType) -> bool:
    return (
        isinstance(cls, type)
        and cls.__module__ == module.__name__
        and kind_of_class(cls) is not None
        and origin_in(cls) is None
    )


def assert_round_trip(cls: type, *, max_examples: int | None = None, depth: int = 2) -> None:
    """Converts random instances of `cls` to every other kind and back, also through a further one, and compares.

    Also asserts that the source is untouched, and that the indirect conversion gives the same as the direct one. On
    failure the message has the smallest instance that Hypothesis found.

    Args:
        max_examples: how many instances; by default what the current Hypothesis profile says.
        depth: how many further models may stand inside of each other.

    Raises:
        AssertionError: a result differs; says where and how.
        ConversionError: an instance that `cls` accepts was refused.
        hypothesis.errors.Unsatisfiable: `cls` refused all values; says why.
    """
    chosen = settings(
        max_examples=max_examples or settings.default.max_examples,  # type: ignore[union-attr]  # it always has one
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )

    @chosen
    @given(instances(cls, depth=depth))
    def run(instance: Any) -> None:
        check_round_trip(instance, cls)

    _refusals.clear()
    try:
        run()
    except Unsatisfiable as error:
        said = "".join(f"\n{name} said: {mismatch}" for name, mismatch in _refusals.items())
        raise Unsatisfiable(
            f"no instance of {cls.__name__} was found. Draw some of your own, and check_round_trip() each.{said}"
        ) from error


def _not_an_instance(found: Any) -> NotAModelError:
    if isinstance(found, type):
        advice = f"pass an instance; for random ones, assert_round_trip({found.__name__})"
    else:
        advice = about_value(found, "YourClass") or f"pass {describe_kinds()}"
    return NotAModelError(expected="a model instance", found=describe_value(found), advice=advice)


def check_round_trip(instance: Any, cls: Any = None) -> None:
    """Asserts for one instance what `assert_round_trip` asserts for random ones.

    Args:
        cls: its class, if the instance does not tell that.

    Raises:
        AssertionError: it did not come back the same.
        NotAModelError: it is no model instance.
        ConversionError: it cannot be converted.
    """
    cls = type(instance) if cls is None else cls
    kind: Any = kind_of(cls)
    if kind is None:
        raise _not_an_instance(instance)
    copy = _converted(instance, cls, cls)
    others: list[Any] = [name for name in made_kinds() if name != kind]
    for first, second in zip(others, (*others[1:], *others[:1]), strict=True):
        try:
            _check_triangle(instance, cls, kind, first, second)
        except UntoldClassError:
            if all(get_kind(name).traits.instances_know_class for name in (first, second)):
                raise
    _assert_same(copy, instance, "the source, before and after")


def _check_triangle(instance: Any, cls: Any, kind: Any, first: Any, second: Any) -> None:
    there, further = convert_class(cls, first), convert_class(cls, second)
    carries = get_kind(first).traits.carries
    direct = _converted(instance, cls, there)
    assert type(direct) is get_kind(first).instance_class(there)
    _assert_same(instance, _converted(direct, there, cls), f"{kind} -> {first} -> {kind}", carries)
    indirect = _converted(direct, there, further)
    path = f"{kind} -> {first} -> {second}"
    if get_kind(second).traits.instances_hash:  # else it has lists for sets, in any order
        _assert_same(_converted(instance, cls, further), indirect, path, carries)
    carries = carries and get_kind(second).traits.carries
    _assert_same(instance, _converted(indirect, further, cls), f"{path} -> {kind}", carries)


def _converted(instance: Any, source: Any, target: Any) -> Any:
    if get_kind(str(kind_of(source))).traits.instances_know_class:
        return convert(instance, target)
    return converter(source, target)(instance)


def _assert_same(expected: Any, found: Any, path: str, beside: bool = True) -> None:
    differing = differences(expected, found, beside=beside)
    assert not differing, f"{path}: " + "; ".join(map(str, differing))
