"""What a worker has counted can be read when it is dead, and not before; by its own user, and nobody else."""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pytest

from fast_api.http_events.stores.redis_tally import Tally, group_of, of_the_dead

KILLED = """
import os, signal, sys
from fast_api.http_events.stores.redis_tally import Tally
tally = Tally("group", "killed")
tally.values[0], tally.values[1] = 7, 2
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    return tmp_path / f"fast-api-events-{os.getuid()}"


def test_the_dead_are_found_once_and_the_living_are_not(folder: Path) -> None:
    living = Tally("group", "living")
    living.values[0] = 3
    subprocess.run([sys.executable, "-c", KILLED], check=False)
    assert len(list(folder.iterdir())) == 2
    assert list(of_the_dead("other", youngest=0)) == []
    assert list(of_the_dead("group", youngest=0)) == [("killed", 7, 2)]
    assert list(of_the_dead("group", youngest=0)) == []
    living.remove()
    assert list(folder.iterdir()) == []
    assert living.values[0] == 3


def test_who_died_long_ago_is_only_removed(folder: Path) -> None:
    subprocess.run([sys.executable, "-c", KILLED], check=False)
    assert list(of_the_dead("group", youngest=time.time() + 60)) == []
    assert list(folder.iterdir()) == []


def test_one_that_could_not_be_reported_is_found_again(folder: Path) -> None:
    subprocess.run([sys.executable, "-c", KILLED], check=False)
    dead = of_the_dead("group", youngest=0)
    assert next(dead) == ("killed", 7, 2)
    dead.close()  # as when Redis does not answer
    assert list(of_the_dead("group", youngest=0)) == [("killed", 7, 2)]


def test_a_folder_of_somebody_else_is_not_used(folder: Path) -> None:
    folder.mkdir(mode=0o777)
    folder.chmod(0o777)
    tally = Tally("group", "one")
    tally.values[0] += 1
    tally.touch()
    tally.remove()
    assert tally.values[0] == 1
    assert list(folder.iterdir()) == []


def test_the_room_of_a_file_is_taken_when_it_is_made(folder: Path) -> None:
    """Writing into a map of a file without room kills the process where the disk is full: no worker may end so."""
    tally = Tally("group", "one")
    (file,) = folder.iterdir()
    assert file.stat().st_blocks > 0
    tally.remove()


NO_FILES = """
import resource, sys, tempfile
resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
if sys.argv[1] == "later":
    tempfile.tempdir = sys.argv[2]
from fast_api.http_events.stores.redis_tally import Tally, of_the_dead
tally = Tally("group", "one")
tally.values[0] += 1
tally.touch()
tally.remove()
assert tally.values[0] == 1
assert list(of_the_dead("group", 0)) == []
"""


@pytest.mark.parametrize("full", ["from the start", "later"])
def test_where_no_file_can_be_written_it_counts_in_memory(folder: Path, full: str) -> None:
    """As in a container whose disks are all read-only, or full."""
    command = [sys.executable, "-c", NO_FILES, full, str(folder.parent)]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stderr
    assert found.stderr == ""
    assert not folder.exists() or list(folder.iterdir()) == []


def test_a_group_has_a_name_of_its_own() -> None:
    assert group_of("127.0.0.1", 6379, None, 0, "a") != group_of("127.0.0.1", 6379, None, 0, "b")
