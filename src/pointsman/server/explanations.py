"""What the rules in force would do with an event, and why: `POST /admin/explain`.

Laws: nothing is stored or sent, and nothing of what was asked or answered is logged; the generation is read once. The
work is done beside the event loop, one explanation at a time, so that traffic does not wait for it.
"""

from __future__ import annotations

from functools import partial

import anyio.to_thread
import msgspec
from msgspec import Struct, structs

from pointsman.engine.explain import explain
from pointsman.engine.explain_json import ShownExplanation, shown
from pointsman.engine.situation import Situation
from pointsman.engine.situation_json import situation_of, situation_on
from pointsman.engine.told import Misstated
from pointsman.journey import Live
from pointsman.model.wiring import Wiring
from pointsman.server.http import Problem, Request, Response, json_response
from pointsman.server.service import Service

_EXAMPLE = '{"text": "hello"} or {"conversation": "…", "event": {"text": "hello"}}'


class OnConversation(Struct, frozen=True, forbid_unknown_fields=True):
    """An event on a conversation that the ledger has."""

    conversation: str
    event: msgspec.Raw = msgspec.Raw(b"{}")


async def explained(service: Service, request: Request) -> Response:
    """Explain one event, told as to `pointsman explain`, alone or on a conversation by its id."""
    live = service.serving.live
    try:
        situation = await _situation(service, live, request.body or b"{}")
    except Misstated as fault:
        detail = f"the event cannot be read: {fault}; send for example {_EXAMPLE}"
        raise Problem(400, detail, place=fault.place or None, help=fault.help or None) from fault
    answer = await anyio.to_thread.run_sync(partial(_explained, live, situation), limiter=service.explaining)
    return json_response(answer)


async def _situation(service: Service, live: Live, body: bytes) -> Situation:
    if not _names_conversation(body):
        situation = situation_of(live.program, body)
        wiring = live.wirings.get(situation.address.account)
        return situation if wiring is None else structs.replace(situation, wiring=wiring)
    try:
        asked = msgspec.json.decode(body, type=OnConversation)
    except msgspec.DecodeError as fault:
        raise Problem(400, f"the body cannot be read: {fault}; send for example {_EXAMPLE}") from fault
    state = await service.ledger.read(asked.conversation)
    if state is None:
        raise Problem(404, f"no conversation has the id `{asked.conversation}`")
    wiring = live.wirings.get(state.address.account) or Wiring(state.address.account, {})
    return situation_on(live.program, bytes(asked.event), state, wiring, service.clock.now())


def _names_conversation(body: bytes) -> bool:
    try:
        return "conversation" in msgspec.json.decode(body, type=dict[str, msgspec.Raw])
    except (msgspec.DecodeError, UnicodeDecodeError):
        return False


def _explained(live: Live, situation: Situation) -> ShownExplanation:
    return shown(explain(live.program, situation), live.sources)
