"""What a channel carries, clause by clause of what profiles say, and what is said of the rest."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from pointsman.language.ir import Carried, Limit, Profile
from pointsman.language.lower_channels import standard
from pointsman.model.content import (
    BUTTON_KINDS,
    MESSAGE_KINDS,
    Audio,
    Button,
    Card,
    Carousel,
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
    Template,
    Text,
    Video,
)
from pointsman.proofs.carried import violations

URL = "https://example.com/it"
MEDIA = Media(URL)
ONE_OF_EACH: tuple[Content, ...] = (
    Text("a"), Picture(MEDIA), Video(MEDIA), Audio(MEDIA), File(MEDIA), FileList((MEDIA,)), Location(1, 2),
    Contact("A"), Card("a"), Carousel((Card("a"),)), Template("p", {}),
)  # fmt: skip


def line(kind: str, *limits: Limit, types: Iterable[str] = ()) -> Carried:
    return Carried(kind, "native", limits, tuple(types), "the vendor")


def profile(*lines: Carried, postback: Limit | None = None) -> Profile:
    """A channel that carries everything within the limits of `lines`; those of buttons are named `button KIND`."""
    stated = {it.kind: it for it in lines}
    return Profile(
        "Test",
        tuple(stated.get(kind, Carried(kind, "native")) for kind in MESSAGE_KINDS),
        tuple(
            Carried(kind, it.support, it.limits, it.types, it.source)
            for kind in BUTTON_KINDS
            for it in (stated.get(f"button {kind}", Carried(kind, "native")),)
        ),
        postback,
    )


def faults(it: Content, channel: Profile, *buttons: Button) -> int:
    return len(violations([Message(it, buttons)], channel))


@pytest.mark.parametrize("content", ONE_OF_EACH)
def test_a_kind_has_to_be_native(content: Content) -> None:
    kind = str(content.__struct_config__.tag)
    assert violations([Message(content)], profile()) == ()
    for support in ("emulated", "none"):
        said = violations([Message(content)], profile(Carried(kind, support, (), (), "the vendor")))
        assert said == (f"message 1: {kind} is {support} (the vendor)",)


def test_what_only_a_protocol_knows_is_always_carried() -> None:
    nothing = profile(*(Carried(kind, "none") for kind in MESSAGE_KINDS), Carried("button reply", "none"))
    only = NativeButton("a label of many words", "cm", {})
    assert violations([Message(Native("cm", "payment", {}), (only,))], nothing) == ()


def test_each_message_is_judged_and_numbered() -> None:
    short = profile(line("text", Limit("", "characters", 3, source="the vendor")))
    said = violations([Message(Text("abc")), Message(Text("abcd")), Message(Text(""))], short)
    assert said == ("message 2: text has 4, at most 3 characters (the vendor)", "message 3: text is empty")


@pytest.mark.parametrize(
    ("limit", "fitting", "over"),
    [
        (Limit("", "characters", 3), "😀😀😀", "abcd"),
        (Limit("", "bytes", 4), "😀", "😀a"),
        (Limit("", "bytes", 3), "\ud800", "\ud800a"),
        (Limit("", "gsm", 4, ucs2=2), "€€", "€€a"),
        (Limit("", "gsm", 4, ucs2=2), "漢a", "漢ab"),
        (Limit("", "gsm", 4, ucs2=2), "😀", "😀a"),
        (Limit("", "gsm", 4, ucs2=4), "漢漢", "漢漢漢"),
        (Limit("", "gsm", 160), "漢" * 70, "漢" * 71),
    ],
)
def test_a_text_is_measured_in_the_unit_of_its_limit(limit: Limit, fitting: str, over: str) -> None:
    assert faults(Text(fitting), profile(line("text", limit))) == 0
    assert faults(Text(over), profile(line("text", limit))) == 1


def test_limits_with_buttons_hold_only_where_there_are_some() -> None:
    channel = profile(line("text", Limit("", "characters", 5), Limit("", "characters", 3, with_buttons=True)))
    assert faults(Text("abcde"), channel) == 0
    assert faults(Text("abcde"), channel, Reply("Yes")) == 1
    assert faults(Text("abc"), channel, Reply("Yes")) == 0
    assert faults(Text("abcdef"), channel, Reply("Yes")) == 2


@pytest.mark.parametrize("kind", [Picture, Video, Audio, File])
def test_media_keep_to_size_type_caption_and_thumbnail(kind: type[Picture | Video | Audio | File]) -> None:
    bounds = (Limit("", "size", 10), Limit("caption", "characters", 2), Limit("thumbnail", "size", 5))
    channel = profile(line(str(kind.__struct_config__.tag), *bounds, types=("image/jpeg", "video/*")))
    fitting = Media(URL, mime="IMAGE/jpg", size=10, thumbnail_size=5)
    assert faults(kind(MEDIA, "ab"), channel) == 0
    assert faults(kind(fitting, "ab"), channel) == 0
    assert faults(kind(Media(URL, mime="video/mp4; codecs=avc1")), channel) == 0
    assert faults(kind(Media(URL, size=11)), channel) == 1
    assert faults(kind(Media(URL, thumbnail_size=6)), channel) == 1
    assert faults(kind(Media(URL, mime="image/png")), channel) == 1
    assert faults(kind(MEDIA, "abc"), channel) == 1


def test_media_of_any_type_go_where_none_is_named_and_without_words_where_captions_have_none() -> None:
    channel = profile(line("picture", Limit("caption", "characters", 0)))
    assert faults(Picture(Media(URL, mime="x/y")), channel) == 0
    assert faults(Picture(MEDIA, ""), channel) == 0
    assert faults(Picture(MEDIA, "a"), channel) == 1


def test_a_file_list_is_bounded_in_number_and_file_by_file() -> None:
    channel = profile(line("file list", Limit("", "number", 2), Limit("", "size", 10), types=("image/*",)))
    assert faults(FileList((Media(URL, size=10), Media(URL, size=10))), channel) == 0
    assert faults(FileList((MEDIA, MEDIA, MEDIA)), channel) == 1
    assert faults(FileList((Media(URL, size=11), Media(URL, mime="text/plain"))), channel) == 2


CARDS = profile(
    line(
        "card",
        Limit("", "size", 10),
        Limit("title", "characters", 3),
        Limit("description", "characters", 4),
        Limit("together", "characters", 8),
        Limit("buttons", "number", 2),
        Limit("caption", "characters", 3),
    ),
    line("picture", types=("image/png",)),
    line("video", types=("video/mp4",)),
    line("file", types=("application/pdf",)),
)


@pytest.mark.parametrize(
    ("card", "buttons", "wrong"),
    [
        (Card("abc", "abcd"), (), 0),
        (Card("abcd"), (), 1),
        (Card("a", "abcde"), (), 1),
        (Card("abc", "abcd", buttons=(Reply("ab"),)), (), 1),
        (Card("a", buttons=(Reply("a"), Reply("b"))), (), 0),
        (Card("a", buttons=(Reply("a"),)), (Reply("b"), Reply("c")), 1),
        (Card("a", buttons=(Reply("abcd"),)), (), 1),
        (Card("a"), (Reply("abcd"),), 1),
        (Card(media=Media(URL, size=11)), (), 1),
        (Card(media=Media(URL, mime="image/png")), (), 0),
        (Card(media=Media(URL, mime="image/gif")), (), 1),
        (Card(media=Media(URL, mime="video/mp4")), (), 0),
        (Card(media=Media(URL, mime="video/webm")), (), 1),
        (Card(media=Media(URL, mime="audio/ogg")), (), 0),
        (Card(media=Media(URL, mime="application/zip")), (), 1),
        (Card(media=MEDIA), (), 0),
    ],
)
def test_a_card_keeps_to_the_limits_of_cards(card: Card, buttons: tuple[Button, ...], wrong: int) -> None:
    assert faults(card, CARDS, *buttons) == wrong


def test_the_types_of_a_card_stand_before_those_of_its_media() -> None:
    channel = profile(line("card", types=("image/gif",)), line("picture", types=("image/png",)))
    assert faults(Card(media=Media(URL, mime="image/gif")), channel) == 0
    assert faults(Card(media=Media(URL, mime="image/png")), channel) == 1


def test_a_carousel_is_bounded_in_number_and_card_by_card() -> None:
    card = line("card", Limit("title", "characters", 2))
    own = line("carousel", Limit("", "number", 3, least=2), Limit("buttons", "number", 0))
    two = (Card("a"), Card("b"))
    assert faults(Carousel(two), profile(card, own)) == 0
    assert faults(Carousel(two[:1]), profile(card, own)) == 1
    assert faults(Carousel((*two, *two)), profile(card, own)) == 1
    assert faults(Carousel((*two, Card("abc"))), profile(card, own)) == 1
    assert faults(Carousel((*two, Card("c", buttons=(Reply("a"),)))), profile(card, own)) == 1
    assert faults(Carousel((*two, Card("c"))), profile(card, own), Reply("under it")) == 0


def test_buttons_are_native_labelled_within_bounds_and_not_too_many() -> None:
    channel = profile(
        Carried("button dial", "none"),
        line("button reply", Limit("", "number", 3), Limit("caption", "characters", 3)),
        line("button url", Limit("", "number", 2)),
        postback=Limit("", "bytes", 4),
    )
    some = Text("a")
    assert faults(some, channel, Reply("abc", "😀"), Reply("b"), Reply("c")) == 0
    assert faults(some, channel, Dial("a", "+1")) == 1
    assert faults(some, channel, Reply("abcd")) == 1
    assert faults(some, channel, Reply("a", "abcde")) == 1
    assert faults(some, channel, *map(Reply, "abcd")) == 1
    assert faults(some, channel, Reply("a"), OpenUrl("b", URL)) == 0
    assert faults(some, channel, Reply("a"), Reply("b"), OpenUrl("c", URL)) == 1
    assert faults(some, channel, Reply("a"), NativeButton("b", "cm", {}), OpenUrl("c", URL)) == 1
    assert faults(Card("a", buttons=(*map(Reply, "abcd"),)), channel) == 1
    assert faults(Card("a", buttons=(*map(Reply, "abc"),)), channel, *map(Reply, "def")) == 0


def test_replies_that_are_too_many_for_buttons_may_be_a_list() -> None:
    rows = (Limit("", "number", 2), Limit("rows", "number", 3), Limit("description", "characters", 4))
    channel = profile(line("button reply", *rows), line("button url", Limit("", "number", 3)))
    assert faults(Text("a"), channel, *map(Reply, "abc")) == 0
    assert faults(Text("a"), channel, *map(Reply, "abcd")) == 1
    assert faults(Text("a"), channel, Reply("a"), Reply("b"), OpenUrl("c", URL)) == 1
    assert faults(Text("a"), channel, Reply("a"), Reply("b"), Reply("c", description="12345")) == 1
    assert faults(Text("a"), channel, Reply("a"), Reply("b", description="12345")) == 0


def test_what_the_standard_channels_say_is_what_is_judged_by() -> None:
    channels = standard()
    long = Message(Text("a" * 1001))
    assert violations([long], channels["Instagram"]) == (
        "message 1: text has 1001, at most 1000 bytes (vendor: Send API)",
    )
    assert [name for name, it in channels.items() if violations([long], it)] == ["SMS", "Instagram"]
    card = Message(Carousel((Card("One", media=Media(URL, size=9_000_000)), Card("Two"))))
    assert [name for name, it in channels.items() if not violations([card], it)] == ["RCS", "Facebook"]
