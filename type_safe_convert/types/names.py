"""The annotations of classes and functions, with the names in them resolved: strings, forward references, `Self`."""

from __future__ import annotations

import ast
import builtins
import collections
import contextlib
import sys
import types
import typing
from collections.abc import Iterator
from typing import Any

from typing_extensions import is_typeddict
from typing_inspection import typing_objects

from type_safe_convert.registry import generic_parts
from type_safe_convert.types.lazy_annotations import own_annotations
from type_safe_convert.types.type_variables import SELF, args_of, arguments_of, inherited_arguments, rebuild, substitute


def resolve_hints(cls: type, *, with_self: bool = True) -> dict[str, Any]:
    """The annotations of a class and its bases, names resolved; a name that cannot be resolved stays a ForwardRef.

    Names are looked up as Python would at the place of definition: in the class's module, in the class itself (its own
    name and type parameters), and for a class made in a function, in that function's variables while it still runs, or
    else among the classes that the same function made. `Self` is `cls`, with its own type parameters, where that is
    not asked to stay.
    """
    hints: dict[str, Any] = {}
    if is_typeddict(cls):
        _resolve_inherited_items(cls, hints)
    arguments = inherited_arguments(cls)
    itself = {SELF: self_of(cls)} if with_self else {}
    for base in reversed(cls.__mro__):
        own = own_annotations(base)
        names: _Namespace | None = None
        variables = {**arguments.get(base, {}), **itself} if own else itself
        for name, hint in own.items():
            if base is cls and name in hints and is_typeddict(cls):
                continue
            if not is_resolved(hint):
                names = names or _Namespace(base)
                hint = resolve(hint, names)
            hints[name] = substitute(hint, variables)
    return hints


def variables_of_fields(cls: type) -> dict[str, typing.Mapping[Any, Any]]:
    """Returns the arguments of type variables for each field, as its declaring class has them."""
    arguments = inherited_arguments(cls)
    found: dict[str, typing.Mapping[Any, Any]] = {}
    for base in reversed(cls.__mro__):
        found.update({name: {**arguments.get(base, {}), SELF: self_of(cls)} for name in own_annotations(base)})
    return found


def _resolve_inherited_items(cls: Any, hints: dict[str, Any]) -> None:
    """The items of a TypedDict's bases, which are no classes in its MRO; those that it declares anew are left out."""
    own = own_annotations(cls)
    for generic in getattr(cls, "__orig_bases__", ()):
        base: Any = typing.get_origin(generic) or generic
        if is_typeddict(base):
            arguments = {**arguments_of(base, typing.get_args(generic)), SELF: self_of(cls)}
            inherited = own_annotations(base)
            for name, hint in resolve_hints(base, with_self=False).items():
                if name in own and (own[name] is inherited[name] or own[name] == inherited[name]):
                    hints[name] = substitute(hint, arguments)


def self_of(cls: Any) -> Any:
    """Returns the type that `Self` means in the annotations of `cls`."""
    parameters = getattr(cls, "__parameters__", ())
    if not parameters or generic_parts(cls) is not None:
        return cls
    return cls[tuple(typing.Unpack[item] if typing_objects.is_typevartuple(item) else item for item in parameters)]


def is_resolved(hint: Any) -> bool:
    if isinstance(hint, str | typing.ForwardRef):
        return False
    if isinstance(hint, type) and not isinstance(hint, types.GenericAlias):
        return True
    return all(is_resolved(arg) for arg in _arguments(hint))


def _arguments(hint: Any) -> tuple[Any, ...]:
    args = args_of(hint)
    if not args or typing_objects.is_literal(typing.get_origin(hint)):
        return ()
    if typing_objects.is_annotated(typing.get_origin(hint)):
        return args[:1]
    return tuple(item for arg in args for item in (arg if isinstance(arg, list) else [arg]))


def parts(hint: Any) -> Iterator[Any]:
    """Every annotation in an annotation."""
    for arg in hint if isinstance(hint, tuple) else _arguments(hint):
        yield arg
        yield from parts(arg)


def resolve(hint: Any, names: typing.Mapping[str, Any], inside: tuple[str, ...] = ()) -> Any:
    """`hint` with every string and ForwardRef in it evaluated in `names`; one that fails stays a ForwardRef.

    `inside` are the strings that `hint` comes from: one that is met again there is a recursive alias, and stands for
    anything.
    """
    if isinstance(hint, typing.ForwardRef):
        names = _names_of_reference(hint, names)
        hint = hint.__forward_arg__
    if isinstance(hint, str):
        if hint in inside:
            return Any
        try:
            value = _evaluate(hint, names)
        except Exception:
            value = _partly(hint, names)
            if isinstance(value, typing.ForwardRef):
                return value
        return value if value == hint else resolve(value, names, (*inside, hint))
    if isinstance(hint, list):  # the parameters of a Callable
        return [resolve(item, names, inside) for item in hint]
    if is_resolved(hint):
        return hint
    args = args_of(hint)
    if typing_objects.is_annotated(typing.get_origin(hint)):
        args = args[:1]  # its metadata may be text
    return rebuild(hint, tuple(resolve(arg, names, inside) for arg in args))


def _names_of_reference(reference: Any, names: typing.Mapping[str, Any]) -> typing.Mapping[str, Any]:
    """`names`, and those that a ForwardRef brings along since Python 3.14: the variables of its function."""
    own: dict[str, Any] = dict(getattr(reference, "__extra_names__", None) or {})
    cells = getattr(reference, "__cell__", None)
    cells = cells if isinstance(cells, dict) else {reference.__forward_arg__: cells}
    cell: Any
    for name, cell in cells.items():
        with contextlib.suppress(AttributeError, ValueError):  # there is none, or nothing in it yet
            own[name] = cell.cell_contents
    return collections.ChainMap(own, names) if own else names  # type: ignore[arg-type]  # only read


