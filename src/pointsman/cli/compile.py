"""`pointsman compile`: the product of one stage of the compiler, as text."""

from __future__ import annotations

import click

from pointsman.cli.check import reports
from pointsman.cli.rules_path import RULES_PATH
from pointsman.language.diagnostics import arrange, render_summary
from pointsman.language.pipeline import Emit, compile_rules, emit

NEED_NO_CHECK: frozenset[Emit] = frozenset({"tokens", "tree"})
"""Products that exist for a program with errors as well."""


@click.command(
    epilog="""\b
Examples:
  pointsman compile support --emit python
  pointsman compile support --emit ir | less"""
)
@click.argument("path", metavar="PATH", type=RULES_PATH)
@click.option(
    "--emit",
    "stage",
    type=click.Choice(["tokens", "tree", "ir", "python", "index"]),
    required=True,
    help="Tokens; the syntax tree, the flat decision tables or the index as JSON; or the generated Python.",
)
def command(path: str, stage: Emit) -> None:
    """Print what a stage of the compiler makes of rules files.

    PATH is one program: a rules file, or a folder whose *.rules files belong together. Errors go to standard error, and
    make it exit with 1.
    """
    compiled = compile_rules(path)
    if not compiled.failed or stage in NEED_NO_CHECK:
        click.echo(emit(compiled, stage), nl=False)
    if compiled.failed:
        arranged = arrange(diagnostic for diagnostic in compiled.diagnostics if diagnostic.level == "error")
        click.echo(f"{reports(compiled, arranged.shown, err=True)}\n\n{render_summary(arranged)}", err=True)
        raise click.exceptions.Exit(1)
