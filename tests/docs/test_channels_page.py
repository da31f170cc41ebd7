"""docs/channels.md is the standard library's channels as a page; POINTSMAN_REWRITE_DOCS=1 writes it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from engine.sample_messages import BUTTONS, CONTENTS, message_of, standard_program
from pointsman.cli.channel_table import LEGEND, Row, details, overview
from pointsman.engine.preview import preview
from pointsman.language.ir import Carried, Profile
from pointsman.language.lower_channels import standard
from pointsman.model.content import BUTTON_KINDS, MESSAGE_KINDS, Card, Carousel, Message, kind_of, text_of

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
RENDERINGS = """
## What becomes of each kind

One ordinary message of each kind, and one ordinary button of each under a text, as the engine renders them on each
channel: by the standard ladder, `rules/standard/downgrade.rules`, where the channel does not carry them as they are.
`⏎` is a line break; `as it is`: the message leaves unchanged. What is too long, too large, of another type or too many
is told in [Downgrades](language.md#downgrades), and `pointsman preview` shows it for a message of your own.

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
    cells = "\n".join(f"### {name}\n\n{table([CELL, *rows])}" for name, rows in renderings())
    return "".join(
        [HEAD, OVERVIEW, table(list(overview(profiles))), RENDERINGS, cells, *sections, GIVEN, table(changed)]
    )


CELL = ("channel", "carries", "becomes", "source")


def renderings() -> Iterator[tuple[str, list[Row]]]:
    """What each kind of message and of button becomes: a name, and a row a channel."""
    for place, kind in enumerate(MESSAGE_KINDS):
        yield kind, [becoming(profile, profile.messages[place], message_of(kind)) for profile in PROGRAM.ir.profiles]
    for place, kind in enumerate(BUTTON_KINDS):
        message = message_of("text", BUTTONS[kind])
        rows = [becoming(profile, profile.buttons[place], message) for profile in PROGRAM.ir.profiles]
        yield f"button {kind}", rows


PROGRAM = standard_program()


def becoming(profile: Profile, line: Carried, message: Message) -> Row:
    left = preview(PROGRAM, message, profile.name).messages
    told = "as it is" if left == (message,) else ", then ".join(map(plainly, left))
    return (profile.name, line.support, told, line.source)


def plainly(message: Message) -> str:
    """A message that leaves, in a line: its kind, its words and its buttons."""
    content, words = message.content, text_of(message)
    cards = content.cards if isinstance(content, Carousel) else (content,) if isinstance(content, Card) else ()
    under = [button.label for card in cards for button in card.buttons] + [button.label for button in message.buttons]
    said = f" `{' ⏎ '.join(words.splitlines())}`" if words else ""
    return f"{kind_of(content)}{said}" + "".join(f" ({label})" for label in under)


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


def test_the_page_holds_each_kind_on_each_channel_and_what_becomes_of_it() -> None:
    section = PAGE.read_text(encoding="utf-8").split("\n## What becomes of each kind\n", 1)[1].split("\n## ", 1)[0]
    parts = dict(part.split("\n\n", 1) for part in section.split("\n### ")[1:])
    assert list(parts) == [*MESSAGE_KINDS, *(f"button {kind}" for kind in BUTTON_KINDS)]
    assert set(CONTENTS) == set(MESSAGE_KINDS)
    rows = [line for part in parts.values() for line in part.strip().splitlines()[2:]]
    assert len(rows) == 99 + 54
    assert not [row for row in rows if row.count("|") != 5 or "|  |" in row]


def test_given_values_are_those_that_differ() -> None:
    rows = list(differences(standard().values(), standard("given").values()))
    assert ("Viber", "picture", "3 MiB", "given: HORISEN 6.3") in rows
    assert {source for *_, source in rows} == {"given: HORISEN 6.3"}
    assert len(rows) == 15
