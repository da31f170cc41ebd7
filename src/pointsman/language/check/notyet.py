"""What the language has and this version cannot do: an error where a rule or a test relies on it, else a warning."""

from __future__ import annotations

from collections.abc import Iterator

from pointsman.language import tree
from pointsman.language.check.scope import Scope
from pointsman.language.check.words import action_record, event_record
from pointsman.language.diagnostics import Diagnostic, report
from pointsman.language.ir import Span

_IDLE = "it is kept and has no effect yet"


def check_built(scope: Scope) -> Iterator[Diagnostic]:
    """Report what is not built yet."""
    for item in scope.items:
        match item:
            case tree.Policy():
                yield from _policy(item)
            case tree.Test(steps=steps):
                yield from (report("not-yet", fault, step.span) for step in steps if (fault := _step_fault(step)))
            case tree.Channel(name):
                yield _warning(f"the block of channel `{name.text}` is not used yet", name.span, _IDLE)
            case tree.Downgrade(kind):
                yield _warning(f"the downgrade of `{kind.text}` is not used yet", kind.span, _IDLE)
            case tree.UseStandard(profile):
                yield _warning("`use standard` is not used yet", profile.span, _IDLE)
            case _:
                pass


def _policy(policy: tree.Policy) -> Iterator[Diagnostic]:
    event = event_record(policy.event)
    if not event.done:
        yield report("not-yet", f"the event `{event.form}` is not built yet", policy.event.span)
    for rule in policy.rules:
        for action in rule.actions:
            if not action_record(action).done:
                yield report("not-yet", f"the action `{action_record(action).form}` is not built yet", action.span)
    if policy.mode == "unique":
        idle = "the policy runs as `first`: where two rules match, the first one fires"
        yield _warning("no proof is made yet that at most one rule matches", policy.name.span, idle)
    if policy.complete:
        idle = "where no rule matches, nothing happens"
        yield _warning("no proof is made yet that some rule always matches", policy.name.span, idle)


def _step_fault(step: tree.TestStep) -> str:
    match step:
        case tree.DeliveryFails():
            return "the step `delivery to NAME fails` is not built yet"
        case tree.ExpectLoss():
            return "the expectation `loss` is not built yet"
        case _:
            return ""


def _warning(message: str, span: Span, help_: str) -> Diagnostic:
    return report("not-yet", message, span, help=help_, level="warning")
