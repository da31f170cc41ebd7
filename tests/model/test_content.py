"""What a message carries: its words, its file, and what a redaction may touch."""

from __future__ import annotations

import msgspec
import pytest

from pointsman.model.content import (
    MESSAGE_KINDS,
    Card,
    Carousel,
    Choice,
    Contact,
    Content,
    File,
    FileList,
    Location,
    Media,
    Message,
    Native,
    OpenUrl,
    Picture,
    Reply,
    Template,
    Text,
    kind_of,
    map_words,
    media_of,
    text_of,
)

FILE = Media("https://x.example/4111111111111111.png", name="4111111111111111.png", size=5, mime="image/png")
CONTENTS: tuple[tuple[Content, str, str | None], ...] = (
    (Text("words"), "text", "words"),
    (Picture(FILE, "caption"), "picture", "caption"),
    (File(FILE), "file", None),
    (FileList((FILE,), "files"), "file list", "files"),
    (Location(1.0, 2.0, "here"), "location", "here"),
    (Contact("Ada"), "contact", None),
    (Card("title", "description", FILE), "card", "title\ndescription"),
    (Card(title="title"), "card", "title"),
    (Carousel((Card("a"), Card("b"))), "carousel", None),
    (Template("cm", {"x": 1}), "template", None),
    (Native("cm", "listPicker", {}), "native", None),
)


@pytest.mark.parametrize(("content", "kind", "words"), CONTENTS)
def test_each_content_has_a_kind_and_the_words_that_rules_see(content: Content, kind: str, words: str | None) -> None:
    assert kind_of(content) == kind
    assert kind in (*MESSAGE_KINDS, "native")
    assert text_of(Message(content)) == words
    assert text_of(Message(content, fallback="else")) == (words if hasattr(content, "caption") else words or "else")


@pytest.mark.parametrize(("content", "kind", "words"), CONTENTS)
def test_a_message_survives_the_store(content: Content, kind: str, words: str | None) -> None:
    message = Message(content, (Reply("Yes", "y"), OpenUrl("Site", "https://x.example")), "f", Choice("Yes", "y", 1))
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(message), type=Message) == message


def test_only_messages_of_one_file_have_a_file() -> None:
    assert media_of(Message(Picture(FILE))) == FILE
    assert media_of(Message(FileList((FILE,)))) is None


def stars(text: str) -> str:
    return text.replace("4111111111111111", "***")


def test_a_redaction_reaches_every_word_and_no_address() -> None:
    secret = "card 4111111111111111"
    message = Message(
        Card(secret, secret, FILE, (Reply(secret, secret),)),
        buttons=(Reply(secret, secret),),
        fallback=secret,
        choice=Choice(secret, secret),
        meta={"said": secret},
        options={"validity": "4111111111111111", "custom": {"note": [secret], "mediaUri": FILE.url}},
    )
    changed = map_words(message, stars)
    assert isinstance(changed.content, Card)
    assert changed.content.media == msgspec.structs.replace(FILE, name="***.png")
    assert changed.options == {"validity": "4111111111111111", "custom": {"note": ["card ***"], "mediaUri": FILE.url}}
    left = msgspec.json.encode(msgspec.structs.replace(changed, options={})).replace(FILE.url.encode(), b"")
    assert b"4111" not in left
