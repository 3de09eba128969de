"""Conversion of single values: each annotation node becomes a function from a value to its form in the target kind.

These functions are the meaning of a conversion, complete and with paths in their errors. What is common and simple is
also written as straight-line code by `codegen.py`, which turns here whenever a value is not of the plain expected type.
"""

from __future__ import annotations

import collections
import collections.abc
import contextlib
import datetime
import enum
from collections.abc import Callable, Iterable
from typing import Any

from osbot_utils.type_safe.Type_Safe__Primitive import Type_Safe__Primitive
from osbot_utils.type_safe.type_safe_core.collections.Type_Safe__Dict import Type_Safe__Dict
from osbot_utils.type_safe.type_safe_core.collections.Type_Safe__List import Type_Safe__List
from osbot_utils.type_safe.type_safe_core.collections.Type_Safe__Set import Type_Safe__Set
from osbot_utils.type_safe.type_safe_core.collections.Type_Safe__Tuple import Type_Safe__Tuple
from pydantic import ImportString

from type_safe_convert.errors import (
    NOWHERE,
    ConversionError,
    MissingFieldError,
    NestingTooDeepError,
    ValueConversionError,
    describe_value,
    together,
)
from type_safe_convert.kinds.type_safe.quick_constructors import quick_constructor
from type_safe_convert.model.family import class_in_kind, keys_hash, link_of, members_hash_by_value
from type_safe_convert.model.kind import get_kind
from type_safe_convert.model.registry import base_of, kind_names, kind_of_class
from type_safe_convert.model.shape import MISSING, Field
from type_safe_convert.model.views import View
from type_safe_convert.types import nodes
from type_safe_convert.types.render import render
from type_safe_convert.values.base import Convert, Memo, Target, none_fits_anywhere, refusal, remembering
from type_safe_convert.values.constraints import (
    by_pydantic,
    check_of,
    flat_metadata,
    is_checked_by_itself,
    is_function_validator,
    is_general,
    is_json,
    is_own_check,
    is_scalar,
)
from type_safe_convert.values.copying import (
    BUILTIN_VALUE,
    copy_value,
    like,
    like_dict,
    typed_collection,
    typed_dict,
    typed_tuple,
)
from type_safe_convert.values.unions import (
    ambiguous_collections,
    ambiguous_primitives,
    by_discriminator,
    flatten,
    likeness,
    rank,
    tags,
)


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


def field_function(field: Field, context: Target) -> Convert:
    """The function for the values of one field; its errors have the field's name in their path."""
    node = field.node
    if isinstance(node, nodes.UnionNode) and "discriminator" in field.options:
        convert = _union(node, context, [field.options["discriminator"]])
    else:
        convert = value_function(node, context, typed=2 if context.kind == "type_safe" else 0)
    name = field.name
    none_fits = none_fits_anywhere(context)
    family = context.same_family
    text = type(field.default) is str and any(isinstance(node, nodes.EnumNode) for node in _members(field))
    number = context.native and context.kind == "basemodel" and type(field.default) is int
    if family and (text or number):
        convert = _unless_default(field.default, convert)

    def convert_field(value: Any, memo: Memo) -> Any:
        try:
            return convert(value, memo)
        except ConversionError as error:
            if value is None and none_fits:
                return None
            if family and _is_default(field, value):
                return copy_value(value, memo, context)
            error.source = NOWHERE
            raise error.prepend(name) from None
        except RecursionError:
            raise
        except Exception as error:
            wrapped = ValueConversionError(
                f"{type(error).__name__}: {error}", path=(name,), found=describe_value(value)
            )
            raise wrapped.caused_by(error) from error

    return convert_field


def _unless_default(default: int | str, convert: Convert) -> Convert:
    """`convert`, but for an unset default: pydantic does not validate it, so an int stays one in a float field, and a
    string in a field that is an enum."""
    cls = type(default)
    return lambda value, memo: value if type(value) is cls and value == default else convert(value, memo)


def _members(field: Field) -> tuple[nodes.Node, ...]:
    return field.node.members if isinstance(field.node, nodes.UnionNode) else (field.node,)


