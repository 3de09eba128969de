"""The command line as a user meets it: real processes, real terminals, real encodings."""

from __future__ import annotations

import contextlib
import fcntl
import importlib.metadata
import json
import os
import pty
import re
import signal
import struct
import subprocess
import sys
import termios
import textwrap
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jsonschema
import pytest

PROGRAM = str(Path(sys.executable).with_name("type-safe-convert"))
MODELS = '''\
import dataclasses
import enum


@dataclasses.dataclass
class Customer:
    """Who buys."""
    name: str = ""
    age: int = 0


@dataclasses.dataclass
class Refusing:
    name: str

    def __post_init__(self):
        self.name = 5
'''
DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop" / "__init__.py").write_text("")
    (tmp_path / "shop" / "models.py").write_text(MODELS)
    (tmp_path / "single.py").write_text(MODELS)
    (tmp_path / "setup.py").write_text("raise AssertionError('builds the project')")
    return tmp_path


def run(
    folder: Path, *arguments: str, env: Mapping[str, str] | None = None, stdin: bytes = b""
) -> subprocess.CompletedProcess[bytes]:
    variables = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "NO_COLOR")}
    return subprocess.run(
        [PROGRAM, *arguments],
        cwd=folder,
        env={**variables, **(env or {})},
        input=stdin,
        capture_output=True,
        timeout=300,
        check=False,
    )


