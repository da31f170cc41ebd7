"""Two rules that fire on one event and set the same thing differently, in an `every` policy or in two policies."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import assert_never

from pointsman.engine.view import View
from pointsman.language import ir
from pointsman.language.diagnostics import Diagnostic, Label, report
from pointsman.model.event import Trigger
from pointsman.proofs.effects import Setting, said, settings_of
from pointsman.proofs.inquiry import NO_WITNESS, Inquiry
from pointsman.proofs.keys import Together
from pointsman.proofs.partners import Partners, Search
from pointsman.proofs.reach import Site
from pointsman.proofs.world import World


def conflicting_rules(inquiry: Inquiry) -> Iterator[Diagnostic]:
    """Report rules that set differently what a rule before them on the same event has set."""
    reported: set[int] = set()
    for trigger in dict.fromkeys(trigger for policy in inquiry.ir.policies for trigger in policy.triggers):
        for fault, number in _OnTrigger(inquiry, trigger).faults(reported):
            reported.add(number)
            yield fault


class _OnTrigger:
    """The rules on one trigger, by what they set."""

    def __init__(self, inquiry: Inquiry, trigger: Trigger) -> None:
        self._inquiry = inquiry
        self._trigger = trigger
        places = [place for place, policy in enumerate(inquiry.ir.policies) if trigger in policy.triggers]
        self._sites = [site for place in places for site in inquiry.reach.of_policy(place)]
        self._settings = [settings_of(site.rule, inquiry.program) for site in self._sites]
        self._together = Together([site.rule.when for site in self._sites], inquiry.asker.plain)
        self._of_slot: dict[object, dict[object, int]] = {}
        self._beside: dict[int, int] = {}
        for number, settings in enumerate(self._settings):
            for setting in settings:
                values = self._of_slot.setdefault(setting.slot, {})
                values[setting.value] = values.get(setting.value, 0) | 1 << number
        for number, site in enumerate(self._sites):
            self._beside[site.policy] = self._beside.get(site.policy, 0) | 1 << number

    def faults(self, reported: set[int]) -> Iterator[tuple[Diagnostic, int]]:
        """Yield what is said of each rule, with the rule's number, unless it was `reported` on another trigger."""
        for number, site in enumerate(self._sites):
            before = self._differing(number) & ((1 << number) - 1)
            if site.number in reported or not before:
                continue
            others = (self._sites[other] for other in self._together.with_rule(number, before))
            partners = Search(self._inquiry.reach, self._trigger, site, _fires).among(others)
            fault = self._first_shown(site, partners)
            if fault is not None:
                yield fault, site.number
            else:
                for why in (*partners.whys, *(NO_WITNESS for _ in partners.found))[:1]:
                    self._inquiry.leave(site.rule.span, why)

    def _differing(self, number: int) -> int:
        """The rules that set something differently, and can fire beside a rule as far as their policies go."""
        bits = 0
        for setting in self._settings[number]:
            for value, rules in self._of_slot[setting.slot].items():
                bits |= rules if value != setting.value else 0
        site = self._sites[number]
        return bits if self._inquiry.ir.policies[site.policy].mode == "every" else bits & ~self._beside[site.policy]

    def _first_shown(self, site: Site, partners: Partners) -> Diagnostic | None:
        """The report on a rule and the first partner with which it was seen to fire in a transcript."""
        for partner in partners.found:
            example = self._example(partner.site, site, partner.world)
            if example is not None:
                return self._report(partner.site, site, partners.others, example)
        return None

    def _report(self, first: Site, then: Site, others: str, example: str) -> Diagnostic:
        (one, other), *rest = _differences(*(settings_of(it.rule, self._inquiry.program) for it in (first, then)))
        winner = _winner(one, other)
        both = f"`{first.rule.name}` and `{then.rule.name}` can fire on one event"
        more = f", and {len(rest)} more" if rest else ""
        return report(
            "conflicting-rules",
            f"{both} and set {said(other.slot)} differently{more}",
            other.action.span,
            Label(one.action.span, _value(one, winner)),
            help="let their conditions exclude one another, or let one rule decide",
            note="; ".join(filter(None, (_value(other, winner), others))),
            example=example,
        )

    def _example(self, first: Site, then: Site, world: World) -> str | None:
        def seen(view: View, fired: list[ir.Rule]) -> bool:  # noqa: ARG001  # one of the functions that fit `Seen`
            return first.rule in fired and then.rule in fired

        name = f"both `{first.rule.name}` and `{then.rule.name}` fire"
        return self._inquiry.shown([world], name, seen, first.rule, then.rule)


def _fires(site: Site, world: World, fired: Sequence[Site]) -> bool:  # noqa: ARG001  # one of the functions that fit `Beside`
    return site in fired


def _differences(first: Sequence[Setting], then: Sequence[Setting]) -> Iterator[tuple[Setting, Setting]]:
    by_slot = {setting.slot: setting for setting in first}
    for setting in then:
        other = by_slot.get(setting.slot)
        if other is not None and other.value != setting.value:
            yield other, setting


def _value(setting: Setting, winner: Setting) -> str:
    return f"{setting.shown}, and wins" if setting is winner else setting.shown


def _winner(one: Setting, other: Setting) -> Setting:
    """Which of two settings of one thing holds in the end; `other` comes later."""
    match other.wins:
        case "earlier":
            return one
        case "withhold":
            return one if one.value == "withheld" else other
        case "later":
            return other
        case _:
            assert_never(other.wins)
