"""Why not, and what instead: the nearest change of an event, or of the conversation it meets, that makes a rule fire.

Laws:

- A change is shown only after it was carried out on the event and the conversation, and `decide` was seen to fire the
  rule.
- The change touches as few variables (see `variables.py`) as possible; of changes of one size, one of the message comes
  before one of the conversation, that before one of whom it is with, and one of the clock or of chance comes last.
- `exact` is said only where no smaller change was passed over for want of an answer. Work is counted in questions and
  steps: the answer is the same everywhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import TypeAlias

from msgspec import Struct, structs

from pointsman.engine.coverage import tests_of
from pointsman.engine.explain import Explanation, Fired, Occasion, explain
from pointsman.engine.loaded import Loaded
from pointsman.engine.situation import Situation
from pointsman.engine.view import View, draw
from pointsman.language import ir
from pointsman.limits import NEAREST_CHANGES_MAX, NEAREST_MOMENTS_MAX, NEAREST_QUESTIONS_MAX, PROOF_STEPS_MAX
from pointsman.model.event import Trigger
from pointsman.proofs.asking import Asker
from pointsman.proofs.changing import changed
from pointsman.proofs.question import Found, Ground, Impossible, Question, Undecided, Wanted
from pointsman.proofs.reach import Covered, Fires, Reach, Site, stops
from pointsman.proofs.solve import solve
from pointsman.proofs.variables import value_in, variables_of
from pointsman.proofs.witness import Witness, Witnesses
from pointsman.proofs.world import World, view_of, world_of


class FiresAlready(Struct, frozen=True):
    """The rule fires on the event as it is."""


class Change(Struct, frozen=True):
    """What conditions see `before` and `after`, the variables that had to change, and the situation changed so."""

    before: World
    after: World
    variables: frozenset[str]
    situation: Situation
    exact: bool
    witness: Witness | None


class OtherEvent(Struct, frozen=True):
    """The rule is on other events than those that came about; `witness` is one that makes it fire, if one is known."""

    triggers: tuple[Trigger, ...]
    witness: Witness | None


class Never(Struct, frozen=True):
    """No event makes the rule fire: those of `by` take them all, or its condition contradicts itself."""

    by: tuple[ir.Rule, ...]


class Unsettled(Struct, frozen=True):
    """Neither a change nor a proof that there is none was found. `why` as in `Undecided`, or `applied`.

    `applied`: what conditions would have to see was found, but no change of this event brings it about.
    """

    why: str


Nearest: TypeAlias = FiresAlready | Change | OtherEvent | Never | Unsettled


def nearest(program: Loaded, situation: Situation, rule: str) -> Nearest:
    """Find the nearest change of a situation that makes a rule of the program fire."""
    explanation = explain(program, situation)
    if rule in explanation.fired:
        return FiresAlready()
    reach = Reach(program, Asker(Ground(program.ir), NEAREST_QUESTIONS_MAX))
    site = reach.sites[rule]
    reached = {trigger: reach.together(trigger, (site,)) for trigger in reach.policies[site.policy].triggers}
    if all(isinstance(it, Covered) for it in reached.values()):
        sites = {by.number: by.rule for it in reached.values() if isinstance(it, Covered) for by in it.by}
        return Never(tuple(sites[number] for number in sorted(sites)))
    triggers = [it for it, known in reached.items() if not isinstance(known, Covered)]
    tried = [it for it in explanation.occasions if it.trigger in triggers]
    if not tried:
        return _elsewhere(reach, site, triggers, [it for it in reached.values() if isinstance(it, Fires)])
    return _Search(reach, site, situation).over(explanation, tried)


def _elsewhere(reach: Reach, site: Site, triggers: Sequence[Trigger], worlds: Sequence[Fires]) -> OtherEvent:
    found = (_shown(reach, site, fires.world) for fires in worlds)
    return OtherEvent(tuple(triggers), next((witness for witness in found if witness is not None), None))


def _shown(reach: Reach, site: Site, world: World, same: frozenset[str] = frozenset()) -> Witness | None:
    """A transcript of such an event on which the rule fires, with the variables in `same` so if there is one."""
    name = f"{site.rule.name} fires"
    told = [variable for variable in sorted(same) if not variable.startswith("draw ")]

    def alike(view: View, fired: list[ir.Rule]) -> bool:
        seen = world_of(view, world.trigger)
        return site.rule in fired and all(value_in(seen, it) == value_in(world, it) for it in told)

    witnesses = Witnesses(reach.program, reach)
    found = witnesses.of(world, name, alike)
    return found or witnesses.of(world, name, lambda _, fired: site.rule in fired)


class _Search:
    """Looks for the smallest change, by example and counterexample: rules that get in the way are met one by one."""

    def __init__(self, reach: Reach, site: Site, situation: Situation) -> None:
        self._reach = reach
        self._site = site
        self._situation = situation
        self._wanted = [Wanted(site.rule.when)] if site.rule.when is not None else []
        self._left = NEAREST_QUESTIONS_MAX
        self._why = ""
        """Why a question went unanswered, or a change could not be carried out; empty while none did."""

    def over(self, explanation: Explanation, occasions: Sequence[Occasion]) -> Nearest:
        """Search from each time the rule was tried; the smallest change of all counts."""
        found = [change for it in occasions if (change := self._from(explanation, it)) is not None]
        if not found:
            return Unsettled(self._why or "applied")
        best = min(found, key=lambda change: len(change.variables))
        return structs.replace(best, witness=_shown(self._reach, self._site, best.after, self._read() | best.variables))

    def _from(self, explanation: Explanation, occasion: Occasion) -> Change | None:
        near = self._near(occasion)
        place = [it for it in explanation.occasions if it.trigger == occasion.trigger].index(occasion)
        needed, asked = frozenset[str](), -1
        for size in range(NEAREST_CHANGES_MAX + 1):
            pool = self._read()
            if asked != len(self._wanted):
                needed, asked = self._needed(occasion.trigger, near, pool), len(self._wanted)
            if size < len(needed):
                continue
            for names in _ordered(pool - needed, size - len(needed)):
                if (change := self._by(near, names | needed, place)) is not None:
                    return change
        return None

    def _by(self, near: World, names: frozenset[str], place: int) -> Change | None:
        """The change of these variables that makes the rule fire, carried out."""
        if (world := self._world(near, names)) is None:
            return None
        change = self._carried(near, world, names, place)
        self._why = self._why if change else self._why or "applied"
        return change

    def _near(self, occasion: Occasion) -> World:
        """What conditions saw, the conversation's draws included."""
        world = world_of(occasion.view, occasion.trigger)
        own = occasion.view.conversation.address.conversation_id
        whens = [rule.when for policy in self._reach.policies for rule in policy.rules if rule.when is not None]
        tests = [test for when in whens for test, _ in tests_of(when)]
        salts = {test.salt for test in tests if isinstance(test, ir.Sample)}
        drawn = {salt: self._situation.drawn.get(salt, draw(own, salt)) for salt in sorted(salts)}
        return structs.replace(world, draws={salt: min(max(drawn[salt], 0), 9_999) for salt in drawn})

    # Sets of variables ------------------------------------------------------------------------------------------------

    def _read(self) -> frozenset[str]:
        """The variables that everything wanted so far reads.

        One that is read only later was free in all questions before: alone with others that were tried, it is no help.
        """
        return frozenset().union(*(variables_of(wanted.condition) for wanted in self._wanted))

    def _needed(self, trigger: Trigger, near: World, pool: frozenset[str]) -> frozenset[str]:
        """Variables that every change touches: with one of them kept, all others free are not enough."""
        return frozenset(
            name for name in sorted(pool) if isinstance(self._ask(trigger, near, frozenset({name})), Impossible)
        )

    # Questions --------------------------------------------------------------------------------------------------------

    def _ask(self, trigger: Trigger, near: World, kept: frozenset[str]) -> Found | Impossible | Undecided:
        if self._left <= 0:
            return Undecided("steps")
        self._left -= 1
        question = Question(trigger, tuple(self._wanted), PROOF_STEPS_MAX, near, kept)
        return solve(self._reach.asker.ground, question)

    def _world(self, near: World, names: frozenset[str]) -> World | None:
        """A world in which the rule fires and of all that is read only these variables have changed."""
        while True:
            answer = self._ask(near.trigger, near, self._read() - names)
            match answer:
                case Impossible():
                    return None
                case Undecided(why):
                    self._why = self._why or why
                    return None
                case Found(world):
                    fired = self._reach.program.match(near.trigger, view_of(world, self._reach.asker.ground.hours))
                    if self._site.rule in fired:
                        return self._pressed(near, self._soonest(near, world) if world.now != near.now else world)
                    if not self._avoid(fired):
                        return None

    def _pressed(self, near: World, world: World) -> World:
        """The same with a button's label as the text, where it was so before and nothing asks for the text."""
        label = world.texts.get("choice")
        was_text = near.texts.get("choice") is not None and near.texts.get("choice") == near.texts.get("text")
        if label is None or not was_text or "text" in self._read():
            return world
        return structs.replace(world, texts=world.texts | {"text": label})

    def _soonest(self, near: World, world: World) -> World:
        """The same with the first moment from that of `near` on at which it is so, if one of the next openings does."""
        hours = self._reach.asker.ground.hours
        names = {test.calendar for wanted in self._wanted for test in _calendar_tests(wanted.condition)}
        at = near.now
        for _ in range(NEAREST_MOMENTS_MAX):
            ahead = [hours[name].next_open(at) for name in names] + [hours[name].next_close(at) for name in names]
            at = min((it for it in ahead if it is not None), default=world.now)
            sooner = structs.replace(world, now=at)
            if self._site.rule in self._reach.program.match(near.trigger, view_of(sooner, hours)):
                return sooner
        return world

    def _avoid(self, fired: Sequence[ir.Rule]) -> bool:
        """Want the rule that took the event not to fire; False where nothing keeps it from that."""
        for blocker in self._blockers([self._reach.sites[rule.name] for rule in fired]):
            wanted = self._avoided(blocker)
            if wanted in self._wanted:
                self._why = "disagreement"
            elif wanted is not None:
                self._wanted.append(wanted)
                return True
        return False

    def _blockers(self, fired: Sequence[Site]) -> Iterator[Site]:
        yield from (it for it in fired if it.policy < self._site.policy and stops(it.rule))
        yield from (it for it in fired if it.policy == self._site.policy)

    def _avoided(self, blocker: Site) -> Wanted | None:
        if blocker.rule.when is not None:
            passed = self._reach.not_fired(blocker) if blocker.policy != self._site.policy else None
            return passed or Wanted(blocker.rule.when, holds=False)
        others = [rule.when for rule in self._reach.policies[blocker.policy].rules if rule.when is not None]
        return Wanted(self._reach.asker.any_of(others)) if others else None

    # The change -------------------------------------------------------------------------------------------------------

    def _carried(self, near: World, world: World, names: frozenset[str], place: int) -> Change | None:
        """The change carried out, if the rule is then seen to fire."""
        program = self._reach.program
        drawn = frozenset(name.removeprefix("draw ") for name in names if name.startswith("draw "))
        situation = changed(program, self._situation, near, world, drawn=drawn, mutation=place)
        after = explain(program, situation)
        for occasion in after.occasions:
            if any(it.rule == self._site.rule and isinstance(it.outcome, Fired) for it in occasion.verdicts):
                seen = structs.replace(world_of(occasion.view, occasion.trigger), draws=world.draws)
                return Change(near, seen, names, situation, not self._why, None)
        return None


def _calendar_tests(condition: ir.Condition) -> Iterator[ir.IsOpen]:
    return (test for test, _ in tests_of(condition) if isinstance(test, ir.IsOpen))


# What is changed rather than what -------------------------------------------------------------------------------------


def _ordered(pool: frozenset[str], size: int) -> Iterator[frozenset[str]]:
    """The sets of so many variables of a pool: those that touch the least far-fetched variables first."""
    ranked = sorted(pool, key=lambda name: (rank(name), name))
    sets = combinations(ranked, size)
    yield from map(frozenset, sorted(sets, key=lambda names: sorted(map(rank, names), reverse=True)))


def rank(variable: str) -> int:
    """How far-fetched it is to change a variable: the message, the conversation, whom it is with, time, chance."""
    head = variable.partition(".")[0].partition(" ")[0]
    match head:
        case "context" | "count" | "enabled":
            return 1
        case "contact" | "sender" | "channel" | "account":
            return 2
        case "age" | "spoke":
            return 3
        case "now":
            return 4
        case "draw":
            return 5
        case _:
            return 0