def _is_default(field: Field, value: Any) -> bool:
    # A Type_Safe instance equals no fresh one, and making one makes all that it holds by default.
    if field.required or (field.default_factory is not None and kind_of_class(type(value)) == "type_safe"):
        return False
    try:
        default = field.make_default()
        return default is value or (type(default) is type(value) and bool(default == value))
    except Exception:
        return False


def value_function(node: nodes.Node, context: Target, typed: int = 0) -> Convert:
    """The function for values of a node.

    `typed` is the number of levels from here on down at which a collection becomes one of Type_Safe's typed ones: as
    its constructor does it, that is the field itself and the values of a dict there
    (`Type_Safe__Step__Init.convert_value_to_type_safe_objects`, osbot-utils 3.75).
    """
    if node.named is None or not node.children():
        return _value_function(node, context, typed)
    # What has a name may be met in many places, also by way of others.
    known, key = context.recursions, (node, typed)
    if key not in known:
        known[key] = _value_function(node, context, typed)
    return known[key]


def _value_function(node: nodes.Node, context: Target, typed: int) -> Convert:
    match node:
        case nodes.RecursionNode():
            return _recursion(node, context)
        case nodes.AnyNode():
            return _anything(node, context)
        case nodes.ScalarNode(cls=cls):
            return _scalar(cls, context)
        case nodes.EnumNode(cls=cls):
            return _enumeration(cls, context)
        case nodes.LiteralNode():
            return _choice(node, context)
        case nodes.RefinedNode():
            return _primitive(node, context)
        case nodes.CollectionNode():
            return _collection(node, context, typed)
        case nodes.MappingNode():
            return _mapping(node, context, typed)
        case nodes.TupleNode():
            return _tuple(node, context, typed)
        case nodes.TypedDictNode():
            return _record(node, context)
        case nodes.UnionNode():
            return _union(node, context)
        case nodes.AnnotatedNode():
            return _constrained(node, context, typed)
        case nodes.ModelNode(cls=cls):
            return _model(node, context)
        case nodes.OpaqueNode():
            return _instance(node, context)
    raise AssertionError(node)


# values that hold no others


def is_judged_by_pydantic(node: nodes.AnyNode, context: Target) -> bool:
    """Whether it is one of pydantic's types whose values are of another class (EmailStr: a str)."""
    return context.checked and nodes.is_pydantic_type(node.annotation)


def _anything(node: nodes.AnyNode, context: Target) -> Convert:
    if context.check_only and nodes.is_pydantic_type(node.annotation) and not is_json(node.annotation):
        return _adopted(node)
    decoded = is_json(node.annotation) and not context.encoded
    if decoded or not is_judged_by_pydantic(node, context):
        return lambda value, memo: copy_value(value, memo, context)
    check = by_pydantic(node, [], strict=True)
    # Text that an ImportString made of a name is no name.
    import_made = node.annotation is ImportString and context.source_kind == "basemodel"

    def convert(value: Any, memo: Memo) -> Any:
        if not (import_made and isinstance(value, str)):
            check(value)
        return copy_value(value, memo, context)

    return convert


def _adopted(node: nodes.AnyNode) -> Convert:
    """For a type of pydantic's in a made class: what it makes of a value, as in the model that it comes from."""
    cls = node.annotation if isinstance(node.annotation, type) else ()
    judge = by_pydantic(node, [], strict=True)
    return lambda value, memo: value if isinstance(value, cls) else judge(value)


def _recursion(node: nodes.RecursionNode, context: Target) -> Convert:
    known = context.recursions

    def convert(value: Any, memo: Memo) -> Any:
        meant = node.target()
        function = known.get(meant)
        if function is None:
            function = known[meant] = remembering(value_function(meant, context))
        return function(value, memo)

    return convert


