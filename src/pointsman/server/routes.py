"""Every path of the router, as one table, and the one function that answers a request by it."""

from __future__ import annotations

import structlog

from pointsman.ledger.ledger import Full, LedgerError
from pointsman.server import admin, bmproxy, control_api, explanations, hooks, twoway
from pointsman.server.http import Request, Response, Stopped, problem
from pointsman.server.logs import Recurring
from pointsman.server.routing import Found, Route, Tree, compile_routes, find
from pointsman.server.service import Service

log = structlog.get_logger()

_BMPROXY = "/conversational/bmproxy/v1/accounts/{account}"
_ADAPTER = "accounts/{account}/adapters/{adapter}"
_CONTROL = "/conversational/control/v1/accounts/{account}"

ROUTES: tuple[Route, ...] = (
    Route("POST", "/hooks/{connection}", hooks.receive, "vendor"),
    Route("POST", _BMPROXY, bmproxy.send, "vendor"),
    Route("POST", f"{_BMPROXY}/v1.0/message", bmproxy.send, "vendor"),
    Route("POST", f"/conversational/twoway/v1/{_ADAPTER}", twoway.send, "vendor"),
    Route("POST", f"/conversational/twoway/v2/{_ADAPTER}", twoway.send, "vendor"),
    Route("POST", f"{_CONTROL}/sessions/mutationrequests", control_api.mutate, "vendor"),
    Route("POST", f"{_CONTROL}/sessions/mutations", control_api.mutate, "vendor"),
    Route("POST", f"{_CONTROL}/chats/{{chat}}/routing/mutationrequests", control_api.mutate_chat, "vendor"),
    Route("POST", f"{_CONTROL}/sessions/positionrequests", control_api.position, "vendor"),
    Route("POST", f"{_CONTROL}/sessions/{{chat}}/resetrequests", control_api.reset, "vendor"),
    Route("POST", f"{_CONTROL}/chats/{{chat}}/routing/resetrequests", control_api.reset, "vendor"),
    Route("GET", f"{_CONTROL}/chats/{{chat}}", control_api.chat, "vendor"),
    Route("GET", f"{_CONTROL}/chats/{{chat}}/messages", control_api.messages, "vendor"),
    Route("GET", "/healthz", admin.healthz, "open"),
    Route("GET", "/readyz", admin.readyz, "open"),
    Route("GET", "/metrics", admin.metrics, "operator"),
    Route("GET", "/admin/generation", admin.generation, "operator"),
    Route("POST", "/admin/reload", admin.reload, "operator"),
    Route("POST", "/admin/rollback", admin.rollback, "operator"),
    Route("GET", "/admin/conversations/{id}", admin.conversation, "operator"),
    Route("DELETE", "/admin/conversations/{id}", admin.forget, "operator"),
    Route("GET", "/admin/dead-letters", admin.dead_letters, "operator"),
    Route("POST", "/admin/explain", explanations.explained, "operator"),
)

SHARED = compile_routes(ROUTES)
"""One address for everything."""
PUBLIC = compile_routes(route for route in ROUTES if route.audience != "operator")
OPERATOR = compile_routes(route for route in ROUTES if route.audience != "vendor")
"""Two addresses, where `admin_listen` is set."""

RETRY_AFTER_S = "1"


class Responder:
    """Answers the requests of one address."""

    def __init__(self, service: Service, tree: Tree) -> None:
        self._service = service
        self._tree = tree
        self._unusable = Recurring("the ledger cannot be used")

    async def __call__(self, request: Request) -> Response:
        """Answer `request`; whatever goes wrong is an answer too."""
        found = find(self._tree, request)
        if not isinstance(found, Found):
            return _not_here(request, found)
        try:
            if found.route.audience == "operator":
                admin.authorize(self._service.access, request)
            return await found.route.handler(self._service, request, *found.values)
        except Stopped as stopped:
            return stopped.response
        except Full as fault:
            return _later(f"too much is waiting: {fault}")
        except LedgerError as fault:
            self._unusable.say(str(fault))
            return _later("the ledger cannot be used; the router's log says why")
        except Exception:
            log.exception("a request failed", method=request.method, path=request.path)
            return problem(500, "the router failed on this request; its log says why")


def _not_here(request: Request, allowed: frozenset[str] | None) -> Response:
    if allowed is None:
        return problem(404, f"nothing is at {request.path}")
    methods = ", ".join(sorted(allowed))
    return problem(405, f"{request.path} takes {methods}, not {request.method}", headers=(("allow", methods),))


def _later(detail: str) -> Response:
    return problem(503, f"{detail}; send this again", headers=(("retry-after", RETRY_AFTER_S),))
