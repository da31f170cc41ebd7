"""Coverage as people and programs read it: a table, the source of what was never seen, JSON, and a minimum.

Percentages are rounded down, so that 100 % is said of all and of nothing less.
"""

from __future__ import annotations

import math
import posixpath
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

import msgspec
from msgspec import structs

from pointsman.cli.testing.run import Outcome
from pointsman.engine.coverage import SIDES, Coverage, Item, Sight, Tally
from pointsman.language.excerpts import Mark, excerpt, headline, painter
from pointsman.language.source import Source

_NEVER: dict[tuple[Sight, ...], str] = {
    ("fired",): "never fired",
    ("true",): "never true",
    ("false",): "never false",
    SIDES: "never reached",
}


def total(outcomes: Sequence[Outcome]) -> Tally:
    """Count what was seen of all programs together."""
    return sum((coverage.tally() for _, coverage in _covered(outcomes)), Tally())


def table(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """Yield the table: a line for each file, under it one for each policy and component, last the total."""
    rows = [row for outcome, coverage in _covered(outcomes) for row in _rows(outcome.suite.root, coverage)]
    rows.append(("total", total(outcomes)))
    width = max(len(name) for name, _ in rows)
    yield f"{'coverage':<{width}}  {'rules':>17}  {'sides of tests':>17}"
    for name, tally in rows:
        rules, sides = _share(tally.rules, tally.rules_all), _share(tally.sides, tally.sides_all)
        yield f"{name:<{width}}  {rules:>17}  {sides:>17}".rstrip()


def _rows(root: str, coverage: Coverage) -> Iterator[tuple[str, Tally]]:
    for file, owners in groupby(coverage.by_owner(), key=lambda it: it[0]):
        listed = [(owner, coverage.tally(numbers)) for _, owner, numbers in owners]
        yield posixpath.join(root, file), sum((tally for _, tally in listed), Tally())
        for owner, tally in listed:
            yield f"  {owner}", tally


def _share(seen: int, of: int) -> str:
    return f"{seen}/{of} {_percent(seen, of):>5.1f} %" if of else ""


def _percent(seen: int, of: int) -> float:
    return math.floor(1000 * seen / of) / 10 if of else 100.0


def shortfalls(tally: Tally, minimum: float) -> Iterator[str]:
    """Yield a line for each of rules and sides of tests that is below so many per cent, saying by how much."""
    counted = (("rules", tally.rules, tally.rules_all), ("sides of tests", tally.sides, tally.sides_all))
    for what, seen, of in counted:
        if seen * 100 < minimum * of:
            share, needed = _percent(seen, of), math.ceil(minimum * of / 100) - seen
            yield (
                f"coverage of {what} is {share:.1f} %, {minimum - share:.1f} below the minimum of {minimum:g} %: "
                f"{needed} more to cover"
            )


def source(outcomes: Sequence[Outcome], *, colour: bool = False) -> Iterator[str]:
    """Yield the lines of rules files that hold what was never seen, with carets and words, a block a rule."""
    paint = painter(colour)
    for outcome, coverage in _covered(outcomes):
        root, texts = outcome.suite.root, outcome.suite.program.sources
        for (file, heading), numbers in groupby(range(len(coverage.items)), key=lambda it: _whose(coverage.items[it])):
            missing = [(coverage.items[number], coverage.missing(number)) for number in numbers]
            marks = [Mark(item.span, _NEVER[sights], "warning") for item, sights in _told(missing)]
            if marks:
                width = len(str(marks[-1].span.line))
                place = structs.replace(marks[0].span, file=posixpath.join(root, file))
                yield f"{headline(place, width, paint)}: {heading}"
                yield from excerpt(marks, Source(file, texts[file]), width, paint)
                yield ""


def _whose(item: Item) -> tuple[str, str]:
    """The file of an item, and the rule or clause that it belongs to, as a heading."""
    is_clause = item.owner.startswith("component")
    return item.span.file, f"{item.owner}, {item.name}" if is_clause else f'rule "{item.name}"'


def _told(missing: Sequence[tuple[Item, tuple[Sight, ...]]]) -> Iterator[tuple[Item, tuple[Sight, ...]]]:
    """What is worth saying of one rule: where it never fired and was never reached, that alone says it."""
    unreached = all(sights == item.sights for item, sights in missing)
    for item, sights in missing:
        if sights and not (unreached and item.sort == "test" and missing[0][0].sort == "rule"):
            yield item, sights


def as_json(outcomes: Sequence[Outcome]) -> bytes:
    """Return totals and every item with what was seen of it and what was not, as JSON."""
    items = [
        _object(outcome.suite.root, coverage, number)
        for outcome, coverage in _covered(outcomes)
        for number in range(len(coverage.items))
    ]
    return msgspec.json.format(msgspec.json.encode({"total": total(outcomes), "items": items}), indent=2) + b"\n"


def _object(root: str, coverage: Coverage, number: int) -> dict[str, Any]:
    item, missing = coverage.items[number], coverage.missing(number)
    place = structs.asdict(item.span) | {"file": posixpath.join(root, item.span.file)}
    seen = [sight for sight in item.sights if sight not in missing]
    return {"sort": item.sort, "owner": item.owner, "name": item.name, **place, "seen": seen, "missing": missing}


def _covered(outcomes: Sequence[Outcome]) -> Iterator[tuple[Outcome, Coverage]]:
    return ((it, it.coverage) for it in outcomes if it.coverage is not None)
