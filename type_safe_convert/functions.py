"""The module in whose name generated functions pickle; see `conversion/pickling.py`."""

from __future__ import annotations

from typing import Any

from type_safe_convert.conversion.conversion import conversion as conversion
from type_safe_convert.conversion.pickling import read_name


def __getattr__(name: str) -> Any:
    found = read_name(name)
    if found.rules is not None:
        return found.rules.converter(
            found.source, found.target, validate=found.checked, forbid_extra=found.forbid_extra
        )
    return conversion(found.source, found.target, found.checked, found.forbid_extra).compiled()
