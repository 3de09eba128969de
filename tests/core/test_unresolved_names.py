"""Names in annotations that do not exist: a warning once a class, an error on request, and another look later."""

import dataclasses
import importlib
import sys
import types
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, List

import pytest
from osbot_utils.type_safe.Type_Safe import Type_Safe
from pydantic import BaseModel

from type_safe_convert import (
    ClassConversionError,
    ConversionError,
    UnresolvedNameWarning,
    convert,
    convert_class,
    converter,
    from_json,
    from_python,
    json_schema,
    kind_of,
    to_json,
    type_safe__to__basemodel,
)
from type_safe_convert.cli.app import run_app

if TYPE_CHECKING:
    from decimal import Decimal


def _dataclass() -> Any:
    @dataclass
    class Bill:
        amount: "Decimal"
        items: "list[missing.Item] | None" = None  # noqa: F821

    return Bill


def _type_safe() -> Any:
    class Bill(Type_Safe):
        amount: "Decimal" = None
        items: List["missing.Item"]  # noqa: F821

    return Bill


def _holder() -> Any:
    return dataclasses.make_dataclass("Holder", [("bill", _dataclass())])


USES: list[Callable[[Any], Any]] = [
    lambda cls: convert_class(cls, "basemodel"),
    lambda cls: convert_class(cls, "dataclass" if kind_of(cls) == "type_safe" else "type_safe"),
    lambda cls: converter(cls, "basemodel"),
    lambda cls: from_json(cls, b'{"amount":1}'),
    lambda cls: from_python(cls, {"amount": 1}),
    json_schema,
]


@pytest.mark.parametrize("use", USES)
@pytest.mark.parametrize("make", [_dataclass, _type_safe])
def test_each_use_warns_once_a_class_of_class_field_and_name(make: Any, use: Any) -> None:
    cls = make()
    with pytest.warns(UnresolvedNameWarning) as caught:
        use(cls)
    assert len(caught) == 1
    for part in (cls.__qualname__, "amount: Decimal", "items: missing.Item"):
        assert part in str(caught[0].message)
    assert caught[0].filename == __file__
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for again in USES:
            again(cls)


@pytest.mark.parametrize("use", USES)
@pytest.mark.parametrize("make", [_dataclass, _type_safe])
def test_it_is_an_error_where_the_caller_asks_for_one(make: Any, use: Any) -> None:
    cls = make()
    with warnings.catch_warnings():
        warnings.simplefilter("error", UnresolvedNameWarning)
        for _ in range(2):
            with pytest.raises(ClassConversionError, match=r"Bill: amount: .*amount: Decimal") as caught:
                use(cls)
            assert caught.value.path == ("amount",)
            assert caught.value.source_class is cls


def test_a_nested_class_is_named_itself() -> None:
    with pytest.warns(UnresolvedNameWarning, match=r"_dataclass\.<locals>\.Bill: ") as caught:
        from_json(_holder(), b'{"bill":{"amount":1}}')
    assert len(caught) == 1


def test_a_pydantic_model_without_its_names_has_no_json() -> None:
    class Bill(BaseModel):
        amount: "Decimal"

    with pytest.raises(ClassConversionError, match="Decimal"):
        from_json(Bill, b'{"amount":1}')
    with pytest.warns(UnresolvedNameWarning, match="amount: Decimal"):
        convert_class(Bill, "dataclass")


