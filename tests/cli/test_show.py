"""`show` puts a class and its counterparts side by side; `bench` and `json` are there too."""

import io
import json
import re
import sys

import pytest

from tests.core import models
from tests.rules import models as models_of_rules
from type_safe_convert import explain
from type_safe_convert.cli.app import run_app
from type_safe_convert.cli.show import annotation_text
from type_safe_convert.model.kind import get_kind
from type_safe_convert.registry import made_kinds, title_of
from type_safe_convert.testing.sampler import load

KINDS = made_kinds()
COLUMNS = len(KINDS)


@pytest.fixture
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("COLUMNS", raising=False)  # what is no terminal is as wide as its lines


def rows(text: str) -> dict[str, list[str]]:
    """{first cell: the other cells} of a printed table."""
    lines = [re.split(r"\s{2,}", line) for line in text.splitlines()]
    return {cells[0]: cells[1:] for cells in lines if len(cells) > 1}


def _bare(annotation: str) -> str:
    """The annotation of a key, without what it says of the key."""
    return annotation[len("NotRequired[") : -1] if annotation.startswith("NotRequired[") else annotation


@pytest.mark.usefixtures("wide")
def test_a_class_is_shown_in_each_kind(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_app(["show", "tests.core.models:Order"]) == 0
    output = capsys.readouterr().out
    found = rows(output)
    kinds = [get_kind(name) for name in made_kinds()]
    first, *others = [title_of(kind.name) for kind in kinds]
    assert found["field"] == [f"{first} (written)", *others, "default", "constraints"]
    suffixes = [kind.suffix for kind in kinds[1:]]
    items = [f"list[Item__{suffix}]" for suffix in suffixes]
    assert [_bare(text) for text in found["items"][:COLUMNS]] == ["List[Item]", *items]
    assert found["items"][COLUMNS] == "list[Item] with 0 elements, made anew"
    assert [_bare(text) for text in found["note"][:COLUMNS]] == ["str"] * COLUMNS
    assert found["note"][COLUMNS] == "'none'"
    assert found["first"][COLUMNS] == "None"
    assert "What somebody bought." in output
    assert set(models.Order.__annotations__) <= set(found)


@pytest.mark.usefixtures("wide")
def test_required_fields_and_constraints_are_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_app(["show", "tests.core.models:Customer"]) == 0
    found = rows(capsys.readouterr().out)
    assert found["name"][COLUMNS:] == ["required", "MinLen(min_length=1)"]
    assert found["limit"][COLUMNS] == "Decimal('10.5')"
    assert run_app(["show", "tests.core.models:Item"]) == 0
    assert rows(capsys.readouterr().out)["sku"][COLUMNS + 1] == "Safe_Str: maxLength 512"


@pytest.mark.usefixtures("wide")
def test_unresolved_names_are_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_app(["show", "tests.cli.odd_models:Unresolved"]) == 0
    assert "what: Missing does not exist at run time" in capsys.readouterr().out


@pytest.mark.parametrize(
    "spec", ["tests.core.models", "tests.core.models:Nothing", "tests.core.models:order", "no.such:X"]
)
def test_a_class_that_is_not_there_is_an_error_of_use(spec: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_app(["show", spec]) == 2
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize(
    ("annotation", "text"),
    [
        (models.Item, "Item"),
        (list[models.Item], "list[Item]"),
        (dict[str, models.Item | None], "dict[str, Item | None]"),
        (models.Order.__annotations__["first"], "Item | None" if sys.version_info >= (3, 14) else "Optional[Item]"),
        (type(None), "None"),
    ],
)
def test_annotations_are_shown_as_written(annotation: object, text: str) -> None:
    assert annotation_text(annotation).replace("NoneType", "None") == text


@pytest.mark.usefixtures("wide")
def test_bench_times_every_direction(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_app(["bench", "tests.core.models:Point", "--seconds", "0.01"]) == 0
    output = capsys.readouterr().out
    assert all(f"{a} → {b}" in output for a in KINDS for b in KINDS if a != b)


def test_json_lines_go_from_one_class_to_another(
    monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    lines = b'{"x": 1, "y": 2}\n{"x": "no"}\n{"x": 3}\n'
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(lines)))
    assert run_app(["json", "tests.core.models:Point", "--to", "basemodel"]) == 1
    output = capfdbinary.readouterr()
    assert [json.loads(line) for line in output.out.splitlines()] == [{"x": 1, "y": 2}, {"x": 3, "y": 0}]
    assert b"line 2" in output.err


@pytest.mark.usefixtures("wide")
def test_a_conversion_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_app(["show", "tests.core.models:Item", "dataclass"]) == 0
    output = capsys.readouterr().out
    assert output.strip() == str(explain(models.Item, "dataclass"))
    assert "def convert(" not in output
    assert run_app(["show", "tests.core.models:Order", "tests.core.models:Order", "--code"]) == 0
    found = explain(models.Order, models.Order)
    output = capsys.readouterr().out
    assert str(found) in output
    assert found.code in output
    assert all(each.code in output for each in found.nested)


def test_a_target_that_does_not_exist_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_app(["show", "tests.core.models:Item", "tests.core.models:Nothing"]) != 0
    assert "Nothing" in capsys.readouterr().err


@pytest.mark.usefixtures("wide")
def test_a_conversion_by_rules_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    classes = ["tests.rules.models:Order", "tests.rules.models:OrderDto"]
    assert run_app(["show", *classes, "--rules", "tests.rules.models:rules"]) == 0
    assert str(explain(*map(load, classes), rules=models_of_rules.rules)) in capsys.readouterr().out
    assert run_app(["show", *classes, "--rules", "tests.rules.models:Order"]) == 2
    assert "is no Rules" in capsys.readouterr().err
