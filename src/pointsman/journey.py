"""One message, top to bottom: from a decoded event to the commit that the ledger makes of it, and on to the wire.

    event -> submission -> [ledger: seen? recall] -> step: decide -> Commit(state, owed, record, answer) -> 200
    owed  -> [worker: leased] -> encode -> [transport] -> classify -> settled

The generation is read once, when the submission is made. The step is pure: the ledger may call it again, and the ids of
what it owes are the same each time, so that a delivery repeated after a crash is known to its receiver.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from collections.abc import Set as AbstractSet
from pathlib import Path

from msgspec import Struct, structs

from pointsman import config
from pointsman.engine.decide import decide
from pointsman.engine.loaded import Loaded
from pointsman.engine.loading import load
from pointsman.engine.receipts import receipts_of_typing
from pointsman.language import program as artefact
from pointsman.ledger.ledger import Arming, Commit, Dead, Generation, Lease, Progress, Sent, Step, Submission
from pointsman.model.conversation import Conversation
from pointsman.model.decision import Decision, Effect, Notify, Owed, Record, ToComponent, ToCustomer
from pointsman.model.event import (
    CUSTOMER,
    DeliveryFailed,
    Due,
    Event,
    FromComponent,
    FromCustomer,
    Reported,
    Requested,
)
from pointsman.model.identity import Address, canonical, derived_id
from pointsman.model.transcript import Turn
from pointsman.model.wiring import Wiring
from pointsman.protocols import registry
from pointsman.protocols.crossing import cross
from pointsman.protocols.room import Room
from pointsman.protocols.wire import Call, Receipt, Response, Sending, Verdict

TIMERS, DELIVERIES, REPORTS = "timers", "deliveries", "reports"
"""The sources of what falls due, of what is given up and of what carriers report."""


class Live(Struct, frozen=True):
    """One generation at work: a loaded program, the configuration that it was checked against, its rules as texts."""

    hash: str
    activation: int
    program: Loaded
    config: config.Config
    wirings: dict[str, Wiring]
    sources: dict[str, str]
    roles: Mapping[str, str]


class Undeliverable(Exception):
    """A delivery that no retry can help. The message says why, for the dead letters."""


def load_live(generation: Generation, base: Path, env: Mapping[str, str]) -> Live:
    """Make a stored generation ready to serve; `base` is where relative paths of its configuration start.

    Raises `config.ConfigError` where a secret is missing, `msgspec.DecodeError` where the program is of another format.
    """
    program = artefact.decode(generation.program)
    settings = config.parse(generation.config, base, env)
    wirings = config.wirings(settings, program.ir)
    roles = {component.name: component.role for component in program.ir.components}
    return Live(generation.hash, generation.activation, load(program), settings, wirings, program.sources, roles)


# In -------------------------------------------------------------------------------------------------------------------


def submission(
    live: Live, address: Address, event: Event, *, source: str, event_id: str | None, received: int | None = None
) -> Submission:
    """What the ledger is asked to commit for one event, which was `received` then (ms); None: when it is committed.

    `source` and `event_id` name the event for ever: a repeat has no second effect and gets the first answer again. What
    people and components say to an address goes to the conversation that has joined it, if one has.
    """
    step = _step(live, address, event, source, event_id)
    follows = isinstance(event, FromCustomer | FromComponent | Requested)
    return Submission(address.conversation_id, source, event_id, step, received, follows)


def due_submission(live: Live, arming: Arming, address: Address) -> Submission:
    """What the ledger is asked to commit for a timer or wait that has run out.

    Any process may fire an arming: number and moment make it one event, however many do. The number alone would not,
    since a conversation that was purged or forgotten counts from one again while ids seen are still remembered.
    """
    event_id = f"{arming.conversation}/{arming.key}/{arming.number}/{arming.due}"
    submitted = submission(live, address, Due(arming.key, arming.number), source=TIMERS, event_id=event_id)

    def step(recall: Conversation | None, now: int) -> Commit:
        # A clock that was set back since the arming was found due must not void it: it would never fire again.
        return submitted.step(recall, max(now, arming.due))

    return structs.replace(submitted, step=step)


def failure_of(lease: Lease, dead: Dead) -> DeliveryFailed:
    """The event that work is given up."""
    effect, attempts = lease.owed.effect, lease.attempts + 1
    if isinstance(effect, ToCustomer):
        return DeliveryFailed(CUSTOMER, dead.word, attempts, effect.send, effect.author, effect.reference)
    return DeliveryFailed(effect.to, dead.word, attempts)


def failure_submission(live: Live, lease: Lease, event: DeliveryFailed, address: Address) -> Submission:
    """What the ledger is asked to commit for work that is given up; `address` is the conversation's.

    The work's id names the event, so that whoever tells it again after a crash changes nothing.
    """
    submitted = submission(live, address, event, source=DELIVERIES, event_id=lease.owed.id)
    progress = Progress(lease.row, "given up") if isinstance(lease.owed.effect, ToCustomer) else None
    return structs.replace(submitted, progress=progress)


def event_of(it: Sent, receipt: Receipt) -> DeliveryFailed | Reported:
    """The event that a carrier reports something of a message.

    Its author hears of every part that failed; that the whole has arrived it hears with the last part.
    """
    reference = it.own or ""
    if receipt.status == "failed":
        return DeliveryFailed(CUSTOMER, receipt.reason, send=it.send, author=it.author, reference=reference)
    author, reference = ("", "") if it.more else (it.author, reference)
    return Reported(it.send, receipt.status, it.part, author, reference)


def report_submission(
    live: Live, it: Sent, event: DeliveryFailed | Reported, address: Address, *, received: int
) -> Submission:
    """What the ledger is asked to commit for what a carrier reports of a message; `address` is the conversation's.

    What says no more than is known already has no effect, however often it comes and in whatever order.
    """
    submitted = submission(live, address, event, source=REPORTS, event_id=None, received=received)
    status = "failed" if isinstance(event, DeliveryFailed) else event.status
    return structs.replace(submitted, progress=Progress(it.row, status))


def _step(live: Live, address: Address, event: Event, source: str, event_id: str | None) -> Step:
    def step(recall: Conversation | None, now: int) -> Commit:
        own = recall.address if recall else address
        here = event
        if isinstance(event, FromCustomer) and address.channel != own.channel:
            here = structs.replace(event, channel=address.channel)
        wiring = live.wirings.get(address.account) or Wiring(address.account, {})
        decision = decide(live.program, wiring, recall, here, now, address=own)
        return _Outgoing(live, recall, decision, here).commit(source, event_id)

    return step


class _Outgoing:
    """What follows from one decision: what is owed, by which address and connection, and which addresses are joined."""

    def __init__(self, live: Live, recall: Conversation | None, decision: Decision, event: Event) -> None:
        self._live = live
        self._decision = decision
        self._state = decision.conversation
        self._event = event
        self._before = recall.joined if recall else frozenset()

    def commit(self, source: str, event_id: str | None) -> Commit:
        state, decision = self._state, self._decision
        conversation = state.address.conversation_id
        cause = f"{conversation} {state.revision}" if event_id is None else f"{len(source)}:{source}{event_id}"
        sent = tuple(
            self._owed(derived_id(cause, f" {place}"), effect) for place, effect in enumerate(decision.effects)
        )
        passed = cross((owed, self._room(owed)) for owed in sent)
        answer = passed.answer(decision.answer, self._event)
        record = Record(
            conversation=conversation,
            revision=state.revision,
            at=state.latest,
            address=state.address,
            event=str(self._event.__struct_config__.tag),
            event_id=event_id or "",
            generation=self._live.hash,
            steps=decision.steps + passed.steps,
            answer=answer,
        )
        return Commit(
            conversation=state,
            owed=registry.in_order(passed.owed, self._live.config.components),
            record=record,
            answer=answer,
            joins=self._joins(),
            parts_from=self._parts_from(),
            session_id=decision.session_id,
            turns=tuple(self._named(turn, cause) for turn in decision.turns),
        )

    def _named(self, turn: Turn, cause: str) -> Turn:
        return turn if turn.id else structs.replace(turn, id=derived_id(cause, f" turn {turn.number}"))

    def _owed(self, id_: str, effect: Effect) -> Owed:
        address = address_on(self._live, self._state.address, self._channel_of(effect))
        connection = effect.connection if isinstance(effect, ToCustomer) else ""
        return Owed(
            id=id_,
            conversation=self._state.address.conversation_id,
            address=address,
            session_id=self._decision.session_id,
            effect=effect,
            connection=connection,
            generation=self._live.hash,
            at=self._state.latest,
            reference=self._reference(id_, effect, connection),
        )

    def _room(self, owed: Owed) -> Room | None:
        """What of a message its protocol can carry; None: it is none, or whom it is for is not configured."""
        effect, found = owed.effect, self._live.config
        if isinstance(effect, ToCustomer):
            connection = found.channels.get(owed.connection)
            return None if connection is None else registry.CHANNELS[connection.protocol].room
        component = found.components.get(effect.to)
        return None if component is None else registry.room_of(effect, component)

    def _channel_of(self, effect: Effect) -> str:
        """The channel that a delivery is about: where its message goes, or came from, else the one in use."""
        if isinstance(effect, ToCustomer):
            return effect.channel or self._state.address.channel
        if isinstance(effect, ToComponent) and isinstance(self._event, FromCustomer):
            return self._event.channel or self._state.address.channel
        return self._state.channel

    def _reference(self, id_: str, effect: Effect, connection: str) -> str:
        """The name that a carrier reports by. A sender's own goes with the last part of its message, the first time.

        A message that goes out again has another: what is reported of the two must not be confounded.
        """
        settings = self._live.config.channels.get(connection)
        name = None if settings is None else registry.CHANNELS[settings.protocol].reference
        if name is None or not isinstance(effect, ToCustomer):
            return ""
        first = isinstance(self._event, FromComponent) and effect.author == self._event.component
        return name(effect.message.reference if first and not effect.more else None, id_)

    def _sent(self) -> Iterator[ToCustomer]:
        return (effect for effect in self._decision.effects if isinstance(effect, ToCustomer))

    def _joins(self) -> tuple[Address, ...]:
        """Where messages belong here from now on: what was joined, and wherever this conversation has spoken again."""
        spoken = {effect.channel for effect in self._sent()} & self._state.joined
        return self._addresses(self._state.joined - self._before | spoken)

    def _parts_from(self) -> tuple[Address, ...]:
        return self._addresses(self._before - self._state.joined)

    def _addresses(self, channels: AbstractSet[str]) -> tuple[Address, ...]:
        own = self._state.address
        return tuple(address_on(self._live, own, channel) for channel in sorted(channels - {own.channel}))


def address_on(live: Live, own: Address, channel: str) -> Address:
    """The address of a conversation's two ends on another channel, one where the customer has the same number."""
    if channel == own.channel:
        return own
    account = live.config.accounts.get(own.account)
    business = canonical(channel, own.business) if account is None else account.business_on(channel, own.business)
    return Address(own.account, channel, canonical(channel, own.customer), business)


