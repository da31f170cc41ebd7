"""Buttons: which of them a channel shows under a message or in a card, and as what lines the others are written.

Laws: a kind that the channel has not goes by its rung, and so does what is too many (see `rows`). Choices that would be
cut to the same label go by their rung as well. A link is a button for its address where the channel has such and room.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TypeAlias

from pointsman.engine.downgrade.bounds import Refusal
from pointsman.engine.downgrade.labels import label_of, label_refusal
from pointsman.engine.downgrade.ladder import Ladder
from pointsman.engine.downgrade.lines import ButtonLine, CardLine
from pointsman.engine.downgrade.parts import address_of
from pointsman.engine.downgrade.rows import plan_of, too_many
from pointsman.engine.downgrade.run import Path, Run
from pointsman.engine.downgrade.steps import LossKind, Step
from pointsman.model.content import Button, Content, NativeButton, OpenUrl, Reply

_Down: TypeAlias = Sequence[tuple[int, ButtonLine, Refusal]]


def settled(
    run: Run, content: Content, row: tuple[Button, ...], card: CardLine | None, path: Path
) -> tuple[tuple[Button, ...], list[str]]:
    """Settle which buttons of a row are shown, and the lines for the others; `card`: of a card, whose line bounds it.

    A row of which all are shown is the very same.
    """
    kinds = tuple(map(type, row))
    plan = (run.ladder.plans if card is None else card.plans).get(kinds) or plan_of(run.ladder, kinds, card)
    safe = plan.safe
    down: _Down = plan.down
    for button in row:
        if len(button.label) > safe:
            down = _with_alike(run.ladder, row, card, down)
            break
    if not down:
        return row, []
    if down is not plan.down or not plan.steps:
        shown, lines = _settled(run, content, row, down, card, path)
        return _all(shown), lines
    lines = []
    for place, step, refusal in plan.steps:
        if text := line_by(run, row[place], step, refusal):
            lines.append(text)
    return plan.shown(row), lines


def settled_both(
    run: Run, content: Content, inside: tuple[Button, ...], under: tuple[Button, ...], card: CardLine, path: Path
) -> tuple[tuple[Button, ...], tuple[Button, ...], list[str]]:
    """Settle the buttons inside a card and those under it, as one row."""
    row = inside + under
    down = _with_alike(run.ladder, row, card, plan_of(run.ladder, tuple(map(type, row)), card).down)
    both, lines = _settled(run, content, row, down, card, path)
    return _all(both[: len(inside)]), _all(both[len(inside) :]), lines


def _settled(
    run: Run, content: Content, row: tuple[Button, ...], down: _Down, card: CardLine | None, path: Path
) -> tuple[list[Button | None], list[str]]:
    """The buttons that are shown, each in its old place, and the lines for the others."""
    gone = {place for place, _, _ in down}
    shown = [None if place in gone else button for place, button in enumerate(row)]
    kinds = Counter(type(button) for button in shown if button is not None)
    lines: list[str] = []
    for place, line, refusal in down:
        button = row[place]
        step = line.step or run.step(f"button {line.kind}", line.steps, content, row, path)
        if step.links and (link := _link(run.ladder, button, kinds, card)):
            shown[place] = link
            kinds[OpenUrl] += 1
            run.lose("linked", f"button `{button.label}`", "button url", refusal)
        elif text := line_by(run, button, step, refusal):
            lines.append(text)
    return shown, lines


def _all(shown: Sequence[Button | None]) -> tuple[Button, ...]:
    return tuple([button for button in shown if button is not None])


def line_by(run: Run, button: Button, step: Step, refusal: Refusal) -> str:
    """Write a button by its rung, and remember it where the rung does; empty where it is left out."""
    if step.plain and (text := step.write(button, 0, None)):
        if (refusal, step, button.label) not in run.told:
            run.told.add((refusal, step, button.label))
            run.lose(_lost(step, button), f"button `{button.label}`", "text", refusal)
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
    run.lose(_lost(step, button), f"button `{button.label}`", "text", refusal)
    return text


def _lost(step: Step, button: Button) -> LossKind:
    """What a line by a rung is a loss of; who is asked for a place is given no address."""
    return "linked" if step.links and address_of(button) else "emulated"


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


def _link(ladder: Ladder, button: Button, kinds: Counter[type], card: CardLine | None) -> OpenUrl | None:
    """A button for the address of one that is linked, where there is such and room beside those of `kinds`."""
    address = address_of(button)
    if address is None or isinstance(button, OpenUrl | NativeButton) or not ladder.buttons[OpenUrl].native:
        return None
    if too_many(ladder, kinds + Counter((OpenUrl,)), card):
        return None
    return OpenUrl(button.label, address, button.postback)
