"""pydantic and osbot-utils are imported once a class of theirs turns up, and not before."""

import os
import subprocess
import sys
import textwrap

import pytest

MODELS = """
import dataclasses
import sys
from typing import NamedTuple, TypedDict

import attrs
import msgspec

import type_safe_convert as t

@dataclasses.dataclass
class Line:
    name: str
    count: int = 1

@dataclasses.dataclass
class Order:
    lines: list[Line]
    notes: dict[str, str | None] = dataclasses.field(default_factory=dict)

@dataclasses.dataclass
class OrderCopy:
    lines: list[Line]
    notes: dict[str, str | None] = dataclasses.field(default_factory=dict)

@attrs.define
class AttrsOrder:
    lines: list[Line]
    notes: dict[str, str | None] = attrs.field(factory=dict)

class StructOrder(msgspec.Struct):
    lines: list[Line]
    notes: dict[str, str | None] = {}

class TupleOrder(NamedTuple):
    lines: list[Line]
    notes: dict[str, str | None] = {}

class DictOrder(TypedDict):
    lines: list[Line]
    notes: dict[str, str | None]

lines = [Line("ink", 2)]
imported = lambda: sorted({"pydantic", "pydantic_core", "osbot_utils"} & sys.modules.keys())
"""


def run(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-"],  # "<string>" is the file of code that `dataclass` wrote, and of that after `-c`
        input=MODELS + textwrap.dedent(code),
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONWARNINGS": "ignore"},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


SOURCES = ("Order", "AttrsOrder", "StructOrder", "TupleOrder", "DictOrder")


@pytest.mark.parametrize("source", SOURCES)
def test_conversions_between_other_kinds_import_neither(source: str) -> None:
    out = run(f"""
        instance = {source}(lines=lines, notes={{"a": None}})
        for target in (OrderCopy, AttrsOrder, StructOrder, TupleOrder, DictOrder):
            found = t.converter({source}, target)(instance)
            read = found.get if target is DictOrder else lambda name: getattr(found, name)
            assert (read("lines"), read("notes")) == (lines, {{"a": None}}), found
        for kind in ("dataclass", "attrs", "msgspec", "namedtuple", "typeddict"):
            made = t.convert_class({source}, kind)
            there = t.converter({source}, made)(instance)
            back = t.converter(made, {source})(there)
            assert back == instance, (kind, there, back)
        try:
            t.convert(Order("no list"), OrderCopy)
        except t.ConversionError as error:
            assert error.path == ("lines",)
        print(imported())
    """)
    assert out == "[]\n"


def test_classes_of_pydantic_convert_after_it_is_imported() -> None:
    """Standard dataclasses were read before, by a kind that does not know pydantic."""
    out = run("""
        assert t.convert(Order(lines), OrderCopy) == OrderCopy(lines)
        assert t.convert(AttrsOrder(lines), OrderCopy) == OrderCopy(lines)
        assert t.convert(Order(lines), TupleOrder) == TupleOrder(lines)
        assert imported() == []

        from typing import Annotated
        from pydantic import BaseModel, ConfigDict, Field
        from pydantic.dataclasses import dataclass

        @dataclass(config=ConfigDict(str_to_upper=True))
        class Shouted:
            lines: list[Line]
            name: Annotated[str, Field(max_length=5)] = "a"

        @dataclasses.dataclass
        class Named:
            lines: list[Line] = Field(default_factory=list)
            name: str = Field("plain", max_length=5)

        class Later(OrderCopy):
            pass

        named = t.convert(Order(lines), Named)
        assert named.name == "plain", named
        assert t.convert(Named(), Order).lines == []  # its own constructor puts the `Field` into the instance
        assert t.convert(Named(lines, "b"), Shouted) == Shouted(lines, "B")
        for target in (Named, Shouted):
            try:
                t.from_python(target, {"lines": [], "name": "too long"})
            except t.ConversionError as error:
                assert error.path == ("name",), error
            else:
                raise AssertionError(target)
        made = t.convert_class(Order, "basemodel")
        assert issubclass(made, BaseModel)
        assert t.convert(t.convert(Order(lines), made), Order) == Order(lines)
        assert t.convert(Order(lines), OrderCopy) == OrderCopy(lines)
        assert t.from_json(Order, t.to_json(Order(lines))) == Order(lines)
        print(imported())
    """)
    assert out == "['pydantic', 'pydantic_core']\n"


def test_rules_that_pydantic_reads_hold_before_it_is_imported() -> None:
    """Constraints in the metadata of a field, and settings in an attribute, need nothing of pydantic."""
    out = run("""
        @dataclasses.dataclass
        class Measured:
            count: int = dataclasses.field(metadata={"gt": 3})

        @dataclasses.dataclass
        class Source:
            count: int

        @dataclasses.dataclass
        class Configured:
            __pydantic_config__ = {"str_to_upper": True}
            name: str

        assert t.convert(Measured(9), Source) == Source(9)
        try:
            t.convert(Source(2), Measured)
        except t.ConversionError as error:
            assert error.path == ("count",), error
        else:
            raise AssertionError
        assert t.convert_class(Configured, "basemodel")(name="a").name == "A"
    """)
    assert out == ""


def test_annotations_that_import_pydantic_when_they_are_read_have_its_rules() -> None:
    out = run("""
        from typing import Annotated

        class Lazy:
            def __getattr__(self, name):
                import pydantic
                return getattr(pydantic, name)

        lazy = Lazy()

        @dataclasses.dataclass
        class Measured:
            count: "Annotated[int, lazy.Field(gt=3, repr=False)]"

        @dataclasses.dataclass
        class Source:
            count: int

        to_measured = t.converter(Source, Measured)
        try:
            to_measured(Source(2))
        except t.ConversionError as error:
            assert error.path == ("count",), error
        else:
            raise AssertionError
        assert "9" not in repr(t.convert_class(Measured, "attrs")(count=9))
    """)
    assert out == ""


def test_a_constructor_that_imports_pydantic_has_its_errors_told() -> None:
    out = run("""
        @dataclasses.dataclass(init=False)
        class Checked:
            count: int

            def __init__(self, count: int) -> None:
                from typing import Annotated
                from pydantic import Field, validate_call

                @validate_call
                def check(count: Annotated[int, Field(gt=3)]) -> None: ...

                check(count=count)
                self.count = count

        @dataclasses.dataclass
        class Source:
            count: int

        to_checked = t.converter(Source, Checked)
        assert imported() == []
        for _ in range(2):
            try:
                to_checked(Source(2))
            except t.ConversionError as error:
                assert error.path == ("count",), error
                assert error.expected == "greater than 3", error
            else:
                raise AssertionError
        assert to_checked(Source(9)).count == 9
    """)
    assert out == ""


def test_threads_that_import_pydantic_meanwhile_read_their_classes_right() -> None:
    out = run("""
        import threading

        found = []

        def convert_plain(number: int) -> None:
            cls = dataclasses.make_dataclass(f"Plain{number}", [("lines", list[Line])])
            found.append(t.convert(Order(lines), cls).lines == lines)

        def convert_described(number: int) -> None:
            from pydantic import Field

            cls = dataclasses.make_dataclass(f"Described{number}", [("name", str, Field("a", max_length=2))])
            found.append(t.from_python(cls, {}).name == "a")

        threads = [threading.Thread(target=(convert_plain, convert_described)[n % 2], args=(n,)) for n in range(16)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert found == [True] * 16, found
    """)
    assert out == ""
