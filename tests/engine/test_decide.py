"""What one call of `decide` promises, beyond the language: purity, time, and what an earlier generation left."""

from __future__ import annotations

import msgspec
import pytest

from pointsman.engine.decide import decide
from pointsman.engine.loaded import Loaded
from pointsman.engine.loading import load
from pointsman.engine.scenario import ADDRESS, CLOCK
from pointsman.language import ir
from pointsman.language.program import build
from pointsman.limits import CONTEXT_KEYS_MAX, REPLIES_PER_EVENT_MAX
from pointsman.model.content import Message, Text, text_of
from pointsman.model.conversation import Conversation
from pointsman.model.decision import Decision, Effect, Note, Notify, PositionAt, ToComponent, ToCustomer
from pointsman.model.event import (
    CUSTOMER,
    DeliveryFailed,
    Disable,
    Due,
    Event,
    FromComponent,
    FromCustomer,
    Position,
    Problems,
    Requested,
    Trigger,
)
from pointsman.model.wiring import Seat, Wiring

HERE = ir.Span("a.rules", 0, 1, 1, 1)
BOTH = Wiring("test", {"CmBot": Seat(copies=False), "Desk": Seat(copies=True)})
SILENCE = Trigger("silence", ms=60_000)
HELLO = FromCustomer(Message(Text("hello")))


def component(name: str, role: str = "bot") -> ir.Component:
    return ir.Component(name, role, ir.Clause("enabled"), ir.Clause("enabled"), HERE)  # type: ignore[arg-type]


def loaded(
    *policies: ir.Policy, start: tuple[str, ...] = ("CmBot",), names: tuple[str, ...] = ("CmBot", "Desk")
) -> Loaded:
    components = tuple(component(name, "bot" if name == "CmBot" else "desk") for name in names)
    return load(build(ir.ProgramIR(1, components, start, (), (), policies, (), ())))


def policy(trigger: Trigger, *actions: ir.Action, name: str = "p") -> ir.Policy:
    return ir.Policy(name, "first", False, (trigger,), (ir.Rule(f"{name}-rule", None, actions, HERE),), HERE)


def play(program: Loaded, *events: Event, wiring: Wiring = BOTH) -> Decision:
    state, decision = None, None
    for number, event in enumerate(events):
        decision = decide(program, wiring, state, event, CLOCK + number, address=ADDRESS)
        state = decision.conversation
    assert decision is not None
    return decision


def test_the_same_inputs_give_the_same_bytes() -> None:
    program = loaded(policy(Trigger("from customer"), ir.DisableAction("CmBot", HERE), ir.EnableAction("Desk", HERE)))
    state = play(program, HELLO).conversation
    snapshot = msgspec.msgpack.encode(state)
    once, again = (decide(program, BOTH, state, HELLO, CLOCK + 5, address=ADDRESS) for _ in range(2))
    assert msgspec.msgpack.encode(once) == msgspec.msgpack.encode(again)
    assert msgspec.msgpack.encode(state) == snapshot


def test_each_event_is_one_revision_and_names_its_generation() -> None:
    program = loaded()
    decision = play(program, HELLO, HELLO)
    assert decision.conversation.revision == 2
    assert decision.conversation.generation == program.hash == decision.answer.generation


def test_time_never_goes_back_within_a_conversation() -> None:
    program = loaded()
    state = decide(program, BOTH, None, HELLO, CLOCK, address=ADDRESS).conversation
    later = decide(program, BOTH, state, HELLO, CLOCK - 60_000, address=ADDRESS).conversation
    assert later.latest == CLOCK


@pytest.mark.parametrize("shift", [-1, 1], ids=["an earlier arming", "a later arming"])
def test_a_due_wait_that_is_no_longer_so_armed_is_void(shift: int) -> None:
    program = loaded(policy(SILENCE, ir.TagAction("quiet", HERE)))
    state = play(program, HELLO).conversation
    number = state.waits[SILENCE.key].number
    late = CLOCK + 120_000
    void = decide(program, BOTH, state, Due(SILENCE.key, number + shift), late, address=ADDRESS)
    assert void.answer.outcome == "void"
    assert void.effects == ()
    fired = decide(program, BOTH, state, Due(SILENCE.key, number), late, address=ADDRESS)
    assert [step.subject for step in fired.steps if step.what == "tag"] == ["quiet"]


def test_a_wait_does_not_fire_before_its_time() -> None:
    program = loaded(policy(SILENCE, ir.TagAction("quiet", HERE)))
    state = play(program, HELLO).conversation
    early = decide(
        program, BOTH, state, Due(SILENCE.key, state.waits[SILENCE.key].number), CLOCK + 59_999, address=ADDRESS
    )
    assert early.answer.outcome == "void"


