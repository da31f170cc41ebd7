"""`pointsman.toml`: read strictly, held against the rules, shown without its secrets."""

from __future__ import annotations

from pointsman.config.against import carried_channels, check_against, wirings
from pointsman.config.effective import effective
from pointsman.config.load import load, parse
from pointsman.config.named import Named, named
from pointsman.config.problems import ConfigError, Problem
from pointsman.config.sections import Account, Config, LedgerSettings, Server

__all__ = [
    "Account",
    "Config",
    "ConfigError",
    "LedgerSettings",
    "Named",
    "Problem",
    "Server",
    "carried_channels",
    "check_against",
    "effective",
    "load",
    "named",
    "parse",
    "wirings",
]
