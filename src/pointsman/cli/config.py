"""`pointsman config`: what is in force, or everything that keeps it from being so."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import click

from pointsman.cli.check import counted
from pointsman.config import Config, ConfigError, Problem, check_against, effective, load
from pointsman.language.diagnostics import arrange, render_summary
from pointsman.language.pipeline import compile_rules


@click.command(
    epilog="""\b
Example:
  pointsman config --config support/pointsman.toml"""
)
@click.option(
    "--config",
    "path",
    type=click.Path(path_type=Path, dir_okay=False),
    default="pointsman.toml",
    show_default=True,
    help="The configuration; it names the rules.",
)
def command(path: Path) -> None:
    """Print the effective configuration, secrets masked.

    Defaults are filled in, and of a secret only its reference is shown. What is wrong with the configuration, in itself
    or together with the rules, is reported instead, with place and remedy, and makes it exit with 1.
    """
    try:
        config = load(path, os.environ)
    except ConfigError as fault:
        _fail(fault.problems)
    if problems := _with_rules(config):
        _fail(problems)
    click.echo(effective(config), nl=False)


def _with_rules(config: Config) -> Sequence[Problem]:
    compiled = compile_rules(config.rules, accounts=frozenset(config.accounts))
    if compiled.ir is not None:
        return check_against(config, compiled.ir)
    summary = render_summary(arrange(compiled.diagnostics))
    return [config.problem(("rules",), f"the rules do not compile: {summary}", f"see `pointsman check {config.rules}`")]


def _fail(problems: Sequence[Problem]) -> None:
    click.echo("\n".join(str(problem) for problem in problems), err=True)
    raise click.ClickException(f"{counted(len(problems), 'mistake')} in the configuration")
