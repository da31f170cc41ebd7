"""The configuration in force as TOML: defaults filled in, secrets as their references and never as values."""

from __future__ import annotations

from typing import Any

import tomli_w
from msgspec import Struct, structs

from pointsman.config.sections import Config
from pointsman.config.values import duration_text
from pointsman.protocols.settings import Milliseconds, Secret


def effective(config: Config) -> str:
    """Return all that is in force; what is unset and has no default is left out."""
    whole = {
        "rules": str(config.rules),
        "server": _table(config.server),
        "ledger": {**_table(config.ledger), "url": f"sqlite:{config.ledger_path}"},
        "accounts": {name: _table(account) for name, account in config.accounts.items()},
        "channels": {name: _table(connection) for name, connection in config.channels.items()},
        "components": {name: _table(component) for name, component in config.components.items()},
    }
    return tomli_w.dumps(whole)


def _table(section: Struct) -> dict[str, Any]:
    return {name: _value(value) for name, value in structs.asdict(section).items() if value is not None}


def _value(value: Any) -> Any:
    match value:
        case Secret():
            masked = [f"{reference} (set)" for reference in value.references]
            return masked if len(masked) > 1 else masked[0]
        case Milliseconds():
            return duration_text(value)
        case tuple():
            return list(value)
        case dict():
            return {name: _value(item) for name, item in value.items()}
        case str():
            return str(value)
        case _:
            return value