def in_terminal(folder: Path, columns: int, *arguments: str, env: Mapping[str, str] | None = None) -> tuple[int, str]:
    """Exit status and text of a command in a terminal of that width."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    variables = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "NO_COLOR")}
    variables |= {"TERM": "xterm", **(env or {})}
    with subprocess.Popen(
        [PROGRAM, *arguments], cwd=folder, env=variables, stdin=theirs, stdout=theirs, stderr=theirs
    ) as process:
        os.close(theirs)
        text = b""
        with contextlib.suppress(OSError):  # the end, on Linux
            while part := os.read(ours, 65536):
                text += part
        os.close(ours)
        return process.wait(60), text.decode().replace("\r\n", "\n")


def test_version_help_and_no_arguments(folder: Path) -> None:
    version = run(folder, "--version")
    assert (version.returncode, version.stderr) == (0, b"")
    assert version.stdout.decode().split() == ["type-safe-convert", importlib.metadata.version("type-safe-convert")]
    short, long, none = run(folder, "-h"), run(folder, "--help"), run(folder)
    assert short.stdout == long.stdout == none.stdout
    assert (short.returncode, none.returncode) == (0, 2)
    for status in ("0", "1", "2", "130"):
        assert status in short.stdout.decode().partition("Exit status:")[2]
    page = (DOCS / "command-line.md").read_text()
    for command in ("check", "show", "source", "migrate", "bench", "json"):
        assert command in short.stdout.decode()
        assert f"| `type-safe-convert {command} " in page
        told = run(folder, command, "-h").stdout.decode()
        assert "<bool>" not in told
        assert "Exit" in told or "--help" in told


def test_completion_for_the_shell(folder: Path) -> None:
    script = run(folder, env={"_TYPE_SAFE_CONVERT_COMPLETE": "source_bash"})
    assert b"complete" in script.stdout
    words = {"_TYPE_SAFE_CONVERT_COMPLETE": "complete_bash", "COMP_WORDS": "type-safe-convert ch", "COMP_CWORD": "1"}
    assert run(folder, env=words).stdout.split() == [b"check"]
    words |= {"COMP_WORDS": "type-safe-convert show shop.models:Customer base", "COMP_CWORD": "3"}
    assert run(folder, env=words).stdout.split() == [b"basemodel"]


BROKEN = {
    "syntax": ("x = 1\ndef f(:\n", "broken.py:2: SyntaxError: invalid syntax"),
    "exit": ("import sys\n\nsys.exit(3)\n", "broken.py:3: SystemExit: 3"),
    "missing": ("\nimport no_such_module_at_all\n", "broken.py:2: ModuleNotFoundError: No module named"),
    "name": ("def f():\n    return nothing\n\n\nf()\n", "broken.py:2: NameError: name 'nothing' is not defined"),
    "definition": (
        "from pydantic import BaseModel\nclass A(BaseModel):\n    x: object()\n",
        "broken.py:2: PydanticSchemaGenerationError",
    ),
    "no text": ("\0", "broken.py: SyntaxError: source code string cannot contain null bytes"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_code_that_cannot_be_imported_is_one_line_with_its_place(case: str, folder: Path) -> None:
    text, told = BROKEN[case]
    (folder / "broken.py").write_text(text)
    for arguments in (("check", "broken"), ("check", "broken.py"), ("show", "broken:A"), ("json", "broken.py:A")):
        done = run(folder, *arguments)
        assert (done.returncode, done.stdout) == (2, b"")
        assert done.stderr.decode().startswith(f"type-safe-convert: {told}")
        assert done.stderr.count(b"\n") == 1


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("chekc",), "did you mean 'check'?"),
        (("check", "--jsn", "shop"), "--json"),
        (("check", "shpo"), "there is no package or module 'shpo'; did you mean 'shop'?"),
        (("check", "shop.modls"), "did you mean 'shop.models'?"),
        (("check", "shop/modles.py"), "did you mean 'models.py'?"),
        (("show", "shop.models:Custmer"), "there is no Custmer in shop.models; did you mean 'Customer'?"),
        (("show", "shop.models:Customer", "basemodle"), "did you mean 'basemodel'?"),
        (("json", "shop.models:Customer", "--to", "data_class"), "did you mean 'dataclass'?"),
        (("show", "shop.models:dataclasses"), "expected a model class"),
        (("show", "shop.models"), "is not of the form"),
        (("show", "shop.models:Customer", "--code"), "need a target"),
        (("show", "shop.models:Customer", "Refusing"), "expected a kind or MODULE:CLASS, found 'Refusing'"),
        (("show", "shop.models:Customer", "shop.models.Refusing"), "did you mean 'shop.models:Refusing'?"),
        (("check", "shop.models.Customer"), "did you mean 'shop.models:Customer'?"),
        (("check", "shop.models.Custmer"), "did you mean 'shop.models:Customer'?"),
        (("show", "shop.models.Customer"), "did you mean 'shop.models:Customer'?"),
        (("json", "shop.models:Customer", "no.jsonl"), "no.jsonl: No such file or directory"),
        (("json", "shop.models:Customer", "--output", "no/such/folder"), "no/such/folder: No such file or directory"),
        (("check", ""), "there is no package or module ''"),
    ],
)
def test_near_names_are_suggested(arguments: tuple[str, ...], told: str, folder: Path) -> None:
    done = run(folder, *arguments)
    assert (done.returncode, done.stdout, done.stderr.count(b"\n")) == (2, b"", 1)
    assert told.lower() in done.stderr.decode().lower()


@pytest.mark.parametrize(
    ("name", "classes"),
    [
        ("shop", 2),
        ("shop.models", 2),
        ("shop/models.py", 2),
        ("single.py", 2),
        ("./shop", 2),
        ("shop/models.py:Customer", 1),
        ("shop.models:Customer", 1),
        (".", 4),
    ],
)
def test_check_takes_names_files_folders_and_classes(name: str, classes: int, folder: Path) -> None:
    done = run(folder, "check", "--json", name)
    data = json.loads(done.stdout)
    counts = [
        direction["classes"]
        for package in data["packages"]
        for direction in package["directions"]
        if direction["target"] == "basemodel"
    ]
    assert (done.returncode, sum(counts), done.stderr) == (0, classes, b"")
    assert not any(package["import_errors"] for package in data["packages"])


def test_json_follows_the_schemas_of_the_documentation(folder: Path) -> None:
    page = (DOCS / "reference" / "command-line-json.md").read_text()
    texts = re.findall(r"```json\n(\{\s*\"\$schema\".*?)```", page, re.DOTALL)
    check, show, conversion = map(json.loads, texts)
    (folder / "shop" / "broken.py").write_text("import nothing_like_it\n")
    (folder / "shop" / "odd.py").write_text(
        "from __future__ import annotations\nimport dataclasses\nfrom typing import TYPE_CHECKING\n"
        "if TYPE_CHECKING:\n    from nowhere import Thing\n"
        "@dataclasses.dataclass\nclass Odd:\n    thing: Thing\n"
        "@dataclasses.dataclass\nclass Never:\n    a: int\n    def __post_init__(self): raise ValueError('no')\n"
    )
    answers: list[tuple[Any, tuple[str, ...]]] = [
        (check, ("check", "--json", "shop")),
        (check, ("check", "--json", "--strict", "tests.cli.odd_models")),
        (show, ("show", "--json", "shop.odd:Odd")),
        (show, ("show", "--json", "tests.core.models:Order")),
        (conversion, ("show", "--json", "tests.core.models:Order", "dataclass")),
    ]
    for schema, arguments in answers:
        jsonschema.Draft202012Validator.check_schema(schema)
        assert schema["additionalProperties"] is False
        done = run(folder, *arguments, env={"PYTHONPATH": str(Path(__file__).parents[2])})
        jsonschema.validate(json.loads(done.stdout), schema)


def _text_words(text: str) -> set[str]:
    return {word for word in re.split(r"\s+", text) if word}


@pytest.mark.parametrize("arguments", [("check", "shop"), ("show", "shop.models:Customer"), ("check", "-h"), ("-h",)])
def test_words_stay_whole_in_narrow_terminals_and_pipes(arguments: tuple[str, ...], folder: Path) -> None:
    whole = run(folder, *arguments).stdout.decode()
    status, narrow = in_terminal(folder, 40, *arguments, env={"NO_COLOR": "1"})
    assert status == 0
    assert "\x1b[" not in narrow
    plain = {word.strip(":,") for word in _text_words(narrow.replace("\r", " "))}
    missing = {word.strip(":,") for word in _text_words(whole)} - plain
    # In a list the cells of the first column are the headings, and empty cells are left out.
    assert missing <= {"field", "direction", "constraints"}
    lines = [line.rpartition("\r")[2] for line in narrow.split("\n")]
    lines = [line for line in lines if len(line) > 40]
    assert all(len(line.split()) <= 2 for line in lines)  # a word that is longer than the terminal


@pytest.mark.parametrize(
    "arguments", [("show", "shop.models:Customer", "basemodle"), ("json", "shop.models:Customer", "old.jsonl")]
)
def test_words_of_errors_stay_whole_in_narrow_terminals(arguments: tuple[str, ...], folder: Path) -> None:
    (folder / "old.jsonl").write_text('{"name": "Ada", "age": "as old as the hills and the sea"}\n')
    whole = run(folder, *arguments).stderr.decode()
    _, narrow = in_terminal(folder, 40, *arguments, env={"NO_COLOR": "1"})
    assert max(map(len, narrow.splitlines())) <= 40
    assert narrow.split() == whole.split()


def test_columns_are_aligned_where_the_console_lacks_a_letter(folder: Path) -> None:
    (folder / "greek.py").write_text(
        "import dataclasses\n@dataclasses.dataclass\nclass Greek:\n    λ: str\n    a: str\n", encoding="utf-8"
    )
    shown = run(folder, "show", "greek:Greek", "basemodel", env={"PYTHONIOENCODING": "ascii"}).stdout.decode()
    rows = [line for line in shown.splitlines() if "str, as it is" in line]
    assert len({line.index("str, as it is") for line in rows}) == 1
    assert len(rows) == 2


def test_colors_are_for_terminals_only(folder: Path) -> None:
    assert "\x1b[1m" in in_terminal(folder, 100, "check", "shop")[1]
    assert "\x1b[1m" not in in_terminal(folder, 100, "check", "shop", env={"NO_COLOR": "1"})[1]
    assert b"\x1b" not in run(folder, "check", "shop").stdout


@pytest.mark.parametrize(
    "env",
    [
        {"PYTHONIOENCODING": "ascii"},
        {"PYTHONIOENCODING": "cp1252"},
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"LC_ALL": "C"},
    ],
    ids=lambda env: ",".join(env.values()),
)
def test_nothing_is_lost_on_a_console_without_utf_8(env: dict[str, str], folder: Path) -> None:
    (folder / "shop" / "greek.py").write_text(
        "import dataclasses\n@dataclasses.dataclass\nclass Greek:\n    λ: str = 'ω'\n", encoding="utf-8"
    )
    expected = run(folder, "show", "shop.greek:Greek", env={"PYTHONUTF8": "1"}).stdout.decode()
    done = run(folder, "show", "shop.greek:Greek", env=env)
    assert (done.returncode, done.stderr) == (0, b"")
    shown = done.stdout.decode(env.get("PYTHONIOENCODING", "utf-8"))
    undone = re.sub(r"\\u([0-9a-f]{4})", lambda found: chr(int(found[1], 16)), shown)
    assert undone.split() == expected.split()
    done = run(folder, "check", "shop", env=env)
    assert (done.returncode, done.stderr) == (0, b"")
    assert re.search(rb"dataclass (->|\xe2\x86\x92) basemodel", done.stdout)


WAITING = """
import pathlib, time
pathlib.Path({flag!r}).touch()
time.sleep(300)
"""


def test_ctrl_c_is_one_line_and_leaves_no_process(folder: Path) -> None:
    flag = folder / "started"
    (folder / "waiting.py").write_text(WAITING.format(flag=str(flag)))
    process = subprocess.Popen(
        [PROGRAM, "check", "waiting"],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # ignored in the background
    )
    try:
        deadline = time.monotonic() + 180
        while not flag.exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        os.killpg(process.pid, signal.SIGINT)
        out, told = process.communicate(timeout=180)
    finally:
        process.kill()
    assert (process.returncode, out, told) == (130, b"", b"type-safe-convert: interrupted\n")
    deadline = time.monotonic() + 60
    while _has_processes(process.pid):  # dead ones, until the system has taken them away
        assert time.monotonic() < deadline, "its session has a process left"
        time.sleep(0.05)


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL])
def test_no_process_survives_its_parent(end: signal.Signals, folder: Path) -> None:
    """`migrate --check` imports modules in processes of its own."""
    flag = folder / "worker"
    slow = f"import os, pathlib, time\npathlib.Path({str(flag)!r}).write_text(str(os.getpid()))\ntime.sleep(300)\n"
    (folder / "waits.py").write_text(f"{slow}{MODELS}")
    with subprocess.Popen([PROGRAM, "migrate", "waits.py", "--to", "basemodel", "--check"], cwd=folder) as process:
        worker = _wait_for_number(flag)
        process.send_signal(end)
    deadline = time.monotonic() + 120
    while _is_alive(worker):
        assert time.monotonic() < deadline, "the worker is still there"
        time.sleep(0.05)


def _has_processes(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def _wait_for_number(flag: Path) -> int:
    deadline = time.monotonic() + 180
    while not flag.exists() or not flag.read_text():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return int(flag.read_text())


def _is_alive(number: int) -> bool:
    try:
        return "State:\tZ" not in Path(f"/proc/{number}/status").read_text()
    except FileNotFoundError:
        return False


def test_json_lines_from_files_and_standard_input(folder: Path) -> None:
    (folder / "good.jsonl").write_bytes(b'{"name": "a", "age": 1}\n')
    (folder / "bad.jsonl").write_bytes(b'{"name": "a"}\n\n{"nam": "a", "age": "x"}\n')
    done = run(folder, "json", "shop.models:Customer", "good.jsonl", "-", "bad.jsonl", "--to", "basemodel",
               stdin=b'{"name": "b", "age": 2}\n')  # fmt: skip
    assert done.returncode == 1
    assert [json.loads(line)["name"] for line in done.stdout.splitlines()] == ["a", "b", "a"]
    told = done.stderr.decode()
    assert told.count("bad.jsonl:3") == 1
    assert "line" not in told


def test_progress_is_gone_from_the_terminal_at_the_end(folder: Path) -> None:
    lines = folder / "many.jsonl"
    lines.write_bytes(b'{"name": "a", "age": 1}\n' * 120_000)
    status, text = in_terminal(folder, 80, "json", "shop.models:Customer", "many.jsonl", "--output", "out.jsonl")
    assert status == 0
    assert re.search(r"\rmany\.jsonl: \d+ lines", text)
    assert text.rpartition("lines")[2].strip(" \r\n") == ""
    assert (folder / "out.jsonl").read_bytes().count(b"\n") == 120_000


def test_a_reader_that_goes_is_no_error(folder: Path) -> None:
    command = f"{PROGRAM} check shop --json | head -c 1"
    done = subprocess.run(["bash", "-c", command], cwd=folder, capture_output=True, timeout=300, check=False)
    assert (done.stdout, done.stderr) == (b"{", b"")


def test_statuses_and_jobs_are_as_the_documentation_says(folder: Path) -> None:
    (folder / "wrong.py").write_text(textwrap.dedent(MODELS))
    assert run(folder, "check", "wrong").returncode == 0
    assert run(folder, "check", "wrong", "--strict").returncode == 1
    assert run(folder, "check", "wrong", "--jobs", "2").returncode == 2
    text = (DOCS / "command-line.md").read_text()
    assert "--jobs" not in text
    assert all(f"| {status} |" in text for status in (0, 1, 2, 130))


def test_an_explanation_fits_a_narrow_terminal(folder: Path) -> None:
    done = run(folder, "show", "shop.models:Customer", "basemodel", env={"COLUMNS": "30"})
    assert done.returncode == 0
    lines = done.stdout.decode().splitlines()
    assert max(map(len, lines)) <= 30
    assert "  fast path: yes" in lines


def test_ctrl_c_outside_of_a_command_is_one_line(folder: Path) -> None:
    """Newer versions of typer make an exit status of it, without a word."""
    code = (
        "import sys\n"
        "from type_safe_convert.cli.app import run_app\n"
        "class Interrupted:\n"
        "    encoding = 'utf-8'\n"
        "    def write(self, text): raise KeyboardInterrupt\n"
        "    def flush(self): pass\n"
        "    def isatty(self): return False\n"
        "sys.stdout = Interrupted()\n"
        "sys.exit(run_app(['--version']))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (130, "type-safe-convert: interrupted\n")


@pytest.mark.parametrize(("arguments", "command"), [(["check"], "check"), (["json", "--tu"], "json"), (["chek"], "")])
def test_a_wrong_call_names_the_help(folder: Path, arguments: list[str], command: str) -> None:
    done = run(folder, *arguments)
    assert done.returncode == 2
    assert ".;" not in done.stderr.decode()
    assert done.stderr.decode().endswith(f"; see type-safe-convert{command and ' ' + command} -h\n")
