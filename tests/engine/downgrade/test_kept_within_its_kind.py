"""What is too much for a channel, and yet stays of its kind: texts, captions, thumbnails, labels, cards, carousels."""

from __future__ import annotations

import pytest
from msgspec import structs

from engine.downgrade.channel_samples import (
    NO,
    PICTURE,
    YES,
    card,
    channel,
    labels,
    sent,
    standard_channel,
    texts,
    told,
)
from pointsman.engine.downgrade.ladder import Ladder
from pointsman.language.ir import Carried
from pointsman.language.lower import standard_rungs
from pointsman.model.content import (
    Audio,
    Card,
    Carousel,
    Dial,
    File,
    FileList,
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
from pointsman.model.decision import Loss

WISHES = {"validity": "1h", "item": {"tag": "x"}}


# Captions and thumbnails ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [Picture, Video, Audio, File])
def test_a_caption_that_is_too_long_follows_as_a_text_with_the_buttons(kind: type[Picture]) -> None:
    line = {Picture: "picture", Video: "video", Audio: "audio", File: "file"}[kind]
    it = sent(Message(kind(Media("https://a.example"), "Our table"), (YES,)), channel(f'{line} caption 8 from "a"'))
    assert it.messages == (Message(kind(Media("https://a.example"))), Message(Text("Our table"), (YES,)))
    assert told(it) == ["split caption: text of at most 8 characters (a)"]


def test_where_there_are_no_captions_a_file_without_words_stays_alone_with_its_buttons() -> None:
    message = Message(Picture(PICTURE), (YES,))
    assert sent(message, channel("picture caption 0")).messages == (message,)


def test_a_long_caption_is_split_like_any_text() -> None:
    it = sent(Message(Picture(PICTURE, "One two three"), (YES,)), channel("picture caption 0\n text 8"))
    assert texts(it) == [None, "One two", "three"]
    assert [message.buttons for message in it.messages] == [(), (), (YES,)]
    assert [loss.kind for loss in it.losses] == ["split", "split"]


def test_the_words_of_a_list_of_files_that_are_too_long_follow_it() -> None:
    files = FileList((PICTURE, PICTURE), "Two pictures")
    it = sent(Message(files), channel("'file list' caption 5"))
    assert it.messages == (Message(FileList(files.files)), Message(Text("Two pictures")))


def test_a_thumbnail_that_is_too_large_is_dropped_and_the_file_goes() -> None:
    heavy = Media("https://a.example", thumbnail_url="https://t.example", thumbnail_name="t", thumbnail_size=2_000)
    it = sent(Message(Video(heavy, "See")), channel("video thumbnail 1 KB"))
    assert it.messages == (Message(Video(Media("https://a.example"), "See")),)
    assert told(it) == ["dropped thumbnail: nothing, at most 1 KB"]


def test_of_a_list_only_the_thumbnails_that_are_too_large_are_dropped() -> None:
    light, heavy = (Media("https://a.example", thumbnail_url="t", thumbnail_size=size) for size in (1, 2_000))
    it = sent(Message(FileList((light, heavy), "See")), channel("'file list' thumbnail 1 KB"))
    assert it.messages == (Message(FileList((light, Media("https://a.example")), "See")),)


# Labels, postbacks and descriptions -----------------------------------------------------------------------------------


def test_a_label_that_is_too_long_is_cut_at_a_word() -> None:
    button = Reply("Talk to a person", "agent")
    it = sent(Message(Text("Hello"), (button, YES)), channel('button reply native caption 10 from "a"'))
    assert it.messages == (Message(Text("Hello"), (Reply("Talk to a…", "agent"), YES)),)
    assert told(it) == ["truncated label `Talk to a person`: `Talk to a…`, at most 10 characters (a)"]


def test_labels_that_would_be_cut_to_the_same_are_written_out_as_numbers() -> None:
    buttons = Reply("Talk to a person", "p"), Reply("Talk to a robot", "r"), YES
    it = sent(Message(Text("Hello"), buttons), channel("button reply native caption 10"))
    assert it.messages == (Message(Text("Hello\n1. Talk to a person\n2. Talk to a robot\n3. Yes")),)
    assert [(offer.number, offer.postback) for offer in it.offers] == [(1, "p"), (2, "r"), (3, "yes")]


def test_a_choice_that_would_be_cut_to_the_label_of_a_link_is_written_out_and_the_link_stays() -> None:
    link = OpenUrl("Talk to a", "https://a.example")
    it = sent(Message(Text("Hi"), (Reply("Talk to a…", "r"), OpenUrl("Talk to a…", "u"))), channel())
    assert it.losses == ()
    buttons = Reply("Talk to a robot", "r"), OpenUrl("Talk to a human", link.url)
    it = sent(Message(Text("Hi"), buttons), channel("button reply native caption 10\n button url native caption 10"))
    assert it.messages == (Message(Text("Hi\n1. Talk to a robot"), (OpenUrl("Talk to a…", link.url),)),)


def test_labels_that_were_the_same_before_are_left_alone() -> None:
    message = Message(Text("Hello"), (Reply("Yes", "1"), Reply("Yes", "2")))
    assert sent(message, channel("button reply native caption 3")).messages == (message,)


def test_links_that_are_cut_to_the_same_label_stay_links() -> None:
    buttons = tuple(OpenUrl(f"Open the shop {number}", f"https://{number}.example") for number in (1, 2))
    it = sent(Message(Text("Hello"), buttons), channel("button url native caption 9"))
    assert labels(it.messages[0].buttons) == ["Open the…"] * 2


def test_a_postback_that_is_too_long_travels_as_a_token_and_nothing_is_lost() -> None:
    long = "order:" + "x" * 60
    ladder = channel("postback 40 bytes")
    buttons = Reply("Yes", long), OpenUrl("Open", "https://a.example", long + "y"), NO, NativeButton("n", "cm", {})
    it = sent(Message(Text("Hello"), buttons), ladder)
    tokens = [button.postback for button in it.messages[0].buttons[:2] if not isinstance(button, NativeButton)]
    assert [it.tokens[str(token)] for token in tokens] == [long, long + "y"]
    assert it.messages[0].buttons[2:] == buttons[2:]
    assert it.losses == ()
    assert sent(Message(Text("Hello"), buttons), ladder) == it
    assert sent(it.messages[0], ladder).tokens == {}


@pytest.mark.parametrize("most", [16, 32, 33, 500])
def test_a_token_is_within_its_limit(most: int) -> None:
    it = sent(Message(Text("Hello"), (Reply("Yes", "漢" * 600),)), channel(f"postback {most} characters"))
    (token,) = it.tokens
    assert len(token) == min(most, 32)


def test_a_list_of_choices_cuts_their_descriptions_and_buttons_keep_them() -> None:
    ladder = channel("button reply native 2 rows 4 description 9")
    choices = tuple(Reply(str(number), description="Sits six people") for number in range(3))
    it = sent(Message(Text("Choose"), choices), ladder)
    assert [button.description for button in it.messages[0].buttons if isinstance(button, Reply)] == ["Sits six…"] * 3
    assert told(it)[0] == "truncated description of `0`: cut short, at most 9 characters"
    two = Message(Text("Choose"), choices[:2])
    assert sent(two, ladder).messages == (two,)


# Cards ----------------------------------------------------------------------------------------------------------------


def test_nothing_of_a_card_that_stands_alone_is_cut() -> None:
    it = sent(Message(card(1, YES), (NO,)), channel("card title 3", 'downgrade card to text "{title}" and buttons'))
    assert it.messages == (Message(Text("Title 1"), (YES, NO)),)
    assert told(it)[0] == "emulated card: text, at most 3 characters"


@pytest.mark.parametrize(
    ("line", "media"),
    [
        ("card 1 KB", Media("https://a.example", size=1_001)),
        ("picture native image/png", Media("https://a.example", mime="IMAGE/JPG")),
        ("video native video/mp4", Media("https://a.example", mime="video/webm; codecs=vp9")),
        ("audio native audio/*", Media("https://a.example", mime="audio")),
        ("file native application/pdf", Media("https://a.example", mime="text/plain")),
    ],
)
def test_a_card_whose_file_the_channel_refuses_goes_down_its_rung(line: str, media: Media) -> None:
    it = sent(Message(Card("Title", None, media)), channel(line, 'downgrade card to text "{title}"'))
    assert it.messages == (Message(Text("Title")),)


@pytest.mark.parametrize(
    "media",
    [
        Media("https://a.example"),
        Media("https://a.example", mime="image/PNG", size=1_000),
        Media("https://a.example", mime="image/png; q=1"),
    ],
)
def test_a_card_whose_file_is_unknown_or_allowed_is_carried(media: Media) -> None:
    message = Message(Card("Title", None, media))
    assert sent(message, channel("card 1 KB\n picture native image/png")).messages == (message,)


def test_choices_that_are_too_many_for_a_card_are_lines_of_its_description() -> None:
    it = sent(Message(card(1, YES, NO), (Reply("More"),)), channel("card buttons 2"))
    (message,) = it.messages
    assert text_lines(message) == ["Title 1", "Words 1", "1. Yes", "2. No", "3. More"]
    assert message.buttons == ()


def test_lines_that_a_description_has_no_room_for_follow_the_card_with_what_is_under_it() -> None:
    under = OpenUrl("Open", "https://a.example")
    it = sent(Message(card(1, YES, NO), (under,)), channel("card buttons 2 description 12"))
    first, last = it.messages
    assert first == Message(Card("Title 1", "Words 1", PICTURE))
    assert last == Message(Text("1. Yes\n2. No"), (under,))


def test_title_description_and_labels_are_bounded_together() -> None:
    ladder = channel("card together 20", 'downgrade card to text "{title}"')
    fits = Message(card(1, Reply("123456")))
    assert sent(fits, ladder).messages == (fits,)
    assert texts(sent(Message(card(1, Reply("1234567"))), ladder)) == ["Title 1"]
    assert texts(sent(Message(card(1, Reply("123")), (Reply("4567"),)), ladder)) == ["Title 1"]


def test_a_card_with_only_vendor_buttons_beyond_its_number_goes_down_its_rung() -> None:
    native = tuple(NativeButton(str(number), "cm", {}) for number in range(3))
    it = sent(Message(card(1, *native)), channel("card buttons 2", 'downgrade card to text "{title}" and buttons'))
    assert it.messages == (Message(Text("Title 1"), native),)


def test_too_few_buttons_are_no_card_either() -> None:
    ladder = channel("card buttons 1 to 3", 'downgrade card to text "{title}"')
    assert texts(sent(Message(card(1)), ladder)) == ["Title 1"]


def text_lines(message: Message) -> list[str]:
    assert isinstance(message.content, Card)
    return f"{message.content.title}\n{message.content.description}".split("\n")


def test_types_that_a_card_line_names_count_instead_of_those_of_its_file() -> None:
    whole = channel().profile
    stated = Carried("card", "native", (), ("image/png",)), Carried("picture", "native", (), ("image/jpeg",))
    lines = {line.kind: line for line in (*whole.messages, *stated)}
    ladder = Ladder(structs.replace(whole, messages=tuple(lines.values())), standard_rungs())
    for mime, kept in (("image/png", True), ("image/jpeg", False), ("video/mp4", False)):
        message = Message(Card("Title", None, Media("https://a.example", mime=mime)))
        assert (sent(message, ladder).messages == (message,)) is kept


# Carousels ------------------------------------------------------------------------------------------------------------


def sizes(count: int, bounds: str, *under: Reply) -> list[int]:
    """How many cards stand in each message that so many become; 0: one that stands alone."""
    message = Message(Carousel(tuple(card(number) for number in range(count)), "Small"), under)
    it = sent(message, channel(f"carousel {bounds}"))
    assert it.messages[-1].buttons == under
    cards = [each for left in it.messages for each in getattr(left.content, "cards", (left.content,))]
    assert cards == list(message.content.cards)  # type: ignore[union-attr]  # a carousel
    return [len(left.content.cards) if isinstance(left.content, Carousel) else 0 for left in it.messages]


@pytest.mark.parametrize(
    ("count", "bounds", "expected"),
    [
        (10, "2 to 10", [10]),
        (11, "2 to 10", [6, 5]),
        (21, "2 to 10", [7, 7, 7]),
        (1, "2 to 10", [0]),
        (2, "3 to 10", [0, 0]),
        (1, "1 to 10", [1]),
        (3, "2 to 2", [2, 0]),
        (7, "4 to 5", [5, 0, 0]),
        (3, "1", [1, 1, 1]),
    ],
)
@pytest.mark.parametrize("under", [(), (YES,)])
def test_cards_above_the_most_are_several_carousels(
    count: int, bounds: str, expected: list[int], under: tuple[Reply, ...]
) -> None:
    assert sizes(count, bounds, *under) == expected


@pytest.mark.parametrize(
    ("count", "losses"),
    [
        (11, ["split carousel: 2 carousels of at most 10 cards (a)"]),
        (1, ["emulated carousel: card (a)"]),
        (5, []),
    ],
)
def test_a_divided_carousel_is_told(count: int, losses: list[str]) -> None:
    message = Message(Carousel(tuple(card(number) for number in range(count))))
    assert told(sent(message, channel('carousel 2 to 10 from "a"'))) == losses


def test_a_carousel_without_cards_is_nothing_and_its_buttons_stand_under_their_labels() -> None:
    empty = Carousel(())
    assert sent(Message(empty), channel()).messages == ()
    it = sent(Message(empty, (YES, NO)), channel())
    assert it.messages == (Message(Text("Yes\nNo"), (YES, NO)),)
    assert told(it) == ["dropped carousel: nothing"]


def test_in_a_carousel_titles_and_descriptions_are_cut_at_a_word() -> None:
    cards = Card("A long title", "And many more words", PICTURE), card(2)
    it = sent(Message(Carousel(cards)), channel("card title 10 description 10"))
    assert it.messages == (Message(Carousel((Card("A long…", "And many…", PICTURE), card(2)))),)
    assert told(it) == [
        "truncated title of card 1: cut short, at most 10 characters",
        "truncated description of card 1: cut short, at most 10 characters",
    ]


def test_in_a_carousel_a_description_makes_room_for_the_lines_of_buttons() -> None:
    cards = Card("Title", "Words and words", None, (Dial("Call", "123"), YES)), card(2)
    it = sent(Message(Carousel(cards)), channel("card description 18\n button dial none"))
    assert isinstance(it.messages[0].content, Carousel)
    assert it.messages[0].content.cards[0] == Card("Title", "Words…\nCall: 123", None, (YES,))
    assert told(it) == [
        "emulated button `Call`: text",
        "truncated description of card 1: cut short, at most 18 characters",
    ]


def test_in_a_carousel_a_description_is_cut_to_what_title_and_labels_leave_of_what_is_bounded_together() -> None:
    cards = (Card("12345", "Words and words", None, (Reply("12345"),)), card(2))
    it = sent(Message(Carousel(cards)), channel("carousel native together 18"))
    assert isinstance(it.messages[0].content, Carousel)
    assert it.messages[0].content.cards[0] == Card("12345", "Words…", None, (Reply("12345"),))
    it = sent(Message(Carousel(cards)), channel("carousel native together 10"))
    assert isinstance(it.messages[0].content, Carousel)
    assert it.messages[0].content.cards[0] == Card("12345", None, None, (Reply("12345"),))
    assert "truncated description of card 1: nothing, at most 10 characters" in told(it)
    it = sent(Message(Carousel(cards)), channel("carousel native together 9"))
    assert it.messages[0].content == cards[0]


def test_lines_beyond_a_description_take_a_carousel_down_its_rung_and_nothing_is_told_twice() -> None:
    cards = tuple(Card(f"Title {at}", "Words", None, (Dial("Call me", "0123456789"), YES)) for at in (1, 2))
    it = sent(Message(Carousel(cards)), channel("card description 12\n button dial none"))
    assert [type(message.content) for message in it.messages] == [Card, Text, Card, Text]
    assert told(it) == [
        "emulated carousel: 2 cards, at most 12 characters",
        "emulated button `Call me`: text",
    ]


@pytest.mark.parametrize(
    "odd",
    [
        Card("Title", None, Media("https://a.example", size=2_000)),
        Card("Title", None, None, tuple(NativeButton(str(number), "cm", {}) for number in range(4))),
    ],
)
def test_a_carousel_one_of_whose_cards_could_not_be_one_goes_down_its_rung(odd: Card) -> None:
    it = sent(Message(Carousel((card(1), odd))), channel("card 1 KB buttons 3"))
    assert it.losses[0].what == "carousel"
    assert it.messages[0].content == card(1)


# What belongs to the message ------------------------------------------------------------------------------------------


def test_what_belongs_to_a_message_goes_with_its_last_part_and_wishes_with_all() -> None:
    message = Message(Picture(PICTURE, "Words"), (YES,), fallback="f", reference="r", meta={"k": "v"}, options=WISHES)
    first, last = sent(message, channel("picture caption 0")).messages
    assert first == Message(Picture(PICTURE), options={"validity": "1h"})
    assert last == Message(Text("Words"), (YES,), reference="r", meta={"k": "v"}, options=WISHES)


def test_a_fallback_stays_with_the_content_that_it_stands_for() -> None:
    template = Template("cm", {}, "hello")
    buttons = tuple(Reply(f"Option {number}") for number in range(3))
    it = sent(Message(template, buttons, fallback="Hello"), channel("button reply native 2"))
    assert it.messages[0] == Message(template, fallback="Hello")
    assert it.messages[1].fallback is None
    cut = sent(
        Message(Text("Hi"), (Reply("Too long a label"),), fallback="f"), channel("button reply native caption 9")
    )
    assert cut.messages[0].fallback == "f"


def test_what_only_a_vendor_knows_passes_through() -> None:
    native = Message(Native("cm", "payment", {"a": 1}), (NativeButton("a", "cm", {}),), fallback="Pay")
    it = sent(native, standard_channel("SMS"))
    assert (it.messages, it.losses) == ((native,), ())
    it = sent(Message(native.content, (YES, *native.buttons)), standard_channel("SMS"))
    assert it.messages == (Message(native.content), Message(Text("1. Yes"), native.buttons))


# Texts ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", "  \n  ", " " * 50])
def test_a_blank_text_that_does_not_fit_is_nothing(text: str) -> None:
    it = sent(Message(Text(text)), channel("text 4"))
    assert it.messages == ()
    assert [(loss.kind, loss.what) for loss in it.losses] == [("dropped", "text")]


@pytest.mark.parametrize(("fallback", "said"), [(None, "Yes\nNo"), ("Sure?", "Sure?")])
def test_buttons_without_words_stand_under_the_fallback_or_their_labels(fallback: str | None, said: str) -> None:
    it = sent(Message(Text(""), (YES, NO), fallback=fallback), channel())
    assert it.messages == (Message(Text(said), (YES, NO)),)


def test_no_part_of_a_long_text_is_blank() -> None:
    it = sent(Message(Text("One" + "\u00a0" * 40 + "two")), channel("text 6"))
    assert all(text and text.strip() for text in texts(it))


def test_one_message_becomes_a_hundred_at_the_most_and_the_last_keeps_the_buttons() -> None:
    it = sent(Message(Text("word " * 5_000), (YES,), reference="r"), channel("text 5"))
    assert len(it.messages) == 100
    assert (it.messages[-1].buttons, it.messages[-1].reference) == ((YES,), "r")
    assert str(texts(it)[-1]).endswith("…")
    assert Loss("truncated", "text", "100 parts", "100 messages") in it.losses


def test_of_too_many_cards_the_last_still_leaves_with_the_buttons() -> None:
    cards = tuple(card(number) for number in range(300))
    it = sent(Message(Carousel(cards), (YES,)), channel("carousel none"))
    assert len(it.messages) <= 100
    assert it.messages[-1] == Message(cards[-1], (YES,))
    assert it.losses[-1] == Loss("truncated", "message", f"{len(it.messages)} messages", "100 messages")
