"""Whom to blame for a message without a rendering, what to write instead, and the message in words."""

from __future__ import annotations

import pytest

from pointsman.language import ir, tree
from pointsman.language.downgrade_words import RENDERINGS
from pointsman.language.pipeline import Compiled, compile_rules
from pointsman.model.content import (
    BUTTON_KINDS,
    MESSAGE_KINDS,
    Card,
    Carousel,
    Contact,
    Content,
    Dial,
    FileList,
    Media,
    Message,
    OpenUrl,
    Picture,
    Reply,
    Text,
)
from pointsman.proofs.blame import Blame, blame, remedy, told

URL = "https://example.com/a"


def compiled(text: str) -> Compiled:
    found = compile_rules({"a.rules": text})
    assert found.ir is not None, found.diagnostics
    return found


def blamed(text: str, channel: str, *path: str) -> tuple[int, str] | None:
    """The line that is to blame, and its kind; `path` are the kinds that were tried, each by its first rung."""
    program = compiled(text)
    assert program.ir is not None
    blocks = [item for item in program.items if isinstance(item, tree.Channel)]
    known = {it.kind: it for it in reversed(program.ir.rungs) if it.channels is None or channel in it.channels}
    rungs = [known[kind] for kind in path if kind in known]
    found = blame(channel, path, rungs, blocks)
    return None if found is None else (found.span.line, found.kind)


@pytest.mark.parametrize(
    ("text", "path", "place"),
    [
        ("", ("card", "picture"), None),
        ("downgrade card to picture", ("card", "picture"), (1, "card")),
        ("downgrade card to picture\ndowngrade picture to file", ("card", "picture"), (2, "picture")),
        ("downgrade picture to file\ndowngrade card to picture", ("card", "picture"), (1, "picture")),
        ("downgrade file to picture\ndowngrade picture to file", ("file", "picture", "file"), (2, "picture")),
        ("downgrade file to picture\ndowngrade picture to file", ("picture", "file", "picture"), (2, "picture")),
        ("channel Fax\n  text 9 bytes\n  card none", ("card",), (3, "card")),
        ("channel Fax\n  text 9 bytes\n  button url none", ("text", "button url"), (3, "button url")),
        ("channel Fax\n  text 9 bytes\n  card none", ("picture",), (1, "picture")),
        ("channel Old\n  text 9 bytes\nchannel Fax like Old\n  card none", ("text",), (2, "text")),
    ],
)
def test_the_last_downgrade_is_to_blame_else_the_line_of_the_channel(
    text: str, path: tuple[str, ...], place: tuple[int, str] | None
) -> None:
    assert blamed(text, "Fax" if "Fax" in text else "SMS", *path) == place


SPAN = ir.Span("a.rules", 0, 1, 1, 1)


@pytest.mark.parametrize("kind", [*MESSAGE_KINDS, *(f"button {kind}" for kind in BUTTON_KINDS)])
def test_what_is_to_be_written_instead_compiles(kind: str) -> None:
    profile = next(it for it in compiled("").ir.profiles if it.name == "Web Push")  # type: ignore[union-attr]  # it is there
    said = remedy("Web Push", Blame(SPAN, kind), ("card", kind), profile, beyond=False)
    instead = said.rpartition(": `")[2].removesuffix("`")
    assert not any(it.level == "error" for it in compiled(instead + "\n").diagnostics)
    assert any(it.how in instead for it in RENDERINGS)


def test_where_no_text_is_carried_or_a_limit_is_too_tight_that_is_said() -> None:
    program = compiled("channel Fax\n  text none\n").ir
    assert program is not None
    profile = program.profiles[-1]
    assert "`text native`" in remedy("Fax", Blame(SPAN, "card"), ("card",), profile, beyond=False)
    assert "raise that limit" in remedy("Fax", Blame(SPAN, "text"), ("text",), profile, beyond=True)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (Text("hello"), "a text of 5 characters"),
        (Text("h"), "a text of 1 character"),
        (Picture(Media(URL)), "a picture"),
        (
            Picture(Media(URL, size=8_000_000, mime="image/png"), "a"),
            "a picture of 8 MB of the type image/png with words",
        ),
        (FileList((Media(URL), Media(URL))), "a file list of 2 files"),
        (Contact("Ann"), "a contact"),
        (Card("a", buttons=(Reply("b"), OpenUrl("c", URL))), "a card with words with 2 buttons (reply, url)"),
        (Carousel((Card("a", buttons=(Reply("b"),)),)), "a carousel of 1 card with 1 button (reply)"),
    ],
)
def test_a_message_is_told_in_words(content: Content, words: str) -> None:
    assert told(Message(content)) == words


def test_buttons_under_a_message_are_counted_with_those_inside() -> None:
    assert told(Message(Card(buttons=(Reply("a"),)), (Dial("b", "+1"),))) == "a card with 2 buttons (dial, reply)"
