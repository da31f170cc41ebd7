"""What components send in CM's TwoWay format: `POST /conversational/twoway/…/accounts/{account}/adapters/{adapter}`.

Order: who is it (401), are account and adapter its own (403), what is it (400), commit all of it, answer 201. Nobody
learns which adapters others have: one that is not the caller's own is answered alike, whether it exists or not.
Messages of a call are submitted in order, then its events, and awaited together. Shapes: protocols §1.5.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

from msgspec import Struct

from pointsman.journey import address_on, submission
from pointsman.ledger.ledger import Outcome
from pointsman.model.event import FromComponent, Requested
from pointsman.model.identity import Address
from pointsman.protocols import twoway as wire
from pointsman.protocols.wire import Malformed
from pointsman.server.http import JSON, Headers, Request, Response, Stopped
from pointsman.server.joining import Wanted, conversation_for
from pointsman.server.service import Sender, Service, Serving


class Call(Struct, frozen=True):
    """Who calls, when it was received (ms), and what serves."""

    serving: Serving
    sender: Sender
    received: int

    @property
    def account_id(self) -> str:
        return str(self.serving.config.accounts[self.sender.account].id)


async def send(service: Service, request: Request, account_id: str, adapter: str) -> Response:
    """Take one call with any number of messages and events."""
    serving, received = service.serving, service.clock.now()
    call = Call(serving, _sender(serving, request, account_id, adapter), received)
    try:
        sends = wire.decode_sends(request.body, call.account_id)
    except Malformed as fault:
        return _response(wire.encode_malformed(fault))
    address = await _address(service, call, sends.chat)
    outcomes = await asyncio.gather(*(_commit(service, call, address, *one) for one in _events(call, sends)))
    place = await _place(service, call, address, outcomes)
    answers = [outcome.answer for outcome in outcomes]
    generation = answers[0].generation if answers else ""
    return _response(wire.encode_accepted(place, answers), serving.headers_of(generation))


def _sender(serving: Serving, request: Request, account_id: str, adapter: str) -> Sender:
    """Stop with 401 for a wrong token, 403 for an account or adapter that is not the component's."""
    sender = serving.sender(request.header(wire.TOKEN_HEADER))
    if sender is None:
        raise _stopped(401, "the product token is missing or wrong")
    if not serving.owns(sender, account_id):
        raise _stopped(403, f"the token is not for account {account_id}")
    settings = serving.config.components[sender.component]
    if not isinstance(settings, wire.ComponentSettings) or settings.adapter.lower() != adapter.lower():
        raise _stopped(403, f"the token is not for adapter {adapter}")
    return sender


async def _address(service: Service, call: Call, chat: wire.Chat) -> Address:
    """The customer's last active conversation on the channel; where there is none, a new one. Stops with 400."""
    serving, account = call.serving, call.sender.account
    carried = serving.carried[account]
    if chat.channel not in carried:
        listed = ", ".join(carried) or "none"
        raise _stopped(400, f"this account does not carry {chat.channel}; it carries {listed}", "chat.channel")
    wanted = Wanted(account, chat.customer, (chat.channel,), chat.business)
    address = await conversation_for(service, serving, wanted)
    if address is None:
        unknown = f"`{chat.business}` is no sender of this account, and the customer has no conversation to join"
        raise _stopped(400, unknown, "chat.conversationHostId")
    return address


def _events(call: Call, sends: wire.Sends) -> Iterator[tuple[FromComponent | Requested, str | None]]:
    """What is to be committed, with the id that names it for ever: messages, then the events that ask for something."""
    component = call.sender.component
    for message in sends.messages:
        yield FromComponent(component, message.message), message.event_id
    for event in sends.events:
        if event.mutations:
            yield Requested(component, event.mutations), _event_id(sends.chat, event)


def _event_id(chat: wire.Chat, event: wire.SentEvent) -> str | None:
    """Apart from messages, and within the chat: a component may count the events of each chat anew."""
    if event.event_id is None:
        return None
    return "\x1f".join(("event", chat.channel, chat.customer, event.event_id))


async def _commit(
    service: Service, call: Call, address: Address, event: FromComponent | Requested, event_id: str | None
) -> Outcome:
    source = call.sender.component
    asked = submission(call.serving.live, address, event, source=source, event_id=event_id, received=call.received)
    return await service.commit(asked, call.sender.account, event)


async def _place(service: Service, call: Call, address: Address, outcomes: list[Outcome]) -> wire.Place:
    """Where it was said: the conversation by its own id, on the channel in use, with its session if one is open."""
    key = outcomes[0].conversation if outcomes else address.conversation_id
    conversation = await service.ledger.read(key)
    if conversation is None:
        return wire.Place(key, address, call.account_id)
    in_use = address_on(call.serving.live, conversation.address, conversation.channel)
    return wire.Place(key, in_use, call.account_id, conversation.session_id)


def _stopped(status: int, message: str, path: str = "") -> Stopped:
    return Stopped(_response(wire.encode_error(status, message, path)))


def _response(encoded: tuple[int, bytes], headers: Headers = ()) -> Response:
    status, body = encoded
    return Response(status, (JSON if body else ()) + headers, body)
