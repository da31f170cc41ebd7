"""The tables of docs/language.md say what the code says; with POINTSMAN_REWRITE_DOCS=1 this writes them anew."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from pointsman.language import vocabulary as words
from pointsman.language.codes import CODES
from pointsman.language.vocabulary import ANY, MESSAGES, Occasion

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


def events() -> str:
    rows = ((f"`{event.form}`", event.prose) for event in words.EVENTS if event.done)
    return table(("event", "raised when"), *rows)


def predicates() -> str:
    rows = ((f"`{it.form}`", it.prose, f"`{it.example}`") for it in words.PREDICATES)
    return table(("condition", "true when", "example"), *rows)


def fields() -> str:
    built = [it for it in words.FIELDS if it.on != {Occasion.FAILURE}]
    rows = [(f"`{it.path}`", it.kind, on(it.on), it.prose, f"`{it.example}`") for it in built]
    rows += [(f"`{it.form}`", it.kind, on(it.on), it.prose, f"`{it.example}`") for it in words.QUANTITIES]
    rows += [(f"`CALENDAR.{it.path}`", it.kind, on(it.on), it.prose, f"`{it.example}`") for it in words.CALENDAR_FIELDS]
    return table(("field", "kind", "on", "is", "example"), *rows)


def actions() -> str:
    rows = ((f"`{it.form}`", it.effect, on(it.on)) for it in words.ACTIONS if it.done)
    return table(("action", "does", "on"), *rows)


def diagnostics() -> str:
    rows = ((f"`{slug}`", code.level, f"{code.title}. {code.prose}") for slug, code in CODES.items())
    return table(("slug", "level", "means"), *rows)


TABLES = {
    "events": events,
    "predicates": predicates,
    "fields": fields,
    "actions": actions,
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
