"""From nodes of the tree to their records in the vocabulary, and from an event to the triggers it stands for."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import assert_never

from pointsman.language import tree
from pointsman.language.vocabulary import (
    ACTIONS,
    CALENDAR_FIELDS,
    EVENTS,
    FIELDS,
    PREDICATES,
    QUANTITIES,
    ActionRecord,
    EventRecord,
    FieldRecord,
    PredicateRecord,
    QuantityRecord,
)
from pointsman.model.event import CUSTOMER, Trigger

_ACTION_NAMES: dict[type[tree.Node], str] = {
    tree.Enable: "enable",
    tree.Disable: "disable",
    tree.HandOver: "hand over",
    tree.Reset: "reset",
    tree.EndConversation: "end conversation",
    tree.Position: "position",
    tree.SetContext: "set context",
    tree.ClearContext: "clear context",
    tree.Add: "add",
    tree.ClearCounter: "clear counter",
    tree.Reply: "reply",
    tree.ReplyPicture: "reply picture",
    tree.Tell: "tell",
    tree.SetTimer: "set timer",
    tree.CancelTimer: "cancel timer",
    tree.Tag: "tag",
    tree.Stop: "stop",
    tree.SendOnly: "send only",
    tree.AlsoSend: "also send",
    tree.Withhold: "withhold",
    tree.Redact: "redact",
    tree.ReplaceText: "replace text",
    tree.DropButtons: "drop buttons",
    tree.PreferChannel: "prefer channel",
    tree.FallBack: "fall back",
    tree.Refuse: "refuse",
}
_EVENT_NAMES: dict[type[tree.Node], str] = {
    tree.MessageToCustomer: "to customer",
    tree.ConversationStarts: "starts",
    tree.ConversationEnds: "ends",
    tree.Silence: "silence",
    tree.SilenceOfCustomer: "silence of customer",
    tree.NoAnswer: "no answer",
    tree.TimerEvent: "timer",
    tree.DeliveryFailed: "delivery failed",
    tree.RequestFrom: "request",
}
_ACTIONS = {record.name: record for record in ACTIONS}
_EVENTS = {record.name: record for record in EVENTS}
_PREDICATES = {record.name: record for record in PREDICATES}
_FIELDS = {record.path: record for record in FIELDS}
_CALENDAR_FIELDS = {record.path: record for record in CALENDAR_FIELDS}
_QUANTITIES = {record.name: record for record in QUANTITIES}

FIELD_NAMES = tuple(_FIELDS)
REGISTERED_ACTIONS: Mapping[type[tree.Node], ActionRecord] = {
    node: _ACTIONS[name] for node, name in _ACTION_NAMES.items()
}


def action_record(action: tree.Action) -> ActionRecord:
    return REGISTERED_ACTIONS[type(action)]


def event_record(event: tree.Event) -> EventRecord:
    match event:
        case tree.MessageFrom(tree.Customer()):
            return _EVENTS["from customer"]
        case tree.MessageFrom():
            return _EVENTS["from component"]
        case tree.Switched(_, state):
            return _EVENTS[state]
        case _:
            return _EVENTS[_EVENT_NAMES[type(event)]]


def relation_record(relation: tree.Relation) -> PredicateRecord:
    """The record of a comparison's relation; `<`, `>=` and the like share one."""
    return _PREDICATES.get(relation) or _PREDICATES["compare"]


def field_record(path: str, calendars: Collection[str]) -> FieldRecord | None:
    """The record of a path, or None where the language has no such field."""
    head, _, key = path.rpartition(".")
    if path in _FIELDS or not head:
        return _FIELDS.get(path)
    family = _FIELDS.get(path.partition(".")[0] + ".*")
    return family or (_CALENDAR_FIELDS.get(key) if head in calendars else None)


def subject_record(subject: tree.Subject, calendars: Collection[str]) -> FieldRecord | QuantityRecord | None:
    """The record of what is compared or written; None for a match group and for what is not known."""
    match subject:
        case tree.Field(path):
            return field_record(path, calendars)
        case tree.Name():
            return None
        case tree.Count():
            return _QUANTITIES["count"]
        case tree.Length():
            return _QUANTITIES["length"]
        case tree.Age():
            return _QUANTITIES["age"]
        case _:
            assert_never(subject)


def triggers_of(event: tree.Event, components: Mapping[str, tree.Component]) -> tuple[Trigger, ...]:
    """The triggers that `event` stands for; `any bot` and the like become one for each such component."""
    match event:
        case tree.MessageFrom(tree.Customer()):
            return (Trigger("from customer"),)
        case tree.MessageFrom(party):
            return tuple(Trigger("from component", name) for name in parties_of(party, components))
        case tree.MessageToCustomer():
            return (Trigger("to customer"),)
        case tree.Switched(component, state):
            return (Trigger(state, component.text),)
        case tree.ConversationStarts():
            return (Trigger("starts"),)
        case tree.ConversationEnds():
            return (Trigger("ends"),)
        case tree.Silence(duration):
            return (Trigger("silence", ms=duration.value),)
        case tree.SilenceOfCustomer(duration):
            return (Trigger("silence of customer", ms=duration.value),)
        case tree.NoAnswer(component, duration):
            return (Trigger("no answer", component.text, duration.value),)
        case tree.TimerEvent(timer):
            return (Trigger("timer", timer.text),)
        case tree.DeliveryFailed(to):
            names = (CUSTOMER, *components) if to is None else parties_of(to, components)
            return tuple(Trigger("delivery failed", name) for name in names)
        case tree.RequestFrom(party):
            return tuple(Trigger("request", name) for name in parties_of(party, components))
        case _:
            assert_never(event)


def parties_of(party: tree.Party, components: Mapping[str, tree.Component]) -> tuple[str, ...]:
    """The names that a party stands for, in order of declaration."""
    match party:
        case tree.Customer():
            return (CUSTOMER,)
        case tree.Name(name):
            return (name,)
        case tree.AnyRole(role):
            return tuple(name for name, item in components.items() if role in ("component", item.role))
        case _:
            assert_never(party)