def _evaluate(text: str, names: typing.Mapping[str, Any]) -> Any:
    # The builtins are real ones: with none, `typing.Generic` cannot be subscripted since Python 3.12.
    return eval(text, {"__builtins__": builtins}, names)  # what typing.get_type_hints does


def _partly(text: str, names: typing.Mapping[str, Any]) -> Any:
    """Evaluates a string with unknown names in it as far as possible: `list[Unknown]` is still a list."""
    replaced = _UnknownNames(names)
    try:
        tree = ast.fix_missing_locations(replaced.visit(ast.parse(text.strip(), mode="eval")))
        value = eval(compile(tree, "<annotation>", "eval"), {"__builtins__": builtins, **replaced.references}, names)
    except Exception:
        return _reference(text)
    return _reference(text) if is_resolved(value) else value


class _UnknownNames(ast.NodeTransformer):
    """Puts a name of its own in place of each name, attribute or subscript that cannot be evaluated."""

    def __init__(self, names: typing.Mapping[str, Any]) -> None:
        self.names = names
        self.references: dict[str, typing.ForwardRef] = {}

    def visit_Name(self, node: ast.Name) -> ast.expr:
        return self.reference(node) if self.is_unknown(node) else node

    visit_Attribute: Any = visit_Name

    def visit_Subscript(self, node: ast.Subscript) -> ast.AST:
        return self.reference(node) if self.is_unknown(node.value) else self.generic_visit(node)

    def is_unknown(self, node: ast.expr) -> bool:
        try:
            _evaluate(ast.unparse(node), self.names)
        except (NameError, AttributeError):
            return True
        return False

    def reference(self, node: ast.expr) -> ast.Name:
        name = f"__unknown_{len(self.references)}__"
        self.references[name] = typing.ForwardRef(ast.unparse(node))
        return ast.Name(name, ast.Load())


def _reference(text: str) -> typing.ForwardRef:
    """Returns a ForwardRef of text that cannot be evaluated, even of text that is no expression."""
    try:
        return typing.ForwardRef(text)
    except (SyntaxError, IndexError):  # until Python 3.13; the latter for an empty text
        reference = typing.ForwardRef("NoExpression")
        reference.__forward_arg__ = text
        return reference


class _Namespace(dict[str, Any]):
    """The names that an annotation of `cls` can use, looked up when asked for."""

    def __init__(self, cls: type, thorough: bool = True) -> None:
        super().__init__()
        self.cls = cls
        self.thorough = thorough
        self.module = vars(sys.modules.get(cls.__module__, types.ModuleType("missing")))

    def __missing__(self, name: str) -> Any:
        cls = self.cls
        if name == cls.__name__:
            return cls
        for parameter in getattr(cls, "__type_params__", ()) or getattr(cls, "__parameters__", ()):
            if parameter.__name__ == name:
                return parameter
        if "<locals>" in cls.__qualname__:
            found = _find_local(cls, name, self.thorough)
            if found is not None:
                return found
        if name in self.module:
            return self.module[name]
        builtins = self.module.get("__builtins__", __builtins__)
        builtins = builtins if isinstance(builtins, dict) else vars(builtins)
        if name in builtins:
            return builtins[name]
        if name in vars(cls):
            return vars(cls)[name]
        raise KeyError(name)


def names_of_alias(alias: Any) -> typing.Mapping[str, Any]:
    """The names that the text in a type alias can use; one that is written with `type` has none."""
    own = {alias.__name__: alias, **{item.__name__: item for item in alias.__type_params__}}
    module = vars(sys.modules.get(alias.__module__, types.ModuleType("missing")))
    return collections.ChainMap(own, module, vars(builtins))


def _find_local(cls: type, name: str, thorough: bool) -> Any:
    """A name of the function that made `cls`: from its frame while it runs, else a class that it made."""
    function, _, _ = cls.__qualname__.rpartition(".<locals>.")
    frame = sys._getframe(1)
    while frame is not None:
        if frame.f_code.co_qualname == function and name in frame.f_locals:
            return frame.f_locals[name]
        frame = frame.f_back  # type: ignore[assignment]
    if not thorough:
        return None
    qualified = f"{function}.<locals>.{name}"
    newest = None
    for candidate in all_classes():
        if candidate.__qualname__ == qualified and candidate.__module__ == cls.__module__:
            newest = candidate
    return newest


def all_classes() -> Iterator[type]:
    """Every class there is, once; only walked for a local name whose function has returned."""
    seen: set[int] = set()
    stack: list[type] = [object]
    while stack:
        subclasses: list[type] = type.__subclasses__(stack.pop())
        for subclass in subclasses:
            if id(subclass) not in seen:
                seen.add(id(subclass))
                stack.append(subclass)
                yield subclass


def names_for(cls: type, thorough: bool = True) -> typing.Mapping[str, Any]:
    """The names that an annotation in the body of `cls` can use.

    `thorough`: whether the variables of a function that has returned are looked for among all classes.
    """
    return _Namespace(cls, thorough)


def can_be_evaluated(text: str, names: typing.Mapping[str, Any]) -> bool:
    try:
        _evaluate(text, names)
    except Exception:
        return False
    return True


def is_expression(text: str) -> bool:
    try:
        compile(text.strip(), "<annotation>", "eval")
    except (SyntaxError, ValueError):  # the latter for null characters
        return False
    return True


def is_class_variable(hint: Any) -> bool:
    return hint is typing.ClassVar or typing_objects.is_classvar(typing.get_origin(hint))
