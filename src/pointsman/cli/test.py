"""`pointsman test`: the transcripts in rules files, run on a virtual clock.

Law: a failing test prints the transcript up to that line, what was expected, what happened, and which rule decided.
"""

from __future__ import annotations

import os
from collections.abc import Sequence

import click

from pointsman.cli.check import counted, reports
from pointsman.engine.loading import load
from pointsman.engine.retelling import retold
from pointsman.engine.scenario import TestResult, run_tests
from pointsman.language.diagnostics import arrange, render_summary
from pointsman.language.pipeline import Compiled, compile_rules
from pointsman.language.program import Program


@click.command(
    epilog="""\b
Examples:
  pointsman test support
  pointsman test support -k "asks for a person\""""
)
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
@click.option("-k", "words", metavar="WORDS", default="", help="Run only tests whose name contains WORDS, in any case.")
def command(paths: tuple[str, ...], words: str) -> None:
    """Run the tests in rules files.

    Each PATH is one program: a rules file, or a folder whose *.rules files belong together. Of a failing test the
    transcript is printed up to the line that failed. Exits with 1 if a test fails or a program has errors.
    """
    programs = {path: compile_rules(path) for path in paths}
    for compiled in programs.values():
        _report_errors(compiled)
    played = [
        (path, it.program, result) for path, it in programs.items() if it.program for result in _play(it.program, words)
    ]
    broken = sum(compiled.failed for compiled in programs.values())
    if words and not played and not broken:
        raise click.UsageError(f"no test's name contains `{words}`")
    failed = [it for it in played if not it[2].passed]
    for path, program, result in failed:
        head, *lines = retold(result, program.ir, path if os.path.isdir(path) else os.path.dirname(path))
        click.echo("\n".join((click.style(head, fg="red"), *lines, "")))
    click.echo(_summary(len(played) - len(failed), len(failed), broken))
    if failed or broken:
        raise click.exceptions.Exit(1)


def _report_errors(compiled: Compiled) -> None:
    if compiled.failed:
        arranged = arrange(diagnostic for diagnostic in compiled.diagnostics if diagnostic.level == "error")
        click.echo(f"{reports(compiled, arranged.shown, err=True)}\n\n{render_summary(arranged)}\n", err=True)


def _play(program: Program, words: str) -> Sequence[TestResult]:
    wanted = [test for test in program.ir.tests if words.casefold() in test.name.casefold()]
    return run_tests(load(program), wanted)


def _summary(passed: int, failed: int, broken: int) -> str:
    counts = f"{passed} passed, {failed} failed"
    if broken:
        return f"{counts}, {counted(broken, 'program')} with errors not run"
    return counts if passed or failed else f"{counts}: there are no tests; docs/language.md shows how to write one"
