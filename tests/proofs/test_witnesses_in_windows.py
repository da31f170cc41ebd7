"""Witnesses on channels with reply windows: who may not write any more speaks by a template."""

from __future__ import annotations

import pytest

from pointsman.engine.loading import load, load_plain
from pointsman.engine.scenario import run_test
from pointsman.language.diagnostics import Diagnostic
from pointsman.language.pipeline import compile_rules
from pointsman.proofs.prove import prove

RULES = """
component Bot is bot
component Desk is desk
  speaks always
start with Bot, Desk
policy p unique on message from customer
rule "a"
  when {channel} last message from customer older than 2d and last message from {speaker} older than 1h
  then tag "a"
rule "b"
  when last message from customer older than 50h and not last message from {speaker} older than 2h
  then tag "b"
"""


def overlap(rules: str) -> Diagnostic:
    return next(it for it in prove(compile_rules({"a.rules": rules})).diagnostics if it.slug == "overlapping-rules")


@pytest.mark.parametrize(
    ("channel", "speaker", "sent"),
    [
        ("", "Bot", 'Bot sends template "hello"'),
        ("", "Desk", 'Desk sends template "hello"'),
        ("channel is SMS and", "Bot", 'Bot says "hello"'),
        ("channel is Facebook and", "Desk", 'Desk says "hello"'),
    ],
)
def test_a_witness_speaks_by_template_where_the_window_is_over_for_its_speaker(
    channel: str, speaker: str, sent: str
) -> None:
    rules = RULES.format(channel=channel, speaker=speaker)
    example = overlap(rules).example
    assert example is not None
    assert sent in example
    compiled = compile_rules({"a.rules": rules + example})
    assert compiled.program is not None, compiled.diagnostics
    for evaluator in (load, load_plain):
        (test,) = compiled.program.ir.tests
        assert run_test(evaluator(compiled.program), test).passed
