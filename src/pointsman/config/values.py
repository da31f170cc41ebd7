"""Single values of a configuration: from what TOML holds to what the settings declare.

Laws:

- A secret is a reference, `env:NAME` or `file:PATH`; a plain one is refused. No message repeats what stands where a
  secret should.
- References are followed at each load, so that a reload sees new values.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, get_args, get_origin
from urllib.parse import urlsplit

import msgspec

from pointsman import limits
from pointsman.config.problems import UnfitError
from pointsman.language.diagnostics import did_you_mean
from pointsman.protocols.settings import Milliseconds, Secret, Url

UNITS_MS = {"d": 86_400_000, "h": 3_600_000, "m": 60_000, "s": 1_000}
_DURATION = re.compile(r"(?:(\d{1,9})d)?(?:(\d{1,9})h)?(?:(\d{1,9})m)?(?:(\d{1,9})s)?", re.ASCII)
_ENVIRONMENT_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*", re.ASCII)
SECRET_REMEDY = "write `env:NAME` for an environment variable or `file:PATH` for a file"  # noqa: S105  # advice


class Guid(str):
    """A GUID in lower case with hyphens."""

    __slots__ = ()


class LedgerUrl(str):
    """Where the ledger is: `sqlite:PATH`."""

    __slots__ = ()


class Listen(str):
    """An address to listen on, `host:port` or `[v6]:port`."""

    __slots__ = ()


class Sources:
    """Where references lead: the environment, and files relative to the configuration.

    `env` None: they are not followed; each stands for its own value.
    """

    def __init__(self, env: Mapping[str, str] | None, base: Path) -> None:
        self._env = env
        self._base = base

    def secret(self, value: Any) -> Secret:
        """Follow one reference or a list of them. Raises `UnfitError`."""
        references = value if isinstance(value, list) else [value]
        if not references:
            raise UnfitError("an empty list of secrets", SECRET_REMEDY)
        values = tuple(self._follow(reference) for reference in references)
        return Secret(values, tuple(references))

    def _follow(self, reference: Any) -> str:
        kind, colon, name = reference.partition(":") if isinstance(reference, str) else ("", "", "")
        if not colon or kind not in ("env", "file"):
            raise UnfitError("a secret must not stand here in plain text", SECRET_REMEDY)
        return self._variable(name) if kind == "env" else self._file(name)

    def _variable(self, name: str) -> str:
        if not _ENVIRONMENT_NAME.fullmatch(name):
            # What stands here may be a secret that begins with `env:`, so it is not repeated.
            raise UnfitError("not the name of an environment variable", SECRET_REMEDY)
        if self._env is None:
            return f"env:{name}"
        value = self._env.get(name)
        if not value:
            missing = "not set" if value is None else "empty"
            raise UnfitError(f"environment variable `{name}` is {missing}", f"set `{name}` before pointsman starts")
        return _one_line(value, f"environment variable `{name}`")

    def _file(self, name: str) -> str:
        if not name:
            raise UnfitError("`file:` names no file", "write `file:PATH`; paths are relative to the configuration")
        if self._env is None:
            return f"file:{name}"
        try:
            with (self._base / name).open("rb") as file:
                content = file.read(limits.SECRET_BYTES_MAX + 1)
            value = content.decode("utf-8").strip()
        except (OSError, UnicodeDecodeError, ValueError) as fault:
            why = fault.strerror if isinstance(fault, OSError) else "not UTF-8 text"
            raise UnfitError(
                f"file `{name}` cannot be read: {why}", "paths are relative to the configuration"
            ) from fault
        if not value or len(content) > limits.SECRET_BYTES_MAX:
            raise UnfitError(f"file `{name}` is {'empty' if not value else 'too large for a secret'}")
        return _one_line(value, f"file `{name}`")


def _one_line(value: str, where: str) -> str:
    """A secret stands in a header, of ours or of who proves itself, where a line break would end it."""
    if any(letter in value for letter in "\r\n\0"):
        raise UnfitError(f"{where} holds more than one line", "a secret is one line; write it without line breaks")
    return value


def convert(value: Any, as_type: Any, sources: Sources) -> Any:
    """Convert one value of TOML to the type that its setting declares. Raises `UnfitError`."""

    def hook(kind: type, found: Any) -> Any:
        return sources.secret(found) if kind is Secret else _PARSERS[kind](found)

    try:
        return msgspec.convert(value, as_type, dec_hook=hook)
    except msgspec.ValidationError as fault:
        if isinstance(fault.__cause__, UnfitError):
            raise fault.__cause__ from fault
        if get_origin(as_type) is Literal and isinstance(value, str):
            words = get_args(as_type)
            remedy = did_you_mean(value, words) or f"write one of: {', '.join(words)}"
            raise UnfitError(f"unknown word `{value}`", remedy) from fault
        raise UnfitError(_words(str(fault))) from fault


_KINDS = {
    " | null": "",
    "`str`": "text",
    "`int`": "a whole number",
    "`float`": "a number",
    "`bool`": "true or false",
    "`array`": "a list",
    "`object`": "a table",
    " - at `$": " at `",
}


def _words(fault: str) -> str:
    """msgspec's message in our style: lower case, kinds of value in words."""
    for kind, words in _KINDS.items():
        fault = fault.replace(kind, words)
    return fault[:1].lower() + fault[1:]


