"""Rules that can never fire, since other rules take every event from them.

Law: where that is because the rules of a `unique` policy overlap, only the overlap is reported.
"""

from __future__ import annotations

from collections.abc import Iterator

from pointsman.engine.view import View
from pointsman.language import ir
from pointsman.language.diagnostics import Diagnostic, Label, report
from pointsman.proofs.inquiry import NO_WITNESS, Inquiry
from pointsman.proofs.question import Undecided
from pointsman.proofs.reach import Covered, Fires, Site
from pointsman.proofs.world import World


def unreachable_rules(inquiry: Inquiry) -> Iterator[Diagnostic]:
    """Report rules that never fire though their conditions can hold, with the rules that cover them together."""
    for site in inquiry.reach.sites.values():
        covered = _covered(inquiry, site)
        if covered is not None and covered.by and not _is_overlap(inquiry, site, covered):
            yield from _shown(inquiry, site, covered)


def _covered(inquiry: Inquiry, site: Site) -> Covered | None:
    """What covers a rule on all triggers of its policy; None where it fires, or where that is not settled."""
    by: dict[int, Site] = {}
    worlds: list[World] = []
    whys: list[str] = []
    for trigger in inquiry.ir.policies[site.policy].triggers:
        match inquiry.reach.together(trigger, (site,)):
            case Fires():
                return None
            case Undecided(why):
                whys.append(why)
            case Covered(covering, seen):
                by |= {it.number: it for it in covering}
                worlds += seen
    if whys:
        if site.rule.name not in inquiry.unsettled:
            inquiry.leave(site.rule.span, whys[0])
        return None
    return Covered(tuple(by[number] for number in sorted(by)), tuple(worlds))


def _is_overlap(inquiry: Inquiry, site: Site, covered: Covered) -> bool:
    unique = inquiry.ir.policies[site.policy].mode == "unique" and site.rule.when is not None
    return unique and all(it.policy == site.policy for it in covered.by)


def _shown(inquiry: Inquiry, site: Site, covered: Covered) -> Iterator[Diagnostic]:
    rule = site.rule

    def seen(view: View, fired: list[ir.Rule]) -> bool:
        return rule not in fired and (rule.when is None or inquiry.truth.of(rule.when, view))

    covering = (it.rule for it in covered.by)
    example = inquiry.shown(covered.worlds, f"`{rule.name}` does not fire even here", seen, *covering)
    if example is None:
        inquiry.leave(rule.span, NO_WITNESS)
        return
    labels = [Label(it.rule.span, _how(inquiry, it, covered)) for it in covered.by]
    help_ = "move it before them, narrow their conditions, or remove it"
    if len(labels) == 1:
        help_ = "move it before that rule, narrow that rule's condition, or remove it"
    yield report(
        "unreachable-rule", f"the rule `{rule.name}` can never fire", rule.span, *labels, help=help_, example=example
    )


def _how(inquiry: Inquiry, covering: Site, covered: Covered) -> str:
    part = "covers it" if len(covered.by) == 1 else "covers part of it"
    if covering.rule.when is None:
        return f"{part}: it fires where no other rule of its policy does, and stops"
    return f"{part} when {inquiry.written(covering.rule.when.span)}"
