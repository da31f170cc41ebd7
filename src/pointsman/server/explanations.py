"""What the rules in force would do with an event and why, or make of a message: `POST /admin/explain`.

Laws: nothing is stored or sent, and nothing of what was asked or answered is logged; the generation is read once. The
work is done beside the event loop, one explanation at a time, so that traffic does not wait for it.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import anyio.to_thread
import msgspec
from msgspec import Struct, structs

from pointsman.engine.explain import explain
from pointsman.engine.explain_json import ShownExplanation, shown
from pointsman.engine.loaded import Loaded
from pointsman.engine.preview import preview
from pointsman.engine.preview_text import as_json
from pointsman.engine.situation import Situation
from pointsman.engine.situation_json import situation_of, situation_on
from pointsman.engine.told import Misstated
from pointsman.journey import Live
from pointsman.language.diagnostics import did_you_mean
from pointsman.model.wiring import Wiring
from pointsman.protocols.decoding import decode
from pointsman.protocols.wire import Malformed
from pointsman.protocols.written_message import decode_message
from pointsman.server.http import Problem, Request, Response, json_response
from pointsman.server.service import Service

_EXAMPLE = '{"text": "hello"} or {"conversation": "…", "event": {"text": "hello"}}'
_MESSAGE_EXAMPLE = '{"message": {"text": "hello"}, "channels": ["SMS"]}'


class OnConversation(Struct, frozen=True, forbid_unknown_fields=True):
    """An event on a conversation that the ledger has."""

    conversation: str
    event: msgspec.Raw = msgspec.Raw(b"{}")


class OnChannels(Struct, frozen=True, forbid_unknown_fields=True):
    """A message, and the channels that it is to be shown on; none named: all."""

    message: msgspec.Raw
    channels: tuple[str, ...] = ()


async def explained(service: Service, request: Request) -> Response:
    """Explain one event, told as to `pointsman explain`, alone or on a conversation by its id.

    Where a message is told instead, as to `pointsman preview`: what it becomes on each channel, and what is lost.
    """
    live = service.serving.live
    if "message" in _members(request.body):
        answer = await anyio.to_thread.run_sync(
            partial(_previewed, live.program, request.body), limiter=service.explaining
        )
        return json_response(answer)
    try:
        situation = await _situation(service, live, request.body or b"{}")
    except Misstated as fault:
        detail = f"the event cannot be read: {fault}; send for example {_EXAMPLE}"
        raise Problem(400, detail, place=fault.place or None, help=fault.help or None) from fault
    explanation = await anyio.to_thread.run_sync(partial(_explained, live, situation), limiter=service.explaining)
    return json_response(explanation)


async def _situation(service: Service, live: Live, body: bytes) -> Situation:
    if "conversation" not in _members(body):
        situation = situation_of(live.program, body)
        wiring = live.wirings.get(situation.address.account)
        return situation if wiring is None else structs.replace(situation, wiring=wiring)
    try:
        asked = msgspec.json.decode(body, type=OnConversation)
    except msgspec.DecodeError as fault:
        raise Problem(400, f"the body cannot be read: {fault}; send for example {_EXAMPLE}") from fault
    state = await service.ledger.find(asked.conversation)
    if state is None:
        raise Problem(404, f"no conversation has the id `{asked.conversation}`")
    wiring = live.wirings.get(state.address.account) or Wiring(state.address.account, {})
    return situation_on(live.program, bytes(asked.event), state, wiring, service.clock.now())


def _members(body: bytes) -> dict[str, msgspec.Raw]:
    """The members of a JSON object; none where it cannot be read."""
    try:
        return msgspec.json.decode(body, type=dict[str, msgspec.Raw])
    except (msgspec.DecodeError, UnicodeDecodeError):
        return {}


def _previewed(program: Loaded, body: bytes) -> dict[str, Any]:
    try:
        asked = decode(body, OnChannels)
        messages = decode_message(bytes(asked.message))
    except Malformed as fault:
        detail = f"the message cannot be read: {fault}; send for example {_MESSAGE_EXAMPLE}"
        raise Problem(400, detail, path=fault.path) from fault
    for number, name in enumerate(asked.channels):
        if name not in program.ir.channels:
            near = did_you_mean(name, program.ir.channels) or f"channels are: {', '.join(program.ir.channels)}"
            raise Problem(400, f"there is no channel `{name}`; {near}", path=f"channels[{number}]")
    channels = asked.channels or program.ir.channels
    shown_on = [[as_json(preview(program, message, channel)) for channel in channels] for message in messages]
    return {"messages": [{"channels": each} for each in shown_on]}


def _explained(live: Live, situation: Situation) -> ShownExplanation:
    return shown(explain(live.program, situation), live.sources)
