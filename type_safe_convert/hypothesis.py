"""Property testing of models with Hypothesis: instances of any model class, random model classes, and the round trip.

```python
from hypothesis import given, strategies as st
from type_safe_convert.hypothesis import assert_round_trip, instances, register

register(Order, Customer)              # or a module: every model class in it
@given(st.from_type(Order))            # also through annotations that name it
def test_total(order): ...

def test_order_converts():
    assert_round_trip(Order)           # there and back, in every direction, with random instances
```

Needs the extra `hypothesis`.
"""

try:
    from type_safe_convert.testing.definitions.drawing import model_classes
    from type_safe_convert.testing.hypothesis import assert_round_trip, check_round_trip, instances, register
except ModuleNotFoundError as _error:
    if _error.name != "hypothesis":
        raise
    _hint = 'type_safe_convert.hypothesis needs hypothesis: pip install "type-safe-convert[hypothesis]"'
    raise ModuleNotFoundError(_hint, name=_error.name) from None

__all__ = ["assert_round_trip", "check_round_trip", "instances", "model_classes", "register"]
