"""The values that each variable can have in an event on a trigger, before anything is asked of it.

Laws: a value is left out only where no event can have it (see `engine.handling`, which is where each fact here comes
from); where that is not certain, it stays. Numbers are never negative: rules cannot subtract, and clocks do not go back
within a conversation. A variable that is kept has the value of the world that it is kept of, and no other.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from enum import Enum

from pointsman.language.vocabulary import REQUESTS
from pointsman.model.content import MESSAGE_KINDS
from pointsman.model.event import CUSTOMER, Trigger
from pointsman.proofs import integers
from pointsman.proofs.choices import ANY_NAME, EITHER, FALSE, NOTHING, TRUE, Names
from pointsman.proofs.integers import Integers
from pointsman.proofs.question import Ground
from pointsman.proofs.variables import AGE, BUTTONS, spoke_variable, value_in
from pointsman.proofs.world import World

LAST_DRAW = 9_999
_DRAWS = Integers(((0, LAST_DRAW),))
_MESSAGES = frozenset({"from customer", "from component", "to customer"})
_SILENCES = frozenset({"silence", "silence of customer"})


class Presence(Enum):
    """Whether a text can be missing."""

    ALWAYS = "always there"
    MAYBE = "there or not"
    NEVER = "never there"


def names_of(ground: Ground) -> dict[str, Names]:
    """Return the names of each field that is a closed set, in the order in which they are preferred."""
    return {
        "channel": Names(ground.ir.channels),
        "account": Names(sorted(ground.accounts or ())),
        "message": Names((*MESSAGE_KINDS, "native")),
        "request": Names(REQUESTS),
        "target": Names(component.name for component in ground.ir.components),
    }


class Domains:
    """What the variables can be on one trigger. `names` are those of `names_of`; `kept` are variables of `near`."""

    def __init__(
        self,
        ground: Ground,
        names: Mapping[str, Names],
        trigger: Trigger,
        near: World | None = None,
        kept: frozenset[str] = frozenset(),
    ) -> None:
        self.trigger = trigger
        self.has_message = trigger.kind in _MESSAGES
        self.near = near
        self.kept = frozenset() if near is None else kept
        self._names = names
        self._masks = _masks(ground, names, trigger)
        self._numbers = _numbers(trigger)
        self.limited = (*self._numbers, *sorted(self.kept))
        """Numbers of which the trigger itself says something, or which are kept."""

    def mask(self, variable: str) -> int:
        """The values of a closed set, or of what is true or false."""
        found = self._masks.get(variable, EITHER)
        if self.near is None or variable not in self.kept:
            return found
        value = value_in(self.near, variable)
        if variable in self._names:
            return found & self._names[variable].bit(value)
        return found & (TRUE if value else FALSE)

    def numbers(self, variable: str) -> Integers:
        """The values of a number."""
        found = self._numbers.get(variable)
        if found is None:
            found = self._spoke() if variable.startswith("spoke ") else integers.ANY
            found = _DRAWS if variable.startswith("draw ") else found
        if self.near is None or variable not in self.kept:
            return found
        value = value_in(self.near, variable)
        return found & (integers.MISSING if value is None else integers.among((value,)))

    def _spoke(self) -> Integers:
        if self.trigger.kind == "starts":
            return integers.MISSING
        if self.trigger.kind in _SILENCES:
            return Integers(((self.trigger.ms, math.inf),), missing=True)
        return integers.ANY_OR_MISSING

    def presence(self, path: str) -> Presence:
        """Whether a text is there; what hangs on the kind of message or of request is left to the settling."""
        found = self._presence(path)
        if self.near is None or path not in self.kept:
            return found
        return Presence.NEVER if path not in self.near.texts else Presence.ALWAYS

    def _presence(self, path: str) -> Presence:
        match path.partition(".")[0]:
            case "sender":
                return Presence.ALWAYS
            case "context" | "contact":
                return Presence.MAYBE
            case "reason":
                return Presence.ALWAYS if self.trigger.kind == "delivery failed" else Presence.NEVER
            case "request":
                return Presence.MAYBE if self.trigger.kind == "request" else Presence.NEVER
            case _:
                return Presence.MAYBE if self.has_message else Presence.NEVER


def _masks(ground: Ground, names: Mapping[str, Names], trigger: Trigger) -> dict[str, int]:
    asked, told = trigger.kind == "request", trigger.kind in _MESSAGES
    targets = names["target"].mask(component.name for component in ground.ir.components)
    return {
        "channel": names["channel"].mask(ground.ir.channels),
        "account": ANY_NAME if ground.accounts is None else names["account"].mask(ground.accounts),
        "message": names["message"].mask((*MESSAGE_KINDS, "native")) if told else NOTHING,
        "request": names["request"].mask(REQUESTS) if asked else NOTHING,
        "target": NOTHING | targets if asked else NOTHING,
        BUTTONS: EITHER if told else FALSE,
    }


def _numbers(trigger: Trigger) -> dict[str, Integers]:
    kind, told = trigger.kind, trigger.kind in _MESSAGES
    lasted = Integers(((trigger.ms, math.inf),))
    found = {
        "message.size": integers.ANY_OR_MISSING if told else integers.MISSING,
        "choice index": Integers(((1, math.inf),), missing=True) if told else integers.MISSING,
        "attempts": integers.PRESENT if kind == "delivery failed" else integers.MISSING,
        AGE: integers.ANY,
    }
    if kind == "starts":
        found[AGE] = integers.among((0,))
    if kind in _SILENCES or kind == "no answer":
        found[AGE] = lasted
    if kind == "no answer":
        # The customer has spoken since the component last did, which is as long ago as the wait at least.
        found[spoke_variable(CUSTOMER)] = integers.PRESENT
        found[spoke_variable(trigger.name)] = Integers(lasted.spans, missing=True)
    return found
