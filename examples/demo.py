"""One order through the model systems and back, an error, JSON, then a check of real packages: `make demo`."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from osbot_utils.type_safe.primitives.core.Safe_Int import Safe_Int
from osbot_utils.type_safe.primitives.core.Safe_Str import Safe_Str
from osbot_utils.type_safe.Type_Safe import Type_Safe

from type_safe_convert import ConversionError, convert, from_json, to_json
from type_safe_convert.testing import differences


class Item(Type_Safe):
    sku: Safe_Str
    quantity: Safe_Int = Safe_Int(1)


class Gift(Item):
    greeting: str = "enjoy"


class Order(Type_Safe):
    number: Safe_Str
    items: list[Item]
    totals: dict[str, float]


ORDER = Order(
    number="A17", items=[Item(sku="gear", quantity=3), Gift(sku="card", greeting="thanks")], totals={"net": 12.5}
)
# Of pydantic, Type_Safe and dataclasses.
PACKAGES = ("fastapi.openapi.models", "osbot_utils.helpers.pubsub", "annotated_types")
STOPS = (("pydantic", "basemodel"), ("dataclass", "dataclass"), ("attrs", "attrs"), ("msgspec", "msgspec"))


def rows(name: str, value: Any) -> Iterator[tuple[str, str, str]]:
    """One row for the order, one for each of its items: the model system, the class, the values."""
    yield name, type(value).__name__, f"number={value.number!s} totals={dict(value.totals)}"
    for item in value.items:
        names = ("sku", "quantity", "greeting")
        values = " ".join(f"{name}={getattr(item, name)!s}" for name in names if hasattr(item, name))
        yield "", type(item).__name__, values


def main() -> None:
    print("One order through the model systems: each class is made on the way, each value is checked.\n")
    value: Any = ORDER
    table = [*rows("Type_Safe", value)]
    for name, kind in STOPS:
        value = convert(value, kind)  # type: ignore[call-overload]  # a name from a table
        table += rows(name, value)
    back = convert(value, Order)
    table += rows("Type_Safe", back)
    widths = [max(len(row[column]) for row in table) for column in (0, 1)]
    for system, cls, values in table:
        print(f"  {system:{widths[0]}}  {cls:{widths[1]}}  {values}")
    assert type(back) is Order
    assert not differences(ORDER, back)
    print("\nIt came back as the class that it was, equal in every field; the Gift in its list is a Gift still.")

    print("\nA value that does not fit is refused, with its place:\n")
    wrong = convert(ORDER, "dataclass")
    wrong.items[1].quantity = "three"
    try:
        convert(wrong, Order)
    except ConversionError as error:
        print(f"  {error}")

    text = to_json(ORDER)
    print("\nJSON, written from any kind and read straight into any:\n")
    print(f"  {text.decode()}")
    print(f"  {from_json(Order, text, subclasses=True).items[1].json()}")

    packages = sys.argv[1:] or PACKAGES
    print(f"""
Now every model class of {', '.join(packages)}: into every other kind and back, with random values.
  classes     model classes of the package
  converted   those for which a class of the other kind could be made
  built       those of which random valid instances could be built
  equal       those whose instances came back equal
  same class  those whose instances came back as instances of the class itself
What a kind cannot hold is refused and listed below the tables, with the reason.
""", flush=True)  # fmt: skip
    subprocess.run([sys.executable, "-m", "type_safe_convert", "check", *packages], check=True)
    print(f"""
Try next, in the folder of your project:
  . {Path(sys.executable).parent}/activate
  type-safe-convert check YOUR_PACKAGE       what happens to your own classes
  type-safe-convert show YOUR_MODULE:CLASS   what becomes of each field of one of them
The README shows the calls; docs/index.md leads on.""")


if __name__ == "__main__":
    main()
