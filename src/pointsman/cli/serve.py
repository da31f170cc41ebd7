"""`pointsman serve`: the router."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Literal

import click

from pointsman.config import ConfigError
from pointsman.ledger.ledger import LedgerError
from pointsman.server.start import start
from pointsman.server.supervisor import CannotServe


@click.command(
    epilog="""\b
Example:
  GATEWAY_SECRET=… BOT_TOKEN=… pointsman serve --config support/pointsman.toml"""
)
@click.option(
    "--config",
    "path",
    type=click.Path(path_type=Path, dir_okay=False),
    default="pointsman.toml",
    show_default=True,
    help="The configuration; it names the rules.",
)
@click.option(
    "--interface",
    type=click.Choice(["rsgi", "asgi"]),
    default="rsgi",
    show_default=True,
    help="How granian hands requests over; rsgi is the faster.",
)
def command(path: Path, interface: Literal["rsgi", "asgi"]) -> None:
    """Run the router.

    Serves until SIGTERM or Ctrl-C, then finishes what is under way and exits with 0. Watches the rules and
    pointsman.toml and puts changes in force once they build and their tests pass; SIGHUP and `pointsman reload` do so
    at once. A worker that dies is replaced.
    """
    try:
        asyncio.run(start(path, interface, click.echo))
    except (CannotServe, ConfigError, LedgerError) as problem:
        raise click.ClickException(str(problem)) from problem
