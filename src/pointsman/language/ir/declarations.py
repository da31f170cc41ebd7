"""A whole program: components, lists, calendars, policies."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from pointsman.language.ir.actions import Action
from pointsman.language.ir.channels import Profile
from pointsman.language.ir.conditions import Condition, Span
from pointsman.language.ir.downgrades import Rung
from pointsman.language.ir.transcripts import Test
from pointsman.model.event import Trigger


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
    """`strict`: what it says is refused where the channel would lose something of it."""

    name: str
    role: Literal["bot", "desk", "service"]
    hears: Clause
    speaks: Clause
    span: Span
    strict: bool = False


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


class ProgramIR(Struct, frozen=True):
    """A whole program. `start_with` in declaration order; `channels` are the names that rules may use.

    `profiles` are what each of them carries, in the same order; `rungs` how the rest is rendered.
    """

    language: int
    components: tuple[Component, ...]
    start_with: tuple[str, ...]
    lists: tuple[ValueList, ...]
    calendars: tuple[Calendar, ...]
    policies: tuple[Policy, ...]
    channels: tuple[str, ...]
    tests: tuple[Test, ...]
    profiles: tuple[Profile, ...] = ()
    rungs: tuple[Rung, ...] = ()
