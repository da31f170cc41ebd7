"""Machines run side by side over the alphabet of a question: texts that all of them take, or the proof that none is.

Laws: a text is offered in order of length. `exhausted` is true only after every state that any text leads to was
looked at; where no text was offered by then, there is none. Each transition is a step.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from typing import Literal, TypeAlias

from msgspec import Struct

from pointsman.proofs.texts.machines import Machine, State
from pointsman.proofs.texts.units import Unit

_DONE = "done"
"""The state of a machine that will be as wanted, whatever comes."""

Whole: TypeAlias = tuple[int, tuple[State, ...]]
"""0, or after a changed letter 1 (a mark has to follow) or 2 (marks have followed); and each machine's state."""


class Part(Struct, frozen=True):
    """A machine that has to accept, or not, and what it reads of each unit."""

    machine: Machine
    holds: bool
    reads: Literal["raw", "words", "folded"]


class Steps:
    """What is left of the work that a question may cost; what a part takes, its whole has less."""

    def __init__(self, left: int, whole: Steps | None = None) -> None:
        self.left = left
        self._whole = whole

    def part(self, share: float) -> Steps:
        return Steps(int(max(self.left, 0) * share), self)

    def take(self, count: int = 1) -> bool:
        """Count work, and say whether there was room for it."""
        self.left -= count
        if self._whole is not None:
            self._whole.take(count)
        return self.left >= 0


class Product:
    def __init__(self, parts: Sequence[Part], units: Sequence[Unit]) -> None:
        self._parts, self._units = tuple(parts), tuple(units)
        states = [self._settle(part, part.machine.start) for part in parts]
        self._start: Whole | None = None if None in states else (0, tuple(states))
        self.exhausted = self._start is None

    def texts(self, steps: Steps) -> Iterator[tuple[Unit, ...]]:
        """Offer texts that every part takes, shorter ones first, one for each state that accepts."""
        if self._start is None:
            return
        came: dict[Whole, tuple[Whole, Unit] | None] = {self._start: None}
        open_: deque[Whole] = deque([self._start])
        while open_:
            whole = open_.popleft()
            if self.accepts(whole):
                yield _path(came, whole)
            if not steps.take(len(self._units)):
                return
            for unit, after in self.steps_from(whole):
                if after not in came:
                    came[after] = whole, unit
                    open_.append(after)
        self.exhausted = True

    def graph(self, steps: Steps) -> dict[Whole, list[tuple[Unit, Whole]]] | None:
        """All states with one unit for each state that follows; None where there were too few steps."""
        edges: dict[Whole, list[tuple[Unit, Whole]]] = {}
        open_ = [] if self._start is None else [self._start]
        while open_:
            whole = open_.pop()
            if whole in edges:
                continue
            if not steps.take(len(self._units)):
                return None
            nearest: dict[Whole, Unit] = {}
            for unit, after in self.steps_from(whole):
                nearest.setdefault(after, unit)
            edges[whole] = [(unit, after) for after, unit in nearest.items()]
            open_ += nearest
        return edges

    @property
    def start(self) -> Whole | None:
        return self._start

    def accepts(self, whole: Whole) -> bool:
        marks, states = whole
        return marks != 1 and all(
            state is _DONE or part.machine.accepts(state) is part.holds
            for part, state in zip(self._parts, states, strict=True)
        )

    def steps_from(self, whole: Whole) -> Iterator[tuple[Unit, Whole]]:
        marks, states = whole
        for unit in self._units:
            if unit.mark or marks != 1:
                if not unit.folded and not marks:
                    continue
                after = self._after(states, unit)
                if after is not None:
                    yield unit, (1 if unit.changed else 2 if unit.mark and marks else 0, after)

    def _after(self, states: tuple[State, ...], unit: Unit) -> tuple[State, ...] | None:
        moved: list[State] = []
        for part, state in zip(self._parts, states, strict=True):
            if state is not _DONE:
                for character in getattr(unit, part.reads):
                    state = part.machine.step(state, character)
                state = self._settle(part, state)
                if state is None:
                    return None
            moved.append(state)
        return tuple(moved)

    @staticmethod
    def _settle(part: Part, state: State) -> State:
        """The state, or that it is as wanted for good; None where it never will be."""
        settled = part.machine.settled(state)
        if settled is None:
            return state
        return _DONE if settled is part.holds else None


def _path(came: dict[Whole, tuple[Whole, Unit] | None], whole: Whole) -> tuple[Unit, ...]:
    units: list[Unit] = []
    while (step := came[whole]) is not None:
        whole, unit = step
        units.append(unit)
    return tuple(reversed(units))
