"""What channels post to us, `POST /hooks/{connection}`; a bot that posts to `/hooks/{component}` is `ultimate`'s.

A gateway proves itself by `?token=…` or `X-Pointsman-Token`. It gets 200 once the message is committed; CM repeats a
message that was answered otherwise every five minutes for a month (protocols §2.4), so nothing refused here is lost.
"""

from __future__ import annotations

from pointsman.journey import submission
from pointsman.model.event import FromCustomer
from pointsman.model.identity import Address
from pointsman.protocols.cm_inbound import ChannelEvent, Hook, Inbound, Report, decode_hook
from pointsman.protocols.wire import Malformed
from pointsman.server import indications, reports, ultimate
from pointsman.server.http import Problem, Request, Response, json_response
from pointsman.server.service import Service, Serving


async def receive(service: Service, request: Request, name: str) -> Response:
    """Take a customer's message, a status report or a channel event; or whatever a bot posts here."""
    if ultimate.is_bot(service.serving, name):
        return await ultimate.receive(service, request, name)
    serving, received = service.serving, service.clock.now()
    _verify(serving, name, request)
    match _decoded(request.body):
        case Inbound() as inbound:
            return await _message(service, serving, name, inbound, received)
        case Report(statuses):
            await reports.take(service, serving, name, statuses, received=received)
        case ChannelEvent() as event:
            await indications.take(service, serving, name, event, received=received)
    return json_response({"status": "noted"}, headers=serving.headers)


def _verify(serving: Serving, name: str, request: Request) -> None:
    """Raise 404 for a name that is no connection and 401 for a wrong secret.

    Whoever has no secret learns nothing of components that do not post here: their names are answered as any other.
    """
    connection = serving.config.channels.get(name)
    if connection is None:
        raise Problem(404, f"nothing is at {request.path}")
    given = request.header("x-pointsman-token") or request.parameter("token") or ""
    if not connection.secret.matches(given):
        raise Problem(401, "the token is missing or wrong; send it as ?token=… or X-Pointsman-Token")


def _decoded(body: bytes) -> Hook:
    try:
        return decode_hook(body)
    except Malformed as fault:
        raise Problem(400, str(fault), path=fault.path) from fault


async def _message(service: Service, serving: Serving, name: str, inbound: Inbound, received: int) -> Response:
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
    outcome = await service.commit(asked, connection.account, event)
    body = {"status": outcome.answer.outcome, "chatId": outcome.conversation}
    return json_response(body, headers=serving.headers_of(outcome.answer.generation))
