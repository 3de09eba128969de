"""Handlers and dependencies with signatures that FastAPI can read.

The function itself is left alone. FastAPI gets a copy of it, of the same code, with a `__signature__` in its own
spelling: nothing is wrapped, so that a call costs what it cost before, and generators, coroutines and bound methods
stay what they are.
"""

import dataclasses
import functools
import inspect
import types
from collections.abc import Callable
from typing import Annotated, Any, get_args, get_origin

from fastapi import params
from pydantic import BaseModel

from fast_api.signatures import signature_of
from fast_api.spelling import request_annotation, response_annotation
from type_safe_convert import convert_class, converter, kind_of

Function = Callable[..., Any]
Known = dict[Function, Function]

_ORIGINAL = "__fast_api_original__"


def respell(function: Function, known: Known | None = None, *, with_return: bool = False) -> Function:
    """The function as FastAPI shall see it; itself where FastAPI can read it as it is.

    `known` holds what became of the dependencies of one route: FastAPI calls a dependency once a request, however often
    it is asked for, and tells it by its identity.

    Raises ClassConversionError where a class in its signature has no BaseModel sibling.
    """
    known = {} if known is None else known
    if isinstance(function, type) and kind_of(function) == "type_safe":
        return _model_dependency(function)
    signature = signature_of(function)
    parameters = [_respell_parameter(parameter, known) for parameter in signature.parameters.values()]
    returned = signature.return_annotation
    if with_return and returned is not inspect.Signature.empty:
        returned = response_annotation(returned)
    if returned is signature.return_annotation and all(
        new is old for new, old in zip(parameters, signature.parameters.values(), strict=True)
    ):
        return function
    return _copy(function, signature.replace(parameters=parameters, return_annotation=returned))


def respell_depends(depends: params.Depends, known: Known) -> params.Depends:
    """A `Depends` whose function FastAPI can read."""
    if depends.dependency is None:
        return depends
    dependency = known.get(depends.dependency)
    if dependency is None:
        dependency = known[depends.dependency] = respell(depends.dependency, known)
    if dependency is depends.dependency:
        return depends
    return dataclasses.replace(depends, dependency=dependency)


def original_of(function: Any) -> Any:
    """The function that `respell` was given."""
    return getattr(getattr(function, "__func__", function), _ORIGINAL, function)


def _respell_parameter(parameter: inspect.Parameter, known: Known) -> inspect.Parameter:
    annotation, default = parameter.annotation, parameter.default
    if annotation is parameter.empty and not isinstance(default, params.Depends):
        return parameter
    metadata = getattr(annotation, "__metadata__", ()) if get_origin(annotation) is Annotated else ()
    marks = [mark for mark in metadata if isinstance(mark, params.Depends)]
    if isinstance(default, params.Depends) or marks:
        return _respell_dependency(parameter, metadata, known)
    new_annotation, new_default = request_annotation(annotation, default)
    if new_annotation is annotation:
        return parameter
    return parameter.replace(annotation=new_annotation, default=new_default)


def _respell_dependency(parameter: inspect.Parameter, metadata: tuple[Any, ...], known: Known) -> inspect.Parameter:
    """A `Depends` as default or in Annotated; without a function it depends on the annotation itself."""
    annotation, default = parameter.annotation, parameter.default
    named = get_args(annotation)[0] if metadata else annotation

    def of(depends: params.Depends) -> params.Depends:
        if depends.dependency is None and callable(named):
            given = dataclasses.replace(depends, dependency=named)
            new = respell_depends(given, known)
            return depends if new is given else new
        return respell_depends(depends, known)

    if isinstance(default, params.Depends):
        new = of(default)
        # The annotation of a dependency is for the reader: FastAPI must not try to make a field of it.
        return parameter if new is default else parameter.replace(default=new, annotation=Any)
    marks = [of(mark) if isinstance(mark, params.Depends) else mark for mark in metadata]
    if all(new is old for new, old in zip(marks, metadata, strict=True)):
        return parameter
    return parameter.replace(annotation=Annotated[(Any, *marks)])


def _model_dependency(cls: type) -> Function:
    """A Type_Safe class as a dependency: its fields are parameters, as those of a BaseModel would be."""
    model = convert_class(cls, "basemodel")
    to_handler = converter(model, cls, validate=False)

    def make(**values: Any) -> Any:
        return to_handler(model(**values))

    make.__name__ = cls.__name__
    setattr(make, "__signature__", _fields_as_parameters(model))  # noqa: B010  # mypy knows no such attribute
    setattr(make, _ORIGINAL, cls)
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
    if isinstance(function, types.MethodType):
        first = inspect.Parameter("self", inspect.Parameter.POSITIONAL_ONLY)
        whole = signature.replace(parameters=[first, *signature.parameters.values()])
        copy = _copy(function.__func__, whole)
        setattr(copy, _ORIGINAL, function)
        return types.MethodType(copy, function.__self__)
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
    setattr(new, _ORIGINAL, function)
    return new
