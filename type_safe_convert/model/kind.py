"""The interface of a kind of models.

A kind is one module under `kinds/`. It recognises its classes, describes one as a `Shape`, builds one from a Shape, and
tells the planner how a value is read from an instance and how an instance is put together.
"""

from __future__ import annotations

import abc
import dataclasses
import functools
import inspect
import types
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from type_safe_convert.model.shape import MISSING, Field, Shape
from type_safe_convert.model.signatures import accepts_keywords
from type_safe_convert.model.state import is_computed, object_state
from type_safe_convert.registry import GenericParts, KindName, ReprParts, kinds_of_values, libraries, load_kind
from type_safe_convert.types.annotations import annotated
from type_safe_convert.types.nodes import AnnotatedNode, ModelNode, Node, RefinedNode

if TYPE_CHECKING:
    from type_safe_convert.model.instances import InstanceBuilder
    from type_safe_convert.model.readers import InstanceReader
    from type_safe_convert.types.containers import ContainerType
# Beside the libraries of the kinds: packages of bases whose own attributes are no data.
_NO_DATA = frozenset({"type_safe_convert", "builtins", "abc", "typing", "enum"})


def is_readable(cls: type, name: str) -> bool:
    """Whether instances have an attribute that is no field and yet a value: computed by a property or another
    descriptor, or a constant of the class, as pydantic's `from_attributes` reads them."""
    if name.startswith("_"):
        return False
    for base in cls.__mro__:
        if name in base.__dict__:
            found = base.__dict__[name]
            if isinstance(found, classmethod | staticmethod) or _is_of_library(base):
                return False
            if isinstance(found, types.MemberDescriptorType):  # a slot that may be empty
                return False
            return (
                isinstance(found, property | functools.cached_property) or is_computed(cls, name) or not callable(found)
            )
    return False


def _is_of_library(cls: type) -> bool:
    package = cls.__module__.split(".")[0]
    return package in _NO_DATA or package in libraries()


@dataclasses.dataclass(slots=True, eq=False)  # nothing changes one; see `Field`
class GeneratedField:
    """A field of a class that is being made.

    Attributes:
        field: the field that it stands for.
        attribute: its name in the generated class.
        annotation: its annotation in the generated class.
        default, default_factory: in the generated class's own terms; MISSING and None where it is required.
    """

    field: Field
    attribute: str
    annotation: Any
    default: Any
    default_factory: Callable[[], Any] | None


@dataclasses.dataclass(frozen=True, slots=True)
class Traits:
    """The traits that all classes of a kind share.

    Attributes:
        any_field_may_be_none: whether a field may hold None whatever its annotation says.
        models_compare_by_identity: whether `==` and the hash of instances go by identity, where a class of the kind
            does not define them.
        holds_refined_values: whether a value of a refined type (a `Safe_Str`) stays one in generated classes; elsewhere
            it becomes its plain value, and the annotation of the generated class has the rules.
        tuples_may_be_empty: whether the default of a tuple of fixed size is an empty one.
        validator_widens: whether the validator of a model turns an int into the float, an instance of a subclass into
            the plain value, and text into the type (`SecretStr`) that its field declares; a default is not validated.
        enum_by_value: whether a model may hold the value of an enum member instead of the member.
        enum_by_name: whether a model may hold the name of an enum member in JSON instead of its value.
        attribute_order_shows: whether a dump of an instance has the order in which its attributes were set.
        assignment_takes_dicts: whether a dict assigned to a field that declares a model becomes that model.
        keeps_sharing: whether an instance that stands in several places is one instance wherever it goes, as a row is.
        reads_may_load: whether reading an attribute of an instance may ask a database; `value_of` does not.
        takes_positions: whether the constructor takes the values of fields by position, but for those by keyword only.
        refuses_other_keys: whether the constructor refuses names that no field has, so that JSON may have no such keys.
        is_value: whether an instance in a model of another kind is a value that stays what it is, as a tuple or a dict
            does.
        instances_know_class: whether an instance tells its class; else the place where it stands must.
        instances_hash: whether an instance may hash; else no set has it as a member, and no dict as a key.
        knows_set_fields: whether an instance knows which of its fields were set, and which have their defaults by being
            left out.
        carries: whether an instance of a generated class has room for what only its origin can express, beside extra
            values and what it is as a builtin value.
    """

    any_field_may_be_none: bool = False
    models_compare_by_identity: bool = False
    holds_refined_values: bool = False
    tuples_may_be_empty: bool = False
    validator_widens: bool = False
    enum_by_value: bool = False
    enum_by_name: bool = False
    attribute_order_shows: bool = True
    assignment_takes_dicts: bool = False
    keeps_sharing: bool = False
    reads_may_load: bool = False
    takes_positions: bool = True
    refuses_other_keys: bool = False
    is_value: bool = False
    instances_know_class: bool = True
    instances_hash: bool = True
    knows_set_fields: bool = False
    carries: bool = True


