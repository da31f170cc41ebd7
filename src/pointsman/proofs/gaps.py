"""Events on which no rule of a `complete` policy fires."""

from __future__ import annotations

from collections.abc import Iterator

from pointsman.engine.view import View
from pointsman.language import ir
from pointsman.language.diagnostics import Diagnostic, report
from pointsman.limits import PROOF_ROUNDS_MAX
from pointsman.model.event import Trigger
from pointsman.proofs.inquiry import NO_WITNESS, Inquiry
from pointsman.proofs.question import Undecided, Wanted
from pointsman.proofs.reach import Fires
from pointsman.proofs.world import World

_ONE_BY_ONE_MAX = 8
"""Rules that are excluded one after the other, before all are excluded at once."""


def uncovered_events(inquiry: Inquiry) -> Iterator[Diagnostic]:
    """Report `complete` policies that leave an event without a rule, with such an event."""
    for place, policy in enumerate(inquiry.ir.policies):
        if policy.complete and not any(rule.when is None for rule in policy.rules):
            yield from _of_policy(inquiry, place, policy)


def _of_policy(inquiry: Inquiry, place: int, policy: ir.Policy) -> Iterator[Diagnostic]:
    """At most one report, of the first trigger that has a gap."""
    whys: list[str] = []
    for trigger in policy.triggers:
        gap = _gap(inquiry, place, trigger)
        if isinstance(gap, Undecided):
            whys.append(gap.why)
        elif gap is not None:
            example = _example(inquiry, policy, gap)
            if example is None:
                whys.append(NO_WITNESS)
                continue
            yield report(
                "uncovered-event",
                f"`{policy.name}` is complete, and no rule of it fires on some events",
                policy.span,
                help='add a rule for them, or `rule "…" otherwise then …` as the last one',
                example=example,
            )
            return
    for why in whys[:1]:
        inquiry.leave(policy.span, why, blocks=True)


def _gap(inquiry: Inquiry, place: int, trigger: Trigger) -> World | Undecided | None:
    """An event that the policy sees and no rule of it fires on; None where there is none."""
    rules = inquiry.ir.policies[place].rules
    excluded: dict[str, Wanted] = {}
    for number in range(PROOF_ROUNDS_MAX):
        reached = inquiry.reach.together(trigger, (), tuple(excluded.values()), place)
        match reached:
            case Fires(world):
                fired = [site.rule for site in inquiry.reach.fired(world) if site.policy == place]
            case Undecided():
                return reached
            case _:
                return None
        if not fired:
            return world
        denied = fired if number < _ONE_BY_ONE_MAX else rules
        excluded |= {rule.name: Wanted(rule.when, holds=False) for rule in denied if rule.when is not None}
    return Undecided("steps")


def _example(inquiry: Inquiry, policy: ir.Policy, gap: World) -> str | None:
    def seen(view: View, fired: list[ir.Rule]) -> bool:  # noqa: ARG001  # one of the functions that fit `Seen`
        return not any(rule in fired for rule in policy.rules)

    return inquiry.shown([gap], f"no rule of `{policy.name}` fires", seen)
