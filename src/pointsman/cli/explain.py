"""`pointsman explain`: what happens on one event, why the other rules do not fire, and what would make one of them."""

from __future__ import annotations

import os
import sys
from typing import Literal

import click
import msgspec

from pointsman.cli.check import reports
from pointsman.cli.event_file import read_situation
from pointsman.engine.explain import Explanation, explain
from pointsman.engine.explain_json import shown
from pointsman.engine.explain_text import Page
from pointsman.engine.loading import load
from pointsman.language.diagnostics import arrange, render_summary
from pointsman.language.pipeline import Compiled, compile_rules
from pointsman.language.program import Program


@click.command(
    epilog="""\b
Examples:
  pointsman explain support --event event.json
  pointsman explain support --event event.json --why-not "asks for a person"
  echo 'customer says "hello"' | pointsman explain support --event -"""
)
@click.argument("path", metavar="PATH")
@click.option(
    "--event",
    "file",
    metavar="FILE",
    required=True,
    help="The event: JSON, the steps of a test, or a call of CM's webhook; - is standard input.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="For people, or for programs.",
)
def command(path: str, file: str, form: Literal["text", "json"]) -> None:
    """Explain what rules do with an event.

    PATH is one program: a rules file, or a folder whose *.rules files belong together. Of each rule that fired its
    lines are shown, of each other the tests that kept it from firing, with what they saw.
    """
    compiled, program = _compiled(path)
    loaded = load(program)
    explanation = explain(loaded, read_situation(file, compiled, loaded))
    if form == "json":
        click.echo(msgspec.json.format(msgspec.json.encode(shown(explanation, program.sources)), indent=2).decode())
    else:
        _tell(explanation, program, path)


def _compiled(path: str) -> tuple[Compiled, Program]:
    compiled = compile_rules(path)
    if compiled.program is None:
        arranged = arrange(diagnostic for diagnostic in compiled.diagnostics if diagnostic.level == "error")
        click.echo(f"{reports(compiled, arranged.shown, err=True)}\n\n{render_summary(arranged)}", err=True)
        raise click.exceptions.Exit(1)
    return compiled, compiled.program


def _tell(explanation: Explanation, program: Program, path: str) -> None:
    root = path if os.path.isdir(path) else os.path.dirname(path)
    page = Page(program.sources, root, colour=sys.stdout.isatty() and not os.environ.get("NO_COLOR"))
    click.echo("\n".join((*page.steps(explanation), *page.others(explanation))))
