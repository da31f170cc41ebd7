"""Options that were offered, and the presses that answers to them become: numbers, labels, titles, tokens, forgetting.

What a message becomes on its channel is given by hand, so that each offer is exactly the one of the case.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import pytest

from pointsman.engine import leaving
from pointsman.engine.decide import decide
from pointsman.engine.downgrade import Rendered
from pointsman.engine.loaded import Loaded
from pointsman.engine.loading import load
from pointsman.engine.scenario import ADDRESS, CLOCK
from pointsman.language import ir
from pointsman.language.program import build
from pointsman.limits import CHOICES_MAX, POSTBACKS_BYTES_MAX, TOKENS_MAX
from pointsman.model.content import Card, Carousel, Choice, Media, Message, OpenUrl, Picture, Reply, Text
from pointsman.model.conversation import Conversation, Offer
from pointsman.model.decision import Decision, Step, ToComponent
from pointsman.model.event import Disable, Enable, End, Event, FromComponent, FromCustomer, Requested
from pointsman.model.wiring import Seat, Wiring

HERE = ir.Span("a.rules", 0, 1, 1, 1)
BOTH = Wiring("test", {"CmBot": Seat(copies=False), "Desk": Seat(copies=True)})
DAY = 86_400_000
YES, NO = Reply("Yes, please", "y"), Reply("No", "n")
ASKED = FromComponent("CmBot", Message(Text("Well?"), (YES, NO)))
WRITTEN = Message(Text("Well?\n1. Yes, please\n2. No"))
OFFERS = (Offer("Yes, please", "y", 1), Offer("No", "n", 2))
OFFERED = Rendered((WRITTEN,), (), OFFERS, DAY)
Fake: TypeAlias = Callable[[Rendered], None]


@pytest.fixture
def becomes(monkeypatch: pytest.MonkeyPatch) -> Fake:
    """Let every message for the customer become what the case says."""

    def fake(it: Rendered) -> None:
        monkeypatch.setattr(leaving, "rendered", lambda *_: it)

    return fake


def program() -> Loaded:
    clause = ir.Clause("enabled")
    names = (("CmBot", "bot"), ("Desk", "desk"), ("Other", "bot"))
    components = tuple(ir.Component(name, role, clause, clause, HERE) for name, role in names)  # type: ignore[arg-type]
    return load(build(ir.ProgramIR(1, components, ("CmBot", "Desk"), (), (), (), (), ())))


def play(*events: Event, at: int = CLOCK, state: Conversation | None = None) -> Decision:
    """Decide events, a millisecond apart."""
    decision = None
    for number, event in enumerate(events):
        decision = decide(program(), BOTH, state, event, at + number, address=ADDRESS)
        state = decision.conversation
    assert decision is not None
    return decision


def typed(text: str) -> FromCustomer:
    return FromCustomer(Message(Text(text), reference="r", meta={"k": "v"}))


def pressed(label: str, postback: str | None = None) -> FromCustomer:
    return FromCustomer(Message(Text(label), choice=Choice(label, postback)))


def got(decision: Decision) -> Message:
    """What the bot gets of the customer's message."""
    return next(it.message for it in decision.effects if isinstance(it, ToComponent) and it.component == "CmBot")


# What an answer means -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["2", "2.", "#2", "2)", " 2 )\n", "# 2", "２", "٢", "no", " NO ", "Ｎｏ"])
def test_a_number_or_a_label_is_the_press_that_it_stands_for(text: str, becomes: Fake) -> None:
    becomes(OFFERED)
    decision = play(ASKED, typed(text))
    assert got(decision) == Message(Text("No"), choice=Choice("No", "n", 2), reference="r", meta={"k": "v"})
    assert Step("chosen", "2") in decision.steps


