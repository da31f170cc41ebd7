"""One message, top to bottom: from a decoded event to the commit that the ledger makes of it, and on to the wire.

    event -> submission -> [ledger: seen? recall] -> step: decide -> Commit(state, owed, record, answer) -> 200
    owed  -> [worker: leased] -> encode -> [transport] -> classify -> settled

The generation is read once, when the submission is made. The step is pure: the ledger may call it again, and the ids of
what it owes are the same each time, so that a delivery repeated after a crash is known to its receiver.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct, structs

from pointsman import config
from pointsman.engine.decide import decide
from pointsman.engine.loaded import Loaded
from pointsman.engine.loading import load
from pointsman.language import program as artefact
from pointsman.ledger.ledger import Arming, Commit, Generation, Step, Submission
from pointsman.model.conversation import Conversation
from pointsman.model.decision import Decision, Owed, Record, ToCustomer
from pointsman.model.event import Due, Event
from pointsman.model.identity import Address, derived_id
from pointsman.model.wiring import Wiring
from pointsman.protocols import registry
from pointsman.protocols.wire import Call, Response, Sending, Verdict

TIMERS = "timers"
"""The source of what falls due."""


class Live(Struct, frozen=True):
    """One generation at work: a loaded program, the configuration that it was checked against, its rules as texts."""

    hash: str
    activation: int
    program: Loaded
    config: config.Config
    wirings: dict[str, Wiring]
    sources: dict[str, str]


class Undeliverable(Exception):
    """A delivery that no retry can help. The message says why, for the dead letters."""


def load_live(generation: Generation, base: Path, env: Mapping[str, str]) -> Live:
    """Make a stored generation ready to serve; `base` is where relative paths of its configuration start.

    Raises `config.ConfigError` where a secret is missing, `msgspec.DecodeError` where the program is of another format.
    """
    program = artefact.decode(generation.program)
    settings = config.parse(generation.config, base, env)
    wirings = config.wirings(settings, program.ir)
    return Live(generation.hash, generation.activation, load(program), settings, wirings, program.sources)


# In -------------------------------------------------------------------------------------------------------------------


def submission(
    live: Live, address: Address, event: Event, *, source: str, event_id: str | None, received: int | None = None
) -> Submission:
    """What the ledger is asked to commit for one event, which was `received` then (ms); None: when it is committed.

    `source` and `event_id` name the event for ever: a repeat has no second effect and gets the first answer again.
    """
    step = _step(live, address, event, source, event_id)
    return Submission(address.conversation_id, source, event_id, step, received)


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


def _step(live: Live, address: Address, event: Event, source: str, event_id: str | None) -> Step:
    def step(recall: Conversation | None, now: int) -> Commit:
        wiring = live.wirings.get(address.account) or Wiring(address.account, {})
        decision = decide(live.program, wiring, recall, event, now, address=address)
        return _commit(live, decision, event, source, event_id)

    return step


def _commit(live: Live, decision: Decision, event: Event, source: str, event_id: str | None) -> Commit:
    state = decision.conversation
    conversation = state.address.conversation_id
    cause = f"{conversation} {state.revision}" if event_id is None else f"{len(source)}:{source}{event_id}"
    owed = tuple(
        Owed(
            id=derived_id(cause, f" {number}"),
            conversation=conversation,
            address=state.address,
            session_id=decision.session_id,
            effect=effect,
            connection=connection_of(live, state) if isinstance(effect, ToCustomer) else "",
            generation=live.hash,
            at=state.latest,
        )
        for number, effect in enumerate(decision.effects)
    )
    record = Record(
        conversation=conversation,
        revision=state.revision,
        at=state.latest,
        address=state.address,
        event=str(event.__struct_config__.tag),
        event_id=event_id or "",
        generation=live.hash,
        steps=decision.steps,
        answer=decision.answer,
    )
    return Commit(state, owed, record, decision.answer)


def connection_of(live: Live, conversation: Conversation) -> str:
    """The connection by which a message for the customer leaves; empty where the channel has none."""
    address = conversation.address
    return live.config.connection_for(address.account, address.channel, conversation.connection) or ""


# Out ------------------------------------------------------------------------------------------------------------------


def encode(live: Live, owed: Owed) -> Call | None:
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
    return registry.encode(owed, component, Sending(str(account.id)))


def _unknown(section: str, name: str, owed: Owed) -> str:
    return f"[{section}.{name}] is not configured in account `{owed.address.account}`"


def classify(live: Live, owed: Owed, response: Response) -> Verdict | None:
    """What a response means to the protocol it came in; None: what its HTTP status means."""
    if isinstance(owed.effect, ToCustomer):
        connection = live.config.channels.get(owed.connection)
        return None if connection is None else registry.CHANNELS[connection.protocol].classify(response)
    component = live.config.components.get(owed.effect.to)
    return None if component is None else registry.COMPONENTS[component.protocol].classify(response)
