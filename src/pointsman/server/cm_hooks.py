"""What CM's gateway posts to us: messages, status reports, channel events.

It proves itself by `?token=…` or `X-Pointsman-Token`. It gets 200 once a message is committed; CM repeats one that was
answered otherwise every five minutes for a month (protocols §2.4), so nothing refused here is lost.
"""

from __future__ import annotations

from pointsman.protocols.cm_inbound import ChannelEvent, Hook, Inbound, Report, decode_hook
from pointsman.protocols.wire import Malformed
from pointsman.server import inbound, indications, reports
from pointsman.server.http import Problem, Request, Response, json_response
from pointsman.server.service import Service, Serving


async def receive(service: Service, request: Request, name: str) -> Response:
    """Take a customer's message, a status report or a channel event."""
    serving, received = service.serving, service.clock.now()
    _verify(serving, name, request)
    match _decoded(request.body):
        case Inbound() as message:
            outcome = await inbound.commit(service, serving, name, message, received=received)
            body = {"status": outcome.answer.outcome, "chatId": outcome.conversation}
            return json_response(body, headers=serving.headers_of(outcome.answer.generation))
        case Report(statuses):
            await reports.take(service, serving, name, statuses, received=received)
        case ChannelEvent() as event:
            await indications.take(service, serving, name, event, received=received)
    return json_response({"status": "noted"}, headers=serving.headers)


def _verify(serving: Serving, name: str, request: Request) -> None:
    """Raise 401 for a wrong secret."""
    given = request.header("x-pointsman-token") or request.parameter("token") or ""
    if not serving.config.channels[name].secret.matches(given):
        raise Problem(401, "the token is missing or wrong; send it as ?token=… or X-Pointsman-Token")


def _decoded(body: bytes) -> Hook:
    try:
        return decode_hook(body)
    except Malformed as fault:
        raise Problem(400, str(fault), path=fault.path) from fault
