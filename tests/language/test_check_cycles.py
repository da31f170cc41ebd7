"""Events that raise one another: circles, chains, and circles that a timer parts."""

from __future__ import annotations

import pytest
from snippets import FILES, on, reports, slugs, then

from pointsman.language.check.cycles import shown as trigger_words
from pointsman.language.check.words import triggers_of
from pointsman.language.diagnostics import Diagnostic
from pointsman.language.pipeline import compile_rules
from pointsman.language.vocabulary import EVENTS, EventRecord

CIRCLES = (
    (
        on("CmBot enabled", "otherwise then disable CmBot")
        + 'policy q on CmBot disabled rule "s" otherwise then enable CmBot',
        "2:25 CmBot enabled → CmBot disabled → CmBot enabled",
    ),
    (
        on("CmBot enabled", "otherwise then enable CmBot"),
        "2:25 CmBot enabled → CmBot enabled",
    ),
    (
        on("message to customer", "otherwise then disable CmBot")
        + 'policy q on CmBot disabled rule "s" otherwise then reply "bye"',
        "2:25 message to customer → CmBot disabled → message to customer",
    ),
    (
        on("conversation ends", "otherwise then end conversation"),
        "2:25 conversation ends → conversation ends",
    ),
    (
        on("CmBot enabled", "otherwise then reset"),
        "2:25 CmBot enabled → CmBot enabled",
    ),
    (
        on("CustomerContact disabled", "otherwise then hand over to CmBot"),
        "2:25 CustomerContact disabled → CustomerContact disabled",
    ),
    (
        on("message to customer", "otherwise then enable Audit")
        + 'policy q on Audit enabled rule "s" otherwise then reply picture "https://x"',
        "2:25 message to customer → Audit enabled → message to customer",
    ),
)

TIMERS = (
    (
        on("timer t", "otherwise then set timer t for 1h"),
        "2:25 timer t → timer t",
    ),
    (
        on("timer t", "otherwise then disable CmBot")
        + 'policy q on CmBot disabled rule "s" otherwise then set timer t for 5m',
        "2:25 timer t → CmBot disabled → timer t",
    ),
)


def way(diagnostic: Diagnostic) -> str:
    """Place and circle of a report."""
    *_, circle = diagnostic.message.split(": ")
    return f"{diagnostic.span.line}:{diagnostic.span.column} {circle.replace('`', '')}"


@pytest.mark.parametrize(("snippet", "expected"), [*CIRCLES, *TIMERS])
def test_a_circle_of_events_is_reported(snippet: str, expected: str) -> None:
    assert [way(diagnostic) for diagnostic in reports(snippet)] == [expected]


def test_a_circle_with_a_timer_names_the_timer() -> None:
    (diagnostic,) = reports(TIMERS[1][0])
    assert diagnostic.message.startswith("the timer `t` leads back to itself: ")


def test_a_circle_through_a_timer_is_a_warning_and_any_other_an_error() -> None:
    assert {reports(snippet)[0].level for snippet, _ in CIRCLES} == {"error"}
    assert {reports(snippet)[0].level for snippet, _ in TIMERS} == {"warning"}


def test_the_circle_is_shown_rule_by_rule() -> None:
    (diagnostic,) = reports(CIRCLES[0][0])
    assert diagnostic.note == "rule `r` raises `CmBot disabled`"
    assert [(label.span.line, label.text) for label in diagnostic.labels] == [(3, "rule `s` raises `CmBot enabled`")]


@pytest.mark.parametrize(
    "snippet",
    [
        on("message to customer", 'otherwise then reply "x"'),
        on("message from CmBot", "otherwise then enable CustomerContact"),
        on("CmBot disabled", "otherwise then reset"),
        on("conversation starts", "otherwise then reset"),
        on("CmBot enabled", "otherwise then enable CustomerContact")
        + 'policy q on CustomerContact enabled rule "s" otherwise then disable Audit',
    ],
)
def test_events_that_end_are_fine(snippet: str) -> None:
    assert slugs(snippet) == []


def chain(length: int) -> str:
    """Policies on a message and on components, each of which enables the next component."""
    names = [f"C{number}" for number in range(1, length + 1)]
    declared = "".join(f"component {name} is bot\n" for name in names)
    events = ["silence for 5m", *(f"{name} enabled" for name in names[:-1])]
    policies = (
        f'policy {name} on {event} rule "{name}" otherwise then enable {name}\n'
        for name, event in zip(names, events, strict=True)
    )
    return declared + "".join(policies)


def test_a_chain_of_eight_events_is_fine_and_one_of_nine_is_not() -> None:
    assert slugs(chain(8)) == []
    (diagnostic,) = reports(chain(9))
    assert diagnostic.slug == "event-chain"
    assert diagnostic.message.startswith("9 events raise one another in a row, and 8 may: `silence` → `C1 enabled` → ")
    assert len(diagnostic.labels) == 7


def test_a_message_of_a_component_leads_to_what_leaves_for_the_customer() -> None:
    """A chain of nine, whose second link no rule makes."""
    linked = chain(8).replace("silence for 5m", "message to customer")
    assert slugs(linked) == []
    assert slugs(linked + 'policy said on message from CmBot rule "said" otherwise then stop\n') == ["event-chain"]


def test_a_request_that_is_granted_leads_to_what_it_asks_for() -> None:
    linked = chain(9).replace("silence for 5m", "request from CmBot").replace("then enable C1\n", "then stop\n")
    assert slugs(linked) == ["event-chain"]


def test_thousands_of_timers_that_set_one_another_are_walked_without_recursion() -> None:
    rules = "".join(
        f'policy t{n} on timer t{n} rule "{n}" otherwise then set timer t{n + 1} for 1h\n' for n in range(1_500)
    )
    assert slugs(rules + then("set timer t0 for 1h")) == []


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: event.form)
def test_a_trigger_is_shown_as_it_is_written(event: EventRecord) -> None:
    written = event.example.replace("any bot", "CmBot").replace("any component", "CmBot")
    scope = compile_rules({**FILES, "b.rules": on(written)}).scope
    assert scope is not None
    (trigger,) = triggers_of(scope.policies[-1].event, scope.components)
    assert trigger_words(trigger) == written.partition(" for ")[0]