def _scalar(cls: type, context: Target) -> Convert:
    validated = context.kind == "basemodel" and context.native
    plain = BUILTIN_VALUE.get(cls)
    expected = "None" if cls is type(None) else cls.__name__
    unwrap = not context.same_family

    def convert(value: Any, memo: Memo) -> Any:
        found = type(value)
        if found is cls:
            return value
        if cls is float and isinstance(value, int) and found is not bool:
            return float(value) if validated else value
        if isinstance(value, cls) and found is not bool and not (cls is datetime.date and found is datetime.datetime):
            if plain is not None and (validated or (unwrap and isinstance(value, Type_Safe__Primitive))):
                return plain(value)
            return value
        if not context.checked:
            return copy_value(value, memo, context)
        raise refusal(value, expected)

    return convert


def _enumeration(cls: type[enum.Enum], context: Target) -> Convert:
    by_value = _holds_enum_values(context)

    def convert(value: Any, memo: Memo) -> Any:
        if isinstance(value, cls):
            return value
        if type(value) is str:
            # By name first and then by value: the order of Type_Safe__Step__Init.convert_value_to_type_safe_objects.
            if value in cls.__members__:
                return cls[value]
            try:
                return cls(value)
            except ValueError:
                pass
        if by_value:
            with contextlib.suppress(ValueError):
                member = cls(value)
                if type(member.value) is type(value) and member.value == value:
                    return member
        if not context.checked:
            return value
        raise refusal(value, f"a {cls.__name__}")

    return convert


def _holds_enum_values(context: Target) -> bool:
    """Whether values come from a model with `use_enum_values`, which holds the values of members, of whatever class."""
    return (
        context.enum_values or (context.same_family and context.origin_traits.enum_by_value)
    ) and not context.check_only


def _choice(node: nodes.LiteralNode, context: Target) -> Convert:
    values = node.values
    expected = "one of " + ", ".join(map(repr, values))
    by_value = _holds_enum_values(context)

    def stands_for(value: Any, choice: Any) -> bool:
        """As pydantic has it, the member of an enum that is text as well stands for the text, and the other way."""
        if type(value) is bool or type(choice) is bool:
            return False
        if choice == value:
            return isinstance(value, type(choice)) or isinstance(choice, type(value))
        return (
            by_value and isinstance(choice, enum.Enum) and type(choice.value) is type(value) and choice.value == value
        )

    def convert(value: Any, memo: Memo) -> Any:
        for choice in values:
            if type(choice) is type(value) and choice == value:
                return value
        if not context.checked:
            return value
        for choice in values:
            if stands_for(value, choice):
                return choice
        raise refusal(value, expected)

    return convert


_CONTAINERS = (list, dict, tuple, set, frozenset)


def _primitive(node: nodes.RefinedNode, context: Target) -> Convert:
    cls: Any = node.cls
    plain = BUILTIN_VALUE[node.base]
    to_plain = not context.native and context.kind != "type_safe"
    make = quick_constructor(cls)

    def convert(value: Any, memo: Memo) -> Any:
        if type(value) is cls:
            return plain(value) if to_plain else value
        if isinstance(value, cls):
            return value
        if value is None or isinstance(value, _CONTAINERS):  # which would become its text, brackets and all
            raise refusal(value, f"a {cls.__name__}")
        try:
            made = make(value)
        except (ValueError, TypeError, ArithmeticError) as error:
            raise ValueConversionError(str(error), expected=f"a {cls.__name__}", found=describe_value(value)) from error
        return plain(made) if to_plain else made

    return convert


def _instance(node: nodes.OpaqueNode, context: Target) -> Convert:
    accepts, name = node.accepts, node.name
    article = name if name.startswith(("a ", "no ")) else f"a {name}"
    # A type of pydantic's own (SecretStr, AnyUrl) takes text in strict mode too; the model's validator has the word.
    takes_text = context.kind == "basemodel" and context.native and nodes.is_pydantic_type(node.annotation)
    judge = by_pydantic(node, [], strict=True)
    # The constructor of `Secret` looks at nothing.
    judged = context.checked and node.is_shell

    def convert(value: Any, memo: Memo) -> Any:
        if context.checked and not accepts(value):
            if takes_text and isinstance(value, str | bytes):
                judge(value)
                return value
            raise refusal(value, article)
        if judged:
            judge(value)
        return value if context.check_only else copy_value(value, memo, context, convert_models=False)

    return convert


