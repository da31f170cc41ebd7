"""Literals, fields and templates."""

from __future__ import annotations

from typing import TypeAlias

from pointsman.language.ir import Span
from pointsman.language.tree.node import Node


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
