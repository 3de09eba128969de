"""`migrate` rewrites class statements, leaves all else where it is, and proves that the classes mean the same."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from type_safe_convert.cli.app import run_app
from type_safe_convert.migration.migrate import migrate_here
from type_safe_convert.migration.proof import prove
from type_safe_convert.migration.request import MigratedFile, Request, Result

SHOP = '''\
"""A shop."""

from __future__ import annotations

import enum
from dataclasses import asdict, dataclass, field, replace
from typing import Annotated, ClassVar

from annotated_types import Ge

DEFAULT = 3


class Status(enum.Enum):
    OPEN = "open"


# The base of all.
@dataclass(frozen=True)
class Line:
    """A line."""

    sku: str  # the stock keeping unit
    # how many
    quantity: Annotated[int, Ge(1)] = DEFAULT
    LIMIT = 7

    @property
    def twice(self) -> int:
        return 2 * self.quantity


@dataclass
class Order:
    KINDS: ClassVar[list[str]] = ["a"]

    lines: list[Line] = field(default_factory=list)
    parent: Order | None = None
    notes: dict[str, str] = field(
        default_factory=lambda: {
            "a": "b",  # a comment
        },
        repr=False,
    )

    def __post_init__(self):
        pass


def dump(order: Order):
    return asdict(replace(order, parent=Order([])))
'''

AS_ATTRS = '''\
# The base of all.
@frozen
class Line:
    """A line."""

    sku: str  # the stock keeping unit
    # how many
    quantity: int = field(default=DEFAULT, validator=validators.ge(1))
    LIMIT = 7

    @property
    def twice(self) -> int:
        return 2 * self.quantity


@define
class Order:
    KINDS: ClassVar[list[str]] = ["a"]

    lines: list[Line] = field(factory=list)
    parent: Order | None = None
    notes: dict[str, str] = field(
        factory=lambda: {
            "a": "b",  # a comment
        },
        repr=False,
    )

    def __attrs_post_init__(self):
        pass
'''

AS_MODELS = '''\
# The base of all.
class Line(BaseModel):
    """A line."""

    model_config = ConfigDict(frozen=True)

    sku: str  # the stock keeping unit
    # how many
    quantity: int = Field(default=DEFAULT, ge=1)
    LIMIT: ClassVar = 7

    @property
    def twice(self) -> int:
        return 2 * self.quantity


class Order(BaseModel):
    KINDS: ClassVar[list[str]] = ["a"]

    lines: list[Line] = Field(default_factory=list)
    parent: Order | None = None
    notes: dict[str, str] = Field(
        default_factory=lambda: {
            "a": "b",  # a comment
        },
        repr=False,
    )

    def model_post_init(self, context: object, /):
        pass
'''


@pytest.fixture
def folder(tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for modules of names that no other test has."""
    monkeypatch.syspath_prepend(str(tmp_path))
    return tmp_path


_numbers = iter(range(10_000))


def module(folder: Path, text: str) -> Path:
    path = folder / f"to_migrate_{next(_numbers)}.py"
    path.write_text(text)
    return path


def migrated(path: Path, target: str, **options: object) -> Result:
    return migrate_here(Request((path,), target, **options))  # type: ignore[arg-type]


def only_file(result: Result) -> MigratedFile:
    (file,) = result.files
    return file


def new_text(folder: Path, text: str, target: str) -> str:
    file = only_file(migrated(module(folder, text), target))
    assert file.reasons == {}
    return str(file.new)


@pytest.mark.parametrize(("target", "classes"), [("attrs", AS_ATTRS), ("basemodel", AS_MODELS)])
def test_only_what_is_of_the_kind_changes(folder: Path, target: str, classes: str) -> None:
    text = new_text(folder, SHOP, target)
    start, end = SHOP.index("# The base"), SHOP.index("\n\ndef dump")
    assert text.endswith(classes + SHOP[end:])
    assert text.startswith('"""A shop."""\n\nfrom __future__ import annotations\n\nimport enum\n')
    assert "annotated_types" not in text
    assert "from dataclasses import asdict, replace\n" in text
    assert len(SHOP[:start].splitlines()) == len(text[: text.index("# The base")].splitlines())


@pytest.mark.parametrize("target", ["attrs", "msgspec"])
def test_nothing_is_told_of_an_order_that_the_new_class_has(folder: Path, target: str) -> None:
    path = module(folder, "from dataclasses import dataclass\n@dataclass(order=True)\nclass A:\n    a: int = 1\n")
    file = only_file(migrated(path, target))
    assert file.new is not None
    assert "order=True" in file.new
    assert not file.notes


