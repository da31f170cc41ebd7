"""The intermediate representation: a checked program with every name resolved, as flat tables.

This is what both evaluators run and all analyses read. Laws:

- Durations and moments are milliseconds, sizes are bytes, `sample` is in hundredths of a percent.
- `is not`, `is disabled` and `is closed` are `Not` of the positive test; `intent` is the field `meta.intent`.
- `any bot` and the like are replaced by one trigger a component; policies, rules and actions keep program order.
- Every node knows its place; two programs that differ in places only mean the same.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from msgspec import Struct

from pointsman.model.event import Trigger


class Span(Struct, frozen=True, array_like=True):
    """A place in a file. `start` and `end` count code points from 0; `line` and `column` count from 1."""

    file: str
    start: int
    end: int
    line: int
    column: int


# Fields and conditions ------------------------------------------------------------------------------------------------


class Field(Struct, frozen=True, tag="field"):
    """A value a rule can see, by its path: `text`, `context.team`, `message.size`, `office.next_open`."""

    path: str


class Length(Struct, frozen=True, tag="length"):
    """Code points of a text field."""

    of: str


class Count(Struct, frozen=True, tag="count"):
    counter: str


class Age(Struct, frozen=True, tag="age"):
    """Milliseconds since the session started."""


Quantity: TypeAlias = Field | Length | Count | Age

TextHow: TypeAlias = Literal["is", "starts", "ends", "contains", "mentions"]
Comparator: TypeAlias = Literal["==", "<", "<=", ">", ">="]


class TextTest(Struct, frozen=True, tag="text-test"):
    """Does the text of `path` stand in the relation `how` to any of `values`, or to any value of the list `list`?"""

    path: str
    how: TextHow
    exactly: bool
    values: tuple[str, ...]
    list: str
    span: Span


class ChoiceTest(Struct, frozen=True, tag="choice-test"):
    """Is the closed-set field `path` (channel, message, request, target, account) one of `names`?"""

    path: str
    names: tuple[str, ...]
    span: Span


class Matches(Struct, frozen=True, tag="matches"):
    """RE2 search over the raw text. `flags` is a subset of `is`; `groups` are the names that the rule may use."""

    path: str
    pattern: str
    flags: str
    groups: tuple[str, ...]
    span: Span


class Compare(Struct, frozen=True, tag="compare"):
    subject: Quantity
    how: Comparator
    value: float
    span: Span


class NumberIn(Struct, frozen=True, tag="number-in"):
    subject: Quantity
    values: tuple[float, ...]
    list: str
    span: Span


class Exists(Struct, frozen=True, tag="exists"):
    path: str
    span: Span


class IsEnabled(Struct, frozen=True, tag="is-enabled"):
    component: str
    span: Span


class IsOpen(Struct, frozen=True, tag="is-open"):
    calendar: str
    span: Span


class HasButtons(Struct, frozen=True, tag="has-buttons"):
    span: Span


class LastOlder(Struct, frozen=True, tag="last-older"):
    """Has any of `parties` spoken in this session, and the latest of them longer ago than `ms`?"""

    parties: tuple[str, ...]
    ms: int
    span: Span


class Sample(Struct, frozen=True, tag="sample"):
    """A stable share of conversations, `share` in hundredths of a percent, salted with the rule's name."""

    share: int
    salt: str
    span: Span


class And(Struct, frozen=True, tag="and"):
    parts: tuple[Condition, ...]
    span: Span


class Or(Struct, frozen=True, tag="or"):
    parts: tuple[Condition, ...]
    span: Span


class Not(Struct, frozen=True, tag="not"):
    part: Condition
    span: Span


Atom: TypeAlias = (
    TextTest | ChoiceTest | Matches | Compare | NumberIn | Exists | IsEnabled | IsOpen | HasButtons | LastOlder | Sample
)
Condition: TypeAlias = Atom | And | Or | Not


# Templates ------------------------------------------------------------------------------------------------------------


class Slot(Struct, frozen=True, tag="slot"):
    """`{subject or "default"}`. `subject` may be any quantity; a Field path that is a match group has no dot."""

    subject: Quantity
    default: str = ""


class Words(Struct, frozen=True, tag="words"):
    text: str


TemplatePart: TypeAlias = Words | Slot
Template: TypeAlias = tuple[TemplatePart, ...]


# Actions --------------------------------------------------------------------------------------------------------------


class EnableAction(Struct, frozen=True, tag="enable"):
    component: str
    span: Span


