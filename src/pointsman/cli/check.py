"""`pointsman check`: every mistake in rules files, and every fault that can be proved of them, in one run.

Laws: each PATH is one program; reports go to standard output in the chosen format, the summary to standard error, so
that a pipe gets reports only.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Literal, TypeAlias

import click

from pointsman.cli.rules_path import RULES_PATH
from pointsman.cli.slugs import explained
from pointsman.config import Config, ConfigError, carried_channels, load
from pointsman.language.diagnostics import Diagnostic, arrange, render_github, render_json, render_summary, render_text
from pointsman.language.pipeline import Compiled, compile_rules
from pointsman.proofs.prove import prove

Format: TypeAlias = Literal["text", "json", "github"]


@click.command(
    epilog="""\b
Examples:
  pointsman check support
  pointsman check --deny warnings --format github rules/*.rules
  pointsman check --config pointsman.toml support
  pointsman check --explain unknown-name"""
)
@click.argument("paths", metavar="PATH...", type=RULES_PATH, nargs=-1)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "github"]),
    default="text",
    show_default=True,
    help="For people, for programs, or as annotations of GitHub Actions.",
)
@click.option("--deny", type=click.Choice(["warnings"]), help="Exit with 1 on warnings as well.")
@click.option("--notes", is_flag=True, help="Show notes as well.")
@click.option(
    "--config",
    "config_path",
    metavar="FILE",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Check for the accounts and the channels of this configuration.",
)
@click.option("--explain", "slug", metavar="SLUG|all", help="Say what SLUG means, with an example; `all` lists all.")
def command(
    paths: tuple[str, ...], form: Format, deny: str | None, notes: bool, config_path: Path | None, slug: str | None
) -> None:
    """Report every mistake in rules files.

    Each PATH is one program: a rules file, or a folder whose *.rules files belong together. Reports say where, what is
    wrong and what to write instead; what depends on what rules do together is shown by a test. Exits with 1 if there
    are errors.
    """
    if slug is not None:
        click.echo(explained(slug))
        return
    if not paths:
        raise click.UsageError("name a rules file or a folder, or --explain SLUG")
    config = None if config_path is None else _configured(config_path)
    programs = [_proved(path, config, notes=notes) for path in paths]
    shown = [_shown(compiled, notes=notes) for compiled in programs]
    text = _rendered(programs, shown, form)
    if text:
        click.echo(text)
    everything = [diagnostic for diagnostics in shown for diagnostic in diagnostics]
    click.echo(("\n" if text else "") + _summary(everything, paths, programs), err=True)
    levels = {diagnostic.level for diagnostic in everything}
    if "error" in levels or (deny and "warning" in levels):
        raise click.exceptions.Exit(1)


def _configured(path: Path) -> Config:
    """What connects where; rules are checked wherever they are written, so that no secret has to be at hand."""
    try:
        return load(path, None)
    except ConfigError as fault:
        click.echo("\n".join(str(problem) for problem in fault.problems), err=True)
        raise click.ClickException(f"{counted(len(fault.problems), 'mistake')} in the configuration") from fault


def _proved(path: str, config: Config | None, *, notes: bool) -> Compiled:
    if config is None:
        return prove(compile_rules(path), notes=notes)
    accounts = frozenset(config.accounts)
    compiled = compile_rules(path, accounts=accounts)
    return prove(compiled, accounts=accounts, carried=carried_channels(config), notes=notes)


def _shown(compiled: Compiled, *, notes: bool) -> list[Diagnostic]:
    return [diagnostic for diagnostic in compiled.diagnostics if notes or diagnostic.level != "note"]


def _rendered(programs: Sequence[Compiled], shown: Sequence[Sequence[Diagnostic]], form: Format) -> str:
    arranged = [(compiled, arrange(diagnostics).shown) for compiled, diagnostics in zip(programs, shown, strict=True)]
    match form:
        case "json":
            return render_json(diagnostic for _, diagnostics in arranged for diagnostic in diagnostics)
        case "github":
            return "\n".join(render_github(diagnostic) for _, diagnostics in arranged for diagnostic in diagnostics)
        case "text":
            return "\n\n".join(reports(compiled, diagnostics) for compiled, diagnostics in arranged if diagnostics)


def reports(compiled: Compiled, diagnostics: Sequence[Diagnostic], *, err: bool = False) -> str:
    """Return reports as a person reads them, in colour where the stream is a terminal and NO_COLOR is not set."""
    colour = (sys.stderr if err else sys.stdout).isatty() and not os.environ.get("NO_COLOR")
    return "\n\n".join(render_text(diagnostic, compiled.sources, colour=colour) for diagnostic in diagnostics)


def _summary(everything: Sequence[Diagnostic], paths: Sequence[str], programs: Sequence[Compiled]) -> str:
    if everything:
        return render_summary(arrange(everything))
    empty = [path for path, compiled in zip(paths, programs, strict=True) if not compiled.items]
    if empty:
        return f"`{empty[0]}` holds no rules; `pointsman init DIR` writes a starting point"
    rules = sum(len(policy.rules) for compiled in programs if compiled.ir for policy in compiled.ir.policies)
    return f"no mistakes in {counted(len(programs), 'program')}, {counted(rules, 'rule')}"


def counted(number: int, noun: str) -> str:
    """Write `1 rule`, `2 rules`."""
    return f"{number} {noun}{'' if number == 1 else 's'}"
