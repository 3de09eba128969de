"""Handlers and dependencies with signatures that FastAPI can read.

FastAPI gets a copy of the function with the same code and an adapted `__signature__`. The copy is no wrapper: a call
costs what it cost before, and generators, coroutines and bound methods stay what they are.
"""

import copy
import functools
import inspect
import types
from collections.abc import Callable
from typing import Annotated, Any, get_args, get_origin
from weakref import WeakValueDictionary

from pydantic import BaseModel

from fast_api.models.annotations import holds_type_safe, request_annotation, response_annotation
from fast_api.models.marks import Depends
from fast_api.models.signatures import ORIGINAL, signature_of
from type_safe_convert import convert_class, converter, kind_of

Function = Callable[..., Any]

# FastAPI calls a dependency once a request, however often a route and its inclusions ask for it, and tells it by its
# identity: so there is one copy of each function. A copy keeps its original alive, and with it the identity.
_copies: WeakValueDictionary[tuple[int, bool, bool], Any] = WeakValueDictionary()


def adapt_handler(function: Function, *, with_return: bool = False, mark: Any = None) -> Function:
    """Returns a copy of the function that FastAPI can read; the function itself where it can read that.

    `mark` is that of `response_annotation`. Raises ClassConversionError where a class in the signature has no BaseModel
    counterpart.
    """
    if isinstance(function, types.MethodType):
        copied = _adapted(function.__func__, with_return, mark, bound=True)
        return function if copied is function.__func__ else types.MethodType(copied, function.__self__)
    return _adapted(function, with_return, mark)


def _adapted(function: Any, with_return: bool, mark: Any, bound: bool = False) -> Any:
    key = (id(function), with_return, bound)
    copied = _copies.get(key)
    if copied is None:
        copied = _new_copy(function, with_return, mark, bound)
        if copied is not function:
            copied = _copies.setdefault(key, copied)
    return copied


def _new_copy(function: Any, with_return: bool, mark: Any, bound: bool) -> Any:
    if isinstance(function, type) and kind_of(function) == "type_safe":
        return _model_dependency(function)
    signature = signature_of(function)
    first = list(signature.parameters.values())[: int(bound)]
    own = list(signature.parameters.values())[int(bound) :]
    parameters = [*first, *map(_adapt_parameter, own)]
    returned = signature.return_annotation
    if with_return and returned is not inspect.Signature.empty:
        returned = response_annotation(returned, mark)
    if returned is signature.return_annotation and all(
        new is old for new, old in zip(parameters, signature.parameters.values(), strict=True)
    ):
        return function
    return _copy(function, signature.replace(parameters=parameters, return_annotation=returned))


def adapt_depends(depends: Depends) -> Depends:
    """Returns a `Depends` whose function FastAPI can read."""
    if depends.dependency is None:
        return depends
    dependency = adapt_handler(depends.dependency)
    if dependency is depends.dependency:
        return depends
    return _depending_on(depends, dependency)


def _depending_on(depends: Depends, dependency: Function) -> Depends:
    """A copy with another function; a `Depends` of any class, whatever else it holds."""
    new = copy.copy(depends)
    object.__setattr__(new, "dependency", dependency)  # it may be frozen
    return new


def adapt_responses(responses: dict[int | str, Any]) -> dict[int | str, Any]:
    """Returns FastAPI's `responses` with models that FastAPI can read."""
    return {
        status: {**response, "model": response_annotation(response["model"])}
        if isinstance(response, dict) and response.get("model")
        else response
        for status, response in responses.items()
    }


