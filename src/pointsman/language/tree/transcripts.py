"""Tests: facts, happenings, expectations."""

from __future__ import annotations

from typing import Literal, TypeAlias

from pointsman.language.ir import Span
from pointsman.language.tree.conditions import Customer
from pointsman.language.tree.node import Node
from pointsman.language.tree.values import Clock, Date, Duration, Field, Name, Number, Regex, Size, String

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


class Meta(Node, frozen=True):
    """`with KEY "value"`; a key may be a word of the language, or a field of the message that is sent."""

    key: Name | Field
    value: String
    span: Span


class Says(Node, frozen=True):
    """`over` is the channel that a customer writes by, where that is another than the test's: `… over SMS`."""

    party: Name | Customer
    text: String
    over: Name | None
    meta: tuple[Meta, ...]
    span: Span


class Sends(Node, frozen=True):
    """`over` as in `Says`."""

    party: Name | Customer
    kind: Name
    url: String
    size: Size | None
    over: Name | None
    buttons: tuple[String, ...]
    meta: tuple[Meta, ...]
    span: Span


class Presses(Node, frozen=True):
    """`customer presses "Yes"`; `over` as in `Says`."""

    label: String
    over: Name | None
    meta: tuple[Meta, ...]
    span: Span


class Requests(Node, frozen=True):
    """`target` is set for enable, disable, position and hand over; `flow` and `step` for position.

    `context` is what is sent with it, seen as `request.KEY`.
    """

    party: Name
    request: Literal["enable", "disable", "position", "reset", "end", "hand over"]
    target: Name | None
    flow: String | None
    step: String | None
    context: tuple[Meta, ...]
    span: Span


class DeliveryFails(Node, frozen=True):
    """`delivery to NAME | customer fails "reason" with attempts 3`; `key` is the word before the number."""

    to: Name | Customer
    reason: String
    key: Name | None
    attempts: Number | None
    span: Span


class DeliverySucceeds(Node, frozen=True):
    """`delivery to customer succeeds`."""

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


Happening: TypeAlias = (
    Says | Sends | Presses | Requests | DeliveryFails | DeliverySucceeds | StartsStep | EndsStep | After
)


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
    """`customer gets "…"`, `NAME gets /…/`, `customer gets picture`; a Name in `what` is a message kind.

    `over` is the channel that the customer gets it by.
    """

    party: Name | Customer
    what: Text | Name
    over: Name | None
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
