"""`pointsman.toml` to a `Config`, or to everything that is wrong with it.

Laws:

- Strict: an unknown key, a missing secret, an unknown protocol or account is an error, before anything starts.
- One mistake is reported once, and as many mistakes at once as can be found without guessing.
"""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

from pointsman import limits
from pointsman.config.agreement import check_agreement
from pointsman.config.places import Places
from pointsman.config.problems import ConfigError, Problem, dotted
from pointsman.config.sections import Account, Config, LedgerSettings, Server
from pointsman.config.tables import Reader
from pointsman.config.values import Sources
from pointsman.language.diagnostics import did_you_mean
from pointsman.protocols import registry

_TOP = ("rules", "server", "ledger", "accounts", "channels", "components")
_AT_LINE = re.compile(r"^(?P<cause>.*) \(at line (?P<line>\d+), column (?P<column>\d+)\)$", re.DOTALL)

_KEYS = re.compile(r"""\(['"].*['"],?\)""")
"""Keys in tomllib's messages, written as a Python tuple."""


def load(path: Path, env: Mapping[str, str] | None) -> Config:
    """Read the configuration at `path`; references to secrets are followed through `env`. Raises `ConfigError`.

    `env` None: no secret is needed, nor read; each reference stands for its value.
    """
    try:
        with path.open("rb") as file:
            content = file.read(limits.CONFIG_BYTES_MAX + 1)
    except OSError as fault:
        why = fault.strerror or "cannot be read"
        remedy = "`pointsman init DIR` makes a starting point; `--config FILE` names another"
        raise ConfigError((Problem(str(path), "", f"cannot be read: {why}", remedy),)) from fault
    if len(content) > limits.CONFIG_BYTES_MAX:
        raise ConfigError((Problem(str(path), "", f"larger than {limits.CONFIG_BYTES_MAX} bytes"),))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = content[: fault.start].count(b"\n") + 1
        raise ConfigError((Problem(f"{path.name}:{line}", "", "not UTF-8", "save the file as UTF-8"),)) from fault
    return parse(text, path.parent, env, path.name)


def parse(text: str, base: Path, env: Mapping[str, str] | None, name: str = "pointsman.toml") -> Config:
    """As `load`, from text that stands, or stood, in the folder `base` as `name`. Raises `ConfigError`."""
    raw = _toml(text, name)
    reader = Reader(name, Places(text), Sources(env, base))
    config = _read(reader, raw, base / name, text)
    if reader.problems:
        raise ConfigError(reader.problems)
    return config


def _toml(text: str, name: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        found = _AT_LINE.match(str(fault))
        place = f"{name}:{found['line']}:{found['column']}" if found else name
        cause = _KEYS.sub(_table_of, found["cause"] if found else str(fault))
        raise ConfigError((Problem(place, "", f"not TOML: {cause[:1].lower()}{cause[1:]}"),)) from fault
    except RecursionError as fault:
        raise ConfigError((Problem(name, "", "not TOML: nested too deep"),)) from fault


def _table_of(keys: re.Match[str]) -> str:
    """A table's keys as its header has them."""
    return f"[{dotted(ast.literal_eval(keys.group()))}]"


def _read(reader: Reader, raw: dict[str, Any], path: Path, text: str) -> Config:
    """Read every section, then what must agree between them; sections that are wrong are left out."""
    reader.unknown(raw, _TOP, ())
    rules = reader.value(raw["rules"], str, ("rules",)) if "rules" in raw else None
    if not rules and not any(problem.path == "rules" for problem in reader.problems):
        reader.report(("rules",), "missing" if rules is None else "empty", 'write `rules = "policy.rules"`')
    server = reader.section(Server, raw.get("server"), ("server",))
    ledger = reader.section(LedgerSettings, raw.get("ledger"), ("ledger",))
    config = Config(
        path=path,
        text=text,
        rules=path.parent / (rules or ""),
        server=server or Server(),
        ledger=ledger or LedgerSettings(),
        accounts=_accounts(reader, raw.get("accounts")),
        channels=_parties(reader, raw.get("channels"), "channels"),
        components=_parties(reader, raw.get("components"), "components"),
    )
    check_agreement(reader, config, raw)
    return config


def _accounts(reader: Reader, raw: Any) -> dict[str, Account]:
    tables = reader.table(raw, ("accounts",)).items()
    read = {name: reader.section(Account, value, ("accounts", name)) for name, value in tables}
    return {name: account for name, account in read.items() if account is not None}


def _parties(reader: Reader, raw: Any, kind: Literal["channels", "components"]) -> dict[str, Any]:
    """Read the sections of connections or components, each by the settings of its protocol."""
    protocols = registry.CHANNELS if kind == "channels" else registry.COMPONENTS
    known = {name: protocol.settings for name, protocol in protocols.items()}
    parties = {}
    for name, value in reader.table(raw, (kind,)).items():
        as_type = _settings(reader, reader.table(value, (kind, name)), (kind, name), known)
        party = None if as_type is None else reader.section(as_type, value, (kind, name))
        if party is not None:
            parties[name] = party
    return parties


def _settings(reader: Reader, table: dict[str, Any], keys: tuple[str, ...], known: dict[str, Any]) -> Any:
    """The struct that a section is read by; None, and a report, where its protocol is unknown."""
    protocol = table.get("protocol")
    if protocol in known:
        return known[protocol]
    if not any(problem.path == dotted(keys) for problem in reader.problems):
        cause = "missing" if protocol is None else f"unknown protocol `{protocol}`"
        near = did_you_mean(protocol, known) if isinstance(protocol, str) else ""
        reader.report((*keys, "protocol"), cause, near or f"protocols are: {', '.join(known)}")
    return None
