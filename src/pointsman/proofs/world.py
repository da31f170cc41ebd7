"""One event on one conversation as conditions see it: what the solver finds, and what a witness shows.

Laws: a `World` holds what a condition can ask for and nothing else; what is not in it is missing. `view_of` makes it
what the engine sees, so that whether a condition holds in a world is the interpreter's word and not the solver's;
`world_of` is its inverse. All moments and durations are milliseconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct, structs

from pointsman.engine import happenings
from pointsman.engine.hours import Hours
from pointsman.engine.scenario import CLOCK
from pointsman.engine.view import View
from pointsman.model.content import Choice, Media, Message, Reply
from pointsman.model.conversation import Conversation
from pointsman.model.event import Trigger
from pointsman.model.identity import Address

FILE_KINDS: frozenset[str] = frozenset({"picture", "video", "audio", "file"})
"""Kinds of message that always have exactly one file; a card may have one."""
BUSINESS = "+15555550199"


class World(Struct, frozen=True, omit_defaults=True):
    """All that conditions see of one event.

    `names` are the closed-set fields: channel and account always, message (a kind or `native`) where the event has one,
    request and target where it is a request. `texts` are text fields by path: sender always; text, choice, reason,
    message.url, message.name, message.mime, and meta.KEY, context.KEY, contact.KEY, request.KEY. `numbers` are
    message.size, choice index and attempts. `age` is that of the session; `spoke` says how long ago a party spoke last
    in it; `draws` are the conversation's numbers (0 to 9,999) behind `sample`, by rule name.
    """

    trigger: Trigger
    names: dict[str, str]
    texts: dict[str, str]
    numbers: dict[str, int] = {}
    counters: dict[str, int] = {}
    enabled: frozenset[str] = frozenset()
    buttons: bool = False
    now: int = CLOCK
    age: int = 0
    spoke: dict[str, int] = {}
    draws: dict[str, int] = {}


def view_of(world: World, hours: Mapping[str, Hours]) -> View:
    """Make a world what the engine sees of it. `hours` are the program's calendars by name."""
    return View(
        conversation_of(world),
        message_of(world),
        world.now,
        hours,
        enabled=world.enabled,
        details=_details(world),
        drawn=world.draws,
    )


def conversation_of(world: World) -> Conversation:
    """Return the conversation on arrival of the event: a session under way, begun `age` ago."""
    return Conversation(
        Address(world.names["account"], world.names["channel"], world.texts["sender"], BUSINESS),
        session=1,
        session_id="session",
        started=world.now - world.age,
        latest=world.now,
        enabled=world.enabled,
        context=_keyed(world.texts, "context"),
        contact=_keyed(world.texts, "contact"),
        counters=dict(world.counters),
        spoke={party: world.now - ago for party, ago in world.spoke.items()},
    )


def message_of(world: World) -> Message | None:
    """Return the event's message; None where it has none."""
    kind = world.names.get("message")
    if kind is None:
        return None
    label = world.texts.get("choice")
    return structs.replace(
        happenings.message_of(kind, _media(world), world.texts.get("text")),
        buttons=(Reply("Yes", postback="Yes"),) if world.buttons else (),
        choice=None if label is None else Choice(label, index=world.numbers.get("choice index")),
        meta=_keyed(world.texts, "meta"),
    )


def world_of(view: View, trigger: Trigger) -> World:
    """Read a world off what the engine sees; what conditions cannot ask for is lost."""
    it = view.conversation
    heads = {"context": view.context, "contact": view.contact, "meta": view.meta, "request": view.request}
    texts = {path: found for path in _PLAIN_TEXTS if (found := view.value(path)) is not None}
    texts |= {f"{head}.{key}": value for head, values in heads.items() for key, value in values.items()}
    return World(
        trigger,
        {path: found for path in _NAMES if (found := view.name(path)) is not None},
        texts,
        {path: int(number) for path in _NUMBERS if (number := view.number(path)) is not None},
        dict(view.counters),
        view.enabled,
        view.has_buttons,
        view.now,
        view.age,
        {party: view.now - at for party, at in it.spoke.items()},
    )


_NAMES = ("channel", "account", "message", "request", "target")
_PLAIN_TEXTS = ("text", "sender", "choice", "reason", "message.url", "message.name", "message.mime")
_NUMBERS = ("message.size", "choice index", "attempts")


def _keyed(texts: Mapping[str, str], head: str) -> dict[str, str]:
    return {path.partition(".")[2]: value for path, value in texts.items() if path.startswith(f"{head}.")}


def _details(world: World) -> dict[str, Any]:
    found: dict[str, Any] = {name: world.names[name] for name in ("request", "target") if name in world.names}
    if "reason" in world.texts:
        found["reason"] = world.texts["reason"]
    if "attempts" in world.numbers:
        found["attempts"] = world.numbers["attempts"]
    return {**found, "asked": _keyed(world.texts, "request")}


def _media(world: World) -> Media | None:
    url = world.texts.get("message.url")
    if url is None:
        return None
    return Media(
        url, world.texts.get("message.name"), world.texts.get("message.mime"), world.numbers.get("message.size")
    )
