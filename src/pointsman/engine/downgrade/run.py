"""One message on its way to what a channel carries: what it has become, what it lost, which numbers are given."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from msgspec import Struct, structs

from pointsman.engine.downgrade.bounds import Refusal
from pointsman.engine.downgrade.ladder import Ladder
from pointsman.engine.downgrade.steps import LossKind, Step
from pointsman.language.ir import Condition
from pointsman.model.content import Button, Content, Message, Reply
from pointsman.model.conversation import Offer
from pointsman.model.decision import Loss

Holds: TypeAlias = Callable[[Condition, Message], bool]
"""Whether a rung's condition holds for a message, with the conversation that it is for."""
Path: TypeAlias = tuple[Step, ...]
"""The rungs that led to where one is."""


class NoRendering(Exception):
    """No rung leads to anything that the channel carries. `path` are the kinds that were tried, in order."""

    def __init__(self, channel: str, path: tuple[str, ...]) -> None:
        super().__init__(f"nothing on {channel} renders {' as '.join(path)}")
        self.channel = channel
        self.path = path


class Piece(Struct):
    """One message in the making. `content` None: a text, whose lines are `lines`; of media they are the caption.

    `path` led to it; `open`: what the same rung says next may join it, if it is a text or media.
    """

    content: Content | None
    lines: list[str]
    buttons: tuple[Button, ...]
    path: Path
    open: bool = True


Render: TypeAlias = Callable[["Run", Content, tuple[Button, ...], Path], list[Piece]]
"""Render a content with the buttons under it. Of no pieces, none had a place for the buttons."""


class Run:
    """The rendering of one message. `number` is the last that stands before a choice; `told` what need not be again."""

    __slots__ = (
        "_held",
        "holds",
        "ladder",
        "losses",
        "message",
        "number",
        "offers",
        "remember_ms",
        "render",
        "tokens",
        "told",
    )

    def __init__(self, message: Message, ladder: Ladder, holds: Holds, render: Render) -> None:
        self.message = message
        self.ladder = ladder
        self.holds = holds
        self.render = render
        self.losses: list[Loss] = []
        self.offers: list[Offer] = []
        self.number = 0
        self.remember_ms = 0
        self.tokens: dict[str, str] = {}
        self._held: dict[tuple[Step, object], bool] = {}
        self.told: set[tuple[object, ...]] = set()

    def fallback_of(self, content: Content) -> str | None:
        """What the sender wants shown in the place of a content: that of the whole message only."""
        return self.message.fallback if content is self.message.content else None

    # Rungs -----------------------------------------------------------------------------------------------------------

    def step(self, kind: str, steps: Sequence[Step], content: Content, buttons: tuple[Button, ...], path: Path) -> Step:
        """Find the rung that speaks of a kind. Raises `NoRendering` where there is none, or where it led here."""
        step = self.find(steps, content, buttons)
        if step is None or step in path:
            raise NoRendering(self.ladder.channel, (*(step.kind for step in path), kind))
        return step

    def find(self, steps: Sequence[Step], content: Content, buttons: tuple[Button, ...]) -> Step | None:
        """Find the first of some rungs whose condition holds for a message of this content."""
        for step in steps:
            if step.when is None:
                return step
            key = (step, step.read(content, buttons))
            held = self._held.get(key)
            if held is None:
                message = structs.replace(self.message, content=content, buttons=buttons)
                held = self._held[key] = self.holds(step.when, message)
            if held:
                return step
        return None

    # What is lost and offered ----------------------------------------------------------------------------------------

    def lose(self, kind: LossKind, what: str, became: str, refusal: Refusal, at: int | None = None) -> None:
        """Tell of a loss, once: behind those that are told, or before the one at `at`."""
        loss = (kind, what, became, refusal.limit, refusal.source)
        if loss not in self.told:
            self.told.add(loss)
            self.losses.insert(len(self.losses) if at is None else at, Loss(*loss))

    def offer(self, button: Reply, number: int, step: Step, title: str = "") -> None:
        """Remember an option that was written by a rung that remembers choices."""
        self.offers.append(Offer(button.label, button.postback, number, title))
        self.remember_ms = max(self.remember_ms, step.remember_ms)

    def mark(self) -> tuple[int, int, int, int]:
        """Where one is, to come back to."""
        return len(self.losses), len(self.offers), self.number, self.remember_ms

    def back(self, mark: tuple[int, int, int, int]) -> None:
        """Forget what was lost and offered since `mark`."""
        losses, offers, self.number, self.remember_ms = mark
        del self.losses[losses:], self.offers[offers:]
        self.told = {(it.kind, it.what, it.became, it.limit, it.source) for it in self.losses}
