"""The interpreter and the compiled program agree on every test of texts and numbers, at their borders above all.

Generated histories seldom meet a border, so here stands the whole product: each relation with each value on each text,
each comparison of each quantity below, at and above its border; alone, denied, and beside another test.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import get_args

import pytest

from pointsman.engine.loading import load, load_plain
from pointsman.engine.scenario import ADDRESS, CLOCK
from pointsman.engine.view import View
from pointsman.language import ir
from pointsman.language.program import build
from pointsman.model import content as c
from pointsman.model.conversation import Conversation
from pointsman.model.event import Trigger
from properties.generated import SPAN, TEXTS

BORDER = 7
ON = Trigger("from customer")
ALWAYS = ir.Sample(10_000, "a", SPAN)
SAYS = {"==": int.__eq__, "<": int.__lt__, "<=": int.__le__, ">": int.__gt__, ">=": int.__ge__}
"""What Python says of each comparison."""
QUANTITIES: dict[str, ir.Quantity] = {
    "count": ir.Count("misses"),
    "age": ir.Age(),
    "length": ir.Length("text"),
    "size": ir.Field("message.size"),
}
OTHERS = ("stop", "STOP", "stop the agent", "an agent's", "ST", "o")
"""Texts beside those of generated programs: what they begin and end with, hold, or differ from by case alone."""


def _ways(test: ir.Atom) -> Iterable[tuple[bool, ir.Condition]]:
    """A test in each place in which it is evaluated another way, and whether the whole is the opposite of it."""
    yield False, test
    yield True, ir.Not(test, SPAN)
    yield False, ir.And((ALWAYS, test), SPAN)
    yield True, ir.And((ALWAYS, ir.Not(ir.Or((test, ir.HasButtons(SPAN)), SPAN), SPAN)), SPAN)
    yield False, ir.Or((ir.HasButtons(SPAN), test), SPAN)


def _fired(conditions: list[ir.Condition], view: View) -> list[bool]:
    """Which of the conditions hold, of which the two evaluators agree."""
    rules = tuple(ir.Rule(str(number), when, (), SPAN) for number, when in enumerate(conditions))
    policy = ir.Policy("p", "every", False, (ON,), rules, SPAN)
    program = build(ir.ProgramIR(1, (), (), (), (), (policy,), (), ()))
    fast, plain = load(program).match(ON, view), load_plain(program).match(ON, view)
    assert fast == plain
    names = {rule.name for rule in fast}
    return [rule.name in names for rule in rules]


def _view(text: str = "", count: int = 0, size: int | None = None, age: int = 0) -> View:
    counters = {"misses": count} if count else {}
    content = c.Text(text) if size is None else c.Picture(c.Media("https://x.example/a.png", size=size), text)
    conversation = Conversation(ADDRESS, started=CLOCK, counters=counters)
    return View(conversation, c.Message(content), CLOCK + age, {}, enabled=frozenset())


def _seen(name: str, number: int) -> View:
    match name:
        case "count":
            return _view(count=number)
        case "age":
            return _view(age=number)
        case "length":
            return _view("x" * number)
        case _:
            return _view(size=number)


@pytest.mark.parametrize("name", QUANTITIES)
@pytest.mark.parametrize("number", [0, BORDER - 1, BORDER, BORDER + 1])
def test_a_number_is_compared_alike_below_at_and_above_a_border(name: str, number: int) -> None:
    tests = [ir.Compare(QUANTITIES[name], how, BORDER, SPAN) for how in get_args(ir.Comparator)]
    ways = [(SAYS[test.how](number, BORDER) != denied, way) for test in tests for denied, way in _ways(test)]
    assert _fired([way for _, way in ways], _seen(name, number)) == [holds for holds, _ in ways]


def test_a_missing_number_makes_every_comparison_false() -> None:
    tests = [ir.Compare(QUANTITIES["size"], how, border, SPAN) for how in get_args(ir.Comparator) for border in (0, 7)]
    ways = [pair for test in tests for pair in _ways(test)]
    assert _fired([way for _, way in ways], _view("x")) == [denied for denied, _ in ways]


@pytest.mark.parametrize("exactly", [False, True])
@pytest.mark.parametrize("how", get_args(ir.TextHow))
def test_every_text_stands_alike_in_every_relation_to_every_other(how: ir.TextHow, exactly: bool) -> None:
    texts = dict.fromkeys((*TEXTS, *OTHERS))
    tests = [ir.TextTest("text", how, exactly, (value,), "", SPAN) for value in texts if value]
    ways = [pair for test in tests for pair in _ways(test)]
    held = set()
    for text in texts:
        fired = _fired([way for _, way in ways], _view(text))
        alone = [fires != denied for fires, (denied, _) in zip(fired, ways, strict=True)]
        assert alone == [alone[number - number % 5] for number in range(len(alone))]
        held |= set(alone)
    assert held == {False, True}
