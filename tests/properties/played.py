"""Histories of events, and playing them on a program with everything that falls due on the way."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from random import Random
from typing import Any

import msgspec

from pointsman.engine.decide import decide
from pointsman.engine.loaded import Loaded
from pointsman.engine.scenario import ADDRESS, CLOCK
from pointsman.model import content as c
from pointsman.model import event as ev
from pointsman.model.decision import Decision
from pointsman.model.wiring import Seat, Wiring

SHOP = msgspec.structs.replace(ADDRESS, account="shop", customer="+31612345678")
PAUSES = (0, 500, 1_000, 61_000, 3_700_000, 40_000_000)
POSTBACK = "yes-1"


def play(loaded: Loaded, wiring: Wiring, history: Sequence[tuple[int, ev.Event]]) -> Iterator[Decision]:
    """Decide a history, with everything that falls due on the way."""
    now, state = CLOCK, None
    for pause, event in history:
        now += pause
        while state is not None and (due := _earliest(state.waits, now)) is not None:
            decision = decide(loaded, wiring, state, due, now, address=SHOP)
            state = decision.conversation
            yield decision
        decision = decide(loaded, wiring, state, event, now, address=SHOP)
        state = decision.conversation
        yield decision


def _earliest(waits: dict[str, Any], now: int) -> ev.Due | None:
    due = [(wait.due, key, wait.number) for key, wait in waits.items() if wait.due is not None and wait.due <= now]
    return ev.Due(min(due)[1], min(due)[2]) if due else None


def seats(names: Sequence[str]) -> Wiring:
    """Every component has a seat; all but the first want copies."""
    return Wiring("shop", {name: Seat(copies=name != names[0]) for name in names})


def history(chance: Random, names: Sequence[str], texts: Sequence[str], keys: Sequence[str]) -> list[tuple[int, Any]]:
    """Events of a conversation in which the components `names` take part."""
    return [(chance.choice(PAUSES), _event(chance, names, texts, keys)) for _ in range(1 + chance.randrange(8))]


def _event(chance: Random, names: Sequence[str], texts: Sequence[str], keys: Sequence[str]) -> ev.Event:
    known = {chance.choice(keys): chance.choice(texts) for _ in range(chance.randrange(3))}
    match chance.randrange(7):
        case 0 | 1:
            channel = chance.choice(("", "", "SMS", "RCS"))
            return ev.FromCustomer(_message(chance, texts, keys), known, channel=channel)
        case 5:
            to = chance.choice((ev.CUSTOMER, *names))
            return ev.DeliveryFailed(to, chance.choice(texts), 1 + chance.randrange(3), chance.randrange(4))
        case 6:
            return ev.Reported(chance.randrange(4), "delivered", chance.randrange(2))
        case 2 | 3:
            return ev.FromComponent(chance.choice(names), _message(chance, texts, keys))
        case _:
            asked = tuple(_mutation(chance, chance.choice(names)) for _ in range(1 + chance.randrange(2)))
            return ev.Requested(chance.choice(names), asked, known)


def _message(chance: Random, texts: Sequence[str], keys: Sequence[str]) -> c.Message:
    text = chance.choice(texts)
    media = c.Media("https://x.example/a.png", size=chance.choice((None, 0, 5_000_001)), name="a.png", mime="image/png")
    content = chance.choice((c.Text(text), c.Text(text), c.Picture(media, text), c.Card(title=text, media=media)))
    buttons = chance.choice(((), (c.Reply("Yes", POSTBACK), c.Reply("No"))))
    choice = chance.choice((None, None, c.Choice("Yes"), c.Choice("?", POSTBACK)))
    meta = {chance.choice((*keys, "intent")): chance.choice(texts) for _ in range(chance.randrange(3))}
    return c.Message(content, buttons, choice=choice, meta=meta)


def _mutation(chance: Random, name: str) -> ev.Mutation:
    plain = (ev.Enable(name), ev.Disable(name), ev.HandOver(name), ev.Reset(), ev.End())
    return chance.choice((*plain, ev.Position("flow", "step", name)))
