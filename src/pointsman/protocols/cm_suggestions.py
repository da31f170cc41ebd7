"""CM's suggestions, the buttons of its rich content, to buttons and back.

Source: developers.cm.com/messaging, and the SDKs: text-sdk-dotnet `Model/MultiChannel/*Suggestion.cs`,
text-sdk-javascript `typescript-node-client/api.ts`, text-sdk-java `models/multichannel`, text-sdk-php
`RichContent/Suggestions`. They differ in spelling (`reply`/`Reply`, `openUrl`/`OpenUrl`, `postbackdata`/`postbackData`,
`viewLocation`/`location`, `requestLocation`/`RequestLocation`); all are read, and that of CM's own page is written.

Laws:

- An action that the model cannot express stays whole as a `NativeButton`.
- What one of our buttons has and CM has not (composing a message) becomes the nearest link, never nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final
from urllib.parse import quote

import msgspec
from msgspec import Raw, Struct, field

from pointsman import limits
from pointsman.model.content import (
    Button,
    CalendarEvent,
    Compose,
    Dial,
    Location,
    Media,
    NativeButton,
    OpenUrl,
    Reply,
    ShowLocation,
)
from pointsman.protocols.decoding import check_count, decode, decode_opaque, join
from pointsman.protocols.wire import Malformed

PROTOCOL: Final = "cm"


class WireMedia(Struct, frozen=True, omit_defaults=True, rename="camel"):
    media_name: str | None = None
    media_uri: str | None = None
    mime_type: str | None = None
    media_height: str | None = None


class WireLocation(Struct, frozen=True, omit_defaults=True, rename="camel"):
    """Degrees are texts on CM's page, numbers in its JavaScript SDK; `longtitude` is how its inbound page spells it."""

    latitude: str | float | None = None
    longitude: str | float | None = None
    longtitude: str | float | None = None
    label: str | None = None
    search_query: str | None = None
    radius: str | float | None = None


class WireDial(Struct, frozen=True, rename="camel"):
    phone_number: str | None = None


class WireCalendar(Struct, frozen=True, omit_defaults=True, rename="camel"):
    title: str | None = None
    description: str | None = None
    start_time: str | None = None
    end_time: str | None = None


class WireShareLocation(Struct, frozen=True, omit_defaults=True):
    request: bool | None = field(default=None, name="requestLocation")
    request_upper: bool | None = field(default=None, name="RequestLocation")


class WireSuggestion(Struct, frozen=True, omit_defaults=True, rename="camel"):
    action: str = ""
    label: str | None = None
    postback: str | None = field(default=None, name="postbackdata")
    postback_data: str | None = None
    url: str | None = None
    dial: WireDial | None = None
    view_location: WireLocation | None = None
    location: WireLocation | None = None
    calendar: WireCalendar | None = None
    share_location: WireShareLocation | None = None
    media: WireMedia | None = None
    description: str | None = None


def decode_buttons(suggestions: Sequence[Raw] | None, path: str) -> tuple[Button, ...]:
    """Read the suggestions that stand at `path`. Raises `Malformed`."""
    check_count(suggestions or (), limits.CHOICES_MAX, path)
    return tuple(_decode_button(one, f"{path}[{index}]") for index, one in enumerate(suggestions or ()))


def _decode_button(body: Raw, path: str) -> Button:
    wire = decode(body, WireSuggestion, path)
    postback = wire.postback if wire.postback is not None else wire.postback_data
    label = wire.label or (wire.calendar.title if wire.calendar else None) or postback or wire.url or ""
    button = _button(wire, label, postback, path)
    return button if button is not None else NativeButton(label, PROTOCOL, decode_opaque(body, path))


def _button(wire: WireSuggestion, label: str, postback: str | None, path: str) -> Button | None:
    """The button of the model for an action that it knows and that is complete; None else."""
    match wire.action.casefold(), wire:
        case "reply", _:
            media = None if wire.media is None else decode_media(wire.media, join(path, "media"))
            return Reply(label, postback, media, wire.description)
        case "openurl", WireSuggestion(url=str(url)):
            return OpenUrl(label, url, postback)
        case "dial", WireSuggestion(dial=WireDial(phone_number=str(number))):
            return Dial(label, number, postback)
        case "viewlocation", _:
            place = wire.view_location or wire.location
            location = None if place is None else decode_location(place, join(path, "viewLocation"))
            return None if location is None else ShowLocation(label, location, postback=postback)
        case "sharelocation", _:
            return ShowLocation(label, request=True, postback=postback)
        case "createcalendarevent", WireSuggestion(calendar=WireCalendar(title, description, str(start), str(end))):
            return CalendarEvent(label, title or label, start, end, description, postback)
        case _:
            return None


