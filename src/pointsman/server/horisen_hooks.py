"""What Easy Dialog's custom adapter posts to us, and what its customer is told in the response.

    verify -> decode -> commit -> wait for what the customer is told -> store the response -> write it -> settle

Laws:

- A request proves itself by the signature of its bytes, before anything is read of it.
- A request that comes again gets the bytes that the first one got, or waits for them; if the first died before, it gets
  what the customer is told then. Its time counts from what the customer wrote, so that it does not wait for what cannot
  leave by it any more.
- A request of debug mode, by which the vendor tells what was wrong with a response, is recorded with the conversation
  that the response was for, as far as it can be told, logged, and answered as if it were fine: nobody reads the answer.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import structlog

from pointsman import limits
from pointsman.journey import submission
from pointsman.ledger.ledger import Asked, Outcome, Responded
from pointsman.model.decision import Owed, ToCustomer, response_queue
from pointsman.model.event import CUSTOMER, FromCustomer, Problems
from pointsman.protocols import horisen
from pointsman.protocols.cm_inbound import Inbound
from pointsman.protocols.wire import Malformed
from pointsman.server import inbound
from pointsman.server.http import JSON, Headers, Problem, Request, Response, never
from pointsman.server.service import Service, Serving
from pointsman.server.waiting import Wait

log = structlog.get_logger()

_FROM_CUSTOMER = str(FromCustomer.__struct_config__.tag)
_GONE = Response(499)
"""For nobody: the caller has hung up."""


async def receive(service: Service, request: Request, name: str) -> Response:
    """Take a customer's message and answer it with what the customer is told; or take an error request."""
    serving, received = service.serving, service.clock.now()
    settings = serving.config.channels[name]
    assert isinstance(settings, horisen.ChannelSettings)  # noqa: S101  # the table of `hooks` says so
    signature = request.header(horisen.SIGNATURE_HEADER)
    if not horisen.verify(request.body, signature, settings.secret, settings.signature):
        raise Problem(401, "the signature is missing or wrong; sign the body's bytes and send it as X-BM-Signature")
    match _decoded(request.body):
        case Inbound() as message:
            service.waiting.make_room()
            outcome = await inbound.commit(service, serving, name, message, received=received)
            asked = Asked(outcome.conversation, name, message.event_id, response_queue(name, message.channel))
            deadline = received + settings.reply_deadline
            if outcome.repeated:
                open_until = await _wrote(service, asked.key, message.channel) + settings.reply_deadline
                deadline = min(deadline, open_until)
            wait = Wait(asked, deadline, await _is_heard(service, asked, outcome), _write)
            response = await service.waiting.response(wait, partial(_hung_up, service, request))
            return _response(service, response, serving.headers_of(outcome.answer.generation))
        case horisen.ErrorReport() as report:
            await _record(service, serving, name, report)
            return Response(200, JSON + serving.headers, _write(()))


def _decoded(body: bytes) -> horisen.Hook:
    try:
        return horisen.decode_hook(body)
    except Malformed as fault:
        raise Problem(400, str(fault), path=fault.path) from fault


# The response ---------------------------------------------------------------------------------------------------------


async def _is_heard(service: Service, asked: Asked, outcome: Outcome) -> bool:
    """Whether anybody has heard the customer's message, as far as that is still known."""
    record = outcome.record
    if record is None:
        records = await service.ledger.records(asked.key, limits.DECISIONS_PER_CONVERSATION_MAX)
        record = next((it for it in records if it.event_id == asked.event_id and it.event == _FROM_CUSTOMER), None)
    return record is None or any(step.what == "heard" for step in record.steps)


async def _wrote(service: Service, key: str, channel: str) -> int:
    """When the customer last wrote on a channel (ms); 0 in a conversation that has been forgotten."""
    conversation = await service.ledger.read(key)
    return 0 if conversation is None else conversation.customer_wrote.get(channel, 0)


async def _hung_up(service: Service, request: Request) -> None:
    """Wait until the caller has hung up. The server says so of everybody when it is stopped, and is not believed then:
    requests that wait are answered while the router drains."""
    await request.gone()
    if service.draining:
        await never()


def _write(owed: Sequence[Owed]) -> bytes:
    return horisen.encode_replies([each.effect.message for each in owed if isinstance(each.effect, ToCustomer)])


def _response(service: Service, it: Responded | None, headers: Headers) -> Response:
    if it is None:
        return _GONE

    async def after(written: bool) -> None:
        await service.waiting.settle(it, written=written)
        if written:
            now = service.clock.now()
            for owed in it.owed:
                service.metrics.delivery(CUSTOMER, "delivered", "", now - owed.at)

    return Response(200, JSON + headers, it.body, after)


# What was wrong with a response ---------------------------------------------------------------------------------------


async def _record(service: Service, serving: Serving, name: str, report: horisen.ErrorReport) -> None:
    service.metrics.report(name, "error")
    named = report.body.get("providerMsgID")
    conversation = await service.ledger.answered_in(name, str(named)) if isinstance(named, str | int) else None
    log.warning(
        "a response was rejected",
        connection=name,
        told=report.told,
        conversation=conversation and conversation.address.conversation_id,
    )
    if conversation is not None:
        address, event = conversation.address, Problems(name, (report.told,))
        asked = submission(serving.live, address, event, source=name, event_id=None)
        await service.commit(asked, address.account, event)
