"""`pointsman init`: a commented starting point, the shipped example `starter`, in a folder of the user's.

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


@click.command(
    epilog="""\b
Example:
  pointsman init support && pointsman check support && pointsman test support"""
)
@click.argument("written", metavar="DIR")
def command(written: str) -> None:
    """Write a commented starting point into DIR.

    Writes a policy with its tests, a list of words and a pointsman.toml, which pass `pointsman check` and `pointsman
    test` as they are. DIR is made if it does not exist. Files that exist are never overwritten.
    """
    if not written:
        raise click.UsageError("DIR is empty; name a folder, or `.` for this one")
    folder = Path(written)
    files = sorted(shipped_folder("rules/examples/starter").iterdir())
    existing = [file.name for file in files if (folder / file.name).exists()]
    if existing:
        raise click.ClickException(
            f"`{folder}` already has {', '.join(existing)}; nothing was written. Name a new folder, or move them away."
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for file in files:
            shutil.copyfile(file, folder / file.name)
    except OSError as error:
        raise click.ClickException(f"cannot write to `{folder}`: {(error.strerror or str(error)).lower()}") from error
    click.echo(_next_steps(folder, [file.name for file in files]))


def _next_steps(folder: Path, names: list[str]) -> str:
    secrets = dict.fromkeys(_SECRET.findall((folder / "pointsman.toml").read_text(encoding="utf-8")))
    policy, configuration = quote(str(folder)), quote(str(folder / "pointsman.toml"))
    return f"""Wrote {", ".join(names)} to {folder}.

Next:
  pointsman check {policy}
  pointsman test {policy}
Then enter your addresses in pointsman.toml, set {", ".join(secrets)} in the environment, and
  pointsman serve --config {configuration}"""
