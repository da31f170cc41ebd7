"""Deliveries: messages over another channel, where the customer has to have the same address, and failed deliveries."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from pointsman.language import tree
from pointsman.language.check.components import never_speaks
from pointsman.language.check.names import quoted
from pointsman.language.check.scope import Scope
from pointsman.language.check.usage import used_names
from pointsman.language.check.words import triggers_of
from pointsman.language.diagnostics import Diagnostic, Label, report
from pointsman.language.vocabulary import CHANNELS
from pointsman.model.event import Trigger
from pointsman.model.identity import PHONE_CHANNELS


def check_shared_addresses(scope: Scope) -> Iterator[Diagnostic]:
    """Report channels to prefer or to fall back to that share the kind of address with no other."""
    phones = phone_channels(scope)
    for site in scope.sites:
        for action in site.rule.actions:
            if not isinstance(action, tree.PreferChannel | tree.FallBack):
                continue
            channel = action.channel
            if channel.text in scope.channels and channel.text not in phones and not scope.may_be_lost(channel.text):
                listed = ", ".join(f"`{name}`" for name in phones)
                help_ = f"name a channel by telephone number: {listed}"
                if channel.text not in CHANNELS:
                    help_ += f"; or declare `{quoted(channel.text)}` to be `like` one of them"
                message = f"no message of another channel can go over `{channel.text}`"
                yield report("unshared-address", message, channel.span, help=help_)


def check_failures(scope: Scope) -> Iterator[Diagnostic]:
    """Report the components that keep a conversation although they cannot be reached and another could take over."""
    handled = {trigger for policy in scope.policies for trigger in triggers_of(policy.event, scope.components)}
    used = used_names(scope)
    answering = [item for item in scope.components.values() if _answers(item, used)]
    unhandled = [it.name for it in answering if Trigger("delivery failed", it.name.text) not in handled]
    if len(answering) < 2 or not unhandled:
        return
    first, *others = unhandled
    listed = " or ".join(f"`{name.text}`" for name in unhandled)
    help_ = f"add `policy NAME on delivery failed to {quoted(first.text)}`, with a rule that hands over to another"
    message = f"where {listed} cannot be reached, the conversation stays with it"
    labels = (Label(name.span, "and this one") for name in others)
    yield report("unhandled-failure", message, first.span, *labels, help=help_)


def _answers(component: tree.Component, used: Collection[str]) -> bool:
    """Whether customers may wait for it: it can be enabled, hears and speaks."""
    deaf = any(clause.verb == "hears" and clause.mode == "never" for clause in component.clauses)
    return not deaf and not never_speaks(component) and (bool(component.clauses) or component.name.text in used)


def phone_channels(scope: Scope) -> tuple[str, ...]:
    """The channels that know their customers by telephone number, in order."""
    phones = {name: True for name in CHANNELS if name in PHONE_CHANNELS}
    for block in scope.of_type(tree.Channel):
        if block.like and block.like.text in phones:
            phones.setdefault(block.name.text, True)
    return tuple(phones)
