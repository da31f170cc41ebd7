"""The variables of a world: everything that two events can differ in and that a condition can ask for, by name.

| name | its values |
|---|---|
| `channel`, `account`, `message`, `request`, `target` | names; `message` is a kind of message, or `native` |
| `text`, `sender`, `choice`, `reason` | texts |
| `message.url`, `message.name`, `message.mime` | texts, of the message's file |
| `context.KEY`, `contact.KEY`, `meta.KEY`, `request.KEY` | texts |
| `message.size`, `choice index`, `attempts` | whole numbers, missing where there is no file, place or failure |
| `count COUNTER` | a whole number, never missing |
| `enabled COMPONENT`, `buttons` | true or false |
| `now` | the moment of the event: what all calendars depend on, together |
| `age` | milliseconds since the session began |
| `spoke PARTY` | milliseconds since the party spoke last in this session, missing where it has not |
| `draw RULE` | the conversation's number behind the samples of that rule, 0 to 9,999 |

Law: what a condition says of a world depends on the variables that it reads, and on no other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, assert_never

from pointsman.language.ir import (
    Age,
    And,
    ChoiceTest,
    Compare,
    Condition,
    Count,
    Exists,
    Field,
    HasButtons,
    IsEnabled,
    IsOpen,
    LastOlder,
    Length,
    Matches,
    Not,
    NumberIn,
    Or,
    Quantity,
    Sample,
    TextTest,
)
from pointsman.proofs.world import World

NOW, AGE, BUTTONS = "now", "age", "buttons"
NAMES = ("channel", "account", "message", "request", "target")
NUMBERS = ("message.size", "choice index", "attempts")
_TEXTS = frozenset({"text", "sender", "choice", "reason", "message.url", "message.name", "message.mime"})
_FAMILIES = frozenset({"context", "contact", "meta", "request"})


def counter_variable(counter: str) -> str:
    return f"count {counter}"


def enabled_variable(component: str) -> str:
    return f"enabled {component}"


def spoke_variable(party: str) -> str:
    return f"spoke {party}"


def draw_variable(salt: str) -> str:
    return f"draw {salt}"


def is_text(path: str) -> bool:
    """Whether a field's path is a text, and so a variable of its own."""
    head, dot, _ = path.partition(".")
    return path in _TEXTS or (bool(dot) and head in _FAMILIES)


def field_variable(path: str) -> str:
    """The variable that a field depends on; a calendar's fields depend on the moment."""
    return path if is_text(path) or path in NAMES or path in NUMBERS else NOW


def variables_of(condition: Condition) -> frozenset[str]:
    """Return the names of the variables that a condition reads."""
    return frozenset(_read(condition))


def _read(condition: Condition) -> Iterator[str]:
    match condition:
        case And(parts) | Or(parts):
            for part in parts:
                yield from _read(part)
        case Not(part):
            yield from _read(part)
        case TextTest(path) | Matches(path) | ChoiceTest(path):
            yield path
        case Exists(path):
            yield field_variable(path)
        case Compare(subject) | NumberIn(subject):
            yield quantity_variable(subject)
        case IsEnabled(component):
            yield enabled_variable(component)
        case IsOpen():
            yield NOW
        case HasButtons():
            yield BUTTONS
        case LastOlder(parties):
            yield from map(spoke_variable, parties)
        case Sample(_, salt):
            yield draw_variable(salt)
        case _:
            assert_never(condition)


def quantity_variable(subject: Quantity) -> str:
    """The variable behind what is compared as a number; for the length of a text, the text."""
    match subject:
        case Field(path) | Length(path):
            return path
        case Count(counter):
            return counter_variable(counter)
        case Age():
            return AGE
        case _:
            assert_never(subject)


def value_in(world: World, variable: str) -> Any:
    """The value of a variable in a world: a name, a text, a number, true or false; None where it is missing."""
    if variable in (NOW, AGE, BUTTONS):
        return getattr(world, variable)
    family, _, name = variable.partition(" ")
    match family:
        case "count":
            return world.counters.get(name, 0)
        case "enabled":
            return name in world.enabled
        case "spoke":
            return world.spoke.get(name)
        case "draw":
            return world.draws.get(name)
        case _:
            return world.names.get(variable, world.texts.get(variable, world.numbers.get(variable)))


def differences(world: World, other: World) -> frozenset[str]:
    """Return the names of the variables in which two worlds differ."""
    found = {name for name in ("now", "age", "buttons") if getattr(world, name) != getattr(other, name)}
    found |= _different(world.names, other.names) | _different(world.texts, other.texts)
    found |= _different(world.numbers, other.numbers)
    found |= {counter_variable(name) for name in _different(world.counters, other.counters, 0)}
    found |= {enabled_variable(name) for name in world.enabled ^ other.enabled}
    found |= {spoke_variable(name) for name in _different(world.spoke, other.spoke)}
    found |= {draw_variable(name) for name in _different(world.draws, other.draws)}
    return frozenset(found)


def _different(values: Mapping[str, Any], others: Mapping[str, Any], missing: int | None = None) -> set[str]:
    return {name for name in values.keys() | others.keys() if values.get(name, missing) != others.get(name, missing)}
