"""Types and constraints that pydantic judges: what it makes of a value, or its refusal as an error of ours."""

from __future__ import annotations

import contextlib
import dataclasses
import functools
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import annotated_types
from pydantic import (
    AllowInfNan,
    AnyUrl,
    BaseModel,
    ConfigDict,
    Discriminator,
    EncodedBytes,
    EncodedStr,
    GetPydanticSchema,
    ImportString,
    Json,
    PlainValidator,
    PydanticUserError,
    Secret,
    SecretBytes,
    SecretStr,
    SkipValidation,
    Strict,
    Tag,
    TypeAdapter,
    UrlConstraints,
    ValidateAs,
    ValidationError,
)
from pydantic.fields import FieldInfo
from pydantic.types import PathType, UuidVersion
from pydantic_core import ErrorDetails, SchemaError, to_json

from type_safe_convert.errors import path_into
from type_safe_convert.kinds.pydantic.errors import from_pydantic_detail
from type_safe_convert.kinds.pydantic.fields import options_of
from type_safe_convert.registry import kind_of_base, kind_of_class
from type_safe_convert.types import nodes
from type_safe_convert.types.annotations import annotated
from type_safe_convert.types.names import all_classes
from type_safe_convert.types.parse import accepts_instances
from type_safe_convert.types.render import render
from type_safe_convert.types.type_variables import args_of, generic_of
from type_safe_convert.values.encoding import encoder_of

_PYTHON_PATTERNS = ConfigDict(regex_engine="python-re")

# Types whose values are instances of them; those of an EmailStr are not.
_VALUE_CLASSES = (Secret, SecretStr, SecretBytes, AnyUrl, BaseModel)


def parse_type(cls: Any, annotation: Any, parse: Callable[[Any], nodes.Node]) -> nodes.Node | None:
    if not isinstance(cls, type):
        return _parse_reference(cls, parse) if type(cls).__name__ == "PydanticRecursiveRef" else None
    if not has_core_schema(cls) or kind_of_class(cls) is not None or kind_of_base(cls) is not None:
        return None
    validate = validator_of(annotation, strict=True, made=cls if is_made_by_validator(annotation) else None)
    if issubclass(cls, _VALUE_CLASSES):
        found = nodes.OpaqueNode(annotation, accepts_instances(cls), cls.__name__, validate)
        return _with_content(found, cls, parse) if issubclass(cls, Secret) else found
    encode = _json_text if is_json(annotation) else None
    return nodes.ValidatedNode(annotation, validate=validate, encode=encode, makes_text=annotation is ImportString)


def _with_content(node: nodes.OpaqueNode, cls: Any, parse: Callable[[Any], nodes.Node]) -> nodes.OpaqueNode:
    """A `Secret`, whose constructor looks at nothing. Its validator validates what a Secret holds: what a validator has
    made already is not for it again."""
    bases = (node.annotation, *(base for item in cls.__mro__ for base in item.__dict__.get("__orig_bases__", ())))
    arguments = [args_of(base) for base in bases if issubclass(generic_of(base) or object, Secret)]
    content = parse(arguments[0][0]) if arguments and arguments[0] else nodes.AnyNode(Any)
    node.widens, encode = may_widen(content), encoder_of(content)
    if encode is not None:
        node.encode = lambda secret: type(secret)(encode(secret.get_secret_value()))
    node.is_shell = not node.widens and encode is None
    return node


def is_made_by_validator(annotation: Any) -> bool:
    """Whether a class of a user says itself how pydantic makes an instance of it, which need not take one as it is."""
    return isinstance(annotation, type) and annotation.__module__.partition(".")[0] not in ("pydantic", "pydantic_core")


def _parse_reference(reference: Any, parse: Callable[[Any], nodes.Node]) -> nodes.Node:
    """Returns the node for a generic model inside of itself, by the identities of the model and its arguments; the
    class did not exist when the reference was written."""
    identities = [int(number) for number in re.findall(r":(\d+)", reference.type_ref)]
    for cls in all_classes():
        metadata = cls.__dict__.get("__pydantic_generic_metadata__") or {}
        if metadata.get("origin") and [id(metadata["origin"]), *map(id, metadata["args"])] == identities:
            return parse(cls)
    return nodes.AnyNode(Any, unresolved=str(reference))


def has_core_schema(annotation: Any) -> bool:
    """Whether pydantic asks the type itself what it accepts; a parametrised one, such as `Secret[int]`, its origin."""
    return hasattr(generic_of(annotation) or annotation, "__get_pydantic_core_schema__")


