"""The nearest change of generated events makes the rule fire, and no smaller one is passed over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import structs

from pointsman.engine.explain import explain
from pointsman.engine.loaded import Loaded
from pointsman.engine.loading import load_plain
from pointsman.engine.scenario import run_test
from pointsman.engine.situation import Situation
from pointsman.engine.view import draw
from pointsman.language import ir
from pointsman.language.program import build
from pointsman.model import event as ev
from pointsman.model.content import Message
from pointsman.proofs.changing import changed
from pointsman.proofs.nearest import Change, FiresAlready, Nearest, Never, OtherEvent, Unsettled, nearest
from pointsman.proofs.world import World, world_of
from properties.generated import COMPONENTS, COUNTERS, TEXTS, events, messages, pauses, programs
from properties.test_explanations import SHOP, WIRING, situations

PROGRAMS = 110
seen: Counter[str] = Counter()
_HOUR = 3_600_000


def event_on(trigger: ev.Trigger, message: Message) -> ev.Event | None:
    """An event that raises a trigger; None for those that time raises."""
    match trigger.kind:
        case "from customer":
            return ev.FromCustomer(message)
        case "from component":
            return ev.FromComponent(trigger.name, message)
        case "to customer":
            return ev.FromComponent("CmBot", message)
        case "request":
            return ev.Requested(trigger.name, (ev.Disable("CmBot"),), {"team": "agent"})
        case _:
            return None


@settings(
    max_examples=PROGRAMS,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(programs(), st.lists(st.tuples(pauses, events), min_size=1, max_size=2), messages)
def _are_nearest(program_ir: ir.ProgramIR, history: list[tuple[int, ev.Event]], message: Message) -> None:
    program = load_plain(build(program_ir))
    *_, last = situations(program, history)
    state = last.decided(program).conversation
    for policy in program_ir.policies:
        for trigger in policy.triggers[:1]:
            event = event_on(trigger, message)
            for recall in (None, state) if event is not None else ():
                situation = Situation(SHOP, event, last.now + 1000, WIRING, recall)
                for rule in policy.rules:
                    _is_nearest(program, situation, rule)


def _is_nearest(program: Loaded, situation: Situation, rule: ir.Rule) -> None:
    found: Nearest = nearest(program, situation, rule.name)
    seen[type(found).__name__] += 1
    fires = rule.name in explain(program, situation).fired
    assert isinstance(found, FiresAlready) == fires
    match found:
        case Change():
            seen[f"{len(found.variables)} variables"] += 1
            fired = [step.subject for step in found.situation.decided(program).steps if step.what == "rule"]
            assert rule.name in fired
            if found.witness is not None:
                assert run_test(program, found.witness.test).passed
            if found.exact and len(found.variables) > 1:
                missed = [
                    world for world in _singles(program, situation, rule) if _fires(program, situation, world, rule)
                ]
                assert missed == []
        case OtherEvent(triggers, witness):
            assert witness is None or run_test(program, witness.test).passed
            assert triggers
        case FiresAlready() | Never() | Unsettled():
            pass


def _singles(program: Loaded, situation: Situation, rule: ir.Rule) -> Iterator[tuple[World, World, int]]:
    """Each time the rule was tried, and what conditions would see with one variable of another value."""
    explanation = explain(program, situation)
    for occasion in explanation.occasions:
        if any(verdict.rule == rule for verdict in occasion.verdicts):
            place = [it for it in explanation.occasions if it.trigger == occasion.trigger].index(occasion)
            own = occasion.view.conversation.address.conversation_id
            near = structs.replace(
                world_of(occasion.view, occasion.trigger), draws={salt: draw(own, salt) for salt in ("a", "b")}
            )
            yield from ((near, world, place) for world in _otherwise(near))


def _otherwise(near: World) -> Iterator[World]:
    for component in COMPONENTS:
        yield structs.replace(near, enabled=near.enabled ^ {component})
    for counter in COUNTERS:
        yield from (
            structs.replace(near, counters=near.counters | {counter: count}) for count in (0, 1, 2, 3, 5, 6, 21)
        )
    for path in [path for path in near.texts if path in ("text", "choice", "message.name", "message.mime")]:
        yield from (structs.replace(near, texts=near.texts | {path: text}) for text in TEXTS)
    for path in (
        "context.team",
        "context.mood",
        "contact.team",
        *(("meta.intent",) if "message" in near.names else ()),
    ):
        yield from (structs.replace(near, texts=near.texts | {path: text}) for text in TEXTS)
        yield structs.replace(near, texts={key: text for key, text in near.texts.items() if key != path})
    for hours in (1, 3, 6, 9, 12, 18, 20, 21, 24, 48, 72, 120):
        yield structs.replace(near, now=near.now + hours * _HOUR)
    for age in (0, 1, 2, 5, 20, 60_000, 60_001):
        if age >= max(near.spoke.values(), default=0):
            yield structs.replace(near, age=age)
    if "message.size" in near.numbers:
        yield from (structs.replace(near, numbers=near.numbers | {"message.size": size}) for size in (0, 1, 3, 5, 21))


def _fires(program: Loaded, situation: Situation, change: tuple[World, World, int], rule: ir.Rule) -> bool:
    near, world, place = change
    after = changed(program, situation, near, world, mutation=place).decided(program)
    return rule.name in [step.subject for step in after.steps if step.what == "rule"]


def test_the_nearest_change_makes_the_rule_fire_and_no_single_one_is_passed_over_for_more() -> None:
    seen.clear()
    _are_nearest()
    kinds = ("Change", "FiresAlready", "Never", "OtherEvent", "1 variables", "2 variables")
    assert {kind for kind in kinds if seen[kind] < 5} == set()
    assert seen["Unsettled"] * 20 < seen["Change"]
