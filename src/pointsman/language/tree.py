"""The syntax tree: what a rules file says, construct by construct, with nothing resolved.

Laws:

- Every node knows its place (`span`, always the last field); nodes are frozen and compare by value.
- Names are text: whether a `Name` is a component, a channel or a match group is for the checks to say.
- Nothing that a formatter needs is lost: literals keep their spelling in `source` (the unit of a duration, the quotes
  of a string), negation keeps its form (`is not` is `negated`, a leading `not` is a `Not`, `is closed` stays closed),
  parentheses are `Grouped`, clauses and lines keep their order, and what was not written is None or empty.
"""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

from msgspec import Struct, structs

from pointsman.language.ir import Span

NOWHERE = Span("", 0, 0, 0, 0)
"""The place of nothing; what `without_spans` leaves."""


class Node(Struct, frozen=True, tag=True):
    """Anything with a place. JSON carries the class name as `type`."""


# Literals -------------------------------------------------------------------------------------------------------------


class Name(Node, frozen=True):
    """A name or a closed word (`WhatsApp`, `picture`, `'Web Push'`), without quotes."""

    text: str
    span: Span


class String(Node, frozen=True):
    """A string that is no template: `text` with escapes and doubled braces undone."""

    text: str
    source: str
    span: Span


class Regex(Node, frozen=True):
    """`/pattern/flags`; an escaped slash in `pattern` is already a slash, `flags` is a sorted subset of `is`."""

    pattern: str
    flags: str
    span: Span


class Number(Node, frozen=True):
    value: float
    source: str
    span: Span


class Size(Node, frozen=True):
    """`value` in bytes."""

    value: int
    source: str
    span: Span


class Duration(Node, frozen=True):
    """`value` in milliseconds."""

    value: int
    source: str
    span: Span


class Percent(Node, frozen=True):
    """`value` in hundredths of a percent."""

    value: int
    source: str
    span: Span


class Date(Node, frozen=True):
    """`text` is a date that exists, as `2026-12-25`."""

    text: str
    span: Span


class Clock(Node, frozen=True):
    """A time of day: `value` in minutes since midnight, at most 1440."""

    value: int
    source: str
    span: Span


# Fields and templates -------------------------------------------------------------------------------------------------


class Field(Node, frozen=True):
    """A field that is a word of the language (`text`, `choice index`) or a dotted path (`context.team`)."""

    path: str
    span: Span


class Count(Node, frozen=True):
    """`count of COUNTER`."""

    counter: Name
    span: Span


class Length(Node, frozen=True):
    """`length of FIELD`; a Name is a match group."""

    of: Field | Name
    span: Span


class Age(Node, frozen=True):
    """`conversation age`."""

    span: Span


Subject: TypeAlias = Field | Name | Count | Length | Age
"""What can be compared or written into a template. A Name is a match group (or a slip, if there is none)."""


class Words(Node, frozen=True):
    """Literal text of a template, escapes and doubled braces undone."""

    text: str
    span: Span


class Slot(Node, frozen=True):
    """`{subject or "default"}`; `default` None where none was written."""

    subject: Subject
    default: String | None
    span: Span


class Template(Node, frozen=True):
    """A string with slots. Neighbouring Words are joined; no Words is empty; the empty string has no parts."""

    parts: tuple[Words | Slot, ...]
    source: str
    span: Span


# Conditions -----------------------------------------------------------------------------------------------------------


Value: TypeAlias = String | Number | Size | Duration | Percent | Name
"""The right side of a comparison. A Name is a word of a closed set: a channel, kind, component, account or request."""


class One(Node, frozen=True):
    """A single value."""

    value: Value
    span: Span


class AnyOf(Node, frozen=True):
    """`("a", "b")` after `in`, or `any ("a", "b")` after anything else."""

    values: tuple[Value, ...]
    span: Span


class AnyIn(Node, frozen=True):
    """`LIST` after `in`, or `any LIST` after anything else."""

    list: Name
    span: Span


Operand: TypeAlias = One | AnyOf | AnyIn
Relation: TypeAlias = Literal["is", "in", "starts with", "ends with", "contains", "mentions", ">=", "<=", ">", "<"]


class Comparison(Node, frozen=True):
    """`SUBJECT is not exactly "…"`. `negated` holds for `is not` and `not in` only; `in` never has One."""

    subject: Subject
    relation: Relation
    negated: bool
    exactly: bool
    operand: Operand
    span: Span


