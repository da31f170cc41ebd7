"""`pointsman status`: what a running router serves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from pointsman.cli.running import call, config_option


@click.command(
    epilog="""\b
Example:
  pointsman status --config support/pointsman.toml"""
)
@config_option
def command(path: Path) -> None:
    """Show what a running router serves.

    Prints the generation in force, what each worker serves, and the latest build if it failed. Exits with 1 if no
    router answers, or if its newest files do not build.
    """
    answer = call(path, "GET", "/admin/generation")
    click.echo("\n".join(_lines(answer)))
    failed = answer["failed_build"]
    if failed is not None:
        raise click.ClickException(f"the build at {failed['at']} failed: {failed['summary']}")


def _lines(answer: dict[str, Any]) -> list[str]:
    pinned = ", pinned by a rollback" if answer["pinned"] else ""
    lines = [f"generation  {answer['hash'][:12]} since {answer['since']}{pinned} (activation {answer['activation']})"]
    for worker in answer["workers"]:
        behind = "" if worker["activation"] == answer["activation"] else "  <- not yet"
        lines.append(f"worker      {worker['pid']} serves {worker['hash'][:12]} since {worker['since']}{behind}")
    return lines
