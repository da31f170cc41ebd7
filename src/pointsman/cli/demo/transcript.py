"""The demo on the terminal: who sent what to whom, and the rule behind it.

Law: traffic comes from the journal and reasons from the router's decision records, as `GET /admin/conversations/{id}`
gives them; this file only words them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import PurePath

import click
from msgspec import Struct

from pointsman.cli.demo.journal import Entry
from pointsman.engine.expectations import told
from pointsman.language.ir import ProgramIR, Span
from pointsman.model.decision import Record, Step

_INDENT = "     "
_TRAVELS = {
    "message": "{}",
    "copy": "copy: {}",
    "handover": "notified: {}",
    "position": "go on at: {}",
    "refusal": "answered: {}",
}

_DEEDS = frozenset({"enabled", "disabled", "context", "position"})
"""What the demo's rules do that no traffic shows."""


def scene(number: int, title: str) -> str:
    return click.style(f"{number}. {title}", bold=True)


def traffic(entries: Iterable[Entry]) -> list[str]:
    """One line an entry."""
    return [
        f"{_INDENT}{entry.source:>11} → {click.style(f'{entry.target:<11}', bold=True)}  "
        f"{_TRAVELS[entry.what].format(entry.text)}"
        for entry in entries
    ]


class Places(Struct, frozen=True):
    """`file:line` of each rule and of each component's declaration, by name."""

    rules: dict[str, str]
    components: dict[str, str]


def places(program: ProgramIR) -> Places:
    return Places(
        {rule.name: _place(rule.span) for policy in program.policies for rule in policy.rules},
        {component.name: _place(component.span) for component in program.components},
    )


def _place(span: Span) -> str:
    return f"{PurePath(span.file).name}:{span.line}"


def reasons(decisions: Iterable[Record], known: Places) -> list[str]:
    """A line for each rule that fired, with what it changed, and for who heard, spoke or might not speak."""
    return [
        f"{_INDENT}{click.style('because', fg='cyan')}  {line}"
        for decision in decisions
        for line in _because(decision.steps, known)
    ]


def _because(steps: Sequence[Step], known: Places) -> Iterator[str]:
    for step in steps:
        match step:
            case Step("rule", name):
                deeds = [told(deed) or "" for deed in steps if deed.rule == name and deed.what in _DEEDS]
                yield ", ".join((f'rule "{name}" ({known.rules[name]})', *deeds))
            case Step("delivered", name):
                yield f"{name} may speak ({known.components[name]})"
            case Step("withheld", name, reason):
                yield f"{reason} ({known.components[name]})"
    hearing = [f"{step.subject} ({known.components[step.subject]})" for step in steps if step.what == "heard"]
    if hearing:
        yield f"{' and '.join(hearing)} hear{'s' if len(hearing) == 1 else ''} the customer"