class Matches(Node, frozen=True):
    subject: Subject
    regex: Regex
    span: Span


class Exists(Node, frozen=True):
    subject: Subject
    span: Span


class StateTest(Node, frozen=True):
    """`NAME is [not] enabled`, `… disabled`, `… open`, `… closed`."""

    name: Name
    state: Literal["enabled", "disabled", "open", "closed"]
    negated: bool
    span: Span


class HasButtons(Node, frozen=True):
    """`message has buttons`."""

    span: Span


class Customer(Node, frozen=True):
    """The word `customer` where a party is named."""

    span: Span


class AnyRole(Node, frozen=True):
    """`any bot`, `any desk`, `any service`, `any component`."""

    role: Literal["bot", "desk", "service", "component"]
    span: Span


Party: TypeAlias = Customer | AnyRole | Name


class LastOlder(Node, frozen=True):
    """`last message from PARTY older than DURATION`."""

    party: Party
    duration: Duration
    span: Span


class Sample(Node, frozen=True):
    """`sample 10%`."""

    share: Percent
    span: Span


class And(Node, frozen=True):
    """Two parts or more, as written in a row."""

    parts: tuple[Condition, ...]
    span: Span


class Or(Node, frozen=True):
    """Two parts or more, as written in a row."""

    parts: tuple[Condition, ...]
    span: Span


class Not(Node, frozen=True):
    part: Condition
    span: Span


class Grouped(Node, frozen=True):
    """A condition in parentheses; means what `part` means."""

    part: Condition
    span: Span


Condition: TypeAlias = (
    Comparison | Matches | Exists | StateTest | HasButtons | LastOlder | Sample | And | Or | Not | Grouped
)


# Events ---------------------------------------------------------------------------------------------------------------


class MessageFrom(Node, frozen=True):
    """`message from customer | NAME | any ROLE`."""

    party: Party
    span: Span


class MessageToCustomer(Node, frozen=True):
    """`message to customer`."""

    span: Span


class Switched(Node, frozen=True):
    """`NAME enabled`, `NAME disabled`."""

    component: Name
    state: Literal["enabled", "disabled"]
    span: Span


class ConversationStarts(Node, frozen=True):
    span: Span


class ConversationEnds(Node, frozen=True):
    span: Span


class Silence(Node, frozen=True):
    """`silence for DURATION`."""

    duration: Duration
    span: Span


class SilenceOfCustomer(Node, frozen=True):
    """`silence of customer for DURATION`."""

    duration: Duration
    span: Span


class NoAnswer(Node, frozen=True):
    """`no answer from NAME for DURATION`."""

    component: Name
    duration: Duration
    span: Span


class TimerEvent(Node, frozen=True):
    """`timer NAME`."""

    timer: Name
    span: Span


class DeliveryFailed(Node, frozen=True):
    """`delivery failed [to NAME | to customer]`; `to` None: to anybody."""

    to: Name | Customer | None
    span: Span


class RequestFrom(Node, frozen=True):
    """`request from NAME | any ROLE`."""

    party: Name | AnyRole
    span: Span


Event: TypeAlias = (
    MessageFrom
    | MessageToCustomer
    | Switched
    | ConversationStarts
    | ConversationEnds
    | Silence
    | SilenceOfCustomer
    | NoAnswer
    | TimerEvent
    | DeliveryFailed
    | RequestFrom
)


# Actions --------------------------------------------------------------------------------------------------------------


class Enable(Node, frozen=True):
    component: Name
    span: Span


class Disable(Node, frozen=True):
    component: Name
    span: Span


class HandOver(Node, frozen=True):
    """`hand over to NAME`."""

    component: Name
    span: Span


class Reset(Node, frozen=True):
    span: Span


class EndConversation(Node, frozen=True):
    span: Span


class Position(Node, frozen=True):
    """`position NAME at flow "…" step "…"`."""

    component: Name
    flow: Template
    step: Template
    span: Span


class SetContext(Node, frozen=True):
    """`set context.KEY to VALUE`; `field` is the whole path. VALUE may be a template, a number or a field."""

    field: Field
    value: Template | Number | Subject
    span: Span


class ClearContext(Node, frozen=True):
    """`clear context.KEY`; `field` is the whole path."""

    field: Field
    span: Span


class Add(Node, frozen=True):
    """`add N to COUNTER`."""

    amount: Number
    counter: Name
    span: Span


class ClearCounter(Node, frozen=True):
    counter: Name
    span: Span


