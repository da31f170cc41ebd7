"""`pointsman rollback`: put the generation before the current one back in force."""

from __future__ import annotations

from pathlib import Path

import click

from pointsman import limits
from pointsman.cli.running import call, config_option

_SECONDS_MAX = (limits.BUILD_MS_MAX + limits.RELOAD_WAIT_MS_MAX) / 1000


@click.command(
    epilog="""\b
Example:
  pointsman rollback && pointsman status"""
)
@config_option
def command(path: Path) -> None:
    """Put the generation before the current one back in force.

    It is pinned: the files stay as they are, and a reload brings nothing newer until the rules or pointsman.toml
    change. Returns once every worker serves it.
    """
    answer = call(path, "POST", "/admin/rollback", {"wait": True}, _SECONDS_MAX)
    click.echo(
        f"generation {answer['hash'][:12]} is back in force (activation {answer['activation']}),"
        " until the rules or pointsman.toml change"
    )
