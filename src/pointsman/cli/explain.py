"""`pointsman explain`: what happens on one event, why the other rules do not fire, and what would make one of them."""

from __future__ import annotations

import os
import sys
from typing import Literal

import click
import msgspec

from pointsman.cli.event_file import read_situation
from pointsman.cli.given import sound
from pointsman.cli.rules_path import RULES_PATH
from pointsman.engine.explain import Explanation, Fired, explain
from pointsman.engine.explain_json import shown
from pointsman.engine.explain_text import Page
from pointsman.engine.loading import load
from pointsman.language.diagnostics import did_you_mean
from pointsman.language.program import Program
from pointsman.proofs.nearest import nearest
from pointsman.proofs.nearest_words import ShownWhyNot, shown_why_not, told_why_not


@click.command(
    epilog="""\b
Examples:
  pointsman explain support --event event.json
  pointsman explain support --event event.json --why-not "asks for a person"
  echo 'customer says "hello"' | pointsman explain support --event -"""
)
@click.argument("path", metavar="PATH", type=RULES_PATH)
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
@click.option("--why-not", "rule", metavar="RULE", help="Show the nearest change of the event that makes RULE fire.")
def command(path: str, file: str, form: Literal["text", "json"], rule: str | None) -> None:
    """Explain what rules do with an event.

    PATH is one program: a rules file, or a folder whose *.rules files belong together. Of each rule that fired its
    lines are shown, of each other the tests that kept it from firing, with what they saw.
    """
    compiled, program = sound(path)
    loaded = load(program)
    if rule is not None:
        _check_rule(program, rule)
    situation = read_situation(file, compiled, loaded)
    explanation = explain(loaded, situation)
    why_not = None if rule is None else shown_why_not(rule, nearest(loaded, situation, rule), loaded)
    if form == "json":
        _print_json(explanation, program, why_not)
    else:
        _tell(explanation, program, path, why_not)


def _check_rule(program: Program, rule: str) -> None:
    names = [it.name for policy in program.ir.policies for it in policy.rules]
    if rule not in names:
        near = did_you_mean(rule, names)
        raise click.UsageError(f"there is no rule `{rule}`" + (f"; {near}" if near else ""))


def _print_json(explanation: Explanation, program: Program, why_not: ShownWhyNot | None) -> None:
    members = msgspec.to_builtins(shown(explanation, program.sources))
    if why_not is not None:
        members["why_not"] = msgspec.to_builtins(why_not)
    click.echo(msgspec.json.format(msgspec.json.encode(members), indent=2).decode())


def _tell(explanation: Explanation, program: Program, path: str, why_not: ShownWhyNot | None) -> None:
    root = path if os.path.isdir(path) else os.path.dirname(path)
    page = Page(program.sources, root, colour=sys.stdout.isatty() and not os.environ.get("NO_COLOR"))
    lines = list(page.steps(explanation))
    if why_not is None:
        lines += page.others(explanation)
    else:
        verdicts = [it for one in explanation.occasions for it in one.verdicts if it.rule.name == why_not.rule]
        silent = [verdict for verdict in verdicts if not isinstance(verdict.outcome, Fired)]
        lines += ["", *(line for verdict in silent for line in page.verdict(verdict))] if silent else []
        lines += ["", *told_why_not(why_not)]
    click.echo("\n".join(lines))
