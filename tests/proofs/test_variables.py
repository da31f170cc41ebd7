"""Variables: what a condition reads, and in what two worlds differ."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import structs
from solver_samples import GROUND, SPAN, TRIGGERS, conditions, finite_atoms, text_atoms, worlds

from pointsman.engine import interpret
from pointsman.language import ir
from pointsman.model.event import Trigger
from pointsman.proofs.variables import differences, value_in, variables_of
from pointsman.proofs.world import World, view_of

WORLD = World(
    Trigger("from customer"),
    {"channel": "SMS", "account": "shop", "message": "text"},
    {"text": "hello", "sender": "+1", "context.team": "a"},
    {"choice index": 2},
    {"misses": 1},
    frozenset({"Bot"}),
    buttons=True,
    now=5,
    age=4,
    spoke={"customer": 3},
    draws={"a rule": 2},
)


@pytest.mark.parametrize(
    ("condition", "variables"),
    [
        (ir.TextTest("context.team", "is", False, ("a",), "", SPAN), {"context.team"}),
        (ir.Matches("text", "a", "", (), SPAN), {"text"}),
        (ir.Compare(ir.Length("text"), ">", 1.0, SPAN), {"text"}),
        (ir.ChoiceTest("channel", ("SMS",), SPAN), {"channel"}),
        (ir.Compare(ir.Field("message.size"), ">", 1.0, SPAN), {"message.size"}),
        (ir.Compare(ir.Count("misses"), ">", 1.0, SPAN), {"count misses"}),
        (ir.NumberIn(ir.Age(), (1.0,), "", SPAN), {"age"}),
        (ir.Exists("message.url", SPAN), {"message.url"}),
        (ir.Exists("office.next_open", SPAN), {"now"}),
        (ir.IsEnabled("Bot", SPAN), {"enabled Bot"}),
        (ir.IsOpen("office", SPAN), {"now"}),
        (ir.HasButtons(SPAN), {"buttons"}),
        (ir.LastOlder(("customer", "Bot"), 1, SPAN), {"spoke customer", "spoke Bot"}),
        (ir.Sample(1, "a rule", SPAN), {"draw a rule"}),
        (ir.Not(ir.And((ir.HasButtons(SPAN), ir.IsEnabled("Bot", SPAN)), SPAN), SPAN), {"buttons", "enabled Bot"}),
    ],
)
def test_the_variables_of_a_condition(condition, variables):
    assert variables_of(condition) == variables


@pytest.mark.parametrize(
    ("changed", "variables"),
    [
        ({}, set()),
        ({"names": {"channel": "RCS", "account": "shop"}}, {"channel", "message"}),
        ({"texts": {"text": "hello", "sender": "+2"}}, {"sender", "context.team"}),
        ({"numbers": {"message.size": 2}}, {"message.size", "choice index"}),
        ({"counters": {}}, {"count misses"}),
        ({"counters": {"misses": 1, "tries": 0}}, set()),
        ({"enabled": frozenset({"Desk"})}, {"enabled Bot", "enabled Desk"}),
        ({"buttons": False, "now": 6, "age": 5}, {"buttons", "now", "age"}),
        ({"spoke": {"Bot": 1}}, {"spoke customer", "spoke Bot"}),
        ({"draws": {"a rule": 3}}, {"draw a rule"}),
    ],
)
def test_the_variables_in_which_two_worlds_differ(changed, variables):
    other = structs.replace(WORLD, **changed)
    assert differences(WORLD, other) == differences(other, WORLD) == variables
    assert all(value_in(WORLD, name) != value_in(other, name) for name in variables)


@given(st.data(), st.sampled_from(TRIGGERS), conditions(st.one_of(text_atoms, finite_atoms)))
@settings(derandomize=True, database=None, deadline=None, max_examples=300, suppress_health_check=list(HealthCheck))
def test_worlds_that_agree_in_what_a_condition_reads_agree_in_the_condition(data, trigger, condition):
    world, other = data.draw(worlds(trigger)), data.draw(worlds(trigger))
    if not differences(world, other) & variables_of(condition):
        one, two = (interpret.holds(condition, view_of(it, GROUND.hours), GROUND.lists) for it in (world, other))
        assert one == two
