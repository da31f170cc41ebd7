"""What carriers report of messages that went to customers: found, committed as events of their conversations, counted.

Laws:

- A report that means nothing here (on its way, already known, of a message that nobody here sent) is counted and taken:
  whoever tells it again, as CM does for seven days where it is not answered 200, would learn nothing.
- A failure is told to the rules unless its message was quiet.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from pointsman import limits
from pointsman.journey import event_of, report_submission
from pointsman.ledger.ledger import Sent
from pointsman.protocols.cm_inbound import Status
from pointsman.protocols.cm_status import receipt
from pointsman.protocols.wire import Receipt
from pointsman.server.service import Service, Serving


async def take(
    service: Service, serving: Serving, connection: str, statuses: Sequence[Status], *, received: int
) -> None:
    """Take in the reports of one call, in order. Returns once all are committed; raises `Full` or `LedgerError`."""
    for start in range(0, len(statuses), limits.REPORTS_AT_ONCE):
        # Together, so that they are committed together; in order, since each is submitted before the next is looked at.
        some = statuses[start : start + limits.REPORTS_AT_ONCE]
        for result in await asyncio.gather(*(_take(service, serving, connection, one, received) for one in some)):
            service.metrics.report(connection, result)


async def _take(service: Service, serving: Serving, connection: str, status: Status, received: int) -> str:
    what = receipt(status.code, status.error, status.description)
    if what is None:
        return "pending"
    sent = await service.ledger.sent(connection, status.reference, status.to) if status.reference else None
    if sent is None:
        return "unknown"
    return await _commit(service, serving, sent, what, received)


async def _commit(service: Service, serving: Serving, sent: Sent, what: Receipt, received: int) -> str:
    conversation = await service.ledger.read(sent.conversation)
    if conversation is None:
        return "unknown"
    if what.status == "failed" and sent.quiet:
        return "taken"
    event, address = event_of(sent, what), conversation.address
    asked = report_submission(serving.live, sent, event, address, received=received)
    outcome = await service.commit(asked, address.account, event)
    return "known" if outcome.repeated else "taken"
