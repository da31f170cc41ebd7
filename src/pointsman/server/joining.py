"""Which conversation a component's message joins, or starts: the same for every protocol that writes to a customer.

Laws:

- A customer's last active conversation wins over what the sender says of its own end.
- Where there is none, the sender's end counts, and only if it is one of the account's `senders`: no component can write
  in another's name.
"""

from __future__ import annotations

from msgspec import Struct

from pointsman.model.identity import Address, canonical
from pointsman.server.service import Service, Serving


class Wanted(Struct, frozen=True):
    """Whom a component of `account` writes to: `to`, by one of `channels`, the preferred first, as `sender`.

    All of `channels` are carried by the account, and there is at least one.
    """

    account: str
    to: str
    channels: tuple[str, ...]
    sender: str


async def conversation_for(service: Service, serving: Serving, wanted: Wanted) -> Address | None:
    """Return the conversation to join, else the one to start; None where `wanted.sender` is none of the account's."""
    active = await _last_active(service, wanted)
    if active is not None:
        return active
    channel = wanted.channels[0]
    business = serving.config.accounts[wanted.account].business(wanted.sender, channel)
    return None if business is None else Address(wanted.account, channel, canonical(channel, wanted.to), business)


async def _last_active(service: Service, wanted: Wanted) -> Address | None:
    """Ask once for each way in which the address is written on these channels: phone numbers have their own."""
    forms: dict[str, list[str]] = {}
    for channel in wanted.channels:
        forms.setdefault(canonical(channel, wanted.to), []).append(channel)
    found = [await service.ledger.last_active(wanted.account, customer, names) for customer, names in forms.items()]
    active = [conversation for conversation in found if conversation is not None]
    return max(active, key=lambda conversation: conversation.latest).address if active else None
