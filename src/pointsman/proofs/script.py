"""A transcript in the writing: each step is played as it is written, so that what comes next can build on it.

Laws: a script says only what is not so already; its clock goes on in whole seconds; nothing here decides whether a
script shows what it was written for, which is for a rehearsal to find out.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, combinations

from msgspec import Struct, structs

from pointsman.engine.loaded import Loaded
from pointsman.engine.scenario import CLOCK, Stage
from pointsman.engine.view import draw
from pointsman.engine.windows import window_over
from pointsman.language import ir, tree
from pointsman.language.lower_tests import lower_test
from pointsman.language.tree.node import NOWHERE
from pointsman.limits import TIMER_MS_MAX
from pointsman.model.conversation import Conversation
from pointsman.model.event import CUSTOMER
from pointsman.proofs import wording
from pointsman.proofs.world import World

GREETING = "hello"
"""What somebody says only to have spoken."""
_SENDERS_MAX = 2_000
"""Customers that are tried until one draws what is wanted: nearly always enough for a share of half a percent."""
_SWITCHED_MAX = 6
"""Components whose enablement is tried in all combinations, for one of them to be heard or to speak."""


class Line(Struct, frozen=True):
    """One step, as it is written and as it is played."""

    written: tree.TestStep
    played: ir.TestStep


def line(step: tree.TestStep) -> Line:
    test = lower_test(tree.Test(wording.string(""), (step,), NOWHERE))
    return Line(step, test.steps[0])


class Unplayable(Exception):
    """No transcript can bring this about in this way."""


class Script:
    """The lines so far, and the stage on which they were played."""

    def __init__(self, program: Loaded) -> None:
        self._program = program
        self.stage = Stage(program)
        self.lines: list[Line] = []

    @property
    def state(self) -> Conversation:
        return self.stage.conversation

    def add(self, step: tree.TestStep) -> None:
        """Write a step and play it."""
        written = line(step)
        self.lines.append(written)
        if self.stage.play(written.played) is not None:
            raise Unplayable

    def wait(self, ms: int) -> None:
        """Let time pass, in as many steps as it takes."""
        left = ms
        while left > 0:
            step = min(left, TIMER_MS_MAX)
            self.add(tree.After(wording.duration(step), NOWHERE))
            left -= step

    def open(self, world: World, began: int) -> None:
        """Say where and with whom the conversation is, and that the clock shows `began` (ms, whole seconds)."""
        address, names = self.state.address, world.names
        if names["account"] != address.account:
            self.add(tree.AccountFact(wording.name(names["account"]), NOWHERE))
        if names["channel"] != address.channel:
            self.add(tree.ChannelFact(wording.name(names["channel"]), NOWHERE))
        sender = self._sender(world)
        if sender != self.stage.address.customer:
            self.add(tree.SenderFact(wording.string(sender), NOWHERE))
        if began != CLOCK:
            minute = began - began % wording.MINUTE_MS
            if minute < wording.EARLIEST:
                raise Unplayable
            self.add(wording.at(minute, self._zone()))
            self.wait(began - minute)
        self._draw(world)

    def become(self, world: World, enabled: frozenset[str] | None = None) -> None:
        """Say what the conversation is to be like where it is not: enablement, contact, context and counters."""
        self.switch(world.enabled if enabled is None else enabled)
        state = self.state
        for path, value in world.texts.items():
            head, _, key = path.partition(".")
            known = {"context": state.context, "contact": state.contact}.get(head, {path.partition(".")[2]: value})
            if known.get(key) != value:
                self.add(tree.FieldFact(wording.field(path), wording.string(value), NOWHERE))
        for counter in dict.fromkeys((*world.counters, *state.counters)):
            count = world.counters.get(counter, 0)
            if state.counters.get(counter, 0) != count:
                self.add(tree.CountFact(wording.name(counter), wording.number(count), NOWHERE))

    def switch(self, enabled: frozenset[str]) -> None:
        """Say who is enabled, where it is not so already."""
        for component in self._program.components:
            if (component in enabled) != (component in self.state.enabled):
                self.add(tree.EnabledFact(wording.name(component), component in enabled, NOWHERE))

    def starts(self) -> None:
        if not self.state.open:
            self.add(tree.StartsStep(NOWHERE))

    def greets(self, party: str, buttons: tuple[str, ...] = ()) -> None:
        """Have a party say something that matters to nobody, enabled as its clause asks; it may offer buttons."""
        if party != CUSTOMER:
            self.switch(self.speaking(party, self.state.enabled))
        who, words = wording.party(party), wording.string(GREETING)
        kind = "template" if self._is_late(party) else "text"
        if buttons or kind == "template":
            labels = tuple(map(wording.string, buttons))
            self.add(tree.Sends(who, wording.name(kind), words, None, None, labels, (), NOWHERE))
        else:
            self.add(tree.Says(who, words, None, (), NOWHERE))

    def _is_late(self, party: str) -> bool:
        """Whether a reply window is over for a component, so that only a template of its leaves."""
        state, component = self.state, self._program.components.get(party)
        ladder = self._program.ladders.get(state.channel)
        if component is None or ladder is None:
            return False
        wrote = state.customer_wrote.get(state.channel, 0)
        return window_over(ladder.profile, component.role, wrote, self.stage.now) is not None

    def speaking(self, component: str, enabled: frozenset[str], *, hearing: bool = False) -> frozenset[str]:
        """The enablement nearest to `enabled` with which a component may speak, and hears."""
        names = sorted(self._program.components, key=lambda other: other != component)[:_SWITCHED_MAX]
        for changed in chain.from_iterable(combinations(names, count) for count in range(len(names) + 1)):
            tried = enabled ^ frozenset(changed)
            routing = self._program.routing(tried)
            if component in routing.speaks and (component in routing.hears or not hearing):
                return tried
        raise Unplayable

    def _sender(self, world: World) -> str:
        """The sender of a world, or one whose own draws are as wanted where no fact can say them."""
        wanted = world.texts["sender"]
        shares = self._shares() if world.draws else {}
        between = {
            salt: (drawn, found)
            for salt, drawn in world.draws.items()
            if (found := shares.get(salt)) and min(found) <= drawn < max(found)
        }
        if not between:
            return wanted
        names = (wanted, *(f"+1555555{number:04}" for number in range(_SENDERS_MAX)))
        here = structs.replace(self.state.address, account=world.names["account"], channel=world.names["channel"])
        for name in names:
            conversation = structs.replace(here, customer=name).conversation_id
            own = {salt: draw(conversation, salt) for salt in between}
            if all((own[salt] < it) == (drawn < it) for salt, (drawn, found) in between.items() for it in found):
                return name
        raise Unplayable

    def _draw(self, world: World) -> None:
        """Say of a sample that the conversation is in it, or out of it, where its own draw is not as wanted."""
        shares = self._shares() if world.draws else {}
        for salt, drawn in world.draws.items():
            own = draw(self.stage.address.conversation_id, salt)
            if any((own < share) != (drawn < share) for share in shares.get(salt, ())):
                inside = all(drawn < share for share in shares[salt])
                self.add(tree.SampleFact(wording.string(salt), inside, NOWHERE))

    def _shares(self) -> dict[str, set[int]]:
        found: dict[str, set[int]] = {}
        for policy in self._program.ir.policies:
            for rule in policy.rules:
                for sample in _samples(rule.when):
                    found.setdefault(sample.salt, set()).add(sample.share)
        return found

    def _zone(self) -> str | None:
        """The zone in which moments read best: that of the calendars, where they agree."""
        zones = {calendar.zone for calendar in self._program.ir.calendars} - {"UTC"}
        return zones.pop() if len(zones) == 1 else None


def _samples(condition: ir.Condition | None) -> Iterator[ir.Sample]:
    match condition:
        case ir.Sample():
            yield condition
        case ir.And(parts) | ir.Or(parts):
            for part in parts:
                yield from _samples(part)
        case ir.Not(part):
            yield from _samples(part)
        case _:
            pass