def duration_ms(value: Any) -> Milliseconds:
    """Read `10s`, `5m`, `2h`, `30d` or `1h30m`. Raises `UnfitError`."""
    found = _DURATION.fullmatch(value) if isinstance(value, str) else None
    parts = found.groups() if found else ()
    ms = sum(int(part) * UNITS_MS[unit] for part, unit in zip(parts, UNITS_MS, strict=True) if part) if found else 0
    if not ms:
        raise UnfitError("not a length of time", "write it like `10s`, `5m`, `2h`, `30d` or `1h30m`")
    if ms > limits.TIMER_MS_MAX:
        raise UnfitError(f"longer than {duration_text(limits.TIMER_MS_MAX)}")
    return Milliseconds(ms)


def duration_text(ms: int) -> str:
    """Write a length of time as `duration_ms` reads it."""
    parts = []
    for unit, size in UNITS_MS.items():
        count, ms = divmod(ms, size)
        if count:
            parts.append(f"{count}{unit}")
    return "".join(parts) or "0s"


def url(value: Any) -> Url:
    """Read an http or https address with a host and without credentials. Raises `UnfitError`."""
    try:
        parts = urlsplit(value) if isinstance(value, str) else None
        fits = parts is not None and parts.scheme in ("http", "https") and parts.hostname and (parts.port or 1) > 0
    except ValueError:
        fits = False
    if parts is None or not fits or any(letter.isspace() for letter in value):
        raise UnfitError("not an address", "write it like `https://host.example/path`")
    if "@" in parts.netloc:
        raise UnfitError(
            "a user name or password must not stand in an address",
            "take out what stands before the `@`; a secret belongs in a key of its own, such as `product_token` or"
            " `token`, as `env:NAME` or `file:PATH`",
        )
    return Url(value)


def listen(value: Any) -> Listen:
    """Read `host:port`. Raises `UnfitError`."""
    host, colon, port = value.rpartition(":") if isinstance(value, str) else ("", "", "")
    bracketed = host.startswith("[") and host.endswith("]")
    fits = colon and host and port.isascii() and port.isdecimal() and int(port) <= 65_535
    if not fits or (":" in host and not bracketed) or "/" in host:
        raise UnfitError("not an address to listen on", "write it like `127.0.0.1:8080` or `[::1]:8080`")
    return Listen(value)


def ledger_url(value: Any) -> LedgerUrl:
    """Read the address of a ledger. Raises `UnfitError`."""
    kind, _, path = value.partition(":") if isinstance(value, str) else ("", "", "")
    if kind != "sqlite" or not path or "\0" in path:
        raise UnfitError("not the address of a ledger", "write it like `sqlite:pointsman.db`")
    return LedgerUrl(value)


def guid(value: Any) -> Guid:
    """Read a GUID in any spelling. Raises `UnfitError`."""
    try:
        return Guid(uuid.UUID(value if isinstance(value, str) else ""))
    except ValueError:
        raise UnfitError("not a GUID", "write it like `e17acdef-c918-423d-a01b-1000cd084f6a`") from None


_PARSERS: dict[type, Any] = {Milliseconds: duration_ms, Url: url, Listen: listen, Guid: guid, LedgerUrl: ledger_url}
