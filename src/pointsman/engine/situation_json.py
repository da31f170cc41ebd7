"""A situation told in JSON: an event and what is known of its conversation, with the defaults of a test.

Laws: names are those of the program; a member that the event cannot have is a mistake. A conversation is under way
where its past is told (`age`, `spoke`), and for events that only such a one has; else the event begins it.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from msgspec import structs

from pointsman import limits
from pointsman.engine import happenings
from pointsman.engine.loaded import Loaded
from pointsman.engine.scenario import CLOCK
from pointsman.engine.situation import Situation, full_wiring
from pointsman.engine.told import EXAMPLES, Misstated, Told, decoded, write
from pointsman.engine.triggers import milliseconds, normal, outer_triggers
from pointsman.engine.view import IN_EVERY_SHARE, IN_NO_SHARE
from pointsman.language.diagnostics import did_you_mean, ticked
from pointsman.language.vocabulary import REQUESTS
from pointsman.model.content import MESSAGE_KINDS, Choice, Media, Message, Reply
from pointsman.model.conversation import Conversation, Offer, Wait
from pointsman.model.event import (
    CUSTOMER,
    DeliveryFailed,
    Disable,
    Due,
    Enable,
    End,
    Ends,
    Event,
    FromComponent,
    FromCustomer,
    HandOver,
    Mutation,
    Position,
    Requested,
    Reset,
    Starts,
    Trigger,
)
from pointsman.model.identity import Address, canonical, derived_id
from pointsman.model.wiring import Wiring

_MESSAGE = frozenset({"text", "kind", "url", "name", "mime", "size", "buttons", "choice", "offered", "meta"})
_REQUEST = frozenset({"request", "target", "flow", "step", "asked"})
_FAILURE = frozenset({"reason", "attempts"})
_OF_EVENT = _MESSAGE | _REQUEST | _FAILURE
_OF_FILE = ("name", "mime", "size")
_MEMBERS = {"from customer": _MESSAGE, "from component": _MESSAGE, "request": _REQUEST, "delivery failed": _FAILURE}
"""What may be said of the event itself, by its kind."""
_FILES = frozenset({"picture", "video", "audio", "file"})
_SIZE = re.compile(r"([0-9]+(?:\.[0-9]+)?) ?([KMG]?)(i?)B\Z")
_POWERS = {"": 0, "K": 1, "M": 2, "G": 3}
_PLAIN = Told()
_YEARS = range(1970, 9000)
_LASTS_MS_MAX = 100 * limits.TIMER_MS_MAX


def situation_of(program: Loaded, told: bytes) -> Situation:
    """Read a situation of a program. Raises `Misstated`."""
    return _Reading(program, decoded(told), CLOCK).situation()


def situation_on(program: Loaded, told: bytes, state: Conversation, wiring: Wiring, now: int) -> Situation:
    """Read an event that meets a conversation as it is, at `now` where nothing else is told. Raises `Misstated`."""
    return _Reading(program, decoded(told), now).met_by(state, wiring)


class _Reading:
    """Makes what was told a situation of one program."""

    def __init__(self, program: Loaded, told: Told, now: int) -> None:
        self._program = program
        self._told = told
        self._now = now if told.at is None else self._moment(told.at)
        self._trigger = self._triggered()

    def situation(self) -> Situation:
        told = self._told
        self._check_members()
        address = Address(
            told.account,
            self._known("channel", told.channel, self._program.ir.channels),
            canonical(told.channel, told.sender),
            canonical(told.channel, told.business),
        )
        preset = (
            None
            if told.enabled is None
            else frozenset(self._known("enabled", name, self._program.components) for name in told.enabled)
        )
        rules = [rule.name for policy in self._program.ir.policies for rule in policy.rules]
        drawn = {
            self._known("sample", rule, rules): IN_EVERY_SHARE if inside else IN_NO_SHARE
            for rule, inside in told.sample.items()
        }
        wiring = full_wiring(self._program, told.account)
        event, state = self._event(), self._conversation(address, preset)
        return Situation(address, event, self._now, wiring, state, drawn, None if state.open else preset)

    def met_by(self, state: Conversation, wiring: Wiring) -> Situation:
        """The event on a conversation that is known; what falls due does so when it is due."""
        self._check_members()
        for member in sorted(EXAMPLES.keys() - _OF_EVENT - {"event", "at"} | {"offered"}):
            if getattr(self._told, member) != getattr(_PLAIN, member):
                raise Misstated(member, "the conversation that is named has its own", "leave it out")
        event, now = self._event(), self._now
        if isinstance(event, Due) and (wait := state.waits.get(event.key)) is not None and wait.due is not None:
            event, now = Due(event.key, wait.number), max(now, wait.due)
        elif isinstance(event, DeliveryFailed) and event.to == CUSTOMER:
            event = structs.replace(event, send=state.sends)
        return Situation(state.address, event, now, wiring, state)

    # The event --------------------------------------------------------------------------------------------------------

    def _triggered(self) -> Trigger:
        known = outer_triggers(self._program)
        words = normal(self._told.event)
        if words in known:
            return known[words]
        if words == "message to customer" or words.endswith((" enabled", " disabled")):
            message = f"`{self._told.event}` is raised by other events"
            raise Misstated("event", message, "tell the event that causes it: a message from who writes, or a request")
        near = did_you_mean(words, known)
        raise Misstated(
            "event", f"`{self._told.event}` is no event of these rules", near or f"known are {_listed(known)}"
        )

    def _event(self) -> Event:
        trigger, told = self._trigger, self._told
        match trigger.kind:
            case "from customer":
                return FromCustomer(self._message())
            case "from component":
                return FromComponent(trigger.name, self._message())
            case "request":
                return Requested(trigger.name, (self._mutation(),), told.asked)
            case "starts":
                return Starts()
            case "ends":
                return Ends()
            case "delivery failed":
                return self._failure(trigger.name)
            case _:
                return Due(trigger.key, 1)

    def _check_members(self) -> None:
        """Refuse what was said of a message, a request or a failure where the event is none."""
        allowed = _MEMBERS.get(self._trigger.kind, frozenset())
        for member in EXAMPLES:
            said = getattr(self._told, member) != getattr(_PLAIN, member)
            if said and member in _OF_EVENT - allowed:
                raise Misstated(member, f"`{self._told.event}` has no `{member}`", "leave it out")

    def _message(self) -> Message:
        told = self._told
        kind = self._known("kind", told.kind, MESSAGE_KINDS)
        if kind in _FILES and told.url is None:
            raise Misstated("url", f"a message of kind `{kind}` has a file", write("url"))
        words = told.choice if told.text is None and kind == "text" else told.text
        if words is not None and len(words) > limits.TEXT_CHARACTERS_MAX:
            raise Misstated("text", f"it is longer than {limits.TEXT_CHARACTERS_MAX} characters")
        if kind == "text" and told.url is not None:
            raise Misstated("kind", "a text has no file", write("kind"))
        if told.url is None and (of_file := next((it for it in _OF_FILE if getattr(told, it) is not None), "")):
            raise Misstated(of_file, "there is no file that it is said of", f"leave it out, or {write('url')}")
        media = None if told.url is None else Media(told.url, told.name, told.mime, self._size())
        return structs.replace(
            happenings.message_of(kind, media, words or ("" if kind == "text" else words)),
            buttons=tuple(Reply(label, postback=label) for label in told.buttons),
            choice=None if told.choice is None else Choice(told.choice),
            meta=told.meta,
        )

    def _mutation(self) -> Mutation:
        told = self._told
        if told.request is None:
            raise Misstated("request", "it is missing", write("request"))
        request = self._known("request", told.request, REQUESTS)
        if request in ("enable", "disable", "hand over") and told.target is None:
            raise Misstated("target", f"`{request}` is asked for a component", write("target"))
        target = "" if told.target is None else self._known("target", told.target, self._program.components)
        match request:
            case "enable":
                return Enable(target)
            case "disable":
                return Disable(target)
            case "hand over":
                return HandOver(target)
            case "position":
                return Position(told.flow or "", told.step or "", target)
            case "reset":
                return Reset()
            case _:
                return End()

    def _failure(self, to: str) -> DeliveryFailed:
        """The failure of the latest message there."""
        told = self._told
        if told.reason is None:
            raise Misstated("reason", "it is missing", write("reason"))
        attempts = 1 if told.attempts is None else told.attempts
        if not 1 <= attempts <= limits.TOLD_NUMBER_MAX:
            fault = "once at least" if attempts < 1 else f"{limits.TOLD_NUMBER_MAX} times at most"
            raise Misstated("attempts", f"it was tried {fault}", write("attempts"))
        return DeliveryFailed(to, told.reason, attempts)

    # The conversation -------------------------------------------------------------------------------------------------

    def _conversation(self, address: Address, preset: frozenset[str] | None) -> Conversation:
        told, trigger, now = self._told, self._trigger, self._now
        start = frozenset(self._program.ir.start_with)
        known = Conversation(
            address,
            enabled=start if preset is None else preset,
            context=told.context,
            contact=told.contact,
            counters={counter: self._count(counter, number) for counter, number in told.counters.items()},
            choices=tuple(Offer(label, label) for label in told.offered[: limits.CHOICES_MAX]),
        )
        begins = trigger.kind in ("from customer", "from component", "starts")
        if trigger.kind == "starts" and (told.age is not None or told.spoke):
            raise Misstated("age" if told.age is not None else "spoke", "a conversation that starts has no past")
        if begins and told.age is None and not told.spoke:
            return known
        spoke = {
            self._known("spoke", party, (CUSTOMER, *self._program.components)): self._lasted(f"spoke.{party}", ago)
            for party, ago in told.spoke.items()
        }
        age = max(spoke.values(), default=0) if told.age is None else self._lasted("age", told.age)
        if spoke and max(spoke.values()) > age:
            raise Misstated("age", "somebody spoke before the conversation began", "let it be older")
        heard = spoke.get(CUSTOMER)
        waiting = {name for name in self._program.components if heard is not None and spoke.get(name, heard) >= heard}
        return structs.replace(
            known,
            session=1,
            session_id=derived_id(address.conversation_id, "session 1"),
            started=now - age,
            latest=now,
            spoke={party: now - ago for party, ago in spoke.items()},
            unanswered=frozenset(waiting),
            waits={trigger.key: Wait(1, now)} if trigger.key in self._program.wait_of_key else {},
            armings=1,
            generation=self._program.hash,
        )

    # Values -----------------------------------------------------------------------------------------------------------

    def _known(self, member: str, name: str, names: Any) -> str:
        if name in names:
            return name
        raise Misstated(member, f"there is no `{name}`", did_you_mean(name, names) or f"known are {_listed(names)}")

    def _moment(self, text: str) -> int:
        try:
            at = datetime.fromisoformat(text)
        except ValueError:
            raise Misstated("at", f"`{text}` is no moment", write("at")) from None
        if at.tzinfo is None or at.year not in _YEARS:
            message = "has no offset from UTC" if at.tzinfo is None else "is out of range"
            raise Misstated("at", f"`{text}` {message}", write("at"))
        return round(at.timestamp() * 1000)

    def _lasted(self, place: str, text: str) -> int:
        ms = milliseconds(text)
        if ms is None or ms > _LASTS_MS_MAX:
            raise Misstated(
                place, f"`{text}` is no duration" if ms is None else f"`{text}` is too long", 'such as "2h"'
            )
        return ms

    def _count(self, counter: str, number: int) -> int:
        if not 0 <= number <= limits.TOLD_NUMBER_MAX:
            fault = "counts from 0" if number < 0 else f"counts to {limits.TOLD_NUMBER_MAX}"
            raise Misstated(f"counters.{counter}", f"a counter {fault}", write("counters"))
        return number

    def _size(self) -> int | None:
        size = self._told.size
        if isinstance(size, str):
            found = _SIZE.match(size)
            if found is None:
                raise Misstated("size", f"{ticked(size)} is no size", write("size"))
            factor: int = (1024 if found[3] else 1000) ** _POWERS[found[2]]
            size = round(min(float(found[1]) * factor, 2.0 * limits.TOLD_NUMBER_MAX))
        if size is not None and not 0 <= size <= limits.TOLD_NUMBER_MAX:
            fault = "less than nothing" if size < 0 else f"more than {limits.TOLD_NUMBER_MAX} bytes"
            raise Misstated("size", f"it is {fault}", write("size"))
        return size


def _listed(names: Any) -> str:
    shown = [f"`{name}`" for name in names]
    return ", ".join(shown[:20]) + (f" and {len(shown) - 20} more" if len(shown) > 20 else "")
