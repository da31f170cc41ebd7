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
"""What conditions and templates can name. The fields of a calendar follow its name: see CALENDAR_FIELDS."""

CALENDAR_FIELDS: tuple[FieldRecord, ...] = (
    FieldRecord("next_open", Kind.MOMENT, ANY, "when the calendar opens next, from now on", "{office.next_open}"),
    FieldRecord("next_close", Kind.MOMENT, ANY, "when the calendar closes next, from now on", "{office.next_close}"),
)


class QuantityRecord(Struct, frozen=True):
    """A value that is computed and can be compared or written in a template. `name` is the tag of its IR node."""

    name: str
    form: str
    kind: Kind
    on: frozenset[Occasion]
    prose: str
    example: str


QUANTITIES: tuple[QuantityRecord, ...] = (
    QuantityRecord(
        "count",
        "count of COUNTER",
        Kind.NUMBER,
        ANY,
        "a counter of the conversation, 0 at first",
        "count of misses >= 2",
    ),
    QuantityRecord("length", "length of FIELD", Kind.NUMBER, ANY, "code points of a text", "length of text > 500"),
    QuantityRecord(
        "age", "conversation age", Kind.DURATION, ANY, "how long ago the session began", "conversation age > 24h"
    ),
)


class PredicateRecord(Struct, frozen=True):
    """One form of condition. `kinds` are the kinds it can be asked of; none where it does not ask about a field."""

    name: str
    form: str
    kinds: frozenset[Kind]
    prose: str
    example: str


_TEXTS = frozenset({Kind.TEXT})
_AMOUNTS = frozenset({Kind.NUMBER, Kind.SIZE, Kind.DURATION})
_FIELD_KINDS = frozenset({Kind.TEXT, Kind.NUMBER, Kind.SIZE, Kind.MOMENT, Kind.CHOICE})
_FIXED = frozenset[Kind]()

PREDICATES: tuple[PredicateRecord, ...] = (
    PredicateRecord(
        "is", "FIELD is VALUE", _TEXTS | _AMOUNTS | {Kind.CHOICE}, "equal; text after folding", 'text is "stop"'
    ),
    PredicateRecord(
        "in", "FIELD in (VALUES) | LIST", _TEXTS | _AMOUNTS | {Kind.CHOICE}, "equal to any of several", "sender in vips"
    ),
    PredicateRecord(
        "starts with", "FIELD starts with VALUE", _TEXTS, "begins with, after folding", 'text starts with "order "'
    ),
    PredicateRecord("ends with", "FIELD ends with VALUE", _TEXTS, "ends with, after folding", 'text ends with "?"'),
    PredicateRecord(
        "contains",
        "FIELD contains VALUE | any LIST",
        _TEXTS,
        "holds the string anywhere, after folding",
        'text contains "refund"',
    ),
    PredicateRecord(
        "mentions",
        "FIELD mentions VALUE | any LIST",
        _TEXTS,
        "holds the words as whole words, after folding",
        'text mentions "agent"',
    ),
    PredicateRecord(
        "matches",
        "FIELD matches /REGEX/",
        _TEXTS,
        "holds a match; its named groups become fields of the rule",
        r"text matches /order (?P<number>\d{6})/",
    ),
    PredicateRecord("compare", "FIELD < | <= | > | >= VALUE", _AMOUNTS, "compares in order", "message.size > 5 MB"),
    PredicateRecord("exists", "FIELD exists", _FIELD_KINDS, "the field has a value", "context.order exists"),
    PredicateRecord(
        "enabled", "COMPONENT is enabled | disabled", _FIXED, "the routing of this conversation", "CmBot is enabled"
    ),
    PredicateRecord("open", "CALENDAR is open | closed", _FIXED, "the calendar at this moment", "office is open"),
    PredicateRecord(
        "has buttons", "message has buttons", _FIXED, "the message has at least one button", "message has buttons"
    ),
    PredicateRecord(
        "older",
        "last message from PARTY older than DURATION",
        _FIXED,
        "the party spoke in this session, and longer ago",
        "last message from customer older than 24h",
    ),
    PredicateRecord(
        "sample", "sample PERCENT", _FIXED, "a fixed share of conversations, of each rule another", "sample 10%"
    ),
    PredicateRecord("not", "not CONDITION", _FIXED, "the opposite", 'not text is "stop"'),
    PredicateRecord("and", "CONDITION and CONDITION", _FIXED, "both", 'channel is SMS and text is "stop"'),
    PredicateRecord("or", "CONDITION or CONDITION", _FIXED, "one or both", 'text is "stop" or text is "end"'),
)


