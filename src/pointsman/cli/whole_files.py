"""Files written whole or not at all, so that nobody reads half of one, and nothing is lost where writing fails."""

from __future__ import annotations

import os
import stat
import tempfile
from pathlib import Path

import click

_NEW_FILE_MODE = 0o644


def write_whole(path: Path, data: bytes) -> None:
    """Put a file in place in one step, with the mode that it has. Raises click.ClickException where it cannot be."""
    place = os.path.realpath(path)
    try:
        mode = stat.S_IMODE(os.stat(place).st_mode) if os.path.exists(place) else _NEW_FILE_MODE
        put_whole(place, data, mode)
    except OSError as fault:
        raise click.ClickException(f"{path} cannot be written: {fault.strerror}") from fault


def put_whole(path: str, data: bytes, mode: int) -> None:
    """Put a file in place in one step, durably. Raises OSError; then what stood there stands."""
    descriptor, beside = tempfile.mkstemp(prefix=f".{os.path.basename(path)}.", dir=os.path.dirname(path))
    try:
        with open(descriptor, "wb") as file:
            file.write(data)
            os.fchmod(file.fileno(), mode)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
    except BaseException:
        os.unlink(beside)
        raise
