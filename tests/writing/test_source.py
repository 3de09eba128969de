"""The source text of counterparts: it runs, `ruff format` leaves it alone, mypy accepts it."""

from __future__ import annotations

import dataclasses
import datetime
import enum
import re
import subprocess
import sys
from pathlib import Path
from typing import Annotated, Any, NamedTuple

import annotated_types
import attrs
import msgspec
import pydantic.dataclasses
import pytest
from osbot_utils.type_safe.Type_Safe import Type_Safe
from pydantic import BaseModel, ConfigDict, Field

import type_safe_convert
from tests.core import models as type_safe_models
from tests.kinds.sqlalchemy import models as mapped
from tests.kinds.toy import ToyKind
from tests.properties.test_source import KINDS, executed
from tests.writing import models
from type_safe_convert import (
    ClassConversionError,
    NotAModelError,
    convert,
    convert_class,
    from_json,
    source,
    to_json,
    write_source,
)
from type_safe_convert.cli.app import run_app
from type_safe_convert.registry import register_kind, unregister_kind

CLASSES: list[Any] = [models.Invoice, models.Path, models.Page, models.Names]
# osbot-utils has no types of its own.
TYPED = [kind for kind in KINDS if kind != "type_safe"]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a module for each kind."""
    folder = tmp_path_factory.mktemp("written")
    for kind in KINDS:
        (folder / f"written_as_{kind}.py").write_text(write_source(CLASSES, kind).text)
    return folder


def ruff(*arguments: object) -> str:
    run = subprocess.run([sys.executable, "-m", "ruff", *map(str, arguments)], capture_output=True, text=True)
    return run.stdout + run.stderr if run.returncode else ""


@pytest.mark.parametrize("width", [88, 120])
def test_ruff_leaves_it_alone(written: Path, width: int) -> None:
    only_wrapped = "lint.isort.split-on-trailing-comma=true"
    assert ruff("format", "--isolated", "--diff", "--line-length", width, "--config", only_wrapped, written) == ""


def test_ruff_finds_nothing_to_complain_of(written: Path) -> None:
    known = "lint.isort.known-third-party=['tests']"
    assert ruff("check", "--isolated", "--select", "F,E4,E7,E9,I,UP006,UP007", "--config", known, written) == ""


def test_mypy_accepts_it(written: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    api = pytest.importorskip("mypy.api")
    monkeypatch.setenv("MYPYPATH", str(Path(__file__).parents[2]))
    files = [str(written / f"written_as_{kind}.py") for kind in TYPED]
    options = ["--strict", "--config-file=", "--follow-imports=silent", "--disable-error-code=import-untyped"]
    out, _, status = api.run([*options, *files])
    assert status == 0, out


@pytest.mark.parametrize("kind", KINDS)
def test_it_is_a_module(kind: str) -> None:
    result = write_source(CLASSES, kind)
    assert result.classes.keys() >= {cls for cls in CLASSES if type_safe_convert.kind_of(cls) != kind}
    assert {*result.classes.values()} <= executed(result.text).keys()


class Colour(enum.Enum):
    RED = 1


class Item(BaseModel):
    """An item."""

    name: str = Field(min_length=1, description="Its name", alias="itemName")
    count: int = Field(default=1, ge=1)
    colour: Colour = Colour.RED
    tags: list[str] = Field(default_factory=list)


def body_of(text: str, name: str) -> str:
    return text.partition(f"class {name}")[2].partition("\n\n\n")[0]


def test_dataclass() -> None:
    assert (
        body_of(source(Item, "dataclass"), "Item")
        == '''\
:
    """An item."""

    name: Annotated[str, MinLen(1)] = field(
        metadata={"alias": "itemName", "description": "Its name"},
    )
    count: Annotated[int, Ge(1)] = 1
    colour: Colour = Colour.RED
    tags: list[str] = field(default_factory=list)
'''
    )


def test_attrs_has_validators() -> None:
    text = source(Item, "attrs")
    assert "    count: int = field(default=1, validator=validators.ge(1))\n" in text
    made = executed(text)["Item"]
    assert made(name="a").count == 1
    with pytest.raises(ValueError, match="count"):
        made(name="a", count=0)
    assert attrs.fields(made).name.metadata == {"alias": "itemName", "description": "Its name"}


def test_msgspec_has_meta_and_names() -> None:
    text = source(Item, "msgspec")
    assert "    count: Annotated[int, Meta(ge=1)] = 1\n" in text
    made = executed(text)["Item"]
    assert msgspec.json.decode(b'{"itemName": "a"}', type=made).name == "a"
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(b'{"itemName": ""}', type=made)


def test_pydantic_has_fields_and_config() -> None:
    text = source(models.Point, "basemodel")
    assert "    model_config = ConfigDict(frozen=True)\n" in text
    assert "    y: int = Field(default=0, ge=0)\n" in text
    made = executed(text)["Point"]
    with pytest.raises(ValueError, match="greater"):
        made(x=1, y=-1)
    with pytest.raises(ValueError, match="frozen"):
        made(x=1).x = 2


def test_a_primitive_of_type_safe_stays_in_the_annotation() -> None:
    text = source(type_safe_models.Order, "dataclass")
    assert "    nested: dict[str, list[Annotated[str, Safe_Str]]] = field(default_factory=dict)\n" in text


def test_type_safe_names_later_classes_in_quotes() -> None:
    text = source(models.Bill, "type_safe")
    assert '    parent: Optional["Bill"] = None\n' in text
    made = executed(text)["Bill"]
    assert issubclass(made, Type_Safe)
    assert made().currency == "EUR"


def test_what_a_kind_cannot_say_is_a_comment_and_an_entry() -> None:
    result = write_source([models.Bill], "dataclass")
    told = {(loss.cls, loss.field, loss.reason) for loss in result.losses}
    assert (models.Bill, "", "methods and validators are not written: total") in told
    assert (models.Address, "zip_code", "pattern is lost: it cannot be written here") in told
    for loss in result.losses:
        assert f"# NOTE: {loss.reason}" in result.text


class Account(BaseModel):
    id: int = Field(alias="accountId", description="Its number")
    owner: str = Field(serialization_alias="heldBy")
    opened: int = Field(validation_alias="since")
    password: str = Field(default="none", exclude=True, title="Secret")


@pytest.mark.parametrize("kind", ["dataclass", "attrs", "basemodel"])
def test_what_a_field_says_of_its_names_holds_in_the_written_class(kind: Any) -> None:
    written = executed(source(Account, kind))["Account"]
    account = Account(accountId=1, heldBy="a", since=3, password="x", owner="a")
    made = convert(account, written)
    for by_alias in (True, False):
        assert to_json(made, by_alias=by_alias) == account.model_dump_json(by_alias=by_alias).encode()
    assert (
        convert(from_json(written, '{"accountId": 1, "owner": "a", "since": 3, "password": "x"}'), Account) == account
    )


def test_a_factory_that_cannot_be_written_is_told() -> None:
    made = attrs.make_class("Odd", {"number": attrs.field(factory=lambda: object(), type=object)})
    made.__module__ = __name__
    (loss,) = write_source([made], "dataclass").losses
    assert str(loss) == "Odd.number: its default is not written: an object has no source text"


def test_a_class_method_is_written_as_a_factory() -> None:
    @dataclasses.dataclass
    class Visit:
        at: datetime.datetime = dataclasses.field(default_factory=datetime.datetime.now)

    result = write_source([Visit], "attrs")
    assert not result.losses
    assert "    at: datetime = field(factory=datetime.now)\n" in result.text


def test_fields_with_the_name_of_a_type_keep_it() -> None:
    names = executed(source(models.Names, "attrs"))
    assert [item.name for item in attrs.fields(names["Names"])] == ["date", "uuid", "numbers", "field", "Annotated"]


@dataclasses.dataclass(frozen=True)
class Named:
    name: str
    self: int = 0


@dataclasses.dataclass
class HasNamed:
    one: Named = Named("one", self=1)


@pytest.mark.parametrize("kind", ["basemodel", "attrs", "msgspec"])
def test_a_default_may_be_an_instance_with_any_field_names(kind: Any) -> None:
    assert re.search(r"Named\(name=\"one\", self_?=1\)", source(HasNamed, kind))


def test_type_variables_stay() -> None:
    text = source(models.Page, "msgspec")
    assert "class Page(Struct, Generic[T]):\n    items: list[T]\n    following: Page[T] | None = None\n" in text


def test_nested_constraints_are_said_in_the_kind() -> None:
    assert "    discounts: dict[str, Annotated[float, Meta(gt=0)]] = field(" in source(models.Bill, "msgspec")


def test_named_tuple() -> None:
    """Fields without a default come first, as they must; a list that is made anew is no default here."""
    result = write_source([Item], "namedtuple")
    lines = [line for line in body_of(result.text, "Item").splitlines() if line and "#" not in line]
    assert lines[2:] == [
        "    name: Annotated[str, MinLen(1)]",
        "    tags: list[str]",
        "    count: Annotated[int, Ge(1)] = 1",
        "    colour: Colour = Colour.RED",
    ]
    assert "the fields come in another order here: name, tags, count, colour" in [loss.reason for loss in result.losses]
    assert executed(result.text)["Item"]("a", []) == ("a", [], 1, Colour.RED)


def test_typed_dict() -> None:
    made = executed(source(Item, "typeddict"))["Item"]
    assert (made.__required_keys__, made.__optional_keys__) == ({"name"}, {"count", "colour", "tags"})
    text = source(models.Invoice, "typeddict")
    assert "class Invoice(Bill):\n" in text
    assert "    parent: NotRequired[Bill | None]\n" in text


def test_mapped_classes_are_read_and_none_are_written() -> None:
    result = write_source([mapped.Note], "dataclass")
    assert "class Note:\n" in result.text
    assert {"__tablename__", "primary_key"} <= {loss.reason.partition("=")[0] for loss in result.losses}
    with pytest.raises(ClassConversionError, match="no class of this kind is made: write a SQLAlchemy class"):
        source(Item, "sqlalchemy")


def test_a_kind_without_a_writer_says_so() -> None:
    kind = ToyKind()
    register_kind(kind)
    try:
        with pytest.raises(ClassConversionError, match="a toy class has no source writer"):
            source(Item, kind.name)
    finally:
        unregister_kind(kind.name)


def test_what_is_no_model_is_refused() -> None:
    with pytest.raises(NotAModelError):
        source(int, "attrs")
    with pytest.raises(NotAModelError):
        source(Item, "no such kind")


def test_the_command_writes_a_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "points.py"
    arguments = ["source", "tests.writing.models:Path", "tests.writing.models:Bill", "--to", "attrs"]
    assert run_app([*arguments, "--output", str(out)]) == 0
    assert out.read_text() == write_source([models.Path, models.Bill], "attrs").text
    assert "Bill: methods and validators are not written: total" in capsys.readouterr().err


def test_the_command_refuses_what_is_not_there(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_app(["source", "tests.writing.models:Nothing", "--to", "attrs"]) == 2
    assert run_app(["source", "tests.writing.models:Bill", "--to", "attr"]) == 2
    assert capsys.readouterr().err.count("\n") == 2


def test_two_classes_of_one_name_get_two() -> None:
    other = attrs.make_class("Point", {"z": attrs.field(type=Annotated[int, annotated_types.Ge(0)])})
    other.__module__ = __name__
    result = write_source([models.Point, other], "msgspec")
    assert [*result.classes.values()] == ["Point", "Point_"]


class Span(NamedTuple):
    start: int
    end: int = 0


def test_a_named_tuple_that_is_asked_for_is_written() -> None:
    assert "    start: int\n    end: int = 0\n" in source(Span, "attrs")


@dataclasses.dataclass
class Hidden:
    _id: int = 1


@dataclasses.dataclass
class BelowHidden(Hidden):
    id: int = 2


def test_a_field_whose_keyword_an_inherited_one_has_gets_another() -> None:
    names: dict[str, Any] = {}
    exec(source(BelowHidden, "attrs"), names)
    written, generated = names["BelowHidden"](), convert_class(BelowHidden, "attrs")
    assert (written._id, written.id) == (1, 2)
    assert [item.alias for item in attrs.fields(type(written))] == [item.alias for item in attrs.fields(generated)]


@attrs.define
class Stripped:
    _text: str = attrs.field(alias="content", converter=str.strip)
    kind: str = attrs.field(default="", validator=attrs.validators.instance_of(str))
    size: int = attrs.field(default=1, validator=[attrs.validators.ge(1)], repr=False)


class Event(msgspec.Struct, array_like=True, omit_defaults=True, rename="camel", tag="event", weakref=True, order=True):
    event_id: int = 0


class Ticket(BaseModel):
    model_config = ConfigDict(populate_by_name=True, str_strip_whitespace=True, alias_generator=str.upper)

    name: str


class Gold(Ticket):
    model_config = ConfigDict(use_enum_values=True)


@dataclasses.dataclass(slots=True, weakref_slot=True, match_args=False, order=True, unsafe_hash=True)
class Version:
    major: int
    note: str = dataclasses.field(default="", compare=False, kw_only=True, metadata={"own": 1})


@pydantic.dataclasses.dataclass(config=ConfigDict(extra="forbid", str_strip_whitespace=True))
class Trimmed:
    name: str


@pytest.mark.parametrize(
    ("cls", "kind", "text", "told"),
    [
        (Trimmed, "attrs", "@define\nclass Trimmed", ["extra='forbid'", "str_strip_whitespace=True"]),
        (Stripped, "dataclass", "@dataclass(slots=True)", ["alias", "converter", "validator"]),
        (Event, "dataclass", "@dataclass(order=True, slots=True, weakref_slot=True)", ["tag", "omit", "array_like"]),
        (Event, "attrs", 'metadata={"alias": "eventId"}', ["tag", "omit", "array_like"]),
        (Gold, "msgspec", "class Gold(Ticket)", ["populate_by_name", "str_strip_whitespace", "use_enum_values"]),
        (Version, "attrs", "@define(order=True, unsafe_hash=True)", ["match_args"]),
        (Version, "attrs", 'eq=False, kw_only=True, metadata={"own": 1}', ["match_args"]),
        (Version, "msgspec", "(Struct, kw_only=True, order=True, weakref=True)",
         ["match_args", "by keyword", "instances have no hash", "compare", "hash", "metadata"]),
        (Version, "basemodel", "note: str = ",
         ["slots", "match_args", "instances have no order", "instances have no hash", "compare", "hash", "metadata"]),
    ],
)  # fmt: skip
def test_what_a_class_says_beside_its_fields_is_written_or_told(
    cls: type, kind: str, text: str, told: list[str]
) -> None:
    result = write_source([cls], kind)
    assert text in result.text
    losses = [loss.reason for loss in result.losses]
    assert len(losses) == len(told)
    for word in told:
        assert any(reason.startswith(word) for reason in losses), (word, losses)
