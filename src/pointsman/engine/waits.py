"""Silence, silence of the customer, no answer: when each wait runs, from what was spoken.

A wait that is running has a due moment; one that has fired is kept without one until it may be armed again; one that
neither runs nor has fired is absent. Rules' replies and notes are nobody's speech.
"""

from __future__ import annotations

from pointsman.engine.draft import Draft
from pointsman.model.conversation import Wait
from pointsman.model.event import CUSTOMER, Trigger


def speak(draft: Draft, party: str) -> None:
    """Record that `party`'s message was let through."""
    draft.spoken.add(party)
    draft.spoke[party] = draft.now
    if party == CUSTOMER:
        draft.unanswered = set(draft.seated)
    else:
        draft.unanswered.discard(party)


def fired(draft: Draft, key: str) -> None:
    """Note that a wait has fired (it is armed again only by speech), or that a timer is over."""
    wait = draft.waits.pop(key)
    if draft.loaded.wait_of_key[key].kind != "timer":
        draft.waits[key] = Wait(wait.number, None)


def settle(draft: Draft) -> None:
    """Arm and end waits after an event, from who spoke in it and who may speak now."""
    for trigger in draft.loaded.waits:
        match trigger.kind:
            case "silence":
                if draft.spoken:
                    draft.arm(trigger.key, trigger.ms)
            case "silence of customer":
                _settle_silence_of_customer(draft, trigger)
            case "no answer":
                _settle_no_answer(draft, trigger)
            case _:
                raise AssertionError(f"{trigger.kind} is no wait")


def _settle_silence_of_customer(draft: Draft, trigger: Trigger) -> None:
    if CUSTOMER in draft.spoken:
        draft.disarm(trigger.key)
    elif draft.spoken and not _has_fired(draft, trigger.key):
        draft.arm(trigger.key, trigger.ms)


def _settle_no_answer(draft: Draft, trigger: Trigger) -> None:
    name, key = trigger.name, trigger.key
    if name in draft.spoken or (CUSTOMER in draft.spoken and _has_fired(draft, key)):
        draft.disarm(key)
    if not draft.may_speak(name):
        if not _has_fired(draft, key):
            draft.disarm(key)
    elif name in draft.unanswered and name in draft.hearing() and key not in draft.waits:
        draft.arm(key, trigger.ms)


def _has_fired(draft: Draft, key: str) -> bool:
    wait = draft.waits.get(key)
    return wait is not None and wait.due is None
