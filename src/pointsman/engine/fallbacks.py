"""The channel that a message leaves by, and the messages that go out again by another unless they arrive.

Laws:

- A message leaves by the channel that a rule prefers, else by the one in use; where neither takes it, it falls back at
  once. A channel that cannot be had is passed over, and a step says why.
- A fallback waits for its time. Before that it is taken on a failure, and dropped once every part of the message has
  arrived, or the customer has written on the channel that it left by. It is taken once.
- It renders the message again, as the rules left it and before its downgrade; no rule sees it again.
- The channel that a message fell back to is the one in use from then on, until the customer writes by another.
"""

from __future__ import annotations

import msgspec

from pointsman.engine.actions import Occurrence
from pointsman.engine.draft import Draft
from pointsman.engine.hours import duration
from pointsman.engine.leaving import Left, Way, leave
from pointsman.engine.view import View
from pointsman.limits import FALLBACKS_BYTES_MAX, FALLBACKS_MAX, FALLEN_MAX
from pointsman.model.conversation import Fallback
from pointsman.model.event import Reported, fallback_key
from pointsman.model.identity import is_phone_number

LATE = "late"
"""The detail of a receipt for a message that had gone out again."""


# Out ------------------------------------------------------------------------------------------------------------------


def send(draft: Draft, at: Occurrence, author: str, rule: str, *, quiet: bool) -> Left:
    """Let the message of an occurrence leave by the first channel that takes it; say what became of it."""
    second = _second(draft, at)
    channel = _first(draft, at)
    left = leave(draft, at.view, at.there, author, Way(channel, rule, quiet))
    if left.reason and at.preferred and channel != draft.channel:
        draft.note("void", channel, left.reason, at.preferred[1])
        channel = draft.channel
        left = leave(draft, at.view, at.there, author, Way(channel, rule, quiet))
    if second is None:
        return left
    name, ms, by_rule = second
    if not left.reason:
        _await(draft, Fallback(at.there, name, author, rule, frozenset(range(left.parts)), channel), ms, by_rule)
        return left
    if name == channel:
        return left
    draft.note("fallback", name, left.reason, by_rule)
    left = leave(draft, at.view, at.there, author, Way(name, rule, quiet))
    if not left.reason:
        _use(draft, name)
    return left


def _first(draft: Draft, at: Occurrence) -> str:
    if at.preferred is None:
        return draft.channel
    channel, rule = at.preferred
    if why := _out_of_reach(draft, channel):
        draft.note("void", channel, why, rule)
        return draft.channel
    return channel


def _second(draft: Draft, at: Occurrence) -> tuple[str, int, str] | None:
    if at.fallback is None:
        return None
    channel, _, rule = at.fallback
    if why := _out_of_reach(draft, channel):
        draft.note("void", channel, why, rule)
        return None
    return at.fallback


def _out_of_reach(draft: Draft, channel: str) -> str:
    """Why the customer cannot be reached over a channel; empty: it can be tried."""
    address, carried = draft.address, draft.wiring.channels
    if channel in (draft.channel, address.channel):
        return ""
    if not {channel, address.channel} <= draft.loaded.phones or not is_phone_number(address.customer):
        return f"the customer has another address there than on {address.channel}"
    if carried is not None and channel not in carried:
        return "no connection of the account carries it"
    return ""


def _use(draft: Draft, channel: str) -> None:
    draft.via = "" if channel == draft.address.channel else channel


# Waiting --------------------------------------------------------------------------------------------------------------


def _await(draft: Draft, it: Fallback, ms: int, rule: str) -> None:
    """Have the message that just left go out again after so many ms."""
    if it.channel == it.by:
        draft.note("void", it.channel, "the message leaves by it already", rule)
        return
    if len(msgspec.msgpack.encode(it.message)) > FALLBACKS_BYTES_MAX:
        draft.note("void", it.channel, "the message is too large to be kept", rule)
        return
    draft.fallbacks[str(draft.sends)] = it
    draft.arm(fallback_key(draft.sends), ms)
    draft.note("fallback", it.channel, f"after {duration(ms)}", rule)
    sizes = {number: len(msgspec.msgpack.encode(kept.message)) for number, kept in draft.fallbacks.items()}
    while len(sizes) > FALLBACKS_MAX or sum(sizes.values()) > FALLBACKS_BYTES_MAX:
        oldest = next(iter(sizes))
        del sizes[oldest]
        _drop(draft, oldest, "too much waits to go out again")


def _drop(draft: Draft, number: str, why: str) -> Fallback:
    it = draft.fallbacks.pop(number)
    draft.disarm(fallback_key(int(number)))
    draft.note("fallback", it.channel, f"dropped, {why}", it.rule)
    return it


def wrote(draft: Draft, channel: str) -> None:
    """Use the channel that the customer writes by (empty: that of the address); what left by it has arrived."""
    channel = channel or draft.address.channel
    if channel != draft.address.channel:
        draft.joined.add(channel)
    _use(draft, channel)
    for number in [number for number, it in draft.fallbacks.items() if it.by == channel]:
        _drop(draft, number, f"the customer writes on {channel}")


def reported(draft: Draft, event: Reported) -> None:
    """Take in what the carrier tells of one part of a message; once all have arrived, it does not go out again."""
    draft.note("receipt", event.status, LATE if event.send in draft.fallen else "")
    number = str(event.send)
    it = draft.fallbacks.get(number)
    if it is None:
        return
    waiting = it.waiting - {event.part}
    draft.fallbacks[number] = msgspec.structs.replace(it, waiting=waiting)
    if not waiting:
        _drop(draft, number, "it has arrived")


# Again ----------------------------------------------------------------------------------------------------------------


def fall_back(draft: Draft, view: View, number: int, why: str) -> bool:
    """Send a message again by its other channel; whether it left. Nothing is done where it does not wait for that."""
    it = draft.fallbacks.pop(str(number), None)
    if it is None:
        return False
    draft.disarm(fallback_key(number))
    if out_of_reach := _out_of_reach(draft, it.channel):
        draft.note("void", it.channel, out_of_reach, it.rule)
        return False
    draft.note("fallback", it.channel, why, it.rule)
    left = leave(draft, view, it.message, it.author, Way(it.channel, it.rule))
    if left.reason:
        draft.note("withheld", it.author or "reply", left.reason, it.rule)
        return False
    draft.fallen = (*draft.fallen, number)[-FALLEN_MAX:]
    _use(draft, it.channel)
    return True
