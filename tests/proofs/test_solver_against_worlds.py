"""The solver against worlds that can happen, with texts: what holds in one of them is not called impossible."""

from __future__ import annotations

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from solver_samples import GROUND, MESSAGE, TRIGGERS, conditions, finite_atoms, text_atoms, worlds

from pointsman.engine import interpret
from pointsman.language import ir
from pointsman.limits import PROOF_STEPS_MAX
from pointsman.proofs.question import Found, Impossible, Question, Wanted
from pointsman.proofs.solve import solve_strictly
from pointsman.proofs.variables import differences, variables_of
from pointsman.proofs.world import World, view_of

asked = st.lists(conditions(st.one_of(text_atoms, text_atoms, finite_atoms)), min_size=1, max_size=5)
triggers = st.sampled_from((*(MESSAGE,) * len(TRIGGERS), *TRIGGERS))
_SETTINGS = settings(
    derandomize=True, database=None, deadline=None, max_examples=300, suppress_health_check=list(HealthCheck)
)


def holds(condition: ir.Condition, world: World) -> bool:
    return interpret.holds(condition, view_of(world, GROUND.hours), GROUND.lists)


@given(st.data(), triggers, asked)
@_SETTINGS
def test_what_is_so_in_a_world_is_possible(data, trigger, asked):
    world = data.draw(worlds(trigger))
    wanted = tuple(Wanted(condition, holds(condition, world)) for condition in asked)
    for near in (None, world):
        answer = solve_strictly(GROUND, Question(trigger, wanted, PROOF_STEPS_MAX, near))
        assert not isinstance(answer, Impossible)
        if isinstance(answer, Found):
            assert all(holds(it.condition, answer.world) == it.holds for it in wanted)


@given(st.data(), triggers, asked)
@_SETTINGS
def test_a_world_in_which_all_is_so_already_is_found_as_it_is(data, trigger, asked):
    world = data.draw(worlds(trigger))
    wanted = tuple(Wanted(condition, holds(condition, world)) for condition in asked)
    variables = frozenset(name for condition in asked for name in variables_of(condition))
    for kept in (frozenset(), variables):
        answer = solve_strictly(GROUND, Question(trigger, wanted, PROOF_STEPS_MAX, world, kept))
        assert isinstance(answer, Found)
        assert not differences(world, answer.world)


@given(st.data(), triggers, asked)
@_SETTINGS
def test_what_is_kept_is_kept_and_what_is_impossible_is_so_in_no_world(data, trigger, asked):
    near = data.draw(worlds(trigger))
    variables = sorted({name for condition in asked for name in variables_of(condition)})
    kept = frozenset(data.draw(st.sets(st.sampled_from(variables))))
    wanted = tuple(Wanted(condition) for condition in asked)
    answer = solve_strictly(GROUND, Question(trigger, wanted, PROOF_STEPS_MAX, near, kept))
    if isinstance(answer, Found):
        assert not differences(near, answer.world) & kept
    if isinstance(answer, Impossible):
        other = data.draw(worlds(trigger))
        if not differences(near, other) & kept:
            assert not all(holds(asked[place], other) for place in answer.core)
