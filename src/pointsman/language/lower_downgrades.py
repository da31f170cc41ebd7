"""Downgrades to rungs: a program's own before the standard library's, and of each the later before the earlier.

Laws:

- A rung on a channel covers the channels that are `like` it, and those that are like these, as they stand at that point
  of the program: the same that profiles start from.
- The standard ladder is read once a process. Its places are those in its own file, wherever the program lies.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import TypeAlias

from msgspec import structs

from pointsman.language import tree
from pointsman.language.ir import Condition, Part, Rendering, Rung, RungTemplate, Words
from pointsman.language.parse import parse
from pointsman.language.shipped import shipped_text
from pointsman.language.source import Source

LADDER = "rules/standard/downgrade.rules"

LowerCondition: TypeAlias = Callable[[tree.Condition], Condition]


def lower_downgrades(
    items: Iterable[tree.Item], condition: LowerCondition, standard: Iterable[Rung]
) -> tuple[Rung, ...]:
    """Return the rungs in force in order of precedence; `standard` are those of the library in theirs."""
    known = tuple(items)
    alike = alikeness(known)
    rungs = (*ranked(known, condition), *standard)
    return tuple(_covering(rung, alike) for rung in rungs) if alike else rungs


def ranked(items: Iterable[tree.Item], condition: LowerCondition, *, standard: bool = False) -> tuple[Rung, ...]:
    """Return the rungs of some items in order of precedence, each with the channels that it names."""
    downgrades = [item for item in items if isinstance(item, tree.Downgrade)]
    return tuple(_rung(item, condition, standard=standard) for item in reversed(downgrades))


@cache
def standard_downgrades() -> tuple[tree.Downgrade, ...]:
    """Read the standard ladder, in the order written. Raises FileNotFoundError."""
    parsed = parse(Source(LADDER, shipped_text(LADDER)))
    if parsed.diagnostics:
        raise AssertionError(f"{LADDER}: {parsed.diagnostics[0].message}")
    return tuple(item for item in parsed.file.items if isinstance(item, tree.Downgrade))


def alikeness(items: Iterable[tree.Item]) -> Mapping[str, frozenset[str]]:
    """Return what each channel with a `like` is like."""
    alike: dict[str, frozenset[str]] = {}
    for item in items:
        if isinstance(item, tree.Channel) and item.like:
            alike[item.name.text] = alike.get(item.like.text, frozenset()) | {item.like.text}
    return alike


def covered(named: frozenset[str], alike: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """Return the channels that are named, and those that are like one of them."""
    return named.union(name for name, others in alike.items() if others & named)


def _covering(rung: Rung, alike: Mapping[str, frozenset[str]]) -> Rung:
    if rung.channels is None:
        return rung
    return structs.replace(rung, channels=covered(rung.channels, alike))


def _rung(item: tree.Downgrade, condition: LowerCondition, *, standard: bool) -> Rung:
    return Rung(
        kind=item.kind.text,
        button=item.button,
        channels=frozenset(name.text for name in item.channels) or None,
        when=None if item.when is None else condition(item.when),
        renderings=tuple(_rendering(each) for each in item.renderings),
        each=item.each or "",
        remember_ms=item.remember.value if item.remember else 0,
        standard=standard,
        span=item.span,
    )


def _rendering(rendering: tree.Rendering) -> Rendering:
    return Rendering(rendering.how, () if rendering.text is None else _template(rendering.text))


def _template(template: tree.Template) -> RungTemplate:
    return tuple(Words(part.text) if isinstance(part, tree.Words) else _part(part) for part in template.parts)


def _part(slot: tree.Slot) -> Part:
    default = slot.default.text if slot.default else ""
    match slot.subject:
        case tree.Name(name) | tree.Field(name):
            return Part(name, default)
        case _:
            raise AssertionError("checked: a slot of a downgrade names a part")
