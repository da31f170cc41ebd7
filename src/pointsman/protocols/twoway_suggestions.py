"""Buttons in TwoWay: CM's suggestions, with members of ours for what CM has no word for.

CM documents no buttons for TwoWay (protocols section 1.5), so its rich content's are taken, written as `cm_suggestions`
has them. Ours: `{"action": "compose", "label", "compose": {"phoneNumber", "text"}}`; `{"action": "native", "label",
"protocol", "body"}` for a button that only another protocol knows; and the members of `WireMedia` and `WireLocation`
below, in a button as in a message.

Law: whatever the model can express is read back as it was.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Raw, Struct, structs

from pointsman import limits
from pointsman.model.content import Button, Compose, Location, Media, NativeButton, Reply, ShowLocation
from pointsman.protocols import cm_suggestions
from pointsman.protocols.cm_suggestions import PROTOCOL as CM
from pointsman.protocols.decoding import check_count, decode, decode_opaque, join
from pointsman.protocols.wire import Malformed

Count = Annotated[int, Meta(ge=0, le=2**53)]
"""Bytes or seconds: what JSON's readers hold exactly."""


class WireMedia(cm_suggestions.WireMedia, frozen=True, omit_defaults=True, rename="camel"):
    """CM's file, and what else the model knows of one. `size` in bytes, `seconds` of playing time."""

    size: Count | None = None
    seconds: Count | None = None
    file_type: str | None = None
    thumbnail_uri: str | None = None
    thumbnail_name: str | None = None
    thumbnail_mime_type: str | None = None
    thumbnail_size: Count | None = None


class WireLocation(cm_suggestions.WireLocation, frozen=True, omit_defaults=True, rename="camel"):
    """CM's place, and the address of a page about it."""

    url: str | None = None


class WireCompose(Struct, frozen=True, omit_defaults=True, rename="camel"):
    phone_number: str
    text: str | None = None


class WireAction(Struct, frozen=True):
    action: str = ""


class WireComposeButton(Struct, frozen=True):
    compose: WireCompose
    label: str = ""
    postbackdata: str | None = None


class WireNativeButton(Struct, frozen=True):
    protocol: str
    body: Raw
    label: str = ""


class WireMore(Struct, frozen=True, rename="camel"):
    """What is read of a suggestion of CM's besides what CM's has."""

    media: WireMedia | None = None
    view_location: WireLocation | None = None
    location: WireLocation | None = None


def decode_buttons(suggestions: Sequence[Raw] | None, path: str) -> tuple[Button, ...]:
    """Read the suggestions that stand at `path`. Raises `Malformed`."""
    check_count(suggestions or (), limits.CHOICES_MAX, path)
    return tuple(_decode_button(one, f"{path}[{index}]") for index, one in enumerate(suggestions or ()))


def _decode_button(body: Raw, path: str) -> Button:
    match decode(body, WireAction, path).action.casefold():
        case "compose":
            compose = decode(body, WireComposeButton, path)
            return Compose(compose.label, compose.compose.phone_number, compose.compose.text, compose.postbackdata)
        case "native":
            native = decode(body, WireNativeButton, path)
            return NativeButton(native.label, native.protocol, decode_opaque(native.body, join(path, "body")))
        case _:
            (button,) = cm_suggestions.decode_buttons((body,), path)
            return _with_more(button, body, path)


def _with_more(button: Button, body: Raw, path: str) -> Button:
    match button:
        case Reply(media=Media()):
            media = decode(body, WireMore, path).media
            return button if media is None else structs.replace(button, media=decode_media(media, path))
        case ShowLocation(location=Location()):
            more = decode(body, WireMore, path)
            place = more.view_location or more.location
            return button if place is None else structs.replace(button, location=decode_location(place, path))
        case _:
            return button


def encode_buttons(buttons: Sequence[Button]) -> list[dict[str, Any]]:
    """Write buttons as suggestions."""
    return [_encode_button(button) for button in buttons]


def _encode_button(button: Button) -> dict[str, Any]:
    match button:
        case Compose(label, number, text, postback):
            compose = msgspec.to_builtins(WireCompose(number, text))
            wire = {"action": "compose", "label": label, "compose": compose, "postbackdata": postback}
            return {name: value for name, value in wire.items() if value is not None}
        case NativeButton(label, protocol, body) if protocol != CM:
            return {"action": "native", "label": label, "protocol": protocol, "body": body}
    (wire,) = cm_suggestions.encode_buttons((button,))
    match button:
        case Reply(media=Media() as media):
            return {**wire, "media": encode_media(media)}
        case ShowLocation(location=Location() as location):
            return {**wire, "viewLocation": encode_location(location)}
        case _:
            return wire


def decode_media(wire: WireMedia, path: str) -> Media:
    """Read a file. Raises `Malformed` where there is no address."""
    return structs.replace(
        cm_suggestions.decode_media(wire, path),
        size=wire.size,
        seconds=wire.seconds,
        file_type=wire.file_type,
        thumbnail_url=wire.thumbnail_uri,
        thumbnail_name=wire.thumbnail_name,
        thumbnail_mime=wire.thumbnail_mime_type,
        thumbnail_size=wire.thumbnail_size,
    )


def encode_media(media: Media) -> dict[str, Any]:
    """Write a file with all that is known of it."""
    ours = WireMedia(
        size=media.size,
        seconds=media.seconds,
        file_type=media.file_type,
        thumbnail_uri=media.thumbnail_url,
        thumbnail_name=media.thumbnail_name,
        thumbnail_mime_type=media.thumbnail_mime,
        thumbnail_size=media.thumbnail_size,
    )
    return {**cm_suggestions.encode_media(media), **msgspec.to_builtins(ours)}


def decode_location(wire: WireLocation, path: str) -> Location:
    """Read a place. Raises `Malformed` where the degrees are none."""
    location = cm_suggestions.decode_location(wire, path)
    if location is None:
        raise Malformed(join(path, "latitude"), "missing")
    return structs.replace(location, url=wire.url)


def encode_location(location: Location) -> dict[str, Any]:
    """Write a place. Its degrees are numbers, as in the rest of what CM delivers; both are read."""
    wire = cm_suggestions.encode_location(location)
    degrees = {"latitude": location.latitude, "longitude": location.longitude}
    return {**wire, **degrees} if location.url is None else {**wire, **degrees, "url": location.url}
