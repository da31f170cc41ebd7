"""Rules of `first` policies whose order matters: both can match, their actions differ, neither is a special case."""

from __future__ import annotations

from collections.abc import Iterator

from pointsman.engine.view import View
from pointsman.language import ir
from pointsman.language.diagnostics import Diagnostic, Label, report
from pointsman.model.event import Trigger
from pointsman.proofs.effects import outcome_of
from pointsman.proofs.inquiry import NO_WITNESS, Inquiry
from pointsman.proofs.keys import Together
from pointsman.proofs.partners import Partner, Search
from pointsman.proofs.question import Found, Wanted
from pointsman.proofs.reach import Site
from pointsman.proofs.world import World


def matters_of_order(inquiry: Inquiry) -> Iterator[Diagnostic]:
    """Note rules of `first` policies that overlap rules behind them and do something else."""
    for place, policy in enumerate(inquiry.ir.policies):
        if policy.mode == "first":
            sites = [site for site in inquiry.reach.of_policy(place) if site.rule.when is not None]
            together = Together([site.rule.when for site in sites], inquiry.asker.plain)
            for number, site in enumerate(sites):
                behind = together.all >> (number + 1) << (number + 1)
                others = [sites[n] for n in together.with_rule(number, behind)]
                yield from _of_rule(inquiry, policy, site, [it for it in others if _disagree(inquiry, site, it)])


def _disagree(inquiry: Inquiry, one: Site, other: Site) -> bool:
    """Whether two rules set or say one thing differently."""
    first, then = (outcome_of(site.rule, inquiry.program) for site in (one, other))
    return any(slot in then and then[slot] != value for slot, value in first.items())


def _of_rule(inquiry: Inquiry, policy: ir.Policy, site: Site, behind: list[Site]) -> Iterator[Diagnostic]:
    whys: list[str] = []
    for trigger in policy.triggers if behind else ():
        search = Search(inquiry.reach, trigger, site, lambda it, world, _: _matches(inquiry, it, world))
        partners = search.among(behind)
        whys += partners.whys
        for partner in partners.found:
            if not _is_special(inquiry, trigger, site, partner.site):
                yield from _shown(inquiry, site, partner)
                return
    for why in whys[:1]:
        inquiry.leave(site.rule.span, why)


def _matches(inquiry: Inquiry, site: Site, world: World) -> bool:
    return site.rule.when is not None and inquiry.holds(site.rule.when, world)


def _is_special(inquiry: Inquiry, trigger: Trigger, one: Site, other: Site) -> bool:
    """Whether one of two rules is not known to match without the other."""
    first, then = one.rule.when, other.rule.when
    assert first is not None and then is not None, "rules with conditions"  # noqa: S101, PT018  # both were chosen so
    either_way = ((Wanted(first), Wanted(then, holds=False)), (Wanted(first, holds=False), Wanted(then)))
    return not all(isinstance(inquiry.asker.ask(trigger, wanted), Found) for wanted in either_way)


def _shown(inquiry: Inquiry, site: Site, partner: Partner) -> Iterator[Diagnostic]:
    then = partner.site.rule

    def seen(view: View, fired: list[ir.Rule]) -> bool:
        return site.rule in fired and then.when is not None and inquiry.truth.of(then.when, view)

    example = inquiry.shown([partner.world], f"`{site.rule.name}` comes before `{then.name}`", seen, site.rule)
    if example is None:
        inquiry.leave(site.rule.span, NO_WITNESS)
        return
    yield report(
        "order-matters",
        f"where both `{site.rule.name}` and `{then.name}` match, the first one decides",
        then.span,
        Label(site.rule.span, "stands first, and fires"),
        help="check that this order is meant; neither is a special case of the other",
        example=example,
    )
