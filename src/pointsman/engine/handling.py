"""The five steps of one event, in one place. Shared by both evaluators; pure.

1. The rules of all policies on the event match, all on the state on arrival.
2. Their actions are applied in order.
3. Once, on the resulting state: the message is routed, or the request granted.
4. Each net change raises `enabled` / `disabled`; then each message for the customer raises `message to customer`, and
   leaves. Each inner event is handled whole (steps 1 to 4) before the next.
5. What remains changed is notified once.

Choices the language leaves open: a component's message that may not be said is still copied (marked with the reason) to
those who hear; `send to NAME only` takes a component's message from the customer as well, and its sender is told so;
notes and position requests carry the context as the event leaves it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal, TypeAlias, assert_never

from msgspec import structs

from pointsman.engine import choices, fallbacks, receipts, waits
from pointsman.engine.actions import Occurrence, apply, position
from pointsman.engine.draft import Draft
from pointsman.engine.leaving import Left
from pointsman.engine.view import View
from pointsman.language import ir
from pointsman.model.content import Message
from pointsman.model.decision import Answer, Note, Notify, PositionAt, ToComponent
from pointsman.model.event import (
    CUSTOMER,
    DeliveryFailed,
    Disable,
    Due,
    Enable,
    End,
    Event,
    FromComponent,
    FromCustomer,
    HandOver,
    Mutation,
    Position,
    Reported,
    Requested,
    Reset,
    Trigger,
    falls_back,
)

Change: TypeAlias = Literal["enabled", "disabled"]

_STARTS, _ENDS = Trigger("starts"), Trigger("ends")
_FROM_CUSTOMER, _TO_CUSTOMER = Trigger("from customer"), Trigger("to customer")
_QUIET = frozenset({"to customer", "delivery failed"})
"""Events in which a rule's reply leaves without raising `message to customer` again."""


