"""One channel's profile and its rungs, prepared for rendering."""

from __future__ import annotations

from collections.abc import Iterable

from pointsman.engine.downgrade.words import bounds_of_texts
from pointsman.language.ir import Profile, Rung


class Ladder:
    """`rungs` are those that speak of this channel, in order of precedence."""

    def __init__(self, profile: Profile, rungs: Iterable[Rung]) -> None:
        self.profile = profile
        self.texts = bounds_of_texts([profile])[profile.name]
        self.rungs = tuple(rung for rung in rungs if rung.channels is None or profile.name in rung.channels)
