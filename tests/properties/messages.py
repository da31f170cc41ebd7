"""Hypothesis strategies for messages of every kind with any parts, and for channels with any limits.

Words are of all of Unicode but for halves of characters, which no protocol lets in; sizes and numbers lie around the
bounds of the standard channels.
"""

from __future__ import annotations

from hypothesis import strategies as st

from pointsman.language.ir import Carried, Limit, Profile
from pointsman.model.content import (
    BUTTON_KINDS,
    MESSAGE_KINDS,
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
    Native,
    NativeButton,
    OpenUrl,
    Picture,
    Reply,
    ShowLocation,
    Template,
    Text,
    Video,
)

_ODD = [
    "👩‍👩‍👧",
    "🇳🇱",
    "e\u0301",
    "한",
    "ﷺ",
    "\u200d",
    "\u0301",
    "€",
    "[",
    "漢",
    "\u202e",
    "{n}",
    "https://example.com/a?b=c",
    "1.",
]
_SIZES = st.none() | st.sampled_from([0, 1, 5_000_000, 5_000_001, 16 * 2**20 + 1, 2**53])
_MIMES = [
    None, "", "image/jpeg", "IMAGE/JPG", "image/gif", "image/webp", "video/mp4", "audio/ogg; codecs=opus", "audio/amr",
    "application/pdf", "text/plain", "application/x-unheard-of", "odd",
]  # fmt: skip
_PLAIN = st.characters(exclude_categories=["Cs"])
_word = (
    st.text(_PLAIN, min_size=1, max_size=12) | st.sampled_from(_ODD) | st.text("abcdé漢😀", min_size=20, max_size=90)
)
_gap = st.sampled_from([" ", " ", " ", "\n", "\n\n", ". ", "  ", "\t"])


@st.composite
def words(draw: st.DrawFn, most: int = 12) -> str:
    """Words with gaps between them; now and then so many that no channel takes them as one text."""
    pieces = draw(st.lists(st.tuples(_word, _gap), min_size=1, max_size=most))
    text = "".join(word + gap for word, gap in pieces)
    text = text.strip() or "x"
    return text * draw(st.sampled_from([1, 1, 1, 1, 3, 40]))


short = words(3).map(lambda text: text[:60])
labels = st.sampled_from(["Yes", "No", "More about this offer", "More about this house"]) | short
postbacks = st.none() | st.sampled_from(["yes", "p" * 65, "p" * 300, "漢" * 30]) | short


@st.composite
def media(draw: st.DrawFn) -> Media:
    number = draw(st.integers(0, 999))
    return Media(
        f"https://example.com/{number}",
        draw(st.none() | short),
        draw(st.sampled_from(_MIMES)),
        draw(_SIZES),
        thumbnail_url=draw(st.none() | st.just("https://example.com/thumbnail")),
        thumbnail_size=draw(_SIZES),
    )


locations = st.builds(
    Location,
    st.floats(-90, 90),
    st.floats(-180, 180),
    st.none() | words(),
    st.none() | st.just("https://example.com/place"),
)
buttons: st.SearchStrategy[Button] = st.one_of(
    st.builds(Reply, labels, postbacks, st.none(), st.none() | words(6)),
    st.builds(Reply, labels, postbacks, st.none(), st.none() | words(6)),
    st.builds(OpenUrl, labels, st.just("https://example.com/open"), postbacks),
    st.builds(Dial, labels, st.just("+15555550102"), postbacks),
    st.builds(Compose, labels, st.just("+15555550102"), st.none() | short, postbacks),
    st.builds(ShowLocation, labels, st.none() | locations, st.booleans(), postbacks),
    st.builds(CalendarEvent, labels, short, st.just("2026-11-20T10:00:00Z"), st.just("2026-11-20T11:00:00Z")),
    st.builds(NativeButton, labels, st.just("cm"), st.just({"a": 1})),
)


def some_buttons(most: int) -> st.SearchStrategy[tuple[Button, ...]]:
    return st.lists(buttons, max_size=most).map(tuple)


