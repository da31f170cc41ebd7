"""Ways that few messages take: rungs behind rungs, rows that stand alone, bounds in bytes."""

from __future__ import annotations

import time
from itertools import product

import pytest
from msgspec import structs

from engine.downgrade.channel_samples import NO, PICTURE, YES, applies, card, channel, labels, sent, texts, told
from pointsman.engine.downgrade import rendered
from pointsman.engine.downgrade.ladder import Ladder
from pointsman.engine.downgrade.rows import plan_of
from pointsman.language.ir import Limit, Part, Rendering, Rung
from pointsman.limits import BUTTON_PLANS_MAX
from pointsman.model.content import (
    Card,
    Carousel,
    Contact,
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
    Text,
)

PDF = Media("https://shop.example/bill.pdf", "bill.pdf", "application/pdf")
TWO = Carousel((card(1, YES), card(2, NO)))

LINKS = f"Title 1\nWords 1\n{PICTURE.url}\nTitle 2\nWords 2\n{PICTURE.url}"


def ladder_of(lines: str, *rungs: Rung) -> Ladder:
    """A channel with rungs that no rules could say."""
    return Ladder(channel(lines).profile, rungs)


def makes(kind: str, *renderings: Rendering, each: str = "") -> Rung:
    return Rung(kind, False, None, None, renderings, each)  # type: ignore[arg-type]  # one of its words


def never(_condition: object, _message: Message) -> bool:
    return False


# Carousels ------------------------------------------------------------------------------------------------------------


def test_a_title_alone_is_cut_in_a_carousel() -> None:
    it = sent(Message(Carousel((Card("A long title"), card(2)))), channel("card title 10"))
    assert isinstance(it.messages[0].content, Carousel)
    assert it.messages[0].content.cards[0] == Card("A long…")


def test_a_description_that_is_bounded_in_bytes_makes_room_as_well() -> None:
    ladder = channel("card native description 40")
    bound = Limit("description", "bytes", 22)
    lines = tuple(
        structs.replace(line, limits=(bound,)) if line.kind == "card" else line for line in ladder.profile.messages
    )
    buttons = tuple(
        structs.replace(line, support="none") if line.kind == "dial" else line for line in ladder.profile.buttons
    )
    ladder = Ladder(structs.replace(ladder.profile, messages=lines, buttons=buttons), ladder.rungs)
    cards = Card("Title", "Größer und größer", None, (Dial("Call", "123"),)), card(2)
    it = sent(Message(Carousel(cards)), ladder)
    assert isinstance(it.messages[0].content, Carousel)
    assert it.messages[0].content.cards[0] == Card("Title", "Größer…\nCall: 123")


def test_labels_of_cards_are_cut_alone_and_in_carousels() -> None:
    long = Reply("Talk to a person", "agent")
    ladder = channel("card caption 10")
    it = sent(Message(card(1, long), (Reply("Talk to somebody"),)), ladder)
    assert isinstance(it.messages[0].content, Card)
    assert labels(it.messages[0].content.buttons) == ["Talk to a…"]
    assert labels(it.messages[0].buttons) == ["Talk to…"]
    assert told(it)[0] == "truncated label `Talk to a person`: `Talk to a…`, at most 10 characters"
    it = sent(Message(Carousel((card(1, long), card(2, YES)))), ladder)
    assert isinstance(it.messages[0].content, Carousel)
    assert [labels(each.buttons) for each in it.messages[0].content.cards] == [["Talk to a…"], ["Yes"]]


def test_what_is_under_a_carousel_stands_under_the_card_before_a_text_that_says_nothing() -> None:
    rung = 'downgrade carousel to card and text "{description}" for each card'
    cards = Card("One", None, PICTURE), Card("Two", None, PICTURE)
    it = sent(Message(Carousel(cards), (YES,)), channel("carousel none", rung))
    assert it.messages == (Message(cards[0]), Message(cards[1], (YES,)))


def test_what_is_under_cards_of_which_none_is_left_stands_under_its_labels() -> None:
    rungs = "downgrade card to nothing"
    it = sent(Message(Carousel((card(1), card(2))), (YES,)), channel("carousel native 3 to 5\n card none", rungs))
    assert it.messages == ()
    assert told(it)[-1] == "dropped button `Yes`: nothing"


# Rungs behind rungs ---------------------------------------------------------------------------------------------------


