"""Rows of buttons: how many of which kinds a channel shows together.

Laws: where there are too many, all choices give way first, then the others, from the end on, as far as needed; what
only a vendor knows stays. A plan follows from the kinds alone, so that it is made once for all rows of these kinds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import itemgetter

from pointsman.engine.downgrade.bounds import ENDLESS, Refusal
from pointsman.engine.downgrade.ladder import Ladder
from pointsman.engine.downgrade.lines import CardLine, Plan
from pointsman.engine.downgrade.steps import Step
from pointsman.limits import BUTTON_PLANS_MAX
from pointsman.model.content import Button, NativeButton, OpenUrl, Reply


def plan_of(ladder: Ladder, kinds: tuple[type, ...], card: CardLine | None) -> Plan:
    """Find which buttons of a row go by their rungs; `card`: of a card, whose line bounds them too."""
    plans = ladder.plans if card is None else card.plans
    plan = plans.get(kinds)
    if plan is None:
        plan = _plan(ladder, kinds, card)
        if len(plans) < BUTTON_PLANS_MAX:
            plans[kinds] = plan
    return plan


def too_many(ladder: Ladder, kinds: Sequence[type], card: CardLine | None) -> Refusal | None:
    """Say which limit the number of buttons exceeds."""
    count = len(kinds)
    if card is not None and count > card.buttons.most:
        return card.buttons.refusal
    if is_list(ladder, kinds):
        return None
    for kind in kinds:
        line = ladder.buttons.get(kind)
        if line is not None and not line.number.least <= count <= line.number.most:
            return line.number.refusal
    return None


def is_list(ladder: Ladder, kinds: Sequence[type]) -> bool:
    """Whether the channel shows choices as a list, since they are too many for buttons."""
    many = ladder.replies.number.most < len(kinds) <= ladder.replies.rows
    return many and all(kind is Reply for kind in kinds)


def _plan(ladder: Ladder, kinds: tuple[type, ...], card: CardLine | None) -> Plan:
    down: dict[int, Refusal] = {}
    for place, kind in enumerate(kinds):
        line = ladder.buttons.get(kind)
        if line is not None and not line.native:
            down[place] = line.refusal
    while True:
        left = [place for place in range(len(kinds)) if place not in down]
        refusal = too_many(ladder, [kinds[place] for place in left], card)
        giving_way = [place for place in left if kinds[place] is Reply]
        if not giving_way:
            giving_way = [place for place in left if kinds[place] is not NativeButton][-1:]
        if refusal is None or not giving_way:
            break
        down.update(dict.fromkeys(giving_way, refusal))
    bounds = [line.label.safe for kind in kinds if (line := ladder.buttons.get(kind))]
    safe = min([ENDLESS if card is None else card.label.safe, *bounds])
    rows = tuple((place, ladder.buttons[kinds[place]], why) for place, why in sorted(down.items()))
    steps = tuple(
        (place, line.step, why) for place, line, why in rows if line.step and _is_line(line.step, kinds[place])
    )
    shown = [place for place in range(len(kinds)) if place not in down]
    return Plan(rows, steps if len(steps) == len(rows) else (), _picking(shown), safe)


def _picking(places: list[int]) -> Callable[[tuple[Button, ...]], tuple[Button, ...]]:
    match places:
        case []:
            return lambda _row: ()
        case [place]:
            return lambda row: (row[place],)
        case _:
            return itemgetter(*places)


def _is_line(step: Step, kind: type) -> bool:
    """Whether a button goes as a line, not as a button for its address."""
    return not step.links or kind is OpenUrl
