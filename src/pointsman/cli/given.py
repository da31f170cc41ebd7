"""What commands are given: a program that has to be sound, and a file of bounded size or standard input."""

from __future__ import annotations

import sys
from codecs import BOM_UTF8
from pathlib import Path

import click

from pointsman import limits
from pointsman.cli.check import reports
from pointsman.language.diagnostics import arrange, render_summary
from pointsman.language.pipeline import Compiled, compile_rules
from pointsman.language.program import Program


def sound(path: str) -> tuple[Compiled, Program]:
    """Compile the program at `path`. With errors in it, reports them on standard error and exits with 1."""
    compiled = compile_rules(path)
    if compiled.program is None:
        arranged = arrange(diagnostic for diagnostic in compiled.diagnostics if diagnostic.level == "error")
        click.echo(f"{reports(compiled, arranged.shown, err=True)}\n\n{render_summary(arranged)}", err=True)
        raise click.exceptions.Exit(1)
    return compiled, compiled.program


def name_of(file: str) -> str:
    """Name a file for messages; `-` is standard input."""
    return "standard input" if file == "-" else file


def bytes_of(file: str) -> bytes:
    """Read a file, `-` being standard input, without a byte order mark. Raises `click.ClickException`."""
    try:
        if file == "-":
            data = sys.stdin.buffer.read(limits.BODY_BYTES_MAX + 1)
        else:
            with Path(file).open("rb") as opened:
                data = opened.read(limits.BODY_BYTES_MAX + 1)
    except OSError as error:
        raise click.ClickException(f"cannot read `{file}`: {(error.strerror or str(error)).lower()}") from error
    if len(data) > limits.BODY_BYTES_MAX:
        raise click.ClickException(f"`{file}` is larger than {limits.BODY_BYTES_MAX // 1024**2} MiB")
    return data.removeprefix(BOM_UTF8)
