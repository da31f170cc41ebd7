"""Which fields and actions each event has: every record of the vocabulary against every event, by its own examples."""

from __future__ import annotations

import pytest
from snippets import on, reports, shown, slugs, when

from pointsman.language.vocabulary import (
    ACTIONS,
    CALENDAR_FIELDS,
    EVENTS,
    FIELDS,
    MESSAGES,
    PREDICATES,
    QUANTITIES,
    ActionRecord,
    EventRecord,
    FieldRecord,
    Occasion,
)

AROUND = 'policy counts on silence for 5m rule "counts" otherwise then add 1 to misses set timer reminder for 1h\n'
"""What the examples lean on."""


def faults(snippet: str) -> set[str]:
    """Errors only, without those that say of an example that it goes round in a circle."""
    found = {diagnostic.slug for diagnostic in reports(AROUND + snippet) if diagnostic.level == "error"}
    return found - {"event-cycle", "event-chain"}


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.form)
@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.form)
def test_an_action_stands_on_the_events_that_allow_it(action: ActionRecord, event: EventRecord) -> None:
    found = faults(on(event.example, f"otherwise then {action.example}"))
    assert found == (set() if event.occasion in action.on else {"no-such-action"})


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.form)
@pytest.mark.parametrize("field", FIELDS, ids=lambda field: field.path)
def test_a_field_is_known_on_the_events_that_have_it(field: FieldRecord, event: EventRecord) -> None:
    found = faults(on(event.example, f"when {field.example} then stop"))
    assert found == (set() if event.occasion in field.on else {"no-such-field"})


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.form)
@pytest.mark.parametrize("field", CALENDAR_FIELDS, ids=lambda field: field.path)
def test_the_fields_of_calendars_are_known_on_every_event(field: FieldRecord, event: EventRecord) -> None:
    assert faults(on(event.example, f'otherwise then tell CmBot "{field.example}"')) == set()


@pytest.mark.parametrize("predicate", PREDICATES, ids=lambda predicate: predicate.name)
def test_the_example_of_a_condition_can_be_asked(predicate: object) -> None:
    assert faults(when(predicate.example)) == set()  # type: ignore[attr-defined]  # a record


@pytest.mark.parametrize("quantity", QUANTITIES, ids=lambda quantity: quantity.name)
def test_the_example_of_a_quantity_can_be_asked(quantity: object) -> None:
    assert faults(when(quantity.example)) == set()  # type: ignore[attr-defined]  # a record


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.form)
def test_an_event_can_have_a_policy(event: EventRecord) -> None:
    assert faults(on(event.example)) == set()


def test_a_template_sees_what_its_event_has() -> None:
    found = reports(on("conversation starts", 'otherwise then reply "{text} {channel} {message}"'))
    assert [shown(diagnostic) for diagnostic in found] == [
        "2:33 no-such-field: the event `conversation starts` has no `text`",
        "2:50 no-such-field: the event `conversation starts` has no `message`",
    ]
    assert found[0].help == "`text` is known on: message from customer · message from NAME · message to customer"
    assert [(label.span.line, label.text) for label in found[0].labels] == [(1, "the policy's event")]


@pytest.mark.parametrize(
    "rule",
    [
        "when message has buttons then stop",
        "when length of text > 5 then stop",
        "when text matches /(?P<n>1)/ then stop",
        "when intent exists then stop",
        'when not (channel is SMS or choice is "Yes") then stop',
        "otherwise then set context.a to meta.x",
        'otherwise then set timer t for 5m reply "{length of text}"',
        'otherwise then reply "{message.size or "none"}"',
    ],
)
def test_a_field_is_found_wherever_it_stands(rule: str) -> None:
    assert "no-such-field" in slugs(on("CmBot enabled", rule))
    assert "no-such-field" not in slugs(on("message from CmBot", rule))


def test_a_group_of_a_match_is_a_field_of_its_rule_only() -> None:
    groups = 'when text matches /(?P<number>1)/ then reply "{number}" set context.a to number\n'
    assert slugs(on("message from customer", groups)) == []
    assert slugs(on("message from customer", groups + 'rule "s" otherwise then reply "{number}"')) == ["unknown-name"]


def test_every_occasion_has_an_event_and_messages_are_three() -> None:
    assert {event.occasion for event in EVENTS} == set(Occasion)
    assert len(MESSAGES) == 3
