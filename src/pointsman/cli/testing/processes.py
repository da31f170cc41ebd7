"""Tests in several processes: each is sent every program once, as its artefact, and then slices of tests.

Laws: processes are spawned, so that nothing of this one leaks into them; they end with this one, however it ends; an
interrupt is for this process alone, which then ends them.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from itertools import groupby
from typing import TypeAlias

from msgspec import Struct

from pointsman.cli.testing.stage import Played, Stage
from pointsman.engine.coverage import Point
from pointsman.language.program import Program, decode, encode

SLICES_PER_PROCESS = 8
"""So that one slow slice at the end leaves the other processes idle for an eighth of the time at most."""
SLICE_TESTS_MAX = 200
"""Slices that wait for a process fit its pipe, so that nothing waits for one that has ended."""
Done: TypeAlias = tuple[int, list[tuple[int, Played]], frozenset[Point]]
"""A program, its tests with what came of them, and what had been seen of it."""


def play_in_processes(
    programs: Sequence[Program], tasks: Sequence[tuple[int, int]], processes: int, *, covering: bool
) -> Iterator[Done]:
    """Play tasks, each a program and one of its tests by their places, and yield slices of them in order."""
    slices = list(_slices(tasks, processes))
    artefacts = tuple(map(encode, programs))
    others = set(multiprocessing.active_children())
    with ProcessPoolExecutor(
        min(processes, len(slices)), multiprocessing.get_context("spawn"), _begin, (artefacts, covering)
    ) as pool:
        try:
            with _interrupts_held():
                futures: list[Future[Done]] = [pool.submit(_play, *it) for it in slices]
            for future in futures:
                yield future.result()
        except BaseException:
            for process in set(multiprocessing.active_children()) - others:
                process.terminate()
            pool.shutdown(cancel_futures=True)
            raise


def _slices(tasks: Sequence[tuple[int, int]], processes: int) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Cut tasks into slices of one program each."""
    size = min(max(len(tasks) // (processes * SLICES_PER_PROCESS), 1), SLICE_TESTS_MAX)
    for program, its in groupby(tasks, key=lambda task: task[0]):
        tests = tuple(test for _, test in its)
        for start in range(0, len(tests), size):
            yield program, tests[start : start + size]


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Start processes and threads that never see an interrupt; one that comes meanwhile is raised afterwards."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


# In the other process -------------------------------------------------------------------------------------------------


class _Given(Struct):
    """What this process was sent, and the programs that it has loaded."""

    artefacts: tuple[bytes, ...] = ()
    covering: bool = False
    stages: dict[int, Stage] = {}


_given = _Given()


def _begin(artefacts: tuple[bytes, ...], covering: bool) -> None:
    _given.artefacts, _given.covering = artefacts, covering
    threading.Thread(target=_end_with_parent, name="leash", daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _play(program: int, tests: tuple[int, ...]) -> Done:
    if program not in _given.stages:
        _given.stages[program] = Stage(decode(_given.artefacts[program]), covering=_given.covering)
    stage = _given.stages[program]
    played = [(test, stage.play(test)) for test in tests]
    coverage = stage.coverage
    return program, played, coverage.seen if coverage else frozenset()
