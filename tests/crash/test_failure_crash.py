"""Processes killed with SIGKILL while deliveries are given up: the rules hear of each failure exactly once."""

from __future__ import annotations

import json
import signal
import sqlite3
import subprocess
import sys
from collections import Counter
from contextlib import closing
from pathlib import Path

import pytest

from pointsman.ledger import blobs

PROGRAM = Path(__file__).with_name("failure_crash_process.py")
EVENTS, CONVERSATIONS = 24, 4

pytestmark = pytest.mark.crash


def start(folder: Path, instant: str = "never", nth: int = 0) -> subprocess.Popen[bytes]:
    plan = (folder / "p.db", folder / "sink", EVENTS, CONVERSATIONS, instant, nth)
    return subprocess.Popen([sys.executable, str(PROGRAM), *map(str, plan)], stderr=subprocess.PIPE)


def ended(process: subprocess.Popen[bytes]) -> int:
    _, errors = process.communicate(timeout=60)
    assert process.returncode in (0, -signal.SIGKILL), errors.decode()
    return process.returncode


def check(folder: Path) -> None:
    with closing(sqlite3.connect(folder / "p.db")) as db:
        states = [blobs.decode_conversation(state) for (state,) in db.execute("SELECT state FROM conversations")]
        records = [blobs.decode_record(body) for (body,) in db.execute("SELECT body FROM records")]
        dead = [blobs.decode_owed(body) for (body,) in db.execute("SELECT body FROM dead")]
        assert db.execute("SELECT count(*) FROM owed").fetchone() == (0,)
    assert [state.counters for state in states] == [{"failures": EVENTS // CONVERSATIONS}] * CONVERSATIONS
    failures = Counter(record.event_id for record in records if record.event == "delivery failed")
    assert failures == Counter({owed.id: 1 for owed in dead})
    assert len(dead) == EVENTS
    notes = {json.loads(line)["id"] for line in (folder / "sink").read_text(encoding="utf-8").splitlines()}
    assert len(notes) == EVENTS, "one note a failure, under one id however often it was sent"


@pytest.mark.parametrize("instant", ["failed", "told", "settled"])
def test_a_failure_is_handled_once_wherever_the_process_dies(tmp_path: Path, instant: str) -> None:
    for nth in (1, 5, 7):
        assert ended(start(tmp_path, instant, nth)) == -signal.SIGKILL
    assert ended(start(tmp_path)) == 0
    check(tmp_path)


def test_processes_beside_each_other_tell_each_failure_once(tmp_path: Path) -> None:
    doomed, other = start(tmp_path, "told", 4), start(tmp_path)
    assert {ended(doomed), ended(other)} <= {0, -signal.SIGKILL}
    assert ended(start(tmp_path)) == 0
    check(tmp_path)
