"""The operator's side: health, what serves, reload and rollback, conversations, dead letters, metrics.

The admin API and `/metrics` want the admin token and a Host that is listened on; a browser that was sent to this
machine under a foreign name (DNS rebinding) has neither. `/healthz` and `/readyz` are open.
"""

from __future__ import annotations

import asyncio
import hmac
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
from msgspec import Struct

from pointsman import limits
from pointsman.ledger.ledger import LedgerError, WorkerStatus
from pointsman.server.http import Problem, Request, Response, decoded_body, json_response
from pointsman.server.metrics import CONTENT_TYPE
from pointsman.server.reload import Activated, Failed, Result, Unchanged
from pointsman.server.service import Access, Service

_POLL_S = 0.02


class ReloadRequest(Struct, forbid_unknown_fields=True):
    """`wait`: answer once every worker serves the outcome."""

    wait: bool = False


def authorize(access: Access, request: Request) -> None:
    """Raise 421 for a Host that is not listened on, then 401 for a wrong token."""
    host = request.header("host") or ""
    if not any(address.answers_to(host) for address in access.addresses):
        listened = ", ".join(str(address) for address in access.addresses)
        raise Problem(421, f"this Host is not listened on; use {listened}")
    scheme, _, token = (request.header("authorization") or "").partition(" ")
    proved = hmac.compare_digest(token.strip().encode(), access.token.encode())
    if scheme.lower() != "bearer" or not proved:
        raise Problem(
            401,
            "the admin token is missing or wrong; send it as Authorization: Bearer TOKEN",
            headers=(("www-authenticate", 'Bearer realm="pointsman"'),),
        )


# Health ---------------------------------------------------------------------------------------------------------------


async def healthz(service: Service, request: Request) -> Response:  # noqa: ARG001  # every handler's signature
    """This worker answers."""
    return json_response({"status": "alive"})


async def readyz(service: Service, request: Request) -> Response:  # noqa: ARG001
    """Whether to send traffic here.

    `degraded`: an earlier generation serves, since the newest files do not build. `failing`: the latest commit failed,
    and so does a trial; nothing would be accepted.
    """
    body = {"status": "ready", "generation": service.serving.live.hash}
    if service.draining:
        return json_response(body | {"status": "draining"}, 503)
    if service.ledger.fault is not None:
        try:
            await service.ledger.prove()
        except LedgerError as fault:
            return json_response(body | {"status": "failing", "reason": str(fault)}, 503)
    if service.failure is not None:
        body |= {"status": "degraded", "reason": service.failure.summary}
    return json_response(body)


async def metrics(service: Service, request: Request) -> Response:  # noqa: ARG001
    body = await service.metrics.exposition(service.ledger)
    return Response(200, (("content-type", CONTENT_TYPE),), body)


# Generations ----------------------------------------------------------------------------------------------------------


async def generation(service: Service, request: Request) -> Response:  # noqa: ARG001
    """What is in force, what each worker serves, and the last build if it failed."""
    current = await service.ledger.current()
    if current is None:
        raise Problem(503, "no generation is in force")
    failure = service.failure
    return json_response(
        {
            "hash": current.hash,
            "activation": current.activation,
            "since": iso(current.activated),
            "pinned": current.pinned,
            "workers": _shown(await service.ledger.workers()),
            "failed_build": None
            if failure is None
            else {"at": iso(failure.at), "summary": failure.summary, "diagnostics": failure.diagnostics},
        }
    )


async def reload(service: Service, request: Request) -> Response:
    """Build from the files as they are and put the outcome in force; 422 with the reports where that fails."""
    asked = decoded_body(request, ReloadRequest, '{"wait": true}')
    result = await service.link.ask("reload")
    return await _outcome(service, result, wait=asked.wait, failure_status=422)


async def rollback(service: Service, request: Request) -> Response:
    """Put the generation before the current one back in force, until the text changes; 409 where there is none."""
    asked = decoded_body(request, ReloadRequest, '{"wait": true}')
    result = await service.link.ask("rollback")
    return await _outcome(service, result, wait=asked.wait, failure_status=409)


async def _outcome(service: Service, result: Result, *, wait: bool, failure_status: int) -> Response:
    match result:
        case Failed(summary, text, diagnostics):
            raise Problem(failure_status, summary, text=text, diagnostics=diagnostics or None)
        case Activated() | Unchanged():
            workers = await _settled(service, result.activation) if wait else await service.ledger.workers()
            shown = msgspec.to_builtins(result)
            return json_response({"outcome": shown.pop("type"), **shown, "workers": _shown(workers)})


async def _settled(service: Service, activation: int) -> Sequence[WorkerStatus]:
    """Wait until every live worker serves `activation` or a later one. Raises 504 past the bound."""
    deadline = time.monotonic() + limits.RELOAD_WAIT_MS_MAX / 1000
    while True:
        workers = await service.ledger.workers()
        late = [worker.pid for worker in workers if worker.activation < activation]
        if not late:
            return workers
        if time.monotonic() >= deadline:
            raise Problem(504, f"activation {activation} is in force, but workers {late} do not serve it yet")
        await asyncio.sleep(_POLL_S)


def _shown(workers: Sequence[WorkerStatus]) -> list[dict[str, Any]]:
    return [
        {"pid": one.pid, "activation": one.activation, "hash": one.hash, "since": iso(one.since)} for one in workers
    ]


# Conversations and what could not be delivered ------------------------------------------------------------------------


async def conversation(service: Service, request: Request, key: str) -> Response:  # noqa: ARG001
    """State and recent decisions, newest first, under the id of any address that has been joined."""
    found = await service.ledger.find(key)
    if found is None:
        raise _unknown_conversation(key)
    own = found.address.conversation_id
    records = await service.ledger.records(own, limits.DECISIONS_PER_CONVERSATION_MAX)
    return json_response({"id": own, "conversation": found, "decisions": list(records)})


async def forget(service: Service, request: Request, key: str) -> Response:  # noqa: ARG001
    """Erase a conversation and all that hangs on it."""
    if not await service.ledger.forget(key):
        raise _unknown_conversation(key)
    return Response(204)


async def dead_letters(service: Service, request: Request) -> Response:  # noqa: ARG001
    """The latest deliveries that were given up, newest first."""
    return json_response({"dead_letters": list(await service.ledger.dead_letters(limits.DEAD_LETTERS_SHOWN_MAX))})


def _unknown_conversation(key: str) -> Problem:
    return Problem(404, f"no conversation has the id `{key}`")


def iso(moment: int) -> str:
    """Write milliseconds since the epoch as RFC 3339."""
    return datetime.fromtimestamp(moment / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