class DisableAction(Struct, frozen=True, tag="disable"):
    component: str
    span: Span


class HandOverAction(Struct, frozen=True, tag="hand over"):
    """`disables`: every other component that is not declared `speaks never`."""

    component: str
    disables: tuple[str, ...]
    span: Span


class ResetAction(Struct, frozen=True, tag="reset"):
    span: Span


class EndAction(Struct, frozen=True, tag="end conversation"):
    span: Span


class PositionAction(Struct, frozen=True, tag="position"):
    component: str
    flow: Template
    step: Template
    span: Span


class SetContext(Struct, frozen=True, tag="set context"):
    key: str
    value: Template
    span: Span


class ClearContext(Struct, frozen=True, tag="clear context"):
    key: str
    span: Span


class AddToCounter(Struct, frozen=True, tag="add"):
    counter: str
    amount: int
    span: Span


class ClearCounter(Struct, frozen=True, tag="clear counter"):
    counter: str
    span: Span


class ReplyText(Struct, frozen=True, tag="reply"):
    text: Template
    buttons: tuple[Template, ...]
    span: Span


class ReplyPicture(Struct, frozen=True, tag="reply picture"):
    url: Template
    buttons: tuple[Template, ...]
    span: Span


class Tell(Struct, frozen=True, tag="tell"):
    component: str
    text: Template
    span: Span


class SetTimer(Struct, frozen=True, tag="set timer"):
    timer: str
    ms: int
    span: Span


class CancelTimer(Struct, frozen=True, tag="cancel timer"):
    timer: str
    span: Span


class TagAction(Struct, frozen=True, tag="tag"):
    label: str
    span: Span


class Stop(Struct, frozen=True, tag="stop"):
    span: Span


class SendOnly(Struct, frozen=True, tag="send only"):
    component: str
    span: Span


class AlsoSend(Struct, frozen=True, tag="also send"):
    component: str
    span: Span


class Withhold(Struct, frozen=True, tag="withhold"):
    span: Span


class Redact(Struct, frozen=True, tag="redact"):
    pattern: str
    flags: str
    replacement: Template
    span: Span


class ReplaceText(Struct, frozen=True, tag="replace text"):
    text: Template
    span: Span


class Refuse(Struct, frozen=True, tag="refuse"):
    reason: Template
    span: Span


Action: TypeAlias = (
    EnableAction
    | DisableAction
    | HandOverAction
    | ResetAction
    | EndAction
    | PositionAction
    | SetContext
    | ClearContext
    | AddToCounter
    | ClearCounter
    | ReplyText
    | ReplyPicture
    | Tell
    | SetTimer
    | CancelTimer
    | TagAction
    | Stop
    | SendOnly
    | AlsoSend
    | Withhold
    | Redact
    | ReplaceText
    | Refuse
)


# Declarations ---------------------------------------------------------------------------------------------------------


class Rule(Struct, frozen=True):
    """`when` None: the rule is `otherwise`."""

    name: str
    when: Condition | None
    actions: tuple[Action, ...]
    span: Span


class Policy(Struct, frozen=True):
    name: str
    mode: Literal["first", "every", "unique"]
    complete: bool
    triggers: tuple[Trigger, ...]
    rules: tuple[Rule, ...]
    span: Span


class Clause(Struct, frozen=True):
    """When a component hears or speaks. `when` holds `IsEnabled` tests only; it is None for always and never."""

    mode: Literal["enabled", "always", "never", "when"]
    when: Condition | None = None


class Component(Struct, frozen=True):
    name: str
    role: Literal["bot", "desk", "service"]
    hears: Clause
    speaks: Clause
    span: Span


class ValueList(Struct, frozen=True):
    """A set of strings or of numbers; exactly one of `texts` and `numbers` is used."""

    name: str
    texts: tuple[str, ...]
    numbers: tuple[float, ...]
    span: Span


class SpecialDay(Struct, frozen=True, array_like=True):
    """A date that replaces its weekday; `hours` empty: closed."""

    date: str
    hours: tuple[tuple[int, int], ...]


class Calendar(Struct, frozen=True):
    """Opening hours. `week[0]` is Monday; hours are (from, to) in minutes since midnight, sorted, not overlapping."""

    name: str
    zone: str
    week: tuple[tuple[tuple[int, int], ...], ...]
    special_days: tuple[SpecialDay, ...]
    span: Span


# Tests ----------------------------------------------------------------------------------------------------------------


class Whole(Struct, frozen=True, tag="whole"):
    text: str