class Reply(Node, frozen=True):
    text: Template
    buttons: tuple[Template, ...]
    span: Span


class ReplyPicture(Node, frozen=True):
    url: Template
    buttons: tuple[Template, ...]
    span: Span


class Tell(Node, frozen=True):
    component: Name
    text: Template
    span: Span


class SetTimer(Node, frozen=True):
    timer: Name
    duration: Duration
    span: Span


class CancelTimer(Node, frozen=True):
    timer: Name
    span: Span


class Tag(Node, frozen=True):
    label: String
    span: Span


class Stop(Node, frozen=True):
    span: Span


class SendOnly(Node, frozen=True):
    """`send to NAME only`."""

    component: Name
    span: Span


class AlsoSend(Node, frozen=True):
    """`also send to NAME`."""

    component: Name
    span: Span


class Withhold(Node, frozen=True):
    span: Span


class Redact(Node, frozen=True):
    """`redact /…/ with "***"`."""

    regex: Regex
    replacement: Template
    span: Span


class ReplaceText(Node, frozen=True):
    """`replace text with TEMPLATE`."""

    text: Template
    span: Span


class DropButtons(Node, frozen=True):
    span: Span


class PreferChannel(Node, frozen=True):
    channel: Name
    span: Span


class FallBack(Node, frozen=True):
    """`fall back to NAME after DURATION`."""

    channel: Name
    duration: Duration
    span: Span


class Refuse(Node, frozen=True):
    reason: Template
    span: Span


Action: TypeAlias = (
    Enable
    | Disable
    | HandOver
    | Reset
    | EndConversation
    | Position
    | SetContext
    | ClearContext
    | Add
    | ClearCounter
    | Reply
    | ReplyPicture
    | Tell
    | SetTimer
    | CancelTimer
    | Tag
    | Stop
    | SendOnly
    | AlsoSend
    | Withhold
    | Redact
    | ReplaceText
    | DropButtons
    | PreferChannel
    | FallBack
    | Refuse
)


# Declarations ---------------------------------------------------------------------------------------------------------


class Language(Node, frozen=True):
    """`language N`. That it stands first, is known and agrees between files is checked where files are loaded."""

    version: Number
    span: Span


class Use(Node, frozen=True):
    """`use "file.rules"`."""

    file: String
    span: Span


class UseStandard(Node, frozen=True):
    """`use standard "given"`."""

    profile: String
    span: Span


class Clause(Node, frozen=True):
    """`hears always`, `speaks when CONDITION` …; `when` is set for that mode only."""

    verb: Literal["hears", "speaks"]
    mode: Literal["always", "never", "when"]
    when: Condition | None
    span: Span


class Component(Node, frozen=True):
    """Clauses in the order written, repeated ones included."""

    name: Name
    role: Literal["bot", "desk", "service"]
    clauses: tuple[Clause, ...]
    span: Span


class StartWith(Node, frozen=True):
    components: tuple[Name, ...]
    span: Span


class ListOf(Node, frozen=True):
    """`list NAME = value, …`."""

    name: Name
    values: tuple[String | Number, ...]
    span: Span


class ListFrom(Node, frozen=True):
    """`list NAME from "file"`."""

    name: Name
    file: String
    span: Span


Weekday: TypeAlias = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class Days(Node, frozen=True):
    """`mon-fri`, or a single day where `first` is `last`. `fri-mon` runs over the week's end."""

    first: Weekday
    last: Weekday
    span: Span


class Hours(Node, frozen=True):
    """`09:00-17:30`."""

    opens: Clock
    closes: Clock
    span: Span


class WeekLine(Node, frozen=True):
    """`mon-fri, sun 09:00-12:00, 13:00-17:30`."""

    days: tuple[Days, ...]
    hours: tuple[Hours, ...]
    span: Span


class ClosedLine(Node, frozen=True):
    """`closed 2026-12-25, 2026-12-26`."""

    dates: tuple[Date, ...]
    span: Span


class OpenLine(Node, frozen=True):
    """`open 2026-12-24 10:00-12:00`."""

    dates: tuple[Date, ...]
    hours: tuple[Hours, ...]
    span: Span


class ZoneLine(Node, frozen=True):
    """`zone "Europe/Amsterdam"`."""

    zone: String
    span: Span


CalendarLine: TypeAlias = WeekLine | ClosedLine | OpenLine | ZoneLine


class Calendar(Node, frozen=True):
    """Lines in the order written."""

    name: Name
    lines: tuple[CalendarLine, ...]
    span: Span


