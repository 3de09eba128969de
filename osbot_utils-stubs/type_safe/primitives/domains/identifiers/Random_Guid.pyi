from typing import Any, Self

from osbot_utils.type_safe.Type_Safe__Primitive import Type_Safe__Primitive

class Random_Guid(Type_Safe__Primitive, str):
    def __new__(cls, value: Any = None) -> Self: ...
