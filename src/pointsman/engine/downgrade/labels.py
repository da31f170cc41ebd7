"""Buttons as they travel: labels cut, long postbacks behind tokens."""

from __future__ import annotations

from collections import Counter

from msgspec import structs

from pointsman.engine.downgrade.bounds import ENDLESS, Refusal
from pointsman.engine.downgrade.cut import cut_short
from pointsman.engine.downgrade.ladder import Ladder
from pointsman.engine.downgrade.lines import CardLine
from pointsman.engine.downgrade.rows import is_list
from pointsman.engine.downgrade.run import Run
from pointsman.engine.downgrade.tokens import token_of
from pointsman.model.content import Button, NativeButton, Reply


def label_of(ladder: Ladder, button: Button, card: CardLine | None) -> str:
    """A button's label as it is shown."""
    line, label = ladder.buttons.get(type(button)), button.label
    if line is not None and not line.label.hold(label):
        label = cut_short(label, line.label.limits)
    if card is not None and not card.label.hold(label):
        label = cut_short(label, card.label.limits)
    return label


def label_refusal(ladder: Ladder, button: Button, card: CardLine | None) -> Refusal:
    """Say which limit a label exceeds."""
    line = ladder.buttons.get(type(button))
    if line is not None and not line.label.hold(button.label):
        return line.label.refusal(button.label)
    return card.label.refusal(button.label) if card is not None else Refusal()


def dressed(run: Run, buttons: tuple[Button, ...], card: CardLine | None = None) -> tuple[Button, ...]:
    """Cut what is too long of labels and descriptions, and put tokens in the place of postbacks that are."""
    ladder = run.ladder
    safe, postback_safe = ladder.label_safe, ladder.postbacks.safe
    if len(buttons) <= ladder.replies.number.most:
        for button in buttons:
            if len(button.label) > safe:
                break
            if postback_safe != ENDLESS and type(button) is not NativeButton:
                postback: str | None = button.postback  # type: ignore[union-attr]  # all others have one
                if postback is not None and len(postback) > postback_safe:
                    break
        else:
            return buttons
    listed = is_list(ladder, Counter(map(type, buttons)))
    made = tuple([_dressed(run, each, card, listed=listed) for each in buttons])
    return buttons if made == buttons else made


def _dressed(run: Run, button: Button, card: CardLine | None, *, listed: bool) -> Button:
    ladder = run.ladder
    label = label_of(ladder, button, card)
    if label != button.label:
        run.lose("truncated", f"label `{button.label}`", f"`{label}`", label_refusal(ladder, button, card))
        button = structs.replace(button, label=label)
    if isinstance(button, NativeButton):
        return button
    if button.postback is not None and not ladder.postbacks.hold(button.postback):
        token = token_of(button.postback, ladder.postback_most)
        run.tokens[token] = button.postback
        button = structs.replace(button, postback=token)
    if listed and isinstance(button, Reply) and button.description is not None:
        button = _described(run, button, button.description)
    return button


def _described(run: Run, button: Reply, description: str) -> Reply:
    bounds = run.ladder.replies.description
    if bounds.hold(description):
        return button
    run.lose("truncated", f"description of `{button.label}`", "cut short", bounds.refusal(description))
    return structs.replace(button, description=cut_short(description, bounds.limits))