class Search(Struct, frozen=True, tag="search"):
    pattern: str
    flags: str


Expected: TypeAlias = Whole | Search


class FactAt(Struct, frozen=True, tag="at"):
    """The clock is set; milliseconds since the epoch."""

    moment: int
    span: Span


class FactChannel(Struct, frozen=True, tag="on"):
    channel: str
    span: Span


class FactSender(Struct, frozen=True, tag="sender"):
    sender: str
    span: Span


class FactAccount(Struct, frozen=True, tag="account"):
    account: str
    span: Span


class FactContact(Struct, frozen=True, tag="contact"):
    key: str
    value: str
    span: Span


class FactContext(Struct, frozen=True, tag="context"):
    key: str
    value: str
    span: Span


class FactCount(Struct, frozen=True, tag="count"):
    counter: str
    value: int
    span: Span


class FactEnabled(Struct, frozen=True, tag="enabled"):
    component: str
    enabled: bool
    span: Span


class FactSample(Struct, frozen=True, tag="sample"):
    rule: str
    inside: bool
    span: Span


class Says(Struct, frozen=True, tag="says"):
    party: str
    text: str
    meta: dict[str, str]
    span: Span


class Sends(Struct, frozen=True, tag="sends"):
    """`size` in bytes."""

    party: str
    kind: str
    url: str
    size: int | None
    buttons: tuple[str, ...]
    meta: dict[str, str]
    span: Span


class Presses(Struct, frozen=True, tag="presses"):
    label: str
    span: Span


class Requests(Struct, frozen=True, tag="requests"):
    """`request` is one of enable, disable, position, reset, end, hand over; `target` a component where it takes one."""

    party: str
    request: str
    target: str
    flow: str
    step: str
    span: Span


class StartsStep(Struct, frozen=True, tag="starts"):
    span: Span


class EndsStep(Struct, frozen=True, tag="ends"):
    span: Span


class After(Struct, frozen=True, tag="after"):
    ms: int
    span: Span


class ExpectRule(Struct, frozen=True, tag="expect rule"):
    """`rule` empty: no rule fired."""

    rule: str
    span: Span


class ExpectEnabled(Struct, frozen=True, tag="expect enabled"):
    component: str
    enabled: bool
    span: Span


class ExpectReply(Struct, frozen=True, tag="expect reply"):
    expected: Expected
    span: Span


class ExpectGets(Struct, frozen=True, tag="expect gets"):
    """`party` gets a text, or (`kind`) a message of that kind."""

    party: str
    expected: Expected | None
    kind: str
    span: Span


class ExpectNothing(Struct, frozen=True, tag="expect nothing"):
    """`party` empty: nothing to anybody."""

    party: str
    span: Span


class ExpectWithheld(Struct, frozen=True, tag="expect withheld"):
    reason: Expected | None
    span: Span


class ExpectRefused(Struct, frozen=True, tag="expect refused"):
    reason: Expected | None
    span: Span


class ExpectContext(Struct, frozen=True, tag="expect context"):
    key: str
    expected: Expected
    span: Span


class ExpectCount(Struct, frozen=True, tag="expect count"):
    counter: str
    value: int
    span: Span


class ExpectPosition(Struct, frozen=True, tag="expect position"):
    component: str
    flow: str
    step: str
    span: Span


class ExpectNotified(Struct, frozen=True, tag="expect notified"):
    component: str
    span: Span


class ExpectTimer(Struct, frozen=True, tag="expect timer"):
    """The timer is running."""

    timer: str
    span: Span


class ExpectTag(Struct, frozen=True, tag="expect tag"):
    label: str
    span: Span


Fact: TypeAlias = (
    FactAt | FactChannel | FactSender | FactAccount | FactContact | FactContext | FactCount | FactEnabled | FactSample
)
Happening: TypeAlias = Says | Sends | Presses | Requests | StartsStep | EndsStep | After
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
)
TestStep: TypeAlias = Fact | Happening | Expectation


class Test(Struct, frozen=True):
    name: str
    steps: tuple[TestStep, ...]
    span: Span


class ProgramIR(Struct, frozen=True):
    """A whole program. `start_with` in declaration order; `channels` are the names that rules may use."""

    language: int
    components: tuple[Component, ...]
    start_with: tuple[str, ...]
    lists: tuple[ValueList, ...]
    calendars: tuple[Calendar, ...]
    policies: tuple[Policy, ...]
    channels: tuple[str, ...]
    tests: tuple[Test, ...]
