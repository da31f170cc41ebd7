"""A TwoWay component, and strategies for everything that its format can express."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import strategies as st
from protocol_samples import ACCOUNT_ID, owed

from pointsman.model.content import (
    Audio,
    Button,
    CalendarEvent,
    Card,
    Carousel,
    Compose,
    Contact,
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
from pointsman.model.decision import ToComponent
from pointsman.model.event import CUSTOMER
from pointsman.protocols.settings import Secret, Url
from pointsman.protocols.twoway import ComponentSettings, Sends, decode_sends, encode_message
from pointsman.protocols.wire import Sending

SENDING = Sending(ACCOUNT_ID)
DESK = ComponentSettings(
    account="shop",
    adapter="7c0e8a52-6d3f-4f0e-9a44-6f1c2f6d9f10",
    token=Secret(("desk-token",), ("env:DESK_TOKEN",)),
    message_url=Url("http://127.0.0.1:9102/messages"),
    handover_url=Url("http://127.0.0.1:9102/handover"),
    event_url=Url("http://127.0.0.1:9102/events"),
    headers={"X-Desk-Key": Secret(("s3cret",), ("env:DESK_KEY",))},
)

words = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=20)
some_words = st.none() | words
counts = st.none() | st.integers(0, 2**53)
json_objects = st.dictionaries(words, words | st.integers(-1000, 1000) | st.booleans(), max_size=3)
heights = st.sampled_from([None, "short", "medium", "tall"])
media = st.builds(
    Media,
    words,
    some_words,
    some_words,
    counts,
    counts,
    some_words,
    some_words,
    some_words,
    some_words,
    counts,
    heights,
)
locations = st.builds(
    Location,
    st.floats(-90, 90),
    st.floats(-180, 180),
    some_words,
    some_words,
    some_words,
    st.none() | st.floats(0, 1e6),
)
buttons: st.SearchStrategy[Button] = st.one_of(
    st.builds(Reply, words, some_words, st.none() | media, some_words),
    st.builds(OpenUrl, words, words, some_words),
    st.builds(Dial, words, words, some_words),
    st.builds(Compose, words, words, some_words, some_words),
    st.builds(ShowLocation, words, locations, postback=some_words),
    st.builds(ShowLocation, words, request=st.just(True), postback=some_words),
    st.builds(CalendarEvent, words, words, words, words, some_words, some_words),
    st.builds(NativeButton, words, st.sampled_from(["horisen", "botpress"]), json_objects),
    words.map(lambda label: NativeButton(label, "cm", {"action": "payment", "label": label, "payment": {"total": 1}})),
)
some_buttons = st.lists(buttons, max_size=3).map(tuple)
cards = st.builds(Card, some_words, some_words, st.none() | media, some_buttons, some_words, some_words)
contents = st.one_of(
    words.map(Text),
    *(st.builds(kind, media, some_words) for kind in (Picture, Video, Audio, File)),
    st.builds(FileList, st.lists(media, min_size=1, max_size=3).map(tuple), some_words),
    locations,
    st.builds(Contact, some_words, some_words, some_words, some_words, st.lists(json_objects, max_size=2).map(tuple)),
    cards,
    st.builds(Carousel, st.lists(cards, min_size=1, max_size=3).map(tuple), some_words),
    st.builds(Template, st.sampled_from(["cm", "horisen"]), json_objects, words),
    st.builds(Native, st.sampled_from(["cm", "horisen"]), words, json_objects),
)
messages = st.builds(
    Message,
    contents,
    some_buttons,
    fallback=some_words,
    reference=st.none() | words.filter(lambda text: text == text.strip()),
    meta=st.dictionaries(words, words, max_size=3),
    options=st.just({}) | st.just({"item": {"tag": "t", "context": {"message_id": "m-1"}}}),
)


def posted(message: Message, author: str = CUSTOMER, withheld: str = "") -> dict[str, Any]:
    """What the component is posted."""
    body: dict[str, Any] = json.loads(
        encode_message(owed(ToComponent("Desk", message, author, withheld)), DESK, SENDING).body
    )
    return body


def sends(body: bytes) -> Sends:
    return decode_sends(body, ACCOUNT_ID)


def call(*messages: Any, **members: Any) -> bytes:
    """A call with messages; `members` change those of the chat."""
    chat = {"channel": "WhatsApp", "conversationClientId": "+31612345678", "conversationHostId": "+31100000000"}
    return json.dumps({"chat": {**chat, **members}, "conversationMessages": list(messages)}).encode()


def text(words: str = "Hi", **members: Any) -> dict[str, Any]:
    return {"$type": "text", "direction": "ClientTerminated", "text": words, **members}
