"""One object round the triangle: Type_Safe, pydantic, dataclass, and back to what it was. Run by `make demo`."""

from dataclasses import is_dataclass
from typing import Dict, List, Optional  # noqa: UP035  # what Type_Safe classes are written with

from osbot_utils.type_safe.primitives.core.Safe_Int import Safe_Int
from osbot_utils.type_safe.primitives.core.Safe_Str import Safe_Str
from osbot_utils.type_safe.Type_Safe import Type_Safe

from type_safe_convert import convert, convert_class
from type_safe_convert.testing import differences


class Item(Type_Safe):
    sku: Safe_Str
    quantity: Safe_Int = Safe_Int(1)
    tags: List[str]  # noqa: UP006


class Gift(Item):
    greeting: str = "enjoy"


class Order(Type_Safe):
    """What somebody bought."""

    number: Safe_Str
    items: List[Item]  # noqa: UP006
    totals: Dict[str, float]  # noqa: UP006
    first: Optional[Item] = None  # noqa: UP045


def main() -> None:
    order = Order(
        number="2026-0117",
        items=[Item(sku="gear-17", quantity=3, tags=["brass"]), Gift(sku="card", greeting="thanks")],
        totals={"net": 12.5},
    )
    model = convert(order, "basemodel")
    record = convert(model, "dataclass")
    back = convert(record, "type_safe")

    print("\nOne order round the triangle")
    print(f"  Type_Safe   {type(order).__name__}: {order.json()}")
    print(f"  -> pydantic {type(model).__name__}: {model.model_dump_json()}")
    print(f"  -> dataclass {record}")
    print(f"  -> Type_Safe {type(back).__name__}: {back.json()}")
    assert is_dataclass(record)
    assert type(back) is Order
    assert convert_class(type(record), "type_safe") is Order
    assert not differences(order, back)
    print("  back as its own class, equal in every field, the Gift still a Gift")


if __name__ == "__main__":
    main()
