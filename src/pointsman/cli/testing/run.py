"""Running suites: in this process while that is quick, else in several.

Laws: results come in the order of the tests, and are the same however many processes there are; only `seconds` differ.
Of its own accord, `run` starts processes only for tests that would take this one `WORTH_SECONDS` more.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from typing import TypeAlias

from msgspec import Struct

from pointsman.cli.testing.processes import play_in_processes
from pointsman.cli.testing.stage import Played, Stage
from pointsman.cli.testing.suites import Suite
from pointsman.engine.coverage import Coverage, Point
from pointsman.limits import TEST_PROCESSES_MAX

TRIAL_SECONDS = 0.5
"""How long tests are played here before it is asked whether processes would pay."""
WORTH_SECONDS = 2.0
"""Starting processes and sending programs takes up to half a second of each."""
Task: TypeAlias = tuple[int, int]
"""A suite and a test of its program."""


class Outcome(Struct, frozen=True):
    """What came of a suite's tests, in their order; `coverage` only where it was asked for."""

    suite: Suite
    played: tuple[Played, ...]
    coverage: Coverage | None = None


def run(suites: Sequence[Suite], *, covering: bool = False, processes: int | None = None) -> list[Outcome]:
    """Play the suites' tests in so many processes; None: in as many as pay."""
    running = _Running(suites, covering)
    tasks = [(number, test) for number, suite in enumerate(suites) for test in suite.tests]
    if processes is None:
        tasks = running.play_here(tasks, TRIAL_SECONDS)
        processes = _worthwhile(tasks, running)
    if processes > 1 and tasks:
        running.play_elsewhere(tasks, processes)
    else:
        running.play_here(tasks)
    return [running.outcome(number) for number in range(len(suites))]


def _worthwhile(tasks: Sequence[Task], running: _Running) -> int:
    left = running.seconds_each * len(tasks)
    return min(os.cpu_count() or 1, TEST_PROCESSES_MAX, len(tasks)) if left > WORTH_SECONDS else 1


class _Running:
    """What has been played so far, and the programs that are loaded here."""

    def __init__(self, suites: Sequence[Suite], covering: bool) -> None:
        self._suites = suites
        self._covering = covering
        self._stages: dict[int, Stage] = {}
        self._played: dict[Task, Played] = {}
        self._seen: dict[int, set[Point]] = {number: set() for number in range(len(suites))}

    @property
    def seconds_each(self) -> float:
        return sum(it.seconds for it in self._played.values()) / max(len(self._played), 1)

    def play_here(self, tasks: Sequence[Task], seconds: float = float("inf")) -> list[Task]:
        """Play tasks in this process, one at least, until the time is over, and return those that are left."""
        end = time.perf_counter() + seconds
        for done, (number, test) in enumerate(tasks, 1):
            self._played[number, test] = self._stage(number).play(test)
            if time.perf_counter() > end:
                return list(tasks[done:])
        return []

    def play_elsewhere(self, tasks: Sequence[Task], processes: int) -> None:
        programs = [suite.program for suite in self._suites]
        for number, played, seen in play_in_processes(programs, tasks, processes, covering=self._covering):
            self._played |= {(number, test): it for test, it in played}
            self._seen[number] |= seen

    def outcome(self, number: int) -> Outcome:
        suite = self._suites[number]
        played = tuple(self._played[number, test] for test in suite.tests)
        coverage = self._stage(number).coverage if self._covering else None
        return Outcome(suite, played, coverage and coverage.with_seen(self._seen[number]))

    def _stage(self, number: int) -> Stage:
        if number not in self._stages:
            self._stages[number] = Stage(self._suites[number].program, covering=self._covering)
        return self._stages[number]


def failures(outcomes: Sequence[Outcome]) -> Iterator[tuple[Suite, Played]]:
    """The tests that failed, each with its suite."""
    return ((it.suite, played) for it in outcomes for played in it.played if not played.result.passed)
