"""Buttons: which of them a channel shows under a message or in a card, and as what lines the others are written.

Laws: a kind that the channel has not goes by its rung. Where there are too many, all replies go by theirs (unless the
channel shows a list of them), then the others, from the end on, as far as needed. Replies that would be cut to the
same label go by their rung as well. What only a vendor knows stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

from msgspec import structs

from pointsman.engine.downgrade.bounds import ENDLESS, Refusal
from pointsman.engine.downgrade.cut import cut_short
from pointsman.engine.downgrade.ladder import Ladder
from pointsman.engine.downgrade.lines import ButtonLine, CardLine
from pointsman.engine.downgrade.parts import address_of, line_of
from pointsman.engine.downgrade.run import Path, Run
from pointsman.engine.downgrade.steps import Step
from pointsman.engine.downgrade.tokens import token_of
from pointsman.model.content import Button, Content, NativeButton, OpenUrl, Reply
from pointsman.model.conversation import Offer

Settled: TypeAlias = tuple[Sequence[Button | None], list[str]]
"""The buttons that are shown, each in its old place, and the lines for the others."""


def settled(run: Run, content: Content, buttons: tuple[Button, ...], card: CardLine | None, path: Path) -> Settled:
    """Settle what becomes of the buttons of one message; `card`: of a card, whose line bounds them too."""
    if all_shown(run.ladder, buttons, card):
        return buttons, []
    return _Settling(run, content, buttons, card, path).settled()


def all_shown(ladder: Ladder, buttons: tuple[Button, ...], card: CardLine | None) -> bool:
    """Whether it is plain that a channel shows them all as they are."""
    count, lines, safe = len(buttons), ladder.buttons, ENDLESS
    if card is not None:
        safe = card.labels.safe
        if count > card.buttons.most:
            return False
    for button in buttons:
        length = len(button.label)
        if length > safe:
            return False
        line = lines.get(type(button))
        if line is not None:
            number = line.number
            if not line.native or length > line.label.safe or not number.least <= count <= number.most:
                return False
    return True


def label_of(ladder: Ladder, button: Button, card: CardLine | None) -> str:
    """A button's label as it is shown."""
    line, label = ladder.buttons.get(type(button)), button.label
    if line is not None and not line.label.hold(label):
        label = cut_short(label, line.label.limits)
    if card is not None and not card.labels.hold(label):
        label = cut_short(label, card.labels.limits)
    return label


def too_many(ladder: Ladder, buttons: Sequence[Button], card: CardLine | None) -> Refusal | None:
    """Say which limit the number of buttons exceeds."""
    count = len(buttons)
    if card is not None and count > card.buttons.most:
        return card.buttons.refusal
    if is_list(ladder, buttons):
        return None
    for button in buttons:
        line = ladder.buttons.get(type(button))
        if line is not None and not line.number.least <= count <= line.number.most:
            return line.number.refusal
    return None


def is_list(ladder: Ladder, buttons: Sequence[Button]) -> bool:
    """Whether the channel shows choices as a list, since they are too many for buttons."""
    many = ladder.replies.number.most < len(buttons) <= ladder.replies.rows
    return many and all(isinstance(button, Reply) for button in buttons)


