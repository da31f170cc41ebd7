"""A whole file: its items in order."""

from __future__ import annotations

from typing import TypeAlias

from pointsman.language.ir import Span
from pointsman.language.tree.declarations import (
    Calendar,
    Channel,
    Component,
    Downgrade,
    Language,
    ListFrom,
    ListOf,
    Policy,
    Rule,
    StartWith,
    Use,
    UseStandard,
)
from pointsman.language.tree.node import Node
from pointsman.language.tree.transcripts import Test

Item: TypeAlias = (
    Language
    | Use
    | UseStandard
    | Component
    | StartWith
    | ListOf
    | ListFrom
    | Calendar
    | Channel
    | Policy
    | Downgrade
    | Test
)


class File(Node, frozen=True):
    """The items of one file that could be read, in order; `span` is the whole file.

    `lost` are the names that what could not be read may have declared: nothing is to be said of them. None: any name.
    `strays` are rules whose policy could not be read, or is not there; they can be checked, and can never run.
    """

    items: tuple[Item, ...]
    strays: tuple[Rule, ...]
    lost: frozenset[str] | None
    span: Span
