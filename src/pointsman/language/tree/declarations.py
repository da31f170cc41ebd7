"""The items of a file, but for its tests."""

from __future__ import annotations

from typing import Literal, TypeAlias

from pointsman.language.ir import Span
from pointsman.language.tree.actions import Action
from pointsman.language.tree.conditions import Condition
from pointsman.language.tree.events import Event
from pointsman.language.tree.node import Node
from pointsman.language.tree.values import Clock, Date, Duration, Name, Number, Size, String, Template


class Language(Node, frozen=True):
    """`language N`. That it stands first, is known and agrees between files is checked where files are loaded."""

    version: Number
    span: Span


class Use(Node, frozen=True):
    """`use "file.rules"`."""

    file: String
    span: Span


class UseStandard(Node, frozen=True):
    """`use standard "given"`."""

    profile: String
    span: Span


class Clause(Node, frozen=True):
    """`hears always`, `speaks when CONDITION` …; `when` is set for that mode only."""

    verb: Literal["hears", "speaks"]
    mode: Literal["always", "never", "when"]
    when: Condition | None
    span: Span


class StrictLine(Node, frozen=True):
    """`strict`, of a component or of a channel."""

    span: Span


class Component(Node, frozen=True):
    """Lines in the order written, repeated ones included."""

    name: Name
    role: Literal["bot", "desk", "service"]
    lines: tuple[Clause | StrictLine, ...]
    span: Span

    @property
    def clauses(self) -> tuple[Clause, ...]:
        """The lines that say when it hears and speaks."""
        return tuple(line for line in self.lines if isinstance(line, Clause))


class StartWith(Node, frozen=True):
    components: tuple[Name, ...]
    span: Span


class ListOf(Node, frozen=True):
    """`list NAME = value, …`."""

    name: Name
    values: tuple[String | Number, ...]
    span: Span


class ListFrom(Node, frozen=True):
    """`list NAME from "file"`."""

    name: Name
    file: String
    span: Span


Weekday: TypeAlias = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]


class Days(Node, frozen=True):
    """`mon-fri`, or a single day where `first` is `last`. `fri-mon` runs over the week's end."""

    first: Weekday
    last: Weekday
    span: Span


class Hours(Node, frozen=True):
    """`09:00-17:30`."""

    opens: Clock
    closes: Clock
    span: Span


class WeekLine(Node, frozen=True):
    """`mon-fri, sun 09:00-12:00, 13:00-17:30`."""

    days: tuple[Days, ...]
    hours: tuple[Hours, ...]
    span: Span


class ClosedLine(Node, frozen=True):
    """`closed 2026-12-25, 2026-12-26`."""

    dates: tuple[Date, ...]
    span: Span


class OpenLine(Node, frozen=True):
    """`open 2026-12-24 10:00-12:00`."""

    dates: tuple[Date, ...]
    hours: tuple[Hours, ...]
    span: Span


class ZoneLine(Node, frozen=True):
    """`zone "Europe/Amsterdam"`."""

    zone: String
    span: Span


CalendarLine: TypeAlias = WeekLine | ClosedLine | OpenLine | ZoneLine


class Calendar(Node, frozen=True):
    """Lines in the order written."""

    name: Name
    lines: tuple[CalendarLine, ...]
    span: Span


Support: TypeAlias = Literal["native", "emulated", "none"]
Unit: TypeAlias = Literal["characters", "bytes", "gsm"]
LimitOf: TypeAlias = Literal["title", "description", "caption", "buttons", "rows", "cards", "together", "thumbnail"]


class Limit(Node, frozen=True):
    """One limit of a channel line: `1000 bytes from "…"`, `640 characters with buttons`, `title 80`, `2 to 10`, `8 MB`.

    `of` is the part that is bounded, None for the line's own subject. `up_to` is the upper end of a range. `ucs2` is
    the number in `160 gsm with 70 ucs2`; `with_ucs2` holds for the bare `gsm with ucs2` as well.
    """

    of: LimitOf | None
    amount: Number | Size
    up_to: Number | None
    unit: Unit | None
    with_buttons: bool
    with_ucs2: bool
    ucs2: Number | None
    authority: String | None
    span: Span


class MediaType(Node, frozen=True):
    """`image/jpeg`, `image/*`."""

    text: str
    span: Span


class Carries(Node, frozen=True):
    """What a channel does with a message kind or, where `button`, with a button kind.

    `authority` is the source behind `from`, of the support and the media types.
    """

    kind: Name
    button: bool
    support: Support | None
    authority: String | None
    limits: tuple[Limit | MediaType, ...]
    span: Span


class PostbackLine(Node, frozen=True):
    """`postback 1000 characters`."""

    limits: tuple[Limit, ...]
    span: Span


class Window(Node, frozen=True):
    """`24h`, `7d for desk`; `authority` is the source behind `from`."""

    duration: Duration
    role: Literal["bot", "desk", "service"] | None
    authority: String | None
    span: Span


class WindowLine(Node, frozen=True):
    """`reply window 24h, 7d for desk`."""

    windows: tuple[Window, ...]
    span: Span


ChannelLine: TypeAlias = Carries | PostbackLine | WindowLine | StrictLine


class Channel(Node, frozen=True):
    """`channel NAME like OTHER` and its lines, in the order written."""

    name: Name
    like: Name | None
    lines: tuple[ChannelLine, ...]
    span: Span


class Rule(Node, frozen=True):
    """`when` None: `otherwise`."""

    name: String
    when: Condition | None
    actions: tuple[Action, ...]
    span: Span


class Policy(Node, frozen=True):
    """`mode` None: not written, which means `first`."""

    name: Name
    mode: Literal["first", "every", "unique"] | None
    complete: bool
    event: Event
    rules: tuple[Rule, ...]
    span: Span


class Rendering(Node, frozen=True):
    """One part of a downgrade; `text` is set for `text TEMPLATE` only."""

    how: Literal["text", "picture", "card", "cards", "buttons", "numbered buttons", "link", "file", "nothing"]
    text: Template | None
    span: Span


class Downgrade(Node, frozen=True):
    """`downgrade KIND on CHANNELS when CONDITION to RENDERING and … for each card remember choices for 24h`.

    `channels` empty: on all. `each` is what the whole rendering is repeated for.
    """

    kind: Name
    button: bool
    channels: tuple[Name, ...]
    when: Condition | None
    renderings: tuple[Rendering, ...]
    each: Literal["card", "button", "file"] | None
    remember: Duration | None
    span: Span
