"""What a kind of model must be able to do.

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
from typing import Any, Literal, cast

from type_safe_convert.errors import ConversionError
from type_safe_convert.model.carried import Carried
from type_safe_convert.model.registry import KindName, load_kind
from type_safe_convert.model.shape import Field, Shape
from type_safe_convert.model.signatures import accepts_keywords
from type_safe_convert.model.state import is_computed, object_state
from type_safe_convert.types.nodes import AnnotatedNode, ModelNode, Node


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class Unjudged:
    """A value that its field's annotation does not allow, and why, for a validator that may make something of it."""

    value: Any
    error: ConversionError


@dataclasses.dataclass(frozen=True, slots=True)
class Reading:
    """How fields are read from instances of one class.

    Attributes:
        how: 'dict' where the instance's `__dict__` holds them, 'attribute' where they are read one by one.
        state: the `__dict__` (or a copy with pending values filled in) of an instance, where reading it plainly will
            not do; None where `instance.__dict__` will.
        carried: what the instance holds beyond its fields.
        holds_more: a cheap test for `carried`, as source text over the names `s` (instance) and `d` (its `__dict__`);
            empty where instances of the class cannot hold more.
        names: names that `holds_more` needs, with their values.
        usual: a further test, and the marks to carry if it is true, as source text like `holds_more`: for what most
            instances hold beyond their fields.
        order: the attributes in the order in which an instance has them; empty where that is the order of the fields.
        gaps: attributes that an instance may well lack, since its constructor need not set them; `carried` knows which.
    """

    how: Literal["dict", "attribute"]
    state: Callable[[Any], dict[str, Any]] | None
    carried: Callable[[Any], Carried] | None
    holds_more: str = ""
    names: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    usual: tuple[str, str] | None = None
    order: tuple[str, ...] = ()
    gaps: frozenset[str] = frozenset()


@dataclasses.dataclass(frozen=True, slots=True)
class Assembly:
    """How instances of one class are put together from converted values.

    Attributes:
        how: 'store' where setting the instance's `__dict__` is all that the class's own constructor would do;
            'model' the same for pydantic, with its slots; 'call' where `finish` must run.
        finish: `finish(instance, values, keep, carried)` fills an allocated instance from values by attribute name: by
            the class's own means (constructor, validator) for 'call', else by what `how` says. With `keep`, fields that
            these means changed get the given values again. `carried` is what the counterpart carries, where there is
            one. Raises ConversionError.
        always: attributes that every instance has besides its fields, with their values.
        after: what generated code does to a filled 'model', as lines over `made` and `given`, the set of the
            attributes that were given; `names` has the functions in them.
        unchecked: what stands for `finish` where nothing is to be checked; None where `finish` does.
        recall: `recall(instance, values, keep)` fills an allocated instance as `copy.copy` does, without the class's
            own means; None where these are nothing but that.
        aside: whether the class's own means judge copies of the values, on an instance that is thrown away, where an
            instance comes back; else they make the instance itself.
        restore: `restore(instance, carried)` gives an instance back what its counterpart carries.
        new: makes an empty instance.
        from_content: for a class over an immutable builtin (a dataclass that is a str, too): makes an instance from
            what is carried as 'content'; None for any other.
        in_dict: whether an instance holds all its attributes in its `__dict__`; False with slots.
        asks: fields with validators that may take more than their annotations say: a value that does not fit there goes
            to `finish` as `Unjudged`.
        decodes: fields whose validator makes the value from text (`Json`, `Base64Bytes`), and is to be given that.
        post_init: whether `__post_init__` runs once the attributes of a 'store' are set.
        order: the attributes in the order in which the class's own constructor sets them; empty where that is the order
            of the fields.
    """

    how: Literal["store", "model", "call"]
    finish: Callable[..., None]
    always: Mapping[str, Any]
    restore: Callable[[Any, Carried], None]
    unchecked: Callable[..., None] | None = None
    recall: Callable[[Any, dict[str, Any], bool], None] | None = None
    aside: bool = False
    after: tuple[str, ...] = ()
    names: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    new: Callable[[type], Any] = object.__new__
    from_content: Callable[[type, Carried], Any] | None = None
    in_dict: bool = True
    post_init: bool = False
    order: tuple[str, ...] = ()
    asks: frozenset[str] = frozenset()
    decodes: frozenset[str] = frozenset()


def allocator(cls: Any) -> Callable[[type], Any]:
    """What makes an empty instance of `cls`: `object.__new__` where its layout lets it, past a `__new__` of its own."""
    try:
        object.__new__(cls)
    except TypeError:
        return lambda target: cls.__new__(target)
    return object.__new__


# Packages of model bases, whose own attributes are no data.
_LIBRARIES = ("pydantic", "osbot_utils", "type_safe_convert", "builtins", "abc", "typing", "enum")


def is_readable(cls: type, name: str) -> bool:
    """Whether instances have an attribute that is no field and yet a value: computed by a property or another
    descriptor, or a constant of the class, as pydantic's `from_attributes` reads them."""
    if name.startswith("_"):
        return False
    for base in cls.__mro__:
        if name in base.__dict__:
            found = base.__dict__[name]
            if base.__module__.split(".")[0] in _LIBRARIES or isinstance(found, classmethod | staticmethod):
                return False
            if isinstance(found, types.MemberDescriptorType):  # a slot that may be empty
                return False
            return (
                isinstance(found, property | functools.cached_property) or is_computed(cls, name) or not callable(found)
            )
    return False