@pytest.mark.parametrize("text", ["", "3", "0", "02", "12", "2 2", "2!", "(2)", "-2", "2.0", "two", "no!", "yes"])
def test_other_words_are_only_words(text: str, becomes: Fake) -> None:
    becomes(OFFERED)
    decision = play(ASKED, typed(text))
    assert got(decision) == typed(text).message
    assert decision.conversation.choices == OFFERS


def test_blanks_within_a_label_count_as_one(becomes: Fake) -> None:
    becomes(OFFERED)
    assert got(play(ASKED, typed("  yes,\t PLEASE "))).choice == Choice("Yes, please", "y", 1)


def test_the_title_of_a_card_is_another_name_of_its_option(becomes: Fake) -> None:
    becomes(Rendered((WRITTEN,), (), (Offer("Buy", "a", 1, "Green tea"), Offer("Buy", "b", 2, "Black tea")), DAY))
    assert got(play(ASKED, typed("black  TEA"))).choice == Choice("Buy", "b", 2)


@pytest.mark.parametrize(
    ("offers", "text"),
    [
        ((Offer("Buy", "a", 1), Offer("buy", "b", 2)), "Buy"),
        ((Offer("Buy", "a", 1, "Tea"), Offer("Tea", "b", 2)), "tea"),
        ((Offer("2", "a", 1), Offer("1", "b", 2)), "2"),
    ],
)
def test_what_fits_two_options_is_neither(offers: tuple[Offer, ...], text: str, becomes: Fake) -> None:
    becomes(Rendered((WRITTEN,), (), offers, DAY))
    decision = play(ASKED, typed(text))
    assert got(decision) == typed(text).message
    assert Step("void", "choice", "it fits more than one option") in decision.steps
    assert decision.conversation.choices == offers


def test_a_number_that_is_the_label_of_its_own_option_is_no_riddle(becomes: Fake) -> None:
    becomes(Rendered((WRITTEN,), (), (Offer("1", "a", 1), Offer("2", "b", 2)), DAY))
    assert got(play(ASKED, typed("2"))).choice == Choice("2", "b", 2)


def test_a_label_that_a_shown_button_has_too_is_a_riddle(becomes: Fake) -> None:
    becomes(Rendered((Message(Text("Well?"), (NO,)),), (), (Offer("No", "other", 1),), DAY))
    decision = play(ASKED, typed("no"))
    assert got(decision).choice is None


@pytest.mark.parametrize("text", ["No", "2"])
def test_buttons_that_the_channel_shows_are_chosen_by_presses_only(text: str) -> None:
    decision = play(ASKED, typed(text))
    assert got(decision).choice is None
    assert got(play(ASKED, pressed("no"))).choice == Choice("No", "n", 2)


def test_a_file_with_the_words_of_an_option_is_no_answer(becomes: Fake) -> None:
    becomes(OFFERED)
    event = FromCustomer(Message(Picture(Media("https://x.example/a.png"), "No")))
    assert got(play(ASKED, event)) == event.message


def test_what_a_customer_typed_is_not_repeated_in_the_record(becomes: Fake) -> None:
    becomes(OFFERED)
    steps = play(ASKED, typed("yes, PLEASE")).steps
    assert not [step for step in steps if "please" in f"{step.subject} {step.detail}".lower()]


# Presses --------------------------------------------------------------------------------------------------------------


def test_a_press_of_a_written_option_is_known_and_the_options_are_forgotten(becomes: Fake) -> None:
    becomes(OFFERED)
    decision = play(ASKED, pressed("no"))
    assert got(decision).choice == Choice("No", "n", 2)
    assert decision.conversation.choices == ()


def test_the_postback_of_a_press_decides_before_its_label() -> None:
    cards = tuple(Card(title=name, buttons=(Reply("Buy", name),)) for name in ("a", "b", "c"))
    carousel = FromComponent("CmBot", Message(Carousel(cards)))
    assert got(play(carousel, pressed("Buy", "b"))).choice == Choice("Buy", "b", 2)