def test_names_that_a_new_generation_lacks_are_dropped_and_start_with_applies() -> None:
    before = play(loaded(start=("Desk",)), HELLO).conversation
    assert before.enabled == {"Desk"}
    after = decide(loaded(names=("CmBot",)), BOTH, before, HELLO, CLOCK + 1, address=ADDRESS)
    assert after.conversation.enabled == {"CmBot"}
    assert [step.subject for step in after.steps if step.what == "repaired"] == ["Desk", "CmBot"]
    assert [effect.to for effect in after.effects if isinstance(effect, ToComponent)] == ["CmBot"]


def test_names_that_a_new_generation_lacks_are_dropped_and_who_still_hears_goes_on() -> None:
    before = play(loaded(start=("CmBot", "Desk")), HELLO).conversation
    after = decide(loaded(start=("CmBot",), names=("CmBot",)), BOTH, before, HELLO, CLOCK + 1, address=ADDRESS)
    assert after.conversation.enabled == {"CmBot"}
    assert [step.subject for step in after.steps if step.what == "repaired"] == ["Desk"]


def test_a_wait_that_the_new_generation_lacks_is_dropped() -> None:
    before = play(loaded(policy(SILENCE, ir.TagAction("quiet", HERE))), HELLO).conversation
    after = decide(loaded(), BOTH, before, HELLO, CLOCK + 1, address=ADDRESS)
    assert after.conversation.waits == {}


def test_a_timer_that_no_policy_waits_for_runs_out_without_effect() -> None:
    program = loaded(policy(Trigger("from customer"), ir.SetTimer("unheard", 1_000, HERE)))
    state = play(program, HELLO).conversation
    ((key, wait),) = state.waits.items()
    done = decide(program, BOTH, state, Due(key, wait.number), CLOCK + 1_000, address=ADDRESS)
    assert done.answer.outcome == "accepted"
    assert done.conversation.waits == {}


def test_a_component_without_a_seat_takes_no_part() -> None:
    alone = Wiring("test", {"Desk": Seat(copies=True)})
    program = loaded(start=("CmBot", "Desk"))
    heard = play(program, HELLO, wiring=alone)
    assert [effect.to for effect in heard.effects] == ["Desk"]
    assert heard.conversation.enabled == {"Desk"}
    said = play(program, HELLO, FromComponent("CmBot", Message(Text("hi"))), wiring=alone)
    assert said.answer.reason == "CmBot may not speak"


@pytest.mark.parametrize(
    ("action", "noted"),
    [
        (ir.EnableAction("CmBot", HERE), []),
        (ir.HandOverAction("CmBot", HERE), []),
        (ir.Tell("CmBot", (ir.Words("note"),), HERE), ["CmBot"]),
        (ir.PositionAction("CmBot", (ir.Words("f"),), (ir.Words("s"),), HERE), ["CmBot"]),
    ],
    ids=["enable", "hand over", "tell", "position"],
)
def test_an_action_on_a_component_without_a_seat_changes_nothing(action: ir.Action, noted: list[str]) -> None:
    alone = Wiring("test", {"Desk": Seat(copies=True)})
    decision = play(loaded(policy(Trigger("from customer"), action), start=("Desk",)), HELLO, wiring=alone)
    assert decision.conversation.enabled == {"Desk"}
    assert [type(effect) for effect in decision.effects] == [ToComponent]
    void = [step for step in decision.steps if step.what == "void"]
    assert [(step.subject, step.detail, step.rule) for step in void] == [
        (name, "takes no part in this account", "p-rule") for name in noted
    ]


def test_one_event_makes_a_bounded_number_of_replies() -> None:
    answers = [ir.ReplyText((ir.Words(str(number)),), (), HERE) for number in range(REPLIES_PER_EVENT_MAX + 2)]
    decision = play(loaded(policy(Trigger("from customer"), *answers)), HELLO)
    replies = [text_of(effect.message) for effect in decision.effects if isinstance(effect, ToCustomer)]
    assert replies == [str(number) for number in range(REPLIES_PER_EVENT_MAX)]
    assert [step.detail for step in decision.steps if step.what == "void"] == ["too many replies to one event"] * 2


def test_rules_on_a_failed_delivery_see_why_and_how_often_it_was_tried() -> None:
    told = (ir.Slot(ir.Field("reason"), ""), ir.Words(" after "), ir.Slot(ir.Field("attempts"), ""))
    program = loaded(policy(Trigger("delivery failed", CUSTOMER), ir.Tell("Desk", told, HERE)))
    failed = DeliveryFailed(CUSTOMER, "no such number", 3)
    (note,) = play(program, HELLO, failed).effects
    assert isinstance(note, Note)
    assert note.text == "no such number after 3"
    assert play(program, HELLO, msgspec.structs.replace(failed, to="CmBot")).effects == ()
    assert play(program, failed).answer.outcome == "void"


