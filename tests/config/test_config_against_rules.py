"""A configuration held against rules: what does not fit, and who takes part in which account."""

from __future__ import annotations

from pathlib import Path

import pytest
from config_samples import ENV, GOOD
from msgspec import structs

from pointsman.config import Config, check_against, parse, wirings
from pointsman.language.ir import (
    And,
    Calendar,
    ChoiceTest,
    Clause,
    Component,
    Condition,
    Not,
    Or,
    Policy,
    ProgramIR,
    Rule,
    Span,
)
from pointsman.language.vocabulary import CHANNELS
from pointsman.model.event import Trigger
from pointsman.model.wiring import Carrier, Seat, Wiring

SPAN = Span("policy.rules", 0, 1, 7, 3)
CARRIED = ("WhatsApp", "SMS", "RCS")
OTHER_ACCOUNT = """
[accounts.other]
id = "00000000-0000-0000-0000-000000000001"
"""


def program(components: dict[str, str], condition: Condition | None = None) -> ProgramIR:
    clause = Clause("enabled")
    rule = Rule("a rule", condition, (), SPAN)
    return ProgramIR(
        language=1,
        components=tuple(
            Component(name, role, clause, clause, SPAN)  # type: ignore[arg-type]  # a table's text
            for name, role in components.items()
        ),
        start_with=(),
        lists=(),
        calendars=(),
        policies=(Policy("p", "first", False, (Trigger("from customer"),), (rule,), SPAN),),
        channels=CHANNELS,
        tests=(),
    )


@pytest.fixture
def config() -> Config:
    return parse(GOOD, Path("/srv"), ENV)


def told(config: Config, ir: ProgramIR) -> list[str]:
    return [str(problem) for problem in check_against(config, ir)]


def test_rules_that_fit_are_not_complained_of(config: Config) -> None:
    assert told(config, program({"CmBot": "bot", "Desk": "desk"})) == []


def test_a_component_without_a_section_and_a_section_without_a_component_are_told(config: Config) -> None:
    assert told(config, program({"CmBott": "bot", "Desk": "desk", "Archive": "service"})) == [
        (
            "pointsman.toml: components.CmBott: component `CmBott` of the rules has no section\n"
            "  help: add `[components.CmBott]`, or rename a section: did you mean `CmBot`?"
        ),
        (
            "pointsman.toml: components.Archive: component `Archive` of the rules has no section\n"
            "  help: add `[components.Archive]`"
        ),
        "pointsman.toml:25: components.CmBot: the rules declare no component `CmBot`\n  help: did you mean `CmBott`?",
    ]


def test_a_section_unlike_any_component_says_what_to_declare(config: Config) -> None:
    assert told(config, program({"CmBot": "bot"})) == [
        (
            "pointsman.toml:34: components.Desk: the rules declare no component `Desk`\n"
            "  help: declare `component Desk is bot` (or desk, or service) in the rules, or remove the section"
        )
    ]


def test_a_channel_that_the_rules_do_not_know_is_told(config: Config) -> None:
    ir = program({"CmBot": "bot", "Desk": "desk"})
    (problem,) = told(
        config, ProgramIR(**{name: getattr(ir, name) for name in ir.__struct_fields__} | {"channels": ("SMS", "RCS")})
    )
    assert problem == (
        "pointsman.toml:20: channels.gateway.carries: unknown channel `WhatsApp`\n  help: channels are: SMS, RCS"
    )


def test_a_channel_that_the_rules_add_can_be_carried() -> None:
    carrying = parse(GOOD.replace('"WhatsApp"', '"Fax"', 1), Path("/srv"), ENV)
    ir = program({"CmBot": "bot", "Desk": "desk"})
    added = structs.replace(ir, channels=("SMS", "RCS", "Fax"))
    assert told(carrying, added) == []
    assert told(carrying, structs.replace(ir, channels=("SMS", "RCS"))) == [
        "pointsman.toml:20: channels.gateway.carries: unknown channel `Fax`\n  help: channels are: SMS, RCS"
    ]


def test_an_account_that_rules_name_must_exist_wherever_it_stands_in_a_condition(config: Config) -> None:
    known = ChoiceTest("account", ("shop",), SPAN)
    unknown = ChoiceTest("account", ("shop", "shops"), SPAN)
    channel = ChoiceTest("channel", ("SMS",), SPAN)
    condition = And((Or((known, Not(unknown, SPAN)), SPAN), channel), SPAN)
    assert told(config, program({"CmBot": "bot", "Desk": "desk"}, condition)) == [
        "policy.rules:7:3: unknown account `shops`\n  help: did you mean `shop`?"
    ]