# values that hold others


def _collection(node: nodes.CollectionNode, context: Target, typed: int) -> Convert:
    item = value_function(node.item, context)
    origin: Any = node.origin
    if origin not in (list, set, frozenset, collections.deque):
        return _abstract_collection(node, item, context)
    base: Any = origin
    accepted: Any = (origin,)
    hashed = members_hash_by_value if origin is set else keys_hash
    if origin in (set, frozenset):
        in_all = all(hashed(node.item, kind) for kind in kind_names())
        if not context.native and not hashed(node.item, context.kind):
            base = list
        if context.same_family and not in_all:
            accepted = (origin, list)
    finish = _collection_finish(node, context, typed, base)
    expected = f"a {origin.__name__}"
    may_merge = base in (set, frozenset) and any(isinstance(inner, nodes.ModelNode) for inner in nodes.walk(node.item))

    def convert(value: Any, memo: Memo) -> Any:
        if not isinstance(value, accepted):
            if not context.checked:
                return copy_value(value, memo, context)
            raise refusal(value, expected)
        items = _converted(value, item, memo)
        made = finish(value, items)
        if may_merge and len(made) != len(items):
            raise ValueConversionError(f"{len(items) - len(made)} of the items become equal to others", found=expected)
        return made

    return convert


def _converted(values: Iterable[Any], item: Convert, memo: Memo) -> list[Any]:
    """The converted items, in order; an error has the number of the item in its path."""
    items: list[Any] = []
    add = items.append
    errors: list[ConversionError] = []
    for number, value in enumerate(values):
        try:
            add(item(value, memo))
        except ConversionError as error:
            _note(errors, error, number)
    if errors:
        raise together(errors)
    return items


# Of a long list that is wrong throughout, so many problems are told.
_MOST = 100


def _note(errors: list[ConversionError], error: ConversionError, step: Any) -> None:
    """Adds what is wrong under `step`; raises when that is enough."""
    error.source = NOWHERE
    errors.append(error.prepend(step))
    if len(errors) == _MOST or isinstance(error, NestingTooDeepError):
        raise (error if isinstance(error, NestingTooDeepError) else together(errors)) from None


def _collection_finish(
    node: nodes.CollectionNode, context: Target, typed: int, base: Any
) -> Callable[[Any, list[Any]], Any]:
    declared: Any = node.declared
    known: Any = (list, set, frozenset, Type_Safe__List, Type_Safe__Set)
    if declared is not None and (context.native or context.kind == "type_safe"):
        expected_type = declared.expected_type
        return lambda value, items: typed_collection(
            type(value) if isinstance(value, declared) else declared,
            getattr(value, "expected_type", None) or expected_type,
            items,
        )
    if typed and base in (list, set) and not node.bare:
        typed_class = Type_Safe__List if base is list else Type_Safe__Set
        expected_type = render_item(node.item, context)
        if context.native or not context.same_family:
            return lambda value, items: typed_collection(typed_class, expected_type, items)
        return lambda value, items: (
            typed_collection(typed_class, expected_type, items) if type(value) in known else like(value, items)
        )
    family = context.same_family

    def finish(value: Any, items: list[Any]) -> Any:
        cls = type(value)
        if family and cls not in known and declared is None and isinstance(value, base):
            return like(value, items)
        if base is collections.deque:
            return collections.deque(items, value.maxlen)
        return items if base is list else base(items)

    return finish


def render_item(node: nodes.Node, context: Target) -> Any:
    """What a typed collection expects of its items: the declared annotation, or its counterpart in a made class."""
    return node.annotation if context.native else expected_of_items(node, context.kind, context.origin_kind)


