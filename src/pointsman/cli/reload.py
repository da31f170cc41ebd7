"""`pointsman reload`: have a running router read its files again."""

from __future__ import annotations

from pathlib import Path

import click

from pointsman import limits
from pointsman.cli.running import call, config_option

_SECONDS_MAX = (limits.BUILD_MS_MAX * 2 + limits.RELOAD_WAIT_MS_MAX) / 1000
"""Another build may be under way when this one is asked for."""


@click.command(
    epilog="""\b
Example:
  pointsman reload --wait && pointsman status"""
)
@config_option
@click.option("--wait", is_flag=True, help="Return once every worker serves the outcome.")
def command(path: Path, wait: bool) -> None:
    """Have a running router read its files again.

    The rules are compiled, checked against pointsman.toml and tested beside what serves; if anything fails, nothing
    changes, the reasons are printed, and the exit code is 1.
    """
    answer = call(path, "POST", "/admin/reload", {"wait": wait}, _SECONDS_MAX)
    if answer.get("warnings"):
        click.echo(answer["warnings"], err=True)
    generation, activation = answer["hash"], answer["activation"]
    if answer["outcome"] == "activated":
        click.echo(f"generation {generation[:12]} is in force (activation {activation})")
    elif answer.get("pinned"):
        click.echo(f"a rollback pins generation {generation[:12]} until the rules or pointsman.toml change")
    else:
        again = "; its secrets were read again" if answer.get("rotated") else ""
        click.echo(f"nothing has changed: generation {generation[:12]} serves{again}")
