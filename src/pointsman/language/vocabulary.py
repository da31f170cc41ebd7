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
    """One form of event, as `policy NAME on` takes it."""

    name: str
    form: str
    occasion: Occasion
    prose: str
    example: str


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
    """One action. `on`: the occasions that allow it."""

    name: str
    form: str
    on: frozenset[Occasion]
    effect: str
    example: str


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
        "drop buttons",
        "drop buttons",
        MESSAGES,
        "takes the buttons off the message that goes on, those of its cards as well",
        "drop buttons",
    ),
    ActionRecord(
        "prefer channel",
        "prefer channel NAME",
        _TO_CUSTOMER,
        "sends the message over another channel where that is possible",
        "prefer channel WhatsApp",
    ),
    ActionRecord(
        "fall back",
        "fall back to NAME after DURATION",
        _TO_CUSTOMER,
        "sends the message over another channel as well, if it is not delivered by then or cannot be",
        "fall back to SMS after 10m",
    ),
    ActionRecord("refuse", "refuse TEMPLATE", _REQUEST, "answers the request with a refusal", 'refuse "not now"'),
)


class Place(StrEnum):
    """Where a declaration stands."""

    TOP = "first in its file"
    ITEM = "between items"
    COMPONENT = "in a component"
    CALENDAR = "in a calendar"
    CHANNEL = "in a channel"
    POLICY = "under a policy"


class DeclarationRecord(Struct, frozen=True):
    """One item of a file, or one line of an item."""

    form: str
    where: Place
    prose: str
    example: str


DECLARATIONS: tuple[DeclarationRecord, ...] = (
    DeclarationRecord(
        "language N",
        Place.TOP,
        "the version of the language, the newest where it is absent; the files of a program agree on it",
        "language 1",
    ),
    DeclarationRecord(
        'use "FILE.rules"',
        Place.ITEM,
        "the items of another file, relative to this one, standing where it is first used; each file is read once",
        'use "words.rules"',
    ),
    DeclarationRecord(
        "component NAME is bot | desk | service",
        Place.ITEM,
        "a party that can hear and speak, both while it is enabled",
        "component Archive is service",
    ),
    DeclarationRecord(
        "hears always | never | when CONDITION",
        Place.COMPONENT,
        "when it hears, in place of: while it is enabled",
        "hears always",
    ),
    DeclarationRecord(
        "speaks always | never | when CONDITION",
        Place.COMPONENT,
        "when it speaks, in place of: while it is enabled; the condition asks only who is enabled",
        "speaks when CmBot is disabled",
    ),
    DeclarationRecord(
        "strict",
        Place.COMPONENT,
        "what it says and would lose something on the customer's channel is withheld, and the component is told",
        "strict",
    ),
    DeclarationRecord(
        "start with NAME, …",
        Place.ITEM,
        "what is enabled when a conversation starts and after a reset; required where there are components",
        "start with CmBot, Desk",
    ),
    DeclarationRecord(
        "list NAME = VALUE, …", Place.ITEM, "a set of strings or of numbers", 'list human_words = "agent", "human"'
    ),
    DeclarationRecord(
        'list NAME from "FILE"', Place.ITEM, "a set that a file holds, one value a line", 'list friends from "vips.txt"'
    ),
    DeclarationRecord("calendar NAME LINES", Place.ITEM, "opening hours", "calendar shop mon-fri 09:00-17:30"),
    DeclarationRecord(
        "DAYS HOURS, …",
        Place.CALENDAR,
        "hours of weekdays, from the first minute up to, not including, the last",
        "mon-fri, sun 09:00-12:00, 13:00-17:30",
    ),
    DeclarationRecord(
        "closed DATE, …", Place.CALENDAR, "dates without hours, whatever their weekday", "closed 2026-12-25, 2026-12-26"
    ),
    DeclarationRecord(
        "open DATE, … HOURS, …",
        Place.CALENDAR,
        "hours of dates, in place of those of their weekday",
        "open 2026-12-24 09:00-13:00",
    ),
    DeclarationRecord(
        'zone "ZONE"', Place.CALENDAR, "where the clock hangs, by the IANA database; UTC without", 'zone "Asia/Tokyo"'
    ),
    DeclarationRecord(
        "policy NAME on EVENT",
        Place.ITEM,
        "the rules after it, up to the next item that is no rule; the first that matches fires, and no other",
        "policy handover on message from customer",
    ),
    DeclarationRecord(
        "policy NAME first on EVENT", Place.ITEM, "the same, said aloud", "policy handover first on timer reminder"
    ),
    DeclarationRecord(
        "policy NAME every on EVENT",
        Place.ITEM,
        "all of its rules that match fire, in order",
        "policy labels every on message from customer",
    ),
    DeclarationRecord(
        "policy NAME unique on EVENT",
        Place.ITEM,
        "as `first`, and it is proved that no two of its rules match together",
        "policy teams unique on message from customer",
    ),
    DeclarationRecord(
        "policy NAME … complete on EVENT",
        Place.ITEM,
        "it is proved that on every event one of its rules fires",
        "policy answers complete on conversation starts",
    ),
    DeclarationRecord(
        'rule "NAME" when CONDITION then ACTIONS',
        Place.POLICY,
        "one decision: where the condition is true, the actions follow",
        'rule "stops" when text is "stop" then stop',
    ),
    DeclarationRecord(
        'rule "NAME" otherwise then ACTIONS',
        Place.POLICY,
        "fires where no other rule of its policy matched; stands last",
        'rule "anything else" otherwise then tag "other"',
    ),
    DeclarationRecord(
        'test "NAME" STEPS',
        Place.ITEM,
        "a transcript with expectations, run by `pointsman test` and before every reload",
        'test "nothing happens" customer says "hello" expect no rule',
    ),
    DeclarationRecord(
        "channel NAME [like OTHER] LINES",
        Place.ITEM,
        "what a channel carries: of one of the standard library only the lines that change, of a new one at least "
        "its texts; the rest of a new one is as of OTHER at that point, else `none`",
        "channel Signal text 2000 characters",
    ),
    DeclarationRecord(
        "KIND [native | emulated | none] [LIMITS]",
        Place.CHANNEL,
        "whether the channel carries this kind of message itself (so too where no word stands), by way of other kinds, "
        'or not at all; then its limits and its media types, each with its source behind `from "…"`',
        'picture native 8 MB from "vendor: Send API" image/jpeg image/png',
    ),
    DeclarationRecord(
        "button KIND native | emulated | none [LIMITS]",
        Place.CHANNEL,
        "the same of a kind of button: `reply`, `url`, `dial`, `compose`, `location`, `calendar`",
        "button reply native 13 caption 20",
    ),
    DeclarationRecord(
        "postback LIMIT", Place.CHANNEL, "how long the hidden text of a button may be", "postback 64 bytes"
    ),
    DeclarationRecord(
        "reply window DURATION [for bot | desk | service], …",
        Place.CHANNEL,
        "how long after the customer's last message one may write, everybody or those of a role",
        "reply window 24h, 7d for desk",
    ),
    DeclarationRecord(
        "strict",
        Place.CHANNEL,
        "what would lose something on the channel is withheld, and its sender is told",
        "strict",
    ),
    DeclarationRecord(
        "downgrade KIND [on CHANNELS] [when CONDITION] to RENDERING",
        Place.ITEM,
        "how a message that the channel cannot carry is rendered",
        'downgrade location on SMS to text "{label}: {url}"',
    ),
    DeclarationRecord(
        'use standard "NAME"',
        Place.ITEM,
        "the values of the given tables where the standard library has the stricter ones of the platforms",
        'use standard "given"',
    ),
)