def parse_metadata(node: nodes.AnnotatedNode) -> None:
    """Says what the metadata of pydantic's mean."""
    items = node.constraints
    node.options = options_of(node.annotation)
    decoders = _decoders(items)
    node.encode = _encoder(decoders)
    node.decodes_inside = not any(isinstance(item, PlainValidator) for item in items)
    node.widens = any(is_validator(item) or _skips_validation(item) for item in items)
    node.is_strict = any(isinstance(item, Strict) and item.strict for item in items)
    if isinstance(node.inner, nodes.UnionNode):
        choosers = filter(None, map(_chooser, (*node.metadata, *items)))
        node.inner = dataclasses.replace(node.inner, choose=next(choosers, None))
    node.tag = next((item.tag for item in node.metadata if isinstance(item, Tag)), None)
    if any(map(is_json, decoders)):
        node.check_text = _check_of(node.inner, items, strict=True)
    if not (_is_scalar(node.inner) or has_core_schema(node.inner.annotation)):
        return
    if general := [item for item in items if _is_pydantic_constraint(item)]:
        node.checks = (*node.checks, _check_of(node.inner, general))
    if narrow := [item for item in items if isinstance(item, UuidVersion | PathType | UrlConstraints)]:
        node.narrow_checks = (*node.narrow_checks, _check_of(node.inner, narrow, strict=True))
    if any(map(_has_core_schema, items)):
        node.validate = _check_of(node.inner, [item for item in items if not is_json(item)], strict=True)


def expand_metadata(item: Any) -> Iterable[Any] | None:
    """The metadata in a `Field`; None of any other item."""
    return item.metadata if isinstance(item, FieldInfo) else None


def _chooser(item: Any) -> Callable[[Any], Any] | None:
    found = item if isinstance(item, Discriminator) else getattr(item, "discriminator", None)
    function = getattr(found, "discriminator", None)
    return function if callable(function) else None


def is_validator(item: Any) -> bool:
    """Whether metadata may make another value of one that is validated, by a function or by a schema of its own."""
    if not hasattr(item, "__get_pydantic_core_schema__"):
        return False
    cls = item if isinstance(item, type) else type(item)
    is_own = cls.__module__.partition(".")[0] not in ("pydantic", "pydantic_core")
    is_pipeline = cls.__module__.startswith("pydantic.experimental.")
    return hasattr(item, "func") or is_own or is_pipeline or isinstance(item, GetPydanticSchema | ValidateAs)


def _is_pydantic_constraint(item: Any) -> bool:
    """pydantic's own constraints (pattern, decimal places, ...), which only pydantic can check as pydantic does."""
    if isinstance(item, AllowInfNan):
        return True
    own = isinstance(item, annotated_types.BaseMetadata) and type(item).__module__.startswith("pydantic")
    return own and not isinstance(item, Strict)


def is_pattern(item: Any) -> bool:
    """Whether it is a pattern for text and nothing else."""
    said = vars(item) if _is_pydantic_constraint(item) and hasattr(item, "__dict__") else {}
    return [name for name, value in said.items() if value] == ["pattern"]


def _has_core_schema(item: Any) -> bool:
    """Whether only pydantic can check the item: UuidVersion, PathType, AfterValidator, other user validators, ..."""
    encodes = is_json(item) or isinstance(item, EncodedStr | EncodedBytes)
    return hasattr(item, "__get_pydantic_core_schema__") and not encodes


def _changes_text(item: Any) -> bool:
    """Whether it is a part of `StringConstraints` that changes the text before the others are looked at."""
    said = vars(item) if _is_pydantic_constraint(item) and hasattr(item, "__dict__") else {}
    return any(said.get(name) for name in ("strip_whitespace", "to_upper", "to_lower"))


def _skips_validation(item: Any) -> bool:
    return SkipValidation in (item, type(item))


def may_widen(node: nodes.Node) -> bool:
    """Whether a validator in the annotation may take a value that the annotation itself does not allow."""
    return any(
        is_validator(item)
        or _changes_text(item)
        or _skips_validation(item)
        or (_has_core_schema(item) and not type(item).__module__.startswith("pydantic."))
        for found in nodes.walk(node)
        if isinstance(found, nodes.AnnotatedNode)
        for item in found.constraints
    )


def _is_scalar(node: nodes.Node) -> bool:
    return isinstance(node, nodes.ScalarNode | nodes.RefinedNode) or (
        isinstance(node, nodes.UnionNode) and all(map(_is_scalar, node.members))
    )


def _check_of(inner: nodes.Node, metadata: Iterable[Any], strict: bool | None = None) -> Callable[[Any], Any]:
    def annotation() -> Any:
        plain = render(inner, lambda node: node.base if isinstance(node, nodes.RefinedNode) else NotImplemented)
        return annotated(plain, *metadata)

    return _Validation(annotation, strict)


def validator_of(annotation: Any, strict: bool | None = None, made: type | None = None) -> Callable[[Any], Any]:
    """Returns a function that validates a value with pydantic, and raises its refusal as our error."""
    return _Validation(lambda: annotation, strict, made)


