"""JSON lines: one line at a time, bad lines by number, whole files or none."""

import io
import os
import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.json.compare import unlike
from tests.json.models import Everything, Tag, everything, thing, tree
from type_safe_convert import ConversionError, convert, convert_class
from type_safe_convert.cli.json import json as json_command
from type_safe_convert.cli.loading import UsageError
from type_safe_convert.cli.output import Output
from type_safe_convert.json.lines import LineError, iter_json_lines, replacing, write_json_lines

TAGS = "tests.json.models:Tag"
GOOD = b'{"name":"a","weight":1.0}\n'
BAD = b'{"name":5}\n'


@pytest.mark.parametrize("kind", ["type_safe", "basemodel", "dataclass"])
def test_lines_come_back(tmp_path: Path, kind: str) -> None:
    originals = [convert(everything(), kind) for _ in range(3)]

    assert write_json_lines(originals, tmp_path / "x.jsonl") == 3

    again = list(iter_json_lines(type(originals[0]), tmp_path / "x.jsonl"))
    assert [unlike(left, right) for left, right in zip(originals, again, strict=True)] == [None, None, None]


def test_files_of_text_and_of_bytes_are_written_and_read() -> None:
    for file in (io.StringIO(), io.BytesIO()):
        assert write_json_lines([Tag(name="é"), Tag(name="b")], file) == 2
        file.seek(0)
        assert [tag.name for tag in iter_json_lines(Tag, file)] == ["é", "b"]


def test_an_iterable_of_lines_is_read_and_blank_lines_are_none() -> None:
    assert len(list(iter_json_lines(Tag, [GOOD, b"\n", "  \n", GOOD.decode()]))) == 2


def test_options_reach_each_line() -> None:
    file = io.BytesIO()
    write_json_lines([thing(), tree()], file, include={"text", "name"})

    assert file.getvalue() == b'{"text":"text"}\n{"name":"root"}\n'


def test_a_bad_line_is_told_by_its_number() -> None:
    with pytest.raises(LineError, match=r"^line 3: Tag|^line 3: name") as caught:
        list(iter_json_lines(Tag, [GOOD, b"\n", BAD, GOOD]))

    assert caught.value.line == 3
    assert caught.value.path == ("name",)
    assert isinstance(caught.value, ConversionError)


def test_the_rest_goes_on_where_bad_lines_are_taken() -> None:
    problems: list[LineError] = []

    found = list(iter_json_lines(Tag, [BAD, GOOD, b"{", GOOD], on_error=problems.append))

    assert len(found) == 2
    assert [item.line for item in problems] == [1, 3]


def test_a_line_that_is_too_long_is_not_held() -> None:
    problems: list[LineError] = []
    file = io.BytesIO(GOOD + b'{"name":"' + b"x" * 1_000_000 + b'"}\n' + GOOD)

    found = list(iter_json_lines(Tag, file, max_bytes=100, on_error=problems.append))

    assert len(found) == 2
    assert [item.line for item in problems] == [2]


def test_many_lines_take_the_memory_of_one(tmp_path: Path) -> None:
    def tags(count: int) -> Iterator[Tag]:
        tag = Tag(name="x" * 1000)
        for _ in range(count):
            yield tag

    def peak(count: int) -> int:
        tracemalloc.start()
        write_json_lines(tags(count), tmp_path / "x.jsonl")
        assert sum(1 for _ in iter_json_lines(Tag, tmp_path / "x.jsonl")) == count
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    peak(10)
    assert peak(3000) < 2 * peak(100) + 20_000


