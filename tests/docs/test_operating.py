"""docs/operating.md leaves out no path, no command, no option and no key of the configuration, and invents none."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from pointsman import limits
from pointsman.cli.main import COMMANDS, main
from pointsman.config import Account, LedgerSettings, Server
from pointsman.protocols.registry import CHANNELS, COMPONENTS
from pointsman.server.routes import ROUTES

PAGE = (Path(__file__).parents[2] / "docs/operating.md").read_text(encoding="utf-8")
SECTIONS = {
    "[server]": (Server,),
    "[ledger]": (LedgerSettings,),
    "[accounts.NAME]": (Account,),
    "[channels.NAME]": tuple(protocol.settings for protocol in CHANNELS.values()),
    "[components.NAME]": tuple(protocol.settings for protocol in COMPONENTS.values()),
}


_NEEDED = PAGE.split("### What each protocol needs", 1)[1].split("\n## ", 1)[0]
OF_PROTOCOLS = {
    (protocol, key)
    for keys, protocols in re.findall(r"^\| ((?:`\w+`(?:, )?)+) \| ((?:`\w+` ?)+) \|", _NEEDED, re.MULTILINE)
    for key in re.findall(r"`(\w+)`", keys)
    for protocol in re.findall(r"`(\w+)`", protocols)
}


def options(name: str) -> set[str]:
    command = main.get_command(click.Context(main), name)
    assert command is not None
    return {text for it in command.params if isinstance(it, click.Option) for text in it.opts[:1]} - {"--config"}


def test_paths_are_those_of_the_router() -> None:
    documented = re.findall(r"^\| `(GET|POST|DELETE|PUT) (\S+)` \| (\w+) \|", PAGE, re.MULTILINE)
    assert documented == [(route.method, route.pattern, route.audience) for route in ROUTES]


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_is_documented_with_its_options(name: str) -> None:
    [row] = re.findall(rf"^\| `pointsman {name}\b.*$", PAGE, re.MULTILINE)
    assert {option for option in options(name) if f"`{option}" not in row and f" {option}" not in row} == set()


def test_no_other_command_is_documented() -> None:
    assert set(re.findall(r"^\| `pointsman (\w+)", PAGE, re.MULTILINE)) == set(COMMANDS)


def keys_of(rows: str) -> list[str]:
    cells = re.findall(r"^\| ((?:`\w+`(?:, )?)+) \|", rows, re.MULTILINE)
    return [key for cell in cells for key in re.findall(r"`(\w+)`", cell)]


@pytest.mark.parametrize("section", SECTIONS)
def test_the_keys_of_a_section_are_those_that_are_read(section: str) -> None:
    head = f"| **`{section}`** |"
    rows = PAGE[PAGE.index(head) + len(head) :].split("\n| **", 1)[0].split("\n\n", 1)[0]
    own = {name for _, name in OF_PROTOCOLS} if section == "[components.NAME]" else set()
    assert {*keys_of(rows), *own} == {name for struct in SECTIONS[section] for name in struct.__struct_fields__}


def test_the_keys_of_each_protocol_are_those_that_are_read() -> None:
    common = {"protocol", "account", "copies", "timeout", "give_up"}
    assert {
        (name, key) for name, it in COMPONENTS.items() for key in set(it.settings.__struct_fields__) - common
    } == OF_PROTOCOLS


def test_limits_are_those_in_force() -> None:
    rows = re.findall(r"^\| `([A-Z_]+)` \| ([\d,]+) \|", PAGE, re.MULTILINE)
    assert len(rows) > 10
    assert {name: int(value.replace(",", "")) for name, value in rows} == {
        name: getattr(limits, name) for name, _ in rows
    }
