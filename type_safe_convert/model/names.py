"""Names for attributes of generated classes."""

from __future__ import annotations

import keyword
import re
import unicodedata
from collections.abc import Collection


def is_writable(name: str) -> bool:
    """Whether a library can write the name into the source of methods, where Python reads it as NFKC."""
    return name.isidentifier() and not keyword.iskeyword(name) and unicodedata.is_normalized("NFKC", name)


def writable_name(name: str, fields: Collection[str], never_first: str = "") -> str:
    """The name of a field, or one like it that can be written into source and that no other field has.

    `never_first`: a character that no name of the library begins with.
    """

    def is_usable(known: str) -> bool:
        return is_writable(known) and not (never_first and known.startswith(never_first))

    if is_usable(name):
        return name
    taken = set(fields)
    for other in fields:
        if not is_usable(other):
            attribute = re.sub(r"\W", "_", unicodedata.normalize("NFKC", other)).lstrip(never_first)
            if not attribute.isidentifier():
                attribute = f"field_{attribute}"
            while keyword.iskeyword(attribute) or attribute in taken:
                attribute += "_"
            taken.add(attribute)
            if other == name:
                return attribute
    return name