ULTIMATE = GOOD.replace(
    '[components.CmBot]\nprotocol = "cm"',
    '[components.CmBot]\nprotocol = "ultimate"\nbot_id = "b"\napi_key = "env:CM_PRODUCT_TOKEN"\nonline = "office"\n'
    'escalate_to = "Desk"',
).replace('message_url = "http://127.0.0.1:9101/messages"\nhandover_url', "base_url")
OFFICE = Calendar("office", "UTC", ((),) * 7, (), SPAN)


@pytest.mark.parametrize(
    ("mistake", "known", "complaint"),
    [
        (("", ""), (OFFICE,), None),
        (
            ('online = "office"', 'online = "offcie"'),
            (OFFICE,),
            "pointsman.toml:29: components.CmBot.online: unknown calendar `offcie`\n  help: did you mean `office`?",
        ),
        (
            ("", ""),
            (),
            (
                "pointsman.toml:29: components.CmBot.online: unknown calendar `office`\n"
                "  help: declare it, or leave `online` out"
            ),
        ),
        (
            ('escalate_to = "Desk"', 'escalate_to = "Agents"'),
            (OFFICE,),
            (
                "pointsman.toml:30: components.CmBot.escalate_to: account `shop` has no other component `Agents`\n"
                "  help: it has Desk"
            ),
        ),
        (
            ('escalate_to = "Desk"', 'escalate_to = "CmBot"'),
            (OFFICE,),
            (
                "pointsman.toml:30: components.CmBot.escalate_to: account `shop` has no other component `CmBot`\n"
                "  help: it has Desk"
            ),
        ),
    ],
)
def test_a_bots_section_names_a_calendar_of_the_rules_and_another_component_of_its_account(
    mistake: tuple[str, str], known: tuple[Calendar, ...], complaint: str | None
) -> None:
    ir = structs.replace(program({"CmBot": "bot", "Desk": "desk"}), calendars=known)
    assert told(parse(ULTIMATE.replace(*mistake), Path("/srv"), ENV), ir) == ([complaint] if complaint else [])


def test_copies_follow_the_role_unless_a_section_decides_and_a_hand_over_address_is_what_is_notified() -> None:
    silent = parse(GOOD.replace("copies = false\n", ""), Path("/srv"), ENV)
    assert wirings(silent, program({"CmBot": "bot", "Desk": "desk"})) == {
        "shop": Wiring(
            "shop",
            {"CmBot": Seat(False, True), "Desk": Seat(True, False)},
            frozenset(CARRIED),
            {"gateway": Carrier(frozenset(CARRIED))},
        )
    }
    assert wirings(silent, program({"CmBot": "service", "Desk": "bot"}))["shop"].seats == {
        "CmBot": Seat(True, True),
        "Desk": Seat(False, False),
    }
    loud = parse(GOOD.replace("copies = false", "copies = true"), Path("/srv"), ENV)
    assert wirings(loud, program({"CmBot": "bot"}))["shop"].seats == {"CmBot": Seat(True, True)}


def test_of_an_account_it_is_known_which_connections_are_answered_in_their_responses_and_what_they_cannot_say() -> None:
    dialog = """[channels.dialog]
protocol = "horisen"
account = "shop"
carries = ["Viber"]
secret = "env:SECOND_SECRET"
reply_deadline = "3s"
default = true

"""
    wired = wirings(
        parse(GOOD.replace("[channels.gateway]", dialog + "[channels.gateway]"), Path("/srv"), ENV), program({})
    )
    assert wired["shop"].carriers == {
        "gateway": Carrier(frozenset(CARRIED)),
        "dialog": Carrier(frozenset({"Viber"}), default=True, answers_within=3_000, confined_to="horisen"),
    }


def test_the_channels_of_an_account_are_those_of_its_own_connections() -> None:
    wired = wirings(
        parse(GOOD.replace("[channels.gateway]", OTHER_ACCOUNT + "[channels.gateway]"), Path("/srv"), ENV), program({})
    )
    assert {account: wiring.channels for account, wiring in wired.items()} == {
        "shop": frozenset(CARRIED),
        "other": frozenset(),
    }


def test_a_component_takes_part_in_its_own_account_only() -> None:
    two = GOOD.replace("[channels.gateway]", OTHER_ACCOUNT + "[channels.gateway]").replace(
        '[components.Desk]\nprotocol = "cm"\naccount = "shop"', '[components.Desk]\nprotocol = "cm"\naccount = "other"'
    )
    seats = wirings(parse(two, Path("/srv"), ENV), program({"CmBot": "bot", "Desk": "desk"}))
    assert {account: list(wiring.seats) for account, wiring in seats.items()} == {"shop": ["CmBot"], "other": ["Desk"]}
