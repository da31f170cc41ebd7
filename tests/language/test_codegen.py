"""Generated Python: readable, deterministic, and closed to user text."""

from __future__ import annotations

import ast
import traceback

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs
from syrupy.assertion import SnapshotAssertion

from pointsman.engine.loading import load
from pointsman.engine.operators import WORDS
from pointsman.engine.scenario import ADDRESS
from pointsman.engine.view import View
from pointsman.language import ir
from pointsman.language.codegen import function_name, literal
from pointsman.language.program import build
from pointsman.model.content import Message, Text
from pointsman.model.conversation import Conversation
from pointsman.model.event import Trigger
from properties.generated import _calendars, _lists, programs

FROM_CUSTOMER = Trigger("from customer")


def span(line: int, column: int) -> ir.Span:
    return ir.Span("a.rules", 0, 1, line, column)


def text_test(how: str, *values: str, path: str = "text", exactly: bool = False, line: int = 2) -> ir.TextTest:
    return ir.TextTest(path, how, exactly, values, "", span(line, 8))  # type: ignore[arg-type]


def program_of(*rules: ir.Rule) -> ir.ProgramIR:
    policy = ir.Policy("handover", "first", False, (FROM_CUSTOMER,), rules, span(1, 1))
    return ir.ProgramIR(1, (), (), _lists, _calendars, (policy,), (), ())


def rule(name: str, *parts: ir.Condition) -> ir.Rule:
    when = parts[0] if len(parts) == 1 else ir.And(parts, span(2, 8))
    return ir.Rule(name, when, (ir.TagAction("x", span(3, 8)),), span(1, 1))


EVERYTHING = program_of(
    rule(
        "asks for a person",
        text_test("mentions", "Agent", "real  Person"),
        ir.IsOpen("office", span(3, 8)),
        ir.Not(ir.IsEnabled("CmBot", span(4, 8)), span(4, 8)),
        ir.ChoiceTest("channel", ("WhatsApp",), span(5, 8)),
    ),
    rule(
        'it\'s "odd" \\ €\n',
        ir.Or(
            (
                ir.Matches("text", r"order (?P<n>\d+)", "i", ("n",), span(2, 8)),
                ir.And((text_test("starts", "a", path="context.team"), ir.HasButtons(span(3, 8))), span(3, 8)),
                ir.Not(ir.Or((text_test("ends", "?"), text_test("is", "STOP", exactly=True)), span(4, 8)), span(4, 8)),
            ),
            span(2, 8),
        ),
        ir.Compare(ir.Count("misses"), ">=", 2.0, span(5, 8)),
        ir.Compare(ir.Field("message.size"), ">", 5_000_000.0, span(6, 8)),
        ir.Compare(ir.Length("text"), "<", 2.5, span(7, 8)),
        ir.NumberIn(ir.Age(), (), "levels", span(8, 8)),
        ir.NumberIn(ir.Count("misses"), (1.0, 2.0), "", span(8, 8)),
        ir.Exists("contact.name", span(9, 8)),
        ir.LastOlder(("customer",), 3_600_000, span(10, 8)),
        ir.Sample(1_000, "odd", span(11, 8)),
        text_test("contains", "x", path="meta.mood"),
        ir.TextTest("sender", "mentions", False, (), "vips", span(12, 8)),
    ),
    rule("settled by the index", text_test("is", "stop")),
)


def test_a_listing_reads_as_the_rules_do(snapshot: SnapshotAssertion) -> None:
    assert build(EVERYTHING).python == snapshot


@given(programs())
def test_listings_and_hashes_are_deterministic(program: ir.ProgramIR) -> None:
    assert build(program) == build(program)


BREAKOUTS = ("'); import os; ('", '"""', "\\", "\n    import os", "{0}", "%s", "\u2028x", "🙂", "''' + x", "\ud800")


@pytest.mark.parametrize("text", BREAKOUTS)
def test_user_text_stays_a_literal(text: str) -> None:
    assert ast.literal_eval(literal(text)) == text
    assert ast.literal_eval(literal((text, text))) == (text, text)
    assert literal(text).isascii()
    assert "\n" not in literal(text)


@given(st.text(), st.text())
def test_no_name_or_value_adds_code_to_a_listing(name: str, value: str) -> None:
    listing = build(program_of(rule(name, text_test("contains", value, exactly=True)))).python
    tree = ast.parse(listing)
    assert [type(node) for node in tree.body] == [ast.Assign, ast.FunctionDef]
    allowed = {*WORDS, "tuple", "frozenset", "map", "texts", "numbers", "v", "C0"}
    assert {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} <= allowed


@given(st.integers(0, 99), st.text())
def test_a_rule_s_function_has_a_plain_name(number: int, name: str) -> None:
    assert function_name(number, name).isidentifier()
    assert function_name(number, name).isascii()


def test_a_traceback_shows_the_rule_s_line() -> None:
    program = build(
        program_of(rule("bad", text_test("ends", "?"), ir.IsOpen("no such calendar", span(3, 8)))),
        {"a.rules": 'rule "bad"\n  when text ends with "?"\n   and nowhere is open\n'},
    )
    state = Conversation(address=ADDRESS)
    view = View(state, Message(Text("hello?")), 0, {}, enabled=frozenset())
    with pytest.raises(KeyError) as caught:
        load(program).match(FROM_CUSTOMER, view)
    shown = "".join(traceback.format_exception(caught.value))
    assert "and nowhere is open" in shown
    assert f"<a.rules {program.hash[:12]}>" in shown


def test_programs_that_differ_in_one_word_have_different_hashes() -> None:
    one, other = program_of(rule("a", text_test("is", "x"))), program_of(rule("a", text_test("is", "y")))
    assert build(one).hash != build(other).hash
    assert build(one).hash == build(structs.replace(one)).hash
