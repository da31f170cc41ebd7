"""Which rung speaks, of a message and of its buttons: by kind, by condition, by what there is too much of."""

from __future__ import annotations

import pytest

from engine.downgrade.channel_samples import (
    NO,
    PICTURE,
    YES,
    card,
    channel,
    sent,
    texts,
    told,
)
from pointsman.engine.downgrade import NoRendering, rendered
from pointsman.engine.downgrade.ladder import Ladder
from pointsman.language import ir
from pointsman.language.ir import Part, Rendering, Rung
from pointsman.model.content import (
    Card,
    Carousel,
    Dial,
    Location,
    Message,
    OpenUrl,
    Picture,
    Reply,
    ShowLocation,
    Text,
    Video,
)

PLACE = Location(52.3702, 4.8952, "Our shop")
TWO = Carousel((card(1, YES), card(2, NO)))


# Buttons --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("count", "shown", "lines"),
    [(2, 2, 0), (3, 3, 0), (4, 4, 0), (5, 0, 5)],
)
def test_choices_are_buttons_then_a_list_then_numbers(count: int, shown: int, lines: int) -> None:
    choices = tuple(Reply(f"Option {number}") for number in range(1, count + 1))
    it = sent(Message(Text("Choose"), choices), channel("button reply native 2 rows 4"))
    assert len(it.messages[0].buttons) == shown
    assert str(texts(it)[0]).count("\n") == lines


def test_where_there_are_too_many_choices_go_first_then_the_others_from_the_end() -> None:
    links = tuple(OpenUrl(str(number), f"https://{number}.example") for number in range(4))
    ladder = channel("button url native 3\n button reply native 9")
    it = sent(Message(Text("Hello"), (YES, *links, NO)), ladder)
    assert it.messages == (Message(Text("Hello\n1. Yes\n3: https://3.example\n2. No"), links[:3]),)
    assert [loss.limit for loss in it.losses] == ["3 buttons"] * 3


def test_a_list_is_for_choices_alone() -> None:
    it = sent(
        Message(Text("Hello"), (YES, NO, Reply("More"), OpenUrl("Open", "https://a.example"))),
        channel("button reply native 2 rows 4"),
    )
    assert it.messages == (Message(Text("Hello\n1. Yes\n2. No\n3. More"), (OpenUrl("Open", "https://a.example"),)),)


def test_a_place_is_a_button_with_the_address_of_a_map_where_there_is_room() -> None:
    place = ShowLocation("Find us", PLACE, postback="p")
    link = OpenUrl("Find us", "https://maps.google.com/?q=52.3702,4.8952", "p")
    lines = "button location none"
    it = sent(Message(Text("Hi"), (YES, place)), channel(lines))
    assert it.messages == (Message(Text("Hi"), (YES, link)),)
    assert told(it) == ["linked button `Find us`: button url"]
    it = sent(Message(Text("Hi"), (YES, place)), channel(f"{lines}\n button url native 1"))
    assert it.messages == (Message(Text(f"Hi\nFind us: {link.url}"), (YES,)),)
    assert told(it) == ["linked button `Find us`: text"]
    it = sent(Message(Text("Hi"), (place,)), channel(f"{lines}\n button url none"))
    assert texts(it) == [f"Hi\nFind us: {link.url}"]


def test_a_request_for_a_place_is_its_label() -> None:
    it = sent(Message(Text("Hi"), (ShowLocation("Where are you?", request=True),)), channel("button location none"))
    assert texts(it) == ["Hi\nWhere are you?"]


def test_a_button_may_be_left_out_by_condition() -> None:
    rungs = 'downgrade button dial when text contains "shop" to nothing'
    ladder = channel("button dial none", rungs)
    dial = Dial("Call", "123")
    it = sent(Message(Text("Our shop"), (dial,)), ladder)
    assert (texts(it), told(it)) == (["Our shop"], ["dropped button `Call`: nothing"])
    assert texts(sent(Message(Text("Hello"), (dial,)), ladder)) == ["Hello\nCall: 123"]


def test_lines_of_buttons_under_what_has_no_words_are_a_text_of_their_own() -> None:
    it = sent(Message(PLACE, (Dial("Call", "123"), YES)), channel("button dial none"))
    assert it.messages == (Message(PLACE), Message(Text("Call: 123"), (YES,)))


def test_buttons_that_are_all_left_out_leave_the_message_alone() -> None:
    ladder = channel("button reply none", "downgrade button reply to nothing")
    assert sent(Message(PLACE, (YES,)), ladder).messages == (Message(PLACE),)


# Which rung -----------------------------------------------------------------------------------------------------------


