"""Processes killed with SIGKILL: one effect an event, order kept in each queue, repeated sends under the same id."""

from __future__ import annotations

import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections import defaultdict
from contextlib import closing
from itertools import pairwise
from pathlib import Path

import pytest

from pointsman.ledger import blobs
from pointsman.model.identity import derived_id

PROGRAM = Path(__file__).with_name("ledger_crash_process.py")
DESTINATIONS = ("bot", "desk")

pytestmark = pytest.mark.crash


class Run:
    """One ledger, one sink, and processes that work through the same plan of events."""

    def __init__(self, folder: Path, events: int, conversations: int = 5) -> None:
        self.database = folder / "p.db"
        self.sink = folder / "sink"
        self.events = events
        self.conversations = conversations

    def start(self, first: int = 0, step: int = 1, instant: str = "never", nth: int = 0) -> subprocess.Popen[bytes]:
        plan = (self.database, self.sink, first, step, self.events, self.conversations, instant, nth)
        return subprocess.Popen([sys.executable, str(PROGRAM), *map(str, plan)], stderr=subprocess.PIPE)

    def sends(self) -> dict[tuple[str, str], list[tuple[int, str]]]:
        """What each queue's destination got, in order: (revision, id)."""
        got = defaultdict(list)
        for line in self.sink.read_text(encoding="utf-8").splitlines():
            conversation, destination, revision, id_ = line.split()
            got[conversation, destination].append((int(revision), id_))
        return got

    def count(self, table: str) -> int:
        """How many rows the ledger has in `table`."""
        with closing(sqlite3.connect(self.database)) as db:
            return int(db.execute(f"SELECT count(*) FROM {table}").fetchone()[0])  # noqa: S608  # our own names

    def check(self) -> None:
        sends = self.sends()
        assert len(sends) == self.conversations * len(DESTINATIONS)
        ids = {id_ for got in sends.values() for _, id_ in got}
        assert ids == {derived_id(f"event {n}", to) for n in range(self.events) for to in DESTINATIONS}
        for got in sends.values():
            assert all(before <= after for (before, _), (after, _) in pairwise(got)), "a message overtook another"
            assert len({revision for revision, _ in got}) == len(set(got)), "one revision, one id"
        self._check_revisions()

    def _check_revisions(self) -> None:
        with closing(sqlite3.connect(self.database)) as db:
            records = db.execute("SELECT body FROM records ORDER BY number").fetchall()
        revisions = defaultdict(list)
        for record in (blobs.decode_record(body) for (body,) in records):
            revisions[record.conversation].append(record.revision)
        for committed in revisions.values():
            assert committed == list(range(1, len(committed) + 1)), "each revision once, in order"
        assert sum(map(len, revisions.values())) == self.events
        tables = ("owed", "queues", "dead", "owners")
        assert {table: self.count(table) for table in tables} == dict.fromkeys(tables, 0)


def ended(process: subprocess.Popen[bytes]) -> int:
    _, errors = process.communicate(timeout=30)
    assert process.returncode in (0, -signal.SIGKILL), errors.decode()
    return process.returncode


@pytest.mark.parametrize("instant", ["step", "committed", "send", "sent", "settled"])
def test_killed_at_a_named_instant_and_started_again_nothing_is_lost_or_done_twice(
    tmp_path: Path, instant: str
) -> None:
    run = Run(tmp_path, events=30)
    assert ended(run.start(instant=instant, nth=7)) == -signal.SIGKILL
    assert ended(run.start(instant=instant, nth=9)) == -signal.SIGKILL
    assert ended(run.start()) == 0
    run.check()
    repeats = sum(len(got) - len(set(got)) for got in run.sends().values())
    assert repeats <= 2 * run.conversations * len(DESTINATIONS), "only what was under way is sent again"


def test_two_processes_share_conversations_and_each_takes_over_from_the_other(tmp_path: Path) -> None:
    run, chance = Run(tmp_path, events=6_000, conversations=80), random.Random(20261120)
    processes = [run.start(first=first, step=2) for first in (0, 1)]
    killed = 0
    for _ in range(6):
        time.sleep(chance.uniform(0.3, 0.6))  # processes have to get somewhere before they are killed
        victim = chance.randrange(2)
        processes[victim].kill()
        killed += ended(processes[victim]) == -signal.SIGKILL
        processes[victim] = run.start(first=victim, step=2)
    assert killed >= 3, "the processes were through too early; give them more to do"
    for process in processes:
        assert ended(process) == 0
    run.check()


def test_a_survivor_delivers_what_the_dead_one_had_leased(tmp_path: Path) -> None:
    run = Run(tmp_path, events=40)
    assert ended(run.start(first=1, step=2, instant="send", nth=10)) == -signal.SIGKILL
    assert run.count("owed") > 0
    assert ended(run.start(first=0, step=2)) == 0, "it has other events, but delivers all that is owed"
    assert run.count("owed") == 0
    assert ended(run.start(first=1, step=2)) == 0
    run.check()
