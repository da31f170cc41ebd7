"""Triggers in the words of the language: how one reads, and which one a reader means."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import assert_never

from pointsman.engine.hours import duration
from pointsman.engine.loaded import Loaded
from pointsman.model.event import CUSTOMER, Trigger

_PLAIN_NAME = re.compile(r"[^\W\d_][\w-]*")
_LASTING = re.compile(r"(?:[0-9]+[dhms])+\Z")
_UNIT_MS = {"d": 86_400_000, "h": 3_600_000, "m": 60_000, "s": 1_000}


def sentence(trigger: Trigger) -> str:
    """A trigger as a policy names it."""
    name = trigger.name if _PLAIN_NAME.fullmatch(trigger.name) else f"'{trigger.name}'"
    match trigger.kind:
        case "from customer":
            return "message from customer"
        case "from component":
            return f"message from {name}"
        case "to customer":
            return "message to customer"
        case "enabled" | "disabled":
            return f"{name} {trigger.kind}"
        case "starts" | "ends":
            return f"conversation {trigger.kind}"
        case "silence" | "silence of customer":
            return f"{trigger.kind} for {duration(trigger.ms)}"
        case "no answer":
            return f"no answer from {name} for {duration(trigger.ms)}"
        case "timer":
            return f"timer {name}"
        case "delivery failed":
            return f"delivery failed to {name}"
        case "request":
            return f"request from {name}"
        case _:
            assert_never(trigger.kind)


def outer_triggers(program: Loaded) -> dict[str, Trigger]:
    """Every trigger that an event from outside can be on in a program, by its sentence."""
    return {sentence(trigger): trigger for trigger in _outer(program)}


def _outer(program: Loaded) -> Iterator[Trigger]:
    yield Trigger("from customer")
    yield from (Trigger("from component", name) for name in program.components)
    yield from (Trigger("request", name) for name in program.components)
    yield from (Trigger("starts"), Trigger("ends"))
    yield from (Trigger("delivery failed", to) for to in (CUSTOMER, *program.components))
    yield from sorted(program.wait_of_key.values(), key=lambda trigger: trigger.key)


def normal(text: str) -> str:
    """A reader's words in the form of `sentence`: single blanks, no needless quotes, durations as they are written."""
    words = re.sub(r"'([^'\n]+)'", lambda it: it[1] if _PLAIN_NAME.fullmatch(it[1]) else it[0], " ".join(text.split()))
    return _LASTING.sub(lambda it: duration(milliseconds(it[0]) or 0), words)


def milliseconds(text: str) -> int | None:
    """A duration as the language writes it, `1h30m`; None where it is none."""
    if not _LASTING.match(text):
        return None
    return sum(int(count) * _UNIT_MS[unit] for count, unit in re.findall(r"([0-9]+)([dhms])", text))