def test_call_sites_are_listed_with_what_stands_for_them(folder: Path) -> None:
    sites = migrated(module(folder, SHOP), "basemodel").sites
    assert [(site.line, site.text.partition("(")[0], site.says) for site in sites] == [
        (51, "Order", ""),
        (51, "asdict", "obj.model_dump()"),
        (51, "replace", "obj.model_copy(update={...})"),
    ]


POSITIONS = """\
from dataclasses import dataclass, field


@dataclass
class Money:
    amount: int

    @classmethod
    def zero(cls) -> "Money":
        return cls(0)

    @staticmethod
    def of(cls: type) -> object:
        return cls(0)

    def more(self) -> "Money":
        return type(self)(self.amount + 1)

    @dataclass
    class Unit:
        name: str

        def again(self) -> object:
            return [self.__class__(self.name) for _ in range(2)]


@dataclass
class Item:
    least: Money = field(default_factory=lambda: Money(1))
    most: Money = field(default_factory=lambda: Money(amount=1))
    unit: Money.Unit = field(default_factory=lambda: Money.Unit("m"))
"""


def test_values_by_position_are_found_in_defaults_and_in_methods(folder: Path) -> None:
    sites = migrated(module(folder, POSITIONS), "basemodel").sites
    assert [(site.line, site.text) for site in sites] == [
        (10, "cls(0)"),
        (17, "type(self)(self.amount + 1)"),
        (24, "self.__class__(self.name)"),
        (29, "Money(1)"),
        (31, "Money.Unit('m')"),
    ]
    assert migrated(module(folder, POSITIONS), "attrs").sites == ()


def test_the_proof_compares_shapes_and_brings_samples_back(folder: Path) -> None:
    file = only_file(migrated(module(folder, SHOP), "basemodel"))
    changed = MigratedFile(**{**vars(file), "new": str(file.new).replace("default_factory=list", "default=()")})
    line, order = prove([changed])
    assert line.well
    assert line.sampled == 3
    assert order.different == ["lines.default: expected list[], found tuple[]"]


PYDANTIC = """\
from pydantic import BaseModel, ConfigDict, Field, field_validator


class Base(BaseModel):
    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True)
    name: str = Field(min_length=2, max_length=9)
    nick: str | None = Field(None, description="What friends say")

    @field_validator("name")
    @classmethod
    def check(cls, value: str) -> str:
        return value


class Child(Base):
    tags: list[str] = []
    best: "Child | None" = None
"""


def test_from_pydantic(folder: Path) -> None:
    file = only_file(migrated(module(folder, PYDANTIC), "dataclass"))
    assert (
        file.new
        == """\
from dataclasses import dataclass, field
from typing import Annotated

from annotated_types import MaxLen, MinLen


@dataclass
class Base:
    name: Annotated[str, MinLen(2), MaxLen(9)]
    nick: str | None = field(default=None, metadata={"description": "What friends say"})

    @classmethod
    def check(cls, value: str) -> str:
        return value


@dataclass
class Child(Base):
    tags: list[str] = field(default_factory=list)
    best: "Child | None" = None
"""
    )
    assert [(note.cls, note.field, note.text) for note in file.notes] == [
        ("Base", "", "extra='forbid' is lost: a dataclass has no such setting"),
        ("Base", "", "str_strip_whitespace=True is dropped"),
        ("Base", "", 'check stays as a method, nothing calls it any more: @field_validator("name")'),
        ("Child", "", "extra='forbid' is lost: a dataclass has no such setting"),
    ]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("    _hidden: int = 0\n", "it has the private attribute _hidden"),
        ("    def __init__(self) -> None: ...\n", "it has a constructor of its own"),
    ],
)
def test_a_file_stays_where_a_class_cannot_be_migrated(folder: Path, text: str, reason: str) -> None:
    path = module(folder, f"from pydantic import BaseModel\nclass A(BaseModel):\n    a: int = 1\n{text}")
    file = only_file(migrated(path, "dataclass"))
    assert (file.new, file.reasons) == (None, {"A": reason})


def test_a_file_that_cannot_be_imported_stays(folder: Path) -> None:
    path = module(folder, "import no_such_module\nclass A: ...\n")
    assert only_file(migrated(path, "attrs")).reasons == {
        "": "it cannot be imported: ModuleNotFoundError: No module named 'no_such_module'"
    }


