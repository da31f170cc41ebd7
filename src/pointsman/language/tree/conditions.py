"""Conditions."""

from __future__ import annotations

from typing import Literal, TypeAlias

from pointsman.language.ir import Span
from pointsman.language.tree.node import Node
from pointsman.language.tree.values import Duration, Name, Number, Percent, Regex, Size, String, Subject

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