Support: TypeAlias = Literal["native", "emulated", "none"]
Unit: TypeAlias = Literal["characters", "bytes", "gsm"]


class Limit(Node, frozen=True):
    """One limit of a channel line: `1000 bytes from "…"`, `640 characters with buttons`, `title 80`, `2 to 10`, `8 MB`.

    `of` is the part that is bounded, None for the line's own subject. `up_to` is the upper end of a range. `ucs2` is
    the number in `160 gsm with 70 ucs2`; `with_ucs2` holds for the bare `gsm with ucs2` as well.
    """

    of: Literal["title", "description", "caption", "buttons", "cards", "together"] | None
    amount: Number | Size
    up_to: Number | None
    unit: Unit | None
    with_buttons: bool
    with_ucs2: bool
    ucs2: Number | None
    authority: String | None
    span: Span


class MediaType(Node, frozen=True):
    """`image/jpeg`, `image/*`."""

    text: str
    span: Span


class Carries(Node, frozen=True):
    """What a channel does with a message kind or, where `button`, with a button kind."""

    kind: Name
    button: bool
    support: Support | None
    limits: tuple[Limit | MediaType, ...]
    span: Span


class PostbackLine(Node, frozen=True):
    """`postback 1000 characters`."""

    limits: tuple[Limit, ...]
    span: Span


class Window(Node, frozen=True):
    """`24h`, `7d for desk`; `authority` is the source behind `from`."""

    duration: Duration
    role: Literal["bot", "desk", "service"] | None
    authority: String | None
    span: Span


class WindowLine(Node, frozen=True):
    """`reply window 24h, 7d for desk`."""

    windows: tuple[Window, ...]
    span: Span


class StrictLine(Node, frozen=True):
    span: Span


ChannelLine: TypeAlias = Carries | PostbackLine | WindowLine | StrictLine


class Channel(Node, frozen=True):
    """`channel NAME like OTHER` and its lines, in the order written."""

    name: Name
    like: Name | None
    lines: tuple[ChannelLine, ...]
    span: Span


class Rule(Node, frozen=True):
    """`when` None: `otherwise`."""

    name: String
    when: Condition | None
    actions: tuple[Action, ...]
    span: Span


class Policy(Node, frozen=True):
    """`mode` None: not written, which means `first`."""

    name: Name
    mode: Literal["first", "every", "unique"] | None
    complete: bool
    event: Event
    rules: tuple[Rule, ...]
    span: Span


class Rendering(Node, frozen=True):
    """One part of a downgrade; `text` is set for `text TEMPLATE` only."""

    how: Literal["text", "picture", "card", "cards", "buttons", "numbered buttons", "link", "file", "nothing"]
    text: Template | None
    span: Span


class Downgrade(Node, frozen=True):
    """`downgrade KIND on CHANNELS when CONDITION to RENDERING and … for each card remember choices for 24h`.

    `channels` empty: on all. `each` is what the whole rendering is repeated for.
    """

    kind: Name
    button: bool
    channels: tuple[Name, ...]
    when: Condition | None
    renderings: tuple[Rendering, ...]
    each: Literal["card", "button", "file"] | None
    remember: Duration | None
    span: Span


# Tests: facts ---------------------------------------------------------------------------------------------------------

Text: TypeAlias = String | Regex
"""What an expectation compares with: the whole text, or a search."""


class AtFact(Node, frozen=True):
    """`at 2026-11-20 10:00 in "Europe/Amsterdam"`."""

    date: Date
    time: Clock
    zone: String | None
    span: Span


class ChannelFact(Node, frozen=True):
    """`on WhatsApp`."""

    channel: Name
    span: Span


class SenderFact(Node, frozen=True):
    sender: String
    span: Span


class AccountFact(Node, frozen=True):
    account: Name
    span: Span


class FieldFact(Node, frozen=True):
    """`contact.KEY is "…"`, `context.KEY is "…"`; `field` is the whole path."""

    field: Field
    value: String
    span: Span


class CountFact(Node, frozen=True):
    counter: Name
    value: Number
    span: Span


class EnabledFact(Node, frozen=True):
    component: Name
    enabled: bool
    span: Span


class SampleFact(Node, frozen=True):
    """`sample "rule" is in`, `… is out`."""

    rule: String
    inside: bool
    span: Span


Fact: TypeAlias = AtFact | ChannelFact | SenderFact | AccountFact | FieldFact | CountFact | EnabledFact | SampleFact


# Tests: what happens --------------------------------------------------------------------------------------------------


