"""Deliveries: channels to prefer and to fall back to, failures that nobody handles, and their steps in tests."""

from __future__ import annotations

import pytest
from snippets import on, reports, shown, transcript

from pointsman.language.pipeline import compile_rules

SIGNAL = "channel Signal like SMS text 2000 characters\n"
LETTERS = "channel Letters text 5000 characters\n"
PHONES = "`SMS`, `WhatsApp`, `RCS`, `Viber`"


def way(action: str) -> str:
    return on("message to customer", f"otherwise then {action}")


@pytest.mark.parametrize(
    "snippet",
    [
        way("prefer channel Viber"),
        way("fall back to SMS after 366d"),
        SIGNAL + way("prefer channel Signal fall back to SMS after 1s"),
        SIGNAL + "channel Other like Signal text 10\n" + way("prefer channel Other"),
        on("message from CmBot", "otherwise then prefer channel RCS"),
        transcript('customer says "x" over SMS'),
        transcript('delivery to CmBot fails "x" with attempts 3'),
        transcript("delivery to customer fails \"x\" with 'attempts' 1.0"),
    ],
)
def test_what_can_be_said_of_deliveries_is_not_reported(snippet: str) -> None:
    assert [shown(diagnostic) for diagnostic in reports(snippet)] == []


@pytest.mark.parametrize(
    ("snippet", "expected"),
    [
        (way("prefer channel Fax"), "2:40 unknown-name: there is no channel `Fax`"),
        (way("prefer channel CmBot"), "2:40 wrong-kind: `CmBot` is a component, and a channel belongs here"),
        (way("fall back to Fax after 5m"), "2:38 unknown-name: there is no channel `Fax`"),
        (
            way("prefer channel Email"),
            "2:40 unshared-address: no message of another channel can go over `Email`",
        ),
        (
            LETTERS + way("fall back to Letters after 5m"),
            "3:38 unshared-address: no message of another channel can go over `Letters`",
        ),
        (way("fall back to SMS after 0s"), "2:48 bad-number: a wait of nothing never begins"),
        (way("fall back to SMS after 400d"), "2:48 bad-number: `400d` is too long to wait for"),
        (
            on("message from customer", "otherwise then prefer channel SMS"),
            "2:25 no-such-action: the event `message from customer` does not allow `prefer channel NAME`",
        ),
        (
            transcript('CmBot says "x" over SMS'),
            "2:21 wrong-kind: `CmBot` is a component, and only customers write and read over channels",
        ),
        (
            transcript('CmBot sends picture "x" over SMS'),
            "2:30 wrong-kind: `CmBot` is a component, and only customers write and read over channels",
        ),
        (
            transcript('expect CmBot gets "x" over SMS'),
            "2:28 wrong-kind: `CmBot` is a component, and only customers write and read over channels",
        ),
        (transcript('customer presses "x" over Fax'), "2:27 unknown-name: there is no channel `Fax`"),
        (transcript('customer sends picture "x" over Fax'), "2:33 unknown-name: there is no channel `Fax`"),
        (
            transcript('delivery to CmBot fails "x" with tries 3'),
            "2:34 wrong-kind: a failed delivery has no `tries`",
        ),
        (
            transcript('delivery to CmBot fails "x" with attempts 0'),
            "2:43 bad-number: `0` is no number of attempts",
        ),
        (
            transcript('delivery to CmBot fails "x" with attempts 1.5'),
            "2:43 bad-number: `1.5` is no number of attempts",
        ),
    ],
)
def test_what_cannot_be_said_of_deliveries_is_reported(snippet: str, expected: str) -> None:
    assert [shown(diagnostic) for diagnostic in reports(snippet)] == [expected]


def test_the_help_names_what_shares_an_address_and_says_how_a_channel_of_ones_own_does() -> None:
    (known,) = reports(SIGNAL + way("prefer channel Email"))
    assert known.help == f"name a channel by telephone number: {PHONES}, `Signal`"
    (own,) = reports(LETTERS + way("prefer channel Letters"))
    assert own.help == (f"name a channel by telephone number: {PHONES}; or declare `Letters` to be `like` one of them")


def unhandled(components: str, *policies: str) -> list[str]:
    rules = "".join(f'policy p{at} on {event}\nrule "r{at}" otherwise then stop\n' for at, event in enumerate(policies))
    found = compile_rules({"b.rules": components + rules}).diagnostics
    return [shown(it) for it in found if it.slug == "unhandled-failure"]


BOTH = "component Bot is bot\ncomponent Desk is desk\nstart with Bot, Desk\n"


@pytest.mark.parametrize(
    ("components", "policies"),
    [
        ("component Bot is bot\nstart with Bot\n", ()),
        (BOTH, ("delivery failed",)),
        (BOTH, ("delivery failed to Bot", "delivery failed to Desk")),
        ("component Bot is bot\ncomponent Desk is desk speaks never\nstart with Bot, Desk\n", ()),
        ("component Bot is bot\ncomponent Desk is desk hears never\nstart with Bot, Desk\n", ()),
        ("component Bot is bot\ncomponent Desk is desk\nstart with Bot\n", ()),
    ],
    ids=["alone", "any failure", "each", "mute", "deaf", "never enabled"],
)
def test_a_failure_is_handled_or_nobody_could_take_over(components: str, policies: tuple[str, ...]) -> None:
    assert unhandled(components, *policies) == []


def test_a_failure_that_nobody_handles_is_one_warning_that_names_all() -> None:
    said = "cannot be reached, the conversation stays with it"
    assert unhandled(BOTH) == [f"1:11 unhandled-failure: where `Bot` or `Desk` {said}"]
    assert unhandled(BOTH, "delivery failed to Bot") == [f"2:11 unhandled-failure: where `Desk` {said}"]
    assert unhandled(BOTH, "delivery failed to customer") == [f"1:11 unhandled-failure: where `Bot` or `Desk` {said}"]
