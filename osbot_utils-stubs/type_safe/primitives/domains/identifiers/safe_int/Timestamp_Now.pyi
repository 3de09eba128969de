from typing import Any, Self

from osbot_utils.type_safe.primitives.core.Safe_Int import Safe_Int

class Timestamp_Now(Safe_Int):
    def __new__(cls, value: Any = None) -> Self: ...
    @classmethod
    def parse_string_value(cls, value_str: str) -> int: ...
    @classmethod
    def timestamp_utc_now(cls) -> int: ...
