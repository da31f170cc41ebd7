"""One worker's service: what its handlers work with, and what they see of the generation that serves.

Law: a handler reads `service.serving` once, at its top, so that one request is answered by one generation; a reload
replaces it by one assignment.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import anyio
from msgspec import Struct

from pointsman.config import Config
from pointsman.delivery.clock import Clock
from pointsman.journey import Live
from pointsman.ledger.ledger import Ledger, Outcome, Submission
from pointsman.model.event import Event
from pointsman.protocols.wire import Call
from pointsman.server.control import ReloadLink
from pointsman.server.http import Headers
from pointsman.server.listen import Address
from pointsman.server.metrics import Metrics
from pointsman.server.reload import Failed
from pointsman.server.waiting import Waiting

GENERATION = "x-pointsman-generation"


class Sender(Struct, frozen=True):
    """Who makes a call: a component, and the account that it belongs to."""

    component: str
    account: str


class Serving(Struct, frozen=True):
    """A generation at work, the channels that each account carries, and the headers of its answers."""

    live: Live
    carried: dict[str, tuple[str, ...]]
    headers: Headers

    @property
    def config(self) -> Config:
        return self.live.config

    def sender(self, token: str | None) -> Sender | None:
        """Return whom a token proves. Takes the same time whichever component it is, and for none."""
        component = self.config.component_by_token(token or "")
        return None if component is None else Sender(component, self.config.components[component].account)

    def owns(self, sender: Sender, account_id: str) -> bool:
        """Whether the account in a URL is the sender's own."""
        return self.config.account_by_id(account_id) == sender.account

    def headers_of(self, generation: str) -> Headers:
        """Headers of an answer that `generation` decided; most often the one that serves."""
        return self.headers if generation in ("", self.live.hash) else ((GENERATION, generation),)


def serving(live: Live) -> Serving:
    """Prepare a generation for look-ups."""
    config = live.config
    carried: dict[str, dict[str, None]] = {name: {} for name in config.accounts}
    for connection in config.channels.values():
        carried[connection.account].update(dict.fromkeys(connection.carries))
    return Serving(
        live=live,
        carried={name: tuple(channels) for name, channels in carried.items()},
        headers=((GENERATION, live.hash),),
    )


class Access(Struct, frozen=True):
    """Who may use the admin API: the token's holder, at an address that is listened on."""

    token: str
    addresses: tuple[Address, ...]


PassOn: TypeAlias = Callable[[str, Call], bool]
"""(destination, call) -> whether it was begun: see `delivery.passing`."""


def pass_nothing_on(_: str, __: Call) -> bool:
    """Make no passing call."""
    return False


class Service:
    """Everything a handler needs. By `clock` an event was received; `pass_on` makes calls that matter only now;
    `waiting` are the requests that wait for what a customer is told in their response.

    `serving` and `failure` change while it runs, each by one assignment.
    """

    def __init__(
        self,
        ledger: Ledger,
        now: Serving,
        access: Access,
        link: ReloadLink,
        metrics: Metrics,
        *,
        clock: Clock,
        pass_on: PassOn = pass_nothing_on,
    ) -> None:
        self.ledger = ledger
        self.serving = now
        self.clock = clock
        self.pass_on = pass_on
        self.waiting = Waiting(ledger, clock)
        self.explaining = anyio.CapacityLimiter(1)
        """Whose turn it is to have an event explained."""
        self.failure: Failed | None = None
        self.draining = False
        self.access = access
        self.link = link
        self.metrics = metrics

    async def commit(self, asked: Submission, account: str, event: Event) -> Outcome:
        """Commit one event; its sender may be answered once this returns. Raises `Full` or `LedgerError`."""
        outcome = await self.ledger.submit(asked)
        self.metrics.event(account, event, outcome)
        return outcome
