"""What rungs make: each rendering, joined texts, captions, numbers that are counted through, and what is remembered."""

from __future__ import annotations

import pytest
from msgspec import structs

from engine.downgrade.channel_samples import (
    NO,
    PICTURE,
    TITLES,
    YES,
    card,
    channel,
    sent,
    standard_channel,
    texts,
    told,
)
from pointsman.engine.downgrade import rendered
from pointsman.engine.downgrade.ladder import Ladder
from pointsman.language import ir
from pointsman.language.ir import Part, Rendering, Rung, Words
from pointsman.model.content import (
    Audio,
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
    NativeButton,
    OpenUrl,
    Picture,
    Reply,
    ShowLocation,
    Template,
    Text,
    Video,
)
from pointsman.model.conversation import Offer

PLACE = Location(52.3702, 4.8952, "Our shop")
PDF = Media("https://shop.example/bill.pdf", "bill.pdf", "application/pdf")
TWO = Carousel((card(1, YES), card(2, NO)))


# One rendering --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "lines", "rung", "expected"),
    [
        (Picture(PICTURE, "Our table"), "picture none", "picture to link", [Text(f"Our table\n{PICTURE.url}")]),
        (Picture(PICTURE), "picture none", "picture to link", [Text(PICTURE.url)]),
        (Picture(PICTURE, "A"), "picture none", 'picture to text "see {url}"', [Text(f"see {PICTURE.url}")]),
        (Picture(PICTURE, "Our table"), "picture none", "picture to file", [File(PICTURE, "Our table")]),
        (Audio(PDF, "Hear"), "audio none", 'audio to file and text "{text}!"', [File(PDF, "Hear!")]),
        (Picture(PICTURE, "Our table"), "picture none", "picture to card", [Card(None, "Our table", PICTURE)]),
        (Text("Hello"), "text none", "text to card", [Card(None, "Hello")]),
        (Card("T", "D", PICTURE), "card none", "card to picture", [Picture(PICTURE)]),
        (Card("T", "D", PICTURE), "card none", "card to file", [File(PICTURE)]),
        (Card("T", "D", PICTURE), "card none", "card to link", [Text(f"T\nD\n{PICTURE.url}")]),
        (Card("T", "D"), "card none", 'card to text "{text}"', [Text("T\nD")]),
        (Card("T", "D"), "card none", f'card to picture and text "{TITLES}"', [Text("T\nD")]),
        (Card("T", "D", PICTURE), "card none", f'card to picture and text "{TITLES}"', [Picture(PICTURE, "T\nD")]),
        (TWO, "carousel none", "carousel to cards", [TWO.cards[0], TWO.cards[1]]),
        (TWO, "carousel none", "carousel to card for each card", [TWO.cards[0], TWO.cards[1]]),
        (
            FileList((PICTURE, PDF), "Two"),
            "'file list' none",
            "'file list' to file for each file",
            [File(PICTURE, "Two"), File(PDF)],
        ),
        (
            FileList((PICTURE, PDF), "Two"),
            "'file list' none",
            "'file list' to link for each file",
            [Text(f"Two\n{PICTURE.url}\n{PDF.url}")],
        ),
        (
            FileList((PICTURE, PDF), "Two"),
            "'file list' none",
            """'file list' to text "{text}\\n{name or "a file"}: {url}" for each file""",
            [Text(f"Two\na file: {PICTURE.url}\nbill.pdf: {PDF.url}")],
        ),
        (
            FileList((PICTURE, PDF), "Two"),
            "'file list' none",
            "'file list' to card for each file",
            [Card(None, "Two", PICTURE), Card(None, None, PDF)],
        ),
        (PLACE, "location none", "location to link", [Text("Our shop\nhttps://maps.google.com/?q=52.3702,4.8952")]),
        (
            Location(-0.5, 1e-7, url="https://map.example"),
            "location none",
            'location to text "{latitude};{longitude} {url}"',
            [Text("-0.5;0.0000001 https://map.example")],
        ),
        (
            Contact("Ann", None, "ann@shop.example"),
            "contact none",
            'contact to text "{name}\\n{phone}\\n{email}\\n{address}"',
            [Text("Ann\nann@shop.example")],
        ),
        (Template("cm", {}), "template none", 'template to text "{text}"', [Text("The fallback")]),
    ],
)
def test_a_rendering_makes(content: Content, lines: str, rung: str, expected: list[Content]) -> None:
    it = sent(Message(content, fallback="The fallback"), channel(lines, f"downgrade {rung}"))
    assert [message.content for message in it.messages] == expected
    assert not any(message.fallback for message in it.messages)
    assert len(it.losses) == 1