class Meta(Node, frozen=True):
    """`with KEY "value"`; a key may be a word of the language."""

    key: Name
    value: String
    span: Span


class Says(Node, frozen=True):
    party: Name | Customer
    text: String
    meta: tuple[Meta, ...]
    span: Span


class Sends(Node, frozen=True):
    party: Name | Customer
    kind: Name
    url: String
    size: Size | None
    buttons: tuple[String, ...]
    meta: tuple[Meta, ...]
    span: Span


class Presses(Node, frozen=True):
    """`customer presses "Yes"`."""

    label: String
    span: Span


class Requests(Node, frozen=True):
    """`target` is set for enable, disable, position and hand over; `flow` and `step` for position."""

    party: Name
    request: Literal["enable", "disable", "position", "reset", "end", "hand over"]
    target: Name | None
    flow: String | None
    step: String | None
    span: Span


class DeliveryFails(Node, frozen=True):
    """`delivery to NAME | customer fails "reason"`."""

    to: Name | Customer
    reason: String
    span: Span


class StartsStep(Node, frozen=True):
    """`conversation starts`."""

    span: Span


class EndsStep(Node, frozen=True):
    """`conversation ends`."""

    span: Span


class After(Node, frozen=True):
    duration: Duration
    span: Span


Happening: TypeAlias = Says | Sends | Presses | Requests | DeliveryFails | StartsStep | EndsStep | After


# Tests: expectations --------------------------------------------------------------------------------------------------


class ExpectRule(Node, frozen=True):
    """`rule` None: `expect no rule`."""

    rule: String | None
    span: Span


class ExpectEnabled(Node, frozen=True):
    component: Name
    enabled: bool
    span: Span


class ExpectReply(Node, frozen=True):
    text: Text
    span: Span


class ExpectGets(Node, frozen=True):
    """`customer gets "…"`, `NAME gets /…/`, `customer gets picture`; a Name in `what` is a message kind."""

    party: Name | Customer
    what: Text | Name
    span: Span


class ExpectNothing(Node, frozen=True):
    """`party` None: nothing to anybody."""

    party: Name | Customer | None
    span: Span


class ExpectWithheld(Node, frozen=True):
    reason: Text | None
    span: Span


class ExpectRefused(Node, frozen=True):
    reason: Text | None
    span: Span


class ExpectContext(Node, frozen=True):
    """`field` is the whole path, `context.team`."""

    field: Field
    text: Text
    span: Span


class ExpectCount(Node, frozen=True):
    counter: Name
    value: Number
    span: Span


class ExpectPosition(Node, frozen=True):
    component: Name
    flow: Text
    step: Text
    span: Span


class ExpectNotified(Node, frozen=True):
    component: Name
    span: Span


class ExpectTimer(Node, frozen=True):
    timer: Name
    span: Span


class ExpectTag(Node, frozen=True):
    label: Text
    span: Span


class ExpectLoss(Node, frozen=True):
    loss: Text
    span: Span


Expectation: TypeAlias = (
    ExpectRule
    | ExpectEnabled
    | ExpectReply
    | ExpectGets
    | ExpectNothing
    | ExpectWithheld
    | ExpectRefused
    | ExpectContext
    | ExpectCount
    | ExpectPosition
    | ExpectNotified
    | ExpectTimer
    | ExpectTag
    | ExpectLoss
)
TestStep: TypeAlias = Fact | Happening | Expectation


class Test(Node, frozen=True):
    """Steps in the order written."""

    __test__ = False

    name: String
    steps: tuple[TestStep, ...]
    span: Span


Item: TypeAlias = (
    Language
    | Use
    | UseStandard
    | Component
    | StartWith
    | ListOf
    | ListFrom
    | Calendar
    | Channel
    | Policy
    | Downgrade
    | Test
)


class File(Node, frozen=True):
    """The items of one file that could be read, in order; `span` is the whole file.

    `lost` are the names that what could not be read may have declared: nothing is to be said of them. None: any name.
    """

    items: tuple[Item, ...]
    lost: frozenset[str] | None
    span: Span


def without_spans(node: Any) -> Any:
    """Return `node`, or a tuple of nodes, with every place replaced by NOWHERE, to compare trees by what they say."""
    match node:
        case Span():
            return NOWHERE
        case Struct():
            return type(node)(*(without_spans(value) for value in structs.astuple(node)))
        case tuple():
            return tuple(without_spans(item) for item in node)
        case _:
            return node
