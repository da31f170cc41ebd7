"""Reports written to files: whole or not at all, so that nobody reads half of one."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import click


def write_whole(path: Path, data: bytes) -> None:
    """Put a file in place in one step. Raises click.ClickException where it cannot be written."""
    try:
        descriptor, beside = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        try:
            with open(descriptor, "wb") as file:
                file.write(data)
                os.fchmod(file.fileno(), 0o644)
            os.replace(beside, path)
        except BaseException:
            os.unlink(beside)
            raise
    except OSError as fault:
        raise click.ClickException(f"{path} cannot be written: {fault.strerror}") from fault