class Handling:
    """One event from outside, with all the inner events that it raises. `drawn` is what samples draw, for tests."""

    def __init__(self, draft: Draft, drawn: Mapping[str, int]) -> None:
        self.draft = draft
        self._drawn = drawn
        self._changed_by = ""
        self._was_reset = False
        self._first_effect = 0

    # Whole events ------------------------------------------------------------------------------------------------

    def start(self, preset: frozenset[str] | None = None) -> None:
        """Open a session and raise `conversation starts`, handled whole before the message that caused it."""
        self.draft.begin(preset)
        before = self._arrive()
        self._plain(_STARTS)
        self._notify(before, asker="")
        waits.settle(self.draft)

    def run(self, event: Event) -> Answer:
        """Handle one event from outside on an open session."""
        draft = self.draft
        before = self._arrive()
        match event:
            case FromCustomer():
                answer = self._from_customer(event)
            case FromComponent():
                answer = self._from_component(event)
            case Requested():
                answer = self._request(event)
            case Due(key):
                answer = self._due(key)
            case DeliveryFailed():
                answer = self._delivery_failed(event)
            case Reported():
                fallbacks.reported(draft, event)
                receipts.tell(draft, event)
                answer = Answer("accepted")
            case _:
                raise AssertionError(f"{type(event).__name__} is no event of an open session")
        self._notify(before, asker=event.component if isinstance(event, Requested) else "")
        waits.settle(draft)
        return answer

    def end(self) -> None:
        """Cancel timers and waits, raise `conversation ends`, and drop everything but the contact."""
        self.draft.waits = {}
        before = self._arrive()
        self._plain(_ENDS)
        self._notify(before, asker="")
        self.draft.close()

    def _arrive(self) -> frozenset[str]:
        self._changed_by, self._was_reset, self._first_effect = "", False, len(self.draft.effects)
        return frozenset(self.draft.enabled)

    # Steps 1 and 2 -----------------------------------------------------------------------------------------------

    def _view(self, message: Message | None = None, details: Mapping[str, Any] | None = None) -> View:
        draft = self.draft
        state = draft.freeze()
        hours = draft.loaded.hours
        return View(state, message, draft.now, hours, enabled=state.enabled, details=details or {}, drawn=self._drawn)

    def _match(self, trigger: Trigger, view: View) -> list[ir.Rule]:
        if trigger not in self.draft.loaded.triggers:
            return []
        rules = self.draft.loaded.match(trigger, view)
        for rule in rules:
            self.draft.note("rule", rule.name)
        return rules

    def _act(
        self, trigger: Trigger, message: Message | None = None, details: Mapping[str, Any] | None = None
    ) -> Occurrence:
        at = Occurrence(self._view(message, details))
        for rule in self._match(trigger, at.view):
            apply(self.draft, at, rule)
        self._remember(at)
        return at

    def _remember(self, at: Occurrence) -> None:
        at.hearing = self.draft.hearing()
        self._changed_by = at.changed_by or self._changed_by
        self._was_reset = at.was_reset or self._was_reset

    def _plain(self, trigger: Trigger, details: Mapping[str, Any] | None = None) -> Answer:
        """An event without a message: rules act, changes are raised, replies leave."""
        before = frozenset(self.draft.enabled)
        self.draft.note("trigger", trigger.kind, trigger.name)
        at = self._act(trigger, details=details)
        self._raise_changes(before)
        self._send_replies(at, quiet=trigger.kind in _QUIET)
        return Answer("accepted")

    def _due(self, key: str) -> Answer:
        if number := falls_back(key):
            fallbacks.fall_back(self.draft, self._view(), number, "it has not arrived")
            return Answer("accepted")
        waits.fired(self.draft, key)
        return self._plain(self.draft.loaded.wait_of_key[key])

    def _delivery_failed(self, event: DeliveryFailed) -> Answer:
        """Let the message fall back if it waits for that; else raise `delivery failed`, in which all stays quiet."""
        draft = self.draft
        if event.to == CUSTOMER and event.send in draft.fallen:
            draft.note("void", CUSTOMER, "the message has gone out again already")
            return Answer("void")
        if event.to == CUSTOMER and fallbacks.fall_back(draft, self._view(), event.send, event.reason):
            return Answer("accepted")
        receipts.tell(draft, event)
        draft.quiet = True
        details = {"reason": event.reason, "attempts": event.attempts}
        return self._plain(Trigger("delivery failed", event.to), details)

    # Step 3: messages --------------------------------------------------------------------------------------------

    def _from_customer(self, event: FromCustomer) -> Answer:
        draft = self.draft
        draft.contact |= event.contact
        draft.note("trigger", _FROM_CUSTOMER.kind)
        fallbacks.wrote(draft, event.channel)
        message = choices.arrived(draft, event.message)
        before = frozenset(draft.enabled)
        at = self._act(_FROM_CUSTOMER, message)
        if at.withheld_by:
            draft.note("withheld", CUSTOMER, at.withheld_by, at.withheld_by)
            listeners: list[str] = []
            turn = 0
        else:
            waits.speak(draft, CUSTOMER)
            turn = draft.say(CUSTOMER, at.there, event.channel or draft.address.channel)
            listeners = self._listeners(at, at.hearing)
        self._raise_changes(before)
        self._send_replies(at, quiet=False)
        for component in listeners:
            draft.effects.append(ToComponent(component, at.there, turn=turn))
            draft.note("heard", component)
        return Answer("accepted")

    def _from_component(self, event: FromComponent) -> Answer:
        draft, sender = self.draft, event.component
        draft.note("trigger", "from component", sender)
        before = frozenset(draft.enabled)
        at = self._act(Trigger("from component", sender), event.message)
        mute = "" if draft.may_speak(sender) else f"{sender} may not speak"
        self._raise_changes(before)
        self._send_replies(at, quiet=False)
        if at.withheld_by:
            left = Left(at.withheld_by, at.withheld_by)
        elif mute:
            self._copy(at, sender, withheld=mute)
            left = Left(mute)
        else:
            left = self._leave(at, sender)
        if left.reason:
            draft.note("withheld", sender, left.reason, left.rule)
            return Answer("withheld", left.reason)
        waits.speak(draft, sender)
        return Answer("accepted", parts=left.parts, losses=left.losses)

    def _listeners(self, at: Occurrence, hearing: Iterable[str], sender: str = "") -> list[str]:
        """Who gets this message, in order of declaration: who hears, unless rules say otherwise; never the sender."""
        chosen = {at.only[0]} if at.only else set(hearing)
        chosen |= {component for component, _ in at.also}
        return [name for name in self.draft.seated if name in chosen and name != sender]

    def _copy(self, at: Occurrence, sender: str, turn: int = 0, *, withheld: str = "", rule: str = "") -> None:
        draft = self.draft
        turn = turn or draft.turns + 1
        wanting = [name for name in at.hearing if draft.wiring.seats[name].copies]
        for component in self._listeners(at, wanting, sender):
            draft.effects.append(ToComponent(component, at.there, sender, withheld, turn))
            draft.note("copied", component, withheld, rule)

    # Step 4 ------------------------------------------------------------------------------------------------------

    def _raise_changes(self, before: frozenset[str]) -> None:
        """Raise each net change since `before`, in order of declaration; each is handled whole before the next."""
        draft = self.draft
        after = frozenset(draft.enabled)
        if before != after:
            draft.forget_choices()
        for name in draft.loaded.components:
            if (name in before) != (name in after):
                kind: Change = "enabled" if name in after else "disabled"
                draft.note(kind, name, rule=self._changed_by)
                if (trigger := Trigger(kind, name)) in draft.loaded.triggers:
                    self._plain(trigger)

    def _send_replies(self, at: Occurrence, *, quiet: bool) -> None:
        for message, rule in at.replies:
            reply = Occurrence(at.view)
            reply.message, reply.hearing = message, at.hearing
            left = self._leave(reply, "", rule, quiet=quiet)
            if left.reason:
                self.draft.note("withheld", "reply", left.reason, left.rule or rule)

    def _leave(self, cause: Occurrence, author: str, rule: str = "", *, quiet: bool = False) -> Left:
        """Let a message leave for the customer, after `message to customer`; say what became of it.

        Rules on `message to customer` may change it, send it elsewhere or withhold it; what they reply goes first.
        """
        draft = self.draft
        if cause.only:
            return self._redirect(cause, author, cause.only)
        at = cause if quiet else self._to_customer(cause)
        if at.withheld_by:
            return Left(at.withheld_by, at.withheld_by)
        if at.only:
            return self._redirect(at, author, at.only)
        left = fallbacks.send(draft, at, author, rule, quiet=quiet)
        turn = 0 if left.reason else draft.say(author, at.there, left.channel)
        self._copy(at, author, turn, withheld=left.reason, rule=rule)
        return left

    def _to_customer(self, cause: Occurrence) -> Occurrence:
        if _TO_CUSTOMER not in self.draft.loaded.triggers:
            return cause
        before = frozenset(self.draft.enabled)
        self.draft.note("trigger", _TO_CUSTOMER.kind)
        at = self._act(_TO_CUSTOMER, cause.message)
        self._raise_changes(before)
        self._send_replies(at, quiet=True)
        at.hearing, at.also = cause.hearing, [*cause.also, *at.also]
        at.preferred, at.fallback = at.preferred or cause.preferred, at.fallback or cause.fallback
        return at

    def _redirect(self, at: Occurrence, author: str, only: tuple[str, str]) -> Left:
        """Send a message for the customer to one component instead."""
        component, rule = only
        self._copy(at, author, withheld=rule, rule=rule)
        self.draft.note("redirected", component, rule=rule)
        return Left(rule, rule)

    # Step 3: requests --------------------------------------------------------------------------------------------

    def _request(self, event: Requested) -> Answer:
        draft = self.draft
        aims = [self._target(mutation) for mutation in event.mutations]
        if None in aims:
            return Answer("conflict", "a position request goes to a bot: name one, or have exactly one enabled")
        before = frozenset(draft.enabled)
        matched = [
            (at, rule)
            for mutation, aim in zip(event.mutations, aims, strict=True)
            for at in [self._asked(event, mutation, aim or "")]
            for rule in self._match(Trigger("request", event.component), at.view)
        ]
        refused = any(isinstance(action, ir.Refuse) for _, rule in matched for action in rule.actions)
        for at, rule in matched:
            apply(draft, at, rule, refused=refused)
            self._remember(at)
        if refused:
            return self._refuse(event.component, [at for at, _ in matched])
        draft.set_context(event.context)
        for mutation, aim in zip(event.mutations, aims, strict=True):
            self._grant(event.component, mutation, aim or "")
        hearing = draft.hearing()
        self._raise_changes(before)
        for at in dict.fromkeys(at for at, _ in matched):
            at.hearing = hearing
            self._send_replies(at, quiet=False)
        return Answer("accepted")

    def _asked(self, event: Requested, mutation: Mutation, target: str) -> Occurrence:
        kind = str(mutation.__struct_config__.tag)
        self.draft.note("trigger", "request", event.component, kind)
        asked = dict(event.context)
        if isinstance(mutation, Position):
            asked |= {"flow": mutation.flow, "step": mutation.step}
        return Occurrence(self._view(None, {"request": kind, "target": target or None, "asked": asked}))

    def _refuse(self, asker: str, occurrences: list[Occurrence]) -> Answer:
        reason, rule = [at.refusal for at in occurrences if at.refusal][-1]
        self.draft.note("refused", asker, reason, rule)
        return Answer("refused", reason)

    def _target(self, mutation: Mutation) -> str | None:
        """The component that a mutation concerns, empty where it concerns none; None where it cannot be told."""
        match mutation:
            case Enable(component) | Disable(component) | HandOver(component):
                return component
            case Position(component=component) if component:
                return component if component in self.draft.loaded.bots else None
            case Position():
                bots = [name for name in self.draft.seated if name in self.draft.enabled & self.draft.loaded.bots]
                return bots[0] if len(bots) == 1 else None
            case Reset() | End():
                return ""
            case _:
                assert_never(mutation)

    def _grant(self, asker: str, mutation: Mutation, target: str) -> None:
        draft = self.draft
        draft.note("granted", asker, f"{mutation.__struct_config__.tag} {target}".strip())
        match mutation:
            case Enable():
                draft.enable(target)
            case Disable():
                draft.disable(target)
            case HandOver():
                draft.hand_over(target)
            case Position(flow, step):
                position(draft, target, flow, step, asker=asker)
            case Reset():
                draft.reset()
                self._was_reset = True
                draft.note("reset", asker)
            case End():
                draft.ending = draft.ending or asker
                draft.note("end", asker)
            case _:
                assert_never(mutation)

    # Step 5 ------------------------------------------------------------------------------------------------------

    def _notify(self, before: frozenset[str], asker: str) -> None:
        draft = self.draft
        for number, effect in enumerate(draft.effects[self._first_effect :], self._first_effect):
            if isinstance(effect, Note | PositionAt):
                draft.effects[number] = structs.replace(effect, context=dict(draft.context))
        after = frozenset(draft.enabled)
        changed: dict[str, Change] = {
            name: "enabled" if name in after else "disabled"
            for name in draft.loaded.components
            if name in before ^ after
        }
        if not changed:
            return
        enabled = tuple(name for name in draft.seated if name in after)
        for name in draft.seated:
            if name != asker and draft.wiring.seats[name].notified:
                event: Literal["handover", "reset"] = "reset" if self._was_reset else "handover"
                context, turn = dict(draft.context), draft.turns + 1
                told = Notify(name, event, enabled, changed, context, asker, self._changed_by, turn)
                draft.effects.append(told)
                draft.note("notified", name, event)