# Out ------------------------------------------------------------------------------------------------------------------


class Wanted(Struct, frozen=True):
    """What an encoder is to be told besides the work: the session's last `turns` before the number `before`, the
    customer's contact, and the token that a login brings to the component that `settings` describe."""

    turns: int = 0
    before: int = 0
    contact: bool = False
    login: registry.Login | None = None
    settings: registry.ComponentSettings | None = None


class Told(Struct, frozen=True):
    """What an encoder is told of what was `Wanted`."""

    history: tuple[Turn, ...] = ()
    contact: Mapping[str, str] = {}
    bearer: str = ""


_UNTOLD = Told()


def wanted(live: Live, owed: Owed) -> Wanted | None:
    """Say what has to be looked up before a delivery can be written; None: nothing."""
    effect = owed.effect
    component = None if isinstance(effect, ToCustomer) else live.config.components.get(effect.to)
    if component is None:
        return None
    protocol = registry.COMPONENTS[component.protocol]
    match effect:
        case ToComponent(author=author, turn=before):
            turns = protocol.history(component) if author == CUSTOMER else 0
            contact = protocol.contact
        case Notify(turn=before) if (most := protocol.capsule(component)) and takes_over(live, effect):
            turns, contact = most, False
        case _:
            turns, contact, before = 0, False, 0
    turns = min(turns, before - 1) if before else 0
    if turns <= 0 and not contact and protocol.login is None:
        return None
    return Wanted(turns, before, contact, protocol.login, component)


