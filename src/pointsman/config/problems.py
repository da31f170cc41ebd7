"""What is wrong with a configuration: values that say where, what, and what to write instead."""

from __future__ import annotations

import re
from collections.abc import Iterable

from msgspec import Struct

_BARE = re.compile(r"[A-Za-z0-9_-]+")


class Problem(Struct, frozen=True):
    """`place` is file and line, `path` the dotted key; `cause` says what is wrong, `remedy` what to do."""

    place: str
    path: str
    cause: str
    remedy: str = ""

    def __str__(self) -> str:
        where = ": ".join(part for part in (self.place, self.path) if part)
        help_ = f"\n  help: {self.remedy}" if self.remedy else ""
        return f"{where}: {self.cause}{help_}"


class ConfigError(Exception):
    """A configuration that cannot serve; all that was found wrong with it."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


class UnfitError(ValueError):
    """A value that does not fit, from within its conversion: the cause, and the remedy if there is one to tell."""

    def __init__(self, cause: str, remedy: str = "") -> None:
        super().__init__(cause)
        self.cause = cause
        self.remedy = remedy


def dotted(keys: Iterable[str]) -> str:
    """Write a path of keys as TOML would: `components."My Bot".token`."""
    return ".".join(key if _BARE.fullmatch(key) else _quoted(key) for key in keys)


def _quoted(key: str) -> str:
    return '"' + key.replace("\\", "\\\\").replace('"', '\\"') + '"'