class EventRecord(Struct, frozen=True):
    """One form of event, as `policy NAME on` takes it. `done` False: it parses, and a use is reported as `not-yet`."""

    name: str
    form: str
    occasion: Occasion
    prose: str
    example: str
    done: bool = True


EVENTS: tuple[EventRecord, ...] = (
    EventRecord(
        "from customer", "message from customer", Occasion.MESSAGE_IN, "the customer wrote", "message from customer"
    ),
    EventRecord(
        "from component",
        "message from NAME | any ROLE",
        Occasion.MESSAGE_OUT,
        "a component wrote to the customer",
        "message from any bot",
    ),
    EventRecord(
        "to customer",
        "message to customer",
        Occasion.TO_CUSTOMER,
        "a message is about to leave for the customer, before it is downgraded",
        "message to customer",
    ),
    EventRecord("enabled", "NAME enabled", Occasion.CHANGE, "the component has been enabled", "CmBot enabled"),
    EventRecord("disabled", "NAME disabled", Occasion.CHANGE, "the component has been disabled", "CmBot disabled"),
    EventRecord(
        "starts",
        "conversation starts",
        Occasion.LIFETIME,
        "a session begins; handled before its first message",
        "conversation starts",
    ),
    EventRecord(
        "ends",
        "conversation ends",
        Occasion.LIFETIME,
        "a session is over; handled after the message that ended it",
        "conversation ends",
    ),
    EventRecord("silence", "silence for DURATION", Occasion.WAIT, "nobody has spoken for that long", "silence for 15m"),
    EventRecord(
        "silence of customer",
        "silence of customer for DURATION",
        Occasion.WAIT,
        "the customer has not answered for that long",
        "silence of customer for 1h",
    ),
    EventRecord(
        "no answer",
        "no answer from NAME for DURATION",
        Occasion.WAIT,
        "a component that may speak has left the customer waiting for that long",
        "no answer from CustomerContact for 5m",
    ),
    EventRecord("timer", "timer NAME", Occasion.WAIT, "a timer has run out", "timer reminder"),
    EventRecord(
        "delivery failed",
        "delivery failed [to NAME | customer]",
        Occasion.FAILURE,
        "a message could not be delivered",
        "delivery failed to customer",
        done=False,
    ),
    EventRecord(
        "request",
        "request from NAME | any component",
        Occasion.REQUEST,
        "a component asks for a change of routing",
        "request from any component",
    ),
)


class ActionRecord(Struct, frozen=True):
    """One action. `on`: the occasions that allow it. `done` False: it parses, and a use is reported as `not-yet`."""

    name: str
    form: str
    on: frozenset[Occasion]
    effect: str
    example: str
    done: bool = True


_TO_CUSTOMER = frozenset({Occasion.MESSAGE_OUT, Occasion.TO_CUSTOMER})
_REQUEST = frozenset({Occasion.REQUEST})

