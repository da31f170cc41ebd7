"""What components say in the response to our call: heard as their messages, before the delivery is settled.

Laws:

- A reply is an event under the delivery's id and its place in the response, so that a delivery which is made again
  after a crash says nothing twice: what was heard first stays.
- A reply is judged by the conversation as it is when it comes, like any other message of its component.
- What cannot be read of a response is logged, counted, recorded with the conversation, and told to the component where
  its section says so. That is told once and may get lost.
- A question that was answered with nothing that can be read was not answered: its delivery has failed.
- Who hears a copy was not asked: two components that answer copies of each other's answers would never end.
"""

from __future__ import annotations

import asyncio

import structlog

from pointsman.delivery.transport import Fault, Transport
from pointsman.journey import Live, submission
from pointsman.ledger.ledger import Outcome
from pointsman.model.decision import Owed, ToComponent
from pointsman.model.event import CUSTOMER, FromComponent, Problems
from pointsman.model.identity import Address
from pointsman.protocols import registry
from pointsman.protocols.wire import Heard, Response, Verdict
from pointsman.server.service import Service

log = structlog.get_logger()

UNASKED = "an answer to a copy of what others said is nobody's message"


async def hear(service: Service, transport: Transport, owed: Owed, response: Response) -> Verdict | None:
    """Take in what a component answered to a message; return a verdict where that is no answer at all.

    Raises `Full` or `LedgerError`; then nothing is lost by hearing it again.
    """
    live, received = service.serving.live, service.clock.now()
    found = _read(live, owed, response)
    if found is None or not (found.messages or found.problems):
        return None
    conversation = await service.ledger.read(owed.conversation)
    if conversation is None:  # forgotten meanwhile
        return None
    await _commit(service, live, owed, found, conversation.address, received)
    if found.problems:
        log.warning(
            "an answer could not be read in full", component=owed.effect.to, id=owed.id, problems=found.problems
        )
        service.metrics.problems(owed.effect.to, len(found.problems))
        await _tell(live, transport, owed, found.problems)
    asked = isinstance(owed.effect, ToComponent) and owed.effect.author == CUSTOMER
    return Verdict("refused", "malformed") if asked and not found.messages else None


def _read(live: Live, owed: Owed, response: Response) -> Heard | None:
    """What a response says; None where the component does not answer so."""
    effect = owed.effect
    section = live.config.components.get(effect.to)
    if section is None or not isinstance(effect, ToComponent):
        return None
    decode_reply = registry.COMPONENTS[section.protocol].decode_reply
    if decode_reply is None:
        return None
    found = decode_reply(owed, response, section)
    if effect.author != CUSTOMER and found.messages:
        return Heard(problems=(*found.problems, UNASKED))
    return found


async def _commit(service: Service, live: Live, owed: Owed, found: Heard, address: Address, received: int) -> None:
    name = owed.effect.to
    events: list[tuple[str, FromComponent | Problems]] = [
        (f"{owed.id}/{number}", FromComponent(name, message)) for number, message in enumerate(found.messages)
    ]
    if found.problems:
        events.append((f"{owed.id}/problems", Problems(name, found.problems)))

    async def commit(event_id: str, event: FromComponent | Problems) -> Outcome:
        asked = submission(live, address, event, source=name, event_id=event_id, received=received)
        return await service.commit(asked, address.account, event)

    # Together, so that they are committed together; in order, since each is submitted before the next is looked at.
    outcomes = await asyncio.gather(*(commit(*one) for one in events), return_exceptions=True)
    for outcome in outcomes:
        if isinstance(outcome, BaseException):
            raise outcome


async def _tell(live: Live, transport: Transport, owed: Owed, problems: tuple[str, ...]) -> None:
    section = live.config.components.get(owed.effect.to)
    write = None if section is None else registry.COMPONENTS[section.protocol].encode_problems
    call = None if write is None else write(owed, section, problems)
    if call is None:
        return
    try:
        await transport.send(call)
    except Fault as fault:
        log.warning("a component could not be told of its answer", component=owed.effect.to, reason=fault.reason)
