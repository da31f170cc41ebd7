"""CM's control API: components ask for changes of routing, and look a conversation up.

Order: who is it (401), is it their account (403), does the account have the chat in the URL (404), what is asked (400),
does the account have the chat in the body (404), commit, answer. A rule's refusal is 403 with its reason; what the
conversation's state does not allow is 409. Shapes: protocols §1.2 and §1.3.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from pointsman import limits
from pointsman.journey import submission
from pointsman.model.conversation import Conversation
from pointsman.model.decision import Answer
from pointsman.model.event import Disable, Enable, HandOver, Mutation, Position, Requested, Reset
from pointsman.protocols import cm_router as wire
from pointsman.protocols.cm_messaging import TOKEN_HEADER
from pointsman.protocols.wire import Malformed
from pointsman.server.http import JSON, Request, Response, Stopped
from pointsman.server.service import Sender, Service, Serving

T = TypeVar("T")
_DIGITS_MAX = 20

STATUS = {"accepted": 200, "withheld": 200, "void": 200, "refused": 403, "conflict": 409, "closed": 409}
"""What a control request is answered, by the outcome of its event."""


async def mutate(service: Service, request: Request, account_id: str) -> Response:
    """Enable and disable components, set context; the body names the chat."""
    return await _mutation(service, request, account_id, None)


async def mutate_chat(service: Service, request: Request, account_id: str, chat_id: str) -> Response:
    """The same, newer form; the URL names the chat."""
    return await _mutation(service, request, account_id, chat_id)


async def _mutation(service: Service, request: Request, account_id: str, chat_id: str | None) -> Response:
    serving, received = service.serving, service.clock.now()
    sender = _sender(serving, request, account_id)
    in_url = None if chat_id is None else await _chat(service, sender, chat_id)
    asked = _read(wire.decode_mutations, request)
    _check_components(serving, sender, asked.mutations)
    named = _only(chat_id, asked.chat_id)
    found = in_url or await _chat(service, sender, named)
    event = Requested(sender.component, asked.mutations, asked.context)
    return await _submit(service, serving, found, event, received)


async def position(service: Service, request: Request, account_id: str) -> Response:
    """Tell the account's only enabled bot, or the one that is named, where to go on."""
    serving, received = service.serving, service.clock.now()
    sender = _sender(serving, request, account_id)
    asked = _read(wire.decode_position, request)
    mutation = Position(asked.flow, asked.step, asked.component)
    _check_components(serving, sender, (mutation,))
    found = await _chat(service, sender, _only(None, asked.chat_id))
    return await _submit(service, serving, found, Requested(sender.component, (mutation,)), received)


async def reset(service: Service, request: Request, account_id: str, chat_id: str) -> Response:
    """Return to what `start with` enables. The request has no body."""
    serving, received = service.serving, service.clock.now()
    sender = _sender(serving, request, account_id)
    found = await _chat(service, sender, chat_id)
    return await _submit(service, serving, found, Requested(sender.component, (Reset(),)), received)


async def chat(service: Service, request: Request, account_id: str, chat_id: str) -> Response:
    """What is enabled, the context, since when, and the generation that last decided."""
    serving = service.serving
    sender = _sender(serving, request, account_id)
    found = await _chat(service, sender, chat_id)
    body = wire.encode_conversation(found, str(serving.config.accounts[sender.account].id))
    return Response(200, JSON + serving.headers, body)


async def messages(service: Service, request: Request, account_id: str, chat_id: str) -> Response:
    """What was said in the chat's latest session: the last messages numbered below `before`, at most `limit`."""
    serving = service.serving
    sender = _sender(serving, request, account_id)
    found = await _chat(service, sender, chat_id)
    limit = _number(request, "limit", limits.HISTORY_TURNS_MAX) or limits.HISTORY_TURNS_MAX
    before = _number(request, "before", limits.LEDGER_NUMBER_MAX)
    key = found.address.conversation_id
    shown = await service.ledger.turns(key, found.latest_session_id, before, limit)
    first = shown[0].number if shown else 1
    more = first > 1 and await service.ledger.turns(key, found.latest_session_id, first, 1)
    account = str(serving.config.accounts[sender.account].id)
    body = wire.encode_transcript(found, account, shown, first if more else None)
    return Response(200, JSON + serving.headers, body)


def _number(request: Request, name: str, most: int) -> int | None:
    """A query parameter from 1 on; stop with 400 for anything else."""
    written = request.parameter(name)
    if written is None:
        return None
    fits = written.isascii() and written.isdecimal() and len(written) < _DIGITS_MAX
    if not fits or not 1 <= int(written) <= most:
        raise _stopped(400, f"{name}: expected a number from 1 to {most}")
    return int(written)


def _read(decode: Callable[[bytes], T], request: Request) -> T:
    """Decode the body; stop with 400 and the member that is wrong."""
    try:
        return decode(request.body)
    except Malformed as fault:
        raise _stopped(400, str(fault)) from fault


def _sender(serving: Serving, request: Request, account_id: str) -> Sender:
    """Stop with 401 for a wrong token, 403 for an account that is not the component's, whether it exists or not."""
    sender = serving.sender(request.header(TOKEN_HEADER))
    if sender is None:
        raise _stopped(401, "the product token is missing or wrong; send it as X-CM-PRODUCTTOKEN")
    if not serving.owns(sender, account_id):
        raise _stopped(403, f"the token is not for account {account_id}")
    return sender


def _only(in_url: str | None, in_body: str | None) -> str:
    """The chat that URL and body name; stop with 400 where they name none or two."""
    named = {chat.lower() for chat in (in_url, in_body) if chat}
    if len(named) != 1:
        raise _stopped(400, "ChatId: is not the chat in the URL" if named else "ChatId: missing")
    return named.pop()


async def _chat(service: Service, sender: Sender, chat_id: str) -> Conversation:
    """The conversation that has this id, or that has joined the address with this id."""
    conversation = await service.ledger.find(chat_id.lower())
    if conversation is None or conversation.address.account != sender.account:
        raise _stopped(404, f"this account has no chat {chat_id}")
    return conversation


def _check_components(serving: Serving, sender: Sender, mutations: tuple[Mutation, ...]) -> None:
    """Stop with 400 for a component that does not take part in the account's conversations."""
    known = [name for name, section in serving.config.components.items() if section.account == sender.account]
    for number, mutation in enumerate(mutations):
        match mutation:
            case Enable(name) | Disable(name) | HandOver(name) | Position(component=name) if name and name not in known:
                where = "ComponentId" if isinstance(mutation, Position) else f"Mutations[{number}].ComponentId"
                raise _stopped(400, f"{where}: unknown component `{name}`; this account has {', '.join(known)}")
            case _:
                pass


async def _submit(service: Service, serving: Serving, found: Conversation, event: Requested, received: int) -> Response:
    asked = submission(serving.live, found.address, event, source=event.component, event_id=None, received=received)
    answer = (await service.commit(asked, found.address.account, event)).answer
    status = STATUS[answer.outcome]
    body = wire.encode_granted(asked.key) if status == 200 else wire.encode_error(status, _why(answer))
    return Response(status, JSON + serving.headers_of(answer.generation), body)


def _why(answer: Answer) -> str:
    return answer.reason or {"closed": "no session is open in this chat"}.get(answer.outcome, answer.outcome)


def _stopped(status: int, message: str) -> Stopped:
    return Stopped(Response(status, JSON, wire.encode_error(status, message)))
