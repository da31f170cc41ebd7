"""Transcripts with expectations: the tests of `.rules` files, run on a virtual clock.

A test knows no configuration: every component has a seat in every account, desks and services want copies, and all are
notified. Time stands still between events and moves with `after` and `at`, firing what falls due on the way, each at
its own moment. Expectations look at what happened since the last event.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct, structs

from pointsman.engine import expectations, happenings
from pointsman.engine.differences import Instead, instead
from pointsman.engine.hours import duration
from pointsman.engine.loaded import Loaded
from pointsman.engine.situation import Situation
from pointsman.engine.view import IN_EVERY_SHARE, IN_NO_SHARE
from pointsman.language import ir
from pointsman.limits import FIRINGS_PER_STEP_MAX, TRANSCRIPT_LINES_MAX
from pointsman.model.conversation import Conversation
from pointsman.model.decision import Decision, ToCustomer
from pointsman.model.event import CUSTOMER, DeliveryFailed, Due, Event, Reported
from pointsman.model.identity import Address, canonical
from pointsman.model.wiring import Seat, Wiring

CLOCK = 946_900_800_000
"""2000-01-03 12:00 UTC, a Monday: the clock of a test without `at`."""
ADDRESS = Address("test", "WhatsApp", "+15555550100", "+15555550199")
"""The conversation of a test that does not say otherwise."""


class Failure(Struct, frozen=True):
    """`happened` are the lines since the last event, `decided` the rules that fired in it."""

    expected: str
    happened: tuple[str, ...]
    decided: tuple[str, ...]
    span: ir.Span
    instead: Instead = Instead()


class TestResult(Struct, frozen=True):
    """`transcript` holds a line a step up to the failure, if there is one, indented lines being consequences."""

    name: str
    span: ir.Span
    transcript: tuple[str, ...]
    failure: Failure | None

    @property
    def passed(self) -> bool:
        return self.failure is None


def run_tests(program: Loaded, tests: Sequence[ir.Test] | None = None) -> tuple[TestResult, ...]:
    """Run tests of a program (all of its own, if none are given), in order."""
    return tuple(run_test(program, test) for test in (program.ir.tests if tests is None else tests))


def run_test(program: Loaded, test: ir.Test) -> TestResult:
    """Play one transcript until its end or its first failed expectation."""
    stage = Stage(program)
    for step in test.steps:
        failure = stage.play(step)
        if failure is not None:
            return TestResult(test.name, test.span, tuple(stage.transcript), failure)
    return TestResult(test.name, test.span, tuple(stage.transcript), None)


class Stage:
    """One running test: the clock, the facts, the conversations, and what happened since the last event."""

    def __init__(self, program: Loaded) -> None:
        self.program = program
        self.now = CLOCK
        self.drawn: dict[str, int] = {}
        self.facts = Conversation(address=ADDRESS, enabled=frozenset(program.ir.start_with))
        """What is true of the conversation before it begins."""
        self.preset: frozenset[str] | None = None
        """What the next session starts with, where a fact says otherwise than `start with`."""
        self.conversations: dict[Address, Conversation] = {}
        self.since: list[Decision] = []
        self.transcript: list[str] = []
        self.latest: dict[Address, ToCustomer] = {}
        """The last part of the last message for the customer whose failure would be told."""
        self.last: Situation | None = None
        """What the last event was decided on."""
        self._seats = {item.name: Seat(copies=item.role != "bot") for item in program.ir.components}

    @property
    def address(self) -> Address:
        said = self.facts.address
        return structs.replace(said, customer=canonical(said.channel, said.customer))

    @property
    def conversation(self) -> Conversation:
        """The conversation that steps speak of; before it has begun, what is known of it."""
        return self.conversations.get(self.address, structs.replace(self.facts, address=self.address))

    def play(self, step: ir.TestStep) -> Failure | None:
        """Play one step; return what is wrong with it, if it is an expectation that does not hold."""
        match step:
            case ir.FactAt(moment):
                if moment < self.now and self.conversations:
                    return self._fail("the clock goes on: `at` names an earlier moment than the last event", step.span)
                return self._advance(moment, step.span)
            case ir.After(ms):
                self._say(f"after {duration(ms)}")
                self.since = []
                return self._advance(self.now + ms, step.span)
            case (
                ir.FactChannel() | ir.FactSender() | ir.FactAccount() | ir.FactContact() | ir.FactContext()
                | ir.FactCount() | ir.FactEnabled() | ir.FactSample()
            ):  # fmt: skip
                self._assume(step)
            case ir.Says() | ir.Sends() | ir.Presses() | ir.Requests() | ir.StartsStep() | ir.EndsStep():
                self.since = []
                self._say(happenings.describe(step))
                self._decide(happenings.event_of(step))
            case ir.DeliveryFails(to, reason, attempts):
                self.since = []
                self._say(happenings.describe(step))
                latest = self.latest.get(self.address) if to == CUSTOMER else None
                self._decide(DeliveryFailed(to, reason, attempts, latest.send if latest else 0))
            case ir.DeliverySucceeds():
                return self._succeed(step)
            case _:
                if not expectations.holds(step, self.conversation, self.since):
                    found = instead(step, self.conversation, self.since)
                    return self._fail(expectations.describe(step), step.span, found)
        return None

    def _succeed(self, step: ir.DeliverySucceeds) -> Failure | None:
        """Report every part of the latest message for the customer as delivered."""
        self.since = []
        self._say(happenings.describe(step))
        latest = self.latest.get(self.address)
        if latest is None:
            return self._fail("a message that is on its way to the customer", step.span)
        for part in range(latest.part + 1):
            self._decide(Reported(latest.send, "delivered", part))
        return None

    def _assume(self, fact: ir.Fact) -> None:
        """Make a fact true of the conversation, whether it has begun or not."""
        if isinstance(fact, ir.FactSample):
            self.drawn[fact.rule] = IN_EVERY_SHARE if fact.inside else IN_NO_SHARE
            return
        if isinstance(fact, ir.FactEnabled) and not self.conversation.open:
            starts = frozenset(self.program.ir.start_with) if self.preset is None else self.preset
            self.preset = starts | {fact.component} if fact.enabled else starts - {fact.component}
        self.facts = with_fact(self.facts, fact)
        if (begun := self.conversations.get(self.address)) is not None:
            self.conversations[self.address] = with_fact(begun, fact)

    def _decide(self, event: Event, address: Address | None = None) -> None:
        address = address or self.address
        recall = self.conversations.get(address) or self.conversation
        wiring = Wiring(address.account, self._seats)
        self.last = Situation(address, event, self.now, wiring, recall, dict(self.drawn), self.preset)
        decision = self.last.decided(self.program)
        self.conversations[address] = decision.conversation
        self.preset = None if decision.conversation.open else self.preset
        for effect in decision.effects:
            if isinstance(effect, ToCustomer) and not effect.quiet:
                self.latest[address] = effect
        self.since.append(decision)
        for line in expectations.happened(decision):
            self._say(f"  {line}")

    def _advance(self, moment: int, span: ir.Span) -> Failure | None:
        """Let time pass, firing what falls due, earliest first."""
        for _ in range(FIRINGS_PER_STEP_MAX):
            due = self._next_due()
            if due is None or due[0] > moment:
                self.now = moment
                return None
            at, address, key, number = due
            self.now = max(self.now, at)
            self._say(f"  {expectations.due(key)}")
            self._decide(Due(key, number), address)
        return self._fail(f"an end: {FIRINGS_PER_STEP_MAX} timers and waits fired in one step", span)

    def _next_due(self) -> tuple[int, Address, str, int] | None:
        armed = [
            (wait.due, key, number, address)
            for number, (address, it) in enumerate(self.conversations.items())
            for key, wait in it.waits.items()
            if wait.due is not None
        ]
        if not armed:
            return None
        at, key, _, address = min(armed, key=lambda item: item[:3])
        return at, address, key, self.conversations[address].waits[key].number

    def _say(self, line: str) -> None:
        if len(self.transcript) < TRANSCRIPT_LINES_MAX:
            self.transcript.append(line)
        elif len(self.transcript) == TRANSCRIPT_LINES_MAX:
            self.transcript.append("  … what followed is not kept")

    def _fail(self, expected: str, span: ir.Span, found: Instead | None = None) -> Failure:
        lines = tuple(line for decision in self.since for line in expectations.happened(decision))
        rules = tuple(step.subject for decision in self.since for step in decision.steps if step.what == "rule")
        return Failure(expected, lines, rules, span, found or Instead())


def with_fact(it: Conversation, fact: ir.Fact) -> Conversation:
    """A conversation of which a fact is true."""
    match fact:
        case ir.FactChannel(channel):
            return structs.replace(it, address=structs.replace(it.address, channel=channel))
        case ir.FactSender(sender):
            return structs.replace(it, address=structs.replace(it.address, customer=sender))
        case ir.FactAccount(account):
            return structs.replace(it, address=structs.replace(it.address, account=account))
        case ir.FactContact(key, value):
            return structs.replace(it, contact={**it.contact, key: value})
        case ir.FactContext(key, value):
            return structs.replace(it, context={**it.context, key: value})
        case ir.FactCount(counter, value):
            return structs.replace(it, counters={**it.counters, counter: value})
        case ir.FactEnabled(component, enabled):
            after = it.enabled | {component} if enabled else it.enabled - {component}
            return structs.replace(it, enabled=after)
        case _:
            raise AssertionError(f"{type(fact).__name__} is no fact about a conversation")