class StepRecord(Struct, frozen=True):
    """One form of a test's steps."""

    form: str
    prose: str
    examples: tuple[str, ...]


FACTS: tuple[StepRecord, ...] = (
    StepRecord(
        'at DATE TIME [in "ZONE"]',
        "the clock, in UTC without a zone; later it only goes on",
        ('at 2026-11-20 10:00 in "Europe/Amsterdam"', "at 2026-11-20 10:00"),
    ),
    StepRecord("on CHANNEL", "the channel, WhatsApp without", ("on SMS",)),
    StepRecord('sender is "…"', "the customer's address, `+15555550100` without", ('sender is "+31612345678"',)),
    StepRecord("account is NAME", "the account", ("account is shop",)),
    StepRecord(
        'contact.KEY is "…" | context.KEY is "…"',
        "what is known of the customer, and what travels with handovers",
        ('contact.language is "nl"', 'context.team is "vip"'),
    ),
    StepRecord("count of COUNTER is N", "a counter", ("count of misses is 2",)),
    StepRecord(
        "NAME is enabled | disabled", "the routing of the conversation", ("Desk is enabled", "CmBot is disabled")
    ),
    StepRecord(
        'sample "RULE" is in | out',
        "the side of that rule's `sample` on which the conversation is",
        ('sample "a rule" is in', 'sample "a rule" is out'),
    ),
)
"""What is true before the next event."""

