"""A conversation while one event is handled: the working copy, and what has come of the event so far.

Nothing outside this package sees a draft; `freeze` turns it into the immutable state that is stored.
"""

from __future__ import annotations

from collections.abc import Mapping

from pointsman.engine.loaded import Loaded, Routing
from pointsman.limits import CONTEXT_BYTES_MAX, CONTEXT_KEYS_MAX
from pointsman.model.content import Message
from pointsman.model.conversation import Conversation, Offer, Wait, nth_session_id
from pointsman.model.decision import Effect, Loss, Step
from pointsman.model.event import fallback_key, falls_back
from pointsman.model.identity import Address
from pointsman.model.transcript import Turn
from pointsman.model.wiring import Wiring


class Draft:
    def __init__(self, loaded: Loaded, wiring: Wiring, conversation: Conversation, now: int) -> None:
        self.loaded = loaded
        self.wiring = wiring
        self.now = now
        self.steps: list[Step] = []
        self.effects: list[Effect] = []
        self.said: list[Turn] = []
        self.spoken: set[str] = set()
        """Parties whose message was let through during this event."""
        self.quiet = False
        """Whether nothing that is owed because of this event raises `delivery failed` if it fails."""
        self.closed_session_id = ""
        self.ending = ""
        """The rule or request that ends the conversation after the last step."""
        self._take(conversation)

    def _take(self, it: Conversation) -> None:
        self._origin = it
        self.session, self.session_id, self.started = it.session, it.session_id, it.started
        self.enabled = set(it.enabled)
        self.context, self.contact, self.counters = dict(it.context), dict(it.contact), dict(it.counters)
        self.waits, self.armings = dict(it.waits), it.armings
        self.spoke, self.unanswered = dict(it.spoke), set(it.unanswered)
        self.choices: tuple[Offer, ...] = it.choices
        self.choices_until, self.tokens = it.choices_until, dict(it.tokens)
        self.customer_wrote, self.sends = dict(it.customer_wrote), it.sends
        self.fallbacks, self.fallen = dict(it.fallbacks), it.fallen
        self.turns = it.turns
        self.connection, self.via, self.joined = it.connection, it.via, set(it.joined)

    @property
    def address(self) -> Address:
        return self._origin.address

    @property
    def channel(self) -> str:
        """The channel in use."""
        return self.via or self.address.channel

    # What rules see and what is stored ---------------------------------------------------------------------------

    def freeze(self) -> Conversation:
        """The state as an immutable value, under the revision it came with."""
        return Conversation(
            address=self._origin.address,
            revision=self._origin.revision,
            session=self.session,
            session_id=self.session_id,
            started=self.started,
            latest=self.now,
            enabled=frozenset(self.enabled),
            context=dict(self.context),
            contact=dict(self.contact),
            counters=dict(self.counters),
            waits=dict(self.waits),
            armings=self.armings,
            spoke=dict(self.spoke),
            unanswered=frozenset(self.unanswered),
            choices=self.choices,
            choices_until=self.choices_until,
            tokens=dict(self.tokens),
            customer_wrote=dict(self.customer_wrote),
            sends=self.sends,
            fallbacks=dict(self.fallbacks),
            fallen=self.fallen,
            turns=self.turns,
            via=self.via,
            joined=frozenset(self.joined),
            connection=self.connection,
            generation=self.loaded.hash,
        )

    @property
    def routing(self) -> Routing:
        return self.loaded.routing(frozenset(self.enabled))

    @property
    def seated(self) -> tuple[str, ...]:
        """The account's components in order of declaration."""
        return tuple(name for name in self.loaded.components if name in self.wiring.seats)

    def hearing(self) -> tuple[str, ...]:
        return tuple(name for name in self.routing.hears if name in self.wiring.seats)

    def may_speak(self, component: str) -> bool:
        return component in self.routing.speaks and component in self.wiring.seats

    def note(self, what: str, subject: str = "", detail: str = "", rule: str = "") -> None:
        self.steps.append(Step(what, subject, detail, rule))

    def lose(self, loss: Loss, rule: str, channel: str) -> None:
        """Record a loss; `channel` empty: on that of the conversation's address."""
        self.steps.append(Step("loss", loss.kind, loss.told, rule, channel))

    def say(self, author: str, message: Message, channel: str) -> int:
        """Record that a message was let through as the session's next turn; return the turn's number."""
        self.turns += 1
        self.said.append(Turn(self.now, author, message, message.reference or "", channel, self.turns))
        return self.turns

    # Changes -----------------------------------------------------------------------------------------------------

    def begin(self, preset: frozenset[str] | None = None) -> None:
        """Open a session with what `start with` enables (or `preset`)."""
        self.session += 1
        self.session_id = nth_session_id(self._origin.address, self.session)
        self.started = self.now
        self.enabled = set(self.start_with() if preset is None else preset)

    def start_with(self) -> frozenset[str]:
        return frozenset(self.loaded.ir.start_with) & self.wiring.seats.keys()

    def close(self) -> None:
        """Drop everything but the contact (and what the router itself needs: counts of ids, the connection, tokens).

        A button outlives the session that it was shown in, and its press is to come back with the whole postback.
        """
        self.closed_session_id, self.session_id, self.started = self.session_id, "", 0
        self.enabled, self.unanswered = set(), set()
        self.context, self.counters, self.waits, self.spoke = {}, {}, {}, {}
        self.choices, self.choices_until = (), 0
        self.fallbacks, self.fallen, self.via, self.joined = {}, (), "", set()

    def enable(self, component: str) -> None:
        if component in self.wiring.seats:
            self.enabled.add(component)

    def disable(self, component: str) -> None:
        self.enabled.discard(component)

    def hand_over(self, component: str) -> None:
        if component in self.wiring.seats:
            self.enabled.add(component)
            self.enabled.difference_update(self.loaded.may_be_muted(component))

    def reset(self) -> None:
        """Restore `start with`; cancel timers and waits. Context, counters, contact and messages on their way stay.

        A cancelled `no answer` of one who may still speak is kept as if it had fired: only the customer arms it again.
        """
        self.enabled = set(self.start_with())
        underway = {key: wait for key, wait in self.waits.items() if falls_back(key)}
        waiting = {key: self.loaded.wait_of_key[key] for key in self.waits if key not in underway}
        self.waits = underway | {
            key: Wait(self.waits[key].number, None)
            for key, trigger in waiting.items()
            if trigger.kind == "no answer" and self.may_speak(trigger.name)
        }

    def forget_choices(self) -> None:
        """Forget the options that were written as text; buttons that the channel shows can still be pressed."""
        self.choices = tuple(offer for offer in self.choices if not offer.number)
        self.choices_until = 0

    def set_context(self, values: Mapping[str, str], rule: str = "") -> None:
        """Set keys, all or none: a context that would grow beyond its bounds stays as it was."""
        grown = {**self.context, **values}
        size = sum(len(key.encode()) + len(value.encode()) for key, value in grown.items())
        if len(grown) > CONTEXT_KEYS_MAX or size > CONTEXT_BYTES_MAX:
            self.note("void", "context", "the context would be too large", rule)
            return
        self.context = grown
        for key, value in values.items():
            self.note("context", key, value, rule)

    def arm(self, key: str, ms: int) -> None:
        self.armings += 1
        self.waits[key] = Wait(self.armings, self.now + ms)

    def disarm(self, key: str) -> None:
        self.waits.pop(key, None)

    def repair(self) -> None:
        """Drop what an earlier generation left and this one does not know; then somebody must hear."""
        known = self.wiring.seats.keys() & self.loaded.components.keys()
        lost = self.enabled - known
        self.enabled -= lost
        self.unanswered &= known
        self._repair_channels()
        self.waits = {
            key: wait for key, wait in self.waits.items() if key in self.loaded.wait_of_key or falls_back(key)
        }
        if lost:
            self.forget_choices()
            self.note("repaired", ", ".join(sorted(lost)), "no longer in the rules")
            if not self.hearing():
                self.enabled = set(self.start_with())
                self.note("repaired", ", ".join(sorted(self.enabled)), "nobody would hear: `start with` applies")

    def _repair_channels(self) -> None:
        """Drop what would leave by channels that are no longer in the rules."""
        gone = (self.joined | {it.channel for it in self.fallbacks.values()}) - set(self.loaded.ir.channels)
        if not gone:
            return
        self.joined -= gone
        self.via = "" if self.via in gone else self.via
        for number in [number for number, it in self.fallbacks.items() if it.channel in gone]:
            del self.fallbacks[number]
            self.disarm(fallback_key(int(number)))
        self.note("repaired", ", ".join(sorted(gone)), "no longer in the rules")