def test_the_first_rung_that_holds_counts_and_there_is_no_falling_through() -> None:
    rungs = 'downgrade video to link\ndowngrade video when text contains "secret" to nothing'
    ladder = channel("video none", rungs)
    assert sent(Message(Video(PICTURE, "a secret")), ladder).messages == ()
    assert texts(sent(Message(Video(PICTURE, "See")), ladder)) == [f"See\n{PICTURE.url}"]


@pytest.mark.parametrize(
    ("condition", "content", "under"),
    [
        ("message has buttons", Card("A", None, None, (YES,)), ()),
        ("message has buttons", Card("A"), (YES,)),
        ('message.mime is "image/jpeg"', Card("A", None, PICTURE), ()),
        ('message.url ends with ".jpg" and text is "A"', Card("A", None, PICTURE), ()),
        ("length of text < 2 or message.size > 5 MB", Card("A"), ()),
    ],
)
def test_a_condition_sees_the_message_that_is_rendered(condition: str, content: Card, under: tuple[Reply, ...]) -> None:
    rungs = f'downgrade card to text "no"\ndowngrade card when {condition} to text "yes"'
    ladder = channel("card none", rungs)
    assert texts(sent(Message(content, under), ladder)) == ["yes"]
    assert texts(sent(Message(Card("Another", "one")), ladder)) == ["no"]


def test_a_condition_of_a_button_sees_the_words_that_are_there_so_far() -> None:
    rungs = """
    downgrade button reply when message is picture and text is "Title 1" to nothing
    downgrade card to picture and text "{title}" and buttons
    """
    it = sent(Message(card(1, YES)), channel("card none\n button reply none", rungs))
    assert it.messages == (Message(Picture(PICTURE, "Title 1")),)
    it = sent(Message(PLACE, (YES,)), channel("card none\n button reply none", rungs))
    assert texts(it)[1] == "1. Yes"


def test_a_condition_is_asked_once_of_what_is_the_same_to_it() -> None:
    asked = []

    def holds(_condition: ir.Condition, message: Message) -> bool:
        asked.append(message.content)
        return False

    rungs = 'downgrade card to text "{title}"\ndowngrade card when message.mime is "video/mp4" to nothing'
    ladder = channel("card none\n carousel none", rungs)
    rendered(Message(Carousel((card(1), card(2), Card("Three")))), ladder, holds)
    assert asked == [card(1), Card("Three")]


@pytest.mark.parametrize(
    ("kind", "renderings", "path"),
    [
        ("text", (Rendering("text", (Part("text"),)),), ("text", "text")),
        ("card", (Rendering("card"),), ("card", "card")),
        ("carousel", (Rendering("cards"),), ("carousel", "card")),
        ("picture", (Rendering("picture"),), ("picture", "picture")),
    ],
)
def test_a_rung_that_leads_back_to_itself_or_to_no_rung_renders_nothing(
    kind: str, renderings: tuple[Rendering, ...], path: tuple[str, ...]
) -> None:
    ladder = Ladder(channel("text none\n card none\n carousel none\n picture none").profile, (
        Rung(kind, False, None, None, renderings),
    ))  # fmt: skip
    content = {"text": Text("a"), "card": card(1), "carousel": TWO, "picture": Picture(PICTURE)}[kind]
    with pytest.raises(NoRendering) as fault:
        rendered(Message(content), ladder, lambda _condition, _message: True)
    assert fault.value.path == path
    assert str(fault.value) == f"nothing on Test renders {' as '.join(path)}"


def test_without_a_rung_for_a_button_there_is_no_rendering() -> None:
    ladder = Ladder(channel("button reply none").profile, ())
    with pytest.raises(NoRendering, match="nothing on Test renders button reply"):
        rendered(Message(Text("Hi"), (YES,)), ladder, lambda _condition, _message: True)


def test_texts_can_become_cards_where_a_channel_has_no_texts() -> None:
    rungs = "downgrade text to card"
    it = sent(Message(Picture(PICTURE, "Words"), (YES,)), channel("text none\n picture caption 0", rungs))
    assert it.messages == (Message(Picture(PICTURE)), Message(Card(None, "Words"), (YES,)))
    it = sent(Message(Text("Words"), (YES,)), channel("text none", "downgrade text to nothing"))
    assert it.messages == ()
    assert [loss.what for loss in it.losses] == ["text", "button `Yes`"]


def test_a_caption_without_texts_on_the_channel_is_told_with_its_buttons_where_nothing_is_left() -> None:
    ladder = channel("text none\n picture caption 0", "downgrade text to nothing")
    it = sent(Message(Picture(PICTURE, "Words"), (YES,)), ladder)
    assert it.messages == (Message(Picture(PICTURE)),)
    assert [loss.what for loss in it.losses] == ["caption", "text", "button `Yes`"]
