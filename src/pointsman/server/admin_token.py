"""The admin token: configured, or made by `serve` and kept beside the ledger for the command line to read."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from pointsman import limits


def token_path(ledger_path: Path) -> Path:
    return ledger_path.with_name(f"{ledger_path.name}.admin-token")


def made_token(ledger_path: Path) -> str:
    """Return the token beside the ledger, making it (mode 0600) where there is none. Raises OSError."""
    path = token_path(ledger_path)
    fresh = secrets.token_urlsafe(limits.ADMIN_TOKEN_BYTES)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    except FileExistsError:
        path.chmod(0o600)
        return kept_token(ledger_path)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(fresh + "\n")
    return fresh


def kept_token(ledger_path: Path) -> str:
    """Return the token that `serve` made. Raises OSError, or ValueError where the file is empty."""
    path = token_path(ledger_path)
    token = path.read_text(encoding="utf-8").strip()
    if not token:
        raise ValueError(f"{path} is empty; remove it and start `pointsman serve` again")
    return token
