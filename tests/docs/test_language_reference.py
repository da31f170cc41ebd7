"""The tables of docs/language.md say what the code says; with POINTSMAN_REWRITE_DOCS=1 this writes them anew."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from pointsman.language import vocabulary as words
from pointsman.language.channel_words import BUTTONS, LIMITS
from pointsman.language.codes import CODES
from pointsman.language.downgrade_words import PARTS, RENDERINGS, PartRecord, RenderingRecord
from pointsman.language.vocabulary import ANY, MESSAGES, Kind, Occasion
from pointsman.model.content import MESSAGE_KINDS

PAGE = Path(__file__).parents[2] / "docs" / "language.md"
_ON = {
    Occasion.MESSAGE_OUT: "message from NAME",
    Occasion.TO_CUSTOMER: "message to customer",
    Occasion.FAILURE: "delivery failed",
    Occasion.REQUEST: "request",
}


def table(*rows: Iterable[str]) -> str:
    head, *rest = [[cell.replace("|", "\\|") for cell in row] for row in rows]
    lines = [head, ["---"] * len(head), *rest]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def on(occasions: frozenset[Occasion]) -> str:
    if occasions == ANY:
        return "any"
    if occasions == MESSAGES:
        return "messages"
    return ", ".join(_ON[occasion] for occasion in Occasion if occasion in occasions)


def shown(*examples: str) -> str:
    return " · ".join(f"`{it}`" for it in examples)


def declarations() -> str:
    rows = ((f"`{it.form}`", it.where, it.prose, shown(it.example)) for it in words.DECLARATIONS)
    return table(("item", "stands", "means", "example"), *rows)


def events() -> str:
    rows = ((f"`{it.form}`", it.prose, shown(it.example)) for it in words.EVENTS)
    return table(("event", "raised when", "example"), *rows)


def predicates() -> str:
    rows = ((f"`{it.form}`", kinds(it.kinds), it.prose, shown(it.example)) for it in words.PREDICATES)
    return table(("condition", "of", "true when", "example"), *rows)


def kinds(of: frozenset[Kind]) -> str:
    return ", ".join(kind for kind in Kind if kind in of)


def fields() -> str:
    rows = [(f"`{it.path}`", it.kind, on(it.on), it.prose, shown(it.example)) for it in words.FIELDS]
    rows += [(f"`{it.form}`", it.kind, on(it.on), it.prose, shown(it.example)) for it in words.QUANTITIES]
    rows += [(f"`CALENDAR.{it.path}`", it.kind, on(it.on), it.prose, shown(it.example)) for it in words.CALENDAR_FIELDS]
    return table(("field", "kind", "on", "is", "example"), *rows)


def actions() -> str:
    rows = ((f"`{it.form}`", it.effect, on(it.on), shown(it.example)) for it in words.ACTIONS)
    return table(("action", "does", "on", "example"), *rows)


def channel_limits() -> str:
    rows = (
        (f"`{it.of}`" if it.of else "", ", ".join(f"`{line}`" for line in spoken(it.on)), it.prose, shown(it.example))
        for it in LIMITS
    )
    return table(("limit", "of", "bounds", "example"), *rows)


def renderings() -> str:
    rows = ((f"`{it.form}`", of(it), it.prose, shown(it.example)) for it in RENDERINGS)
    return table(("becomes", "of", "is", "example"), *rows)


def parts() -> str:
    rows = ((f"`{{{it.name}}}`", of(it), it.prose, shown(it.example)) for it in PARTS)
    return table(("part", "of", "is", "example"), *rows)


def of(record: PartRecord | RenderingRecord) -> str:
    """The kinds of a record, all messages and all buttons as one, and those that it needs `for each` with."""
    lines = record.on
    if set(lines) == {*MESSAGE_KINDS, *BUTTONS}:
        return "everything"
    every = ["every message"] if set(MESSAGE_KINDS) <= set(lines) else []
    named = [line for line in lines if not (every and line in MESSAGE_KINDS)]
    return ", ".join([*every, *(f"{'each of a ' * (it in record.within)}`{it}`" for it in spoken(tuple(named)))])


def spoken(lines: tuple[str, ...]) -> list[str]:
    """The lines, all kinds of buttons as one."""
    every = set(BUTTONS) <= set(lines)
    return [*(it for it in lines if not (every and it in BUTTONS)), *(["button KIND"] if every else [])]


def steps(head: str, means: str, records: Iterable[words.StepRecord]) -> str:
    rows = ((f"`{it.form}`", it.prose, shown(*it.examples)) for it in records)
    return table((head, means, "example"), *rows)


def facts() -> str:
    return steps("fact", "makes true", words.FACTS)


def happenings() -> str:
    return steps("event", "makes happen", words.HAPPENINGS)


def expectations() -> str:
    return steps("expect …", "holds when", words.EXPECTATIONS)


def diagnostics() -> str:
    rows = ((f"`{slug}`", code.level, f"[{code.title}](diagnostics.md#{slug})") for slug, code in CODES.items())
    return table(("slug", "level", "means"), *rows)


TABLES = {
    "declarations": declarations,
    "events": events,
    "predicates": predicates,
    "fields": fields,
    "actions": actions,
    "channel limits": channel_limits,
    "renderings": renderings,
    "parts": parts,
    "facts": facts,
    "happenings": happenings,
    "expectations": expectations,
    "diagnostics": diagnostics,
}


@pytest.mark.parametrize("name", TABLES)
def test_a_table_of_the_language_reference_says_what_the_code_says(name: str) -> None:
    block = re.compile(rf"(<!-- table: {name} -->\n).*?(<!-- end -->)", re.DOTALL)
    page = PAGE.read_text(encoding="utf-8")
    right = block.sub(lambda found: f"{found[1]}\n{TABLES[name]()}\n\n{found[2]}", page)
    if os.environ.get("POINTSMAN_REWRITE_DOCS"):
        PAGE.write_text(right, encoding="utf-8")
        page = right
    assert block.search(page), f"docs/language.md has no table `{name}`"
    assert page == right
