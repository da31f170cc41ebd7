"""What Ultimate's bots post to us: `POST /hooks/{component}`.

Order: is it the bot (401), what is it (400), does the account have the chat (404), commit, answer. The bot waits for
the answer to an escalation before it tells the customer anything, so that is 200 only once the hand-over is committed;
every other answer starts the fallback that its dialog has. Shapes: protocols §5.2 and §5.3.
"""

from __future__ import annotations

import asyncio

from msgspec import Struct

from pointsman.journey import submission
from pointsman.ledger.ledger import Outcome
from pointsman.model.event import FromComponent, Requested
from pointsman.model.identity import Address
from pointsman.protocols import ultimate as wire
from pointsman.protocols.wire import Malformed
from pointsman.server.http import JSON, Headers, Problem, Request, Response, Stopped
from pointsman.server.service import Service, Serving


class Call(Struct, frozen=True):
    """Which component calls and its section, when it was received (ms), and what serves."""

    serving: Serving
    component: str
    settings: wire.ComponentSettings
    received: int


async def receive(service: Service, request: Request, name: str) -> Response:
    """Take a message, an escalation, a question or an action of the bot's dialog."""
    serving, received = service.serving, service.clock.now()
    call = Call(serving, name, _settings(serving, request, name), received)
    try:
        webhook = wire.decode_webhook(request.body, call.settings.bot_id)
    except Malformed as fault:
        return _response(wire.encode_malformed(fault))
    match webhook:
        case wire.BotMessage():
            return await _message(service, call, webhook)
        case wire.Escalation():
            return await _escalation(service, call, webhook)
        case wire.Action():
            return await _action(service, call, webhook)
        case wire.AsksOnline():
            return _response(wire.encode_online(_is_online(call)), serving.headers)
        case wire.WidgetEvent():
            return _response(wire.encode_widget_refusal(webhook))


def _settings(serving: Serving, request: Request, name: str) -> wire.ComponentSettings:
    """Stop with 404 for a name that is no bot of Ultimate's, 401 for a wrong secret."""
    settings = serving.config.components.get(name)
    if not isinstance(settings, wire.ComponentSettings):
        raise Problem(404, f"nothing is at {request.path}")
    names = ("authorization", "x-pointsman-token")
    headers = {name: value for name in names if (value := request.header(name)) is not None}
    token = request.parameter("token")
    presented = wire.presented_token(headers, {} if token is None else {"token": token})
    if not settings.token.matches(presented or ""):
        refusal = "the secret is missing or wrong; send it as Authorization, X-Pointsman-Token or ?token=…"
        raise Stopped(_response(wire.encode_error(401, refusal)))
    return settings


def _is_online(call: Call) -> bool:
    calendar = call.settings.online
    return calendar is None or call.serving.live.program.hours[calendar].is_open(call.received)


async def _message(service: Service, call: Call, said: wire.BotMessage) -> Response:
    address = await _chat(service, call, said.chat_id)
    events = ((FromComponent(call.component, part), said.event_id(place)) for place, part in enumerate(said.messages))
    outcomes = await asyncio.gather(*(_commit(service, call, address, *one) for one in events))
    encoded = wire.encode_accepted([outcome.answer for outcome in outcomes])
    return _response(encoded, call.serving.headers_of(outcomes[0].answer.generation))


async def _escalation(service: Service, call: Call, asked: wire.Escalation) -> Response:
    address = await _chat(service, call, asked.chat_id)
    request = wire.request_of(asked, call.component, call.settings.escalate_to)
    answer = (await _commit(service, call, address, request)).answer
    return _response(wire.encode_escalated(answer), call.serving.headers_of(answer.generation))


async def _action(service: Service, call: Call, action: wire.Action) -> Response:
    """Its parameters become context, which rules see from then on; there are no values to give back."""
    address = await _chat(service, call, action.chat_id)
    answer = (await _commit(service, call, address, Requested(call.component, (), action.parameters))).answer
    if answer.outcome != "accepted":
        return _response(wire.encode_error(409, answer.reason or answer.outcome))
    return _response(wire.encode_results({}), call.serving.headers_of(answer.generation))


async def _chat(service: Service, call: Call, chat_id: str) -> Address:
    conversation = await service.ledger.read(chat_id)
    if conversation is None or conversation.address.account != call.settings.account:
        raise Stopped(_response(wire.encode_error(404, f"this account has no chat {chat_id}")))
    return conversation.address


async def _commit(
    service: Service, call: Call, address: Address, event: FromComponent | Requested, event_id: str | None = None
) -> Outcome:
    asked = submission(
        call.serving.live, address, event, source=call.component, event_id=event_id, received=call.received
    )
    return await service.commit(asked, call.settings.account, event)


def _response(encoded: tuple[int, bytes], headers: Headers = ()) -> Response:
    status, body = encoded
    return Response(status, JSON + headers, body)
