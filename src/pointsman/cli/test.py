"""`pointsman test`: the transcripts in rules files, run on a virtual clock.

Law: a failing test prints the transcript up to that line, what was expected, what happened, and which rule decided.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import click

from pointsman.cli.check import counted
from pointsman.cli.testing import coverage
from pointsman.cli.testing.files import write_whole
from pointsman.cli.testing.junit import junit
from pointsman.cli.testing.run import Outcome, failures, run
from pointsman.cli.testing.suites import Broken, Suite, prepare
from pointsman.engine.retelling import retold
from pointsman.limits import TEST_PROCESSES_MAX


class Processes(click.ParamType[int | None]):
    """A number of processes, or `auto`."""

    name = "processes"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> int | None:
        if value == "auto":
            return None
        if not value.isascii() or not value.isdigit() or not 1 <= int(value) <= TEST_PROCESSES_MAX:
            self.fail(f"`{value}` is neither `auto` nor a number from 1 to {TEST_PROCESSES_MAX}", param, ctx)
        return int(value)


FILE = click.Path(path_type=Path, dir_okay=False)


@click.command(
    epilog="""\b
Examples:
  pointsman test support
  pointsman test support -k "asks for a person"
  pointsman test support --coverage --source --minimum 90
  pointsman test support --junit report.xml"""
)
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
@click.option("-k", "words", metavar="WORDS", default="", help="Run only tests whose name contains WORDS, in any case.")
@click.option("--jobs", metavar="N|auto", type=Processes(), default="auto", help="Run in N processes.  [default: auto]")
@click.option("--junit", "junit_file", metavar="FILE", type=FILE, help="Write the results to FILE as JUnit XML.")
@click.option(
    "--coverage", "covering", is_flag=True, help="Show which rules fired, and which sides of each test were seen."
)
@click.option("--source", "show_source", is_flag=True, help="With coverage: show the lines of what was never seen.")
@click.option(
    "--minimum",
    metavar="PERCENT",
    type=click.FloatRange(0, 100),
    help="With coverage: exit with 1 below PERCENT of rules, or of sides of tests.",
)
@click.option("--coverage-json", metavar="FILE", type=FILE, help="With coverage: write it to FILE as JSON.")
def command(
    paths: tuple[str, ...],
    words: str,
    jobs: int | None,
    junit_file: Path | None,
    covering: bool,
    show_source: bool,
    minimum: float | None,
    coverage_json: Path | None,
) -> None:
    """Run the tests in rules files.

    Each PATH is one program: a rules file, or a folder whose *.rules files belong together. Of a failing test the
    transcript is printed up to the line that failed. Exits with 1 if a test fails, a program has errors or coverage is
    below the minimum. --source, --minimum and --coverage-json ask for coverage.
    """
    covering = covering or show_source or minimum is not None or coverage_json is not None
    prepared = [it for path in paths for it in prepare(path, words)]
    broken = [it for it in prepared if isinstance(it, Broken)]
    suites = [it for it in prepared if isinstance(it, Suite)]
    for it in broken:
        click.echo(f"{it.reports}\n\n{it.summary}\n", err=True)
    if words and not broken and not any(suite.tests for suite in suites):
        raise click.UsageError(f"no test's name contains `{words}`")
    outcomes = run(suites, covering=covering, processes=jobs)
    if junit_file is not None:
        ran = iter(outcomes)
        write_whole(junit_file, junit([it if isinstance(it, Broken) else next(ran) for it in prepared]))
    failed = list(_report_failures(outcomes))
    short = list(_report_coverage(outcomes, show_source, minimum, coverage_json)) if covering else []
    click.echo(_summary(sum(len(it.played) for it in outcomes) - len(failed), len(failed), len(broken)))
    for line in short:
        click.echo(line)
    if failed or broken or short:
        raise click.exceptions.Exit(1)


def _report_failures(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """Print each failed test, and yield its name."""
    for suite, played in failures(outcomes):
        head, *lines = retold(played.result, suite.program.ir, suite.root)
        click.echo("\n".join((click.style(head, fg="red"), *lines, "")))
        yield played.result.name


def _report_coverage(
    outcomes: Sequence[Outcome], show_source: bool, minimum: float | None, file: Path | None
) -> Iterator[str]:
    """Print what was seen, and yield by how much it is below the minimum."""
    if show_source:
        colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
        for line in coverage.source(outcomes, colour=colour):
            click.echo(line)
    for line in coverage.table(outcomes):
        click.echo(line)
    click.echo()
    if file is not None:
        write_whole(file, coverage.as_json(outcomes))
    if minimum is not None:
        yield from coverage.shortfalls(coverage.total(outcomes), minimum)


def _summary(passed: int, failed: int, broken: int) -> str:
    counts = f"{passed} passed, {failed} failed"
    if broken:
        return f"{counts}, {counted(broken, 'program')} with errors not run"
    return counts if passed or failed else f"{counts}: there are no tests; docs/language.md shows how to write one"
