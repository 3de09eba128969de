"""The package's own strict equality, against the oracle of the tests."""

import contextlib
import copy

from hypothesis import given, note
from hypothesis import strategies as st

from benchmarks.equality import difference, facts
from tests.properties.strategies import kinds
from type_safe_convert.hypothesis import instances, model_classes
from type_safe_convert.model.family import shape_of
from type_safe_convert.testing.equality import differences


@kinds
def test_differences_agree_with_the_oracle(kind):
    """differences(a, b) is empty if, and only if, facts(a) == facts(b): of copies, of other instances, and of copies
    with one field of another instance. (The copies are shallow: a deep copy of osbot-utils' sets raises.)"""

    @given(st.data())
    def law(data):
        cls = data.draw(model_classes(kind))
        note(cls.__doc__)
        one, other = data.draw(instances(cls)), data.draw(instances(cls))
        changed = copy.copy(one)
        name = data.draw(st.sampled_from(sorted(shape_of(cls).fields) or ["none"]))
        with contextlib.suppress(AttributeError, TypeError):  # never set; on demand, of what cannot be made
            object.__setattr__(changed, name, getattr(other, name))
        for pair in ((one, copy.copy(one)), (one, other), (one, changed), (other, changed)):
            found = differences(*pair, sharing=True)
            wanted = difference(facts(pair[0]), facts(pair[1]))
            assert (not found) is (wanted is None), (list(map(str, found)), wanted)

    law()