def test_families_move_together(folder: Path) -> None:
    (package := folder / f"to_migrate_package_{next(_numbers)}").mkdir()
    (package / "__init__.py").write_text("")
    base = "from dataclasses import dataclass\n@dataclass\nclass A:\n    a: int = 1\n"
    (package / "base.py").write_text(base)
    more = "@dataclass\nclass B(A):\n    b: int = 2\n"
    (package / "more.py").write_text(f"from dataclasses import dataclass\nfrom {package.name}.base import A\n{more}")
    (stays,) = migrated(package / "base.py", "attrs").files
    assert stays.reasons == {"A": f"{package.name}.more.B is a subclass, and not among the files"}
    moved = migrated(package, "attrs").files
    assert [file.reasons for file in moved] == [{}, {}]
    left = migrated(package, "attrs", skip=frozenset({"B"})).files
    assert [file.reasons for file in left] == [{"A": f"its subclass {package.name}.more.B stays a dataclass"}]


def test_names_in_the_way_are_not_taken(folder: Path) -> None:
    text = (
        "import dataclasses as d\ndefine = 1\n@d.dataclass\nclass A:\n    field: int = d.field(default=1, repr=False)\n"
    )
    assert new_text(folder, text, "attrs") == (
        "from attrs import define as define_, field as field_\ndefine = 1\n@define_\nclass A:\n"
        "    field: int = field_(default=1, repr=False)\n"
    )


def run_git(folder: Path, *arguments: str) -> None:
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    subprocess.run(["git", "-C", str(folder), *identity, *arguments], check=True, capture_output=True)


def test_the_command_writes_only_where_all_is_committed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = module(folder, SHOP)
    command = ["migrate", str(path), "--to", "attrs"]
    assert run_app(command) == 0
    assert "+@frozen\n" in (out := capsys.readouterr()).out
    assert "2 classes in 1 file migrated" in out.err
    assert run_app([*command, "--write"]) == 2
    assert "is in no work tree of git; --force writes anyway" in capsys.readouterr().err
    run_git(folder, "init", "-q")
    assert run_app([*command, "--write"]) == 2
    assert "has uncommitted changes; --force writes anyway" in capsys.readouterr().err
    run_git(folder, "add", ".")
    run_git(folder, "commit", "-qm", "all")
    assert run_app([*command, "--write", "--check"]) == 0
    assert AS_ATTRS in path.read_text()
    assert run_app(["migrate", str(path), "--to", "dataclass", "--write", "--force"]) == 0
    assert "@dataclass(frozen=True, slots=True)\nclass Line:" in path.read_text()


