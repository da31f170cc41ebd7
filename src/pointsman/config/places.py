"""Lines of a TOML text by the path of their key: `components.CmBot.token` stands on line 12.

tomllib keeps no positions, so the text is read a second time, by a plain scanner that knows table headers, keys and
strings over several lines. What it cannot place (a key inside an inline table) has the line of what holds it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from typing import TypeAlias

Path: TypeAlias = tuple[str, ...]

_PART = r"""(?:[A-Za-z0-9_-]+|"(?:[^"\\]|\\.)*"|'[^']*')"""
_KEYS = rf"{_PART}(?:\s*\.\s*{_PART})*"
_HEADER = re.compile(rf"\s*\[\[?\s*(?P<keys>{_KEYS})\s*\]\]?\s*(?:#.*)?$")
_ENTRY = re.compile(rf"\s*(?P<keys>{_KEYS})\s*=(?P<value>.*)$")
_LONG_QUOTES = re.compile(r'"""|' + "'''")


class Places:
    """The lines of one text."""

    def __init__(self, text: str) -> None:
        self._lines: dict[Path, int] = {}
        self._implied: dict[Path, int] = {}
        for path, line in _scan(text):
            self._lines.setdefault(path, line)
            for length in range(1, len(path)):
                self._implied.setdefault(path[:length], line)

    def line(self, path: Sequence[str]) -> int | None:
        """Return the line of `path`, or of the nearest thing around it that has one.

        A table without a header of its own has the line of the first thing in it.
        """
        if tuple(path) not in self._lines and tuple(path) in self._implied:
            return self._implied[tuple(path)]
        for length in range(len(path), 0, -1):
            found = self._lines.get(tuple(path[:length]))
            if found is not None:
                return found
        return None


def _scan(text: str) -> Iterator[tuple[Path, int]]:
    table: Path = ()
    quotes = ""
    for number, line in enumerate(text.splitlines(), start=1):
        if quotes:
            quotes = "" if quotes in line else quotes
            continue
        header = _HEADER.match(line)
        if header:
            table = _keys(header["keys"])
            yield table, number
            continue
        entry = _ENTRY.match(line)
        if entry:
            keys = _keys(entry["keys"])
            for length in range(1, len(keys) + 1):
                yield table + keys[:length], number
            quotes = _left_open(entry["value"])


def _keys(text: str) -> Path:
    return tuple(_key(part) for part in re.findall(_PART, text))


def _key(part: str) -> str:
    """The key that a part stands for, its quotes and escapes undone as TOML does."""
    if part[0] not in "\"'":
        return part
    try:
        return str(tomllib.loads(f"key = {part}")["key"])
    except tomllib.TOMLDecodeError:
        return part


def _left_open(value: str) -> str:
    """The quotes of a string that begins on this line and does not end on it."""
    opening = _LONG_QUOTES.search(value)
    if opening is None or value.find(opening.group(), opening.end()) >= 0:
        return ""
    return opening.group()
