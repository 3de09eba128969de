"""The constructors by hand of the models with constraints, validators, unions and generics."""

from collections.abc import Callable
from typing import Any

from benchmarks.models import MODULES

Convert = Callable[[Any], Any]


def _of_any_kind(name: str) -> tuple[type, ...]:
    """The classes of that name, for `isinstance`: the source may be of any kind."""
    return tuple(getattr(module, name) for module in MODULES.values() if hasattr(module, name))


def account(m: Any) -> Convert:
    Account = m.Account

    def convert(o: Any) -> Any:
        return Account(code=o.code, level=o.level, rate=o.rate, title=o.title, active=o.active)

    return convert


def ledger(m: Any) -> Convert:
    Ledger, Account = m.Ledger, m.Account

    def convert(o: Any) -> Any:
        return Ledger(
            owner=o.owner,
            accounts=[
                Account(code=x.code, level=x.level, rate=x.rate, title=x.title, active=x.active) for x in o.accounts
            ],
            limits=dict(o.limits),
            labels=list(o.labels),
        )

    return convert


def contact(m: Any) -> Convert:
    Contact = m.Contact

    def convert(o: Any) -> Any:
        return Contact(name=o.name, email=o.email, age=o.age, city=o.city)

    return convert


def signup(m: Any) -> Convert:
    Signup = m.Signup

    def convert(o: Any) -> Any:
        return Signup(name=o.name, email=o.email, password=o.password, repeated=o.repeated, age=o.age)

    return convert


def zoo(m: Any) -> Convert:
    Zoo, Cat, Dog, Fish = m.Zoo, m.Cat, m.Dog, m.Fish

    def pet(o: Any) -> Any:
        kind = o.kind
        if kind == "cat":
            return Cat(name=o.name, lives=o.lives)
        if kind == "dog":
            return Dog(name=o.name, breed=o.breed)
        return Fish(name=o.name, depth=o.depth)

    def convert(o: Any) -> Any:
        return Zoo(title=o.title, star=pet(o.star), pets=[pet(x) for x in o.pets])

    return convert


def folder(m: Any) -> Convert:
    Folder, Note, Photo = m.Folder, m.Note, m.Photo
    notes = _of_any_kind("Note")

    def entry(o: Any) -> Any:
        if isinstance(o, notes):
            return Note(text=o.text)
        return Photo(path=o.path, width=o.width, height=o.height)

    def convert(o: Any) -> Any:
        cover = o.cover
        return Folder(
            name=o.name,
            size=o.size,
            cover=None if cover is None else entry(cover),
            entries=[entry(x) for x in o.entries],
        )

    return convert


def listing(m: Any) -> Convert:
    Listing, AccountPage, Account = m.Listing, m.AccountPage, m.Account

    def convert(o: Any) -> Any:
        page = o.page
        accounts = [
            Account(code=x.code, level=x.level, rate=x.rate, title=x.title, active=x.active) for x in page.items
        ]
        return Listing(page=AccountPage(items=accounts, total=page.total, following=page.following))

    return convert


def payment(m: Any) -> Convert:
    Payment = m.Payment

    def convert(o: Any) -> Any:
        return Payment(amount=o.amount, currency=o.currency, reference=o.reference, retries=o.retries)

    return convert


def meeting(m: Any) -> Convert:
    Meeting = m.Meeting

    def convert(o: Any) -> Any:
        return Meeting(id=o.id, status=o.status, at=o.at, day=o.day, takes=o.takes, price=o.price)

    return convert


def track(m: Any) -> Convert:
    Track, Point = m.Track, m.Point

    def convert(o: Any) -> Any:
        return Track(name=o.name, points=[Point(x=p.x, y=p.y, label=p.label) for p in o.points])

    return convert


BY_ROOT: dict[str, Callable[[Any], Convert]] = {
    "Account": account,
    "Ledger": ledger,
    "Contact": contact,
    "Signup": signup,
    "Zoo": zoo,
    "Folder": folder,
    "Listing": listing,
    "Payment": payment,
    "Meeting": meeting,
    "Track": track,
}
