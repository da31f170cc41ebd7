"""One ordinary message of each kind and one ordinary button of each, as a shop would send them.

The page of channels and the snapshots of what leaves are made of these.
"""

from __future__ import annotations

from pointsman.engine.loaded import Loaded
from pointsman.engine.loading import load
from pointsman.language.pipeline import compile_rules
from pointsman.model.content import (
    Audio,
    Button,
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
    OpenUrl,
    Picture,
    Reply,
    ShowLocation,
    Template,
    Text,
    Video,
    kind_of,
)

_SITE = "https://shop.example"
_TABLE, _CHAIR = (Media(f"{_SITE}/{name}.jpg", mime="image/jpeg", size=200_000) for name in ("table", "chair"))
_MANUAL = Media(f"{_SITE}/manual.pdf", "manual.pdf", "application/pdf", 400_000)
_SHOP = Location(52.3702, 4.8952, "Our shop")

CONTENTS: dict[str, Content] = {
    kind_of(content): content
    for content in (
        Text("Which one do you like?"),
        Picture(_TABLE, "Our oak table"),
        Video(Media(f"{_SITE}/assembly.mp4", mime="video/mp4", size=3_000_000), "How it is put together"),
        Audio(Media(f"{_SITE}/greeting", size=300_000)),
        File(_MANUAL, "The manual"),
        FileList((_MANUAL, Media(f"{_SITE}/bill.pdf", "bill.pdf", "application/pdf", 90_000)), "Your papers"),
        _SHOP,
        Contact("Ann Bee", "+15555550101", "ann@shop.example", "1 Main Street"),
        Card("Oak table", "Seats six", _TABLE, (Reply("I take it", "table"),)),
        Carousel(
            (
                Card("Oak table", "Seats six", _TABLE, (Reply("Table", "table"),)),
                Card("Oak chair", "Seats one", _CHAIR, (Reply("Chair", "chair"),)),
            )
        ),
        Template("cm", {}, "order_sent"),
    )
}
BUTTONS: dict[str, Button] = {
    "reply": Reply("Yes, please", "yes"),
    "url": OpenUrl("See all", f"{_SITE}/all"),
    "dial": Dial("Call us", "+15555550102"),
    "compose": Compose("Text us", "+15555550102", "About my order"),
    "location": ShowLocation("Find us", _SHOP),
    "calendar": CalendarEvent("Save the date", "Sale", "2026-11-27T09:00:00Z", "2026-11-27T18:00:00Z"),
}


def message_of(kind: str, *buttons: Button) -> Message:
    """The ordinary message of a kind; a template knows what to say where there are no templates."""
    return Message(CONTENTS[kind], buttons, fallback="Your order is on its way." if kind == "template" else None)


def standard_program(head: str = "") -> Loaded:
    """A program that says nothing of channels; `head` may choose among the standard values."""
    compiled = compile_rules({"policy.rules": f"{head}\ncomponent Shop is bot\nstart with Shop\n"})
    assert compiled.program is not None, compiled.diagnostics
    return load(compiled.program)
