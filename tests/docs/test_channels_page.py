"""docs/channels.md is the standard library's channels as a page; POINTSMAN_REWRITE_DOCS=1 writes it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from pointsman.cli.channel_table import LEGEND, Row, details, overview
from pointsman.language.ir import Carried, Profile
from pointsman.language.lower_channels import standard

PAGE = Path(__file__).parents[2] / "docs/channels.md"
HEAD = """# Channels

What each channel of the standard library carries, and within which limits. This page is made of
`rules/standard/channels.rules` and `rules/standard/given.rules`, which are written in the rules language; a program
changes what it wants to: see [Channels](language.md#channels). `pointsman channels PATH` shows what is in force then.

A source begins with `given` (a table of the HORISEN Conversation API), `vendor` (the platform's own documentation, or
that of a company that connects to it) or `inferred` (concluded from these). Where the given table and the vendor
differ, the stricter value holds, and `use standard "given"` selects the other.
"""
OVERVIEW = f"""
## Overview

{LEGEND}. A number is the first limit of the kind itself: a text's length, a file's size, how many cards, how
many buttons a message may have in all that has one of the kind.

"""
GIVEN = """
## Given values

What `use standard "given"` selects in place of the values above.

"""


def table(rows: Sequence[Row]) -> str:
    lines = [rows[0], ("---",) * len(rows[0]), *rows[1:]]
    return "\n".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |" for line in lines) + "\n"


def written() -> str:
    profiles = tuple(standard().values())
    sections = (f"\n## {it.name}\n\n{table([('line', 'carries', 'source'), *details(it)])}" for it in profiles)
    changed = [("channel", "line", "carries", "source"), *differences(profiles, standard("given").values())]
    return "".join([HEAD, OVERVIEW, table(list(overview(profiles))), *sections, GIVEN, table(changed)])


def differences(before: Iterable[Profile], after: Iterable[Profile]) -> Iterator[Row]:
    """The rows of lines that differ, without those that do not."""
    for old, new in zip(before, after, strict=True):
        known = {row for line in named(old) for row in line}
        for lines, kept in zip(named(new), named(old), strict=True):
            for _, text, source in lines if lines != kept else ():
                if (lines[0][0], text, source) not in known:
                    yield (new.name, lines[0][0], text, source)


def named(profile: Profile) -> list[list[Row]]:
    """The rows of each line, all with its name."""
    found: list[list[Row]] = []
    for name, text, source in details(profile):
        if name:
            found.append([])
        found[-1].append((found[-1][0][0] if found[-1] else name, text, source))
    return found


def test_the_page_says_what_the_standard_library_says() -> None:
    right = written()
    if os.environ.get("POINTSMAN_REWRITE_DOCS"):
        PAGE.write_text(right, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == right


def test_the_page_holds_every_cell_and_every_limit() -> None:
    page = PAGE.read_text(encoding="utf-8")
    for profile in standard().values():
        section = page.split(f"\n## {profile.name}\n", 1)[1].split("\n## ", 1)[0]
        lines: tuple[Carried, ...] = (*profile.messages, *profile.buttons)
        limits = sum(len(line.limits) + len(line.types) for line in lines)
        rest = len(profile.windows) + (profile.postback is not None)
        assert len(section.strip().splitlines()) == 2 + len(lines) + limits + rest


def test_given_values_are_those_that_differ() -> None:
    rows = list(differences(standard().values(), standard("given").values()))
    assert ("Viber", "picture", "3 MiB", "given: HORISEN 6.3") in rows
    assert {source for *_, source in rows} == {"given: HORISEN 6.3"}
    assert len(rows) == 15
