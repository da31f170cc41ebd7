"""`pointsman fmt`: rules files in one shape.

Laws: a file is replaced whole or not at all, and keeps its mode; a file with mistakes is left as it is, and so is one
that may not be written; the names of files and differences go to standard output, everything else to standard error.
"""

from __future__ import annotations

import difflib
import os
import stat
import sys
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import click

from pointsman import limits
from pointsman.cli.check import counted
from pointsman.cli.rules_path import RULES_PATH
from pointsman.cli.whole_files import put_whole
from pointsman.language.diagnostics import Diagnostic, arrange, render_text
from pointsman.language.format import format_source
from pointsman.language.load import Folder, decoded
from pointsman.language.source import Source

STDIN = "-"
_WRITE_BITS = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH


class _Shaped(NamedTuple):
    """A file that was read whole: its bytes, and its text in the one shape."""

    path: str
    data: bytes
    text: str

    @property
    def differs(self) -> bool:
        return self.text.encode() != self.data


class _Spoilt(NamedTuple):
    """A file that is left as it is, and why; `source` None where it could not be read."""

    diagnostics: tuple[Diagnostic, ...]
    source: Source | None = None


@click.command(
    epilog="""\b
Examples:
  pointsman fmt support
  pointsman fmt --check --diff support
  pointsman fmt - < policy.rules"""
)
@click.argument("paths", metavar="PATH...", type=RULES_PATH, nargs=-1, required=True)
@click.option("--check", is_flag=True, help="Write nothing; name the files that would change, and exit with 1.")
@click.option("--diff", is_flag=True, help="Write nothing; show what would change, and exit with 1 if anything would.")
def command(paths: tuple[str, ...], *, check: bool, diff: bool) -> None:
    """Write rules files in one shape.

    Each PATH is a rules file, or a folder whose *.rules files are meant; `-` reads standard input and writes to
    standard output. What the rules say does not change, and comments stay. A file with mistakes is left as it is, its
    mistakes are reported, and the exit code is 1.
    """
    if STDIN in paths and len(paths) > 1:
        raise click.UsageError("`-` stands alone: standard input is one file")
    outcomes = list(_standard_input() if STDIN in paths else _files(paths))
    spoilt = [each for each in outcomes if isinstance(each, _Spoilt)]
    shaped = [each for each in outcomes if isinstance(each, _Shaped)]
    for each in spoilt:
        _report(each)
    left = _finish(shaped, check=check, diff=diff, pipe=STDIN in paths)
    if not (STDIN in paths and outcomes == shaped):
        click.echo(_summary(shaped, left, len(spoilt), writes=not (check or diff)), err=True)
    if spoilt or left:
        raise click.exceptions.Exit(1)


def _finish(shaped: Sequence[_Shaped], *, check: bool, diff: bool, pipe: bool) -> int:
    """Show or write what changes; return how many files are not in shape afterwards."""
    changed = [each for each in shaped if each.differs]
    if diff:
        for each in changed:
            click.echo(_difference(each), nl=False)
    elif check:
        for each in changed:
            click.echo(f"would change {'standard input' if each.path == STDIN else each.path}")
    elif pipe:
        for each in shaped:
            click.echo(each.text.encode(), nl=False)
        return 0
    else:
        return sum(not _write(each) for each in changed)
    return len(changed)


# Reading --------------------------------------------------------------------------------------------------------------


def _standard_input() -> Iterator[_Shaped | _Spoilt]:
    data = sys.stdin.buffer.read(limits.SOURCE_BYTES_MAX + 1)
    if len(data) > limits.SOURCE_BYTES_MAX:
        raise click.ClickException(f"standard input is larger than {limits.SOURCE_BYTES_MAX // 1024**2} MiB")
    source = decoded(STDIN, data)
    yield _Spoilt((source,)) if isinstance(source, Diagnostic) else _shaped(source, data)


def _files(paths: Sequence[str]) -> Iterator[_Shaped | _Spoilt]:
    """Each file once, in the order of the arguments."""
    seen: set[str] = set()
    for given in paths:
        folder = Folder(given)
        entries = folder.entries()
        if isinstance(entries, Diagnostic):
            yield _Spoilt((entries,))
            continue
        for path in entries:
            if os.path.realpath(path) not in seen:
                seen.add(os.path.realpath(path))
                yield _file(folder, path)


def _file(folder: Folder, path: str) -> _Shaped | _Spoilt:
    source = folder.read(path)
    if isinstance(source, Diagnostic):
        return _Spoilt((source,))
    with open(path, "rb") as file:
        data = file.read()
    again = decoded(path, data)
    return _Spoilt((again,)) if isinstance(again, Diagnostic) else _shaped(again, data)


def _shaped(source: Source, data: bytes) -> _Shaped | _Spoilt:
    formatted = format_source(source)
    if formatted.text is None:
        return _Spoilt(formatted.diagnostics, source)
    return _Shaped(source.path, data, formatted.text)


# Writing --------------------------------------------------------------------------------------------------------------


def _write(shaped: _Shaped) -> bool:
    """Put a changed file in place in one step; whether that could be done."""
    try:
        with open(shaped.path, "rb") as file:
            if file.read() != shaped.data:
                raise OSError("it has changed in the meantime")
        _replace(os.path.realpath(shaped.path), shaped.text.encode())
    except OSError as fault:
        reason = (fault.strerror or str(fault)).lower()
        click.echo(f"Error: `{shaped.path}` was not written: {reason}", err=True)
        return False
    click.echo(f"formatted {shaped.path}")
    return True


def _replace(path: str, data: bytes) -> None:
    mode = stat.S_IMODE(os.stat(path).st_mode)
    # A rename asks for no permission on the file itself; who took all of them away does not want it written.
    if not mode & _WRITE_BITS or not os.access(path, os.W_OK):
        raise OSError("it is write-protected")
    put_whole(path, data, mode)


# Showing --------------------------------------------------------------------------------------------------------------


def _difference(shaped: _Shaped) -> str:
    """The change as a unified diff; line ends that are not those of the one shape count as a change of their lines."""
    lines = difflib.unified_diff(_lines(shaped.data.decode("utf-8")), _lines(shaped.text), shaped.path, shaped.path)
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


def _lines(text: str) -> list[str]:
    """Lines with their ends; of all characters that end lines somewhere, only the line feed does."""
    *whole, last = text.split("\n")
    return [f"{line}\n" for line in whole] + ([last] if last else [])


def _report(spoilt: _Spoilt) -> None:
    sources = {spoilt.source.path: spoilt.source} if spoilt.source else {}
    colour = sys.stderr.isatty() and not os.environ.get("NO_COLOR")
    for diagnostic in arrange(spoilt.diagnostics).shown:
        click.echo(f"{render_text(diagnostic, sources, colour=colour)}\n", err=True)


def _summary(shaped: Sequence[_Shaped], left: int, spoilt: int, *, writes: bool) -> str:
    changed = sum(each.differs for each in shaped)
    kept, formatted = len(shaped) - changed, changed - left
    parts = [
        f"{counted(formatted, 'file')} formatted" if formatted else "",
        f"{counted(left, 'file')} {'not written' if writes else 'would change'}" if left else "",
        f"{counted(kept, 'file')} in shape already" if kept else "",
        f"{counted(spoilt, 'file')} with mistakes left as {'it is' if spoilt == 1 else 'they are'}" if spoilt else "",
    ]
    return ", ".join(part for part in parts if part)
