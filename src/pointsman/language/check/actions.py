"""Actions suit the event of their policy."""

from __future__ import annotations

from collections.abc import Iterator

from pointsman.language.check.scope import Scope
from pointsman.language.check.words import action_record
from pointsman.language.diagnostics import Diagnostic, Label, report
from pointsman.language.vocabulary import Occasion


def check_actions(scope: Scope) -> Iterator[Diagnostic]:
    """Report actions that the event of their policy does not allow."""
    for site in scope.sites:
        if site.event is None or site.policy is None:
            continue
        for action in site.rule.actions:
            record = action_record(action)
            if site.event.occasion not in record.on:
                yield report(
                    "no-such-action",
                    f"the event `{site.event.form}` does not allow `{record.form}`",
                    action.span,
                    Label(site.policy.event.span, "the policy's event"),
                    help="it is for policies on: " + " · ".join(one for one in Occasion if one in record.on),
                )
