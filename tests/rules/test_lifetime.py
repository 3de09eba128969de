"""Rules in threads, in pickles, and in memory."""

import gc
import pickle
import subprocess
import sys
import threading
import weakref
from dataclasses import dataclass
from typing import Any

import pytest

from tests.rules.models import Customer, Item, LineDto, Order, OrderDto, an_order, rules, the_dto
from type_safe_convert import Constant, Rules, convert_class, explain, model_cache

flat = Rules()
flat.map(Item, LineDto, {"code": "sku", "added": lambda item: None})


@dataclass
class Code:
    code: str


def made_rules(fields: dict[str, Any]) -> Rules:
    """As a function of another module would make them."""
    names: dict[str, Any] = {"__name__": "another_module", "Rules": Rules, "Item": Item, "Code": Code}
    exec("def make(fields):\n    made = Rules()\n    made.map(Item, Code, fields)\n    return made", names)
    made: Rules = names["make"](fields)
    return made


class OwnRules(Rules):
    """A user may derive from the class."""


codes = OwnRules()
codes.map(Item, Code, {"code": "sku"})


def test_converters_pickle_where_the_rules_are_a_global() -> None:
    for converter in (codes.converter(Item, Code), codes.converter(Item, Code, validate=False, forbid_extra=False)):
        assert pickle.loads(pickle.dumps(converter)) is converter
    to_dto = rules.converter(Order, OrderDto)
    assert pickle.loads(pickle.dumps(to_dto)) is to_dto
    assert pickle.loads(pickle.dumps(rules)) is rules


elsewhere = made_rules({"code": "sku"})


back = Rules()
back.map(Code, Item, {"sku": "code", "price": Constant(1.0)})


def test_the_way_back_pickles_in_the_module_of_the_rules() -> None:
    found: list[Rules] = []
    names: dict[str, Any] = {"__name__": "another_module", "rules": back, "classes": (Item, Code), "found": found}
    exec("def ask():\n    found.append(rules.reversed(*classes))", names)
    thread = threading.Thread(target=names["ask"])  # nothing of this module calls it
    thread.start()
    thread.join()
    globals()["there"] = found[0]
    assert pickle.loads(pickle.dumps(found[0])) is found[0]


def test_rules_that_another_module_made_pickle_where_they_are_a_global() -> None:
    assert pickle.loads(pickle.dumps(elsewhere)) is elsewhere
    converter = elsewhere.converter(Item, Code)
    assert pickle.loads(pickle.dumps(converter)) is converter


def test_converters_pickle_into_another_process() -> None:
    code = (
        "import pickle, sys; found = pickle.load(sys.stdin.buffer);"
        "from tests.rules.models import Item; print(found(Item('a', 1.0)).code)"
    )
    pickled = pickle.dumps(codes.converter(Item, Code))
    run = subprocess.run([sys.executable, "-c", code], input=pickled, capture_output=True, check=True)
    assert run.stdout.strip() == b"a"


def test_other_rules_say_why_they_do_not_pickle() -> None:
    local = Rules()
    local.map(Item, Code, {"code": "sku"})
    with pytest.raises((pickle.PicklingError, AttributeError), match="rules that are no global of a module"):
        pickle.dumps(local.converter(Item, Code))
    with pytest.raises(pickle.PicklingError, match="global of a module"):
        pickle.dumps(local)


def test_threads_share_rules() -> None:
    made = Rules()
    made.map(Item, Code, {"code": "sku"})
    found: list[Any] = []
    start = threading.Barrier(8)

    def work() -> None:
        start.wait()
        found.append(made.converter(Item, Code))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 1


def test_dropped_rules_are_collected_with_their_classes() -> None:
    def make() -> tuple[Any, Any, Any]:
        @dataclass
        class Source:
            name: str
            customer: Customer

        @dataclass
        class Target:
            label: str
            who: str

        made = Rules()
        made.map(Source, Target, {"label": "name", "who": "customer.name"})
        for _ in range(3):
            made.convert(Source("a", Customer("b")), Target)
        return weakref.ref(made), weakref.ref(Source), weakref.ref(Target)

    gc.collect()
    before = model_cache.sizes().functions
    references = make()
    gc.collect()
    assert [reference() for reference in references] == [None] * 3
    assert model_cache.sizes().functions <= before


def test_explain_tells_of_rules() -> None:
    found = explain(Order, OrderDto, rules=rules)
    sources = {field.field: field.source for field in found.fields}
    assert sources == {
        "customer_name": "customer.name",
        "lines": "items",
        "total": "computed by total",
        "channel": "constant 'web'",
        "tenant": "given with the call",
        "color": "color",
        "placed": "placed",
        "city": "customer.address.city",
        "note": "default",
        "tags": "constant ['new']",
    }
    assert [(each.source, each.target) for each in found.nested] == [(Item, LineDto)]
    assert "given" in found.code
    assert found.fast_path
    assert rules.converter(Order, OrderDto)(an_order(), values={"tenant": "acme"}) == the_dto()


@dataclass
class Early:
    late: "Late | None" = None  # type: ignore[name-defined]  # noqa: F821


@pytest.mark.filterwarnings("ignore::type_safe_convert.UnresolvedNameWarning")
def test_rules_that_converted_a_class_before_its_names_were_there(monkeypatch: pytest.MonkeyPatch) -> None:
    mine = Rules()
    for kind in ("basemodel", "attrs") * 3:
        mine.convert(Early(), kind)
    monkeypatch.setitem(globals(), "Late", Code)
    for kind in ("basemodel", "attrs"):
        assert type(mine.convert(Early(), kind)) is convert_class(Early, kind)
