"""Fields, quantities and conditions, with the place of each."""

from __future__ import annotations

from typing import Literal, TypeAlias

from msgspec import Struct


class Span(Struct, frozen=True, array_like=True):
    """A place in a file. `start` and `end` count code points from 0; `line` and `column` count from 1."""

    file: str
    start: int
    end: int
    line: int
    column: int


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
