"""What the language has and this version cannot do: an error where a rule or a test relies on it."""

from __future__ import annotations

from collections.abc import Iterator

from pointsman.language import tree
from pointsman.language.check.scope import Scope
from pointsman.language.check.words import action_record, event_record
from pointsman.language.diagnostics import Diagnostic, report
from pointsman.language.vocabulary import ActionRecord, EventRecord

_MEANWHILE = {
    "delivery failed": "remove this policy; what could not be delivered is kept with the dead letters",
    "drop buttons": 'remove it; `withhold` and `reply "…"` send another text in place of the message',
    "prefer channel": "remove it; messages leave on the channel of the conversation",
    "fall back": "remove it; messages leave on the channel of the conversation only",
}
"""What can be done until it is built, by the name of the event or action."""
_REMOVE = "remove it until it is built"


def check_built(scope: Scope) -> Iterator[Diagnostic]:
    """Report what is not built yet."""
    for item in scope.items:
        match item:
            case tree.Policy():
                yield from _policy(item)
            case tree.Test(steps=steps):
                yield from (found for step in steps if (found := _step(step)))
            case _:
                pass


def _policy(policy: tree.Policy) -> Iterator[Diagnostic]:
    event = event_record(policy.event)
    if not event.done:
        yield report("not-yet", f"the event `{event.form}` is not built yet", policy.event.span, help=_meanwhile(event))
    for rule in policy.rules:
        for action in rule.actions:
            record = action_record(action)
            if not record.done:
                message = f"the action `{record.form}` is not built yet"
                yield report("not-yet", message, action.span, help=_meanwhile(record))


def _meanwhile(record: EventRecord | ActionRecord) -> str:
    return _MEANWHILE.get(record.name, _REMOVE)


def _step(step: tree.TestStep) -> Diagnostic | None:
    match step:
        case tree.DeliveryFails():
            help_ = "remove this step; in a test, every delivery succeeds"
            return report("not-yet", "the step `delivery to NAME fails` is not built yet", step.span, help=help_)
        case _:
            return None
