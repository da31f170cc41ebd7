"""The conversation that the demo plays, scene by scene: what somebody does, and what must then arrive where.

Law: the next scene begins when all of a scene has arrived. Nothing waits for a time but the silence of the rules.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeAlias

from msgspec import Struct

from pointsman.cli.demo.journal import Entry, Journal, Missed, What
from pointsman.cli.demo.peers import Bot, Component, Gateway

ARRIVAL_SECONDS_MAX = 10.0
"""A loopback delivery takes milliseconds; the rules' silence takes three seconds."""


class Cast(Struct, frozen=True):
    journal: Journal
    gateway: Gateway
    bot: Bot
    desk: Component


Act: TypeAlias = Callable[[Cast], Awaitable[None]]


class Scene(Struct, frozen=True):
    """`awaited` are patterns of entries: source is not looked at, and text is a part of the entry's."""

    title: str
    act: Act
    awaited: tuple[Entry, ...]


def _to(target: str, what: What, text: str = "") -> Entry:
    return Entry("", target, what, text)


async def _nobody_speaks(cast: Cast) -> None:
    """The silence of the rules does the rest."""


SCENES: tuple[Scene, ...] = (
    Scene(
        "The customer says hello. A rule welcomes them, the bot answers, and the desk reads along.",
        lambda cast: cast.gateway.customer_says("Hello"),
        (
            _to("customer", "message", "Welcome"),
            _to("ShopBot", "message", "Hello"),
            _to("ServiceDesk", "message", "Hello"),
            _to("customer", "message", "bot"),
            _to("ServiceDesk", "copy", "bot"),
        ),
    ),
    Scene(
        "The customer asks something that the bot has to look up.",
        lambda cast: cast.gateway.customer_says("Where is my parcel?"),
        (_to("ShopBot", "message", "parcel"), _to("ServiceDesk", "message", "parcel")),
    ),
    Scene(
        "The customer asks for a person. The bot is switched off, and bot and desk are told.",
        lambda cast: cast.gateway.customer_says("I would rather talk to a real person"),
        (
            _to("customer", "message", "One moment"),
            _to("ServiceDesk", "message", "real person"),
            _to("ShopBot", "handover", "ShopBot disabled"),
            _to("ServiceDesk", "handover", "ShopBot disabled"),
        ),
    ),
    Scene(
        "The bot's answer about the parcel comes too late: the customer never sees it, and the bot is told why.",
        lambda cast: cast.bot.says("Your parcel is on its way."),
        (_to("ShopBot", "refusal", "403"), _to("ServiceDesk", "copy", "parcel")),
    ),
    Scene(
        "A person at the desk answers.",
        lambda cast: cast.desk.says("Hello Ada, your parcel arrives tomorrow."),
        (_to("customer", "message", "tomorrow"),),
    ),
    Scene(
        "Nobody speaks for three seconds. The bot is switched on again and told where to go on.",
        _nobody_speaks,
        (
            _to("ShopBot", "handover", "ShopBot enabled"),
            _to("ServiceDesk", "handover", "ShopBot enabled"),
            _to("ShopBot", "position"),
            _to("customer", "message", "me again"),
            _to("ServiceDesk", "copy", "me again"),
        ),
    ),
)


WITHHELD = _to("customer", "message", "on its way")
"""What the customer must never get: the bot's late answer."""


async def play(scene: Scene, cast: Cast) -> list[Entry]:
    """Act, wait for all that must arrive, and return all that did. Raises `Missed`, also if `WITHHELD` got through."""
    since = len(cast.journal.entries)
    await scene.act(cast)
    for pattern in scene.awaited:
        await cast.journal.until(since, _like(pattern), _described(pattern), ARRIVAL_SECONDS_MAX)
    if any(map(_like(WITHHELD), cast.journal.entries)):
        raise Missed(f"withholding {_described(WITHHELD)} did not happen")
    return cast.journal.entries[since:]


def _like(pattern: Entry) -> Callable[[Entry], bool]:
    return lambda entry: (entry.target, entry.what) == (pattern.target, pattern.what) and pattern.text in entry.text


def _described(pattern: Entry) -> str:
    return f"a {pattern.what} to {pattern.target}" + (f" with the words `{pattern.text}`" if pattern.text else "")
