"""Other channels, receipts and failed deliveries: what of them does not show in a transcript."""

from __future__ import annotations

import msgspec
import pytest
from msgspec import structs

from pointsman.engine.decide import decide
from pointsman.engine.explain import explain
from pointsman.engine.explain_text import Page
from pointsman.engine.loaded import Loaded
from pointsman.engine.loading import load
from pointsman.engine.scenario import ADDRESS, CLOCK, run_tests
from pointsman.engine.situation import Situation, full_wiring
from pointsman.language.pipeline import compile_rules
from pointsman.limits import FALLBACKS_BYTES_MAX, FALLBACKS_MAX, FALLEN_MAX
from pointsman.model.content import Card, Carousel, Media, Message, OpenUrl, Picture, Reply, Text, text_of
from pointsman.model.conversation import Conversation
from pointsman.model.decision import Decision, ToComponent, ToCustomer
from pointsman.model.event import (
    CUSTOMER,
    DeliveryFailed,
    Due,
    Ends,
    Event,
    FromComponent,
    FromCustomer,
    Reported,
    Requested,
    Reset,
    fallback_key,
    falls_back,
)
from pointsman.model.identity import Address
from pointsman.model.wiring import Wiring

CAST = "component Bot is bot\ncomponent Desk is desk\nstart with Bot, Desk\n"
FALLS_BACK = 'policy ways on message from Bot\nrule "twice" otherwise then fall back to SMS after 1h\n'
HOUR = 3_600_000


def loaded(rules: str = FALLS_BACK) -> Loaded:
    compiled = compile_rules({"a.rules": CAST + rules})
    assert compiled.program is not None, compiled.diagnostics
    return load(compiled.program)


def says(text: str = "hello") -> FromComponent:
    return FromComponent("Bot", Message(Text(text)))


class Play:
    """One conversation, event by event; `now` moves only where it is told to."""

    def __init__(self, program: Loaded, channels: frozenset[str] | None = None, address: Address = ADDRESS) -> None:
        self.program = program
        self.address = address
        self.wiring = structs.replace(full_wiring(program, "test"), channels=channels)
        self.now = CLOCK
        self.state: Conversation | None = None

    def __call__(self, event: Event) -> Decision:
        decision = decide(self.program, self.wiring, self.state, event, self.now, address=self.address)
        assert msgspec.convert(msgspec.to_builtins(decision.conversation), Conversation) == decision.conversation
        self.state = decision.conversation
        return decision

    def due(self, send: int) -> Decision:
        assert self.state is not None
        wait = self.state.waits[fallback_key(send)]
        assert wait.due is not None
        self.now = max(self.now, wait.due)
        return self(Due(fallback_key(send), wait.number))


def sent(decision: Decision) -> list[tuple[str | None, str]]:
    """The words for the customer, and the channel where it is not that of the address."""
    return [(text_of(it.message), it.channel) for it in decision.effects if isinstance(it, ToCustomer)]


def said(decision: Decision, what: str) -> list[tuple[str, str]]:
    return [(step.subject, step.detail) for step in decision.steps if step.what == what]


def test_a_key_names_the_message_that_goes_out_again() -> None:
    assert falls_back(fallback_key(7)) == 7
    assert {falls_back(key) for key in ("timer/fallback/0", "silence//60000", "fallback/", "fallback/x")} == {0}


def test_a_message_that_fell_back_has_a_number_of_its_own_and_joins_its_channel() -> None:
    play = Play(loaded())
    first = play(says())
    assert [(it.send, it.part, it.channel) for it in first.effects if isinstance(it, ToCustomer)] == [(1, 0, "")]
    again = play.due(1)
    assert [(it.send, it.author, it.rule) for it in again.effects if isinstance(it, ToCustomer)] == [(2, "Bot", "")]
    assert (again.conversation.via, again.conversation.joined) == ("SMS", frozenset({"SMS"}))
    assert again.conversation.channel == "SMS"
    assert again.conversation.fallen == (1,)
    assert again.conversation.fallbacks == {}
    assert fallback_key(1) not in again.conversation.waits