def test_check_and_show_list_the_names_instead(capsys: pytest.CaptureFixture[str]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error", UnresolvedNameWarning)
        assert run_app(["show", "tests.cli.odd_models:Unresolved"]) == 0
    assert "what: Missing does not exist" in capsys.readouterr().out


@pytest.mark.filterwarnings("ignore::type_safe_convert.UnresolvedNameWarning")
def test_a_class_of_a_function_finds_what_comes_after_it() -> None:
    @dataclass
    class Early:
        late: "Late | None" = None

    assert convert(Early(), "basemodel").late is None
    assert from_json(Early, b'{"late":"junk"}').late == "junk"

    @dataclass
    class Late:
        n: int

    assert from_json(Early, b'{"late":{"n":1}}') == Early(Late(1))
    assert convert(Early(Late(1)), "basemodel").late.n == 1
    with pytest.raises(ConversionError):
        convert(Early("junk"), "basemodel")


@pytest.mark.parametrize("text", ["not an expr !!", "list[int", "lambda", "int; str", "", "  ", "a b"])
@pytest.mark.parametrize("place", ["field", "list"])
@pytest.mark.parametrize("base", [None, Type_Safe])
@pytest.mark.parametrize("use", [lambda cls: convert_class(cls, "basemodel"), json_schema], ids=["class", "schema"])
def test_text_that_is_no_expression_is_told_too(use: Callable[[Any], Any], base: Any, place: str, text: str) -> None:
    bases = (base,) if base else ()
    cls: Any = type("Odd", bases, {"__annotations__": {"x": text if place == "field" else list[text]}})
    cls = cls if base else dataclass(cls)
    with pytest.warns(UnresolvedNameWarning, match="Odd: its annotations cannot be evaluated .*x: "):
        use(cls)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        use(cls)


SOURCES = {
    "text": {
        "first": """
            from __future__ import annotations
            from dataclasses import dataclass
            from PACKAGE import second
            @dataclass
            class First:
                n: int
                second: second.Second | None = None
        """,
        "second": """
            from __future__ import annotations
            from dataclasses import dataclass, field
            from PACKAGE import first
            from PACKAGE.early import use
            @dataclass
            class Second:
                firsts: list[first.First] = field(default_factory=list)
            use(Second)
        """,
    },
    "from_import": {
        "first": """
            from dataclasses import dataclass
            from typing import Optional
            from osbot_utils.type_safe.Type_Safe import Type_Safe
            @dataclass
            class First:
                n: int
                second: "Optional[Second]" = None
            from PACKAGE.second import Second
        """,
        "second": """
            from dataclasses import dataclass, field
            import PACKAGE.first
            from PACKAGE.early import use
            @dataclass
            class Second:
                firsts: "list[PACKAGE.first.First]" = field(default_factory=list)
                more: "list[First]" = field(default_factory=list)
            import sys
            use(sys.modules["PACKAGE.first"].First)
            use(Second)
            from PACKAGE.first import First
        """,
    },
}
EARLY = """
from pydantic import BaseModel
from type_safe_convert import (
    Pydantic, convert, convert_class, converter, dataclass__to__basemodel, dataclass__to__type_safe, from_json, to_json,
)
models = {}
def use(cls):
    given = {"n": 1} if cls.__name__ == "First" else {}
    one = cls(**given)
    convert_class(cls, "basemodel")
    for kind in ("basemodel", "type_safe"):
        convert(one, kind); convert(one, kind)
    for each in (dataclass__to__basemodel, dataclass__to__type_safe):
        each.convert_class(cls); each.convert_instance(one); each.convert_instance(one)
    to_json(one)
    try:
        from_json(cls, b"{}")
    except ValueError:
        pass
    models[cls.__name__] = type(cls.__name__ + "Holder", (BaseModel,), {"__annotations__": {"it": Pydantic[cls]}})
"""


@pytest.fixture(params=list(SOURCES))
def package(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    name = f"importing_each_other_{request.param}"
    (tmp_path / name).mkdir()
    (tmp_path / name / "__init__.py").touch()
    (tmp_path / name / "early.py").write_text(EARLY)
    for module, source in SOURCES[request.param].items():
        lines = [line[12:] for line in source.replace("PACKAGE", name).splitlines()]
        (tmp_path / name / f"{module}.py").write_text("\n".join(lines))
    monkeypatch.syspath_prepend(str(tmp_path))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UnresolvedNameWarning)
        first = importlib.import_module(f"{name}.first")
        yield types.SimpleNamespace(
            First=first.First,
            Second=sys.modules[f"{name}.second"].Second,
            models=sys.modules[f"{name}.early"].models,
        )
    for module in [module for module in sys.modules if module.startswith(name)]:
        del sys.modules[module]


def test_modules_that_import_each_other_resolve_once_both_are_loaded(package: Any) -> None:
    First, Second = package.First, package.Second  # classes
    one = First(1, Second([First(2)]))
    for kind in ("basemodel", "type_safe"):
        for _ in range(2):
            made = convert(one, kind)
            assert type(made.second) is convert_class(Second, kind)
            assert type(made.second.firsts[0]) is type(made) is convert_class(First, kind)
            assert convert(made, First) == one
        with pytest.raises(ConversionError):
            convert(First(1, "junk"), kind)
        with pytest.raises(ConversionError):
            convert(Second([1]), kind)
    assert from_json(First, to_json(one)) == one
    for cls, bad in ((First, b'{"n":1,"second":"junk"}'), (Second, b'{"firsts":[1]}')):
        with pytest.raises(ConversionError):
            from_json(cls, bad)
    for name, model in package.models.items():
        good = {"First": {"n": 1, "second": {"firsts": [{"n": 2}]}}, "Second": {"firsts": [{"n": 2}]}}[name]
        assert model.model_validate({"it": good}).it == from_python({"First": First, "Second": Second}[name], good)
        with pytest.raises(ValueError, match=r"should be|Field required"):
            model.model_validate({"it": {"n": 1, "second": "junk"} if name == "First" else {"firsts": ["junk"]}})


def test_the_short_ways_take_over_once_there_is_nothing_to_wait_for(package: Any) -> None:
    First, Second = package.First, package.Second  # classes
    from type_safe_convert import dataclass__to__basemodel

    for _ in range(2):
        made = dataclass__to__basemodel.convert_instance(First(1, Second()))
        assert type(made.second) is dataclass__to__basemodel.convert_class(Second)


def test_converters_of_a_class_that_waits_keep_working() -> None:
    class Bill(Type_Safe):
        amount: Any = None
        other: "Nowhere" = None  # noqa: F821

    with pytest.warns(UnresolvedNameWarning):
        first = type_safe__to__basemodel.convert_class(Bill)
    assert type_safe__to__basemodel.convert_class(Bill) is first
