"""What is too much for a channel, and yet stays of its kind: captions, thumbnails, labels, postbacks, and cards."""

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
    texts,
    told,
)
from pointsman.engine.downgrade.ladder import Ladder
from pointsman.language.ir import Carried
from pointsman.language.lower import standard_rungs
from pointsman.model.content import (
    Audio,
    Card,
    File,
    FileList,
    Media,
    Message,
    NativeButton,
    OpenUrl,
    Picture,
    Reply,
    Text,
    Video,
)

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