def test_a_fallback_is_taken_once_whatever_comes_first() -> None:
    play = Play(loaded())
    number = play(says()).conversation.waits[fallback_key(1)].number
    assert sent(play(DeliveryFailed(CUSTOMER, "unreachable", 3, 1))) == [("hello", "SMS")]
    late = play(DeliveryFailed(CUSTOMER, "unreachable", 3, 1))
    assert (late.effects, late.answer.outcome) == ((), "void")
    assert play(Due(fallback_key(1), number)).answer.outcome == "void"


def test_a_receipt_of_what_fell_back_is_recorded_as_late_and_changes_nothing() -> None:
    play = Play(loaded())
    play(says())
    before = play.due(1).conversation
    late = play(Reported(1, "read"))
    assert said(late, "receipt") == [("read", "late")]
    assert structs.replace(late.conversation, revision=before.revision) == before
    assert said(play(Reported(2, "delivered")), "receipt") == [("delivered", "")]


def test_the_same_receipt_twice_is_one_part_only() -> None:
    play = Play(loaded("channel WhatsApp text 10 characters\n" + FALLS_BACK))
    play(says("the first, the second"))
    for part in (0, 0):
        assert "1" in play(Reported(1, "delivered", part)).conversation.fallbacks
    assert play(Reported(1, "read", 1)).conversation.fallbacks == {}


@pytest.mark.parametrize(
    ("channels", "expected"),
    [(None, [("hello", "RCS")]), (frozenset({"RCS"}), [("hello", "RCS")]), (frozenset({"SMS"}), [("hello", "")])],
)
def test_a_channel_that_no_connection_of_the_account_carries_is_passed_over(
    channels: frozenset[str] | None, expected: list[tuple[str, str]]
) -> None:
    program = loaded('policy ways on message from Bot\nrule "r" otherwise then prefer channel RCS\n')
    decision = Play(program, channels)(says())
    assert sent(decision) == expected
    assert said(decision, "void") == ([] if expected[0][1] else [("RCS", "no connection of the account carries it")])


def test_a_connection_that_is_gone_when_the_time_is_over_is_said_so() -> None:
    play = Play(loaded(), frozenset({"SMS", "WhatsApp"}))
    play(says())
    play.wiring = structs.replace(play.wiring, channels=frozenset({"WhatsApp"}))
    late = play.due(1)
    assert said(late, "void") == [("SMS", "no connection of the account carries it")]
    assert (sent(late), late.conversation.via) == ([], "")


def test_a_failure_that_no_other_channel_answers_is_told_to_the_rules() -> None:
    program = loaded(
        FALLS_BACK + 'policy lost on delivery failed to customer\nrule "lost" otherwise then tag "{{lost}}"\n'
    )
    play = Play(program, frozenset({"SMS", "WhatsApp"}))
    play(says())
    play.wiring = structs.replace(play.wiring, channels=frozenset({"WhatsApp"}))
    failed = play(DeliveryFailed(CUSTOMER, "unreachable", 3, 1))
    assert said(failed, "rule") == [("lost", "")]
    assert failed.conversation.fallbacks == {}


def test_what_another_channel_withholds_stays_where_it_is() -> None:
    play = Play(loaded("channel SMS text native 160 characters strict\n" + FALLS_BACK))
    play(says("long " * 50))
    late = play.due(1)
    ((subject, reason),) = said(late, "withheld")
    assert subject == "Bot"
    assert reason.startswith("strict: ")
    assert (sent(late), late.conversation.via, late.conversation.fallen) == ([], "", ())


def test_all_that_is_owed_because_of_a_failure_is_quiet_and_a_fallback_is_not() -> None:
    rules = (
        FALLS_BACK
        + 'policy lost on delivery failed\nrule "lost" otherwise then disable Bot tell Desk "{reason}" reply "sorry"\n'
        + 'policy off on Bot disabled\nrule "off" otherwise then reply "the bot is off"\n'
    )
    play = Play(loaded(rules))
    assert {it.quiet for it in play(says()).effects} == {False}
    assert [it.quiet for it in play(DeliveryFailed(CUSTOMER, "gone", 1, 1)).effects] == [False]
    failed = play(DeliveryFailed("Bot", "gone"))
    assert {type(it).__name__ for it in failed.effects} == {"ToCustomer", "ToComponent", "Note", "Notify"}
    assert {it.quiet for it in failed.effects} == {True}
    assert [words for words, _ in sent(failed)] == ["the bot is off", "sorry"]


