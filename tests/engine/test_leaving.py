"""What may not leave for the customer, why, and who is told: strict, reply windows, what nothing renders."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pointsman.engine import leaving
from pointsman.engine.decide import decide
from pointsman.engine.downgrade import NoRendering, Rendered
from pointsman.engine.loading import load
from pointsman.engine.scenario import ADDRESS, CLOCK
from pointsman.engine.windows import told_over, window_over, written_window
from pointsman.language import ir
from pointsman.language.program import build
from pointsman.limits import LOSSES_TOLD_MAX
from pointsman.model.content import Message, Template, Text
from pointsman.model.conversation import Conversation
from pointsman.model.decision import Answer, Decision, Loss, Step, ToComponent, ToCustomer
from pointsman.model.event import Event, FromComponent, FromCustomer, Trigger
from pointsman.model.wiring import Seat, Wiring

HERE = ir.Span("a.rules", 0, 1, 1, 1)
BOTH = Wiring("test", {"CmBot": Seat(copies=False), "Desk": Seat(copies=True)})
HOUR = 3_600_000
CARRIED = (ir.Carried("text", "native"), ir.Carried("template", "native"))
SAYS = FromComponent("CmBot", Message(Text("hello")))
ASKS = FromCustomer(Message(Text("hello")))
LOSS = Loss("dropped", "thumbnail", "left out", "100 KiB", "the vendor")
LINE = "dropped thumbnail: left out, at most 100 KiB (the vendor)"
LOST = Rendered((Message(Text("hello")),), (LOSS, Loss("split", "text", "2 parts")))


def play(*events: Event, strict: bool = False, profile: ir.Profile | None = None, at: int = CLOCK) -> Decision:
    """Decide events in turn, the last one at `at`; a rule answers each customer's message."""
    clause = ir.Clause("enabled")
    components = (
        ir.Component("CmBot", "bot", clause, clause, HERE, strict),
        ir.Component("Desk", "desk", clause, clause, HERE),
    )
    rule = ir.Rule("answers", None, (ir.ReplyText((ir.Words("hello"),), (), HERE),), HERE)
    policy = ir.Policy("p", "first", False, (Trigger("from customer"),), (rule,), HERE)
    profiles = (profile or ir.Profile("WhatsApp", CARRIED, ()),)
    program = load(build(ir.ProgramIR(1, components, ("CmBot", "Desk"), (), (), (policy,), (), (), profiles)))
    state: Conversation | None = None
    decision: Decision | None = None
    for number, event in enumerate(events, 1):
        moment = at if number == len(events) else CLOCK
        decision = decide(program, BOTH, state, event, moment, address=ADDRESS)
        state = decision.conversation
    assert decision is not None
    return decision


@pytest.fixture
def becomes(monkeypatch: pytest.MonkeyPatch) -> Callable[[Rendered], None]:
    """Let every message for the customer become what the case says."""
    return lambda it: monkeypatch.setattr(leaving, "rendered", lambda *_: it)


def left(decision: Decision) -> list[Message]:
    return [it.message for it in decision.effects if isinstance(it, ToCustomer)]


def copies(decision: Decision) -> list[tuple[str, str]]:
    """Who got a copy, and why the customer did not."""
    return [(it.component, it.withheld) for it in decision.effects if isinstance(it, ToComponent) and it.withheld]


# Strict ---------------------------------------------------------------------------------------------------------------

STRICT = ir.Profile("WhatsApp", CARRIED, (), strict=True)


@pytest.mark.parametrize(("strict", "profile"), [(True, None), (False, STRICT), (True, STRICT)])
def test_a_component_is_told_what_would_have_been_lost(
    strict: bool, profile: ir.Profile | None, becomes: Callable[[Rendered], None]
) -> None:
    becomes(LOST)
    decision = play(SAYS, strict=strict, profile=profile)
    assert decision.answer == Answer("withheld", f"strict: {LINE}", decision.answer.generation)
    assert (left(decision), copies(decision)) == ([], [("Desk", f"strict: {LINE}")])
    assert decision.steps[-1] == Step("withheld", "CmBot", f"strict: {LINE}")
    assert (decision.conversation.sends, decision.conversation.spoke) == (0, {})


def test_a_strict_component_binds_nobody_else(becomes: Callable[[Rendered], None]) -> None:
    becomes(LOST)
    assert left(play(FromComponent("Desk", SAYS.message), strict=True)) == [Message(Text("hello"))]
    assert left(play(ASKS, strict=True)) == [Message(Text("hello"))]


def test_a_reply_that_a_strict_channel_refuses_names_its_rule(becomes: Callable[[Rendered], None]) -> None:
    becomes(LOST)
    decision = play(ASKS, profile=STRICT)
    assert Step("withheld", "reply", f"strict: {LINE}", "answers") in decision.steps
    assert (left(decision), copies(decision)) == ([], [("Desk", f"strict: {LINE}")])
    assert decision.answer.outcome == "accepted"


def test_a_strict_channel_carries_what_loses_nothing() -> None:
    assert left(play(SAYS, strict=True, profile=STRICT)) == [SAYS.message]


# What nothing renders -------------------------------------------------------------------------------------------------


