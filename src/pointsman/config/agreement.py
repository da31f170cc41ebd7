"""What must agree between the sections of one configuration: accounts, names, channels, tokens."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import combinations
from typing import Any, TypeAlias

from pointsman.config.problems import dotted
from pointsman.config.sections import Config
from pointsman.config.tables import Reader
from pointsman.language.diagnostics import did_you_mean
from pointsman.language.vocabulary import CHANNELS
from pointsman.protocols.cm_channels import from_cm
from pointsman.protocols.registry import COMPONENTS, token_of
from pointsman.protocols.settings import Secret

Keys: TypeAlias = tuple[str, ...]


def check_agreement(reader: Reader, config: Config, raw: dict[str, Any]) -> None:
    """Report what does not agree. `raw` names the sections that were left out of `config` for faults of their own."""
    _addresses(reader, config)
    _account_ids(reader, config)
    _senders(reader, config)
    _known_accounts(reader, config, _names(raw, "accounts"))
    _one_namespace(reader, _names(raw, "channels"), _names(raw, "components"))
    _known_channels(reader, config)
    _defaults(reader, config)
    _tokens(reader, config)
    _fit(reader, config)
    _adapters(reader, config)


def _names(raw: dict[str, Any], section: str) -> tuple[str, ...]:
    found = raw.get(section)
    return tuple(found) if isinstance(found, dict) else ()


def _addresses(reader: Reader, config: Config) -> None:
    """Two addresses of one port may not overlap: each request would go to either."""
    listen, admin = config.server.listen, config.server.admin_listen
    if admin is None:
        return
    (host, _, port), (admin_host, _, admin_port) = listen.rpartition(":"), admin.rpartition(":")
    hosts = {_LOOPBACK.get(host.lower(), host.lower()), _LOOPBACK.get(admin_host.lower(), admin_host.lower())}
    if int(port) == int(admin_port) != 0 and (len(hosts) == 1 or not hosts.isdisjoint(_EVERYWHERE)):
        remedy = "give it a port of its own, or leave it out: the admin API then shares `listen`"
        reader.report(("server", "admin_listen"), f"`{admin}` overlaps `listen`, which is `{listen}`", remedy)


_EVERYWHERE = frozenset({"0.0.0.0", "[::]"})  # noqa: S104  # compared, never bound by this line
_LOOPBACK = {"localhost": "127.0.0.1", "[::1]": "127.0.0.1"}
"""`localhost` is either of them; kept apart, they would be one address on one machine and two on the next."""


def _account_ids(reader: Reader, config: Config) -> None:
    first: dict[str, str] = {}
    for name, account in config.accounts.items():
        other = first.setdefault(account.id, name)
        if other != name:
            remedy = "an id names one account in URLs; give each its own"
            reader.report(("accounts", name, "id"), f"the same id as `{dotted(('accounts', other))}`", remedy)


def _senders(reader: Reader, config: Config) -> None:
    for name, account in config.accounts.items():
        for sender, address in account.senders.items():
            if not sender.strip() or not address.strip():
                remedy = 'write `"Shop" = "+31100000000"`: a name, and the address it stands for'
                reader.report(("accounts", name, "senders", sender), "an empty name or address", remedy)


def _known_accounts(reader: Reader, config: Config, accounts: Iterable[str]) -> None:
    known = tuple(accounts)
    for keys, section in _parties(config):
        if section.account not in known:
            listed = f"accounts are: {', '.join(known)}" if known else "add `[accounts.NAME]` with its `id`"
            remedy = did_you_mean(section.account, known) or listed
            reader.report((*keys, "account"), f"unknown account `{section.account}`", remedy)


def _parties(config: Config) -> Iterator[tuple[Keys, Any]]:
    for name, connection in config.channels.items():
        yield ("channels", name), connection
    for name, component in config.components.items():
        yield ("components", name), component


def _one_namespace(reader: Reader, channels: Iterable[str], components: Iterable[str]) -> None:
    connections = set(channels)
    for name in components:
        if name in connections:
            remedy = f"both would be `/hooks/{name}`; rename the connection, which no rule names"
            reader.report(("components", name), f"`{dotted(('channels', name))}` has the same name", remedy)


def _known_channels(reader: Reader, config: Config) -> None:
    """Channels in a vendor's spelling; whether the rules know the others is seen once they are read."""
    for name, connection in config.channels.items():
        keys = ("channels", name, "carries")
        if not connection.carries:
            reader.report(keys, "carries no channel", f"channels are: {', '.join(CHANNELS)}")
        for channel in dict.fromkeys(connection.carries):
            meant = from_cm(channel)
            if channel != meant and meant in CHANNELS:
                reader.report(keys, f"unknown channel `{channel}`", f"did you mean `{meant}`?")
            elif connection.carries.count(channel) > 1:
                reader.report(keys, f"`{channel}` stands here twice", "write it once")


def _defaults(reader: Reader, config: Config) -> None:
    """Where several connections of an account carry a channel, exactly one of them is the default."""
    carriers: dict[tuple[str, str], list[str]] = defaultdict(list)
    for name, connection in config.channels.items():
        for channel in dict.fromkeys(connection.carries):
            carriers[connection.account, channel].append(name)
    reported: set[tuple[str, ...]] = set()
    for (account, channel), names in carriers.items():
        defaults = [name for name in names if config.channels[name].default]
        if len(names) < 2 or len(defaults) == 1 or tuple(names) in reported:
            continue
        reported.add(tuple(names))
        listed = ", ".join(f"`{dotted(('channels', name))}`" for name in names)
        how_many = "none of them says" if not defaults else "more than one of them says"
        cause = f"{listed} of account `{account}` all carry {channel}, and {how_many} `default = true`"
        remedy = "let exactly one say `default = true`: a message leaves by it where the customer last came in by none"
        reader.report(("channels", (defaults or names)[-1]), cause, remedy)


def _tokens(reader: Reader, config: Config) -> None:
    """What proves someone to us proves one party only."""
    for (one, first), (other, second) in combinations(_proofs(config), 2):
        if first.shares_value_with(second):
            cause = f"the same value as `{dotted(one)}`"
            reader.report(other, cause, "give each its own: a token says who is calling")


def _proofs(config: Config) -> Iterator[tuple[Keys, Secret]]:
    if config.server.admin_token is not None:
        yield ("server", "admin_token"), config.server.admin_token
    for name, connection in config.channels.items():
        yield ("channels", name, "secret"), connection.secret
    for name, component in config.components.items():
        if (token := token_of(component)) is not None:
            yield ("components", name, "token"), token


def _fit(reader: Reader, config: Config) -> None:
    """What only a section's protocol can tell."""
    for name, section in config.components.items():
        for unfit in COMPONENTS[section.protocol].check(section):
            reader.report(("components", name, unfit.key), unfit.cause, unfit.remedy)


def _adapters(reader: Reader, config: Config) -> None:
    """An adapter stands in the address that its component posts to, below the account's id."""
    first: dict[tuple[str, str], str] = {}
    for name, section in config.components.items():
        adapter: str | None = getattr(section, "adapter", None)
        if adapter is None:
            continue
        other = first.setdefault((section.account, adapter.lower()), name)
        if other != name:
            cause = f"the same adapter as `{dotted(('components', other))}`"
            reader.report(("components", name, "adapter"), cause, "give each its own: it says who is calling")