def test_who_has_no_hand_over_address_or_asked_is_not_notified() -> None:
    deaf = Wiring("test", {"CmBot": Seat(copies=False, notified=False), "Desk": Seat(copies=True)})
    program = loaded(start=("CmBot", "Desk"))
    by_desk = play(program, HELLO, Requested("Desk", (Disable("CmBot"),)), wiring=deaf)
    assert [effect for effect in by_desk.effects if isinstance(effect, Notify)] == []
    by_bot = play(program, HELLO, Requested("CmBot", (Disable("CmBot"),)), wiring=deaf)
    (notified,) = [effect for effect in by_bot.effects if isinstance(effect, Notify)]
    assert (notified.to, notified.asker, notified.changed) == ("Desk", "CmBot", {"CmBot": "disabled"})


def test_a_request_without_a_session_is_closed() -> None:
    assert play(loaded(), Requested("Desk", (Disable("CmBot"),))).answer.outcome == "closed"


def test_a_position_request_needs_exactly_one_enabled_bot() -> None:
    asked = Requested("Desk", (Position("flow", "step"),))
    assert play(loaded(start=("Desk",)), HELLO, asked).answer.outcome == "conflict"
    (effect,) = play(loaded(), HELLO, asked).effects
    assert effect.to == "CmBot"


def test_a_context_that_would_grow_too_large_stays_as_it_was() -> None:
    program = loaded()
    full = {f"key{number}": "x" for number in range(CONTEXT_KEYS_MAX)}
    kept = play(program, HELLO, Requested("Desk", (), full), Requested("Desk", (), {"one": "more"}))
    assert kept.conversation.context == full
    assert [step.detail for step in kept.steps if step.what == "void"] == ["the context would be too large"]


def test_a_decision_survives_the_store() -> None:
    decision = play(loaded(policy(Trigger("from customer"), ir.ReplyText((ir.Words("hi"),), (), HERE))), HELLO)
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(decision), type=Decision) == decision


def test_what_a_rule_replies_precedes_the_message_that_caused_it_for_everyone() -> None:
    answer = ir.ReplyText((ir.Words("reply"),), (), HERE)
    on_bot = policy(Trigger("from component", "CmBot"), answer)
    said = FromComponent("CmBot", Message(Text("message")))
    for start, customer in ((("CmBot", "Desk"), ["reply", "message"]), (("Desk",), ["reply"])):
        effects = play(loaded(on_bot, start=start), HELLO, said).effects
        heard = {to: [words(effect) for effect in effects if effect.to == to] for to in ("customer", "Desk")}
        assert heard == {"customer": customer, "Desk": ["reply", "message"]}


def words(effect: Effect) -> str | None:
    assert isinstance(effect, ToCustomer | ToComponent)
    return text_of(effect.message)


def test_notes_and_positions_carry_the_context_as_the_event_leaves_it() -> None:
    actions = (
        ir.Tell("Desk", (ir.Words("note"),), HERE),
        ir.PositionAction("CmBot", (ir.Words("f"),), (ir.Words("s"),), HERE),
        ir.SetContext("team", (ir.Words("sales"),), HERE),
    )
    effects = play(loaded(policy(Trigger("from customer"), *actions), start=("CmBot", "Desk")), HELLO).effects
    assert [effect.context for effect in effects if isinstance(effect, Note | PositionAt)] == [{"team": "sales"}] * 2


def test_a_policy_whose_event_stands_for_no_component_is_never_tried() -> None:
    nobody = ir.Policy("p", "first", False, (), (ir.Rule("r", None, (ir.Stop(HERE),), HERE),), HERE)
    assert play(loaded(nobody), HELLO).answer.outcome == "accepted"


@pytest.mark.parametrize("open_", [True, False])
def test_what_could_not_be_read_is_recorded_and_changes_nothing(open_: bool) -> None:
    program = loaded(policy(SILENCE, ir.TagAction("quiet", HERE)))
    state = play(program, HELLO).conversation if open_ else Conversation(ADDRESS)
    decision = decide(program, BOTH, state, Problems("CmBot", ("a", "b")), CLOCK, address=ADDRESS)
    assert [(step.what, step.subject, step.detail) for step in decision.steps] == [
        ("problem", "CmBot", "a"),
        ("problem", "CmBot", "b"),
    ]
    assert (decision.effects, decision.conversation.waits) == ((), state.waits)
    assert decision.conversation.open == open_
