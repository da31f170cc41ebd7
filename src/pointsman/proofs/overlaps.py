"""Rules of `unique` policies that match one event together."""

from __future__ import annotations

from collections.abc import Iterator

from pointsman.engine.view import View
from pointsman.language import ir
from pointsman.language.diagnostics import Diagnostic, Label, report
from pointsman.proofs.inquiry import NO_WITNESS, Inquiry
from pointsman.proofs.keys import Together
from pointsman.proofs.partners import NAMED_MAX, Partner, Partners, Search
from pointsman.proofs.reach import Site
from pointsman.proofs.world import World


def overlapping_rules(inquiry: Inquiry) -> Iterator[Diagnostic]:
    """Report rules of `unique` policies that can match together, each with those behind it that it overlaps."""
    for place, policy in enumerate(inquiry.ir.policies):
        if policy.mode == "unique" and policy.triggers:
            sites = [site for site in inquiry.reach.of_policy(place) if site.rule.when is not None]
            together = Together([site.rule.when for site in sites], inquiry.asker.plain)
            for number, site in enumerate(sites):
                behind = together.all >> (number + 1) << (number + 1)
                yield from _of_rule(inquiry, policy, site, [sites[n] for n in together.with_rule(number, behind)])


def _of_rule(inquiry: Inquiry, policy: ir.Policy, site: Site, behind: list[Site]) -> Iterator[Diagnostic]:
    """What is to be said of a rule and of those behind it: at most one report, of the first trigger that shows it."""
    whys: list[str] = []
    for trigger in policy.triggers if behind else ():
        partners = Search(inquiry.reach, trigger, site, lambda it, world, _: _matches(inquiry, it, world)).among(behind)
        whys += partners.whys
        for partner in partners.found:
            if (example := _example(inquiry, site, partner)) is not None:
                yield _report(policy, site, partners, partner, example)
                return
            whys.append(NO_WITNESS)
    for why in whys[:1]:
        inquiry.leave(site.rule.span, why, blocks=True)


def _report(policy: ir.Policy, site: Site, partners: Partners, shown: Partner, example: str) -> Diagnostic:
    named = sorted((shown, *(it for it in partners.found if it is not shown))[:NAMED_MAX], key=_order)
    return report(
        "overlapping-rules",
        f"`{site.rule.name}` and `{shown.site.rule.name}` can match together, and `{policy.name}` is unique",
        site.rule.span,
        *(Label(it.site.rule.span, "can match together with it") for it in named),
        help="let their conditions exclude one another, or write `first` in place of `unique`",
        note=partners.others,
        example=example,
    )


def _order(partner: Partner) -> int:
    return partner.site.number


def _matches(inquiry: Inquiry, site: Site, world: World) -> bool:
    return site.rule.when is not None and inquiry.holds(site.rule.when, world)


def _example(inquiry: Inquiry, site: Site, partner: Partner) -> str | None:
    conditions = [it.rule.when for it in (site, partner.site) if it.rule.when is not None]

    def seen(view: View, fired: list[ir.Rule]) -> bool:
        return site.rule in fired and all(inquiry.truth.of(condition, view) for condition in conditions)

    name = f"both `{site.rule.name}` and `{partner.site.rule.name}` match"
    return inquiry.shown([partner.world], name, seen, site.rule)
