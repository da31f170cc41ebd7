"""What the delivery worker is given: how this process writes, judges, counts and reports its deliveries."""

from __future__ import annotations

import random

import structlog

from pointsman.delivery.clock import Clock
from pointsman.delivery.dispatch import Late, Ports
from pointsman.delivery.logins import Logins
from pointsman.delivery.transport import Transport
from pointsman.journey import (
    Told,
    Wanted,
    classify,
    deadline,
    due_submission,
    encode,
    failure_of,
    failure_submission,
    wanted,
)
from pointsman.ledger.ledger import Again, Arming, Dead, Delivered, Full, Lease, LedgerError, Settlement
from pointsman.model.decision import Owed, ToCustomer
from pointsman.model.event import Due
from pointsman.protocols.wire import Call, Response, Verdict
from pointsman.server.logs import Recurring
from pointsman.server.replies import hear
from pointsman.server.service import Service

log = structlog.get_logger()


def ports(service: Service, transport: Transport, clock: Clock) -> Ports:
    """Join deliveries to the generation that serves when each is made, to the metrics and to the log."""

    logins = Logins(transport, clock)

    async def write(owed: Owed) -> Call | None:
        live = service.serving.live
        if owed.until:
            raise Late(f"no request of {owed.connection} waited for it")
        asked = wanted(live, owed)
        if asked is None:
            return encode(live, owed)
        if asked.login is not None and encode(live, owed) is None:
            return None  # nothing is to be sent, so nobody needs to be let in
        return encode(live, owed, await _look_up(service, logins, owed, asked))

    def judge(owed: Owed, response: Response) -> Verdict | None:
        return classify(service.serving.live, owed, response)

    def until(owed: Owed) -> int | None:
        return deadline(service.serving.live, owed)

    async def listen(owed: Owed, response: Response) -> Verdict | None:
        return await hear(service, transport, owed, response)

    def expired(owed: Owed, call: Call, response: Response) -> bool:
        return not isinstance(owed.effect, ToCustomer) and logins.expired(owed.effect.to, call, response)

    unusable = Recurring("deliveries and timers wait for the ledger")

    def failed(doing: str, fault: Exception) -> None:
        if isinstance(fault, LedgerError | Full):
            unusable.say(str(fault))
        else:
            log.error("a delivery or timer met a fault of ours", doing=doing, reason=str(fault), exc_info=fault)

    def settled(owed: Owed, settlement: Settlement, took_ms: int) -> None:
        _count(service, owed, settlement, took_ms)

    async def give_up(lease: Lease, dead: Dead) -> None:
        await _tell_the_rules(service, lease, dead)

    return Ports(
        ledger=service.ledger,
        transport=transport,
        encode=write,
        deadline=until,
        expired=expired,
        judge=judge,
        hear=listen,
        clock=clock,
        jitter=random.random,
        on_settled=settled,
        on_failure=failed,
        give_up=give_up,
    )


async def _look_up(service: Service, logins: Logins, owed: Owed, asked: Wanted) -> Told:
    """What an encoder wants to be told. Raises `LedgerError`, `NotLetIn` or `Fault`."""
    ledger, contact, bearer = service.ledger, {}, ""
    history = await ledger.turns(owed.conversation, owed.session_id, asked.before, asked.turns) if asked.turns else ()
    if asked.contact and (conversation := await ledger.read(owed.conversation)) is not None:
        contact = conversation.contact
    if asked.login is not None:
        bearer = await logins.token(owed.effect.to, asked.login, asked.settings)
    return Told(tuple(history), contact, bearer)


async def _tell_the_rules(service: Service, lease: Lease, dead: Dead) -> None:
    """Make work that is given up an event of its conversation, unless it was made in such an event itself."""
    conversation = await service.ledger.read(lease.owed.conversation)
    if not lease.owed.effect.quiet and conversation is not None:
        event, address = failure_of(lease, dead), conversation.address
        asked = failure_submission(service.serving.live, lease, event, address)
        await service.commit(asked, address.account, event)


def _count(service: Service, owed: Owed, settlement: Settlement, took_ms: int) -> None:
    to = owed.effect.to
    match settlement:
        case Delivered():
            service.metrics.delivery(to, "delivered", "", took_ms)
        case Again(_, reason):
            service.metrics.delivery(to, "again", reason, took_ms)
        case Dead(reason, word):
            log.warning("a delivery was given up", to=to, id=owed.id, conversation=owed.conversation, reason=reason)
            service.metrics.delivery(to, "dead", word, took_ms)


async def fire(service: Service, arming: Arming) -> None:
    """Submit the event that an arming stands for."""
    conversation = await service.ledger.read(arming.conversation)
    if conversation is not None:
        asked = due_submission(service.serving.live, arming, conversation.address)
        await service.commit(asked, conversation.address.account, Due(arming.key, arming.number))
