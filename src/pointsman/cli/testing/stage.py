"""One program on stage: loaded once, its tests played one by one, what is seen of it noted where that is asked for."""

from __future__ import annotations

import time

from msgspec import Struct

from pointsman.engine.coverage import Coverage, Recorder
from pointsman.engine.loading import load
from pointsman.engine.scenario import TestResult, run_test
from pointsman.language.program import Program


class Played(Struct, frozen=True):
    """One test's result, and how long it took."""

    result: TestResult
    seconds: float


class Stage:
    """A program ready to play its tests. With `covering` it is decided by the plain evaluator, else by its index."""

    def __init__(self, program: Program, *, covering: bool) -> None:
        self._program = program
        self._recorder = Recorder(program.ir, program.hash) if covering else None
        self._loaded = self._recorder.program if self._recorder else load(program)

    def play(self, test: int) -> Played:
        """Play one test, by its place in the program."""
        began = time.perf_counter()
        result = run_test(self._loaded, self._program.ir.tests[test])
        return Played(result, time.perf_counter() - began)

    @property
    def coverage(self) -> Coverage | None:
        """What was seen so far."""
        return self._recorder.coverage if self._recorder else None
