"""Whatever is posted to `/hooks/{name}`: by gateways, for a connection's name, and by bots, for their own.

Law: whoever has no secret learns nothing of components that do not post here; their names are answered as any other.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeAlias

from pointsman.server import cm_hooks, horisen_hooks, ultimate
from pointsman.server.http import Problem, Request, Response
from pointsman.server.service import Service

Receive: TypeAlias = Callable[[Service, Request, str], Awaitable[Response]]

CONNECTIONS: dict[str, Receive] = {"cm": cm_hooks.receive, "horisen": horisen_hooks.receive}
COMPONENTS: dict[str, Receive] = {"ultimate": ultimate.receive}
"""By the protocol of a section. Each refuses strangers before it looks at anything else."""


async def receive(service: Service, request: Request, name: str) -> Response:
    """Hand a request to the protocol of whom its path names; 404 where nobody posts under that name."""
    config = service.serving.config
    connection, component = config.channels.get(name), config.components.get(name)
    handler = CONNECTIONS[connection.protocol] if connection is not None else None
    if component is not None:
        handler = COMPONENTS.get(component.protocol)
    if handler is None:
        raise Problem(404, f"nothing is at {request.path}")
    return await handler(service, request, name)
