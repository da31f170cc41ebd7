"""The demo on the terminal: who sent what to whom, and the rule behind it.

Law: traffic comes from the journal and reasons from the router's decision records, as `GET /admin/conversations/{id}`
gives them; this file only words them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import click

from pointsman.cli.demo.journal import Entry

_INDENT = "     "
_TRAVELS = {
    "message": "{}",
    "copy": "copy: {}",
    "handover": "notified: {}",
    "position": "go on at: {}",
    "refusal": "answered: {}",
}


def scene(number: int, title: str) -> str:
    return click.style(f"{number}. {title}", bold=True)


def traffic(entries: Iterable[Entry]) -> list[str]:
    """One line an entry."""
    return [
        f"{_INDENT}{entry.source:>11} → {click.style(f'{entry.target:<11}', bold=True)}  "
        f"{_TRAVELS[entry.what].format(entry.text)}"
        for entry in entries
    ]


def reasons(decisions: Iterable[dict[str, Any]], places: dict[str, str]) -> list[str]:
    """One line a rule that fired or a message that was withheld. `places` maps a rule's name to its file and line."""
    return [
        f"{_INDENT}{click.style('because', dim=True)} {line}"
        for decision in decisions
        for line in _because(decision["steps"], places)
    ]


def _because(steps: Sequence[dict[str, str]], places: dict[str, str]) -> list[str]:
    lines = []
    for step in steps:
        match step:
            case {"what": "rule", "rule": name}:
                lines.append(f'rule "{name}" ({places.get(name, "not in the policy")}) fired')
            case {"what": "withheld", "detail": reason}:
                lines.append(f"{reason}: withheld")
    return lines


def places_of_rules(policy: str, file: str) -> dict[str, str]:
    """Map each rule's name in the text of a policy to `file:line`."""
    return {
        line.split('"')[1]: f"{file}:{number}"
        for number, line in enumerate(policy.splitlines(), 1)
        if line.startswith('rule "')
    }
