from typing import Any, Self

from osbot_utils.type_safe.Type_Safe__Primitive import Type_Safe__Primitive

class Safe_Int(Type_Safe__Primitive, int):
    min_value: int | None
    max_value: int | None
    allow_none: bool
    allow_bool: bool
    allow_str: bool
    strict_type: bool
    clamp_to_range: bool
    def __new__(cls, value: Any = None) -> Self: ...
    @classmethod
    def __default__value__(cls) -> Any: ...
