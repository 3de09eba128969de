"""Names for attributes of generated classes."""

from __future__ import annotations

import keyword
import re
import unicodedata
from collections.abc import Collection


def is_writable(name: str) -> bool:
    """Whether a library can write the name into the source of methods, where Python reads it as NFKC."""
    return name.isidentifier() and not keyword.iskeyword(name) and unicodedata.is_normalized("NFKC", name)


def writable_name(name: str, fields: Collection[str]) -> str:
    """The name of a field, or one like it that can be written into source and that no other field has."""
    if is_writable(name):
        return name
    taken = set(fields)
    for other in fields:
        if not is_writable(other):
            attribute = re.sub(r"\W", "_", unicodedata.normalize("NFKC", other))
            if not attribute.isidentifier():
                attribute = f"field_{attribute}"
            while keyword.iskeyword(attribute) or attribute in taken:
                attribute += "_"
            taken.add(attribute)
            if other == name:
                return attribute
    return name
