"""One HTTP exchange as values: what an adapter makes of its server's request, and what it writes back.

Laws:

- Handlers see `Request` and return `Response`; which server carries them is the adapters' business alone.
- Header names are in lower case on both sides.
- An error that no vendor's shape covers is RFC 9457 problem details, `application/problem+json`.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import lru_cache
from http import HTTPStatus
from typing import Any, TypeVar
from urllib.parse import parse_qs

import msgspec

from pointsman import limits

T = TypeVar("T")
Headers = tuple[tuple[str, str], ...]

JSON: Headers = (("content-type", "application/json"),)
PROBLEM: Headers = (("content-type", "application/problem+json"),)


async def never() -> None:
    """Wait for ever."""
    await asyncio.Event().wait()


class Request(msgspec.Struct, frozen=True, gc=False):
    """`header` looks a name up in lower case. `query` is the raw text behind `?`; `body` is whole and bounded.

    `gone()` returns once the caller has hung up; it may be cancelled.
    """

    method: str
    path: str
    query: str
    header: Callable[[str], str | None]
    body: bytes = b""
    gone: Callable[[], Awaitable[object]] = never

    def parameter(self, name: str) -> str | None:
        """Return the first value of a query parameter."""
        return _parameters(self.query).get(name) if self.query else None


@lru_cache(maxsize=256)
def _parameters(query: str) -> dict[str, str]:
    """The first value of each parameter; none where there are too many. Kept, since a gateway always sends the same."""
    try:
        values = parse_qs(query, max_num_fields=limits.QUERY_FIELDS_MAX)
    except ValueError:
        return {}
    return {name: found[0] for name, found in values.items()}


class Response(msgspec.Struct, frozen=True, gc=False):
    """`after` is told, once that is known, whether the response was handed to the caller's connection."""

    status: int
    headers: Headers = ()
    body: bytes = b""
    after: Callable[[bool], Awaitable[None]] | None = None


class Stopped(Exception):
    """Stops a handler with an answer of any shape."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.status)
        self.response = response


class Problem(Stopped):
    """Stops a handler with problem details that say what is wrong and what to do about it."""

    def __init__(self, status: int, detail: str, *, headers: Headers = (), **members: Any) -> None:
        super().__init__(problem(status, detail, headers=headers, **members))


def problem(status: int, detail: str, *, headers: Headers = (), **members: Any) -> Response:
    """Make problem details (RFC 9457). `members` are its extension members; None among them are left out."""
    body = {"title": HTTPStatus(status).phrase, "status": status, "detail": detail}
    body |= {name: value for name, value in members.items() if value is not None}
    return Response(status, PROBLEM + headers, msgspec.json.encode(body))


def json_response(value: object, status: int = 200, headers: Headers = ()) -> Response:
    return Response(status, JSON + headers, msgspec.json.encode(value))


def decoded_body(request: Request, kind: type[T], example: str) -> T:
    """Decode an optional JSON body; an empty one is `{}`. Raises `Problem` 400 with the path that is wrong."""
    try:
        return msgspec.json.decode(request.body or b"{}", type=kind)
    except msgspec.DecodeError as fault:
        raise Problem(400, f"the body cannot be read: {fault}; send for example {example}") from fault


CLOSE: Headers = (("connection", "close"),)
TOO_LARGE = problem(413, f"the body is larger than {limits.BODY_BYTES_MAX} bytes; split the call", headers=CLOSE)
"""The answer to a body over the bound. The connection ends, so that the rest of the body need not be read."""
CUT_SHORT = problem(400, "the request ended before its body was whole", headers=CLOSE)
"""The answer to a sender that closed its side in the middle, in case it still listens."""
