"""Buttons: which of them a channel shows under a message or in a card, and as what lines the others are written.

Laws: a kind that the channel has not goes by its rung, and so does what is too many (see `rows`). Choices that would be
cut to the same label go by their rung as well. A link is a button for its address where the channel has such and room.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from pointsman.engine.downgrade.bounds import Refusal
from pointsman.engine.downgrade.labels import label_of, label_refusal
from pointsman.engine.downgrade.ladder import Ladder
from pointsman.engine.downgrade.lines import ButtonLine, CardLine
from pointsman.engine.downgrade.parts import address_of
from pointsman.engine.downgrade.rows import plan_of, too_many
from pointsman.engine.downgrade.run import Path, Run
from pointsman.engine.downgrade.steps import Step
from pointsman.model.content import Button, Content, NativeButton, OpenUrl, Reply

Settled: TypeAlias = tuple[tuple[Button, ...], tuple[Button, ...], list[str]]
"""The buttons that are shown, of those inside and of those under, and the lines for the others."""
_Down: TypeAlias = Sequence[tuple[int, ButtonLine, Refusal]]


def settled(
    run: Run, content: Content, inside: tuple[Button, ...], under: tuple[Button, ...], card: CardLine | None, path: Path
) -> Settled:
    """Settle what becomes of the buttons of one message: those inside of a card (`card` bounds them), and under it."""
    buttons = inside + under
    plan = plan_of(run.ladder, tuple(map(type, buttons)), card)
    for button in buttons:
        if len(button.label) > plan.safe:
            down = _with_alike(run.ladder, buttons, card, plan.down)
            return _settled(run, content, buttons, len(inside), down, card, path)
    if not plan.down:
        return inside, under, []
    if not plan.steps:
        return _settled(run, content, buttons, len(inside), plan.down, card, path)
    lines = []
    for place, step, refusal in plan.steps:
        if text := line_by(run, buttons[place], step, refusal):
            lines.append(text)
    if not under:
        return tuple([inside[place] for place in plan.shown]), under, lines
    own = len(inside)
    shown = plan.shown
    return (
        tuple([inside[place] for place in shown if place < own]),
        tuple([buttons[place] for place in shown if place >= own]),
        lines,
    )


def _settled(
    run: Run, content: Content, buttons: tuple[Button, ...], own: int, down: _Down, card: CardLine | None, path: Path
) -> Settled:
    gone = {place for place, _, _ in down}
    shown = [None if place in gone else button for place, button in enumerate(buttons)]
    lines: list[str] = []
    for place, line, refusal in down:
        button = buttons[place]
        step = line.step or run.step(f"button {line.kind}", line.steps, content, buttons, path)
        if step.links and _link(run.ladder, button, place, shown, card):
            run.lose("linked", f"button `{button.label}`", "button url", refusal)
        elif text := line_by(run, button, step, refusal):
            lines.append(text)
    return _all(shown[:own]), _all(shown[own:]), lines


def _all(shown: Sequence[Button | None]) -> tuple[Button, ...]:
    return tuple([button for button in shown if button is not None])


def line_by(run: Run, button: Button, step: Step, refusal: Refusal) -> str:
    """Write a button by its rung, and remember it where the rung does; empty where it is left out."""
    if step.plain and (text := step.write(button, 0, None)):
        run.lose(step.lost, f"button `{button.label}`", "text", refusal)
        return text
    number = run.number + 1
    text = step.write(button, number, None)
    if not text:
        run.lose("dropped", f"button `{button.label}`", "nothing", refusal)
        return ""
    if step.counts:
        run.number = number
    if step.remember_ms and isinstance(button, Reply):
        run.offer(button, number if step.counts else 0, step)
    run.lose(step.lost, f"button `{button.label}`", "text", refusal)
    return text


def _with_alike(ladder: Ladder, buttons: tuple[Button, ...], card: CardLine | None, down: _Down) -> _Down:
    """Let all choices go by their rung where one of them would be cut to the label of another button."""
    gone = {place for place, _, _ in down}
    known: dict[str, Button] = {}
    for place, button in enumerate(buttons):
        if place in gone:
            continue
        label = label_of(ladder, button, card)
        other = known.setdefault(label, button)
        if other.label != button.label and (isinstance(button, Reply) or isinstance(other, Reply)):
            refusal = label_refusal(ladder, button if label != button.label else other, card)
            choices = [at for at, each in enumerate(buttons) if at not in gone and isinstance(each, Reply)]
            return sorted([*down, *((at, ladder.replies, refusal) for at in choices)], key=_place)
    return down


def _place(entry: tuple[int, ButtonLine, Refusal]) -> int:
    return entry[0]


def _link(ladder: Ladder, button: Button, place: int, shown: list[Button | None], card: CardLine | None) -> bool:
    """Put a button for an address in the place of one that is linked, where there is such and room for it."""
    address = address_of(button)
    if address is None or isinstance(button, OpenUrl | NativeButton) or not ladder.buttons[OpenUrl].native:
        return False
    kinds = [type(each) for each in shown if each is not None]
    if too_many(ladder, [*kinds, OpenUrl], card):
        return False
    shown[place] = OpenUrl(button.label, address, button.postback)
    return True
