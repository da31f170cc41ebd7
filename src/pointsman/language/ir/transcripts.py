"""The tests of a program: facts, happenings, expectations."""

from __future__ import annotations

from typing import TypeAlias

from msgspec import Struct

from pointsman.language.ir.conditions import Span


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
    """`over` is the channel that a customer writes by, empty where that is the test's."""

    party: str
    text: str
    meta: dict[str, str]
    span: Span
    over: str = ""


class Sends(Struct, frozen=True, tag="sends"):
    """`size` in bytes; `text`, `name` and `mime` are what the message says beside its file, None where it does not.

    `over` as in `Says`.
    """

    party: str
    kind: str
    url: str
    size: int | None
    buttons: tuple[str, ...]
    meta: dict[str, str]
    span: Span
    text: str | None = None
    name: str | None = None
    mime: str | None = None
    over: str = ""


class Presses(Struct, frozen=True, tag="presses"):
    """`over` as in `Says`."""

    label: str
    meta: dict[str, str]
    span: Span
    over: str = ""


class Requests(Struct, frozen=True, tag="requests"):
    """`request` is one of enable, disable, position, reset, end, hand over; `target` a component where it takes one.

    `context` is sent with it, and seen as `request.KEY`.
    """

    party: str
    request: str
    target: str
    flow: str
    step: str
    context: dict[str, str]
    span: Span


class DeliveryFails(Struct, frozen=True, tag="delivery fails"):
    """The delivery of the latest message for `to` (CUSTOMER or a component) has failed."""

    to: str
    reason: str
    attempts: int
    span: Span


class DeliverySucceeds(Struct, frozen=True, tag="delivery succeeds"):
    """The latest message for the customer has arrived, all parts of it."""

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
    """`party` gets a text, or (`kind`) a message of that kind; `over` is the customer's channel where one is said."""

    party: str
    expected: Expected | None
    kind: str
    span: Span
    over: str = ""


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
    flow: Expected
    step: Expected
    span: Span


class ExpectNotified(Struct, frozen=True, tag="expect notified"):
    component: str
    span: Span


class ExpectTimer(Struct, frozen=True, tag="expect timer"):
    """The timer is running."""

    timer: str
    span: Span


class ExpectTag(Struct, frozen=True, tag="expect tag"):
    label: Expected
    span: Span


class ExpectLoss(Struct, frozen=True, tag="expect loss"):
    """`loss` is a kind of loss, or is looked for in one as it is told: its kind, what became what, the limit."""

    loss: Expected
    span: Span


Fact: TypeAlias = (
    FactAt | FactChannel | FactSender | FactAccount | FactContact | FactContext | FactCount | FactEnabled | FactSample
)
Happening: TypeAlias = (
    Says | Sends | Presses | Requests | DeliveryFails | DeliverySucceeds | StartsStep | EndsStep | After
)
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


class Test(Struct, frozen=True):
    name: str
    steps: tuple[TestStep, ...]
    span: Span