def expected_of_items(node: nodes.Node, kind: str, home: str) -> Any:
    """What a typed collection of a made class expects of its items, without what its own check refuses each value of:
    osbot-utils knows no `Annotated`."""

    def expected(item: nodes.Node) -> Any:
        if isinstance(item, nodes.ModelNode):
            return class_in_kind(item.cls, kind, home)
        if nodes.large_alias(item) is not None:
            return Any
        if isinstance(item, nodes.AnnotatedNode):
            return render(item.inner, expected)
        return NotImplemented

    return render(node, expected)


def _abstract_collection(node: nodes.CollectionNode, item: Convert, context: Target) -> Convert:
    """`Sequence[T]` and the like: a list stays a list and a tuple a tuple; other things pass, once they are of it."""
    origin = node.origin

    def convert(value: Any, memo: Memo) -> Any:
        cls = type(value)
        if context.checked and not isinstance(value, origin):
            raise refusal(value, f"a {origin.__name__}")
        if not isinstance(value, list | tuple | set | frozenset | collections.deque):
            return copy_value(value, memo, context)
        items = _converted(value, item, memo)
        if cls in (Type_Safe__List, Type_Safe__Set, Type_Safe__Tuple):
            return list(items) if cls is Type_Safe__List else set(items) if cls is Type_Safe__Set else tuple(items)
        return cls(items) if cls in (list, tuple, set, frozenset) else like(value, items)

    return convert


def _mapping(node: nodes.MappingNode, context: Target, typed: int) -> Convert:
    key_function = value_function(node.key, context)
    origin: Any = node.origin
    plain = node.bare or node.declared or origin is not dict  # Type_Safe leaves what is in other mappings as it is
    value_of = value_function(node.value, context, 0 if plain else max(typed - 1, 0))
    finish = _mapping_finish(node, context, typed)
    if context.same_family and origin is dict and not all(keys_hash(node.key, kind) for kind in kind_names()):
        return _pairs(node, context, key_function, value_of, finish)

    def convert(value: Any, memo: Memo) -> Any:
        if not isinstance(value, origin):
            if not context.checked:
                return copy_value(value, memo, context)
            raise refusal(value, f"a {origin.__name__}")
        if not isinstance(value, dict):
            return copy_value(value, memo, context)
        made: dict[Any, Any] = {}
        errors: list[ConversionError] = []
        for key, element in dict.items(value):
            try:
                made[key_function(key, memo)] = value_of(element, memo)
            except ConversionError as error:
                _note(errors, error, key)
        if errors:
            raise together(errors)
        if len(made) != len(value):
            raise ValueConversionError(f"{len(value) - len(made)} of the keys become equal to others", found="a dict")
        return finish(value, made)

    return convert


def _pairs(
    node: nodes.MappingNode,
    context: Target,
    key_function: Convert,
    value_of: Convert,
    finish: Callable[[Any, dict[Any, Any]], Any],
) -> Convert:
    """A dict whose keys hash at home, by identity, and not in every kind: there it is a list of pairs."""
    listed = not context.native and not keys_hash(node.key, context.kind)

    def convert(value: Any, memo: Memo) -> Any:
        if not isinstance(value, dict | list):
            if not context.checked:
                return copy_value(value, memo, context)
            raise refusal(value, "a dict")
        steps: Iterable[tuple[Any, Any]] = enumerate(value)
        if isinstance(value, dict):
            steps = [(item[0], item) for item in dict.items(value)]
        made: list[tuple[Any, Any]] = []
        errors: list[ConversionError] = []
        for step, pair in steps:
            try:
                if not isinstance(pair, list | tuple) or len(pair) != 2:
                    raise refusal(pair, "a key and its value")
                made.append((key_function(pair[0], memo), value_of(pair[1], memo)))
            except ConversionError as error:
                _note(errors, error, step)
        if errors:
            raise together(errors)
        return made if listed else finish(value if isinstance(value, dict) else {}, dict(made))

    return convert


