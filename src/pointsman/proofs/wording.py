"""From values to nodes of a test, each with the spelling that a reader would choose.

Laws: what these nodes say is read back as the same values; they stand nowhere, so trees of them compare by what they
say.
"""

from __future__ import annotations

from datetime import timedelta

from pointsman.language import tree
from pointsman.language.tree.node import NOWHERE
from pointsman.language.zones import local_time, moment_of
from pointsman.model.event import CUSTOMER

_ESCAPES = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t", "{": "{{", "}": "}}"}
_UNITS = ((86_400, "d"), (3_600, "h"), (60, "m"), (1, "s"))
_BYTES = (("GB", 10**9), ("MB", 10**6), ("KB", 10**3))


def name(text: str) -> tree.Name:
    return tree.Name(text, NOWHERE)


def party(text: str) -> tree.Name | tree.Customer:
    return tree.Customer(NOWHERE) if text == CUSTOMER else name(text)


def string(text: str) -> tree.String:
    return tree.String(text, f'"{"".join(map(_spelled, text))}"', NOWHERE)


def _spelled(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    return character if character.isprintable() else f"\\u{{{ord(character):X}}}"


def field(path: str) -> tree.Field:
    return tree.Field(path, NOWHERE)


def number(value: int) -> tree.Number:
    return tree.Number(float(value), str(value), NOWHERE)


def size(count: int) -> tree.Size:
    """A size in the largest unit that it is a whole number of, else in thousandths of a kilobyte."""
    for unit, factor in _BYTES:
        if count >= factor and count % factor == 0:
            return tree.Size(count, f"{count // factor} {unit}", NOWHERE)
    whole, rest = divmod(count, 1000)
    return tree.Size(count, f"{whole}.{rest:03d}".rstrip("0").removesuffix(".") + " KB", NOWHERE)


def duration(ms: int) -> tree.Duration:
    """A duration of whole seconds, at least one."""
    parts, left = [], ms // 1000
    for length, unit in _UNITS:
        count, left = divmod(left, length)
        if count:
            parts.append(f"{count}{unit}")
    return tree.Duration(ms, "".join(parts), NOWHERE)


def at(moment: int, zone: str | None) -> tree.AtFact:
    """The fact that the clock shows a moment of whole minutes: in `zone` where it can be said there, else in UTC."""
    shown = local_time(moment, zone or "UTC")
    day, minutes = f"{shown:%Y-%m-%d}", shown.hour * 60 + shown.minute
    if zone is not None and moment_of(day, minutes, zone) != moment:
        return at(moment, None)
    clock = tree.Clock(minutes, f"{shown:%H:%M}", NOWHERE)
    return tree.AtFact(tree.Date(day, NOWHERE), clock, None if zone is None else string(zone), NOWHERE)


def meta(values: dict[str, str]) -> tuple[tree.Meta, ...]:
    """Pairs of keys and values; the keys `message.text` and the like are fields of the message that is sent."""
    return tuple(
        tree.Meta(field(key) if key.startswith("message.") else name(key), string(value), NOWHERE)
        for key, value in values.items()
    )


def expect_rule(rule: str) -> tree.ExpectRule:
    return tree.ExpectRule(string(rule) if rule else None, NOWHERE)


EARLIEST = moment_of("1970-01-02", 0, None)
"""Clocks of tests show no earlier moment, whatever the zone."""
MINUTE_MS = round(timedelta(minutes=1).total_seconds() * 1000)
