"""Code of a user without a converter: constructor calls with keywords, and a copy of each container.

One function a class, for every target kind: it is made for the module that holds the target's classes. The
constructor does the checking where it checks at all (Type_Safe, Pydantic); a dataclass's does not.
"""

from collections.abc import Callable
from typing import Any

from benchmarks.models import MODULES

Convert = Callable[[Any], Any]


def person(m: Any) -> Convert:
    Person = m.Person

    def convert(o: Any) -> Any:
        return Person(name=o.name, age=o.age, height=o.height, active=o.active, email=o.email)

    return convert


def invoice(m: Any) -> Convert:
    Invoice, Customer, Line = m.Invoice, m.Customer, m.Line

    def convert(o: Any) -> Any:
        customer = o.customer
        return Invoice(
            number=o.number,
            customer=Customer(name=customer.name, email=customer.email, vat=customer.vat),
            lines=[Line(sku=x.sku, quantity=x.quantity, price=x.price, tags=list(x.tags)) for x in o.lines],
            totals=dict(o.totals),
            notes=list(o.notes),
            paid=o.paid,
        )

    return convert


def product(m: Any) -> Convert:
    Product = m.Product

    def convert(o: Any) -> Any:
        return Product(
            sku=str(o.sku),
            title=str(o.title),
            stock=int(o.stock),
            price=float(o.price),
            labels=[str(x) for x in o.labels],
        )

    return convert


def tree(m: Any) -> Convert:
    Node = m.Node

    def convert(o: Any) -> Any:
        return Node(name=o.name, value=o.value, children=[convert(x) for x in o.children])

    return convert


def record(m: Any) -> Convert:
    Record = m.Record

    def convert(o: Any) -> Any:
        return Record(
            order_no=o.order_no,
            quantity=o.quantity,
            unit_price=o.unit_price,
            express=o.express,
            customer=o.customer,
            age=o.age,
            credit=o.credit,
            verified=o.verified,
            street=o.street,
            house_no=o.house_no,
            latitude=o.latitude,
            owner=o.owner,
            city=o.city,
            postcode=o.postcode,
            longitude=o.longitude,
            rented=o.rented,
            country=o.country,
            calls=o.calls,
            balance=o.balance,
            blocked=o.blocked,
            language=o.language,
            visits=o.visits,
            rating=o.rating,
            newsletter=o.newsletter,
            currency=o.currency,
            points=o.points,
            discount=o.discount,
            taxable=o.taxable,
            carrier=o.carrier,
            parcels=o.parcels,
            weight=o.weight,
            insured=o.insured,
            warehouse=o.warehouse,
            shelf=o.shelf,
            volume=o.volume,
            fragile=o.fragile,
            status=o.status,
            retries=o.retries,
            delay=o.delay,
            urgent=o.urgent,
            channel=o.channel,
            clicks=o.clicks,
            margin=o.margin,
            gift=o.gift,
            comment=o.comment,
            version=o.version,
            score=o.score,
            archived=o.archived,
            tag=o.tag,
            revision=o.revision,
        )

    return convert


def drawing(m: Any) -> Convert:
    Drawing, Circle, Rectangle = m.Drawing, m.Circle, m.Rectangle
    circles = tuple(module.Circle for module in MODULES.values() if hasattr(module, "Circle"))

    def shape(o: Any) -> Any:
        if isinstance(o, circles):
            return Circle(name=o.name, radius=o.radius)
        return Rectangle(name=o.name, width=o.width, height=o.height)

    def convert(o: Any) -> Any:
        return Drawing(title=o.title, shapes=[shape(x) for x in o.shapes])

    return convert


def reading(m: Any) -> Convert:
    Reading = m.Reading

    def convert(o: Any) -> Any:
        return Reading(sensor=o.sensor, at=o.at, value=o.value, valid=o.valid)

    return convert


def readings(m: Any) -> Convert:
    """A whole batch at once."""
    Reading = m.Reading

    def convert(batch: Any) -> Any:
        return [Reading(sensor=o.sensor, at=o.at, value=o.value, valid=o.valid) for o in batch]

    return convert


def chain(m: Any) -> Convert:
    Chain = m.Chain

    def convert(o: Any) -> Any:
        below = o.next
        return Chain(value=o.value, next=None if below is None else convert(below))

    return convert


BY_ROOT: dict[str, Callable[[Any], Convert]] = {
    "Person": person,
    "Invoice": invoice,
    "Product": product,
    "Node": tree,
    "Record": record,
    "Drawing": drawing,
    "Reading": reading,
    "Chain": chain,
}
