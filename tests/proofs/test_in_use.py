"""Which channels are in use: those that a program names, those that connections carry, else all."""

from __future__ import annotations

import pytest

from pointsman.language import ir
from pointsman.language.pipeline import compile_rules
from pointsman.language.vocabulary import CHANNELS
from pointsman.proofs.in_use import channels_in_use

HEAD = "component Bot is bot\nstart with Bot\n"


def program(text: str) -> ir.ProgramIR:
    compiled = compile_rules({"a.rules": HEAD + text})
    assert compiled.ir is not None, compiled.diagnostics
    return compiled.ir


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("channel Fax\n  text 100 characters", ("Fax",)),
        ("channel Viber\n  text 100 characters\nchannel Fax like SMS", ("Viber", "Fax")),
        ('downgrade card on SMS to text "{title}"', ("SMS",)),
        ('downgrade card when not channel is RCS to text "{title}"', ("RCS",)),
        (
            'policy p on message from Bot\nrule "r" when channel in (Email, RCS) and not channel is SMS then tag "x"',
            ("SMS", "RCS", "Email"),
        ),
        (
            'policy p on message to customer\nrule "r" otherwise then prefer channel RCS fall back to SMS after 10m',
            ("SMS", "RCS"),
        ),
        ('test "t"\n  on Instagram\n  Bot says "a"\n  expect no rule', ("Instagram",)),
    ],
)
def test_what_a_program_names_is_in_use(text: str, named: tuple[str, ...]) -> None:
    assert channels_in_use(program(text)) == named


def test_every_channel_is_in_use_where_none_is_named() -> None:
    assert channels_in_use(program('downgrade card to text "{title}"')) == CHANNELS


def test_what_connections_carry_is_in_use_beside_what_is_named() -> None:
    plain = program('downgrade card to text "{title}"')
    assert channels_in_use(plain, frozenset({"Viber", "RCS"})) == ("RCS", "Viber")
    named = program('downgrade card on SMS to text "{title}"')
    assert channels_in_use(named, frozenset({"Viber"})) == ("SMS", "Viber")
