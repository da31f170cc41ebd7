"""The events that policies are on."""

from __future__ import annotations

from typing import Literal, TypeAlias

from pointsman.language.ir import Span
from pointsman.language.tree.conditions import AnyRole, Customer, Party
from pointsman.language.tree.node import Node
from pointsman.language.tree.values import Duration, Name


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
