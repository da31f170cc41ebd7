"""What `pointsman test` is to run: of each PATH, the programs and those of their tests that are wanted.

Law: a program with errors is a suite as well, one that cannot be run; the others are run all the same.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import TypeAlias

from msgspec import Struct

from pointsman.cli.check import reports
from pointsman.language.diagnostics import arrange, render_summary
from pointsman.language.ir import Test
from pointsman.language.pipeline import Compiled, compile_rules
from pointsman.language.program import Program


class Suite(Struct, frozen=True):
    """One program and places in `program.ir.tests`. Files of the program are shown from the folder `root` on."""

    name: str
    root: str
    program: Program
    tests: tuple[int, ...]


class Broken(Struct, frozen=True):
    """A program with errors: the reports on them, and one line that counts them."""

    name: str
    reports: str
    summary: str


Prepared: TypeAlias = Suite | Broken


def prepare(path: str, words: str = "") -> Iterator[Prepared]:
    """Yield the programs at `path` with those of their tests whose name contains `words`, in any case."""
    compiled = compile_rules(path)
    root = path if os.path.isdir(path) else os.path.dirname(path)
    yield suite_of(path, root, compiled, words)


def suite_of(name: str, root: str, compiled: Compiled, words: str = "") -> Prepared:
    """Make a suite of one compiled program."""
    if compiled.program is None:
        arranged = arrange(diagnostic for diagnostic in compiled.diagnostics if diagnostic.level == "error")
        return Broken(name, reports(compiled, arranged.shown, err=True), render_summary(arranged))
    tests = compiled.program.ir.tests
    return Suite(name, root, compiled.program, tuple(n for n, test in enumerate(tests) if _is_named(test, words)))


def _is_named(test: Test, words: str) -> bool:
    return words.casefold() in test.name.casefold()
