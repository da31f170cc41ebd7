"""The solver against the engine: every event that the engine sees is one that the solver thinks possible, as it is."""

from __future__ import annotations

from collections import Counter

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import structs

from pointsman.engine import interpret
from pointsman.engine.loaded import Loaded
from pointsman.engine.loading import load_plain
from pointsman.engine.view import View
from pointsman.language import ir
from pointsman.language.program import build
from pointsman.limits import PROOF_STEPS_MAX
from pointsman.model.event import Event, Trigger
from pointsman.proofs.question import Found, Ground, Question, Wanted
from pointsman.proofs.solve import solve_strictly
from pointsman.proofs.variables import differences, variables_of
from pointsman.proofs.world import World, view_of, world_of
from properties.generated import COMPONENTS, SPAN, conditions, histories, programs
from properties.test_evaluators_agree import play

TRIGGERS = (
    Trigger("from customer"),
    *(Trigger("from component", name) for name in COMPONENTS),
    Trigger("to customer"),
    *(Trigger(kind, name) for kind in ("enabled", "disabled", "request") for name in COMPONENTS),
    Trigger("starts"),
    Trigger("ends"),
    Trigger("silence", ms=1_000),
    Trigger("silence of customer", ms=1_000),
    *(Trigger("no answer", name, 1_000) for name in COMPONENTS),
)
LISTENING = ir.Policy("listening", "every", False, TRIGGERS, (), SPAN)
"""A policy that does nothing, so that each of its events is seen; timers come of what the other policies do."""
seen: Counter[str] = Counter()


def events_of(program: ir.ProgramIR, history: list[tuple[int, Event]]) -> list[World]:
    """What conditions see of each event of a history, inner ones included."""
    listening = structs.replace(program, policies=(*program.policies, LISTENING))
    plain, worlds = load_plain(build(listening)), []

    def match(trigger: Trigger, view: View) -> list[ir.Rule]:
        worlds.append(world_of(view, trigger))
        return plain.match(trigger, view)

    for _ in play(Loaded(plain.ir, plain.hash, match), history):
        pass
    return worlds


@given(programs(), histories, st.lists(conditions, min_size=1, max_size=3))
@settings(derandomize=True, database=None, deadline=None, max_examples=300, suppress_health_check=list(HealthCheck))
def _is_possible(program, history, asked):
    ground = Ground(program)
    for world in events_of(program, history):
        seen[world.trigger.kind] += 1
        variables = frozenset(name for condition in asked for name in variables_of(condition))
        everything = variables | differences(world, World(world.trigger, {}, {}, now=0, age=-1))
        view = view_of(world, ground.hours)
        wanted = tuple(Wanted(it, interpret.holds(it, view, ground.lists)) for it in asked)
        answer = solve_strictly(ground, Question(world.trigger, wanted, PROOF_STEPS_MAX, world, everything))
        assert isinstance(answer, Found)
        assert not {name for name in differences(world, answer.world) if not name.startswith("draw ")}


def test_every_event_that_the_engine_sees_is_possible_as_it_is():
    seen.clear()
    _is_possible()
    assert {trigger.kind for trigger in TRIGGERS if seen[trigger.kind] < 10} == set(), (
        "events that generated histories hardly hold"
    )
