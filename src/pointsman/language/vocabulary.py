"""The words of the language as data: channels, kinds of value, fields, events. Checks, docs and tests read this table.

A field that ends in `.*` stands for any key behind the dot.
"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from pointsman.model.content import MESSAGE_KINDS

LANGUAGE_VERSION = 1
"""The newest version of the language; apart from the package's version."""

CHANNELS = ("SMS", "WhatsApp", "RCS", "Telegram", "Viber", "Facebook", "Instagram", "Email", "Web Push")
"""The nine channels of the standard library."""


class Kind(StrEnum):
    TEXT = "text"
    NUMBER = "number"
    SIZE = "size"
    DURATION = "duration"
    MOMENT = "moment"
    TRUTH = "truth"
    CHOICE = "choice"
    LIST = "list"


class Occasion(StrEnum):
    """A family of events that offer the same fields and allow the same actions."""

    MESSAGE_IN = "message from customer"
    MESSAGE_OUT = "message from NAME"
    TO_CUSTOMER = "message to customer"
    CHANGE = "NAME enabled | NAME disabled"
    LIFETIME = "conversation starts | conversation ends"
    WAIT = "silence | no answer | timer"
    FAILURE = "delivery failed"
    REQUEST = "request from NAME"


MESSAGES = frozenset({Occasion.MESSAGE_IN, Occasion.MESSAGE_OUT, Occasion.TO_CUSTOMER})
ANY = frozenset(Occasion)


class FieldRecord(Struct, frozen=True):
    """`names` are the values of a closed set, where the set is fixed by the language."""

    path: str
    kind: Kind
    on: frozenset[Occasion]
    prose: str
    example: str
    names: tuple[str, ...] = ()


REQUESTS = ("enable", "disable", "position", "reset", "end", "hand over")

FIELDS: tuple[FieldRecord, ...] = (
    FieldRecord(
        "text", Kind.TEXT, MESSAGES, "the words of the message: its text, or a file's caption", 'text is "stop"'
    ),
    FieldRecord("message", Kind.CHOICE, MESSAGES, "the kind of the message", "message is picture", MESSAGE_KINDS),
    FieldRecord("message.size", Kind.SIZE, MESSAGES, "bytes of the message's file", "message.size > 5 MB"),
    FieldRecord("message.url", Kind.TEXT, MESSAGES, "address of the message's file", 'message.url ends with ".pdf"'),
    FieldRecord("message.name", Kind.TEXT, MESSAGES, "name of the message's file", 'message.name ends with ".pdf"'),
    FieldRecord("message.mime", Kind.TEXT, MESSAGES, "MIME type of the file", 'message.mime is "image/png"'),
    FieldRecord("choice", Kind.TEXT, MESSAGES, "label of the button that was pressed", 'choice is "Yes"'),
    FieldRecord(
        "choice index", Kind.NUMBER, MESSAGES, "its place among the options offered, from 1", "choice index is 1"
    ),
    FieldRecord("meta.*", Kind.TEXT, MESSAGES, "what the sender attached to the message", 'meta.mood is "angry"'),
    FieldRecord("intent", Kind.TEXT, MESSAGES, "short for `meta.intent`", 'intent is "none"'),
    FieldRecord("channel", Kind.CHOICE, ANY, "the channel of the conversation", "channel is WhatsApp", CHANNELS),
    FieldRecord("sender", Kind.TEXT, ANY, "the customer's address, canonical", "sender in vips"),
    FieldRecord("account", Kind.CHOICE, ANY, "the account of the conversation", "account is shop"),
    FieldRecord("context.*", Kind.TEXT, ANY, "text that travels with handovers", 'context.team is "billing"'),
    FieldRecord("contact.*", Kind.TEXT, ANY, "what the channel knows of the customer", 'contact.language is "nl"'),
    FieldRecord("reason", Kind.TEXT, frozenset({Occasion.FAILURE}), "why the delivery failed", 'reason is "expired"'),
    FieldRecord("attempts", Kind.NUMBER, frozenset({Occasion.FAILURE}), "how often it was tried", "attempts >= 3"),
    FieldRecord(
        "request", Kind.CHOICE, frozenset({Occasion.REQUEST}), "what is asked for", "request is reset", REQUESTS
    ),
    FieldRecord("target", Kind.CHOICE, frozenset({Occasion.REQUEST}), "the component it concerns", "target is CmBot"),
    FieldRecord("request.*", Kind.TEXT, frozenset({Occasion.REQUEST}), "context sent with it", 'request.team is "vip"'),
)
