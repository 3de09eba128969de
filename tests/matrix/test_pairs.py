"""Every model system to every other, there and back, on one domain model."""

import pytest

from tests.matrix.pairs import PAIRS, Pair


@pytest.mark.parametrize("pair", PAIRS, ids=str)
@pytest.mark.filterwarnings("error")
def test_the_domain_model_comes_back(pair: Pair) -> None:
    """By way of hand-written classes, and of generated ones where there are any."""
    pair.try_written()
    pair.try_generated()