def takes_over(live: Live, effect: Notify) -> bool:
    """Whether the component that is notified was enabled by the change, or may speak because of it."""
    me, after = effect.component, frozenset(effect.enabled)
    if effect.changed.get(me) == "enabled":
        return True
    before = after.symmetric_difference(effect.changed)
    return me in live.program.routing(after).speaks and me not in live.program.routing(before).speaks


def typing_of(live: Live, conversation: Conversation, at: int) -> tuple[Owed, ...]:
    """What is to be told of a customer who is typing at a moment (ms), and to whom. None of it is kept anywhere."""
    own = conversation.address
    wiring = live.wirings.get(own.account)
    told = () if wiring is None else receipts_of_typing(live.program, wiring, conversation)
    return tuple(
        Owed(
            id=derived_id(own.conversation_id, f"typing {at} {receipt.component}"),
            conversation=own.conversation_id,
            address=address_on(live, own, conversation.channel),
            session_id=conversation.session_id,
            effect=receipt,
            connection="",
            generation=live.hash,
            at=at,
        )
        for receipt in told
    )


def encode(live: Live, owed: Owed, told: Told = _UNTOLD) -> Call | None:
    """Write one delivery as a call, by the protocol of who gets it; None where it has no address for such a thing.

    Raises `Undeliverable` where whom it is for is no longer configured.
    """
    account = live.config.accounts.get(owed.address.account)
    if isinstance(owed.effect, ToCustomer):
        connection = live.config.channels.get(owed.connection)
        if connection is None or account is None:
            raise Undeliverable(_unknown("channels", owed.connection, owed))
        encode_mt = registry.CHANNELS[connection.protocol].encode
        return None if encode_mt is None else encode_mt(owed, connection)
    component = live.config.components.get(owed.effect.to)
    if component is None or account is None:
        raise Undeliverable(_unknown("components", owed.effect.to, owed))
    sending = Sending(str(account.id), told.history, told.bearer, live.roles, told.contact)
    return registry.encode(owed, component, sending)


def _unknown(section: str, name: str, owed: Owed) -> str:
    return f"[{section}.{name}] is not configured in account `{owed.address.account}`"


def classify(live: Live, owed: Owed, response: Response) -> Verdict | None:
    """What a response means to the protocol it came in; None: what its HTTP status means."""
    if isinstance(owed.effect, ToCustomer):
        connection = live.config.channels.get(owed.connection)
        return None if connection is None else registry.CHANNELS[connection.protocol].classify(response)
    component = live.config.components.get(owed.effect.to)
    return None if component is None else registry.COMPONENTS[component.protocol].classify(response)


def deadline(live: Live, owed: Owed) -> int | None:
    """When a delivery's time budget ends (ms); None where it has none."""
    component = None if isinstance(owed.effect, ToCustomer) else live.config.components.get(owed.effect.to)
    return None if component is None or component.give_up is None else owed.at + component.give_up