ACTIONS: tuple[ActionRecord, ...] = (
    ActionRecord("enable", "enable NAME", ANY, "enables the component in this conversation", "enable CmBot"),
    ActionRecord("disable", "disable NAME", ANY, "disables the component in this conversation", "disable CmBot"),
    ActionRecord(
        "hand over",
        "hand over to NAME",
        ANY,
        "enables the component and disables every other that is not declared `speaks never`",
        "hand over to CustomerContact",
    ),
    ActionRecord("reset", "reset", ANY, "restores `start with` and cancels timers and waits", "reset"),
    ActionRecord("end conversation", "end conversation", ANY, "ends the session after this event", "end conversation"),
    ActionRecord(
        "position",
        'position NAME at flow "…" step "…"',
        ANY,
        "tells that bot where to go on",
        'position CmBot at flow "welcome" step "resume"',
    ),
    ActionRecord(
        "set context",
        "set context.KEY to VALUE",
        ANY,
        "sets text that travels with handovers",
        'set context.team to "general"',
    ),
    ActionRecord(
        "clear context", "clear context.KEY", ANY, "removes text that travels with handovers", "clear context.team"
    ),
    ActionRecord("add", "add N to COUNTER", ANY, "counts", "add 1 to misses"),
    ActionRecord("clear counter", "clear COUNTER", ANY, "sets the counter to 0", "clear misses"),
    ActionRecord(
        "reply",
        'reply TEMPLATE [with buttons "A", "B"]',
        ANY,
        "sends a text to the customer",
        'reply "Shall I go on?" with buttons "Yes", "No"',
    ),
    ActionRecord(
        "reply picture",
        'reply picture "URL" [with buttons "A", "B"]',
        ANY,
        "sends a picture to the customer",
        'reply picture "https://example.com/map.png"',
    ),
    ActionRecord(
        "tell",
        "tell NAME TEMPLATE",
        ANY,
        "sends a note to a component, never to the customer",
        'tell CustomerContact "the bot gave up"',
    ),
    ActionRecord(
        "set timer",
        "set timer NAME for DURATION",
        ANY,
        "starts the timer, anew if it runs",
        "set timer reminder for 2h",
    ),
    ActionRecord("cancel timer", "cancel timer NAME", ANY, "stops the timer if it runs", "cancel timer reminder"),
    ActionRecord("tag", 'tag "…"', ANY, "labels the event in the decision log and in metrics", 'tag "complaint"'),
    ActionRecord("stop", "stop", ANY, "keeps later policies from seeing this event", "stop"),
    ActionRecord(
        "send only",
        "send to NAME only",
        MESSAGES,
        "the message goes to that component and to no other",
        "send to CustomerContact only",
    ),
    ActionRecord(
        "also send",
        "also send to NAME",
        MESSAGES,
        "the message goes to that component as well",
        "also send to CustomerContact",
    ),
    ActionRecord("withhold", "withhold", MESSAGES, "the message goes nowhere, with the rule as reason", "withhold"),
    ActionRecord(
        "redact",
        'redact /…/ with "***"',
        MESSAGES,
        "changes what matches in the message that goes on, is stored and is logged",
        r'redact /\d{16}/ with "****"',
    ),
    ActionRecord(
        "replace text",
        "replace text with TEMPLATE",
        MESSAGES,
        "changes the text of the message that goes on, is stored and is logged",
        'replace text with "(removed)"',
    ),
    ActionRecord(
        "drop buttons", "drop buttons", MESSAGES, "takes the buttons off the message", "drop buttons", done=False
    ),
    ActionRecord(
        "prefer channel",
        "prefer channel NAME",
        _TO_CUSTOMER,
        "sends the message over another channel where that is possible",
        "prefer channel WhatsApp",
        done=False,
    ),
    ActionRecord(
        "fall back",
        "fall back to NAME after DURATION",
        _TO_CUSTOMER,
        "sends the message over another channel if it is not delivered in time",
        "fall back to SMS after 10m",
        done=False,
    ),
    ActionRecord("refuse", "refuse TEMPLATE", _REQUEST, "answers the request with a refusal", 'refuse "not now"'),
)
