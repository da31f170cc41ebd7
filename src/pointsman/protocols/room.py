"""What of a message a protocol has room for, as data, and what a message loses where it has none.

Laws:

- What is not told as a loss arrives: a protocol's own reader gives back what its writer was given, but for the losses.
- A kind that is not among `contents` is written in words, as far as it has any (`plain`). What only another protocol
  knows has none but its fallback; without one there is nothing to say, and nothing is sent.
- `meta` and `options` are no part of what is said: nothing is told of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, Literal, TypeAlias

from msgspec import Struct

from pointsman import limits
from pointsman.model.content import (
    Button,
    Card,
    Carousel,
    Contact,
    Content,
    FileList,
    Location,
    Media,
    Message,
    Native,
    NativeButton,
    ShowLocation,
    Template,
    Text,
    kind_of,
    media_of,
)
from pointsman.model.decision import Loss
from pointsman.protocols.media_kinds import media_content
from pointsman.protocols.plain import plain_text

Members: TypeAlias = frozenset[str]
Kind: TypeAlias = Literal["split", "truncated", "emulated", "linked", "dropped"]
REQUEST: Final = "location request"
"""Among buttons: one that asks for a location instead of showing one."""
IN_CAROUSEL: Final = "card of a carousel"
FILES = ("picture", "video", "audio", "file")
_WITH_FILES = frozenset({*FILES, "file list"})
_SAID_ELSEWHERE = frozenset({"label", "location", "media", "files", "cards", "buttons", "protocol", "body", "kind"})


def members(names: str) -> Members:
    """Names that stand one behind the other, as a set."""
    return frozenset(names.split())


class Room(Struct, frozen=True, kw_only=True):
    """What `protocol` has room for.

    `contents` and `buttons` have an entry for each kind that it knows: the members of ours that arrive. `files` are
    those of a file besides its address, by what it stands in (`reply`: a button's picture). `apart`: what becomes a
    message of its own (`caption`, or the files of a `file list`). `instead`: what is written for a kind of button that
    it does not know; without an entry, a line of text. `natives` are the protocols whose own content passes through;
    None: everybody's. `text_max`: characters of a text.
    `presses`: whether the postback of a press arrives. `by_type`: a file is of the kind that its MIME type says, or
    the end of its name.
    """

    protocol: str
    contents: Mapping[str, Members]
    files: Mapping[str, Members] = {}
    buttons: Mapping[str, Members] = {}
    apart: Members = frozenset()
    instead: Mapping[str, str] = {}
    natives: Members | None = frozenset()
    text_max: int | None = None
    presses: bool = True
    by_type: bool = False


def words_only(protocol: str, text_max: int | None = None, *, presses: bool = False) -> Room:
    """The room of a protocol of texts."""
    return Room(protocol=protocol, contents={"text": frozenset()}, text_max=text_max, presses=presses)


def is_sayable(message: Message, room: Room) -> bool:
    """Whether anything is left to be sent of a message."""
    content = message.content
    match content:
        case Native() | Template():
            return _is_own(content, room) or bool(message.fallback and message.fallback.strip())
        case Contact(name, phone, email, address, cards):
            return bool(name or phone or email or address or (cards and "cards" in room.contents.get("contact", ())))
        case Card(title, description, media, buttons):
            return bool(title or description or media or buttons or message.buttons)
        case Text(text):
            return bool(text or room.buttons or plain_text(message))
        case _:
            return kind_of(content) in room.contents or bool(plain_text(message))


def losses(message: Message, room: Room) -> tuple[Loss, ...]:
    """Tell what a message loses in `room`; nothing where all of it arrives."""
    content = message.content
    if type(content) is Text and not message.buttons and message.choice is None and room.text_max is None:
        return ()
    if not is_sayable(message, room):
        empty = isinstance(content, Text) and not message.buttons
        return () if empty else (_loss(room, "dropped", _name(content), "nothing could be said of it"),)
    if _is_kept(content, room) and not room.buttons:
        under = [_loss(room, "dropped", f"button `{button.label}`", "left out") for button in message.buttons]
    else:
        under = list(_of_buttons(message.buttons, room))
    found = dict.fromkeys((*_of_content(message, room), *under, *_of_press(message, room)))
    return tuple(found)[: limits.MESSAGE_ITEMS_MAX]


def _loss(room: Room, kind: Kind, what: str, became: str, limit: str = "") -> Loss:
    # Names of kinds and labels are the sender's, and as long as the sender likes.
    return Loss(kind, what[: limits.GLANCE_CHARACTERS_MAX], became, limit, f"protocol {room.protocol}")


def _name(content: Content) -> str:
    match content:
        case Native(protocol, kind):
            return f"{kind} of {protocol}"
        case Template(protocol):
            return f"template of {protocol}"
        case _:
            return kind_of(content)


def _is_own(it: Native | Template | NativeButton, room: Room) -> bool:
    return room.natives is None or it.protocol in room.natives


def _is_kept(content: Content, room: Room) -> bool:
    """Whether content arrives as what it is, with no words of ours beside it."""
    if isinstance(content, Native | Template):
        return _is_own(content, room)
    return not isinstance(content, Text) and kind_of(content) in room.contents


def _of_content(message: Message, room: Room) -> Iterator[Loss]:
    content, kind = message.content, kind_of(message.content)
    if _is_kept(content, room):
        yield from _of_known(content, kind, room)
        return
    if not isinstance(content, Text):
        linked = kind in _WITH_FILES or kind == "location"
        yield _loss(room, "linked" if linked else "emulated", _name(content), "text")
    words = len(plain_text(message))
    if room.text_max is not None and words > room.text_max:
        yield _loss(room, "truncated", "text", f"{words} characters cut", f"{room.text_max} characters")


def _of_known(content: Content, kind: str, room: Room) -> Iterator[Loss]:
    if isinstance(content, Native | Template):
        return
    if isinstance(content, Card):
        yield from _of_card(content, "card", room)
        return
    yield from _left_out(content, kind, room.contents[kind], room)
    if kind in room.apart:
        yield _loss(room, "split", kind, "a message for each file")
    if "caption" in room.apart and kind in FILES and getattr(content, "caption", None):
        yield _loss(room, "split", "caption", "a text behind the file")
    match content:
        case FileList(files):
            for media in files:
                yield from _left_out(media, kind, room.files[kind], room)
        case Carousel(cards):
            for card in cards:
                yield from _of_card(card, IN_CAROUSEL, room)
        case _:
            if (shown := media_of(Message(content))) is not None:
                yield from _left_out(shown, kind, room.files[kind], room)
                became = kind_of(media_content(shown, None))
                if room.by_type and became != kind:
                    yield _loss(room, "emulated", kind, became)


def _of_card(card: Card, place: str, room: Room) -> Iterator[Loss]:
    yield from _left_out(card, "card", room.contents[place], room)
    if card.media is not None:
        yield from _left_out(card.media, "card", room.files["card"], room)
    yield from _of_buttons(card.buttons, room)


def _left_out(part: Struct, name: str, kept: Members, room: Room) -> Iterator[Loss]:
    """What of one part has a value and no room."""
    known = kept | _SAID_ELSEWHERE - ({"label", "cards"} if isinstance(part, Location | Contact) else set())
    known |= {"url"} if isinstance(part, Media) else set()
    absent = [field for field in part.__struct_fields__ if field not in known and _is_there(getattr(part, field))]
    if absent:
        yield _loss(room, "dropped", name, f"without its {', '.join(absent)}")


def _is_there(value: Any) -> bool:
    return value is not None and value != () and value != "" and value is not False


def _of_buttons(buttons: tuple[Button, ...], room: Room) -> Iterator[Loss]:
    for button in buttons:
        kind, name = button_kind(button), f"button `{button.label}`"
        if isinstance(button, NativeButton):
            if not _is_own(button, room):
                yield _loss(room, "emulated", name, room.instead.get(kind, "text"))
        elif kind not in room.buttons:
            yield _loss(room, "emulated", name, room.instead.get(kind, "text"))
        else:
            yield from _left_out(button, name, room.buttons[kind], room)
            yield from _inside(button, name, room)


def _inside(button: Button, name: str, room: Room) -> Iterator[Loss]:
    match button:
        case ShowLocation(location=Location() as location):
            yield from _left_out(location, name, room.contents["location"], room)
        case _:
            media = getattr(button, "media", None)
            if media is not None and "reply" in room.files:
                yield from _left_out(media, name, room.files["reply"], room)
            elif media is not None:
                yield _loss(room, "dropped", name, "without its media")


def button_kind(button: Button) -> str:
    """Name the kind of a button as rules write it, and apart from those that show a location, one that asks for it."""
    if isinstance(button, ShowLocation) and button.location is None:
        return REQUEST
    return str(button.__struct_config__.tag)


def _of_press(message: Message, room: Room) -> Iterator[Loss]:
    choice = message.choice
    if choice is not None and choice.postback not in (None, choice.label) and not room.presses:
        yield _loss(room, "dropped", f"press of `{choice.label}`", "without its postback")