def _mapping_finish(node: nodes.MappingNode, context: Target, typed: int) -> Callable[[Any, dict[Any, Any]], Any]:
    declared: Any = node.declared
    if declared is not None and (context.native or context.kind == "type_safe"):
        key_type, value_type = declared.expected_key_type, declared.expected_value_type
        return lambda value, items: typed_dict(
            type(value) if isinstance(value, declared) else declared,
            getattr(value, "expected_key_type", None) or key_type,
            getattr(value, "expected_value_type", None) or value_type,
            items,
        )
    if typed and node.origin is dict and not node.bare:
        key_type, value_type = render_item(node.key, context), render_item(node.value, context)
        if context.native or not context.same_family:
            return lambda value, items: typed_dict(Type_Safe__Dict, key_type, value_type, items)
        return lambda value, items: (
            typed_dict(Type_Safe__Dict, key_type, value_type, items)
            if type(value) is dict or isinstance(value, Type_Safe__Dict)
            else like_dict(value, items)
        )
    family = context.same_family
    origin = node.origin

    def finish(value: Any, items: dict[Any, Any]) -> Any:
        cls = type(value)
        if cls is dict or isinstance(value, Type_Safe__Dict) or (not family and origin is dict):
            return items
        return like_dict(value, items)

    return finish


def _tuple(node: nodes.TupleNode, context: Target, typed: int) -> Convert:
    items = [value_function(item, context) for item in node.items]
    size = None if node.variadic else len(items)
    cls: Any = node.cls
    typed_form = typed and not node.bare and not node.variadic and cls is tuple
    carries = context.same_family and not context.native
    # Type_Safe accepts no value in a variadic tuple; what it makes by default is a typed one, empty.
    typed_empty = typed and context.native and node.variadic and not node.bare
    expected_types = tuple(render_item(item, context) for item in node.items) if typed_form else ()
    home_is_type_safe = "type_safe" in (context.origin_kind, context.source_kind)
    expected = f"a {cls.__name__}" + ("" if size is None else f" of {size} items")

    def convert(value: Any, memo: Memo) -> Any:
        if not isinstance(value, cls):
            if not context.checked:
                return copy_value(value, memo, context)
            raise refusal(value, expected)
        functions: Iterable[Convert]
        if size is None:
            functions = items * len(value)
        elif len(value) == size or not context.checked:
            functions = items
        elif not value and context.same_family and home_is_type_safe:
            functions = ()  # Type_Safe's own default for a tuple is an empty one
        else:
            raise refusal(value, expected)
        made: list[Any] = []
        errors: list[ConversionError] = []
        for number, (convert_item, element) in enumerate(zip(functions, value, strict=False)):
            try:
                made.append(convert_item(element, memo))
            except ConversionError as error:
                _note(errors, error, number)
        if errors:
            raise together(errors)
        if typed_form and (not carries or type(value) in (tuple, Type_Safe__Tuple)):
            return typed_tuple(expected_types, made)
        if typed_empty and not made:
            return typed_tuple((node.items[0].annotation, Ellipsis), made)
        found = type(value)
        if found is tuple or found is Type_Safe__Tuple:
            return tuple(made)
        return like(value, made)

    return convert


def _record(node: nodes.TypedDictNode, context: Target) -> Convert:
    functions = {name: value_function(item, context) for name, item in node.items.items()}
    extra = None if node.extra is None else value_function(node.extra, context)

    def convert(value: Any, memo: Memo) -> Any:
        if not isinstance(value, dict):
            raise refusal(value, f"a dict as {node.cls.__name__} describes it")
        if node.is_closed and context.checked and not value.keys() <= functions.keys():
            unknown = next(key for key in value if key not in functions)
            raise ValueConversionError("unknown key", path=(unknown,), expected=f"a key of {node.cls.__name__}")
        made = {}
        for key, element in value.items():
            function = functions.get(key, extra)
            try:
                made[key] = copy_value(element, memo, context) if function is None else function(element, memo)
            except ConversionError as error:
                error.source = NOWHERE
                raise error.prepend(key) from None
        missing = node.required - value.keys()
        if missing and context.checked:
            raise MissingFieldError(path=(sorted(missing)[0],), expected="a value", found="no such key")
        return made

    return convert


# unions: the member that the value had, before the first that fits


