"""Templates, and what rules do."""

from __future__ import annotations

from typing import TypeAlias

from msgspec import Struct

from pointsman.language.ir.conditions import Quantity, Span


class Slot(Struct, frozen=True, tag="slot"):
    """`{subject or "default"}`. `subject` may be any quantity; a Field path that is a match group has no dot."""

    subject: Quantity
    default: str = ""


class Words(Struct, frozen=True, tag="words"):
    text: str


TemplatePart: TypeAlias = Words | Slot
Template: TypeAlias = tuple[TemplatePart, ...]


class EnableAction(Struct, frozen=True, tag="enable"):
    component: str
    span: Span


class DisableAction(Struct, frozen=True, tag="disable"):
    component: str
    span: Span


class HandOverAction(Struct, frozen=True, tag="hand over"):
    """Enables the component and disables every other that is not declared `speaks never`."""

    component: str
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


class DropButtons(Struct, frozen=True, tag="drop buttons"):
    span: Span


class PreferChannel(Struct, frozen=True, tag="prefer channel"):
    channel: str
    span: Span


class FallBack(Struct, frozen=True, tag="fall back"):
    """The message goes out again by `channel` unless it arrives within `ms`."""

    channel: str
    ms: int
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
    | DropButtons
    | PreferChannel
    | FallBack
    | Refuse
)
