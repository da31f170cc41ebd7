"""Messages that leave over another channel: the customer has to have the same address there."""

from __future__ import annotations

from collections.abc import Iterator

from pointsman.language import tree
from pointsman.language.check.names import quoted
from pointsman.language.check.scope import Scope
from pointsman.language.diagnostics import Diagnostic, report
from pointsman.language.vocabulary import CHANNELS
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


def phone_channels(scope: Scope) -> tuple[str, ...]:
    """The channels that know their customers by telephone number, in order."""
    phones = {name: True for name in CHANNELS if name in PHONE_CHANNELS}
    for block in scope.of_type(tree.Channel):
        if block.like and block.like.text in phones:
            phones.setdefault(block.name.text, True)
    return tuple(phones)
