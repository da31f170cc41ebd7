"""A customer's message from any gateway: into the conversation that it belongs to, whatever protocol brought it."""

from __future__ import annotations

from pointsman.journey import submission
from pointsman.ledger.ledger import Outcome
from pointsman.model.event import FromCustomer
from pointsman.model.identity import Address
from pointsman.protocols.cm_inbound import Inbound
from pointsman.server.http import Problem
from pointsman.server.service import Service, Serving


async def commit(service: Service, serving: Serving, name: str, inbound: Inbound, *, received: int) -> Outcome:
    """Commit a message that came by the connection `name`; stop with 400 where that does not carry its channel."""
    connection = serving.config.channels[name]
    if inbound.channel not in connection.carries:
        raise Problem(
            400,
            f"[channels.{name}] does not carry {inbound.channel}; add it to its `carries`",
            path="channel",
        )
    address = Address(connection.account, inbound.channel, inbound.customer, inbound.business)
    event = FromCustomer(inbound.message, inbound.contact, name)
    asked = submission(serving.live, address, event, source=name, event_id=inbound.event_id, received=received)
    return await service.commit(asked, connection.account, event)
