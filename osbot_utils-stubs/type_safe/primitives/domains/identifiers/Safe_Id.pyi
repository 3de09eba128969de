import re
from typing import Any, Self

from osbot_utils.type_safe.Type_Safe__Primitive import Type_Safe__Primitive

SAFE_ID__MAX_LENGTH: int
REGEX__SAFE_ID_REGEX: re.Pattern[str]

class Safe_Id(Type_Safe__Primitive, str):
    def __new__(cls, value: Any = None, max_length: int = 512) -> Self: ...

def safe_id(value: Any, max_length: int = 36) -> str: ...
