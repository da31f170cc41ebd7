"""What components send to customers in CM's Business Messaging format: `/conversational/bmproxy/v1/accounts/{account}`.

Order: who is it (401), is it their account (403), what is it (400), commit all of it, answer. The messages of a call
are submitted in order and awaited together; each has its own result. Shapes and codes: protocols §2.1 and §2.2.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from msgspec import Struct

from pointsman.journey import submission
from pointsman.ledger.ledger import Full, Outcome
from pointsman.model.event import FromComponent
from pointsman.model.identity import Address
from pointsman.protocols import cm_codes as codes
from pointsman.protocols import cm_messaging as wire
from pointsman.protocols.wire import Malformed
from pointsman.server.http import JSON, Headers, Request, Response
from pointsman.server.joining import Wanted, conversation_for
from pointsman.server.service import Sender, Service, Serving

BUSY = "too much is waiting to be stored; send it again in a moment"


class Call(Struct, frozen=True):
    """Who calls, when it was received (ms), and what serves."""

    serving: Serving
    sender: Sender
    received: int


class Planned(Struct, frozen=True):
    """A send and the conversation it joins or starts."""

    send: wire.Send
    address: Address


async def send(service: Service, request: Request, account_id: str) -> Response:
    """Take one call with any number of messages and recipients."""
    serving, received = service.serving, service.clock.now()
    token = request.header(wire.TOKEN_HEADER) or wire.token_in_body(request.body)
    sender = serving.sender(token)
    if sender is None:
        return _response(wire.encode_error(401, codes.AUTHENTICATION_FAILED, "the product token is missing or wrong"))
    if not serving.owns(sender, account_id):
        refusal = f"the token is not for account {account_id}"
        return _response(wire.encode_error(403, codes.AUTHENTICATION_FAILED, refusal))
    try:
        entries = wire.decode_sends(request.body)
    except Malformed as fault:
        return _response(wire.encode_malformed(fault))
    plans = await _plan(service, serving, sender.account, entries)
    results, generation = await _deliver(service, Call(serving, sender, received), plans)
    return _response(wire.encode_send_response(results), serving.headers_of(generation))


async def _plan(
    service: Service, serving: Serving, account: str, entries: Sequence[wire.Entry]
) -> list[Planned | wire.SendResult]:
    """Find each entry's conversation. What this call starts or joins counts as active for its later entries."""
    joined: dict[str, Address] = {}
    plans: list[Planned | wire.SendResult] = []
    for entry in entries:
        if isinstance(entry, wire.Invalid):
            plans.append(wire.rejected(entry))
            continue
        channels = _channels(serving, account, entry)
        earlier = joined.get(entry.to)
        if earlier is not None and earlier.channel in channels:
            address: Address | wire.SendResult = earlier
        else:
            address = await _address(service, serving, account, entry, channels)
        if isinstance(address, Address):
            joined[entry.to] = address
            plans.append(Planned(entry, address))
        else:
            plans.append(address)
    return plans


def _channels(serving: Serving, account: str, send: wire.Send) -> tuple[str, ...]:
    """The channels the message may take, in the sender's order, else in the configuration's."""
    carried = serving.carried[account]
    return (
        tuple(channel for channel in send.allowed_channels if channel in carried) if send.allowed_channels else carried
    )


async def _address(
    service: Service, serving: Serving, account: str, send: wire.Send, channels: tuple[str, ...]
) -> Address | wire.SendResult:
    """The customer's last active conversation among `channels`; where there is none, a new one named by `from`."""
    if not channels:
        wanted = ", ".join(send.allowed_channels) or "any channel"
        return wire.rejected(send, codes.FIELD_INVALID, f"allowedChannels: this account carries none of {wanted}")
    address = await conversation_for(service, serving, Wanted(account, send.to, channels, send.from_))
    if address is None:
        unknown = f"from: `{send.from_}` is no sender of this account, and the customer has no conversation to join"
        return wire.rejected(send, codes.FROM_INVALID, unknown)
    return address


async def _deliver(
    service: Service, call: Call, plans: Sequence[Planned | wire.SendResult]
) -> tuple[list[wire.SendResult], str]:
    """Submit all in order, await all, and say what became of each. Raises `Full` where nothing could be submitted."""
    events = [
        _commit(service, call, plan, part)
        for plan in plans
        if isinstance(plan, Planned)
        for part in range(len(plan.send.messages))
    ]
    if len(events) == 1:
        outcomes: Sequence[Outcome | BaseException] = [await events[0]]
    else:
        outcomes = await asyncio.gather(*events, return_exceptions=True)
    _raise_what_concerns_all(outcomes)
    left = iter(outcomes)
    results = [
        plan if isinstance(plan, wire.SendResult) else _result(plan.send, [next(left) for _ in plan.send.messages])
        for plan in plans
    ]
    return results, next((one.answer.generation for one in outcomes if isinstance(one, Outcome)), "")


async def _commit(service: Service, call: Call, plan: Planned, part: int) -> Outcome:
    event = FromComponent(call.sender.component, plan.send.messages[part])
    asked = submission(
        call.serving.live,
        plan.address,
        event,
        source=call.sender.component,
        event_id=plan.send.event_id(part),
        received=call.received,
    )
    return await service.commit(asked, call.sender.account, event)


def _raise_what_concerns_all(outcomes: Sequence[Outcome | BaseException]) -> None:
    """A fault of ours, or a ledger that took nothing of the call, is an answer to the whole call."""
    faults = [outcome for outcome in outcomes if isinstance(outcome, BaseException)]
    for fault in faults:
        if not isinstance(fault, Full) or len(faults) == len(outcomes):
            raise fault


def _result(send: wire.Send, outcomes: Sequence[Outcome | BaseException]) -> wire.SendResult:
    answers = [outcome.answer for outcome in outcomes if isinstance(outcome, Outcome)]
    return wire.answered(send, answers) if answers else wire.rejected(send, codes.INTERNAL_ERROR, BUSY)


def _response(encoded: tuple[int, bytes], headers: Headers = ()) -> Response:
    status, body = encoded
    return Response(status, JSON + headers, body)
