"""Written options come back as presses: by number and by label, whatever the labels, never with two meanings."""

from __future__ import annotations

import unicodedata

from hypothesis import assume, given, settings
from hypothesis import strategies as st
from msgspec import structs

from pointsman.engine.decide import decide
from pointsman.engine.loading import load
from pointsman.engine.scenario import ADDRESS, CLOCK
from pointsman.language import ir
from pointsman.language.pipeline import compile_rules
from pointsman.language.program import build
from pointsman.model.content import Choice, Message, Reply, Text, text_of
from pointsman.model.conversation import Conversation, Offer
from pointsman.model.decision import ToComponent, ToCustomer
from pointsman.model.event import FromComponent, FromCustomer
from pointsman.model.wiring import Seat, Wiring

HERE = ir.Span("a.rules", 0, 1, 1, 1)
WIRING = Wiring("test", {"Bot": Seat(copies=False)})
CLAUSE = ir.Clause("always")
PROGRAM = load(build(ir.ProgramIR(1, (ir.Component("Bot", "bot", CLAUSE, CLAUSE, HERE),), (), (), (), (), (), ())))
DAY = 86_400_000
SETTINGS = settings(max_examples=300, deadline=None, derandomize=True, database=None)

names = st.one_of(
    st.text(max_size=12),
    st.sampled_from(["Yes", "yes", " YES ", "No", "1", "2", "#1", "2.", "Straße", "STRASSE", "１", "", " ", "ﬁ", "fi"]),
)


@st.composite
def offers(draw: st.DrawFn) -> tuple[Offer, ...]:
    written = draw(st.lists(st.tuples(names, st.none() | names, names), min_size=1, max_size=5))
    return tuple(Offer(label, postback, number, title) for number, (label, postback, title) in enumerate(written, 1))


forms = st.sampled_from(["{}", "{}.", "#{}", "{})", " {} )", "\n#{} "])


def heard(offered: tuple[Offer, ...], said: str, at: int = CLOCK) -> Message:
    """What the bot hears where a customer says something while options are remembered."""
    state = Conversation(ADDRESS, session_id="s", session=1, choices=offered, choices_until=CLOCK + DAY)
    decision = decide(PROGRAM, WIRING, state, FromCustomer(Message(Text(said))), at, address=ADDRESS)
    return next(it.message for it in decision.effects if isinstance(it, ToComponent))


def plain(text: str) -> str:
    """A text as it is compared, written anew from the language's definition of folding."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return " ".join(folded.split())


def known_as(offer: Offer) -> set[str]:
    forms = (f"{offer.number}", f"{offer.number}.", f"#{offer.number}", f"{offer.number})", f"{offer.number} )")
    return {name for name in (plain(offer.label), plain(offer.title), *forms) if name}


def press(offer: Offer) -> Message:
    return Message(Text(offer.label), choice=Choice(offer.label, offer.postback, offer.number))


@SETTINGS
@given(offers(), st.data())
def test_the_name_of_one_option_alone_is_its_press_and_nothing_else_is_one(
    offered: tuple[Offer, ...], data: st.DataObject
) -> None:
    own = [name for offer in offered for name in (offer.label, offer.title)]
    said = data.draw(st.one_of(st.sampled_from(own), names, st.builds(str, st.integers(0, 6))))
    fitting = [offer for offer in offered if plain(said) in known_as(offer)]
    assert heard(offered, said) == (press(fitting[0]) if len(fitting) == 1 else Message(Text(said)))


@SETTINGS
@given(offers(), st.integers(0, 4), forms)
def test_a_number_in_any_form_comes_back_as_its_option(offered: tuple[Offer, ...], place: int, form: str) -> None:
    offer = offered[place % len(offered)]
    said = form.format(offer.number)
    number = str(offer.number)
    assume(not any({plain(said), number} & {plain(it.label), plain(it.title)} for it in offered if it is not offer))
    assert heard(offered, said) == press(offer)


@SETTINGS
@given(offers(), st.integers(0, 4), st.text(" \t\n\u00a0\u2003", max_size=3), st.text(" \t\n\u00a0\u2003", max_size=3))
def test_a_label_comes_back_whatever_blanks_are_around_it(
    offered: tuple[Offer, ...], place: int, before: str, behind: str
) -> None:
    offer = offered[place % len(offered)]
    assume(plain(offer.label))
    said = before + offer.label + behind
    alone = sum(plain(said) in known_as(it) for it in offered) == 1
    assert heard(offered, said) == (press(offer) if alone else Message(Text(said)))


@SETTINGS
@given(offers(), st.integers(0, 2 * DAY))
def test_options_mean_something_until_their_time_is_over_and_nothing_after(
    offered: tuple[Offer, ...], passed: int
) -> None:
    only = offered[:1]
    assert (heard(only, "#1", CLOCK + passed).choice is not None) == (passed < DAY)


COMPILED = compile_rules({"a.rules": "component Bot is bot\nstart with Bot\n"})
assert COMPILED.program is not None
STANDARD = load(COMPILED.program)


@SETTINGS
@given(
    st.lists(st.tuples(names.filter(str.strip), st.none() | names), min_size=1, max_size=12),
    st.integers(0, 11),
    st.sampled_from(["SMS", "WhatsApp", "Email", "RCS"]),
)
def test_the_number_that_the_customer_reads_is_the_button_that_the_sender_wrote(
    written: list[tuple[str, str | None]], place: int, channel: str
) -> None:
    buttons = tuple(Reply(label, postback) for label, postback in written)
    address = structs.replace(ADDRESS, channel=channel)
    asks = FromComponent("Bot", Message(Text("Well?"), buttons))
    asked = decide(STANDARD, WIRING, None, asks, CLOCK, address=address)
    lines = [
        line for it in asked.effects if isinstance(it, ToCustomer) for line in (text_of(it.message) or "").splitlines()
    ]
    button, number = buttons[place % len(buttons)], str(place % len(buttons) + 1)
    assume(any(line.startswith(f"{number}. ") for line in lines))
    assume(not any(plain(it.label) == number for it in buttons))
    answer = decide(STANDARD, WIRING, asked.conversation, FromCustomer(Message(Text(number))), CLOCK, address=address)
    heard = next(it.message for it in answer.effects if isinstance(it, ToComponent))
    assert heard.choice == Choice(button.label, button.postback, int(number))
