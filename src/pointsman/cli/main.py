"""The `pointsman` command: one literal table of its subcommands, each imported when it is called for.

Laws: `--help` imports no command; a message to a user is never a traceback; exit codes are 0 done, 1 failed or errors
found, 2 wrong usage.
"""

from __future__ import annotations

import importlib
import os
import sys

import click
from msgspec import Struct

import pointsman

TRACEBACK = "POINTSMAN_TRACEBACK"


class Entry(Struct, frozen=True):
    """Where a command is, and its line in the overview. The module names it `command`."""

    module: str
    summary: str


COMMANDS: dict[str, Entry] = {
    "demo": Entry("pointsman.cli.demo.run", "Play a conversation through a real router."),
    "init": Entry("pointsman.cli.init", "Write a commented starting point."),
    "check": Entry("pointsman.cli.check", "Report every mistake in rules files."),
    "test": Entry("pointsman.cli.test", "Run the tests in rules files."),
    "explain": Entry("pointsman.cli.explain", "Explain what rules do with an event, and why not."),
    "fmt": Entry("pointsman.cli.fmt", "Write rules files in one shape."),
    "preview": Entry("pointsman.cli.preview", "Show what a message becomes on each channel, and what is lost."),
    "channels": Entry("pointsman.cli.channels", "Show what each channel carries, and within which limits."),
    "compile": Entry("pointsman.cli.compile", "Print what a stage of the compiler makes of rules files."),
    "config": Entry("pointsman.cli.config", "Print the effective configuration, secrets masked."),
    "serve": Entry("pointsman.cli.serve", "Run the router."),
    "reload": Entry("pointsman.cli.reload", "Have a running router read its files again."),
    "rollback": Entry("pointsman.cli.rollback", "Put the generation before the current one back in force."),
    "status": Entry("pointsman.cli.status", "Show what a running router serves."),
}


class Subcommands(click.Group):
    """Looks subcommands up in `COMMANDS`, in that order."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        entry = COMMANDS.get(cmd_name)
        if entry is None:
            return None
        command: click.Command = importlib.import_module(entry.module).command
        command.name = cmd_name
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.summary) for name, entry in COMMANDS.items()])


@click.command(
    cls=Subcommands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="""\b
Start here:
  pointsman demo
  pointsman init support && pointsman test support

Each command explains itself: pointsman serve --help. For completion in bash, add to ~/.bashrc:
eval "$(_POINTSMAN_COMPLETE=bash_source pointsman)"; zsh and fish are offered likewise.""",
)
@click.version_option(pointsman.__version__, prog_name="pointsman")
def main() -> None:
    """A self-hosted conversational router.

    Customers' messages come in from channels, `.rules` files decide who hears and who speaks, and bots and agents
    answer through the router.
    """


def run() -> None:
    """Run the command; a fault of pointsman's own is said in one line, and where it arose only if that is asked for."""
    try:
        main()
    except Exception as fault:
        if os.environ.get(TRACEBACK):
            raise
        click.echo(
            f"Error: pointsman failed: {type(fault).__name__}: {fault}\n"
            f"This is a fault of pointsman's own, not of yours. {TRACEBACK}=1 shows where it arose; please report it.",
            err=True,
        )
        sys.exit(1)