class _Validation:
    """A function from a value to what pydantic makes of it; its validator is built at the first call.

    Attributes:
        made: a class whose instances pass, though the validator makes them of values of another type only.
        has_python_patterns: whether patterns are those of `re`, as a setting of the class says.
    """

    __slots__ = ("adapter", "annotation", "has_python_patterns", "made", "strict")

    def __init__(self, annotation: Callable[[], Any], strict: bool | None, made: type | None = None) -> None:
        self.annotation = annotation
        self.strict = strict
        self.adapter: TypeAdapter[Any] | None = None
        self.made = made
        self.has_python_patterns = False

    def prepared(self) -> TypeAdapter[Any]:
        if self.adapter is None:
            self.adapter = _adapter(self.annotation(), self.has_python_patterns)
        return self.adapter

    def fits(self) -> Callable[[Any], bool] | None:
        """Tells whether a value is accepted; None where pydantic has no validator for the annotation."""
        try:
            adapter = self.prepared()
        except Exception:  # whatever a schema raises, the first value that is validated raises it again
            return None
        accepts = adapter.validator.isinstance_python
        return accepts if self.strict is None else functools.partial(accepts, strict=self.strict)

    def __call__(self, value: Any) -> Any:
        adapter = self.prepared()
        try:
            return adapter.validate_python(value, strict=self.strict, by_alias=True, by_name=True)
        except ValidationError as error:
            details = error.errors(include_url=False)
            if self.made is not None and isinstance(value, self.made) and all(map(_is_of_other_type, details)):
                return value
            raise from_pydantic_detail(details[0], value) from error


def _adapter(annotation: Any, has_python_patterns: bool) -> TypeAdapter[Any]:
    """By the engine for patterns that the class asks for; by the other one if that does not know a pattern."""
    configs = (_PYTHON_PATTERNS, None) if has_python_patterns else (None, _PYTHON_PATTERNS)
    try:
        return TypeAdapter(annotation, config=configs[0])
    except (SchemaError, PydanticUserError) as error:  # some types allow no configuration beside their own
        try:
            return TypeAdapter(annotation, config=configs[1])
        except Exception:
            raise error from None


def use_python_patterns(node: nodes.Node) -> None:
    """Lets the constraints in an annotation judge patterns by `re`."""
    for item in nodes.walk(node):
        if isinstance(item, nodes.AnnotatedNode):
            for check in (*item.checks, *item.narrow_checks, item.validate):
                if isinstance(check, _Validation):
                    check.has_python_patterns = True


def refuses_only_instances(error: Exception, data: Any) -> bool:
    """Whether a validator refused nothing but instances of classes that pydantic makes of values of another type, and
    the values in `data` that hold them."""
    if not isinstance(error, ValidationError):
        return False
    found = error.errors(include_url=False)
    paths = [path_into(data, item["loc"], item["type"]) for item in found]
    instances = [path for item, path in zip(found, paths, strict=True) if _refuses_instance(item)]
    return all(any(instance[: len(path)] == path for instance in instances) for path in paths)


def _refuses_instance(item: ErrorDetails) -> bool:
    cls = type(item["input"])
    is_made = has_core_schema(cls) and is_made_by_validator(cls) and kind_of_class(cls) is None
    return item["type"].endswith("_type") and is_made


def _is_of_other_type(item: ErrorDetails) -> bool:
    return not item["loc"] and item["type"].endswith("_type")


def lenient_validator(annotation: Any) -> Callable[[Any], Any] | None:
    """Pydantic's own validation in its lenient mode; None where pydantic does not know the annotation."""
    # Some types bring their own configuration, and pydantic allows no other beside it.
    for config in (ConfigDict(arbitrary_types_allowed=True), None, _PYTHON_PATTERNS):
        with contextlib.suppress(Exception):
            validate = TypeAdapter(annotation, config=config).validate_python
            return functools.partial(_with_known_names, validate)
    return None


def _with_known_names(validate: Callable[[Any], Any], value: Any) -> Any:
    try:
        return validate(value)
    except PydanticUserError as error:
        raise NameError("a name in the annotation cannot be resolved") from error


def _decoders(metadata: Sequence[Any]) -> Sequence[Any]:
    """The metadata that may have a validator make the value from text: a PlainValidator replaces all before it."""
    plain = [number for number, item in enumerate(metadata) if isinstance(item, PlainValidator)]
    return metadata[plain[-1] :] if plain else metadata


def _encoder(metadata: Iterable[Any]) -> Callable[[Any], Any] | None:
    """Writes a value as text, for metadata that has a validator make the value from the text."""
    for item in metadata:
        if is_json(item):
            return _json_text
        if isinstance(item, EncodedStr):
            return item.encode_str
        if isinstance(item, EncodedBytes):
            return item.encode
    return None


def is_json(item: Any) -> bool:
    return item is Json or type(item) is Json


def _json_text(value: Any) -> bytes:
    return to_json(value, by_alias=False, round_trip=True)  # validators are called by name
