"""A configuration held against the rules that it is to serve, and what it adds to them: who takes part where."""

from __future__ import annotations

from collections.abc import Iterator

from pointsman.config.problems import Problem
from pointsman.config.sections import Config
from pointsman.language.diagnostics import did_you_mean
from pointsman.language.ir import And, ChoiceTest, Condition, Not, Or, ProgramIR
from pointsman.model.wiring import Carrier, Seat, Wiring
from pointsman.protocols import ultimate
from pointsman.protocols.registry import CHANNELS, COMPONENTS

COPIES_BY_ROLE = {"bot": False, "desk": True, "service": True}
"""Who hears what others say to the customer, unless its section says otherwise."""


def check_against(config: Config, program: ProgramIR) -> tuple[Problem, ...]:
    """Return what keeps `program` from being served with `config`; empty if nothing does."""
    checks = (_components, _channels, _accounts, _named_by_sections)
    return tuple(problem for check in checks for problem in check(config, program))


def carried_channels(config: Config, account: str = "") -> frozenset[str]:
    """Return the channels that a connection of an account carries; empty: of any account."""
    of_account = (it for it in config.channels.values() if account in ("", it.account))
    return frozenset(channel for connection in of_account for channel in connection.carries)


def _components(config: Config, program: ProgramIR) -> Iterator[Problem]:
    declared = tuple(component.name for component in program.components)
    missing = tuple(name for name in declared if name not in config.components)
    extra = tuple(name for name in config.components if name not in declared)
    for name in missing:
        near = did_you_mean(name, extra)
        remedy = f"add `[components.{name}]`" + (f", or rename a section: {near}" if near else "")
        yield config.problem(("components", name), f"component `{name}` of the rules has no section", remedy)
    for name in extra:
        near = did_you_mean(name, missing)
        declare = f"declare `component {name} is bot` (or desk, or service) in the rules, or remove the section"
        remedy = near or declare
        yield config.problem(("components", name), f"the rules declare no component `{name}`", remedy)


def _channels(config: Config, program: ProgramIR) -> Iterator[Problem]:
    for name, connection in config.channels.items():
        for channel in connection.carries:
            if channel not in program.channels:
                remedy = did_you_mean(channel, program.channels) or f"channels are: {', '.join(program.channels)}"
                yield config.problem(("channels", name, "carries"), f"unknown channel `{channel}`", remedy)


def _accounts(config: Config, program: ProgramIR) -> Iterator[Problem]:
    known = tuple(config.accounts)
    for policy in program.policies:
        for rule in policy.rules:
            for test in _account_tests(rule.when):
                for name in test.names:
                    if name not in known:
                        place = f"{test.span.file}:{test.span.line}:{test.span.column}"
                        remedy = did_you_mean(name, known) or f"add `[accounts.{name}]` to {config.path.name}"
                        yield Problem(place, "", f"unknown account `{name}`", remedy)


def _named_by_sections(config: Config, program: ProgramIR) -> Iterator[Problem]:
    """What a component's section names of the rules: the calendar of its team, and whom it hands over to."""
    calendars = tuple(calendar.name for calendar in program.calendars)
    for name, section in config.components.items():
        if not isinstance(section, ultimate.ComponentSettings):
            continue
        if section.online is not None and section.online not in calendars:
            listed = f"calendars are: {', '.join(calendars)}" if calendars else "declare it, or leave `online` out"
            remedy = did_you_mean(section.online, calendars) or listed
            yield config.problem(("components", name, "online"), f"unknown calendar `{section.online}`", remedy)
        others = tuple(it for it, at in config.components.items() if it != name and at.account == section.account)
        if section.escalate_to is not None and section.escalate_to not in others:
            cause = f"account `{section.account}` has no other component `{section.escalate_to}`"
            listed = f"it has {', '.join(others)}" if others else "leave it out: the rules then say who is next"
            remedy = did_you_mean(section.escalate_to, others) or listed
            yield config.problem(("components", name, "escalate_to"), cause, remedy)


def _account_tests(condition: Condition | None) -> Iterator[ChoiceTest]:
    match condition:
        case And(parts) | Or(parts):
            for part in parts:
                yield from _account_tests(part)
        case Not(part):
            yield from _account_tests(part)
        case ChoiceTest(path="account"):
            yield condition


def wirings(config: Config, program: ProgramIR) -> dict[str, Wiring]:
    """Return who takes part in the conversations of each account, over which channels and connections, by its name."""
    return {
        account: Wiring(
            account, _seats(config, program, account), carried_channels(config, account), _carriers(config, account)
        )
        for account in config.accounts
    }


def _carriers(config: Config, account: str) -> dict[str, Carrier]:
    carriers = {}
    for name, section in config.channels.items():
        if section.account == account:
            protocol = CHANNELS[section.protocol]
            within, confined = protocol.answers_within(section), section.protocol if protocol.confined else ""
            carriers[name] = Carrier(frozenset(section.carries), section.default, within, confined)
    return carriers


def _seats(config: Config, program: ProgramIR, account: str) -> dict[str, Seat]:
    seats = {}
    for component in program.components:
        section = config.components.get(component.name)
        if section is not None and section.account == account:
            copies = COPIES_BY_ROLE[component.role] if section.copies is None else section.copies
            protocol = COMPONENTS[section.protocol]
            seats[component.name] = Seat(copies, protocol.is_notified(section), protocol.has_receipts(section))
    return seats