def test_a_picture_without_words_has_its_fallback_for_a_text() -> None:
    ladder = channel("picture none", 'downgrade picture to text "{text}"')
    assert texts(sent(Message(Picture(PICTURE), fallback="Our table"), ladder)) == ["Our table"]


@pytest.mark.parametrize(
    ("media", "kind"),
    [
        (PICTURE, Picture),
        (Media("https://a.example"), Picture),
        (Media("https://a.example", mime="VIDEO/mp4"), Video),
        (Media("https://a.example", mime="audio/ogg"), Audio),
        (PDF, File),
    ],
)
def test_the_picture_of_a_card_goes_as_what_its_type_says(media: Media, kind: type[Picture]) -> None:
    ladder = channel("card none", "downgrade card to picture")
    assert sent(Message(Card("Title", None, media)), ladder).messages == (Message(kind(media)),)


def test_a_video_of_a_card_goes_down_its_own_rung_where_a_channel_has_pictures_only() -> None:
    ladder = channel("card none\n video none", 'downgrade card to picture and text "{title}"')
    it = sent(Message(Card("Title", None, Media("https://a.example", mime="video/mp4"))), ladder)
    assert texts(it) == ["https://a.example\nTitle"]
    assert [(loss.kind, loss.what, loss.became) for loss in it.losses] == [
        ("emulated", "card", "video and text"),
        ("linked", "video", "text"),
    ]


@pytest.mark.parametrize("mime", ["video/mp4", "application/pdf"])
def test_a_file_that_is_to_be_a_picture_goes_down_the_rung_of_pictures_where_it_is_refused(mime: str) -> None:
    ladder = channel("picture native image/png\n video none\n file none", "downgrade file to picture")
    it = sent(Message(File(Media("https://a.example", mime=mime), "See")), ladder)
    assert texts(it) == ["See\nhttps://a.example"]


def test_of_a_list_of_pictures_what_is_none_goes_as_what_it_is() -> None:
    ladder = channel("'file list' none", "downgrade 'file list' to picture for each file")
    it = sent(Message(FileList((PICTURE, PDF))), ladder)
    assert [message.content for message in it.messages] == [Picture(PICTURE), File(PDF)]


def test_a_caption_with_buttons_that_is_too_long_with_them_follows_with_them() -> None:
    ladder = channel("card none", 'downgrade card to picture and text "{title}" and buttons')
    lines = {line.kind: line for line in ladder.profile.messages}
    bound = ir.Limit("caption", "characters", 3, with_buttons=True)
    lines["picture"] = structs.replace(lines["picture"], limits=(bound,))
    ladder = Ladder(structs.replace(ladder.profile, messages=tuple(lines.values())), ladder.rungs)
    it = rendered(Message(card(1, YES)), ladder, lambda _condition, _message: False)
    assert it.messages == (Message(Picture(PICTURE)), Message(Text("Title 1"), (YES,)))


def test_a_file_that_is_refused_as_a_file_goes_as_what_its_type_says() -> None:
    it = sent(Message(FileList((PICTURE, PDF))), standard_channel("WhatsApp"))
    assert [message.content for message in it.messages] == [Picture(PICTURE), File(PDF)]


def test_a_file_that_is_refused_altogether_goes_down_the_rung_of_the_kind_that_was_wished() -> None:
    huge = Media("https://a.example", mime="image/jpeg", size=2**40)
    it = sent(Message(Card("Title", "Words", huge)), standard_channel("Telegram"))
    assert texts(it) == ["https://a.example\nTitle\nWords"]
    assert told(it)[:2] == [
        "emulated card: picture and text (given: HORISEN 6.1, as picture, caption and keyboard)",
        "linked picture: text, at most 5 MB (vendor: Telegraf, by URL)",
    ]


def test_nothing_leaves_nothing_and_is_told() -> None:
    ladder = channel("video none", "downgrade video to nothing")
    it = sent(Message(Video(PICTURE, "See"), (YES,)), ladder)
    assert it.messages == ()
    assert [(loss.kind, loss.what, loss.became) for loss in it.losses] == [
        ("dropped", "video", "nothing"),
        ("dropped", "button `Yes`", "nothing"),
    ]


