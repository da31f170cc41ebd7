"""`pointsman preview`: what one message becomes on each channel, and what is lost, side by side. Nothing is sent."""

from __future__ import annotations

import json
import sys
from typing import Literal

import click
from rich.columns import Columns
from rich.console import Console
from rich.panel import Panel
from rich.text import Text

from pointsman.cli.given import bytes_of, name_of, sound
from pointsman.cli.rules_path import RULES_PATH
from pointsman.engine.loaded import Loaded
from pointsman.engine.loading import load_plain
from pointsman.engine.preview import Preview, preview
from pointsman.engine.preview_text import as_json, drawn, heading
from pointsman.language.diagnostics import did_you_mean
from pointsman.model.content import Message
from pointsman.protocols.wire import Malformed
from pointsman.protocols.written_message import EXAMPLE, decode_message

PANEL_WIDTH = 38
"""Three channels beside each other on a terminal of 120 columns, two on one of 80."""


@click.command(
    epilog="""\b
Examples:
  pointsman preview support --message carousel.json
  echo '{"text": "Shall we?", "buttons": ["Yes", "No"]}' | pointsman preview support --message - --channel SMS"""
)
@click.argument("path", metavar="PATH", type=RULES_PATH)
@click.option(
    "--message",
    "file",
    metavar="FILE",
    required=True,
    help="The message: short or whole JSON, or a call of CM's Business Messaging API; - is standard input.",
)
@click.option("--channel", "names", metavar="NAME", multiple=True, help="Show this channel only; may be repeated.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="For people, or for programs.",
)
def command(path: str, file: str, names: tuple[str, ...], form: Literal["text", "json"]) -> None:
    """Show what a message becomes on each channel, and what is lost.

    PATH is one program: a rules file, or a folder whose *.rules files belong together. Its channels and downgrades are
    those in force. A message is refused where the channel is strict.
    """
    program = load_plain(sound(path)[1])
    channels = _channels(program, names)
    messages = _messages(file)
    shown = [[preview(program, message, channel) for channel in channels] for message in messages]
    if form == "json":
        plain = {"messages": [{"channels": [as_json(it) for it in each]} for each in shown]}
        click.echo(json.dumps(plain, indent=2, ensure_ascii=False))
        return
    for number, each in enumerate(shown, 1):
        if len(shown) > 1:
            click.echo(f"message {number} of {len(shown)}")
        _show(each)


def _channels(program: Loaded, names: tuple[str, ...]) -> tuple[str, ...]:
    known = program.ir.channels
    for name in names:
        if name not in known:
            near = did_you_mean(name, known) or f"channels are: {', '.join(known)}"
            raise click.UsageError(f"there is no channel `{name}`; {near}")
    return names or known


def _messages(file: str) -> tuple[Message, ...]:
    try:
        return decode_message(bytes_of(file))
    except Malformed as fault:
        raise click.ClickException(f"{name_of(file)}: {fault}\n  help: a message is for example {EXAMPLE}") from fault


def _show(previews: list[Preview]) -> None:
    if sys.stdout.isatty():
        panels = [
            Panel(Text("\n".join(drawn(it))), title=Text(heading(it)), width=PANEL_WIDTH, title_align="left")
            for it in previews
        ]
        Console().print(Columns(panels))
        return
    for number, it in enumerate(previews):
        lines = "\n".join(f"  {line}".rstrip() for line in drawn(it))
        click.echo(("\n" if number else "") + f"{heading(it)}\n{lines}")
