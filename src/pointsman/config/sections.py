"""The sections of `pointsman.toml`, decoded, and what is looked up in them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from msgspec import Meta, Struct

from pointsman import limits
from pointsman.config.places import Places
from pointsman.config.problems import Problem, dotted
from pointsman.config.values import Guid, LedgerUrl, Listen
from pointsman.model.identity import canonical
from pointsman.protocols.registry import ChannelSettings, ComponentSettings, token_of
from pointsman.protocols.settings import Milliseconds, Secret


class Server(Struct, frozen=True, kw_only=True):
    """`[server]`. `admin_listen` None: the admin API shares `listen`; `admin_token` None: `serve` makes one."""

    listen: Listen = Listen("127.0.0.1:8080")
    workers: Annotated[int, Meta(ge=1, le=limits.WORKERS_MAX)] = 1
    admin_listen: Listen | None = None
    admin_token: Secret | None = None


class LedgerSettings(Struct, frozen=True, kw_only=True):
    """`[ledger]`. `url` as it was written; `Config.ledger_path` is the file it means."""

    url: LedgerUrl = LedgerUrl("sqlite:pointsman.db")
    retention: Milliseconds = Milliseconds(30 * 86_400_000)


class Account(Struct, frozen=True, kw_only=True):
    """`[accounts.NAME]`. `senders`: names that a component may send from, and the address each stands for."""

    id: Guid
    senders: dict[str, str] = {}

    def business(self, sender: str, channel: str) -> str | None:
        """Return the canonical address that `sender` (a name, or one of the addresses) stands for."""
        address = self.senders.get(sender)
        if address is not None:
            return canonical(channel, address)
        wanted = canonical(channel, sender)
        return wanted if wanted in {canonical(channel, known) for known in self.senders.values()} else None

    def business_on(self, channel: str, business: str) -> str:
        """Return what stands for `business` where a conversation goes on over another channel.

        The sender that is named as the channel is, else the same address.
        """
        return canonical(channel, self.senders.get(channel, business))


class Config(Struct, frozen=True, kw_only=True):
    """A whole configuration. Names of connections and components share one namespace.

    `path` is where it stands (for places in messages, and what relative paths are relative to), `text` its source.
    """

    path: Path
    text: str
    rules: Path
    server: Server
    ledger: LedgerSettings
    accounts: dict[str, Account]
    channels: dict[str, ChannelSettings]
    components: dict[str, ComponentSettings]

    @property
    def ledger_path(self) -> Path:
        """The file of an embedded ledger."""
        return self.path.parent / self.ledger.url.removeprefix("sqlite:")

    def account_by_id(self, account_id: str) -> str | None:
        """Return the name of the account with this GUID, in any case."""
        wanted = account_id.lower()
        return next((name for name, account in self.accounts.items() if account.id == wanted), None)

    def component_by_token(self, token: str) -> str | None:
        """Return the component that `token` proves. Takes the same time whichever it is, and for none."""
        found = None
        for name, component in self.components.items():
            proof = token_of(component)
            if proof is not None and proof.matches(token):
                found = name
        return found

    def problem(self, keys: tuple[str, ...], cause: str, remedy: str = "") -> Problem:
        """Describe a fault of this configuration at the place of `keys`."""
        return problem_at(self.path.name, Places(self.text), keys, cause, remedy)


def problem_at(file: str, places: Places, keys: tuple[str, ...], cause: str, remedy: str = "") -> Problem:
    """Describe a fault at the place of `keys` in `file`."""
    line = places.line(keys)
    return Problem(file if line is None else f"{file}:{line}", dotted(keys), cause, remedy)