def test_a_text_behind_a_file_that_became_a_card_is_a_text_of_its_own() -> None:
    rungs = """
    downgrade picture to card
    downgrade 'file list' to picture and text "{name}" for each file
    """
    files = FileList((structs.replace(PICTURE, name="table"),))
    it = sent(Message(files), channel("'file list' none\n picture none", rungs))
    assert it.messages == (Message(Card(None, None, files.files[0])), Message(Text("table")))


def test_numbered_buttons_are_written_by_the_rung_that_holds_or_as_they_can_always_be_read() -> None:
    rungs = """
    downgrade button dial when message has buttons to nothing
    downgrade carousel to text "{title}" and numbered buttons for each card
    """
    content = Carousel((card(1, Dial("Call", "123"), OpenUrl("Open", "https://a.example")),))
    assert texts(sent(Message(content), channel("carousel none", rungs))) == ["Title 1\nOpen: https://a.example"]
    alone = ladder_of("carousel none", makes("carousel", Rendering("numbered buttons"), each="card"))
    it = rendered(Message(content), alone, never)
    assert texts(it) == ["Call: 123\nOpen: https://a.example"]


def test_a_condition_of_a_button_is_asked_of_a_card_without_buttons_as_well() -> None:
    rungs = """
    downgrade button reply when text is "Title 1\\nWords 1" to nothing
    downgrade card to picture and text "{title}\\n{description}" and buttons
    """
    ladder = channel("card none\n button reply none", rungs)
    assert sent(Message(card(1)), ladder).messages == (Message(Picture(PICTURE, "Title 1\nWords 1")),)
    assert sent(Message(card(1, YES)), ladder).messages == (Message(Picture(PICTURE, "Title 1\nWords 1")),)
    assert texts(sent(Message(card(2, YES)), ladder)) == ["Title 2\nWords 2\n1. Yes"]


@pytest.mark.parametrize(
    "condition",
    [
        "not (message is picture or message.size > 5 MB) and length of text < 100",
        "message has buttons and not office is open",
        'context.team is "a" or text matches /yes/ or message is card',
    ],
)
def test_conditions_of_all_shapes_are_asked(condition: str) -> None:
    rungs = f"""
    calendar office
      mon-fri 09:00-10:00
      zone "Europe/Amsterdam"
    downgrade card to text "no"
    downgrade card when {condition} to text "yes"
    """
    ladder = channel("card none", rungs)
    it = rendered(Message(Card("A", None, None, (YES,))), ladder, lambda _condition, _message: True)
    assert texts(it) == ["yes"]


# What no rules can say ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "rung", "expected"),
    [
        (FileList((PICTURE, PDF), "Two"), makes("file list", Rendering("file")), [File(PICTURE, "Two"), File(PDF)]),
        (FileList((PICTURE,), "One"), makes("file list", Rendering("link")), [Text(f"One\n{PICTURE.url}")]),
        (TWO, makes("carousel", Rendering("picture")), [Picture(PICTURE), Picture(PICTURE)]),
        (TWO, makes("carousel", Rendering("link"), each="button"), [Text(LINKS)]),
        (TWO, makes("carousel", Rendering("card")), list(TWO.cards)),
        (Contact("Ann"), makes("contact", Rendering("card")), [Card()]),
        (Contact("Ann"), makes("contact", Rendering("link")), []),
        (Contact("Ann"), makes("contact", Rendering("picture"), Rendering("text", (Part("name"),))), [Text("Ann")]),
        (FileList((PICTURE,), "One"), makes("file list", Rendering("card")), [Card(None, "One", PICTURE)]),
    ],
)  # fmt: skip
def test_renderings_of_several_make_all_of_them(content: object, rung: Rung, expected: list[object]) -> None:
    ladder = ladder_of("'file list' none\n carousel none\n contact none", rung)
    it = rendered(Message(content), ladder, never)  # type: ignore[arg-type]  # a content
    assert [message.content for message in it.messages] == expected


def test_the_buttons_of_all_cards_stand_together_where_nothing_is_repeated() -> None:
    rung = makes("carousel", Rendering("text", (Part("text", "Look"),)), Rendering("buttons"))
    it = rendered(Message(TWO), ladder_of("carousel none", rung), never)
    assert it.messages == (Message(Text("Look"), (YES, NO)),)


def test_a_list_of_too_many_files_goes_down_its_rung() -> None:
    it = sent(Message(FileList((PICTURE, PDF))), channel("'file list' native 1"))
    assert [message.content for message in it.messages] == [File(PICTURE), File(PDF)]
    assert told(it) == ["emulated file list: 2 files, at most 1 files"]


