"""The models of the suite: seven jobs that differ in what they ask of a converter, each in all three kinds.

The classes are written by hand in `models_type_safe`, `models_basemodel` and `models_dataclass`, under the same
names, so that one maker serves the three: it takes the module and calls the constructors that it finds there.
"""

from collections.abc import Callable
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from benchmarks import models_basemodel, models_dataclass, models_type_safe

KINDS = ("type_safe", "basemodel", "dataclass")
DIRECTIONS = tuple((source, target) for source in KINDS for target in KINDS if source != target)
MODULES = {"type_safe": models_type_safe, "basemodel": models_basemodel, "dataclass": models_dataclass}

INVOICE_LINES = 20
DRAWING_SHAPES = 20
TREE_DEPTH = 3
TREE_WIDTH = 3


@dataclass(frozen=True)
class Model:
    """One class in three kinds, and how to make an instance of it.

    `make` takes one of the three modules. `many` marks the job that converts a list of instances with one call.
    """

    name: str
    title: str
    root: str
    make: Callable[[ModuleType], Any]
    many: bool = False

    def cls(self, kind: str) -> type:
        """The hand-written class of that kind."""
        return getattr(MODULES[kind], self.root)

    def instance(self, kind: str) -> Any:
        """A fresh instance of the hand-written class of that kind."""
        return self.make(MODULES[kind])

    def instances(self, kind: str, count: int) -> list[Any]:
        """`count` fresh instances that share nothing."""
        return [self.make(MODULES[kind]) for _ in range(count)]


def person(m: Any) -> Any:
    return m.Person(name="Ada Lovelace", age=36, height=1.65, active=True, email="ada@example.org")


def invoice(m: Any) -> Any:
    return m.Invoice(
        number="2026-0117",
        customer=m.Customer(name="Analytical Engines Ltd", email="orders@example.org", vat="GB999999973"),
        lines=[
            m.Line(sku=f"gear-{i}", quantity=i + 1, price=i + 0.25, tags=["brass", "spare"])
            for i in range(INVOICE_LINES)
        ],
        totals={"net": 210.0, "vat": 39.9, "gross": 249.9},
        notes=["deliver on Tuesday", "ring twice"],
        paid=False,
    )


def product(m: Any) -> Any:
    return m.Product(sku="gear-17", title="Brass gear, 17 teeth", stock=120, price=4.75, labels=["brass", "spare"])


def tree(m: Any) -> Any:
    return _node(m, "root", TREE_DEPTH)


def _node(m: Any, name: str, depth: int) -> Any:
    children = [_node(m, f"{name}.{i}", depth - 1) for i in range(TREE_WIDTH)] if depth else []
    return m.Node(name=name, value=depth, children=children)


def record(m: Any) -> Any:
    return m.Record(
        order_no="order no",
        quantity=2,
        unit_price=2.5,
        express=True,
        customer="customer",
        age=6,
        credit=6.5,
        verified=False,
        street="street",
        house_no=10,
        latitude=10.5,
        owner=True,
        city="city",
        postcode=14,
        longitude=14.5,
        rented=False,
        country="country",
        calls=18,
        balance=18.5,
        blocked=True,
        language="language",
        visits=22,
        rating=22.5,
        newsletter=False,
        currency="currency",
        points=26,
        discount=26.5,
        taxable=True,
        carrier="carrier",
        parcels=30,
        weight=30.5,
        insured=False,
        warehouse="warehouse",
        shelf=34,
        volume=34.5,
        fragile=True,
        status="status",
        retries=38,
        delay=38.5,
        urgent=False,
        channel="channel",
        clicks=42,
        margin=42.5,
        gift=True,
        comment="comment",
        version=46,
        score=46.5,
        archived=False,
        tag="tag",
        revision=50,
    )


def drawing(m: Any) -> Any:
    shapes = [
        m.Circle(name=f"c{i}", radius=i + 0.5) if i % 2 else m.Rectangle(name=f"r{i}", width=1.5, height=i + 0.5)
        for i in range(DRAWING_SHAPES)
    ]
    return m.Drawing(title="plan", shapes=shapes)


def reading(m: Any) -> Any:
    return m.Reading(sensor="boiler", at=1_790_000_000, value=71.5, valid=True)


def chain(m: Any, depth: int) -> Any:
    """A linked list of `depth` nodes: what the measurement of cost against depth converts."""
    node = None
    for value in range(depth):
        node = m.Chain(value=value, next=node)
    return node


MODELS = (
    Model("flat", "small flat class (5 fields)", "Person", person),
    Model("invoice", f"nested invoice ({INVOICE_LINES} lines, lists, dict)", "Invoice", invoice),
    Model("primitives", "Type_Safe primitives (5 fields)", "Product", product),
    Model("tree", f"recursive tree ({sum(TREE_WIDTH**i for i in range(TREE_DEPTH + 1))} nodes)", "Node", tree),
    Model("fifty", "50 fields", "Record", record),
    Model("shapes", f"polymorphic list ({DRAWING_SHAPES} shapes)", "Drawing", drawing),
    Model("batch", "batch of small instances", "Reading", reading, many=True),
)
BY_NAME = {model.name: model for model in MODELS}