@pytest.mark.parametrize(
    "arguments",
    [["no_such.py", "--to", "attrs"], [".", "--to", "namedtuple"], [".", "--to", "no_kind"]],
)
def test_errors_of_use(arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert run_app(["migrate", *arguments]) == 2


def test_a_base_that_takes_weak_references_gets_no_second_slot_for_them(folder: Path) -> None:
    """attrs does not see that of `threading.local`, which is written in C."""
    path = module(
        folder,
        "import threading\nfrom dataclasses import dataclass\n@dataclass\nclass A(threading.local):\n    a: int = 1\n",
    )
    file = only_file(migrated(path, "attrs"))
    assert "@define(weakref_slot=False)\nclass A(threading.local):\n" in str(file.new)
    (verdict,) = prove([file])
    assert verdict.well, verdict


def test_a_partial_of_the_decorator_is_read(folder: Path) -> None:
    text = (
        "import functools\nfrom dataclasses import dataclass\n\n"
        "frozen = functools.partial(dataclass, frozen=True, match_args=False)\n\n"
        "@frozen\nclass A:\n    a: int\n\n@frozen(order=True)\nclass B:\n    b: int\n"
    )
    file = only_file(migrated(module(folder, text), "attrs"))
    assert "@frozen_\nclass A:\n" in str(file.new)
    assert "@frozen_(order=True)\nclass B:\n" in str(file.new)
    assert [note.text for note in file.notes] == ["match_args=False is dropped"] * 2


def test_a_default_that_the_file_spells_is_no_loss(folder: Path) -> None:
    """The object has no source text of its own, and the class stays by position."""
    text = (
        "from dataclasses import dataclass\n\nLOCK = object()\n\n"
        "@dataclass\nclass A:\n    lock: object = LOCK\n    b: int = 2\n\n@dataclass\nclass B(A):\n    c: int = 3\n"
    )
    file = only_file(migrated(module(folder, text), "attrs"))
    assert "    lock: object = LOCK\n" in str(file.new)
    assert "kw_only" not in str(file.new)
    assert file.notes == ()


def test_a_subclass_by_a_module_that_was_imported_is_found(folder: Path) -> None:
    (package := folder / f"to_migrate_package_{next(_numbers)}").mkdir()
    (package / "__init__.py").write_text("")
    (package / "base.py").write_text("from dataclasses import dataclass\n@dataclass\nclass A:\n    a: int = 1\n")
    (package / "more.py").write_text(f"import {package.name}.base\nclass B({package.name}.base.A):\n    pass\n")
    (stays,) = migrated(package / "base.py", "attrs").files
    assert stays.reasons == {"A": f"{package.name}.more.B is a subclass, and not among the files"}


def test_names_that_leave_an_import_of_several_take_nothing_with_them(folder: Path) -> None:
    text = (
        "# Two at once.\nimport dataclasses, os\nimport enum; import dataclasses as d\n\nLIMIT = os.sep\n\n\n"
        "@dataclasses.dataclass\nclass A:\n    a: int = 1\n\n\n@d.dataclass\nclass B:\n    b: int = 2\n\n\n"
        "def after() -> A:\n    return A()\n"
    )
    assert new_text(folder, text, "attrs") == (
        "# Two at once.\nimport os\nimport enum\n\nfrom attrs import define\n\nLIMIT = os.sep\n\n\n"
        "@define\nclass A:\n    a: int = 1\n\n\n@define\nclass B:\n    b: int = 2\n\n\n"
        "def after() -> A:\n    return A()\n"
    )


def test_a_decorator_that_was_given_arguments_before_is_read(folder: Path) -> None:
    text = (
        "import attrs\nfrom dataclasses import dataclass\n\n"
        "frozen = dataclass(frozen=True, kw_only=True, match_args=False)\nplain = dataclass()\n"
        "loose = attrs.define(kw_only=True, slots=False)\n\n"
        "@frozen\nclass A:\n    a: int = 1\n    b: int = 2\n\n@plain\nclass B:\n    b: int\n\n"
        "@loose\nclass C:\n    c: int\n"
    )
    file = only_file(migrated(module(folder, text), "msgspec"))
    assert "\nclass A(Struct, frozen=True, kw_only=True):\n" in str(file.new)
    assert "\nclass B(Struct):\n" in str(file.new)
    assert "\nclass C(Struct, kw_only=True):\n" in str(file.new)
    assert [(note.cls, note.text) for note in file.notes] == [("A", "match_args=False is dropped")]
    assert all(verdict.well for verdict in prove([file]))


@pytest.mark.parametrize(
    ("before", "head", "target", "reason"),
    [
        ("class Meta(type): ...\nclass Base(metaclass=Meta): ...\n", "A(Base)", "basemodel", "Base, too: metaclass"),
        ("class Meta(type): ...\n", "A(metaclass=Meta)", "basemodel", "Meta, too: metaclass"),
        ("from abc import ABC\n", "A(ABC)", "msgspec", "ABC, too: metaclass"),
        ("", "A(Exception)", "basemodel", "Exception, too: multiple bases have instance lay-out"),
    ],
)
def test_a_class_that_python_would_refuse_stays(folder: Path, before: str, head: str, target: str, reason: str) -> None:
    path = module(folder, f"from dataclasses import dataclass\n{before}@dataclass\nclass {head}:\n    a: int = 1\n")
    file = only_file(migrated(path, target))
    assert file.new is None
    assert f"cannot be made of {reason} conflict" in file.reasons["A"]
    assert only_file(migrated(path, "attrs")).reasons == {}


def test_a_base_that_asks_for_keywords_gets_them_once(folder: Path) -> None:
    """attrs makes a class with slots anew, without them."""
    base = "class Base:\n    def __init_subclass__(cls, *, name: str) -> None: ...\n"
    path = module(
        folder, f"from dataclasses import dataclass\n{base}@dataclass\nclass A(Base, name='a'):\n    a: int = 1\n"
    )
    file = only_file(migrated(path, "attrs"))
    assert "@define(slots=False)\nclass A(Base, name='a'):\n" in str(file.new)
    (verdict,) = prove([file])
    assert verdict.well, verdict


def test_patterns_of_attrs_are_constraints(folder: Path) -> None:
    text = (
        "import attrs\nfrom attrs import define, field, validators\n\n@define\nclass A:\n"
        '    whole: str = field(validator=validators.matches_re("[a-z]+|b"))\n'
        '    ahead: str = field(default="c", validator=[validators.matches_re("(?!x)c"), validators.max_len(3)])\n'
    )
    file = only_file(migrated(module(folder, text), "basemodel"))
    assert file.notes == ()
    assert '    whole: str = Field(pattern="^(?:[a-z]+|b)$")\n' in str(file.new)
    assert '    ahead: str = Field(default="c", pattern="^(?!x)c$", max_length=3)\n' in str(file.new)
    assert '    model_config = ConfigDict(regex_engine="python-re")\n' in str(file.new)
    (verdict,) = prove([file])
    assert (verdict.well, verdict.sampled) == (True, 3)


def test_samples_hold_classes_that_another_process_makes(folder: Path) -> None:
    """A field of classes may get one that the sampler has made."""
    fields = "".join(f"    f{number}: type | dict[object, type]\n" for number in range(30))
    path = module(folder, f"from dataclasses import dataclass\n@dataclass\nclass A:\n{fields}")
    verdicts = prove([only_file(migrated(path, "attrs"))], count=3)
    assert [(verdict.different, verdict.unequal) for verdict in verdicts] == [([], [])]


def test_what_completes_a_model_takes_nothing_with_it(folder: Path) -> None:
    head = "from pydantic import BaseModel\n\n\nclass A(BaseModel):\n    a: int = 1\n\n\n"
    text = f"{head}A.model_rebuild(); LIMIT = 3\n# After it.\nA.model_rebuild()\n\nif LIMIT:\n    A.model_rebuild()\n"
    assert new_text(folder, text, "dataclass") == (
        "from dataclasses import dataclass\n\n\n@dataclass\nclass A:\n    a: int = 1\n\n\n"
        "LIMIT = 3\n\nif LIMIT:\n    pass\n"
    )


ATTRIBUTES = """\
from dataclasses import dataclass


@dataclass
class A:
    a: int
    b: int = 2

    def __post_init__(self) -> None:
        self.seen, self.b = {}, 3

    def set(self) -> None:
        self.twice = 4

    @property
    def twice(self) -> int:
        return 2 * self.a

    @twice.setter
    def twice(self, value: int) -> None:
        self.a = value // 2


@dataclass
class B(A):
    a: int = 3


@dataclass
class C:
    __slots__ = ("x", "_memo")
    x: int

    def memo(self) -> int:
        self._memo = 3
        return self._memo


@dataclass
class D:
    x: int
"""


@pytest.mark.parametrize(
    ("target", "heads", "told"),
    [
        ("attrs", ["@define(slots=False)\nclass A:", "@define(slots=False)\nclass C:"], ["B"]),
        ("msgspec", ["class A(Struct, dict=True):", "class C(Struct, dict=True):"], []),
    ],
)
def test_a_class_whose_methods_set_other_attributes_has_room_for_them(
    folder: Path, target: str, heads: list[str], told: list[str]
) -> None:
    file = only_file(migrated(module(folder, ATTRIBUTES), target))
    text = str(file.new)
    assert all(head in text for head in heads)
    assert text.count("slots=False") + text.count("dict=True") == 2
    assert "__slots__" not in text
    assert "alias" not in text  # of the field that B declares again
    assert [(verdict.different, verdict.unequal) for verdict in prove([file])] == [([], [])] * 4
    assert [note.cls for note in file.notes] == told  # whose fields come in another order


def test_a_model_of_pydantic_cannot_have_other_attributes(folder: Path) -> None:
    file = only_file(migrated(module(folder, ATTRIBUTES), "basemodel"))
    assert file.reasons == {"A": "its methods set seen, and only fields can be set"}


def test_a_sample_that_only_pickles_is_none(folder: Path) -> None:
    text = (
        "from dataclasses import dataclass\nclass Failure(Exception):\n"
        "    def __init__(self, *, why: str) -> None: super().__init__(why)\n"
        "@dataclass\nclass A:\n    failure: Failure\n"
    )
    file = only_file(migrated(module(folder, text), "attrs"))
    (verdict,) = prove([file])
    assert (verdict.well, verdict.sampled) == (True, 0), verdict


def test_objects_that_equal_no_copy_are_no_difference(folder: Path) -> None:
    text = (
        "import threading\nfrom dataclasses import dataclass\nclass Unset: ...\nUNSET = Unset()\n"
        "@dataclass\nclass A:\n    lock: object = threading.Lock()\n"
        "@dataclass\nclass B:\n    b: object = UNSET\n    c: object = UNSET\n    d: object = UNSET\n"
    )
    for verdict in prove([only_file(migrated(module(folder, text), "attrs"))], count=5):
        assert (verdict.different, verdict.unequal) == ([], []), verdict
