"""Locks between processes: turns to write, and who lives."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

from pointsman.ledger.locks import Owner, Turn, is_alive

FORKING = """
import os, sys
from pathlib import Path
from pointsman.ledger.locks import Owner, Turn, is_alive

folder = Path(sys.argv[1])
owner, turn = Owner(folder / "owners"), Turn(folder / "turn")
turn.__enter__()
until, end = os.pipe()
ready, begin = os.pipe()
if os.fork() == 0:
    os.close(end)
    os.write(begin, b"x")
    os.read(until, 1)  # until the parent is through
    os._exit(0)
os.read(ready, 1)
owner.close()
turn.close()
with Turn(folder / "turn"):
    print(is_alive(folder / "owners", owner.name))
"""


def test_an_owner_lives_as_long_as_its_lock(tmp_path: Path) -> None:
    owner = Owner(tmp_path / "owners")
    assert is_alive(tmp_path / "owners", owner.name)
    owner.close()
    assert not is_alive(tmp_path / "owners", owner.name)
    owner.release()
    assert not is_alive(tmp_path / "owners", owner.name)


def test_asking_whether_an_owner_lives_does_not_disturb_it(tmp_path: Path) -> None:
    owner = Owner(tmp_path / "owners")
    assert [is_alive(tmp_path / "owners", owner.name) for _ in range(3)] == [True] * 3


def test_a_forked_child_keeps_neither_a_dead_owner_alive_nor_its_turn(tmp_path: Path) -> None:
    ended = subprocess.run([sys.executable, "-c", FORKING, str(tmp_path)], capture_output=True, timeout=20, check=True)
    assert ended.stdout == b"False\n"


def test_a_turn_is_held_by_one_at_a_time(tmp_path: Path) -> None:
    first, second = Turn(tmp_path / "turn"), Turn(tmp_path / "turn")
    order: list[str] = []

    def wait() -> None:
        with second:
            order.append("second")

    with first:
        waiting = threading.Thread(target=wait)
        waiting.start()
        waiting.join(0.05)
        order.append("first")
    waiting.join(5)
    assert order == ["first", "second"]