def test_a_message_that_nothing_renders_is_withheld(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_rendering(*_: object) -> Rendered:
        raise NoRendering("WhatsApp", ("carousel", "card"))

    monkeypatch.setattr(leaving, "rendered", no_rendering)
    decision = play(SAYS)
    assert decision.answer.reason == "nothing on WhatsApp renders carousel as card"
    assert (left(decision), copies(decision)) == ([], [("Desk", decision.answer.reason)])


@pytest.mark.parametrize(
    ("it", "reason"), [(Rendered((), (LOSS,)), LINE), (Rendered(()), "nothing is left of it")], ids=["lost", "empty"]
)
def test_a_message_of_which_nothing_is_left_is_withheld(
    it: Rendered, reason: str, becomes: Callable[[Rendered], None]
) -> None:
    becomes(it)
    assert play(SAYS).answer.reason == reason


# What is lost and leaves ----------------------------------------------------------------------------------------------


def test_the_sender_is_told_the_first_losses_and_the_record_has_all(becomes: Callable[[Rendered], None]) -> None:
    losses = tuple(Loss("truncated", f"button `{number}`", "cut") for number in range(LOSSES_TOLD_MAX + 5))
    becomes(Rendered((Message(Text("hello")),), losses))
    decision = play(SAYS)
    assert decision.answer.losses == losses[:LOSSES_TOLD_MAX]
    assert len([step for step in decision.steps if step.what == "loss"]) == len(losses)


def test_what_a_reply_loses_is_not_the_senders(becomes: Callable[[Rendered], None]) -> None:
    becomes(LOST)
    decision = play(ASKS)
    assert decision.answer.losses == ()
    assert Step("loss", "dropped", LOSS.told, "answers") in decision.steps


# Windows --------------------------------------------------------------------------------------------------------------

WINDOWS = (ir.ReplyWindow(24 * HOUR, source="the vendor"), ir.ReplyWindow(48 * HOUR, "desk"))
WINDOWED = ir.Profile("WhatsApp", CARRIED, (), windows=WINDOWS)


@pytest.mark.parametrize(
    ("windows", "role", "passed", "over"),
    [
        (WINDOWS, "bot", 24 * HOUR, None),
        (WINDOWS, "bot", 24 * HOUR + 1, WINDOWS[0]),
        (WINDOWS, "service", 24 * HOUR + 1, WINDOWS[0]),
        (WINDOWS, "desk", 48 * HOUR, None),
        (WINDOWS, "desk", 48 * HOUR + 1, WINDOWS[1]),
        ((WINDOWS[0], ir.ReplyWindow(HOUR, "bot")), "bot", 2 * HOUR, None),
        ((ir.ReplyWindow(HOUR, "bot"),), "desk", 2 * HOUR, None),
        ((), "bot", 10**12, None),
    ],
)
def test_the_longest_window_that_applies_counts(
    windows: tuple[ir.ReplyWindow, ...], role: str, passed: int, over: ir.ReplyWindow | None
) -> None:
    profile = ir.Profile("WhatsApp", CARRIED, (), windows=windows)
    assert window_over(profile, role, CLOCK, CLOCK + passed) == over
    assert window_over(profile, role, 0, CLOCK + passed) is None


@pytest.mark.parametrize(
    ("window", "written", "told"),
    [
        (WINDOWS[0], "24h", "reply window of 24h on RCS is over (the vendor)"),
        (WINDOWS[1], "2d for desk", "reply window of 2d for desk on RCS is over"),
    ],
)
def test_a_window_reads_as_it_is_written(window: ir.ReplyWindow, written: str, told: str) -> None:
    assert (written_window(window), told_over(window, "RCS")) == (written, told)


def test_a_message_after_its_window_is_withheld_and_copied_with_the_reason() -> None:
    late = play(ASKS, SAYS, profile=WINDOWED, at=CLOCK + 25 * HOUR)
    assert late.answer.reason == "reply window of 24h on WhatsApp is over (the vendor)"
    assert (left(late), copies(late)) == ([], [("Desk", late.answer.reason)])
    desk = FromComponent("Desk", SAYS.message)
    assert left(play(ASKS, desk, profile=WINDOWED, at=CLOCK + 25 * HOUR)) == [SAYS.message]


@pytest.mark.parametrize(
    ("messages", "leaves"),
    [
        ((Message(Template("cm", {})),), True),
        ((Message(Template("cm", {})), Message(Text("1. Yes"))), False),
        ((Message(Text("instead of a template")),), False),
    ],
)
def test_only_what_leaves_as_a_template_is_exempt(
    messages: tuple[Message, ...], leaves: bool, becomes: Callable[[Rendered], None]
) -> None:
    becomes(Rendered(messages))
    decision = play(ASKS, SAYS, profile=WINDOWED, at=CLOCK + 25 * HOUR)
    assert bool(left(decision)) == leaves


def test_a_window_that_is_over_comes_before_what_is_strict(becomes: Callable[[Rendered], None]) -> None:
    becomes(LOST)
    profile = ir.Profile("WhatsApp", CARRIED, (), windows=WINDOWS, strict=True)
    assert play(ASKS, SAYS, profile=profile, at=CLOCK + 25 * HOUR).answer.reason.startswith("reply window")


# What is told of it ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("became", "glance"),
    [
        ((Message(Text("hello\n1. Yes")),), '"hello\\n1. Yes"'),
        ((Message(Text("hel")), Message(Text("lo"))), '"hello"'),
    ],
)
def test_who_reads_what_happened_sees_in_one_line_what_leaves_or_of_several_what_was_said(
    becomes: Callable[[Rendered], None], became: tuple[Message, ...], glance: str
) -> None:
    becomes(Rendered(became))
    decision = play(ASKS, SAYS)
    assert Step("delivered", "CmBot", glance) in decision.steps
