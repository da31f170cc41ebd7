"""A transcript that stands in no file of the program."""

from __future__ import annotations

import pytest

from pointsman.language import ir
from pointsman.language.pipeline import Compiled, compile_rules
from pointsman.language.source import Source
from pointsman.language.transcript import read_transcript

RULES = """component Bot is bot
start with Bot
policy p on message from customer
rule "greets" when count of greetings < 1 then reply "Hello" add 1 to greetings
test "transcript" customer says "hello" expect reply "Hello"
"""
STEPS = 'on SMS\ncustomer says "hello"\nexpect reply "Hello"\n'


@pytest.fixture(scope="module")
def compiled() -> Compiled:
    found = compile_rules({"policy.rules": RULES})
    assert found.program is not None
    return found


@pytest.mark.parametrize(
    "text", [STEPS, f'test "transcript"\n{STEPS}', f"# a comment\n{STEPS}"], ids=["bare", "named", "commented"]
)
def test_a_transcript_is_read_with_or_without_its_name(compiled: Compiled, text: str) -> None:
    test = read_transcript(Source("pasted", text), compiled)
    assert isinstance(test, ir.Test)
    assert [type(step) for step in test.steps] == [ir.FactChannel, ir.Says, ir.ExpectReply]
    assert test.steps[0].span.line == text[: text.index("on SMS")].count("\n") + 1


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ('customer sasy "hello"', (1, 10), "did you mean `says`?"),
        ('on SMS\n  Bto says "hello"', (2, 3), "did you mean `Bot`?"),
        ('customer says "a"\nexpect rule "great"\n', (2, 13), "did you mean `greets`?"),
        ('test "a"\n  on Smoke', (2, 6), "Smoke"),
        ('test "a" on SMS\ntest "b" on SMS', (2, 1), "the steps of one test"),
        ("component Other is bot", (1, 1), ""),
        ('customer says "a"\ncomponent Other is bot', (2, 1), "the steps of one test"),
    ],
)
def test_a_mistake_is_reported_at_its_own_place(
    compiled: Compiled, text: str, place: tuple[int, int], said: str
) -> None:
    found = read_transcript(Source("pasted", text), compiled)
    assert isinstance(found, tuple)
    assert (found[0].span.line, found[0].span.column) == place
    assert {fault.span.file for fault in found} == {"pasted"}
    assert said in f"{found[0].message} {found[0].help}"


def test_what_is_odd_about_the_program_is_not_reported_of_a_transcript(compiled: Compiled) -> None:
    odd = compile_rules({"policy.rules": RULES + 'list unused = "a"\n'})
    assert isinstance(read_transcript(Source("pasted", "on SMS"), odd), ir.Test)
