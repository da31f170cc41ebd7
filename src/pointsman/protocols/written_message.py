"""A message as a person has it at hand: to be shown, not sent.

It is told in one of these forms, which its members tell apart:

- `{"content": {"type": "carousel", …}, "buttons": [{"type": "reply", …}]}`: this project's own model;
- `{"messages": {"msg": [{"body": …, "richContent": …}]}}` or one such `msg`: a call of CM's Business Messaging API;
- `{"text": "Hello", "buttons": ["Yes", "No"]}`, `{"kind": "picture", "url": "…", "text": "…", "size": 6000000}`.
"""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Raw, Struct

from pointsman import limits
from pointsman.model.content import Audio, Content, File, Media, Message, Picture, Reply, Text, Video
from pointsman.protocols.cm_sends import Send, decode_sends
from pointsman.protocols.decoding import check_depth, decode
from pointsman.protocols.wire import Malformed

_OF_CM = frozenset({"body", "richContent"})
_FILES: dict[str, type[Any]] = {"picture": Picture, "video": Video, "audio": Audio, "file": File}
EXAMPLE = '{"text": "Hello", "buttons": ["Yes", "No"]}'


class Short(Struct, frozen=True, forbid_unknown_fields=True):
    """A text or a file, with reply buttons under it. `size` in bytes."""

    text: str = ""
    kind: str = "text"
    url: str = ""
    name: str | None = None
    mime: str | None = None
    size: int | None = None
    buttons: tuple[str, ...] = ()


def decode_message(data: bytes) -> tuple[Message, ...]:
    """Read what was written: one message, or those of the first entry of a call. Raises `Malformed`."""
    members = decode(data, dict[str, Raw])
    check_depth(decode(data, dict[str, Any]), "")
    if "content" in members:
        return (_bounded(decode(data, Message)),)
    if "messages" in members:
        return _of_cm(data)
    if _OF_CM & members.keys():
        whole = {"messages": {"msg": [{"to": [{"number": "0"}], **members}]}}
        return _of_cm(msgspec.json.encode(whole))
    return (_of_short(decode(data, Short)),)


def _of_cm(data: bytes) -> tuple[Message, ...]:
    entry = decode_sends(data)[0]
    if not isinstance(entry, Send):
        raise Malformed("messages.msg[0]", entry.details)
    return entry.messages


def _of_short(short: Short) -> Message:
    buttons = tuple(Reply(label, label) for label in short.buttons)
    if short.kind == "text":
        if not short.text:
            raise Malformed("text", f"missing; write for example {EXAMPLE}")
        return _bounded(Message(Text(short.text), buttons))
    made = _FILES.get(short.kind)
    if made is None:
        raise Malformed("kind", f"`{short.kind}` cannot be told so shortly; write it as `content`")
    if not short.url:
        raise Malformed("url", f"missing; a {short.kind} has an address")
    content: Content = made(Media(short.url, short.name, short.mime, short.size), short.text or None)
    return _bounded(Message(content, buttons))


def _bounded(message: Message) -> Message:
    content = message.content
    if isinstance(content, Text) and len(content.text) > limits.TEXT_CHARACTERS_MAX:
        raise Malformed("text", f"longer than {limits.TEXT_CHARACTERS_MAX} characters")
    return message
