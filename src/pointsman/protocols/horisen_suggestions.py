"""HORISEN's suggestions, the buttons of its Conversation API, to buttons and back.

Source: `sources/horisen-conversation-api.txt` 5.14 to 5.20 and 5.23; protocols §3.1.

Laws:

- A suggestion has exactly one action. Inside a card the document lists the action objects themselves, without `text`:
  those are read wherever a suggestion is, told by their members, and their label is the best word they have.
- `composeMessage.test` is the document's spelling of the text; `text` is read too, and both are written.
- A reply is written with a postback always, its label where it has none: channels behind HORISEN ask for one.
- What HORISEN has no action for (asking for a location, another vendor's button) is written as a reply.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias, assert_never

from msgspec import Raw, Struct

from pointsman import limits
from pointsman.model.content import (
    Button,
    CalendarEvent,
    Compose,
    Dial,
    Location,
    NativeButton,
    OpenUrl,
    Reply,
    ShowLocation,
)
from pointsman.protocols.decoding import decode, join
from pointsman.protocols.wire import Malformed


class WireReplyWith(Struct, frozen=True):
    postback: str | None = None


class WireOpenUrl(Struct, frozen=True):
    url: str | None = None


class WireDialNumber(Struct, frozen=True):
    number: str | None = None


class WireComposeMessage(Struct, frozen=True):
    number: str | None = None
    test: str | None = None
    text: str | None = None


class WireShowMapLocation(Struct, frozen=True):
    latitude: float | None = None
    longitude: float | None = None
    label: str | None = None
    url: str | None = None


class WireCreateCalendarEvent(Struct, frozen=True):
    title: str | None = None
    description: str | None = None
    start: str | None = None
    end: str | None = None


Action: TypeAlias = (
    WireReplyWith | WireOpenUrl | WireDialNumber | WireComposeMessage | WireShowMapLocation | WireCreateCalendarEvent
)


class WireSuggestion(Struct, frozen=True, rename="camel"):
    """A suggestion; the members from `url` on are those of an action that stands by itself."""

    text: str | None = None
    postback: str | None = None
    reply_with: WireReplyWith | None = None
    open_url: WireOpenUrl | None = None
    dial_number: WireDialNumber | None = None
    compose_message: WireComposeMessage | None = None
    show_map_location: WireShowMapLocation | None = None
    create_calendar_event: WireCreateCalendarEvent | None = None
    url: str | None = None
    number: str | None = None
    test: str | None = None
    latitude: float | None = None
    longitude: float | None = None
    label: str | None = None
    title: str | None = None
    description: str | None = None
    start: str | None = None
    end: str | None = None


_ACTIONS = {
    "replyWith": "reply_with",
    "openUrl": "open_url",
    "dialNumber": "dial_number",
    "composeMessage": "compose_message",
    "showMapLocation": "show_map_location",
    "createCalendarEvent": "create_calendar_event",
}
"""The six actions: their members on the wire and in `WireSuggestion`."""


def decode_suggestions(suggestions: Sequence[Raw] | None, path: str) -> tuple[Button, ...]:
    """Read the suggestions that stand at `path`. Raises `Malformed`."""
    if len(suggestions or ()) > limits.CHOICES_MAX:
        raise Malformed(path, f"more than {limits.CHOICES_MAX} suggestions")
    return tuple(_decode(one, f"{path}[{index}]") for index, one in enumerate(suggestions or ()))


def _decode(body: Raw, path: str) -> Button:
    wire = decode(body, WireSuggestion, path)
    named = {name: getattr(wire, member) for name, member in _ACTIONS.items() if getattr(wire, member) is not None}
    if len(named) > 1:
        raise Malformed(path, f"more than one action: {', '.join(named)}")
    for name, action in named.items():
        return _button(wire, action, path, join(path, name))
    return _button(wire, _bare_action(wire, path), path, path)


def _bare_action(wire: WireSuggestion, path: str) -> Action:
    """The action of a suggestion that names none: the one whose members it has."""
    found: list[Action] = []
    if wire.latitude is not None or wire.longitude is not None:
        found.append(WireShowMapLocation(wire.latitude, wire.longitude, wire.label, wire.url))
    elif wire.url is not None:
        found.append(WireOpenUrl(wire.url))
    if wire.number is not None:
        dial, compose = WireDialNumber(wire.number), WireComposeMessage(wire.number, wire.test)
        found.append(dial if wire.test is None else compose)
    if wire.start is not None or wire.end is not None:
        found.append(WireCreateCalendarEvent(wire.title, wire.description, wire.start, wire.end))
    if not found and wire.postback is not None:
        found.append(WireReplyWith(wire.postback))
    if len(found) != 1:
        raise Malformed(path, f"expected exactly one action: {', '.join(_ACTIONS)}")
    return found[0]


def _button(wire: WireSuggestion, action: Action, path: str, place: str) -> Button:
    """The button of the suggestion at `path`, whose action stands at `place`."""
    postback = wire.postback
    match action:
        case WireReplyWith(own):
            postback = own if own is not None else postback
            return Reply(_needed(wire.text or postback, path, "text"), postback)
        case WireOpenUrl(url):
            address = _needed(url, place, "url")
            return OpenUrl(wire.text or address, address, postback)
        case WireDialNumber(number):
            to = _needed(number, place, "number")
            return Dial(wire.text or to, to, postback)
        case WireComposeMessage(number, test, text):
            to = _needed(number, place, "number")
            return Compose(wire.text or to, to, text if text is not None else test, postback)
        case WireShowMapLocation(latitude, longitude, label, url):
            location = decode_location(latitude, longitude, label, url, path=place)
            return ShowLocation(_needed(wire.text or label, path, "text"), location, postback=postback)
        case WireCreateCalendarEvent(title, description, start, end):
            name = _needed(title or wire.text, place, "title")
            times = _needed(start, place, "start"), _needed(end, place, "end")
            return CalendarEvent(wire.text or name, name, *times, description, postback)
        case _:
            assert_never(action)


def _needed(value: str | None, path: str, member: str) -> str:
    if not value:
        raise Malformed(join(path, member), "missing")
    return value


def decode_location(
    latitude: float | None, longitude: float | None, label: str | None, url: str | None, *, path: str
) -> Location:
    """Build a location from the members that stand at `path`. Raises `Malformed` where the degrees are none."""
    return Location(
        _degrees(latitude, join(path, "latitude"), 90),
        _degrees(longitude, join(path, "longitude"), 180),
        label or None,
        url or None,
    )


def _degrees(value: float | None, path: str, most: int) -> float:
    if value is None:
        raise Malformed(path, "missing")
    if not -most <= value <= most:
        raise Malformed(path, f"expected a number from {-most} to {most}")
    return value


def encode_suggestions(buttons: Sequence[Button]) -> list[dict[str, Any]]:
    """Write buttons as suggestions, each with its text, in a card too."""
    return [_encode(button) for button in buttons]


def _encode(button: Button) -> dict[str, Any]:
    match button:
        case OpenUrl(url=url):
            action: dict[str, Any] = {"openUrl": {"url": url}}
        case Dial(number=number):
            action = {"dialNumber": {"number": number}}
        case Compose(number=number, text=text):
            action = {"composeMessage": _present({"number": number, "test": text, "text": text})}
        case ShowLocation(location=Location() as location):
            action = {"showMapLocation": encode_location(location, "label")}
        case CalendarEvent(title=title, start=start, end=end, description=description):
            event = {"title": title, "description": description, "start": start, "end": end}
            action = {"createCalendarEvent": _present(event)}
        case Reply(label, postback) | ShowLocation(label, _, _, postback):
            told = label if postback is None else postback
            return {"text": label, "postback": told, "replyWith": {"postback": told}}
        case NativeButton(label):
            return {"text": label, "postback": label, "replyWith": {"postback": label}}
        case _:
            assert_never(button)
    return {**_present({"text": button.label, "postback": button.postback}), **action}


def encode_location(location: Location, label: str) -> dict[str, Any]:
    """Write a location; `label` is the member that its words stand in."""
    degrees = {"latitude": location.latitude, "longitude": location.longitude}
    return {**degrees, **_present({label: location.label, "url": location.url})}


def _present(members: dict[str, str | None]) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value is not None}