def test_a_rendering_that_leaves_nothing_is_dropped_and_its_buttons_stand_under_their_labels() -> None:
    ladder = channel("contact none", 'downgrade contact to text "{name}\\n{phone}"')
    assert told(sent(Message(Contact()), ladder)) == ["dropped contact: nothing"]
    assert sent(Message(Contact(), (YES,)), ladder).messages == (Message(Text("Yes"), (YES,)),)


def test_what_a_card_drops_leaves_its_buttons_under_what_was_made_before() -> None:
    rung = "downgrade carousel to cards\ndowngrade card when message.mime exists to nothing\n"
    ladder = channel("carousel none\n card none", f'downgrade card to text "{{title}}"\n{rung}')
    it = sent(Message(Carousel((Card("One"), card(2))), (YES,)), ladder)
    assert it.messages == (Message(Text("One"), (YES,)),)


# Several renderings ---------------------------------------------------------------------------------------------------


def test_texts_that_follow_one_another_are_one_text_through_all_repetitions() -> None:
    ladder = channel("carousel none", 'downgrade carousel to text "{title}" and numbered buttons for each card')
    assert texts(sent(Message(TWO), ladder)) == ["Title 1\n1. Yes\nTitle 2\n2. No"]


def test_cards_are_messages_of_their_own() -> None:
    rungs = 'downgrade card to text "{title}"\ndowngrade carousel to cards'
    assert texts(sent(Message(TWO), channel("carousel none\n card none", rungs))) == ["Title 1", "Title 2"]
    rungs = 'downgrade card to text "{title}"\ndowngrade carousel to card and text "and" for each card'
    ladder = channel("carousel none\n card none", rungs)
    assert texts(sent(Message(TWO), ladder)) == ["Title 1", "and", "Title 2", "and"]


def test_texts_behind_a_picture_that_is_linked_join_its_link() -> None:
    rungs = f'downgrade picture to link\ndowngrade card to picture and text "{TITLES}" and buttons'
    it = sent(Message(card(1, YES)), channel("card none\n picture none", rungs))
    assert it.messages == (Message(Text(f"{PICTURE.url}\nTitle 1\nWords 1"), (YES,)),)


def test_a_text_that_is_too_long_for_a_caption_is_a_text_of_its_own() -> None:
    ladder = channel("card none\n picture caption 9", f'downgrade card to picture and text "{TITLES}"')
    it = sent(Message(card(1)), ladder)
    assert it.messages == (Message(Picture(PICTURE)), Message(Text("Title 1\nWords 1")))
    assert told(it) == ["emulated card: picture and text"]


def test_texts_that_are_no_caption_together_are_one_text() -> None:
    ladder = channel(
        "card none\n picture caption 9", 'downgrade card to picture and text "{title}" and text "{description}"'
    )
    it = sent(Message(card(1)), ladder)
    assert it.messages == (Message(Picture(PICTURE)), Message(Text("Title 1\nWords 1")))


def test_lines_of_buttons_are_in_the_caption_where_they_fit_else_a_text_of_their_own() -> None:
    rung = 'downgrade card to picture and text "{title}" and buttons'
    lines = "card none\n button dial none"
    content = card(1, Dial("Call", "123"), YES)
    it = sent(Message(content), channel(f"{lines}\n picture caption 17", rung))
    assert it.messages == (Message(Picture(PICTURE, "Title 1\nCall: 123"), (YES,)),)
    it = sent(Message(content), channel(f"{lines}\n picture caption 16", rung))
    assert it.messages == (Message(Picture(PICTURE, "Title 1")), Message(Text("Call: 123"), (YES,)))


def test_buttons_inside_cards_stand_under_what_was_made_before_them_and_those_under_the_whole_under_the_last() -> None:
    rung = 'downgrade carousel to picture and text "{title}" and buttons for each card'
    it = sent(Message(TWO, (Reply("More"),)), channel("carousel none", rung))
    assert it.messages == (
        Message(Picture(PICTURE, "Title 1"), (YES,)),
        Message(Picture(PICTURE, "Title 2"), (NO, Reply("More"))),
    )
    assert told(it) == ["emulated carousel: 2 pictures and 2 texts"]


def test_buttons_with_nothing_above_them_stand_under_their_labels() -> None:
    ladder = channel("card none", "downgrade card to picture and buttons")
    assert sent(Message(Card(buttons=(YES, NO))), ladder).messages == (Message(Text("Yes\nNo"), (YES, NO)),)