class ModelKind(abc.ABC):
    """One model system. Instances are stateless singletons, made known by a row in `kinds` or by `register_kind`.

    Attributes:
        name: as in `convert(obj, name)`.
        label: with its article, as texts name a class of the kind: 'a dataclass'.
        suffix: the end of the names of generated classes: 'Dataclass'.
        base: the bare base class, which as an annotation stands for any model of the kind; None where there is none.
        containers: the classes of containers that instances hold builtin ones in, with these.
        has_serializer: whether a class of the kind has `__pydantic_serializer__` by itself.
        written_only: whether users write the classes of the kind, and none is ever made.
        drawn_classes: the name of the module that says, as DRAWN, which random classes of the kind are drawn in tests;
            empty where none are. Only `testing.definitions` imports it.
        source_writer: the name of the module that says, as WRITER, how classes of the kind are written as source text,
            and what they say beside their shape; empty where there is none. Only `writing` imports it.
        class_statements: the name of the module that says, as STATEMENTS, how class statements of the kind look in
            files; empty where none are migrated. Only `writing` imports it.
    """

    name: KindName
    label: str
    suffix: str
    base: type | None = None
    traits: Traits = Traits()
    containers: Mapping[type, type] = types.MappingProxyType({})
    has_serializer = False
    written_only = False
    drawn_classes = ""
    source_writer = ""
    class_statements = ""

    def is_base(self, cls: Any) -> bool:
        """Whether `cls` is the bare base class of the kind."""
        return self.base is not None and cls is self.base

    @abc.abstractmethod
    def is_model(self, cls: Any) -> bool:
        """Whether `cls` is a model class of this kind (the bare base class is none); never raises."""

    # using a class

    def instance_class(self, cls: type) -> type:
        """The class that instances of a model class have: itself, where they tell it."""
        return cls

    def call(self, cls: type, values: Mapping[str, Any]) -> Any:
        """An instance made by the class's own constructor from values by field name. Raises what that raises."""
        return cls(**values)

    def is_called_with(self, cls: Any, names: Sequence[str]) -> bool:
        """Whether the constructor takes fields of these names, so that `call` can."""
        return accepts_keywords(inspect.getattr_static(cls, "__init__"), names, by_any_name=True)

    def constructor_has_default(self, cls: Any, name: str) -> bool:
        """Whether the constructor may be called without a field that has a default."""
        return True

    def accepted(self, cls: Any, values: Mapping[str, Any]) -> dict[str, Any] | None:
        """The values that the constructor takes, of some that it refuses; None where there is no telling."""
        return None

    def complaints(self, error: Exception) -> Sequence[tuple[tuple[Any, ...], str]]:
        """The places and reasons of which an error of the constructor tells; none where it tells of no place."""
        return ()

    def lenient_validator(self, annotation: Any) -> Callable[[Any], Any] | None:
        """The library's own validation of values of an annotation, if it has any and knows the annotation.

        It raises ValueError for what it refuses, and NameError where a name in the annotation cannot be resolved.
        """
        return None

    def root_field(self, cls: type) -> str | None:
        """The field that instances stand for, where they are nothing else; None for most classes."""
        return None

    def annotations_of(self, cls: type) -> Mapping[str, Any] | None:
        """The annotations of a class by attribute, if its library keeps them; else those in its source count."""
        return None

    def tag(self, cls: type) -> tuple[str, Any] | None:
        """The key and the value by which a class is told from others, where that is beside its fields."""
        return None

    def given(self, instance: Any) -> Any:
        """The part of an instance that its class was given; the rest, such as a random default, it makes anew."""
        return instance

    def reconstruct(self, instance: Any) -> Any:
        """The instance made anew by its own class from its own values; itself, if no code of the class would run."""
        return instance

    def state(self, instance: Any) -> dict[str, Any]:
        """All that an instance holds: its fields and everything beside them, by name."""
        return object_state(instance)

    def field_values(self, instance: Any) -> dict[str, Any]:
        """As `state`, with the attributes made that the instance would make when they are read."""
        return self.state(instance)

    def is_readable(self, cls: type, name: str) -> bool:
        """Whether instances have an attribute that is no field and yet a value: a field of a target class may ask for
        it."""
        return is_readable(cls, name)

    def value_of(self, instance: Any, attribute: str) -> Any:
        """The value of an attribute; MISSING where the instance has none."""
        return getattr(instance, attribute, MISSING)

    def holds_enum_values(self, cls: type) -> bool:
        """Whether instances hold the values of enum members in place of the members."""
        return False

    def is_undecorated(self, cls: type) -> bool:
        """Whether the body of a class declares fields that no decorator has read, or not to the end."""
        return False

    def generic_parts(self, cls: Any) -> GenericParts | None:
        """The parts of a generic class, if this kind makes a class of its own for each choice of type arguments."""
        return None

    def generic_of(self, cls: type) -> type | None:
        """The generic class of which `cls` is a class of its own with arguments; None if it is none."""
        parts = self.generic_parts(cls)
        return None if parts is None else parts.origin

    # values and types of any kind

    def other_keys(self, cls: Any) -> str | None:
        """'allow', 'forbid' or '' of the keys that a TypedDict does not declare; None without such a setting."""
        return None

    def hides_input(self, cls: Any) -> bool:
        """Whether errors are to show nothing of instances of a class, by a setting of this kind."""
        return False

    def repr_parts(self, value: Any) -> ReprParts | None:
        """The parts of the repr of an instance, if the library wrote its `__repr__`."""
        return None

    # JSON

    def validation_config(self, cls: type) -> Mapping[str, Any]:
        """The settings of pydantic that a class has of its own for the values that it is given."""
        return {}

    def has_own_schema(self, cls: type) -> bool:
        """Whether pydantic knows by itself how a class that a user wrote is read and written."""
        return False

    def core_schema(self, cls: type, shape: Shape, schema: Any) -> Any:
        """The pydantic-core schema that reads and writes instances: one that `schema` offers.

        `schema` is a `json.model_schema_builder.ModelSchemaBuilder`.
        """
        builder = self.builder(cls, shape)
        if builder.only_stores:
            return schema.filled(builder.class_attributes)
        return schema.called(builder.build, at_once=builder.at_once, has_defaults=not builder.takes_defaults)

    def default_factory(self, field: Field) -> Callable[[], Any] | None:
        """The default factory of a field, or a quicker one with the same results."""
        return field.default_factory

    # classes

    @abc.abstractmethod
    def read(self, cls: type) -> Shape:
        """The Shape of a class that a user wrote. Raises ClassConversionError."""

    def make_class(self, origin: type) -> type:
        """The class of this kind for an origin that has none; under the lock. A `GeneratingKind` makes it.

        Raises ClassConversionError.
        """
        raise NotImplementedError(f"{type(self).__name__}: derive it from GeneratingKind, or set written_only")

    def inherits(self, name: str, shape: Shape) -> bool:
        """Whether a class that is made from `shape` has a field by inheritance; else it declares it itself."""
        return True

    def parse_type(self, cls: Any, annotation: Any, parse: Callable[[Any], Node]) -> Node | None:
        """The node of a type that this kind brings along, which is no model; None of any other.

        Args:
            cls: the class, or an annotation that `typing` does not know.
            annotation: as it is written: `cls` with its arguments, where it has some.
            parse: parses the annotations in it.
        """
        return None

    def expand_metadata(self, item: Any) -> Iterable[Any] | None:
        """The items of a group in the metadata of an `Annotated`; None of what is no group of this kind."""
        return None

    def parse_metadata(self, node: AnnotatedNode) -> None:  # noqa: B027  # most kinds have no constraints of their own
        """Says in a new node what those of its constraints mean that this kind knows."""

    def container(self, node: Node, depth: int, expected_of: Callable[[Node], Any]) -> ContainerType | None:
        """Returns the class in which instances hold a container; None for a builtin one.

        Args:
            depth: how many dicts of the field's value the container is inside.
            expected_of: returns what containers expect of the values of a node in it.
        """
        return None

    def container_of(self, value: Any) -> ContainerType | None:
        """The type of a container of this kind, for others like it."""
        return None

    def unwrapped(self, value: Any) -> Any:
        """The plain value of one of a refined type of this kind; any other value as it is."""
        return value

    def attribute(self, name: str, shape: Shape) -> str:
        """The attribute that holds a field in a class of this kind that was made from `shape`."""
        return name

    def with_arguments(self, node: ModelNode, annotation: Any) -> Any:
        """The annotation for a model with what its type variables stand for, where this kind can say that."""
        return annotation

    def metadata(self, node: AnnotatedNode) -> tuple[Any, ...]:
        """The metadata of an `Annotated` as this kind understands it."""
        return node.metadata

    def annotate(self, node: Node, inner: Callable[[Node], Any]) -> Any:
        """Returns this kind's annotation for a node that kinds write differently; NotImplemented for the common one.

        `inner` writes the nodes in it. By default a refined type is its base type, annotated with the type itself.
        """
        if isinstance(node, RefinedNode) and not self.traits.holds_refined_values:
            return annotated(node.base, node.cls)
        return NotImplemented

    @abc.abstractmethod
    def reader(self, cls: type, shape: Shape) -> InstanceReader:
        """Returns the reader for instances of `cls`, which has that shape or was generated from it."""

    @abc.abstractmethod
    def builder(self, cls: type, shape: Shape) -> InstanceBuilder:
        """Returns the builder for instances of `cls`."""


def get_kind(name: str) -> ModelKind:
    """The kind of that name; KeyError where there is none."""
    return cast("ModelKind", load_kind(name))


def builtin_container(cls: type) -> type:
    """The builtin class of a container class that a kind holds such containers in; `cls` itself for any other."""
    for kind in kinds_of_values(cls):
        found = cast("ModelKind", kind).containers.get(cls)
        if found is not None:
            return found
    return cls


def container_of(value: Any) -> ContainerType | None:
    """The type of a container that checks what is put into it; None for any other value."""
    for kind in kinds_of_values(type(value)):
        found = cast("ModelKind", kind).container_of(value)
        if found is not None:
            return found
    return None


def unwrapped(value: Any) -> Any:
    """The plain value of one of a refined type; any other value as it is."""
    for kind in kinds_of_values(type(value)):
        found = cast("ModelKind", kind).unwrapped(value)
        if found is not value:
            return found
    return value
