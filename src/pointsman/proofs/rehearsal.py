"""Transcripts are played here before anybody sees them: does the event come about as wanted, and what fires then?

Laws: what a rehearsal says was seen by the engine, on the last step of the transcript that makes anything happen; what
is not needed for that is left out of the transcript.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias

from msgspec import Struct, structs

from pointsman.engine import scenario
from pointsman.engine.loaded import Loaded
from pointsman.engine.view import View
from pointsman.language import ir, tree
from pointsman.limits import TIMER_MS_MAX
from pointsman.model.event import Trigger
from pointsman.proofs import wording
from pointsman.proofs.script import Line, line

_ROUNDS_MAX = 3
"""How often a transcript is gone through for what can be left out."""

Seen: TypeAlias = Callable[[View, list[ir.Rule]], bool]
"""Whether an event, and the rules that fire on it, are what a transcript is to show."""


class Goal(Struct, frozen=True):
    """What a transcript is to show: an event on `trigger` of which `seen` is true, behind which all is as expected.

    `about` are the rules of which it tells whether they fire.
    """

    trigger: Trigger
    seen: Seen
    expected: tuple[Line, ...] = ()
    about: frozenset[str] = frozenset()


class Rehearsal:
    """Plays transcripts of one program, watching what its rules are asked."""

    def __init__(self, program: Loaded) -> None:
        self._asked: list[tuple[Trigger, View, list[ir.Rule]]] = []
        self._watched = Loaded(program.ir, program.hash, self._watch(program))

    def play(self, lines: Sequence[Line], goal: Goal) -> tuple[str, ...] | None:
        """Play a transcript; return the rules that fired in its last event, None where the goal is not reached."""
        return self.play_steps([line.played for line in (*lines, *goal.expected)], goal)

    def play_steps(self, steps: Iterable[ir.TestStep], goal: Goal) -> tuple[str, ...] | None:
        """As `play`, of a whole test."""
        stage = scenario.Stage(self._watched)
        self._asked.clear()
        for step in steps:
            if isinstance(step, ir.Happening | ir.FactAt):
                self._asked.clear()
            if stage.play(step) is not None:
                return None
        if not any(asked == goal.trigger and goal.seen(view, fired) for asked, view, fired in self._asked):
            return None
        return tuple(step.subject for it in stage.since for step in it.steps if step.what == "rule")

    def shortened(self, lines: Sequence[Line], goal: Goal) -> list[Line]:
        """Leave out what the goal does not need, as long as no other rules fire."""
        kept, fired = list(lines), self.play(lines, goal)

        def holds(tried: list[Line]) -> bool:
            nonlocal fired
            now = self.play(tried, goal)
            if now is None or fired is None or not set(now) <= set(fired):
                return False
            fired = now
            return True

        for _ in range(_ROUNDS_MAX):
            before = kept
            kept = _without_words(_without_steps(kept, holds), holds)
            if kept == before:
                break
        return kept

    def _watch(self, program: Loaded) -> Callable[[Trigger, View], list[ir.Rule]]:
        def match(trigger: Trigger, view: View) -> list[ir.Rule]:
            fired = program.match(trigger, view)
            self._asked.append((trigger, view, fired))
            return fired

        return match


def _without_steps(lines: list[Line], holds: Callable[[list[Line]], bool]) -> list[Line]:
    place = 0
    while place < len(lines) - 1:
        if holds(tried := lines[:place] + lines[place + 1 :]) or holds(tried := _merged(lines, place)):
            lines = tried
        else:
            place += 1
    return lines


def _without_words(lines: list[Line], holds: Callable[[list[Line]], bool]) -> list[Line]:
    """Take off the steps what they say beside their text."""
    for place in range(len(lines)):
        for plainer in _plainer(lines[place].written):
            if holds(tried := [*lines[:place], line(plainer), *lines[place + 1 :]]):
                lines = tried
                break
    return lines


def _merged(lines: list[Line], place: int) -> list[Line]:
    """Two waits on end as one; the lines as they are where there are no two."""
    here, there = lines[place].written, lines[place + 1].written
    if isinstance(here, tree.After) and isinstance(there, tree.After):
        ms = here.duration.value + there.duration.value
        if ms <= TIMER_MS_MAX:
            together = structs.replace(here, duration=wording.duration(ms))
            return [*lines[:place], line(together), *lines[place + 2 :]]
    return []


def _plainer(step: tree.TestStep) -> list[tree.TestStep]:
    """The step with less said, the least first."""
    match step:
        case tree.Sends():
            bare = structs.replace(step, size=None, buttons=(), meta=())
            found = [
                bare,
                structs.replace(step, size=None),
                structs.replace(step, buttons=()),
                *_fewer(step, step.meta),
            ]
            return [plainer for plainer in found if plainer != step]
        case tree.Says(meta=meta) | tree.Presses(meta=meta):
            return [] if not meta else [structs.replace(step, meta=()), *_fewer(step, meta)]
        case tree.Requests(context=context):
            less = [context[:place] + context[place + 1 :] for place in range(len(context))]
            return [structs.replace(step, context=it) for it in less]
        case _:
            return []


def _fewer(step: tree.Says | tree.Sends | tree.Presses, meta: tuple[tree.Meta, ...]) -> list[tree.TestStep]:
    return [structs.replace(step, meta=meta[:place] + meta[place + 1 :]) for place in range(len(meta))]
