"""The module in whose name generated functions pickle; see `conversion/pickling.py`."""

from __future__ import annotations

from typing import Any

from type_safe_convert.conversion.conversion import conversion as conversion
from type_safe_convert.conversion.pickling import read_name


def __getattr__(name: str) -> Any:
    return conversion(*read_name(name)).compiled()