def encode_buttons(buttons: Sequence[Button]) -> list[dict[str, Any]]:
    """Write buttons as suggestions."""
    return [_encode_button(button) for button in buttons]


def _encode_button(button: Button) -> dict[str, Any]:
    if isinstance(button, NativeButton):
        return button.body if button.protocol == PROTOCOL else {"action": "reply", "label": button.label}
    wire: dict[str, Any] = {**_action(button), "label": button.label}
    if button.postback is not None:
        wire["postbackdata"] = button.postback
    return wire


def _action(
    button: Reply | OpenUrl | Dial | Compose | ShowLocation | CalendarEvent,
) -> dict[str, Any]:
    match button:
        case Reply(media=media, description=description):
            extras = {"media": media and encode_media(media), "description": description}
            return {"action": "reply", **{name: value for name, value in extras.items() if value is not None}}
        case OpenUrl(url=url):
            return {"action": "openUrl", "url": url}
        case Dial(number=number):
            return {"action": "Dial", "dial": {"phoneNumber": number}}
        case Compose(number=number, text=text):
            # CM has no such action. RFC 5724 gives the link that opens the phone's own composer.
            return {"action": "openUrl", "url": f"sms:{number}" + (f"?body={quote(text)}" if text else "")}
        case ShowLocation(location=Location() as location):
            return {"action": "viewLocation", "viewLocation": encode_location(location)}
        case ShowLocation():
            return {"action": "ShareLocation", "shareLocation": {"requestLocation": True}}
        case CalendarEvent(title=title, start=start, end=end, description=description):
            calendar = WireCalendar(title, description, start, end)
            return {"action": "CreateCalendarEvent", "calendar": msgspec.to_builtins(calendar)}


def decode_media(wire: WireMedia, path: str) -> Media:
    """Read a file's address and type. Raises `Malformed` where there is no address."""
    if not wire.media_uri:
        raise Malformed(join(path, "mediaUri"), "missing")
    height = None if wire.media_height is None else wire.media_height.lower()
    return Media(wire.media_uri, wire.media_name or None, wire.mime_type or None, height=height)


def encode_media(media: Media) -> dict[str, Any]:
    """Write a file. CM's `media` carries name, address, type and height, nothing else."""
    height = None if media.height is None else media.height.capitalize()
    return _built(WireMedia(media.name, media.url, media.mime, height))


def decode_location(wire: WireLocation, path: str) -> Location | None:
    """Read a location; None where it is only a search that the customer's phone resolves (`searchQuery` alone).

    Raises `Malformed` where the degrees are none.
    """
    longitude = wire.longitude if wire.longitude is not None else wire.longtitude
    if wire.latitude in (None, "") and longitude in (None, "") and wire.search_query:
        return None
    return Location(
        _number(wire.latitude, join(path, "latitude"), 90),
        _number(longitude, join(path, "longitude"), 180),
        wire.label or None,
        search=wire.search_query or None,
        radius=None if wire.radius in (None, "") else _number(wire.radius, join(path, "radius"), 1e9),
    )


def encode_location(location: Location) -> dict[str, Any]:
    """Write a location for sending: CM takes its degrees as texts, the radius as a number."""
    radius = location.radius
    return _built(
        WireLocation(
            repr(location.latitude),
            repr(location.longitude),
            label=location.label,
            search_query=location.search,
            radius=int(radius) if radius is not None and radius.is_integer() else radius,
        )
    )


def _number(value: str | float | None, path: str, most: float) -> float:
    """A number as text or as itself, between -`most` and `most`."""
    try:
        number = float(value) if value is not None else None
    except ValueError:
        number = None
    if number is None or not -most <= number <= most:
        raise Malformed(path, f"expected a number from {-most:g} to {most:g}")
    return number


def _built(wire: Struct) -> dict[str, Any]:
    built: dict[str, Any] = msgspec.to_builtins(wire)
    return built
