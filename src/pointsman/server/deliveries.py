"""What the delivery worker is given: how this process writes, judges, counts and reports its deliveries."""

from __future__ import annotations

import random

import structlog

from pointsman.delivery.clock import Clock
from pointsman.delivery.dispatch import Ports
from pointsman.delivery.transport import Transport
from pointsman.journey import classify, due_submission, encode, failure_of, failure_submission
from pointsman.ledger.ledger import Again, Arming, Dead, Delivered, Full, Lease, LedgerError, Settlement
from pointsman.model.decision import Owed
from pointsman.model.event import Due
from pointsman.protocols.wire import Call, Response, Verdict
from pointsman.server.logs import Recurring
from pointsman.server.service import Service

log = structlog.get_logger()


def ports(service: Service, transport: Transport, clock: Clock) -> Ports:
    """Join deliveries to the generation that serves when each is made, to the metrics and to the log."""

    def write(owed: Owed) -> Call | None:
        return encode(service.serving.live, owed)

    def judge(owed: Owed, response: Response) -> Verdict | None:
        return classify(service.serving.live, owed, response)

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
        judge=judge,
        clock=clock,
        jitter=random.random,
        on_settled=settled,
        on_failure=failed,
        give_up=give_up,
    )


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
