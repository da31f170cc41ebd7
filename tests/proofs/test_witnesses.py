"""Witnesses: a world becomes a test that says no more than it has to, that reads, and that shows what it is to show."""

from __future__ import annotations

from typing import Any

import pytest

from pointsman.engine.loading import load, load_plain
from pointsman.engine.scenario import CLOCK, run_test
from pointsman.language import tree
from pointsman.language.pipeline import compile_rules
from pointsman.language.tree.node import NOWHERE
from pointsman.model.event import Trigger
from pointsman.proofs import wording
from pointsman.proofs.asking import Asker
from pointsman.proofs.question import Ground
from pointsman.proofs.reach import Reach
from pointsman.proofs.rehearsal import Goal, Rehearsal
from pointsman.proofs.script import line
from pointsman.proofs.witness import Witness, Witnesses, witness
from pointsman.proofs.world import World

RULES = """
component Bot is bot
component Desk is desk
  hears always
  speaks when Bot is disabled
component Audit is service
  speaks never
start with Bot
list words = "agent", "human"
calendar office
  mon-fri 09:00-17:30
  zone "Europe/Amsterdam"
policy p every on message from customer
rule "word" when text mentions any words and office is open and count of misses >= 2 and sample 10% then tag "a"
rule "old" when conversation age > 1h and last message from Bot older than 30m and Desk is enabled then tag "b"
rule "third" when choice index is 3 and choice is "No" and channel is SMS then tag "c"
rule "file" when message.size > 5 MB and message.mime is "image/png" and text is "x" and meta.list is "v" then tag "d"
rule "buttons" when message has buttons and message is text then tag "e"
rule "vip" when sender is "+31600000001" and contact.language is "nl" and account is shop then tag "v"
rule "saturday" when office is closed and text is "{{saturday}} \\"night\\"" then tag "s"
rule "pressed" when choice is "Yes" then set timer tea for 3m
rule "else" otherwise then add 1 to misses
policy q on message to customer
rule "leaves" when text is "foo" and Desk is enabled and Bot is disabled then tag "f"
policy r on Desk enabled
rule "on" when context.team is "y" then tag "g"
policy s on Desk disabled
rule "off" when context.team is "y" then tag "h"
policy t on silence for 15m
rule "silent" when Desk is enabled then tag "i"
policy u on silence of customer for 15m
rule "waiting" when Desk is enabled then tag "j"
policy v on no answer from Desk for 5m
rule "no answer" when Desk is enabled and count of misses is 0 then tag "k"
policy w on conversation starts
rule "starts" when context.team is "start" then disable Bot
policy x on conversation ends
rule "ends" when context.team is "end" and count of misses is 3 then tag "m"
policy y on request from Desk
rule "asks" when request is position and target is Bot and request.team is "z" and request.flow is "F" then tag "n"
policy z on timer tea
rule "tea" when context.cup is "full" and Desk is enabled then tag "o"
policy a on message from Bot
rule "says" when meta.intent is "none" then tag "p"
policy b on delivery failed to Bot
rule "lost" when reason contains "gone" and attempts >= 3 and Desk is enabled then tag "q"
policy c on delivery failed to Desk
rule "left alone" when attempts is 1 and context.team is "y" then tag "r"
"""
HOUR = 3_600_000
SATURDAY = CLOCK + 5 * 24 * HOUR + 90_000


def loaded() -> Any:
    compiled = compile_rules({"a.rules": RULES})
    assert not compiled.failed, compiled.diagnostics
    assert compiled.program is not None
    return load(compiled.program)


PROGRAM = loaded()
GROUND = Ground(PROGRAM.ir)
WITNESSES = Witnesses(PROGRAM, Reach(PROGRAM, Asker(GROUND, 100)))


def world(kind: Any, name: str = "", ms: int = 0, **given: Any) -> World:
    names = {"channel": "WhatsApp", "account": "test", **given.pop("names", {})}
    texts = {"sender": "+15555550100", **given.pop("texts", {})}
    if kind in ("from customer", "from component", "to customer"):
        names = {"message": "text", **names}
        texts = {"text": "hi", **texts}
    return World(Trigger(kind, name, ms), names, texts, enabled=frozenset(given.pop("enabled", {"Bot"})), **given)