def test_a_reply_to_what_is_about_to_leave_is_quiet_and_what_leaves_is_not() -> None:
    play = Play(loaded('policy all on message to customer\nrule "r" otherwise then reply "by the way"\n'))
    effects = [it for it in play(says()).effects if isinstance(it, ToCustomer)]
    assert [(text_of(it.message), it.quiet) for it in effects] == [("by the way", True), ("hello", False)]


def test_too_many_messages_that_wait_give_up_the_oldest() -> None:
    play = Play(loaded())
    for _ in range(FALLBACKS_MAX + 1):
        decision = play(says())
    assert said(decision, "fallback")[-1] == ("SMS", "dropped, too much waits to go out again")
    assert list(decision.conversation.fallbacks) == [str(number) for number in range(2, FALLBACKS_MAX + 2)]
    assert fallback_key(1) not in decision.conversation.waits
    assert fallback_key(2) in decision.conversation.waits


def test_a_message_that_is_too_large_to_be_kept_leaves_once() -> None:
    play = Play(loaded())
    play(says())
    large = FromComponent("Bot", Message(Text("hello"), options={"note": "x" * FALLBACKS_BYTES_MAX}))
    decision = play(large)
    assert sent(decision) == [("hello", "")]
    assert said(decision, "void") == [("SMS", "the message is too large to be kept")]
    assert list(decision.conversation.fallbacks) == ["1"]
    halves = FromComponent("Bot", Message(Text("hello"), options={"note": "x" * (FALLBACKS_BYTES_MAX * 2 // 3)}))
    assert list(play(halves).conversation.fallbacks) == ["1", "3"]
    assert list(play(halves).conversation.fallbacks) == ["4"]


def test_the_numbers_of_what_went_out_again_are_bounded() -> None:
    play = Play(loaded())
    for _ in range(FALLEN_MAX + 1):
        send = play(FromCustomer(Message(Text("hi")))).conversation.sends + 1
        play(says())
        fallen = play(DeliveryFailed(CUSTOMER, "gone", 1, send)).conversation.fallen
    assert len(fallen) == FALLEN_MAX
    assert fallen[-1] == send


def test_a_reset_leaves_messages_on_their_way_alone_and_the_end_gives_them_up() -> None:
    play = Play(loaded())
    play(says())
    reset = play(Requested("Desk", (Reset(),))).conversation
    assert (list(reset.fallbacks), fallback_key(1) in reset.waits) == (["1"], True)
    play.due(1)
    play(says())
    ended = play(Ends()).conversation
    assert (ended.fallbacks, ended.fallen, ended.waits, ended.via, ended.joined) == ({}, (), {}, "", frozenset())
    assert ended.sends == 3


@pytest.mark.parametrize(
    "event", [DeliveryFailed("Bot", "gone"), DeliveryFailed(CUSTOMER, "gone", 1, 1), Reported(1, "read")]
)
def test_what_is_told_of_a_session_that_is_over_is_void(event: Event) -> None:
    play = Play(loaded())
    play(says())
    play(Ends())
    decision = play(event)
    assert (decision.answer.outcome, decision.effects) == ("void", ())
    assert said(decision, "void") == [("a message", "the conversation that it was sent in is over")]


def test_a_channel_that_the_rules_no_longer_know_is_given_up() -> None:
    signal = "channel Signal like SMS text 2000 characters\n"
    play = Play(loaded(signal + FALLS_BACK.replace("SMS", "Signal")))
    play(says())
    play.due(1)
    play(FromCustomer(Message(Text("hi"))))
    play(says())
    assert play.state is not None
    play.state = structs.replace(play.state, via="Signal")
    play.program = loaded()
    decision = play(says())
    assert said(decision, "repaired") == [("Signal", "no longer in the rules")]
    assert sent(decision) == [("hello", "")]
    assert (decision.conversation.via, decision.conversation.joined) == ("", frozenset())
    assert list(decision.conversation.fallbacks) == ["4"]
    assert [key for key in decision.conversation.waits if falls_back(key)] == [fallback_key(4)]


def test_a_new_generation_keeps_the_messages_on_their_way() -> None:
    play = Play(loaded())
    play(says())
    play.program = loaded("")
    assert sent(play.due(1)) == [("hello", "SMS")]


def test_conditions_of_a_downgrade_see_the_channel_that_is_rendered_for() -> None:
    rules = (
        'policy ways on message from Bot\nrule "r" otherwise then prefer channel SMS\n'
        'downgrade picture on SMS when channel is WhatsApp to text "wrong"\n'
        'downgrade picture on SMS when channel is SMS to text "right"\n'
    )
    program = loaded(rules)
    picture = Message(Picture(Media("https://x.example/a.png")))
    assert sent(Play(program)(FromComponent("Bot", picture))) == [("right", "SMS")]


def test_buttons_are_taken_off_wherever_they_stand() -> None:
    program = loaded('policy p on message from Bot\nrule "r" otherwise then drop buttons\n')
    url = OpenUrl("Site", "https://x.example")
    card = Card(title="One", buttons=(Reply("Yes"), url))
    message = Message(Carousel((card, card)), (Reply("No", "no"), url), fallback="One")
    play = Play(program, address=structs.replace(ADDRESS, channel="RCS"))
    copies = [it.message for it in play(FromComponent("Bot", message)).effects if isinstance(it, ToComponent)]
    bare = Card(title="One")
    assert copies == [Message(Carousel((bare, bare)), fallback="One")]


def test_a_wiring_says_nothing_of_channels_unless_it_is_told() -> None:
    assert Wiring("test", {}).channels is None


def test_an_event_that_raises_nothing_is_explained_by_its_steps() -> None:
    play = Play(loaded())
    play(says())
    told = Situation(ADDRESS, Reported(1, "delivered"), CLOCK, play.wiring, play.state)
    assert list(Page({}).steps(explain(play.program, told))) == [
        "2000-01-03T12:00:00.000Z, WhatsApp, +15555550100, account test",
        "",
        "  a receipt: delivered",
        "  fallback to SMS: dropped, it has arrived",
    ]


DAY = 24 * HOUR


@pytest.mark.parametrize(
    ("rules", "reason", "noted"),
    [
        ("fall back to WhatsApp after 1h", "reply window of 24h on WhatsApp is over", []),
        ("fall back to SMS after 1h", "strict: split text", ["SMS"]),
        ("prefer channel SMS", "reply window of 24h on WhatsApp is over", []),
        ("prefer channel SMS fall back to WhatsApp after 1h", "reply window of 24h on WhatsApp is over", []),
    ],
)
def test_what_no_channel_takes_is_withheld_for_what_the_last_one_said(
    rules: str, reason: str, noted: list[str]
) -> None:
    strict = "channel SMS text native 160 characters strict\n"
    play = Play(loaded(f'{strict}policy ways on message from Bot\nrule "r" otherwise then {rules}\n'))
    play(FromCustomer(Message(Text("hi"))))
    play.now += DAY + 1
    decision = play(says("long " * 50))
    assert (decision.answer.outcome, decision.answer.reason[: len(reason)]) == ("withheld", reason)
    assert sent(decision) == []
    assert [channel for channel, _ in said(decision, "fallback")] == noted
    assert (decision.conversation.fallbacks, decision.conversation.via) == ({}, "")


def test_the_buttons_of_a_text_are_dropped_and_the_text_leaves() -> None:
    play = Play(loaded('policy p on message from Bot\nrule "r" otherwise then drop buttons\n'))
    (effect, _) = play(FromComponent("Bot", Message(Text("hello"), (Reply("Yes"),)))).effects
    assert isinstance(effect, ToCustomer)
    assert effect.message == Message(Text("hello"))


def test_a_test_cannot_say_of_nothing_that_it_has_arrived() -> None:
    program = loaded('test "t"\n  delivery to customer succeeds\n  expect nothing\n')
    failure = run_tests(program)[0].failure
    assert failure is not None
    assert failure.expected == "a message that is on its way to the customer"
