"""Whether messages are what a channel carries: the judge of what leaves, which shares nothing with what makes it.

Laws: a message is judged by its channel's profile alone, limit by limit as `language/ir/channels.py` defines them;
whatever is wrong is said with the limit and who says so. What is unknown of a file (its size, its type) is no fault,
and what only the vendor's own protocol can say (`Native`, `NativeButton`) is of no kind and always carried.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias, assert_never

from pointsman.engine.measure import GSM_ALPHABET, GSM_EXTENSION
from pointsman.language.ir import Carried, Limit, LimitOf, Profile
from pointsman.model.content import (
    Audio,
    Button,
    Card,
    Carousel,
    Contact,
    File,
    FileList,
    Location,
    Media,
    Message,
    Native,
    NativeButton,
    Picture,
    Reply,
    Template,
    Text,
    Video,
    kind_of,
)

_Faults: TypeAlias = Iterator[str]
_FAMILIES = {"image": "picture", "video": "video", "audio": "audio"}
_REGISTERED = {"image/jpg": "image/jpeg"}


def violations(messages: Sequence[Message], profile: Profile) -> tuple[str, ...]:
    """Say what of `messages`, which leave one after the other, the channel does not carry; nothing if all is well.

    Buttons under a message are looked for by the message's own limits: whose they were before is not known here.
    """
    judge = _Judge(profile)
    return tuple(
        f"message {number}: {fault}" for number, message in enumerate(messages, 1) for fault in judge.message(message)
    )


def amount(text: str, limit: Limit) -> tuple[int, int]:
    """Measure a text by a limit: how much it is, and how much it may be, in septets, UTF-16 units, bytes or characters.

    A text that GSM cannot write is never allowed more units than half the septets: else a text could be allowed of
    which a beginning, written in GSM, is too long.
    """
    if limit.unit == "bytes":
        return len(text.encode("utf-8", "surrogatepass")), limit.most
    if limit.unit != "gsm":
        return len(text), limit.most
    if all(character in GSM_ALPHABET or character in GSM_EXTENSION for character in text):
        return sum(2 if character in GSM_EXTENSION else 1 for character in text), limit.most
    units = sum(2 if ord(character) > 0xFFFF else 1 for character in text)
    return units, min(limit.ucs2 or limit.most * 7 // 16, limit.most // 2)


class _Judge:
    def __init__(self, profile: Profile) -> None:
        self._kinds = {line.kind: line for line in profile.messages}
        self._buttons = {line.kind: line for line in profile.buttons}
        self._postback = profile.postback

    def message(self, message: Message) -> _Faults:
        content, buttons = message.content, message.buttons
        kind = kind_of(content)
        if not isinstance(content, Native) and self._kinds[kind].support != "native":
            yield f"{kind} is {_by(self._kinds[kind].support, self._kinds[kind].source)}"
        yield from self._under(buttons, "")
        match content:
            case Text(text):
                yield from _text(text, self._kinds[kind], with_buttons=bool(buttons))
            case Picture(media, words) | Video(media, words) | Audio(media, words) | File(media, words):
                yield from _media(media, self._kinds[kind])
                yield from _length("caption", words, self._kinds[kind], "caption")
            case FileList(files, words):
                yield from _count("files", len(files), self._kinds[kind], "")
                for file in files:
                    yield from _media(file, self._kinds[kind])
                yield from _length("caption", words, self._kinds[kind], "caption")
            case Card():
                yield from self._card(content, (self._kinds["card"],), buttons)
                yield from self._under(content.buttons, "card's ")
            case Carousel(cards):
                yield from _count("cards", len(cards), self._kinds[kind], "")
                for number, card in enumerate(cards, 1):
                    for fault in self._card(card, (self._kinds["card"], self._kinds[kind]), ()):
                        yield f"card {number}: {fault}"
                    for fault in self._under(card.buttons, "card's "):
                        yield f"card {number}: {fault}"
            case Location() | Contact() | Template() | Native():
                pass
            case _:
                assert_never(content)

    def _card(self, card: Card, lines: tuple[Carried, ...], under: tuple[Button, ...]) -> _Faults:
        """`lines` are those that bound it; `under` the buttons of a message that is the card alone."""
        buttons = (*card.buttons, *under)
        labels = [button.label for button in buttons]
        together = "".join([card.title or "", card.description or "", *labels])
        for line in lines:
            if card.media is not None:
                yield from _size("size", card.media.size, line, "")
                yield from _type(card.media, line)
            yield from _length("title", card.title, line, "title")
            yield from _length("description", card.description, line, "description")
            yield from _length("title, description and labels", together, line, "together")
            yield from _count("buttons", len(buttons), line, "buttons")
            for label in labels:
                yield from _length("label", label, line, "caption")
        if card.media is not None and not any(line.types for line in lines):
            family = (card.media.mime or "image/").partition("/")[0].casefold()
            yield from _type(card.media, self._kinds[_FAMILIES.get(family, "file")])

    def _under(self, buttons: tuple[Button, ...], whose: str) -> _Faults:
        """Judge the buttons under one message, or those of one card."""
        for button in buttons:
            if isinstance(button, NativeButton):
                continue
            line = self._buttons[str(button.__struct_config__.tag)]
            if line.support != "native":
                yield f"{whose}button {line.kind} is {_by(line.support, line.source)}"
            yield from _length(f"{whose}label of a button {line.kind}", button.label, line, "caption")
            if button.postback is not None and self._postback is not None:
                yield from _longer("postback", button.postback, self._postback)
        if not self._is_list(buttons):
            for kind in dict.fromkeys(str(button.__struct_config__.tag) for button in buttons):
                if kind in self._buttons:
                    yield from _count(f"{whose}buttons with a button {kind}", len(buttons), self._buttons[kind], "")
        else:
            for button in buttons:
                description = button.description if isinstance(button, Reply) else None
                yield from _length("description of a choice", description, self._buttons["reply"], "description")

    def _is_list(self, buttons: tuple[Button, ...]) -> bool:
        """Whether the channel shows them as a list, since they are too many for buttons and replies all."""
        line = self._buttons["reply"]
        many = any(len(buttons) > limit.most for limit in _limits(line, "", "number"))
        rows = [limit.most for limit in line.limits if limit.of == "rows"]
        return many and bool(rows) and all(isinstance(it, Reply) for it in buttons) and len(buttons) <= min(rows)


# Limits of one line ---------------------------------------------------------------------------------------------------


def _limits(line: Carried, of: LimitOf, *units: str) -> list[Limit]:
    return [limit for limit in line.limits if limit.of == of and limit.unit in units]


def _text(text: str, line: Carried, *, with_buttons: bool) -> _Faults:
    if not text:
        yield "text is empty"
    for limit in _limits(line, "", "characters", "bytes", "gsm"):
        if with_buttons or not limit.with_buttons:
            yield from _longer("text", text, limit)


def _media(media: Media, line: Carried) -> _Faults:
    yield from _size("size", media.size, line, "")
    yield from _size("thumbnail", media.thumbnail_size, line, "thumbnail")
    yield from _type(media, line)


def _type(media: Media, line: Carried) -> _Faults:
    mime = (media.mime or "").partition(";")[0].strip().casefold()
    if not mime or not line.types:
        return
    if not any(_alike(mime, it.casefold()) for it in line.types):
        yield f"type {media.mime} is not among those of {line.kind} {_by(', '.join(line.types), line.source)}"


def _alike(mime: str, allowed: str) -> bool:
    if allowed.endswith("/*"):
        return mime.startswith(allowed[:-1])
    return _REGISTERED.get(mime, mime) == _REGISTERED.get(allowed, allowed)


def _length(what: str, words: str | None, line: Carried, of: LimitOf) -> _Faults:
    for limit in _limits(line, of, "characters", "bytes", "gsm"):
        yield from _longer(what, words or "", limit)


def _longer(what: str, words: str, limit: Limit) -> _Faults:
    found, most = amount(words, limit)
    if found > most:
        yield f"{what} has {found}, {_by(f'at most {most} {limit.unit}', limit.source)}"


def _size(what: str, size: int | None, line: Carried, of: LimitOf) -> _Faults:
    for limit in _limits(line, of, "size"):
        if size is not None and size > limit.most:
            yield f"{what} is {size}, {_by(f'at most {limit.most} bytes', limit.source)}"


def _count(what: str, count: int, line: Carried, of: LimitOf) -> _Faults:
    for limit in _limits(line, of, "number"):
        if not limit.least <= count <= limit.most:
            yield f"{count} {what}, {_by(f'{limit.least} to {limit.most}', limit.source)}"


def _by(says: str, source: str) -> str:
    return f"{says} ({source})" if source else says
