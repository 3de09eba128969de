"""The models of the suite: jobs that differ in what they ask of a converter, most of them in three kinds.

The classes are written by hand in `models_type_safe`, `models_basemodel`, `models_dataclass` and `models_attrs`, under
the same names, so that one maker serves all: it takes the module and calls the constructors that it finds there.
`packages.py` adds classes that others wrote.
"""

import datetime
import decimal
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from benchmarks import models_attrs, models_basemodel, models_dataclass, models_type_safe
from benchmarks.rules import Status

KINDS = ("type_safe", "basemodel", "dataclass")
DIRECTIONS = tuple((source, target) for source in KINDS for target in KINDS if source != target)
MODULES = {
    "type_safe": models_type_safe,
    "basemodel": models_basemodel,
    "dataclass": models_dataclass,
    "attrs": models_attrs,
}

INVOICE_LINES = 20
DRAWING_SHAPES = 20
LEDGER_ACCOUNTS = 10
ZOO_PETS = 15
FOLDER_ENTRIES = 10
TRACK_POINTS = 20
TREE_DEPTH = 3
TREE_WIDTH = 3


@dataclass(frozen=True)
class Model:
    """One class in several kinds, and how to make an instance of it.

    Attributes:
        make: makes an instance from the module of a kind.
        many: the job converts a list of instances with one call.
        loses_primitives: a counterpart of a class that has no Type_Safe primitives has none either.
        rules: the classes have constraints, validators, unions, generics, aliases, or are not the author's own.
    """

    name: str
    title: str
    root: str
    make: Callable[[ModuleType], Any]
    many: bool = False
    kinds: tuple[str, ...] = KINDS
    loses_primitives: bool = True
    rules: bool = False

    def directions(self) -> Iterator[tuple[str, str]]:
        for source in self.kinds:
            for target in self.kinds:
                if source != target and ("attrs" not in self.kinds or "attrs" in (source, target)):
                    yield source, target

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


def account(m: Any, number: int = 7) -> Any:
    return m.Account(code=f"AB-{number:04}", level=number + 1, rate=0.5 + number, title="current", active=True)


def ledger(m: Any) -> Any:
    return m.Ledger(
        owner="Ada Lovelace",
        accounts=[account(m, number) for number in range(LEDGER_ACCOUNTS)],
        limits={f"AB-{number:04}": 100.0 + number for number in range(LEDGER_ACCOUNTS)},
        labels=["private", "audited", "2026"],
    )


def contact(m: Any) -> Any:
    return m.Contact(name="Ada Lovelace", email="ada@example.org", age=36, city="London")


def signup(m: Any) -> Any:
    return m.Signup(name="Ada", email="ada@example.org", password="difference", repeated="difference", age=36)


def zoo(m: Any) -> Any:
    def pet(number: int) -> Any:
        if number % 3 == 0:
            return m.Cat(name=f"cat {number}", lives=9)
        return m.Dog(name=f"dog {number}", breed="beagle") if number % 3 == 1 else m.Fish(name="fish", depth=2.5)

    return m.Zoo(title="Regent's Park", star=pet(2), pets=[pet(number) for number in range(ZOO_PETS)])


def folder(m: Any) -> Any:
    entries = [
        m.Photo(path=f"{i}.png", width=640, height=480) if i % 2 else m.Note(text=f"note {i}")
        for i in range(FOLDER_ENTRIES)
    ]
    return m.Folder(name="holiday", size=12, cover=m.Photo(path="0.png", width=64, height=48), entries=entries)


def listing(m: Any) -> Any:
    accounts = [account(m, number) for number in range(LEDGER_ACCOUNTS)]
    return m.Listing(page=m.AccountPage(items=accounts, total=230, following="cursor"))


def payment(m: Any) -> Any:
    return m.Payment(amount=12.5, currency="EUR", reference="2026-0117", retries=2)


def meeting(m: Any) -> Any:
    return m.Meeting(
        id=uuid.UUID(int=2026),
        status=Status.OPEN,
        at=datetime.datetime(2026, 11, 27, 9, 30),
        day=datetime.date(2026, 11, 27),
        takes=datetime.timedelta(minutes=45),
        price=decimal.Decimal("12.50"),
    )


def track(m: Any) -> Any:
    return m.Track(name="walk", points=[m.Point(x=i + 0.5, y=i - 0.5, label=f"p{i}") for i in range(TRACK_POINTS)])


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
    Model("constrained", "constraints (4 of 5 fields)", "Account", account, rules=True),
    Model("ledger", f"constraints nested ({LEDGER_ACCOUNTS} accounts, dict, list)", "Ledger", ledger, rules=True),
    Model("validator", "one validator (4 fields)", "Contact", contact, rules=True),
    Model("validators", "four validators (5 fields)", "Signup", signup, rules=True),
    Model("tagged", f"discriminated union ({ZOO_PETS + 1} models)", "Zoo", zoo, rules=True),
    Model("union", f"plain unions ({FOLDER_ENTRIES + 1} models)", "Folder", folder, rules=True),
    Model(
        "generic",
        f"generic page ({LEDGER_ACCOUNTS} accounts)",
        "Listing",
        listing,
        kinds=("basemodel", "dataclass"),
        rules=True,
    ),
    Model("aliases", "aliases (4 fields)", "Payment", payment, rules=True),
    Model("dates", "enum, dates, UUID, Decimal (6 fields)", "Meeting", meeting, rules=True),
    Model("frozen", f"frozen and slotted ({TRACK_POINTS} points)", "Track", track, rules=True),
    Model(
        "attrs", f"invoice of attrs ({INVOICE_LINES} lines)", "Invoice", invoice, kinds=(*KINDS, "attrs"), rules=True
    ),
)
BY_NAME = {model.name: model for model in MODELS}