def _union(node: nodes.UnionNode, context: Target, metadata: Iterable[Any] = ()) -> Convert:
    members = flatten(node)
    ambiguous = ambiguous_primitives(members)
    ambiguous_typed = ambiguous_collections(members)
    functions: list[tuple[nodes.Node, Convert]] = []
    for member in members:
        convert_member = value_function(member, context)
        if isinstance(member, nodes.RefinedNode) and member.cls in ambiguous:
            convert_member = _kept(member.cls, convert_member)
        declared = getattr(member, "declared", None)
        if declared is not None and declared in ambiguous_typed:
            convert_member = _kept_collection(declared, convert_member)
        functions.append((member, convert_member))
    by_class: dict[type, tuple[list[tuple[nodes.Node, Convert]], bool, bool]] = {}
    several = not context.same_family and sum(any(map(_is_model, nodes.walk(member))) for member in members) > 1
    discriminator = by_discriminator(members, metadata) if several else None
    expected = " or ".join(map(name_of, members))
    scalars = (nodes.ScalarNode, nodes.LiteralNode, nodes.EnumNode)

    def ordered(cls: type) -> tuple[list[tuple[nodes.Node, Convert]], bool, bool]:
        """The members with their functions, the nearest first; whether only the first is of that class at all; and
        whether the value itself decides between several models."""
        ranked = sorted(functions, key=lambda pair: rank(pair[0], cls))
        if kind_of_class(cls) is not None:  # asked in vain, a scalar would describe the whole model
            ranked = [pair for pair in ranked if not isinstance(pair[0], scalars) or rank(pair[0], cls) < 2]
        meant = sum(rank(member, cls) < 2 for member in members) == 1
        holds_models = kind_of_class(cls) is not None or issubclass(cls, dict | list | tuple | set | frozenset)
        told = several and holds_models and rank(ranked[0][0], cls) > 0 if ranked else False
        if len(by_class) < 1000:
            by_class[cls] = ranked, meant, told
        return ranked, meant, told

    def nearest(value: Any, ranked: list[tuple[nodes.Node, Convert]]) -> list[tuple[nodes.Node, Convert]]:
        """The members in the order in which they take most of a value that is of none of them."""
        chosen = None if discriminator is None else discriminator(value)
        cls = type(value)
        is_model = kind_of_class(cls) is not None
        return sorted(
            ranked,
            key=lambda pair: (
                chosen is None or pair[0] is not members[chosen],
                not any(map(_is_model, nodes.walk(pair[0]))) if is_model else rank(pair[0], cls),
                [-number for number in likeness(value, pair[0], context)],
            ),
        )

    def convert(value: Any, memo: Memo) -> Any:
        if value is None:
            for member, _ in functions:
                if nodes.accepts_none(member):
                    return None
        errors: list[ConversionError] = []
        ranked, meant, told = by_class.get(type(value)) or ordered(type(value))
        if told:
            ranked = nearest(value, ranked)
        for _, function in ranked:
            try:
                return function(value, memo)
            except NestingTooDeepError:
                raise
            except ConversionError as error:
                errors.append(error)
        named = None if meant else _error_by_tag(value, [member for member, _ in ranked], errors)
        if named is None and errors:
            deepest = max(errors, key=lambda error: len(error.path))
            named = deepest if deepest.path else errors[0] if meant else None
        raise refusal(value, expected) if named is None else named

    return convert


def _is_model(node: nodes.Node) -> bool:
    return isinstance(node, nodes.ModelNode) and base_of(node.cls) is None


def _error_by_tag(value: Any, members: list[nodes.Node], errors: list[ConversionError]) -> ConversionError | None:
    """Where a field with a Literal tells the models in a union apart: the error of the one that the value names, or
    that it names none."""
    if kind_of_class(type(value)) is None:
        return None
    name, table = tags(members)
    tag = getattr(value, name, MISSING) if name else MISSING
    if tag is MISSING:
        return None
    for known, number in table:
        if type(known) is type(tag) and known == tag:
            return errors[number]
    return refusal(tag, "one of " + ", ".join(repr(known) for known, _ in table)).prepend(name)