def names_type_safe(function: Any) -> bool:
    """Whether a function, or one of its dependencies, names a Type_Safe class or primitive, which only we can read."""
    if not callable(function):
        return False
    if isinstance(function, type) and kind_of(function) == "type_safe":
        return True
    try:
        signature = signature_of(function)
    except TypeError:
        return False
    for parameter in signature.parameters.values():
        marks = [parameter.default, *getattr(parameter.annotation, "__metadata__", ())]
        depends = [mark for mark in marks if isinstance(mark, Depends)]
        if any(names_type_safe(mark.dependency or _without_marks(parameter.annotation)) for mark in depends):
            return True
        if not depends and holds_type_safe(parameter.annotation):
            return True
    return holds_type_safe(signature.return_annotation)


def _without_marks(annotation: Any) -> Any:
    return get_args(annotation)[0] if get_origin(annotation) is Annotated else annotation


def _adapt_parameter(parameter: inspect.Parameter) -> inspect.Parameter:
    annotation, default = parameter.annotation, parameter.default
    if annotation is parameter.empty and not isinstance(default, Depends):
        return parameter
    metadata = getattr(annotation, "__metadata__", ()) if get_origin(annotation) is Annotated else ()
    marks = [mark for mark in metadata if isinstance(mark, Depends)]
    if isinstance(default, Depends) or marks:
        return _adapt_dependency(parameter, metadata)
    new_annotation, new_default = request_annotation(annotation, default)
    if new_annotation is annotation:
        return parameter
    return parameter.replace(annotation=new_annotation, default=new_default)


def _adapt_dependency(parameter: inspect.Parameter, metadata: tuple[Any, ...]) -> inspect.Parameter:
    """A `Depends` as default or in Annotated; without a function it depends on the annotation itself."""
    annotation, default = parameter.annotation, parameter.default
    named = _without_marks(annotation)

    def of(depends: Depends) -> Depends:
        if depends.dependency is None and callable(named):
            given = _depending_on(depends, named)
            new = adapt_depends(given)
            return depends if new is given else new
        return adapt_depends(depends)

    if isinstance(default, Depends):
        new = of(default)
        # The annotation of a dependency is for the reader: FastAPI must not try to make a field of it.
        return parameter if new is default else parameter.replace(default=new, annotation=Any)
    marks = [of(mark) if isinstance(mark, Depends) else mark for mark in metadata]
    if all(new is old for new, old in zip(marks, metadata, strict=True)):
        return parameter
    return parameter.replace(annotation=Annotated[(Any, *marks)])


def _model_dependency(cls: type[Any]) -> Function:
    """A Type_Safe class as a dependency: its fields are parameters, as those of a BaseModel would be."""
    model = convert_class(cls, "basemodel")
    to_handler = converter(model, cls, validate=False)

    def make(**values: Any) -> Any:
        return to_handler(model(**values))

    make.__name__ = cls.__name__
    setattr(make, "__signature__", _fields_as_parameters(model))  # noqa: B010  # mypy knows no such attribute
    setattr(make, ORIGINAL, cls)
    return make


def _fields_as_parameters(model: type[BaseModel]) -> inspect.Signature:
    """As `inspect.signature` of the model, but with the defaults that its factories make."""
    parameters = []
    for name, info in model.model_fields.items():
        default = inspect.Parameter.empty if info.is_required() else info.get_default(call_default_factory=True)
        annotation = Annotated[(info.annotation, *info.metadata)] if info.metadata else info.annotation
        parameters.append(
            inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation)
        )
    return inspect.Signature(parameters)


def _copy(function: Function, signature: inspect.Signature) -> Function:
    if isinstance(function, types.FunctionType):
        twin = types.FunctionType(
            function.__code__, function.__globals__, function.__name__, function.__defaults__, function.__closure__
        )
        twin.__kwdefaults__ = function.__kwdefaults__
        twin.__dict__.update(function.__dict__)
        twin.__qualname__, twin.__doc__, twin.__module__ = (
            function.__qualname__,
            function.__doc__,
            function.__module__,
        )
        new: Any = twin
    else:
        new = functools.partial(function)
        functools.update_wrapper(new, function, updated=())
        del new.__wrapped__
    new.__signature__ = signature
    setattr(new, ORIGINAL, function)
    return new