WORLDS = {
    "word": world("from customer", texts={"text": "agent"}, counters={"misses": 2}, draws={"word": 10}),
    "old": world("from customer", age=HOUR + 1, spoke={"Bot": HOUR // 2 + 1}, enabled={"Bot", "Desk"}),
    "third": world(
        "from customer",
        names={"channel": "SMS"},
        texts={"text": "No", "choice": "No"},
        numbers={"choice index": 3},
    ),
    "file": world(
        "from customer",
        names={"message": "picture"},
        texts={"text": "x", "message.url": "u", "message.mime": "image/png", "meta.list": "v", "meta.z": "z"},
        numbers={"message.size": 5_000_001},
    ),
    "buttons": world("from customer", buttons=True),
    "vip": world(
        "from customer", names={"account": "shop"}, texts={"sender": "+31600000001", "contact.language": "nl"}
    ),
    "saturday": world("from customer", texts={"text": '{saturday} "night"'}, now=SATURDAY),
    "leaves": world("to customer", texts={"text": "foo"}, enabled={"Desk"}),
    "on": world("enabled", "Desk", texts={"context.team": "y"}, enabled={"Desk"}),
    "off": world("disabled", "Desk", texts={"context.team": "y"}, enabled={"Bot"}),
    "silent": world("silence", ms=900_000, enabled={"Desk"}),
    "waiting": world("silence of customer", ms=900_000, enabled={"Desk"}),
    "no answer": world("no answer", "Desk", 300_000, enabled={"Desk"}),
    "starts": world("starts", texts={"context.team": "start"}),
    "ends": world("ends", texts={"context.team": "end"}, counters={"misses": 3}),
    "asks": world(
        "request",
        "Desk",
        names={"request": "position", "target": "Bot"},
        texts={"request.team": "z", "request.flow": "F", "request.step": "{s}"},
    ),
    "tea": world("timer", "tea", texts={"context.cup": "full"}, enabled={"Desk"}),
    "says": world("from component", "Bot", texts={"meta.intent": "none"}),
    "lost": world("delivery failed", "Bot", texts={"reason": "gone"}, numbers={"attempts": 3}, enabled={"Bot", "Desk"}),
    "left alone": world(
        "delivery failed", "Desk", texts={"reason": "{x}", "context.team": "y"}, numbers={"attempts": 1}
    ),
}
TEXTS = {
    "word": ['sample "word" is in', "count of misses is 2", 'customer says "agent"', 'expect rule "word"'],
    "third": [
        "on SMS",
        'Bot sends text "hello" with buttons "Option 1", "Option 2", "No"',
        'customer presses "No"',
        'expect rule "third"',
    ],
    "saturday": [
        'at 2000-01-08 13:01 in "Europe/Amsterdam"',
        'customer says "{{saturday}} \\"night\\""',
        'expect rule "saturday"',
    ],
    "lost": [
        "Desk is enabled",
        "conversation starts",
        'delivery to Bot fails "gone" with attempts 3',
        'expect rule "lost"',
    ],
    "left alone": [
        'context.team is "y"',
        "conversation starts",
        'delivery to Desk fails "{{x}}"',
        'expect rule "left alone"',
    ],
    "no answer": [
        "Bot is disabled",
        "Desk is enabled",
        'customer says "hello"',
        "count of misses is 0",
        "after 5m",
        'expect rule "no answer"',
    ],
}
"""How some of them read, whole."""


def shown(rule: str) -> Witness:
    found = WITNESSES.of(WORLDS[rule], f"shows {rule}", lambda _, fired: any(it.name == rule for it in fired))
    assert found is not None, "no transcript was found"
    return found


@pytest.mark.parametrize("rule", WORLDS)
def test_a_witness_compiles_beside_its_rules_and_passes_under_both_evaluators(rule: str) -> None:
    found = shown(rule)
    compiled = compile_rules({"a.rules": RULES, "b.rules": found.text})
    assert [diagnostic.message for diagnostic in compiled.diagnostics] == []
    assert compiled.program is not None
    assert f'expect rule "{rule}"' in found.text
    for program in (load(compiled.program), load_plain(compiled.program)):
        assert run_test(program, compiled.program.ir.tests[0]).passed


@pytest.mark.parametrize("rule", WORLDS)
def test_every_step_of_a_witness_is_needed(rule: str) -> None:
    steps = shown(rule).test.steps
    for place, step in enumerate(steps[:-1]):
        if not type(step).__name__.startswith("Expect"):
            shorter = structs_without(shown(rule).test, place)
            assert not run_test(PROGRAM, shorter).passed, step


def structs_without(test: Any, place: int) -> Any:
    return type(test)(test.name, test.steps[:place] + test.steps[place + 1 :], test.span)


@pytest.mark.parametrize("rule", TEXTS)
def test_a_witness_reads_well(rule: str) -> None:
    assert [line.strip() for line in shown(rule).text.splitlines()] == [f'test "shows {rule}"', *TEXTS[rule]]


def test_what_is_expected_can_be_given() -> None:
    expected = [tree.ExpectTag(wording.string("k"), NOWHERE)]
    found = witness(PROGRAM, GROUND, WORLDS["no answer"], expected, "n")
    assert found is not None
    assert 'expect tag "k"' in found.text
    assert "expect rule" not in found.text


def test_the_rules_fire_that_fire_in_the_world_where_nothing_else_is_asked_for() -> None:
    found = WITNESSES.of(world("from customer"), "n")
    assert found is not None
    assert found.text == 'test "n"\n  customer says "hi"\n  expect rule "else"\n'


@pytest.mark.parametrize(
    "impossible",
    [
        world("from customer", texts={"choice": "No", "text": "another"}),
        world("from customer", age=10**15),
        world("delivery failed", "customer", texts={"reason": "expired"}),
        world("from customer", names={"message": "native"}),
        world("timer", "nobody sets it"),
    ],
    ids=["pressed something else", "before clocks", "a failure that no policy is on", "unnamed kind", "timer"],
)
def test_a_world_that_no_transcript_brings_about_has_no_witness(impossible: World) -> None:
    assert WITNESSES.of(impossible, "n", lambda view, _: view.value("choice") in (None, "No")) is None


@pytest.mark.parametrize(("choice", "fires"), [("Yes", None), ("Sure", "saturday")])
def test_a_transcript_on_which_other_rules_fire_than_in_the_world_is_no_witness(choice: str, fires: str | None) -> None:
    """Nobody presses `Yes` and says something else by it: one rule of the two that fire in the world always misses."""
    found = WITNESSES.of(
        world("from customer", texts={"text": '{saturday} "night"', "choice": choice}, now=SATURDAY), "n"
    )
    assert (found is not None) == (fires is not None)


def test_equal_worlds_have_equal_witnesses() -> None:
    assert shown("old") == shown("old")


def test_what_happened_in_one_rehearsal_is_not_seen_in_the_next() -> None:
    rehearsal = Rehearsal(PROGRAM)
    goal = Goal(Trigger("from customer"), lambda view, _: view.value("text") == "hello")
    hello = line(tree.Says(wording.party("customer"), wording.string("hello"), None, (), NOWHERE))
    assert rehearsal.play([hello], goal) is not None
    assert rehearsal.play([], goal) is None
