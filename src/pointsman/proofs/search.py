"""Depth-first search for a world: literals first, then whichever `Some` the world settled on contradicts.

Laws:

- A reason is a bit mask: bit i is the i-th condition that is wanted, the bits above are decisions on the way, by depth.
  A failure whose reason has no bit of a decision is the same for every other part that could have been decided on.
- A `Some` is decided on only where the world settled so far contradicts it; so worlds stay close to the one nearby.
- A world in which the interpreter does not see what is wanted raises `Disagreement`: it is a mistake of this package.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec import Struct

from pointsman.engine import interpret
from pointsman.proofs.knowledge import Knowledge
from pointsman.proofs.normal import All, Node, Some
from pointsman.proofs.question import Question
from pointsman.proofs.settling import settle
from pointsman.proofs.store import Contradiction, Store
from pointsman.proofs.world import World, view_of

_DEPTH_MAX = 200
"""Decisions in a row; each is a call within a call."""
_TEXT_SHARE = 4
"""Each text may use this part of a question's steps."""
_SETTLING_STEPS = 5
"""A world costs as much as so many literals."""


class Disagreement(Exception):
    """The solver says that a condition holds, and the interpreter says that it does not, or the other way round."""


class OutOfSteps(Exception):
    """The question has cost more than it may."""


class Failure(Struct, frozen=True):
    """There is no world, for the reason `why`; or, where something is `unknown`, none was found."""

    why: int
    unknown: str = ""


class _Pending(Struct, frozen=True):
    """A `Some` that is wanted for the reason `why`."""

    some: Some
    why: int


class _State:
    """What was said on the way to one place of the search."""

    def __init__(self, store: Store, pending: list[_Pending], depth: int) -> None:
        self.store = store
        self.pending = pending
        self.depth = depth

    def deeper(self, without: _Pending) -> _State:
        return _State(self.store.copy(), [it for it in self.pending if it is not without], self.depth + 1)


class Search:
    """The search for the answer to one question, or to a part of it. `steps` are those left."""

    def __init__(self, known: Knowledge, question: Question) -> None:
        self.steps = question.steps
        self._known = known
        self._wanted = question.wanted
        self._near = known.near(question)
        self._domains = known.domains(question, self._near)
        self._text_steps = question.steps // _TEXT_SHARE
        self._places: Sequence[int] = ()

    def run(self, places: Sequence[int]) -> World | Failure:
        """Find a world in which what is wanted at `places` is so. Raises `OutOfSteps` and `Disagreement`."""
        self._places = places
        state = _State(Store(self._domains), [], 0)
        for place in places:
            wanted = self._wanted[place]
            failure = self._say(state, self._known.normal.form(wanted.condition, wanted.holds), 1 << place)
            if failure is not None:
                return failure
        return self._search(state)

    def _spend(self, steps: int) -> None:
        self.steps -= steps
        if self.steps < 0:
            raise OutOfSteps

    def _search(self, state: _State) -> World | Failure:
        failure = self._propagate(state)
        if failure is not None:
            return failure
        self._spend(_SETTLING_STEPS)
        try:
            world = settle(self._known, state.store, self._near, self._text_steps)
        except Contradiction as contradiction:
            if not contradiction.unknown or not state.pending:
                return Failure(contradiction.why, contradiction.unknown)
            violated = state.pending
        else:
            violated = self._violated(world, state.pending)
            if not violated:
                return world
        return self._decide(state, min(violated, key=lambda it: len(self._open_parts(state.store, it.some))))

    def _violated(self, world: World, pending: Iterable[_Pending]) -> list[_Pending]:
        """What the interpreter says is not yet so."""
        view, lists = view_of(world, self._known.hours), self._known.lists
        found = [it for it in pending if interpret.holds(it.some.source, view, lists) != it.some.holds]
        if not found:
            for place in self._places:
                wanted = self._wanted[place]
                if interpret.holds(wanted.condition, view, lists) != wanted.holds:
                    raise Disagreement(f"{wanted} in {world}")
        return found

    def _decide(self, state: _State, pending: _Pending) -> World | Failure:
        """Try the parts of a `Some`, one after the other."""
        if state.depth >= _DEPTH_MAX:
            raise OutOfSteps
        decision = 1 << (len(self._wanted) + state.depth)
        why, unknown = pending.why, ""
        for part in pending.some.parts:
            inner = state.deeper(pending)
            result = self._say(inner, part, pending.why | decision) or self._search(inner)
            if isinstance(result, World) or not result.why & decision:
                return result
            why, unknown = why | result.why & ~decision, unknown or result.unknown
        return Failure(why, unknown)

    def _say(self, state: _State, node: Node, why: int) -> Failure | None:
        """Take in what has to be so for the reason `why`."""
        match node:
            case All(parts):
                for part in parts:
                    if (failure := self._say(state, part, why)) is not None:
                        return failure
                return None
            case Some():
                state.pending.append(_Pending(node, why))
                return None
            case _:
                self._spend(1)
                against = state.store.add(node, why)
                return None if against is None else Failure(against)

    def _propagate(self, state: _State) -> Failure | None:
        """Say what follows where all parts of a `Some` but one are contradicted; drop each that holds already."""
        changed = True
        while changed:
            changed = False
            pending, state.pending = state.pending, []
            for it in pending:
                verdicts = [_verdict(state.store, part) for part in it.some.parts]
                self._spend(1)
                if _HOLDS in verdicts:
                    continue
                live = [part for part, verdict in zip(it.some.parts, verdicts, strict=True) if verdict == _OPEN]
                if len(live) > 1:
                    state.pending.append(it)
                    continue
                why = it.why
                for verdict in verdicts:
                    why |= max(verdict, 0)
                failure = self._say(state, live[0], why) if live else Failure(why)
                if failure is not None:
                    return failure
                changed = True
        return None

    def _open_parts(self, store: Store, some: Some) -> list[Node]:
        return [part for part in some.parts if _verdict(store, part) == _OPEN]


_HOLDS, _OPEN = -1, -2


def _verdict(store: Store, node: Node) -> int:
    """Whether a node holds already or is open; else why it cannot be."""
    match node:
        case All(parts):
            verdicts = [_verdict(store, part) for part in parts]
            against = [verdict for verdict in verdicts if verdict >= 0]
            return against[0] if against else _OPEN if _OPEN in verdicts else _HOLDS
        case Some(parts):
            verdicts = [_verdict(store, part) for part in parts]
            if _HOLDS in verdicts or _OPEN in verdicts:
                return _HOLDS if _HOLDS in verdicts else _OPEN
            why = 0
            for verdict in verdicts:
                why |= verdict
            return why
        case _:
            if (against_it := store.clash(node)) is not None:
                return against_it
            return _HOLDS if store.holds(node) else _OPEN
