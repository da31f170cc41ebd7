"""The demo on the terminal: who sent what to whom, and the rule behind it.

Law: traffic comes from the journal and reasons from the router's decision records, as `GET /admin/conversations/{id}`
gives them; this file only words them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import click

from pointsman.cli.demo.journal import Entry
from pointsman.engine.expectations import told
from pointsman.model.decision import Record, Step

_INDENT = "     "
_TRAVELS = {
    "message": "{}",
    "copy": "copy: {}",
    "handover": "notified: {}",
    "position": "go on at: {}",
    "refusal": "answered: {}",
}

_DEEDS = frozenset({"enabled", "disabled", "context", "reply", "position"})
"""What the demo's rules do."""


def scene(number: int, title: str) -> str:
    return click.style(f"{number}. {title}", bold=True)


def traffic(entries: Iterable[Entry]) -> list[str]:
    """One line an entry."""
    return [
        f"{_INDENT}{entry.source:>11} → {click.style(f'{entry.target:<11}', bold=True)}  "
        f"{_TRAVELS[entry.what].format(entry.text)}"
        for entry in entries
    ]


def reasons(decisions: Iterable[Record], places: dict[str, str]) -> list[str]:
    """A line for each rule that fired, with what it did, and for each message that was withheld, with the reason.

    `places` maps a rule's name to its file and line.
    """
    return [
        f"{_INDENT}{click.style('because', dim=True)} {line}"
        for decision in decisions
        for line in _because(decision.steps, places)
    ]


def _because(steps: Sequence[Step], places: dict[str, str]) -> Iterator[str]:
    for step in steps:
        if step.what == "rule":
            done = [told(it) for it in steps if it.rule == step.subject and it is not step and it.what in _DEEDS]
            consequences = "; ".join(text for text in done if text)
            yield f'rule "{step.subject}" ({places[step.subject]}): {consequences}'
        elif step.what == "withheld":
            yield told(step) or ""


def places_of_rules(policy: str, file: str) -> dict[str, str]:
    """Map each rule's name in the text of a policy to `file:line`."""
    return {
        line.split('"')[1]: f"{file}:{number}"
        for number, line in enumerate(policy.splitlines(), 1)
        if line.startswith('rule "')
    }
