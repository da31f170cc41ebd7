"""Bearer tokens of those who want a login first: one for each component, shared by all its deliveries.

Laws:

- However many deliveries want a token at once, one login is made, and all of them learn what came of it.
- A token is renewed `limits.LOGIN_LEAD_MS` before it ends, and as soon as a call that carried it was refused with 401.
- A section that has changed (another password) begins anew.
"""

from __future__ import annotations

import asyncio
from typing import Any

from pointsman import limits
from pointsman.delivery import retry
from pointsman.delivery.clock import Clock
from pointsman.delivery.transport import Transport
from pointsman.protocols.registry import Login
from pointsman.protocols.wire import Call, Response, Verdict

AUTHENTICATION = "authentication"
"""Why a delivery failed whose sender was not let in."""
_NOT_HERE, _UNAUTHORIZED = 404, 401


class NotLetIn(Exception):
    """A login brought no token; `verdict` is what that means for what was to be sent."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(f"the login failed: {verdict.reason}")
        self.verdict = verdict


class _Entry:
    """A component's token. `until` is when it is renewed (ms)."""

    def __init__(self, settings: Any) -> None:
        self.settings = settings
        self.token = ""
        self.until = 0
        self.under_way: asyncio.Task[str] | None = None


class Logins:
    """The tokens of this process. Use it on one event loop."""

    def __init__(self, transport: Transport, clock: Clock) -> None:
        self._transport = transport
        self._clock = clock
        self._entries: dict[str, _Entry] = {}

    async def token(self, component: str, login: Login, settings: Any) -> str:
        """Return a token that holds, after a login where there is none. Raises `NotLetIn` or `transport.Fault`."""
        entry = self._entries.get(component)
        if entry is None or entry.settings != settings:
            entry = self._entries[component] = _Entry(settings)
        if entry.token and self._clock.now() < entry.until:
            return entry.token
        if entry.under_way is None:
            entry.under_way = asyncio.create_task(self._log_in(entry, login))
            entry.under_way.add_done_callback(lambda done: _ended(entry, done))
        # Shielded: who waits may be broken off, and the others still want the token.
        return await asyncio.shield(entry.under_way)

    def expired(self, component: str, call: Call, response: Response) -> bool:
        """Whether a call was refused for its token, which is then forgotten."""
        entry = self._entries.get(component)
        if entry is None or response.status != _UNAUTHORIZED:
            return False
        if entry.token and call.headers.get("authorization") == f"Bearer {entry.token}":
            entry.token = ""
        return True

    async def _log_in(self, entry: _Entry, login: Login) -> str:
        for call in login.calls(entry.settings):
            response = await self._transport.send(call)
            if response.status == _NOT_HERE:
                continue
            now = self._clock.now()
            found = login.read(response)
            if found is None:
                verdict = retry.judge(response, now)
                raise NotLetIn(verdict if verdict.outcome == "again" else Verdict("refused", AUTHENTICATION))
            entry.token, held = found
            entry.until = now + held - min(limits.LOGIN_LEAD_MS, held // 2)
            return entry.token
        raise NotLetIn(Verdict("refused", AUTHENTICATION))


def _ended(entry: _Entry, done: asyncio.Task[str]) -> None:
    entry.under_way = None
    if not done.cancelled():
        done.exception()  # seen, even where all who waited are gone
