"""What rules do."""

from __future__ import annotations

from typing import TypeAlias

from pointsman.language.ir import Span
from pointsman.language.tree.node import Node
from pointsman.language.tree.values import Duration, Field, Name, Number, Regex, String, Subject, Template


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
