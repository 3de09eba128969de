"""What the laws are tried on: instances of drawn classes, and values that fit an annotation or do not."""

from typing import Any

import pytest
from hypothesis import note
from hypothesis import strategies as st

from type_safe_convert.hypothesis import instances, model_classes

KINDS = ("type_safe", "basemodel", "dataclass", "attrs", "msgspec")
kinds = pytest.mark.parametrize("kind", KINDS)


@st.composite
def drawn(draw, kind=None, **options) -> Any:
    """An instance of a class that was drawn for it; a failure shows the class's definition."""
    cls = draw(model_classes(kind, **options))
    note(cls.__doc__)
    return draw(instances(cls))
