"""The files that a configuration names, as far as they can be read out of it: it may be wrong, and so may they.

What a wrong configuration needs in order to be right may be a file that comes back, so these are worth watching even
where `load` gives up.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from msgspec import Struct

from pointsman import limits


class Named(Struct, frozen=True):
    """Paths as they stand in the configuration, made absolute or relative as it is; they may lead nowhere."""

    rules: Path | None = None
    secrets: tuple[Path, ...] = ()


def named(path: Path) -> Named:
    """Return what the configuration at `path` names; nothing where it is no TOML. Never raises for what it holds."""
    try:
        with path.open("rb") as file:
            raw = tomllib.loads(file.read(limits.CONFIG_BYTES_MAX).decode("utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        return Named()
    rules = raw.get("rules")
    references = {text for text in _texts(raw) if text.startswith("file:") and "\0" not in text}
    return Named(
        path.parent / rules if isinstance(rules, str) and "\0" not in rules else None,
        tuple(path.parent / text.removeprefix("file:") for text in sorted(references)),
    )


def _texts(value: Any) -> Iterator[str]:
    waiting = [value]
    while waiting:
        match waiting.pop():
            case str() as text:
                yield text
            case dict() as table:
                waiting.extend(table.values())
            case list() as values:
                waiting.extend(values)
            case _:
                pass
