"""A message in words, for protocols that carry nothing else."""

from __future__ import annotations

import pytest

from pointsman.model.content import (
    CalendarEvent,
    Card,
    Carousel,
    Compose,
    Contact,
    Content,
    Dial,
    File,
    FileList,
    Location,
    Media,
    Message,
    Native,
    OpenUrl,
    Picture,
    Reply,
    ShowLocation,
    Template,
    Text,
)
from pointsman.model.event import CUSTOMER
from pointsman.model.transcript import Turn
from pointsman.protocols.plain import plain_text, transcript

CAT = Media("https://e.x/cat.jpg")
BILL = Media("https://e.x/bill.pdf", "bill.pdf")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (Text("Hello"), "Hello"),
        (Picture(CAT, "A cat"), "A cat\nhttps://e.x/cat.jpg"),
        (File(BILL), "bill.pdf: https://e.x/bill.pdf"),
        (FileList((CAT, BILL), "Two"), "Two\nhttps://e.x/cat.jpg\nbill.pdf: https://e.x/bill.pdf"),
        (Location(46.95, 7.44, "Our shop"), "Our shop\nhttps://maps.google.com/?q=46.95,7.44"),
        (Location(46.95, 7.44, url="https://m.x/1"), "https://m.x/1"),
        (Contact("Ann", "+31100", "a@e.x", "Main street 1"), "Ann\n+31100\na@e.x\nMain street 1"),
        (
            Carousel((Card("One", buttons=(Reply("Buy", "b1"),)), Card(description="Second", media=CAT))),
            "One\nBuy\nSecond\nhttps://e.x/cat.jpg",
        ),
        (Template("cm", {}), "known words"),
        (Native("cm", "payment", {}), "known words"),
    ],
)
def test_every_kind_of_content_is_written_as_lines(content: Content, words: str) -> None:
    assert plain_text(Message(content, fallback="known words")) == words


def test_buttons_are_lines_that_say_where_they_lead() -> None:
    buttons = (
        Reply("Yes", "y"),
        OpenUrl("Site", "https://e.x"),
        Dial("Call", "+31100"),
        Compose("Write", "+31200", "hi"),
        ShowLocation("Map", Location(1.5, 2.5)),
        ShowLocation("Where are you?", request=True),
        CalendarEvent("Save", "Visit", "2026-12-01T10:00:00Z", "2026-12-01T11:00:00Z"),
    )
    assert plain_text(Message(Text("Choose"), buttons)).splitlines() == [
        "Choose",
        "Yes",
        "Site: https://e.x",
        "Call: +31100",
        "Write: +31200",
        "Map: https://maps.google.com/?q=1.5,2.5",
        "Where are you?",
        "Save: Visit, 2026-12-01T10:00:00Z - 2026-12-01T11:00:00Z",
    ]


def test_a_transcript_names_who_said_what_and_leaves_out_what_has_no_words() -> None:
    turns = (
        Turn(0, CUSTOMER, Message(Text("Help"))),
        Turn(1, "", Message(Text("Ticket 5"), (Reply("Fine"),))),
        Turn(2, "Desk", Message(Native("x", "sticker", {}))),
        Turn(3, "Desk", Message(Picture(CAT))),
    )
    assert transcript(turns) == "customer: Help\nrules: Ticket 5\nFine\nDesk: https://e.x/cat.jpg"
