"""Which rules can share an event with a rule: asked of groups, since most cannot.

Law: each partner comes with a world in which it was seen beside the rule; what was not settled has a reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from typing import TypeAlias

from msgspec import Struct

from pointsman.limits import PROOF_GROUP_MAX, PROOF_PARTNERS_MAX
from pointsman.model.event import Trigger
from pointsman.proofs.question import Undecided, Wanted
from pointsman.proofs.reach import Covered, Fires, Reach, Site
from pointsman.proofs.world import World

NAMED_MAX = 3
"""Partners that a report names."""

Beside: TypeAlias = Callable[[Site, World, Sequence[Site]], bool]
"""(partner, world, what fires in it) -> whether the partner shares the event."""
Pair: TypeAlias = Callable[[Site], "Fires | Undecided | None"]
"""A partner -> a world in which it shares the event, why none is known, or None where there is none."""


class Partner(Struct, frozen=True):
    site: Site
    world: World


class Partners(Struct, frozen=True):
    """`found` in the order they were found, `whys` the reasons of what was not settled; `all_tried` unless there were
    too many."""

    found: tuple[Partner, ...]
    whys: tuple[str, ...]
    all_tried: bool

    @property
    def others(self) -> str:
        """How many there are behind those that a report names, in words; empty where there are none."""
        more = len(self.found) - NAMED_MAX
        if more <= 0:
            return ""
        return f"{'' if self.all_tried else 'at least '}{more} more {'does' if more == 1 else 'do'} so too"


class Search:
    """Looks for the partners of one rule on one trigger, in worlds in which that rule fires."""

    def __init__(self, reach: Reach, trigger: Trigger, site: Site, beside: Beside) -> None:
        self._reach = reach
        self._trigger = trigger
        self._site = site
        self._beside = beside
        self._found: list[Partner] = []
        self._whys: list[str] = []

    def among(self, candidates: Iterable[Site]) -> Partners:
        """Find partners among rules that have conditions, or are `otherwise`."""
        left = iter(candidates)
        while self._wants_more and self._reach.asker.left > 0 and (group := list(islice(left, PROOF_GROUP_MAX))):
            self._group(group)
        if self._wants_more and next(left, None) is not None:
            self._whys.append("steps")
        return Partners(tuple(self._found), tuple(self._whys), self._wants_more)

    @property
    def _wants_more(self) -> bool:
        return len(self._found) < PROOF_PARTNERS_MAX

    def _group(self, group: list[Site]) -> None:
        """Find the partners in a group: one question excludes all of it, or each is asked about by itself."""
        conditions = [site.rule.when for site in group if site.rule.when is not None]
        if len(conditions) == len(group) > 1:
            some = Wanted(self._reach.asker.any_of(conditions))
            reached = self._reach.together(self._trigger, (self._site,), (some,))
            if isinstance(reached, Covered):
                return
            if isinstance(reached, Fires):
                self._take(group, reached.world)
        for site in group:
            if self._wants_more:
                self._alone(site)

    def _take(self, group: list[Site], world: World) -> bool:
        """Move the partners that a world shows from the group to what was found."""
        fired = self._reach.fired(world)
        shown = [site for site in group if self._beside(site, world, fired)]
        self._found += [Partner(site, world) for site in shown]
        group[:] = [site for site in group if site not in shown]
        return bool(shown)

    def _alone(self, site: Site) -> None:
        """Settle one pair."""
        besides = () if site.rule.when is None else (Wanted(site.rule.when),)
        reached = self._reach.together(self._trigger, (self._site,), besides)
        if isinstance(reached, Fires) and not self._take([site], reached.world):
            reached = self._reach.together(self._trigger, (self._site, site))
            if isinstance(reached, Fires):
                self._take([site], reached.world)
        if isinstance(reached, Undecided):
            self._whys.append(reached.why)