def test_words_that_buttons_get_may_be_too_long_too() -> None:
    it = sent(Message(Text(""), (YES,), fallback="One two three"), channel("text 8"))
    assert it.messages == (Message(Text("One two")), Message(Text("three"), (YES,)))


def test_lines_of_buttons_that_a_place_has_no_words_for_follow_it_once() -> None:
    rung = 'downgrade button reply to text "{label}"'
    it = sent(Message(Location(1.0, 2.0), (YES, NativeButton("n", "cm", {}))), channel("button reply none", rung))
    assert it.messages == (Message(Location(1.0, 2.0)), Message(Text("Yes"), (NativeButton("n", "cm", {}),)))


@pytest.mark.parametrize(
    ("buttons", "fallback", "said"),
    [((Reply(" "), YES), None, "Yes"), ((Reply(" "),), " ", "…"), ((Reply("Sure"),), " \n", "Sure")],
)
def test_blank_words_over_buttons_are_no_words(buttons: tuple[Reply, ...], fallback: str | None, said: str) -> None:
    it = sent(Message(Text(" "), buttons, fallback=fallback), channel())
    assert it.messages == (Message(Text(said), buttons),)


def test_a_blank_caption_that_a_channel_has_not_is_no_text() -> None:
    ladder = channel("picture caption 0")
    it = sent(Message(Picture(PICTURE, " ")), ladder)
    assert (it.messages, told(it)) == ((Message(Picture(PICTURE)),), ["dropped caption: nothing, at most 0 characters"])
    it = sent(Message(Picture(PICTURE, " "), (YES,)), ladder)
    assert it.messages == (Message(Picture(PICTURE)), Message(Text("Yes"), (YES,)))


def test_a_picture_of_a_card_that_says_nothing_has_its_buttons() -> None:
    ladder = channel("card none", 'downgrade card to picture and text "{title}" and buttons')
    assert sent(Message(Card(None, "Words", PICTURE, (YES,))), ladder).messages == (Message(Picture(PICTURE), (YES,)),)


def test_a_text_behind_a_card_with_the_buttons_is_a_text_of_its_own() -> None:
    rung = makes("carousel", Rendering("card"), Rendering("buttons"), Rendering("text", (Part("title"),)), each="card")
    it = rendered(Message(Carousel((Card("One", None, None, (YES,)),))), ladder_of("carousel none", rung), never)
    assert it.messages == (Message(Card("One", None, None, (YES,)), (YES,)), Message(Text("One")))


def test_numbered_buttons_that_are_all_left_out_say_nothing() -> None:
    rungs = """
    downgrade button dial to nothing
    downgrade carousel to text "{title}" and numbered buttons for each card
    """
    it = sent(Message(Carousel((card(1, Dial("Call", "123")),))), channel("carousel none", rungs))
    assert texts(it) == ["Title 1"]


def test_plans_of_rows_are_bounded() -> None:
    ladder = channel("button reply native 3")
    for kinds in product((Reply, OpenUrl), repeat=BUTTON_PLANS_MAX.bit_length()):
        plan_of(ladder, kinds, None)
    assert len(ladder.plans) == BUTTON_PLANS_MAX
    assert plan_of(ladder, (Reply,) * 4, None).down


def test_a_plan_is_remembered_if_its_row_is_of_any_size_that_is_used() -> None:
    ladder = channel("button reply native 4")
    assert plan_of(ladder, (Reply,), None) is plan_of(ladder, (Reply,), None)
    assert plan_of(ladder, (Reply,) * 101, None) is not plan_of(ladder, (Reply,) * 101, None)


@pytest.mark.parametrize(
    "message",
    [
        Message(Text("x"), (Dial("Call", "123"), *(OpenUrl(str(at), "https://a.example") for at in range(20_000)))),
        Message(Text("x"), tuple(ShowLocation(str(at), Location(1.0, 2.0)) for at in range(20_000))),
        Message(Card("Title", None, None, tuple(Reply(f"A long label {at}") for at in range(5_000)))),
        Message(Carousel(tuple(card(at, YES) for at in range(5_000)))),
        Message(FileList((PICTURE,) * 20_000, "Words")),
    ],
    ids=["links", "places", "choices", "cards", "files"],
)
def test_messages_beyond_all_measure_are_rendered_in_linear_time(message: Message) -> None:
    bounds = "button url native 3 caption 9\n button dial native 3\n button reply native 3 caption 9\n carousel none"
    ladder = channel(f"{bounds}\n button location none\n 'file list' none\n card buttons 3")
    began = time.process_time()
    assert len(rendered(message, ladder, applies).messages) <= 100
    assert time.process_time() - began < 5