def test_of_buttons_with_one_postback_the_label_tells_which() -> None:
    asked = FromComponent("CmBot", Message(Text("Well?"), (Reply("More", "p"), Reply("Again", "p"))))
    assert got(play(asked, pressed("again", "p"))).choice == Choice("Again", "p", 2)
    assert got(play(asked, pressed("else", "p"))).choice == Choice("More", "p", 1)


def test_a_label_that_two_buttons_have_tells_neither() -> None:
    asked = FromComponent("CmBot", Message(Text("Well?"), (Reply("Buy", "a"), Reply("Buy", "b"))))
    assert got(play(asked, pressed("Buy"))).choice == Choice("Buy")


def test_a_label_that_was_cut_for_its_channel_comes_back_whole(becomes: Fake) -> None:
    whole = Reply("Yes, I would like that very much", "y")
    shown = Message(Text("Well?"), (Reply("Yes, I would…", "y"), NO))
    becomes(Rendered((shown,)))
    asked = FromComponent("CmBot", Message(Text("Well?"), (whole, NO)))
    for press in (pressed("Yes, I would…"), pressed("Yes, I would…", "y")):
        assert got(play(asked, press)).choice == Choice(whole.label, "y", 1)


def test_only_what_the_customer_was_shown_is_offered(becomes: Fake) -> None:
    becomes(Rendered((Message(Text("Well?"), (NO, OpenUrl("Site", "https://x.example"))),)))
    assert play(ASKED).conversation.choices == (Offer("No", "n"),)


# Tokens ---------------------------------------------------------------------------------------------------------------


def with_token(token: str, postback: str) -> Rendered:
    return Rendered((Message(Text("Well?"), (Reply("Go", token),)),), tokens={token: postback})


def test_a_postback_that_travelled_as_a_token_comes_back_whole(becomes: Fake) -> None:
    becomes(with_token("t1", "long" * 100))
    asked = FromComponent("CmBot", Message(Text("Well?"), (Reply("Go", "long" * 100),)))
    decision = play(asked, pressed("Go", "t1"))
    assert got(decision).choice == Choice("Go", "long" * 100, 1)
    assert play(pressed("Go", "t1"), state=decision.conversation).conversation.tokens == {"t1": "long" * 100}


def test_a_token_outlives_newer_offers_and_the_session(becomes: Fake) -> None:
    becomes(with_token("t1", "one"))
    state = play(ASKED).conversation
    becomes(with_token("t2", "two"))
    state = play(ASKED, Requested("Desk", (End(),)), state=state).conversation
    assert not state.open
    assert got(play(pressed("Go", "t1"), state=state)).choice == Choice("Go", "one")


def test_the_newest_tokens_are_kept(becomes: Fake) -> None:
    state = None
    for number in range(TOKENS_MAX + 5):
        becomes(with_token(f"t{number}", str(number)))
        state = play(ASKED, state=state).conversation
    assert state is not None
    assert list(state.tokens) == [f"t{number}" for number in range(5, TOKENS_MAX + 5)]


def test_a_token_that_travels_again_is_new_again(becomes: Fake) -> None:
    state = None
    for token in ("t1", "t2", "t1"):
        becomes(with_token(token, token))
        state = play(ASKED, state=state).conversation
    assert state is not None
    assert list(state.tokens) == ["t2", "t1"]


