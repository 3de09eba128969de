"""Convert model classes and instances between Type_Safe, Pydantic and dataclasses: six ways, nothing lost."""

from typing import TYPE_CHECKING, Any

from type_safe_convert.api import convert, convert_class, converter, kind_of
from type_safe_convert.cache import Cache_Sizes, Model_Cache, model_cache
from type_safe_convert.directions import (
    BaseModel__To__Dataclass,
    BaseModel__To__Type_Safe,
    Dataclass__To__BaseModel,
    Dataclass__To__Type_Safe,
    Type_Safe__To__BaseModel,
    Type_Safe__To__Dataclass,
    basemodel__to__dataclass,
    basemodel__to__type_safe,
    dataclass__to__basemodel,
    dataclass__to__type_safe,
    type_safe__to__basemodel,
    type_safe__to__dataclass,
)
from type_safe_convert.errors import (
    ClassConversionError,
    ConversionError,
    ExtraFieldError,
    MissingFieldError,
    NestingTooDeepError,
    NotAModelError,
    UnresolvedNameWarning,
    UntoldClassError,
    UntypedKeyWarning,
    ValueConversionError,
)
from type_safe_convert.registry import register_kind

if TYPE_CHECKING:
    from type_safe_convert.explanation import Explanation, explain
    from type_safe_convert.json.codec import JsonError, from_json, from_python, to_json, to_python
    from type_safe_convert.json.lines import LineError, iter_json_lines, write_json_lines
    from type_safe_convert.json.pydantic_types import Pydantic
    from type_safe_convert.json.schemas import json_schema
    from type_safe_convert.model.family import origin_of
    from type_safe_convert.rules.fields import SKIP, Constant, Given
    from type_safe_convert.rules.rules import Rules
    from type_safe_convert.writing.module import Source, source, write_source

__version__ = "0.1.0"

# Imported when they are asked for: a program that only converts does not pay for them.
_LATER = {
    "Explanation": "explanation",
    "explain": "explanation",
    "JsonError": "json.codec",
    "from_json": "json.codec",
    "from_python": "json.codec",
    "to_json": "json.codec",
    "to_python": "json.codec",
    "LineError": "json.lines",
    "iter_json_lines": "json.lines",
    "write_json_lines": "json.lines",
    "json_schema": "json.schemas",
    "Pydantic": "json.pydantic_types",
    "origin_of": "model.family",
    "SKIP": "rules.fields",
    "Constant": "rules.fields",
    "Given": "rules.fields",
    "Rules": "rules.rules",
    "Source": "writing.module",
    "source": "writing.module",
    "write_source": "writing.module",
}


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    value = getattr(import_module(f"{__name__}.{_LATER[name]}"), name)
    globals()[name] = value
    return value


__all__ = [
    "SKIP",
    "BaseModel__To__Dataclass",
    "BaseModel__To__Type_Safe",
    "Cache_Sizes",
    "ClassConversionError",
    "Constant",
    "ConversionError",
    "Dataclass__To__BaseModel",
    "Dataclass__To__Type_Safe",
    "Explanation",
    "ExtraFieldError",
    "Given",
    "JsonError",
    "LineError",
    "MissingFieldError",
    "Model_Cache",
    "NestingTooDeepError",
    "NotAModelError",
    "Pydantic",
    "Rules",
    "Source",
    "Type_Safe__To__BaseModel",
    "Type_Safe__To__Dataclass",
    "UnresolvedNameWarning",
    "UntoldClassError",
    "UntypedKeyWarning",
    "ValueConversionError",
    "basemodel__to__dataclass",
    "basemodel__to__type_safe",
    "convert",
    "convert_class",
    "converter",
    "dataclass__to__basemodel",
    "dataclass__to__type_safe",
    "explain",
    "from_json",
    "from_python",
    "iter_json_lines",
    "json_schema",
    "kind_of",
    "model_cache",
    "origin_of",
    "register_kind",
    "source",
    "to_json",
    "to_python",
    "type_safe__to__basemodel",
    "type_safe__to__dataclass",
    "write_json_lines",
    "write_source",
]