def test_a_file_is_replaced_only_when_all_is_there(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes(b"old\n")

    def broken() -> Iterator[Tag]:
        yield Tag(name="a")
        assert path.read_bytes() == b"old\n"
        raise KeyError("x")

    with pytest.raises(KeyError):
        write_json_lines(broken(), path)

    assert path.read_bytes() == b"old\n"
    assert os.listdir(tmp_path) == ["x.jsonl"]


def test_a_replaced_file_keeps_its_rights(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes(b"")
    path.chmod(0o640)

    write_json_lines([Tag(name="a")], path)

    assert path.stat().st_mode & 0o777 == 0o640


def test_a_killed_process_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "x.jsonl"
    path.write_bytes(b"old\n")
    program = (
        "import os, signal, sys\n"
        "from type_safe_convert.json.lines import replacing\n"
        "with replacing(sys.argv[1]) as file:\n"
        "    file.write(b'half a li'); file.flush()\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )

    done = subprocess.run([sys.executable, "-c", program, str(path)], check=False)

    assert done.returncode < 0
    assert path.read_bytes() == b"old\n"


def test_a_new_file_has_the_rights_that_the_process_gives_and_the_umask_is_not_touched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = os.umask(0o027)
    try:
        touch, write = os.umask, write_json_lines
        monkeypatch.setattr(os, "umask", lambda mask: pytest.fail("the umask of all threads was changed"))
        write([Tag(name="a")], tmp_path / "new")
        write([Tag(name="b")], tmp_path / "new")
        os.chmod(tmp_path / "new", 0o604)
        write([Tag(name="c")], tmp_path / "new")
    finally:
        touch(before)
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o604
    assert [path.name for path in tmp_path.iterdir()] == ["new"]


def test_replacing_a_file_in_a_directory_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=f"'{tmp_path}/no/x'"), replacing(tmp_path / "no" / "x"):
        pass


# the command


def run(data: bytes, **options: object) -> tuple[int, bytes, str]:
    out, told = io.BytesIO(), io.StringIO()
    status = json_command(
        str(options.pop("source", TAGS)),
        Output(told, 200),
        lines=io.BytesIO(data),
        out=out,
        **options,  # type: ignore[arg-type]  # the options under test
    )
    return status, out.getvalue(), told.getvalue()


def test_the_command_converts_lines() -> None:
    status, out, told = run(GOOD * 3, to="tests.json.models:Part")

    assert (status, told) == (0, "")
    assert out == b'{"name":"a","size":1.0}\n' * 3


def test_the_command_converts_to_a_kind() -> None:
    status, out, told = run(GOOD * 2, to="dataclass")

    assert (status, told) == (0, "")
    assert [tag.name for tag in iter_json_lines(convert_class(Tag, "dataclass"), out.splitlines())] == ["a", "a"]


def test_the_command_tells_bad_lines_and_goes_on() -> None:
    status, out, told = run(GOOD + BAD + GOOD)

    assert (status, out) == (1, GOOD * 2)
    assert told.startswith("line 2: ")
    assert "name: Input should be a valid string" in told


def test_the_command_stops_at_the_first_bad_line_when_strict(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"
    path.write_bytes(b"old\n")

    status, out, told = run(GOOD + BAD + GOOD + BAD, strict=True, output=path)

    assert (status, out, told.count("line")) == (1, b"", 1)
    assert path.read_bytes() == b"old\n"


def test_the_command_replaces_its_output(tmp_path: Path) -> None:
    path = tmp_path / "out.jsonl"

    assert run(GOOD * 2, output=path)[:2] == (0, b"")
    assert path.read_bytes() == GOOD * 2


def test_the_command_names_a_class_that_is_not_there() -> None:
    with pytest.raises(UsageError, match="there is no nothing in"):
        run(GOOD, source="tests.json.models:nothing")


def test_the_command_reads_files_and_names_the_bad_line_once(tmp_path: Path) -> None:
    first, second = tmp_path / "first.jsonl", tmp_path / "second.jsonl"
    first.write_bytes(GOOD * 2)
    second.write_bytes(GOOD + BAD)

    status, out, told = run(GOOD, files=[str(first), "-", str(second)])

    assert (status, out) == (1, GOOD * 4)
    assert told.startswith(f"{second}:2: name: Input should be")
    assert (told.count("\n"), "line" in told) == (1, False)


def test_everything_goes_through_the_command() -> None:
    file = io.BytesIO()
    write_json_lines([everything(), Everything()], file)

    status, out, told = run(file.getvalue(), source="tests.json.models:Everything", to="dataclass")

    assert (status, told) == (0, "")
    again = [
        convert(item, Everything) for item in iter_json_lines(convert_class(Everything, "dataclass"), out.splitlines())
    ]
    assert unlike(everything(), again[0]) is None
