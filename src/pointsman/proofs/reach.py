"""Can a rule fire? By example and counterexample: a world is asked for, and the matcher says what fires in it.

Laws: `Fires` was seen by the matcher. `Covered` follows from the solver's `Impossible`: whenever the rule's condition
holds, one of the rules named fires and takes the event from it. What takes an event from a rule: an earlier rule of its
policy (where that stops at the first match), and a rule with `stop` in an earlier policy, unless a rule before that one
took the event from it and lets the event go on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from msgspec import Struct

from pointsman.engine.loaded import Loaded
from pointsman.language import ir
from pointsman.language.tree.node import NOWHERE
from pointsman.limits import PROOF_ROUNDS_MAX
from pointsman.model.event import Trigger
from pointsman.proofs.asking import Asker
from pointsman.proofs.question import Found, Impossible, Undecided, Wanted
from pointsman.proofs.world import World, view_of


class Site(Struct, frozen=True):
    """A rule in its program. `number` counts all rules in program order, `policy` the policies."""

    number: int
    policy: int
    rule: ir.Rule


class Fires(Struct, frozen=True):
    """All of the rules asked for fire in `world`."""

    world: World


class Covered(Struct, frozen=True):
    """`by` are the rules that stand before, in program order; none: the conditions contradict one another.

    `worlds` are those that were seen on the way: the conditions hold, and rules of `by` fire instead.
    """

    by: tuple[Site, ...]
    worlds: tuple[World, ...]


Reached: TypeAlias = Fires | Covered | Undecided


class Reach:
    """What can fire in one program."""

    def __init__(self, program: Loaded, asker: Asker) -> None:
        self.program = program
        self.asker = asker
        self.policies = program.ir.policies
        sites = [(place, rule) for place, policy in enumerate(self.policies) for rule in policy.rules]
        self.sites = {rule.name: Site(number, place, rule) for number, (place, rule) in enumerate(sites)}
        self._passed: dict[int, Wanted | None] = {}

    def of_policy(self, policy: int) -> list[Site]:
        """The rules of one policy, in order."""
        return [self.sites[rule.name] for rule in self.policies[policy].rules]

    def fired(self, world: World) -> list[Site]:
        """The rules that fire in a world, in program order."""
        view = view_of(world, self.asker.ground.hours)
        return [self.sites[rule.name] for rule in self.program.match(world.trigger, view)]

    def together(
        self, trigger: Trigger, sites: Sequence[Site], besides: Sequence[Wanted] = (), policy: int | None = None
    ) -> Reached:
        """Find a world in which all of `sites` fire, what is wanted `besides` is so, and `policy` sees the event."""
        wanted = [Wanted(site.rule.when) for site in sites if site.rule.when is not None] + list(besides)
        blamed: list[Site | None] = [None] * len(wanted)
        worlds: list[World] = []
        for _ in range(PROOF_ROUNDS_MAX):
            answer = self.asker.ask(trigger, wanted)
            match answer:
                case Undecided():
                    return answer
                case Impossible(core):
                    if self._ease(sites, wanted, {place: site for place in core if (site := blamed[place])}):
                        continue
                    covering = {site.number: site for place in core if (site := blamed[place]) is not None}
                    return Covered(tuple(covering[number] for number in sorted(covering)), tuple(worlds))
                case Found(world):
                    fired = self.fired(world)
            blockers = [*_stoppers(policy, fired), *_blockers(sites, fired)]
            if not blockers:
                return Fires(world) if all(site in fired for site in sites) else Undecided("steps")
            worlds.append(world)
            for blocker in dict.fromkeys(blockers):
                avoided = self._avoided(blocker)
                if avoided is None:
                    return Covered((blocker,), tuple(worlds))
                wanted.append(avoided)
                blamed.append(blocker)
        return Undecided("steps")

    def world_of(self, trigger: Trigger, rule: str, near: World) -> World | None:
        """A world in which a rule fires, in the same conversation as `near`; None where none is found."""
        site = self.sites[rule]
        nowhere = site.rule.span
        same: list[ir.Condition] = [
            *(ir.ChoiceTest(path, (near.names[path],), nowhere) for path in ("channel", "account")),
            ir.TextTest("sender", "is", True, (near.texts["sender"],), "", nowhere),
        ]
        reached = self.together(trigger, (site,), [Wanted(condition) for condition in same])
        return reached.world if isinstance(reached, Fires) else None

    def _ease(self, sites: Sequence[Site], wanted: list[Wanted], blamed: Mapping[int, Site]) -> bool:
        """Ask of blamed rules in other policies no more than not to fire; False where that is what is asked already.

        At first their conditions are asked not to hold, which is simpler and mostly does.
        """
        own = {site.policy for site in sites}
        eased = {place: self.not_fired(site) for place, site in blamed.items() if site.policy not in own}
        changed = [place for place, it in eased.items() if it is not None and it != wanted[place]]
        for place in changed:
            wanted[place] = eased[place] or wanted[place]
        return bool(changed)

    def not_fired(self, site: Site) -> Wanted | None:
        """The condition fails, or a rule of a `first` policy before it, which does not stop, fires; None: as it was."""
        if site.number not in self._passed:
            before = [
                it.rule.when for it in self.of_policy(site.policy) if it.number < site.number and not stops(it.rule)
            ]
            ways = [when for when in before if when is not None]
            when = site.rule.when
            ordered = self.policies[site.policy].mode != "every"
            if when is not None and ways and ordered:
                self._passed[site.number] = Wanted(self.asker.any_of([ir.Not(when, NOWHERE), *ways]))
            else:
                self._passed[site.number] = None
        return self._passed[site.number]

    def _avoided(self, blocker: Site) -> Wanted | None:
        """What keeps a rule from firing; None where nothing does."""
        if blocker.rule.when is not None:
            return Wanted(blocker.rule.when, holds=False)
        others = [rule.when for rule in self.policies[blocker.policy].rules if rule.when is not None]
        return Wanted(self.asker.any_of(others)) if others else None


def _blockers(sites: Sequence[Site], fired: Sequence[Site]) -> Iterator[Site]:
    """The rules that took the event from those of `sites` that did not fire, one for each."""
    for site in sites:
        if site not in fired:
            beside = [it for it in fired if it.policy == site.policy]
            yield from ([*_stoppers(site.policy, fired)] or beside)[:1]


def _stoppers(policy: int | None, fired: Sequence[Site]) -> Iterator[Site]:
    """The rules for which a policy did not see the event."""
    return (it for it in fired if policy is not None and it.policy < policy and stops(it.rule))


def stops(rule: ir.Rule) -> bool:
    """Whether no later policy sees an event that the rule fires on."""
    return any(isinstance(action, ir.Stop) for action in rule.actions)
