"""`pointsman channels`: what each channel carries, as the rules and the standard library have it.

Laws: a table for people on a terminal, aligned columns in a pipe; TOML and JSON hold every limit with its source.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from typing import Literal, TypeAlias

import click
import tomli_w
from rich import box
from rich.console import Console
from rich.table import Table

from pointsman.cli.channel_table import LEGEND, Row, details, overview, plain
from pointsman.cli.given import sound
from pointsman.cli.rules_path import RULES_PATH
from pointsman.language.diagnostics import did_you_mean
from pointsman.language.ir import Profile
from pointsman.language.lower_channels import standard

Format: TypeAlias = Literal["text", "toml", "json"]


@click.command(
    epilog="""\b
Examples:
  pointsman channels
  pointsman channels support --channel Facebook
  pointsman channels support --format toml > channels.toml"""
)
@click.argument("path", metavar="[PATH]", type=RULES_PATH, required=False)
@click.option("--channel", "name", metavar="NAME", help="Show one channel, with every limit and its source.")
@click.option("--sources", is_flag=True, help="Show every limit and its source, of all channels.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "toml", "json"]),
    default="text",
    show_default=True,
    help="For people, or for programs: these hold every limit and its source.",
)
def command(path: str | None, name: str | None, sources: bool, form: Format) -> None:
    """Show what each channel carries.

    PATH is one program: a rules file, or a folder whose *.rules files belong together; without it, the standard
    library is shown. Errors go to standard error, and make it exit with 1.
    """
    profiles = _named(tuple(standard().values()) if path is None else sound(path)[1].ir.profiles, name)
    match form:
        case "text" if name or sources:
            for number, profile in enumerate(profiles):
                _show([(profile.name, "carries", "source"), *details(profile)], gap=number > 0)
        case "text":
            for number, rows in enumerate(_fitting(list(overview(profiles)), _width())):
                _show(rows, gap=number > 0)
            click.echo(f"\n{LEGEND}; --channel NAME shows every limit and its source.")
        case "toml":
            click.echo(tomli_w.dumps(_plain(profiles)), nl=False)
        case "json":
            click.echo(json.dumps(_plain(profiles), indent=2, ensure_ascii=False))


def _named(profiles: tuple[Profile, ...], name: str | None) -> tuple[Profile, ...]:
    found = tuple(profile for profile in profiles if name is None or profile.name == name)
    if name is not None and not found:
        names = [profile.name for profile in profiles]
        help_ = did_you_mean(name, names) or f"channels are: {', '.join(names)}"
        raise click.UsageError(f"there is no channel `{name}`: {help_}")
    return found


def _plain(profiles: Sequence[Profile]) -> dict[str, object]:
    return {"channels": {profile.name: plain(profile) for profile in profiles}}


def _width() -> int | None:
    """Return how wide a terminal is; a pipe takes lines of any length."""
    return Console().width if sys.stdout.isatty() else None


def _fitting(rows: list[Row], width: int | None) -> Iterator[list[Row]]:
    """Yield tables of as many columns as fit side by side, each with the first column."""
    first, *others = (list(column) for column in zip(*rows, strict=True))
    taken: list[list[str]] = []
    for column in others:
        if taken and width is not None and sum(map(_room, (first, *taken, column))) > width:
            yield list(zip(first, *taken, strict=True))
            taken = []
        taken.append(column)
    yield list(zip(first, *taken, strict=True))


def _room(column: list[str]) -> int:
    return max(map(len, column)) + 3


def _show(rows: Sequence[Row], *, gap: bool) -> None:
    """Print a table whose first row is its head."""
    if gap:
        click.echo()
    if sys.stdout.isatty():
        table = Table(*rows[0], box=box.SIMPLE_HEAD)
        for row in rows[1:]:
            table.add_row(*row)
        Console(markup=False, highlight=False).print(table)
        return
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        click.echo("  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip())
