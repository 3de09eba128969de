"""The English of errors."""

import re

# Names that begin with a vowel by their letters or their sound: "an Item", and "a User", "a UUID", "a URL".
_AS_VOWEL = re.compile(r"(?!us|uni|uu|ur[il]|ut[ci]|eu|one)[aeiou]", re.IGNORECASE)


def with_article(name: str) -> str:
    """Returns the name of a class with its indefinite article."""
    return f"{'an' if _AS_VOWEL.match(name) else 'a'} {name}"