def test_tokens_and_options_are_bounded_by_their_size(becomes: Fake) -> None:
    large = "x" * (POSTBACKS_BYTES_MAX // 2)
    becomes(Rendered((Message(Text("Well?")),), tokens={"t1": large, "t2": large, "t3": "y"}))
    assert list(play(ASKED).conversation.tokens) == ["t2", "t3"]
    becomes(Rendered((WRITTEN,), (), tuple(Offer("a", large, number) for number in (1, 2)), DAY))
    assert [offer.number for offer in play(ASKED).conversation.choices] == [1]


def test_options_are_bounded_in_number(becomes: Fake) -> None:
    becomes(Rendered((WRITTEN,), (), tuple(Offer(str(n), None, n) for n in range(1, CHOICES_MAX + 10)), DAY))
    assert len(play(ASKED).conversation.choices) == CHOICES_MAX


# Forgetting -----------------------------------------------------------------------------------------------------------


def test_options_are_remembered_until_their_time_is_over(becomes: Fake) -> None:
    becomes(OFFERED)
    asked = play(ASKED)
    assert asked.conversation.choices_until == CLOCK + DAY
    assert Step("offer", "2", "1d") in asked.steps
    early, late = (play(typed("2"), at=CLOCK + DAY - ahead, state=asked.conversation) for ahead in (1, 0))
    assert got(early).choice == Choice("No", "n", 2)
    assert got(late).choice is None
    assert (late.conversation.choices, late.conversation.choices_until) == ((), 0)


def test_a_press_finds_nothing_in_options_whose_time_is_over(becomes: Fake) -> None:
    becomes(OFFERED)
    late = play(pressed("no"), at=CLOCK + DAY, state=play(ASKED).conversation)
    assert got(late).choice == Choice("no")


def test_an_option_is_chosen_once(becomes: Fake) -> None:
    becomes(OFFERED)
    assert got(play(ASKED, typed("2"), typed("2"))).choice is None


def test_words_between_leave_the_options_as_they_are(becomes: Fake) -> None:
    becomes(OFFERED)
    state = play(ASKED, typed("what?")).conversation
    becomes(Rendered((Message(Text("Choose.")),)))
    assert got(play(FromComponent("CmBot", Message(Text("Choose."))), typed("2"), state=state)).choice is not None


@pytest.mark.parametrize(
    "newer",
    [
        Rendered((WRITTEN,), (), (Offer("Red", "r", 1),), DAY),
        Rendered((WRITTEN,), (), (Offer("Red", "r", 1),), 0),
        Rendered((Message(Text("Well?"), (Reply("Red", "r"),)),)),
        Rendered((Message(Text("Well?\n- Red")),)),
    ],
    ids=["written", "written and not remembered", "shown", "written without numbers"],
)
def test_newer_options_take_the_place_of_earlier_ones(newer: Rendered, becomes: Fake) -> None:
    becomes(OFFERED)
    state = play(ASKED).conversation
    becomes(newer)
    assert got(play(ASKED, typed("2"), state=state)).choice is None


@pytest.mark.parametrize("change", [Disable("Desk"), Enable("Other")], ids=["disable", "enable"])
def test_any_change_of_who_is_enabled_forgets_written_options(change: Disable | Enable, becomes: Fake) -> None:
    becomes(OFFERED)
    wiring = Wiring("test", {**BOTH.seats, "Other": Seat(copies=False)})
    state = decide(program(), wiring, None, ASKED, CLOCK, address=ADDRESS).conversation
    after = decide(program(), wiring, state, Requested("Desk", (change,)), CLOCK, address=ADDRESS).conversation
    assert (after.choices, after.choices_until) == ((), 0)


def test_a_request_that_changes_nothing_forgets_nothing(becomes: Fake) -> None:
    becomes(OFFERED)
    assert got(play(ASKED, Requested("Desk", (Enable("Desk"),)), typed("2"))).choice is not None


def test_shown_buttons_outlive_changes_and_choices() -> None:
    decision = play(ASKED, Requested("Desk", (Disable("Desk"),)), pressed("No", "n"), pressed("Yes, please", "y"))
    assert got(decision).choice == Choice("Yes, please", "y", 1)


def test_components_that_a_newer_program_lacks_take_the_options_with_them(becomes: Fake) -> None:
    becomes(OFFERED)
    clause = ir.Clause("enabled")
    alone = load(build(ir.ProgramIR(1, (ir.Component("CmBot", "bot", clause, clause, HERE),), (), (), (), (), (), ())))
    decision = decide(alone, BOTH, play(ASKED).conversation, typed("2"), CLOCK, address=ADDRESS)
    assert got(decision).choice is None
