"""The plain world of each trigger: what a reader takes for granted where nothing is said."""

from __future__ import annotations

from pointsman.engine.scenario import ADDRESS
from pointsman.model.event import CUSTOMER, Trigger
from pointsman.proofs.question import Ground
from pointsman.proofs.world import World

WORDS = "hello"
URL = "https://example.com/file"
CHOICE = "Yes"


def plain_world(ground: Ground, trigger: Trigger) -> World:
    """Return an event on `trigger` about which there is nothing to tell."""
    account = ADDRESS.account
    if ground.accounts and account not in ground.accounts:
        account = min(ground.accounts)
    channel = ADDRESS.channel if ADDRESS.channel in ground.ir.channels else ground.ir.channels[0]
    names = {"channel": channel, "account": account}
    texts = {"sender": ADDRESS.customer}
    numbers, spoke, age = {}, {}, 0
    enabled = frozenset(ground.ir.start_with)
    components = [component.name for component in ground.ir.components]
    match trigger.kind:
        case "from customer" | "from component" | "to customer":
            names["message"] = "text"
            texts["text"] = WORDS
        case "request":
            names["request"] = "enable" if components else "reset"
            names |= {"target": components[0]} if components else {}
        case "delivery failed":
            texts["reason"] = "failed"
            numbers["attempts"] = 1
        case "enabled":
            enabled |= {trigger.name}
        case "disabled":
            enabled -= {trigger.name}
        case "silence" | "no answer":
            spoke, age = {CUSTOMER: trigger.ms}, trigger.ms
        case "silence of customer":
            spoke, age = dict.fromkeys(components[:1], trigger.ms), trigger.ms
        case _:
            pass
    return World(trigger, names, texts, numbers, enabled=enabled, age=age, spoke=spoke)