class _Settling:
    """`_down` are the buttons that go by their rung, by place, and what refused them."""

    def __init__(
        self, run: Run, content: Content, buttons: tuple[Button, ...], card: CardLine | None, path: Path
    ) -> None:
        self._run, self._ladder, self._content, self._path = run, run.ladder, content, path
        self._buttons, self._card = buttons, card
        self._down: dict[int, tuple[Step, Refusal]] = {}

    def settled(self) -> Settled:
        for place, button in enumerate(self._buttons):
            line = self._ladder.buttons.get(type(button))
            if line is not None and not line.native:
                self._go_down(place, line.refusal)
        self._thin_out()
        if refusal := self._alike():
            self._replies_down(refusal)
        shown: list[Button | None] = [
            None if place in self._down else button for place, button in enumerate(self._buttons)
        ]
        links = {place for place in self._down if self._linked(place, shown)}
        return shown, self._lines(links)

    def _go_down(self, place: int, refusal: Refusal) -> None:
        line = self._ladder.buttons[type(self._buttons[place])]
        steps = self._ladder.button_steps[line.kind]
        step = self._run.step(f"button {line.kind}", steps, self._content, self._buttons, self._path)
        self._down[place] = step, refusal

    def _left(self) -> list[int]:
        return [place for place in range(len(self._buttons)) if place not in self._down]

    def _thin_out(self) -> None:
        while refusal := too_many(self._ladder, [self._buttons[place] for place in self._left()], self._card):
            if self._replies_down(refusal):
                continue
            others = [place for place in self._left() if not isinstance(self._buttons[place], NativeButton)]
            if not others:
                return
            self._go_down(others[-1], refusal)

    def _replies_down(self, refusal: Refusal) -> bool:
        replies = [place for place in self._left() if isinstance(self._buttons[place], Reply)]
        for place in replies:
            self._go_down(place, refusal)
        return bool(replies)

    def _alike(self) -> Refusal | None:
        """Whether two labels would be cut to the same, one of them a choice's; the limit that does it."""
        known: dict[str, Button] = {}
        for place in self._left():
            button = self._buttons[place]
            label = label_of(self._ladder, button, self._card)
            other = known.setdefault(label, button)
            if other.label != button.label and (isinstance(button, Reply) or isinstance(other, Reply)):
                return _of_label(self._ladder, button if label != button.label else other, self._card)
        return None

    def _linked(self, place: int, shown: list[Button | None]) -> bool:
        """Put a button for an address in the place of one that is linked, where there is such and room for it."""
        step, _ = self._down[place]
        button = self._buttons[place]
        address = address_of(button) if step.links and not isinstance(button, OpenUrl) else None
        if address is None or isinstance(button, NativeButton) or not self._ladder.buttons[OpenUrl].native:
            return False
        link = OpenUrl(button.label, address, button.postback)
        left = [it if at != place else link for at, it in enumerate(shown) if it is not None or at == place]
        if too_many(self._ladder, [it for it in left if it is not None], self._card):
            return False
        shown[place] = link
        return True

    def _lines(self, links: set[int]) -> list[str]:
        lines: list[str] = []
        for place, (step, refusal) in sorted(self._down.items()):
            button = self._buttons[place]
            if place in links:
                self._run.lose("linked", f"button `{button.label}`", "button url", refusal)
                continue
            found = lines_by(self._run, button, step)
            lines += found
            kind = "dropped" if not found else "linked" if step.links else "emulated"
            self._run.lose(kind, f"button `{button.label}`", "text" if found else "nothing", refusal)
        return lines


def lines_by(run: Run, button: Button, step: Step) -> list[str]:
    """Write a button by its rung, and remember it where the rung does. A button has one number at most."""
    number, counted, lines = run.number + 1, False, []
    for how, template in step.actions:
        if template is not None:
            if text := template.text(button, number, None):
                lines.append(text)
                counted = counted or template.counts
        elif how == "numbered buttons":
            lines.append(f"{number}. {button.label}")
            counted = True
        elif how == "link":
            lines.append(line_of(button))
    if counted:
        run.number = number
    if lines and step.remember_ms and isinstance(button, Reply):
        run.offers.append(Offer(button.label, button.postback, number if counted else 0))
        run.remember_ms = max(run.remember_ms, step.remember_ms)
    return lines


# As they travel -------------------------------------------------------------------------------------------------------


def dressed(run: Run, buttons: tuple[Button, ...], card: CardLine | None = None) -> tuple[Button, ...]:
    """Cut what is too long of labels and descriptions, and put tokens in the place of postbacks that are."""
    ladder = run.ladder
    if all_shown(ladder, buttons, card) and _postbacks_fit(ladder, buttons):
        return buttons
    listed = is_list(ladder, buttons)
    made = tuple(_dressed(run, button, card, listed=listed) for button in buttons)
    return buttons if made == buttons else made


def _postbacks_fit(ladder: Ladder, buttons: tuple[Button, ...]) -> bool:
    safe = ladder.postbacks.safe
    return safe == ENDLESS or all(
        isinstance(button, NativeButton) or button.postback is None or len(button.postback) <= safe
        for button in buttons
    )


def _dressed(run: Run, button: Button, card: CardLine | None, *, listed: bool) -> Button:
    ladder = run.ladder
    label = label_of(ladder, button, card)
    if label != button.label:
        run.lose("truncated", f"label `{button.label}`", f"`{label}`", _of_label(ladder, button, card))
        button = structs.replace(button, label=label)
    if isinstance(button, NativeButton):
        return button
    if button.postback is not None and not ladder.postbacks.hold(button.postback):
        token = token_of(button.postback, ladder.postback_most)
        run.tokens[token] = button.postback
        button = structs.replace(button, postback=token)
    if listed and isinstance(button, Reply) and button.description is not None:
        button = _described(run, button, button.description, ladder.replies)
    return button


def _described(run: Run, button: Reply, description: str, line: ButtonLine) -> Reply:
    if line.description.hold(description):
        return button
    refusal = line.description.refusal(description)
    run.lose("truncated", f"description of `{button.label}`", "cut short", refusal)
    return structs.replace(button, description=cut_short(description, line.description.limits))


def _of_label(ladder: Ladder, button: Button, card: CardLine | None) -> Refusal:
    line = ladder.buttons.get(type(button))
    if line is not None and not line.label.hold(button.label):
        return line.label.refusal(button.label)
    return card.labels.refusal(button.label) if card is not None else Refusal()
