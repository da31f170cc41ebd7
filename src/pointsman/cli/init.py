"""`pointsman init`: a commented starting point, one of the shipped examples, in a folder of the user's.

Law: nothing that exists is overwritten; all names are looked at before the first file is written.
"""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from shlex import quote

import click

from pointsman.language.shipped import shipped_folder

_SECRET = re.compile(r'"env:(\w+)"')
EXAMPLES = ("starter", "webshop", "bank", "brands")
"""The shipped examples to start from, simplest first."""


@click.command(
    epilog="""\b
Examples:
  pointsman init support && pointsman check support && pointsman test support
  pointsman init support --example bank"""
)
@click.argument("written", metavar="DIR")
@click.option(
    "--example",
    type=click.Choice(EXAMPLES),
    default=EXAMPLES[0],
    show_default=True,
    help="What to start from: starter, a bot and a desk; webshop; bank, with teams, holidays and redaction; brands, two"
    " accounts with shared files.",
)
def command(written: str, example: str) -> None:
    """Write a commented starting point into DIR.

    Writes a policy with its tests, a list of words and a pointsman.toml, which pass `pointsman check` and `pointsman
    test` as they are. DIR is made if it does not exist. Files that exist are never overwritten.
    """
    if not written:
        raise click.UsageError("DIR is empty; name a folder, or `.` for this one")
    folder = Path(written)
    source = shipped_folder(f"rules/examples/{example}")
    files = sorted(file.relative_to(source) for file in source.rglob("*") if file.is_file())
    existing = [str(file) for file in files if (folder / file).exists()]
    if existing:
        raise click.ClickException(
            f"`{folder}` already has {', '.join(existing)}; nothing was written. Name a new folder, or move them away."
        )
    try:
        for file in files:
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source / file, folder / file)
    except OSError as error:
        raise click.ClickException(f"cannot write to `{folder}`: {(error.strerror or str(error)).lower()}") from error
    click.echo(_next_steps(folder, [str(file) for file in files]))


def _next_steps(folder: Path, names: list[str]) -> str:
    secrets = dict.fromkeys(_SECRET.findall((folder / "pointsman.toml").read_text(encoding="utf-8")))
    policy, configuration = quote(str(folder)), quote(str(folder / "pointsman.toml"))
    return f"""Wrote {", ".join(names)} to {folder}.

Next:
  pointsman check {policy}
  pointsman test {policy}
Then enter your addresses in pointsman.toml, set {", ".join(secrets)} in the environment, and
  pointsman serve --config {configuration}"""