def test_buttons_inside_cards_that_no_rendering_takes_are_told_as_dropped() -> None:
    it = sent(Message(TWO), channel("carousel none", 'downgrade carousel to text "{title}" for each card'))
    assert texts(it) == ["Title 1\nTitle 2"]
    assert told(it) == ["emulated carousel: text", "dropped button `Yes`: nothing", "dropped button `No`: nothing"]


def test_numbered_buttons_write_what_is_no_choice_as_a_line_and_leave_what_only_a_vendor_knows() -> None:
    native = NativeButton("Pay", "cm", {})
    buttons = (
        YES,
        OpenUrl("Open", "https://a.example"),
        Compose("Write", "123", "Hi"),
        ShowLocation("Map", PLACE),
        ShowLocation("Where are you", request=True),
        CalendarEvent("Date", "Sale", "9:00", "10:00"),
        native,
    )
    rung = 'downgrade card to text "{title}" and numbered buttons\ndowngrade button compose to nothing'
    it = sent(Message(card(1, *buttons)), channel("card none", rung))
    lines = [
        "Title 1",
        "1. Yes",
        "Open: https://a.example",
        "Map: https://maps.google.com/?q=52.3702,4.8952",
        "Where are you",
        "Date: Sale, 9:00 - 10:00",
    ]
    assert it.messages == (Message(Text("\n".join(lines)), (native,)),)
    assert "dropped button `Write`: nothing" in told(it)


# Numbers and what is remembered ---------------------------------------------------------------------------------------


def test_numbers_count_through_all_that_one_message_becomes() -> None:
    it = sent(Message(TWO, (Reply("More", "m"), Reply("Less"))), standard_channel("SMS"))
    assert [(offer.number, offer.label) for offer in it.offers] == [(1, "Yes"), (2, "No"), (3, "More"), (4, "Less")]
    assert str(texts(it)[0]).endswith("2. No\n3. More\n4. Less")
    assert it.remember_ms == 24 * 3_600_000


def test_the_number_of_a_card_is_its_first_choice_by_the_title_too_and_the_others_are_dropped() -> None:
    rung = 'downgrade carousel to text "{n}. {title}" for each card remember choices for 1h'
    cards = card(1, OpenUrl("Open", "https://a.example"), YES, NO), card(2), card(3, NO)
    it = sent(Message(Carousel(cards)), channel("carousel none", rung))
    assert texts(it) == ["1. Title 1\n2. Title 2\n3. Title 3"]
    assert it.offers == (Offer("Yes", "yes", 1, "Title 1"), Offer("No", "no", 3, "Title 3"))
    assert it.remember_ms == 3_600_000
    assert [loss.what for loss in it.losses if loss.kind == "dropped"] == ["button `Open`", "button `No`"]


def test_a_number_is_not_spent_on_a_card_that_says_nothing() -> None:
    rung = 'downgrade carousel to text "{n}. {title}" for each card'
    it = sent(Message(Carousel((Card(), card(2)))), channel("carousel none", rung))
    assert texts(it) == ["1. Title 2"]


def test_a_number_stays_the_same_within_one_repetition() -> None:
    rung = 'downgrade carousel to text "{n}. {title}" and card and text "{n}." for each card'
    it = sent(Message(TWO), channel("carousel none", rung))
    said = [message.content.text for message in it.messages if isinstance(message.content, Text)]
    assert said == ["1. Title 1", "1.\n2. Title 2", "2."]


def test_without_remember_nothing_is_offered() -> None:
    ladder = channel("button reply none", "downgrade button reply to numbered buttons")
    it = sent(Message(Text("Hello"), (YES, NO)), ladder)
    assert (texts(it), it.offers, it.remember_ms) == (["Hello\n1. Yes\n2. No"], (), 0)


def test_a_choice_that_is_written_without_a_number_is_offered_by_its_label() -> None:
    rung = Rung("reply", True, None, None, (Rendering("text", (Words("- "), Part("label"))),), remember_ms=5)
    ladder = Ladder(channel("button reply none").profile, (rung,))
    it = sent(Message(Text("Hello"), (YES,)), ladder)
    assert (texts(it), it.offers, it.remember_ms) == (["Hello\n- Yes"], (Offer("Yes", "yes"),), 5)
