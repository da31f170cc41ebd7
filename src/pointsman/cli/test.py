"""`pointsman test`: the transcripts in rules files, and pages of Markdown that run, on a virtual clock.

Law: a failing test prints the transcript up to that line, what was expected, what happened, and which rule decided.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TypeAlias

import click

from pointsman.cli.check import counted
from pointsman.cli.rules_path import RULES_PATH
from pointsman.cli.testing import coverage, pages
from pointsman.cli.testing.generating import generate
from pointsman.cli.testing.junit import junit
from pointsman.cli.testing.run import Outcome, failures, run
from pointsman.cli.testing.suites import Broken, Suite, prepare
from pointsman.cli.whole_files import write_whole
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


Say: TypeAlias = Callable[[str], None]
FILE = click.Path(path_type=Path, dir_okay=False)


@click.command(
    epilog="""\b
Examples:
  pointsman test support
  pointsman test support -k "asks for a person"
  pointsman test support --coverage --source --minimum 90
  pointsman test support --generate >> support/generated.rules
  pointsman test support --junit report.xml
  pointsman test support/handover.md --update"""
)
@click.argument("paths", metavar="PATH...", type=RULES_PATH, nargs=-1, required=True)
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
@click.option("--generate", "generating", is_flag=True, help="Print tests for what is uncovered, to append to a file.")
@click.option("--update", is_flag=True, help="Write the expectations of pages anew, then run them.")
def command(
    paths: tuple[str, ...],
    words: str,
    jobs: int | None,
    junit_file: Path | None,
    covering: bool,
    show_source: bool,
    minimum: float | None,
    coverage_json: Path | None,
    generating: bool,
    update: bool,
) -> None:
    """Run the tests in rules files and on pages.

    Each PATH is one program: a rules file, or a folder whose *.rules files belong together; or a page, FILE.md, each
    section of which is one test. Of a failing test the transcript is printed up to the line that failed. Exits with 1
    if a test fails, a program has errors or coverage is below the minimum. --source, --minimum and --coverage-json ask
    for coverage, in which pages have no part. With --generate, standard output gets nothing but tests.
    """
    if update and not any(map(pages.is_page, paths)):
        raise click.UsageError("--update writes the expectations of pages anew: name a FILE.md")
    table = covering or show_source or minimum is not None or coverage_json is not None
    read = [pages.run(path, words, update=update) for path in paths if pages.is_page(path)]
    prepared = [it for path in paths if not pages.is_page(path) for it in prepare(path, words)]
    prepared += [it for it in read if isinstance(it, Broken)]
    sections = [section for it in read if isinstance(it, pages.Ran) for section in it.sections]
    broken = [it for it in prepared if isinstance(it, Broken)]
    suites = [it for it in prepared if isinstance(it, Suite)]
    for it in broken:
        click.echo(f"{it.reports}\n\n{it.summary}\n", err=True)
    # What is generated for a program that has no tests yet needs none.
    needed = not generating or any(suite.program.ir.tests for suite in suites)
    if words and needed and not broken and not sections and not any(suite.tests for suite in suites):
        raise click.UsageError(f"no test's name contains `{words}`")
    outcomes = run(suites, covering=table or generating, processes=jobs)
    if junit_file is not None:
        ran = iter(outcomes)
        told = [it if isinstance(it, Broken) else next(ran) for it in prepared]
        write_whole(junit_file, junit([*told, *(it for it in read if isinstance(it, pages.Ran))]))
    say = partial(click.echo, err=generating)
    failed = [*_report_failures(outcomes, say), *_report_sections(sections, say)]
    short = list(_report_coverage(outcomes, show_source, minimum, say)) if table else []
    if coverage_json is not None:
        write_whole(coverage_json, coverage.as_json(outcomes))
    if generating:
        generated = generate(outcomes)
        click.echo(generated.text, nl=False)
        for line in generated.notes:
            say(line)
    ran_all = sum(len(it.played) for it in outcomes) + len(sections)
    say(_summary(ran_all - len(failed), len(failed), len(broken)))
    for line in short:
        say(line)
    if failed or broken or short:
        raise click.exceptions.Exit(1)


def _report_failures(outcomes: Sequence[Outcome], say: Say) -> Iterator[str]:
    """Print each failed test, and yield its name."""
    for suite, played in failures(outcomes):
        head, *lines = retold(played.result, suite.program.ir, suite.root)
        say("\n".join((click.style(head, fg="red"), *lines, "")))
        yield played.result.name


def _report_sections(sections: Sequence[pages.Section], say: Say) -> Iterator[str]:
    """Print what each section of a page says that is not so, and yield its title."""
    for section in sections:
        if not section.passed:
            head, *lines = section.lines
            say("\n".join((click.style(head, fg="red"), *lines, "")))
            yield section.title


def _report_coverage(outcomes: Sequence[Outcome], show_source: bool, minimum: float | None, say: Say) -> Iterator[str]:
    """Print what was seen, and yield by how much it is below the minimum."""
    if show_source:
        colour = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
        for line in coverage.source(outcomes, colour=colour):
            say(line)
    for line in coverage.table(outcomes):
        say(line)
    say("")
    if minimum is not None:
        yield from coverage.shortfalls(coverage.total(outcomes), minimum)


def _summary(passed: int, failed: int, broken: int) -> str:
    counts = f"{passed} passed, {failed} failed"
    if broken:
        return f"{counts}, {counted(broken, 'program')} with errors not run"
    return counts if passed or failed else f"{counts}: there are no tests; docs/language.md shows how to write one"