def _kept(cls: type, convert: Convert) -> Convert:
    return lambda value, memo: value if type(value) is cls else convert(value, memo)


def _kept_collection(declared: Any, convert: Convert) -> Convert:
    """`convert`, but a collection of the class `declared` stays one in every kind, with converted items."""

    def convert_kept(value: Any, memo: Memo) -> Any:
        made = convert(value, memo)
        if not isinstance(value, declared) or isinstance(made, declared):
            return made
        if isinstance(made, dict):
            return typed_dict(type(value), value.expected_key_type, value.expected_value_type, made)
        return typed_collection(type(value), value.expected_type, made)

    return convert_kept


# constraints


def _constrained(node: nodes.AnnotatedNode, context: Target, typed: int) -> Convert:
    # Type_Safe's constructor leaves what is Annotated plain.
    metadata = list(flat_metadata(node.metadata))
    if isinstance(node.inner, nodes.UnionNode):
        convert_inner = _union(node.inner, context, [*node.metadata, *metadata])
    else:
        convert_inner = value_function(node.inner, context, 0 if context.native or not context.same_family else typed)
    if any(map(is_json, metadata)) and context.encoded:
        return _json_text(node.inner, metadata, context)
    carries = context.same_family and any(map(is_function_validator, metadata))
    checks = [check for item in metadata if (check := check_of(item, node)) is not None] if context.checked else []
    judged_inner = is_scalar(node.inner) or nodes.is_pydantic_type(node.inner.annotation)
    general = [item for item in metadata if is_general(item)] if context.checked else []
    if general and judged_inner:
        checks.append(by_pydantic(node.inner, general))
    own = [item for item in metadata if is_own_check(item)] if context.checked else []
    if own and judged_inner and not context.check_only:
        checks.append(by_pydantic(node.inner, own, strict=True))
    judge: Callable[[Any], Any] | None = None
    if context.check_only and judged_inner and any(map(is_checked_by_itself, metadata)):
        # The value stays as it was given: a validator that changes it does so once, in the model.
        judge = by_pydantic(node.inner, [item for item in metadata if not is_json(item)], strict=True)
        checks.append(judge)
    if not checks and not carries:
        return convert_inner

    def convert(value: Any, memo: Memo) -> Any:
        try:
            made = convert_inner(value, memo)
        except NestingTooDeepError:
            raise
        except ConversionError:
            if not carries:  # a validator may have made of the value what its annotation does not say
                raise
            if judge is not None:
                judge(value)
            return copy_value(value, memo, context)
        for check in checks:
            check(made)
        return made

    return convert


def _json_text(inner: nodes.Node, metadata: list[Any], context: Target) -> Convert:
    """The text that a written model reads; its validator makes the value of it."""
    check = by_pydantic(inner, metadata, strict=True)

    def convert(value: Any, memo: Memo) -> Any:
        if context.checked:
            check(value)
        return copy_value(value, memo, context)

    return convert


# models, and whatever stands where anything may stand


def _model(node: nodes.ModelNode, context: Target) -> Convert:
    if context.check_only:
        return _adopted_model(node, context)
    return context.model(node.cls, node.arguments)


def _adopted_model(node: nodes.ModelNode, context: Target) -> Convert:
    declared = class_in_kind(node.cls, context.kind, context.origin_kind)
    functions: dict[str, Convert] = {}

    def prepare() -> None:
        link = link_of(declared)
        for name, field in View(node.cls, node.arguments).fields(link.origin).items():
            attribute = name if link.origin is declared else get_kind(link.kind).attribute(name, link.shape)
            functions[attribute] = field_function(field, context)

    def adopt(value: Any, memo: Memo) -> Any:
        if type(value) is dict and kind_of_class(declared) == "type_safe":
            value = declared(**value)
        if not isinstance(value, declared):
            raise refusal(value, f"a {declared.__name__}")
        if node.arguments and not functions:
            prepare()
        for attribute, function in functions.items():
            function(getattr(value, attribute), memo)
        return value

    return adopt
