"""The standard ladder: each kind of message and of button has a way down on each channel, and it ends in what goes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pointsman.language.check import check, survey
from pointsman.language.format import format_source
from pointsman.language.ir import Profile, Rung
from pointsman.language.lower import standard_rungs
from pointsman.language.lower_channels import standard
from pointsman.language.lower_downgrades import LADDER, standard_downgrades
from pointsman.language.pipeline import compile_rules
from pointsman.language.shipped import shipped_text
from pointsman.language.source import Source
from pointsman.language.vocabulary import CHANNELS
from pointsman.model.content import BUTTON_KINDS, MESSAGE_KINDS

LINES = (*MESSAGE_KINDS, *(f"button {kind}" for kind in BUTTON_KINDS))
WAYS = """
                SMS      WhatsApp RCS   Telegram Viber Facebook Instagram Email    WebPush
text            .        .        .     .        .     .        .         .        .
picture         link     .        .     .        .     .        .         .        .
video           link     .        .     .        .     .        .         link     link
audio           link     .        .     .        file  .        .         link     link
file            link     .        .     .        .     .        link      link     link
file_list       links    files    files files    files files    links     .        links
location        link     .        link  .        .     link     link      link     link
contact         text     .        text  .        .     text     text      text     text
card            textual  .        .     pictured .     .        .         pictured pictured
carousel        numbered cards    .     cards    .     .        .         numbered numbered
template        text     .        text  text     text  text     text      text     text
button_reply    numbers  .        .     .        .     .        .         numbers  numbers
button_url      link     link     .     .        .     .        .         link     .
button_dial     text     text     .     text     text  .        text      tel      text
button_compose  text     text     .     text     text  text     text      sms      text
button_location link     link     .     link     link  link     link      link     link
button_calendar text     text     .     text     text  text     text      text     text
"""
"""What a cell becomes that its channel does not carry itself, in a word; `.` is carried."""
SAID = {
    "link": "link",
    "file": "file",
    "links": "link for each file",
    "files": "file for each file",
    "text": "text",
    "textual": "text, buttons",
    "pictured": "picture, text, buttons",
    "cards": "cards",
    "numbered": "text, numbered buttons for each card remembered",
    "numbers": "numbered buttons remembered",
    "tel": "text with tel:",
    "sms": "text with sms:",
}
CELLS = [
    (row.split()[0].replace("_", " "), channel, way)
    for row in WAYS.strip("\n").splitlines()[1:]
    for channel, way in zip(CHANNELS, row.split()[1:], strict=True)
]


def rungs_of(line: str, channel: str) -> list[Rung]:
    """The rungs that speak of a line there, up to the first that speaks in every case."""
    kind, button = line.removeprefix("button "), line.startswith("button ")
    found = []
    for rung in standard_rungs():
        if (rung.kind, rung.button) == (kind, button) and (rung.channels is None or channel in rung.channels):
            found.append(rung)
            if rung.when is None:
                return found
    raise AssertionError(f"no rung speaks of every {line} on {channel}")


def said(rung: Rung) -> str:
    scheme = "".join(
        f" with {part.text.removeprefix(': ')}"
        for it in rung.renderings
        for part in it.text
        if getattr(part, "text", "").endswith((" tel:", " sms:"))
    )
    each = f" for each {rung.each}" if rung.each else ""
    return ", ".join(it.how for it in rung.renderings) + scheme + each + (" remembered" if rung.remember_ms else "")


def native(profile: Profile, line: str) -> bool:
    lines = profile.buttons if line.startswith("button ") else profile.messages
    return {it.kind: it.support for it in lines}[line.removeprefix("button ")] == "native"


@pytest.mark.parametrize(("line", "channel", "way"), CELLS)
def test_a_kind_that_a_channel_does_not_carry_has_the_way_that_fits_it(line: str, channel: str, way: str) -> None:
    assert native(standard()[channel], line) == (way == ".")
    if way != ".":
        assert said(rungs_of(line, channel)[-1]) == SAID[way]


def test_all_cells_are_looked_at() -> None:
    cells = sorted((line, channel) for line, channel, _ in CELLS)
    assert cells == sorted((line, channel) for line in LINES for channel in CHANNELS)


# Where it ends --------------------------------------------------------------------------------------------------------


def made_by(rung: Rung) -> Iterator[str]:
    """The kinds of message that a rung makes."""
    for rendering in rung.renderings:
        match rendering.how:
            case "cards":
                yield "card"
            case "link" | "text" | "numbered buttons":
                yield "text"
            case "buttons" | "nothing":
                pass
            case kind:
                yield kind


def ends(line: str, channel: str, *, worst: bool, path: tuple[str, ...] = ()) -> set[str]:
    """The kinds that a line which is refused ends in there, by all of its rungs; a circle is a fault.

    `worst`: every kind but text is refused as well, for its size or its type.
    """
    assert line not in path, (*path, line)
    found: set[str] = set()
    for rung in rungs_of(line, channel):
        for kind in made_by(rung):
            goes = kind == "text" or (native(standard()[channel], kind) and not worst)
            found |= {kind} if goes else ends(kind, channel, worst=worst, path=(*path, line))
    return found


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("line", [it for it in LINES if it != "text"])
def test_every_way_down_ends_in_what_the_channel_carries(line: str, channel: str) -> None:
    assert ends(line, channel, worst=False)
    assert ends(line, channel, worst=True) == {"text"}


def test_a_reply_is_never_dropped() -> None:
    for rung in standard_rungs():
        hows = {it.how for it in rung.renderings}
        assert "nothing" not in hows
        if rung.kind == "card" and not rung.button:
            assert hows & {"buttons", "numbered buttons"}
        if rung.each == "card":
            assert "numbered buttons" in hows


# The file -------------------------------------------------------------------------------------------------------------


def test_the_ladder_is_a_program_without_a_fault_and_in_the_one_shape() -> None:
    text = shipped_text(LADDER)
    assert compile_rules({LADDER: text}).diagnostics == ()
    assert format_source(Source(LADDER, text)).text == text


def test_each_of_its_downgrades_can_take_effect() -> None:
    assert check(survey(standard_downgrades(), {})) == ()


def test_each_of_its_downgrades_is_explained() -> None:
    """A comment stands over every group of downgrades; a group is what no empty line with a comment parts."""
    groups = shipped_text(LADDER).split("\n\n#")
    assert all(group.lstrip("# ")[0].isupper() for group in groups)
    assert sum(group.count("\ndowngrade ") for group in groups) == len(standard_downgrades())
