"""Automata over those literals that matter: begin with none, add what the texts that are offered fail.

Laws: `Proved` names literals whose wide machines share no text; `Seen` is a text that everything holds of. Neither is
said otherwise. What matters is found by failing, so that a thousand refused literals cost what the few do that count.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias

from msgspec import Struct

from pointsman.proofs.texts.layers import Layers
from pointsman.proofs.texts.literals import LengthLiteral, TextLiteral
from pointsman.proofs.texts.product import Product
from pointsman.proofs.texts.question import Literals
from pointsman.proofs.texts.readings import Reading, alphabet, read
from pointsman.proofs.texts.units import spelled

_OFFERS_MAX = 24
"""Texts that a product may offer in vain; others of its texts would fail in the same way."""


class Seen(Struct, frozen=True):
    text: str


class Proved(Struct, frozen=True):
    core: tuple[int, ...]


class Open(Struct, frozen=True):
    """`why`: text, pattern, list, length or steps."""

    why: str


Outcome: TypeAlias = Seen | Proved | Open


def refine(literals: Literals, *, wide: bool, first: Iterable[int] = ()) -> Outcome:
    """Search with machines; narrow readings find texts and prove nothing. `first` are places to begin with."""
    active = list(first)
    left_out: dict[int, str] = {}
    while True:
        machines = _machines(literals, active, left_out, wide=wide)
        offered = 0
        added = None
        for units in machines.texts(literals.steps):
            text = spelled(units)
            failing = literals.failing(text)
            if not failing:
                return Seen(text)
            added = next((place for place in failing if place not in active and place not in left_out), None)
            offered += 1
            if added is not None or offered > _OFFERS_MAX:
                break
        if added is not None:
            active.append(added)
        elif machines.exhausted and not offered and wide:
            return Proved(tuple(place for place in active if place not in left_out))
        else:
            return Open(_why(literals, active, left_out, offered=offered))


def _machines(literals: Literals, active: list[int], left_out: dict[int, str], *, wide: bool) -> Product | Layers:
    """The machines of all active literals; those that cannot be read are noted in `left_out`."""
    texts = [one for one, _ in map(literals.__getitem__, active) if isinstance(one, TextLiteral)]
    mixed = len(texts) < len(active) or len({one.exactly for one in texts}) > 1
    readings: list[Reading] = []
    lengths: list[tuple[LengthLiteral, bool]] = []
    for place in active:
        literal, holds = literals[place]
        if isinstance(literal, LengthLiteral):
            lengths.append((literal, holds))
            continue
        reading = read(literal, holds, wide=wide, mixed=mixed)
        if isinstance(reading, str):
            left_out[place] = reading
        else:
            readings.append(reading)
    mixed = mixed and any(one.part.reads == "folded" for one in readings)
    product = Product([one.part for one in readings], alphabet(readings, mixed=mixed))
    return Layers(product, lengths) if lengths else product


def _why(literals: Literals, active: list[int], left_out: dict[int, str], *, offered: int) -> str:
    if literals.steps.left < 0:
        return "length" if any(place in literals.lengths for place in active) else "steps"
    if left_out:
        return next(iter(left_out.values()))
    return "text" if offered or not literals.lengths else "length"
