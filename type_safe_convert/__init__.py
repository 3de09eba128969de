"""Convert model classes and instances between Type_Safe, Pydantic and dataclasses: six ways, nothing lost."""

from type_safe_convert.cache import Cache_Sizes, Model_Cache, model_cache
from type_safe_convert.converters import (
    BaseModel__To__Dataclass,
    BaseModel__To__Type_Safe,
    Dataclass__To__BaseModel,
    Dataclass__To__Type_Safe,
    Type_Safe__To__BaseModel,
    Type_Safe__To__Dataclass,
    basemodel__to__dataclass,
    basemodel__to__type_safe,
    convert,
    convert_class,
    converter,
    dataclass__to__basemodel,
    dataclass__to__type_safe,
    kind_of,
    origin_of,
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
    ValueConversionError,
)

__version__ = "0.1.0"

__all__ = [
    "BaseModel__To__Dataclass",
    "BaseModel__To__Type_Safe",
    "Cache_Sizes",
    "ClassConversionError",
    "ConversionError",
    "Dataclass__To__BaseModel",
    "Dataclass__To__Type_Safe",
    "ExtraFieldError",
    "MissingFieldError",
    "Model_Cache",
    "NestingTooDeepError",
    "NotAModelError",
    "Type_Safe__To__BaseModel",
    "Type_Safe__To__Dataclass",
    "ValueConversionError",
    "basemodel__to__dataclass",
    "basemodel__to__type_safe",
    "convert",
    "convert_class",
    "converter",
    "dataclass__to__basemodel",
    "dataclass__to__type_safe",
    "kind_of",
    "model_cache",
    "origin_of",
    "type_safe__to__basemodel",
    "type_safe__to__dataclass",
]