HAPPENINGS: tuple[StepRecord, ...] = (
    StepRecord(
        'customer says "…" | NAME says "…"',
        'a text; `with KEY "…"` is what the sender attaches, `meta.KEY`; a customer may write `over CHANNEL`',
        ('customer says "hello"', 'CmBot says "Sorry?" with intent "none"', 'customer says "hello" over SMS'),
    ),
    StepRecord(
        'customer sends KIND "URL" | NAME sends KIND "URL"',
        'a message with a file: `of SIZE`, `with buttons "A", "B"`, `with message.text "…"` (its caption), '
        "`message.name`, `message.mime` or a KEY",
        (
            'customer sends picture "https://x.example/a.png"',
            'customer sends picture "https://x.example/a.png" of 6 MB',
            'CmBot sends picture "https://x.example/a.png" with buttons "Yes", "No"',
            'customer sends file "https://x.example/1" with message.name "a.pdf", message.mime "application/pdf"',
        ),
    ),
    StepRecord(
        'customer presses "…"',
        'a button, by its label; `with KEY "…"`',
        ('customer presses "Yes"', 'customer presses "Yes" with screen "2"'),
    ),
    StepRecord(
        "NAME requests enable NAME | disable NAME",
        'a component asks for a change of routing; `with KEY "…"` is `request.KEY`, and becomes context',
        ("Desk requests enable Desk", "Desk requests disable CmBot", 'Desk requests enable Desk with team "vip"'),
    ),
    StepRecord("NAME requests hand over to NAME", "it asks for a handover", ("Desk requests hand over to Desk",)),
    StepRecord(
        'NAME requests position NAME at flow "…" step "…"',
        "it tells a bot where to go on",
        ('Desk requests position CmBot at flow "welcome" step "resume"',),
    ),
    StepRecord(
        "NAME requests reset | end",
        "it restores `start with`, or ends the session",
        ("Desk requests reset", "Desk requests end"),
    ),
    StepRecord("conversation starts", "a session begins, without a message", ("conversation starts",)),
    StepRecord("conversation ends", "the session is over", ("conversation ends",)),
    StepRecord("after DURATION", "time passes, and what falls due happens", ("after 16m",)),
    StepRecord(
        'delivery to NAME | customer fails "REASON"',
        "the latest message there could not be delivered; `with attempts N` says how often it was tried, once without",
        ('delivery to customer fails "expired"', 'delivery to Desk fails "timeout" with attempts 12'),
    ),
    StepRecord(
        "delivery to customer succeeds",
        "the latest message for the customer has arrived, as the channel reports it",
        ("delivery to customer succeeds",),
    ),
)
"""What happens: one event each, but for `after`."""

EXPECTATIONS: tuple[StepRecord, ...] = (
    StepRecord('rule "NAME"', "the rule fired", ('expect rule "a rule"',)),
    StepRecord("no rule", "no rule fired", ("expect no rule",)),
    StepRecord(
        "NAME is enabled | disabled", "the component is, by now", ("expect CmBot is enabled", "expect Desk is disabled")
    ),
    StepRecord('reply "…"', "a rule replied this", ('expect reply "Hello!"', "expect reply /^hello/i")),
    StepRecord(
        'customer gets "…" | NAME gets "…"',
        "a message went there: for a component also a copy or a note; `over CHANNEL` says how to the customer",
        (
            'expect customer gets "Hello!"',
            'expect customer gets "Hello!" over SMS',
            'expect Desk gets "Hello!"',
            "expect Desk gets /hello/",
        ),
    ),
    StepRecord(
        "customer gets KIND | NAME gets KIND", "a message of that kind arrived there", ("expect customer gets picture",)
    ),
    StepRecord(
        "nothing [to customer | NAME]",
        "no message, copy or note arrived: anywhere, or there",
        ("expect nothing", "expect nothing to customer", "expect nothing to Desk"),
    ),
    StepRecord(
        'withheld ["REASON"]',
        "a message was withheld; the reason is the rule's name, `NAME may not speak`, or why its channel refused it",
        ("expect withheld", 'expect withheld "Desk may not speak"'),
    ),
    StepRecord(
        'refused ["…"]', "the request was refused, with these words", ("expect refused", 'expect refused "not now"')
    ),
    StepRecord('context.KEY is "…"', "the context holds this, by now", ('expect context.team is "vip"',)),
    StepRecord("count of COUNTER is N", "the counter stands there, by now", ("expect count of misses is 2",)),
    StepRecord(
        'position NAME at flow "…" step "…"',
        "the bot was told to go on there",
        ('expect position CmBot at flow "welcome" step "resume"',),
    ),
    StepRecord("NAME notified", "the component was told what changed", ("expect Desk notified",)),
    StepRecord("timer NAME", "the timer runs, by now", ("expect timer reminder",)),
    StepRecord('tag "…"', "the event got this label", ('expect tag "vip"',)),
    StepRecord(
        'loss "…"',
        "a message lost this on its channel: `split`, or more of it as transcripts tell it",
        ('expect loss "split"', "expect loss /^split text: 3 parts/"),
    ),
)
"""What is looked at, of what happened since the last event or `after`."""