def hash_of(cls: type, values: Iterable[Any]) -> int:
    """A hash for an instance whose class has one while its fields need not have any: what hashes of them counts.

    So it fits equality by value, whatever the origin hashes by.
    """
    return hash((cls, *map(_hash_if_any, values)))


def _hash_if_any(value: Any) -> int:
    try:
        return hash(value)
    except TypeError:
        return 0


class StoreInDict:
    """Fills an instance by its `__dict__` alone; `always` are attributes that every instance has, `order` is theirs."""

    def __init__(self, always: Mapping[str, Any], order: Sequence[str] = ()) -> None:
        self.always = always
        self.order = order

    def __call__(self, instance: Any, values: dict[str, Any], keep: bool, carried: Carried | None = None) -> None:
        values = {**self.always, **values}
        ordered = {name: values[name] for name in self.order if name in values}
        object.__getattribute__(instance, "__dict__").update({**ordered, **values})


@dataclasses.dataclass(frozen=True, slots=True, eq=False)
class MadeField:
    """A field of a class that is being made.

    Attributes:
        field: the field that it stands for.
        attribute: its name in the made class.
        annotation: its annotation in the made class.
        default, default_factory: in the made class's own terms; MISSING and None where it is required.
    """

    field: Field
    attribute: str
    annotation: Any
    default: Any
    default_factory: Callable[[], Any] | None


@dataclasses.dataclass(frozen=True, slots=True)
class Traits:
    """What a kind answers to questions about all of its classes.

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
        attribute_order_shows: whether a dump of an instance has the order in which its attributes were set.
        assignment_takes_dicts: whether a dict assigned to a field that declares a model becomes that model.
    """

    any_field_may_be_none: bool = False
    models_compare_by_identity: bool = False
    holds_refined_values: bool = False
    tuples_may_be_empty: bool = False
    validator_widens: bool = False
    enum_by_value: bool = False
    attribute_order_shows: bool = True
    assignment_takes_dicts: bool = False


class ModelKind(abc.ABC):
    """One model system. Instances are stateless singletons, made known by a row in `kinds` or by `register_kind`.

    Attributes:
        name: as in `convert(obj, name)`.
        label: with its article, as texts name a class of the kind: 'a dataclass'.
        suffix: the end of the names of generated classes: 'Dataclass'.
        base: the bare base class, which as an annotation stands for any model of the kind; None where there is none.
    """

    name: KindName
    label: str
    suffix: str
    base: type | None = None
    traits = Traits()

    def is_base(self, cls: Any) -> bool:
        """Whether `cls` is the bare base class of the kind."""
        return self.base is not None and cls is self.base

    @abc.abstractmethod
    def is_model(self, cls: Any) -> bool:
        """Whether `cls` is a model class of this kind (the bare base class is none); never raises."""

    # using a class

    def call(self, cls: type, values: Mapping[str, Any]) -> Any:
        """An instance made by the class's own constructor from values by field name. Raises what that raises."""
        return cls(**values)

    def is_called_with(self, cls: Any, names: Sequence[str]) -> bool:
        """Whether the constructor takes fields of these names, so that `call` can."""
        return accepts_keywords(inspect.getattr_static(cls, "__init__"), names, by_any_name=True)

    def state(self, instance: Any) -> dict[str, Any]:
        """All that an instance holds: its fields and everything beside them, by name."""
        return object_state(instance)

    @abc.abstractmethod
    def read(self, cls: type) -> Shape:
        """The Shape of a class that somebody wrote. Raises ClassConversionError."""

    @abc.abstractmethod
    def build(self, shape: Shape, bases: tuple[type, ...], fields: Sequence[MadeField]) -> type:
        """A class of this kind with `fields`, which are the shape's own ones as this kind has them.

        `bases` are the counterparts of the shape's bases. An annotation may hold a ForwardRef to a class that is being
        made at the same time; `finish` follows once all of these exist.
        """

    @abc.abstractmethod
    def finish(self, cls: type, fields: Sequence[MadeField], names: Mapping[str, type]) -> None:
        """Resolves the ForwardRefs of a class that `build` made: `fields` again, now without any; `names` has them."""

    def attribute(self, name: str, shape: Shape) -> str:
        """The attribute that holds a field in a class of this kind that was made from `shape`."""
        return name

    def with_arguments(self, node: ModelNode, annotation: Any) -> Any:
        """The annotation for a model with what its type variables stand for, where this kind can say that."""
        return annotation

    def metadata(self, node: AnnotatedNode) -> tuple[Any, ...]:
        """The metadata of an `Annotated` as this kind understands it."""
        return node.metadata

    @abc.abstractmethod
    def annotate(self, node: Node, inner: Callable[[Node], Any]) -> Any:
        """How this kind writes a node that is not written alike everywhere; NotImplemented for the plain way.

        `inner` writes the nodes in it.
        """

    @abc.abstractmethod
    def reading(self, cls: type, shape: Shape) -> Reading: ...

    @abc.abstractmethod
    def assembly(self, cls: type, shape: Shape) -> Assembly: ...


def get_kind(name: str) -> ModelKind:
    """The kind of that name; KeyError where there is none."""
    return cast("ModelKind", load_kind(name))