cards = st.builds(Card, st.none() | words(), st.none() | words(), st.none() | media(), some_buttons(6))
captions = st.none() | words()
contents: st.SearchStrategy[Content] = st.one_of(
    st.builds(Text, words(40)),
    *(st.builds(kind, media(), captions) for kind in (Picture, Video, Audio, File)),
    st.builds(FileList, st.lists(media(), min_size=1, max_size=12).map(tuple), captions),
    locations,
    st.builds(Contact, captions, st.none() | st.just("+15555550101"), st.none() | short, captions),
    cards,
    st.builds(Carousel, st.lists(cards, min_size=1, max_size=23).map(tuple)),
    st.builds(Template, st.just("cm"), st.just({})),
    st.builds(Native, st.just("cm"), st.just("payment"), st.just({"a": 1})),
)
messages = st.builds(Message, contents, some_buttons(16), st.none() | words())


# Channels -------------------------------------------------------------------------------------------------------------


def _limits(of: str, units: list[str], least: int, most: int) -> st.SearchStrategy[Limit]:
    return st.builds(Limit, st.just(of), st.sampled_from(units), st.integers(least, most), source=st.just("generated"))


_LENGTHS = ["characters", "bytes"]
_texts = st.one_of(
    _limits("", ["characters"], 8, 5000),
    _limits("", ["bytes"], 16, 5000),
    st.builds(Limit, st.just(""), st.just("gsm"), st.integers(20, 918), ucs2=st.integers(10, 402)),
)
_with_buttons = st.builds(
    Limit, st.just(""), st.just("characters"), st.integers(8, 1000), with_buttons=st.just(True), source=st.just("odd")
)
_counts = st.builds(lambda least, more: Limit("", "number", least + more, least), st.integers(0, 3), st.integers(1, 8))
_number = _limits("", ["number"], 1, 12)
_OF_MEDIA = [
    _limits("", ["size"], 1, 20_000_000),
    _limits("caption", _LENGTHS, 0, 1500),
    _limits("thumbnail", ["size"], 1, 200_000),
]
_OF_CARDS = [
    _limits("", ["size"], 1, 20_000_000),
    _limits("title", _LENGTHS, 4, 200),
    _limits("description", _LENGTHS, 4, 2000),
    _limits("together", _LENGTHS, 4, 1100),
    _limits("buttons", ["number"], 0, 5),
    _limits("caption", _LENGTHS, 4, 30),
]
_OF_BUTTONS = [_number, _limits("caption", _LENGTHS, 4, 30)]
_OF = {
    "text": [_texts, _with_buttons],
    **dict.fromkeys(("picture", "video", "audio", "file"), _OF_MEDIA),
    "file list": [*_OF_MEDIA, _limits("", ["number"], 1, 10)],
    "card": _OF_CARDS,
    "carousel": [*_OF_CARDS, _counts],
    "reply": [*_OF_BUTTONS, _limits("rows", ["number"], 2, 12), _limits("description", _LENGTHS, 4, 72)],
    **dict.fromkeys(("url", "dial", "compose", "calendar"), _OF_BUTTONS),
}
_TYPES = st.just(()) | st.sampled_from([("image/jpeg", "image/png"), ("image/*",), ("video/mp4", "audio/ogg")])


@st.composite
def _line(draw: st.DrawFn, kind: str, *, button: bool = False) -> Carried:
    native = kind == "text" or draw(st.integers(0, 2)) > 0
    known = _OF.get(kind, _OF_BUTTONS if button else [])
    limits = tuple(draw(limit) for limit in known if draw(st.booleans()))
    has_types = not button and kind in ("picture", "video", "audio", "file", "file list")
    types = draw(_TYPES) if has_types else ()
    return Carried(
        kind, "native" if native else draw(st.sampled_from(["emulated", "none"])), limits, types, "generated"
    )


@st.composite
def profiles(draw: st.DrawFn) -> Profile:
    """A channel that takes texts, and of all else any part within any limits."""
    return Profile(
        "Generated",
        tuple(draw(_line(kind)) for kind in MESSAGE_KINDS),
        tuple(draw(_line(kind, button=True)) for kind in BUTTON_KINDS),
        draw(st.none() | _limits("", _LENGTHS, 16, 300)),
    )
