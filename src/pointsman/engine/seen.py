"""What the tests of a condition saw, in words: values for those who ask why a rule did not fire.

Laws: a value is worded as the language words it; a missing one is said to be missing, and where. Texts are shortened as
in decision records. What is told here is what stood there on arrival, before any `redact`: it is for the one who gave
the event, and neither stored nor logged.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import assert_never

from pointsman.engine.hours import Hours, duration, written, written_whole
from pointsman.engine.view import View, draw
from pointsman.language.ir import (
    Age,
    Atom,
    ChoiceTest,
    Compare,
    Count,
    Exists,
    Field,
    HasButtons,
    IsEnabled,
    IsOpen,
    LastOlder,
    Length,
    Matches,
    NumberIn,
    Quantity,
    Sample,
    TextTest,
)
from pointsman.limits import GLANCE_CHARACTERS_MAX
from pointsman.model.event import CUSTOMER

_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"})


def saw(test: Atom, view: View, hours: Mapping[str, Hours]) -> str:
    """What a test looked at, as it was. `hours` are the program's calendars by name."""
    match test:
        case TextTest(path) | Matches(path) | ChoiceTest(path):
            return field_seen(path, view)
        case Compare(subject) | NumberIn(subject):
            return quantity_seen(subject, view)
        case Exists(path):
            return _moment_seen(path, view, hours) if path.partition(".")[0] in hours else field_seen(path, view)
        case IsEnabled(component):
            return f"{component} is {'enabled' if component in view.enabled else 'disabled'}"
        case IsOpen(calendar):
            return calendar_seen(calendar, hours[calendar], view.now)
        case HasButtons():
            return "the message has buttons" if view.has_buttons else "the message has no buttons"
        case LastOlder(parties):
            return _speech_seen(parties, view)
        case Sample(share, salt):
            return _sample_seen(share, salt, view)
        case _:
            assert_never(test)


def quoted(text: str) -> str:
    """A text as a string of the language, on one line and shortened."""
    shown = text if len(text) <= GLANCE_CHARACTERS_MAX else f"{text[:GLANCE_CHARACTERS_MAX]}…"
    return f'"{shown.translate(_ESCAPES)}"'


def spelled(path: str) -> str:
    """A field's path as rules commonly write it."""
    return "intent" if path == "meta.intent" else path


def field_seen(path: str, view: View) -> str:
    """A field and its value, or that it is missing."""
    shown = spelled(path)
    if (name := view.name(path)) is not None:
        return f"{shown} is {name}" if name != "native" else "the message is of a kind that rules cannot name"
    if (text := view.value(path)) is not None:
        return f"{shown} is {quoted(text)}"
    if view.number(path) is not None:
        return f"{shown} is {view.written(Field(path))}"
    return missing(path)


def missing(path: str) -> str:
    """That a field has no value, and what would have to have it."""
    shown = spelled(path)
    match path.partition(".")[0]:
        case "text" | "message" | "choice" | "choice index" | "meta":
            return f"the message has no `{shown}`"
        case "request" | "target":
            return f"the request has no `{shown}`"
        case "context":
            return f"the conversation has no `{shown}`"
        case "contact":
            return f"the customer's `{shown}` is not known"
        case _:
            return f"the event has no `{shown}`"


def quantity_seen(subject: Quantity, view: View) -> str:
    match subject:
        case Field(path):
            return field_seen(path, view)
        case Length(path):
            number = view.quantity(subject)
            return missing(path) if number is None else f"length of {path} is {number:.0f}"
        case Count(counter):
            return f"count of {counter} is {view.written(subject)}"
        case Age():
            return f"conversation age is {lasted(view.age)}"
        case _:
            assert_never(subject)


def lasted(ms: int) -> str:
    """A duration to the millisecond, since a comparison may turn on one."""
    return duration(ms) if ms % 1000 == 0 else f"{duration(ms)} and {ms % 1000} ms" if ms >= 1000 else f"{ms} ms"


def calendar_seen(name: str, hours: Hours, now: int) -> str:
    """Whether a calendar is open, what its clock shows, and when that changes."""
    is_open = hours.is_open(now)
    at = hours.next_close(now) if is_open else hours.next_open(now)
    verb = "closes" if is_open else "opens"
    then = f"it {verb} {written(at, now, hours.zone)}" if at is not None else f"it {verb} on no day of the coming year"
    return f"{name} is {'open' if is_open else 'closed'}: now is {written_whole(now, hours.zone)}, {then}"


def _moment_seen(path: str, view: View, hours: Mapping[str, Hours]) -> str:
    at = view.moment(path)
    calendar, _, which = path.rpartition(".")
    if at is None:
        return f"{calendar} {which.replace('next_', '')}s on no day of the coming year"
    return f"{path} is {written_whole(at, hours[calendar].zone)}"


def _speech_seen(parties: tuple[str, ...], view: View) -> str:
    spoke = [at for party in parties if (at := view.conversation.spoke.get(party)) is not None]
    who = "the customer" if parties == (CUSTOMER,) else " or ".join(parties)
    if not spoke:
        return f"{who} has not spoken in this conversation"
    return f"the last message from {who} is {lasted(view.now - max(spoke))} old"


def _sample_seen(share: int, salt: str, view: View) -> str:
    inside = view.sampled(salt, share)
    own = draw(view.conversation.address.conversation_id, salt)
    if (own < share) != inside:
        return f"this conversation is {'in' if inside else 'out of'} the sample, since the event says so"
    number = f"{own / 100:.2f} of 100"
    return f"this conversation draws {number}, which is {'in' if inside else 'not in'} the first {share / 100:g}"
