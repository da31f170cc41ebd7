"""`pointsman test --jobs N`: the same results, however many processes there are."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pointsman.cli.test import command
from pointsman.cli.testing import run as running
from pointsman.cli.testing.suites import Suite, prepare

CAST = "component Bot is bot\nstart with Bot\npolicy p on message from customer\n"


def program(count: int, salt: str) -> str:
    """A program with so many tests, every third of which fails."""
    rules = "".join(f'rule "{salt}{n}" when text is "{n}" then reply "{n}"\n' for n in range(count))
    tests = "".join(
        f'test "{salt} test {n}"\n  customer says "{n}"\n  expect reply "{n if n % 3 else "wrong"}"\n'
        for n in range(count)
    )
    return f"{CAST}{rules}{tests}"


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    for name, count in (("a", 20), ("b", 5), ("c", 0)):
        (tmp_path / f"{name}.rules").write_text(program(count, name))
    return [str(tmp_path / f"{name}.rules") for name in "abc"]


def run(*arguments: object) -> Result:
    return CliRunner().invoke(command, [str(argument) for argument in arguments])


def test_output_is_the_same_from_one_process_and_from_several(files: list[str]) -> None:
    options = ["--source", "--minimum", "90"]
    one, several = run(*files, *options, "--jobs", "1"), run(*files, *options, "--jobs", "3")
    assert one.output == several.output
    assert one.exit_code == several.exit_code == 1
    assert "16 passed, 9 failed" in one.output


def test_processes_are_started_by_themselves_only_where_they_pay(
    files: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def noted(programs: object, tasks: list[object], processes: int, *, covering: bool) -> list[object]:
        asked.append((len(tasks), processes))
        raise KeyboardInterrupt

    monkeypatch.setattr(running, "play_in_processes", noted)
    monkeypatch.setattr(os, "cpu_count", lambda: 2)
    suites = [it for file in files for it in prepare(file) if isinstance(it, Suite)]
    assert len(running.run(suites)) == 3
    assert asked == [], "all were played before the question came up"
    monkeypatch.setattr(running, "TRIAL_SECONDS", 0)
    monkeypatch.setattr(running, "WORTH_SECONDS", 0)
    with pytest.raises(KeyboardInterrupt):
        running.run(suites)
    assert asked == [(24, 2)], "one was played here to see how long it takes"


@pytest.mark.parametrize("jobs", ["0", "65", "many", "-1", "1.5"])
def test_a_number_of_processes_that_cannot_be_is_a_mistake(files: list[str], jobs: str) -> None:
    result = run(*files, "--jobs", jobs)
    assert result.exit_code == 2
    assert f"`{jobs}` is neither `auto` nor a number from 1 to 64" in result.output


SECONDS_MAX = 20
"""For a machine that is busy with other things."""


@pytest.fixture
def busy(tmp_path: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A run in two processes, both at work on tests that a timer which sets itself again keeps busy."""
    slow = 'policy t on timer again rule "again" otherwise then set timer again for 1s\n'
    start = 'rule "start" otherwise then set timer again for 1s\n'
    tests = "".join(f'test "{n}" customer says "x" after 1h after 1h after 1h expect no rule\n' for n in range(200))
    (tmp_path / "slow.rules").write_text(f"{CAST}{start}{slow}{tests}")
    process = subprocess.Popen(
        [sys.executable, "-m", "pointsman", "test", str(tmp_path / "slow.rules"), "--jobs", "2"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    until(lambda: len(members(process.pid)) == ITSELF_ITS_TRACKER_AND_TWO)
    yield process
    process.kill()
    process.communicate()


ITSELF_ITS_TRACKER_AND_TWO = 4


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS_MAX
    while not holds() and time.monotonic() < deadline:
        os.sched_yield()
    assert holds()


def test_an_interrupt_ends_the_processes_as_well_and_says_nothing_else(busy: subprocess.Popen[bytes]) -> None:
    os.killpg(busy.pid, signal.SIGINT)
    out, err = busy.communicate(timeout=SECONDS_MAX)
    assert (busy.returncode, out, err) == (1, b"", b"\nAborted!\n")
    until(lambda: members(busy.pid) == [])


def test_processes_end_with_the_one_that_started_them_however_it_ends(busy: subprocess.Popen[bytes]) -> None:
    busy.kill()
    until(lambda: members(busy.pid) == [])


def members(group: int) -> list[int]:
    """The processes of a group, from /proc."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[2]) == group and fields[0] != "Z":
            found.append(int(path.parent.name))
    return found
