"""Rows of buttons: how many of which kinds a channel shows together.

Laws: where there are too many, all choices give way first, then the others, from the end on, as far as needed; what
only a vendor knows stays. A plan follows from the kinds alone, so that it is made once for all rows of these kinds.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from operator import itemgetter

from pointsman.engine.downgrade.bounds import ENDLESS, Refusal
from pointsman.engine.downgrade.ladder import Ladder
from pointsman.engine.downgrade.lines import CardLine, Plan
from pointsman.engine.downgrade.steps import Step
from pointsman.limits import BUTTON_PLANS_MAX, CHOICES_MAX
from pointsman.model.content import Button, NativeButton, OpenUrl, Reply


def plan_of(ladder: Ladder, kinds: tuple[type, ...], card: CardLine | None) -> Plan:
    """Find which buttons of a row go by their rungs; `card`: of a card, whose line bounds them too."""
    plans = ladder.plans if card is None else card.plans
    plan = plans.get(kinds)
    if plan is None:
        plan = _plan(ladder, kinds, card)
        if len(plans) < BUTTON_PLANS_MAX and len(kinds) <= CHOICES_MAX:
            plans[kinds] = plan
    return plan


def too_many(ladder: Ladder, kinds: Counter[type], card: CardLine | None) -> Refusal | None:
    """Say which limit the number of buttons exceeds, of which there are so many of each kind."""
    count = kinds.total()
    if card is not None and count > card.buttons.most:
        return card.buttons.refusal
    if is_list(ladder, kinds):
        return None
    for kind in kinds:
        line = ladder.buttons.get(kind)
        if line is not None and not line.number.least <= count <= line.number.most:
            return line.number.refusal
    return None


def is_list(ladder: Ladder, kinds: Counter[type]) -> bool:
    """Whether the channel shows choices as a list, since they are too many for buttons."""
    return kinds.keys() == {Reply} and ladder.replies.number.most < kinds[Reply] <= ladder.replies.rows


def _plan(ladder: Ladder, kinds: tuple[type, ...], card: CardLine | None) -> Plan:
    down = _down(ladder, kinds, card)
    bounds = [line.label.safe for kind in dict.fromkeys(kinds) if (line := ladder.buttons.get(kind))]
    safe = min([ENDLESS if card is None else card.label.safe, *bounds])
    rows = tuple((place, ladder.buttons[kinds[place]], why) for place, why in sorted(down.items(), key=_first))
    steps = tuple(
        (place, line.step, why) for place, line, why in rows if line.step and _is_line(line.step, kinds[place])
    )
    shown = [place for place in range(len(kinds)) if place not in down]
    return Plan(rows, steps if len(steps) == len(rows) else (), _picking(shown), safe)


def _down(ladder: Ladder, kinds: tuple[type, ...], card: CardLine | None) -> dict[int, Refusal]:
    """The places of the buttons that go by their rungs, and what refuses each."""
    down: dict[int, Refusal] = {}
    for place, kind in enumerate(kinds):
        line = ladder.buttons.get(kind)
        if line is not None and not line.native:
            down[place] = line.refusal
    left = Counter(kind for place, kind in enumerate(kinds) if place not in down)
    if Reply in left and (refusal := too_many(ladder, left, card)):
        down.update((place, refusal) for place, kind in enumerate(kinds) if kind is Reply and place not in down)
        del left[Reply]
    others = [place for place, kind in enumerate(kinds) if kind is not NativeButton and place not in down]
    while others and (refusal := too_many(ladder, left, card)):
        place = others.pop()
        down[place] = refusal
        left -= Counter((kinds[place],))
    return down


def _first(entry: tuple[int, Refusal]) -> int:
    return entry[0]


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
