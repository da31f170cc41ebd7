"""Age of a session and how long ago parties spoke in it: nobody spoke before it began.

The age is settled first. It has to be as much as every speech that has to be there needs, and no more: whatever else is
said of speeches holds of an older session as well.
"""

from __future__ import annotations

from pointsman.proofs.integers import Integers
from pointsman.proofs.store import Contradiction, Store
from pointsman.proofs.variables import AGE, spoke_variable
from pointsman.proofs.world import World

_UNITS = (3_600_000, 60_000, 1_000, 1)


def settle_times(store: Store, near: World) -> tuple[int, dict[str, int]]:
    """Return the age and how long ago each party spoke. Raises `Contradiction`."""
    parties = dict.fromkeys([*near.spoke, *(name.partition(" ")[2] for name in store.spoken())])
    speeches = {party: store.within(spoke_variable(party)) for party in parties}
    ages = store.within(AGE)
    oldest = -1 if ages.greatest is None else ages.greatest
    for party, speech in speeches.items():
        if not speech.up_to(oldest):
            raise Contradiction(store.why(AGE, spoke_variable(party)))
    needed = {party: speech for party, speech in speeches.items() if not speech.missing}
    least = max((speech.spans[0][0] for speech in needed.values()), default=0)
    natural = max((_spoke(speech, near.spoke.get(party)) or 0 for party, speech in needed.items()), default=0)
    age = _age(ages, (natural, least), near.age)
    spoke = {party: _spoke(speech.up_to(age), near.spoke.get(party)) for party, speech in speeches.items()}
    return age, {party: ago for party, ago in spoke.items() if ago is not None}


def _age(ages: Integers, firsts: tuple[int, int], near: int) -> int:
    """An age that is not below one of `firsts`, the earlier one if there is any."""
    for first in firsts:
        if near >= first and near in ages:
            return near
        if ages.greatest is not None and ages.greatest >= first:
            return ages.roundest(_UNITS, first)
    raise AssertionError("an age that every speech allows was seen to be there")


def _spoke(speech: Integers, near: int | None) -> int | None:
    if near in speech:
        return near
    return speech.roundest(_UNITS) if speech.spans else None
