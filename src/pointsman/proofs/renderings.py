"""Messages that no downgrade leads to anything that a channel carries: the proof that everything has a rendering.

On each channel in use, each shape of message (see `shapes`) is rendered by the engine itself, once for each way in
which the conditions of downgrades can come out, and what leaves is judged by `carried`, which knows nothing of the
engine.

Laws: what is reported was seen to happen, in a conversation that the solver found; a way that was not shown to be
impossible, and was not seen either, is undecided, which blocks. Of a channel of which the program says nothing, the
standard library alone decides, and that was proved before it was shipped.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Set
from functools import partial

from msgspec import Struct

from pointsman.engine.downgrade import Holds, NoRendering, rendered
from pointsman.engine.interpret import holds
from pointsman.language import ir
from pointsman.language.diagnostics import Diagnostic, report
from pointsman.limits import PROOF_EXAMPLES_TRIED_MAX, PROOF_RENDERINGS_MAX, PROOF_WAYS_MAX
from pointsman.model.content import MESSAGE_KINDS, Message, kind_of
from pointsman.proofs.blame import Blame, blame, named, remedy, told
from pointsman.proofs.carried import violations
from pointsman.proofs.guesses import Guessed, runs
from pointsman.proofs.in_use import channels_in_use
from pointsman.proofs.inquiry import Inquiry
from pointsman.proofs.leading import concerns, reaching
from pointsman.proofs.occasions import Ways
from pointsman.proofs.question import Impossible, Undecided
from pointsman.proofs.shapes import Shapes
from pointsman.proofs.supposed import Supposed
from pointsman.proofs.withheld import as_test, can_be_said
from pointsman.proofs.world import World, view_of


class Fault(Struct, frozen=True):
    """Why a message has no rendering. `path` are the kinds that were tried, `rungs` the downgrades that spoke.

    `reason` is what the engine says of it; empty where it rendered the message to what the channel does not carry,
    which is `beyond`.
    """

    path: tuple[str, ...]
    rungs: tuple[ir.Rung, ...]
    reason: str
    beyond: str = ""


class Refusal(Struct, frozen=True):
    """A message that has no rendering if what was guessed of the conditions is so."""

    message: Message
    guessed: Guessed
    fault: Fault


class Seen(Struct, frozen=True):
    """A message that has no rendering in a world."""

    message: Message
    world: World
    fault: Fault


def missing_renderings(inquiry: Inquiry) -> Iterator[Diagnostic]:
    """Report downgrades and channel blocks that leave some message without a rendering, each with such a message."""
    in_use = channels_in_use(inquiry.ir, inquiry.ground.carried)
    told: set[ir.Span] = set()
    for profile in inquiry.ir.profiles:
        channel = _Channel(inquiry, profile)
        if profile.name in in_use and not channel.is_standard:
            for fault in channel.faults(told):
                told.add(fault.span)
                yield fault


def unproved(inquiry: Inquiry, profile: ir.Profile) -> list[Refusal | None]:
    """Return the shapes without a rendering on one channel, whether the standard library alone speaks of it or not."""
    return list(_Channel(inquiry, profile).refusals())


class _Channel:
    """The messages of one channel."""

    def __init__(self, inquiry: Inquiry, profile: ir.Profile) -> None:
        self._inquiry = inquiry
        self._profile = profile
        self._name = profile.name
        self._ladder = inquiry.program.ladders[profile.name]
        self._rungs = tuple(it for it in inquiry.ir.rungs if it.channels is None or profile.name in it.channels)

    @property
    def is_standard(self) -> bool:
        """Whether the standard library alone says what is rendered here."""
        return self._profile.standard and all(rung.standard for rung in self._rungs)

    def faults(self, told: Set[ir.Span]) -> Iterator[Diagnostic]:
        """One report for each place that is to blame, but for those of which something was told already."""
        places: dict[Blame, list[Refusal]] = {}
        for refusal in self.refusals():
            if refusal is None:
                self._inquiry.leave(self._anywhere().span, "steps", blocks=True)
            else:
                places.setdefault(self._blamed(refusal.fault), []).append(refusal)
        for at, refusals in places.items():
            if at.span not in told:
                yield from self._of_place(at, refusals)

    def refusals(self) -> Iterator[Refusal | None]:
        """Render every shape in every way; None stands for ways that were too many to try, and ends it."""
        left = PROOF_RENDERINGS_MAX
        for message in filter(self._concerned(), Shapes(self._profile).all()):
            for way in runs(self._name, partial(self._fault, message), PROOF_WAYS_MAX):
                left -= 1
                if way is None or left < 0:
                    yield None
                    return
                if way[0] is not None:
                    yield Refusal(message, way[1], way[0])

    def _concerned(self) -> Callable[[Message], bool]:
        """Whether the program may say something of a message: all where it speaks of the channel itself."""
        own = frozenset(named(rung) for rung in self._rungs if not rung.standard)
        if not own or not self._profile.standard:
            return lambda message: True  # noqa: ARG005  # every message
        return partial(concerns, reaching(own, self._rungs), any(kind not in MESSAGE_KINDS for kind in own))

    def _fault(self, message: Message, applies: Holds) -> Fault | None:
        """Why a message has no rendering, where conditions come out as `applies` says; None where it has one."""
        held: list[ir.Condition] = []

        def listening(condition: ir.Condition, of: Message) -> bool:
            if applies(condition, of):
                held.append(condition)
                return True
            return False

        try:
            left = rendered(message, self._ladder, listening)
        except NoRendering as fault:
            return Fault(fault.path, self._spoke(fault.path, held), str(fault))
        wrong = violations(left.messages, self._profile)
        path = (kind_of(message.content),)
        return Fault(path, self._spoke(path, held), "", wrong[0]) if wrong else None

    def _spoke(self, path: tuple[str, ...], held: list[ir.Condition]) -> tuple[ir.Rung, ...]:
        """The rungs that spoke of the kinds on a path, where the conditions that held are those in `held`."""
        found = []
        for kind in dict.fromkeys(path):
            of_kind = (rung for rung in self._rungs if named(rung) == kind)
            speaking = (rung for rung in of_kind if rung.when is None or any(rung.when is it for it in held))
            found += [rung for rung in [next(speaking, None)] if rung is not None]
        return tuple(found)

    def _blamed(self, fault: Fault) -> Blame:
        return blame(self._name, fault.path, fault.rungs, self._inquiry.blocks) or self._anywhere()

    def _anywhere(self) -> Blame:
        """Any place where the program speaks of this channel."""
        place = blame(self._name, ("",), self._rungs, self._inquiry.blocks)
        if place is None:
            raise AssertionError(f"the program says nothing of {self._name}")
        return place

    # What was guessed, and whether it can be so -----------------------------------------------------------------------

    def _of_place(self, at: Blame, refusals: list[Refusal]) -> Iterator[Diagnostic]:
        """Report the first message that was seen to be refused, preferably one that a test can show."""
        first, why, tried = None, "", 0
        for refusal in sorted(refusals, key=lambda it: not can_be_said(it.message)):
            seen = self._seen(refusal)
            if isinstance(seen, Undecided):
                why = why or seen.why
            elif seen is not None:
                first = first or seen
                tried += 1
                example = self._example(seen)
                if example is not None or tried >= PROOF_EXAMPLES_TRIED_MAX:
                    yield self._report(at, seen if example else first, example or "")
                    return
        if first is not None:
            yield self._report(at, first, "")
        elif why:
            self._inquiry.leave(at.span, why, blocks=True)

    def _seen(self, refusal: Refusal) -> Seen | Undecided | None:
        """The refusal where it was seen to happen; None where it cannot happen."""
        supposed = Supposed(self._inquiry.asker, self._name, refusal.message, refusal.guessed).worlds()
        if isinstance(supposed, Impossible):
            return None
        if isinstance(supposed, Undecided):
            return supposed
        for message, world in supposed:
            fault = self._fault(message, self._in(world))
            if fault is not None:
                return Seen(message, world, fault)
        return Undecided("text")

    def _in(self, world: World) -> Holds:
        view, lists = view_of(world, self._inquiry.ground.hours), self._inquiry.ground.lists

        def applies(condition: ir.Condition, message: Message) -> bool:
            return holds(condition, view.later(view.conversation, message), lists)

        return applies

    # What is said of it -----------------------------------------------------------------------------------------------

    def _example(self, seen: Seen) -> str | None:
        if not seen.fault.reason:
            return None
        ways = Ways(self._inquiry.program, self._inquiry.reach.world_of)
        return as_test(self._inquiry.program, ways, seen.world, seen.message, seen.fault.reason)

    def _report(self, at: Blame, seen: Seen, example: str) -> Diagnostic:
        what, channel = told(seen.message), self._name
        message = f"nothing on `{channel}` renders {what}"
        if seen.fault.beyond:
            message = f"what `{channel}` gets of {what} is beyond its limits: {seen.fault.beyond}"
        help_ = remedy(channel, at, seen.fault.path, self._profile, beyond=bool(seen.fault.beyond))
        return report("no-rendering", message, at.span, help=help_, example=example)
