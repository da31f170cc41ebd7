"""Generated Python: readable, deterministic, and closed to user text."""

from __future__ import annotations

import ast
import gc
import linecache
import traceback

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs
from syrupy.assertion import SnapshotAssertion

from pointsman.engine.loading import load
from pointsman.engine.scenario import ADDRESS
from pointsman.engine.view import View
from pointsman.language import ir
from pointsman.language.codegen import function_name, literal
from pointsman.language.patterns import PatternError
from pointsman.language.pipeline import compile_rules
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
        ir.Not(ir.Not(ir.Not(ir.IsOpen("office", span(13, 8)), span(13, 8)), span(13, 8)), span(13, 8)),
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
    assert ast.literal_eval(literal((text,))) == (text,)
    assert literal(text).isascii()
    assert "\n" not in literal(text)


@pytest.mark.parametrize(
    ("value", "written"),
    [(2.0, "2"), (2.5, "2.5"), (5_000_000, "5_000_000"), (1e15, "1_000_000_000_000_000"), ((), "()")],
)
def test_numbers_are_written_as_people_write_them(value: float, written: str) -> None:
    assert literal(value) == written


@given(st.integers(0, 99), st.text())
def test_a_rule_s_function_has_a_plain_name(number: int, name: str) -> None:
    assert function_name(number, name).isidentifier()
    assert function_name(number, name).isascii()


SPOILT = {
    "one.rules": """use "sub/two.rules"
policy a on message from customer
rule "one"
  when text is "one"
       and nowhere is open
  then stop
calendar nowhere mon 09:00-10:00 zone "UTC"
""",
    "sub/two.rules": """policy b on message from customer

rule "two"
  when text ends with "two"
       and not (message has buttons
                or nowhere is open)
  then stop
""",
}


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("one", ["<one.rules {hash}>", "line 5, in rule_1_one", "and nowhere is open"]),
        ("two", ["<sub/two.rules {hash}>", "line 6, in rule_0_two", "or nowhere is open)"]),
    ],
)
def test_a_traceback_shows_the_line_of_the_test_that_failed_in_the_file_of_its_rule(
    text: str, shown: list[str]
) -> None:
    program = compile_rules(SPOILT).program
    assert program is not None
    view = View(Conversation(address=ADDRESS), Message(Text(text)), 0, {}, enabled=frozenset())
    with pytest.raises(KeyError) as caught:  # the view knows no calendar
        load(program).match(FROM_CUSTOMER, view)
    lines = "".join(traceback.format_exception(caught.value))
    assert [part.format(hash=program.hash[:12]) for part in shown if part.format(hash=program.hash[:12]) in lines] == [
        part.format(hash=program.hash[:12]) for part in shown
    ]


def test_an_expression_that_cannot_be_prepared_is_told_at_its_rule() -> None:
    broken = ir.Matches("text", "a(b", "", (), span(3, 8))
    program = build(program_of(rule("bad", broken)), {"a.rules": 'rule "bad"\n  when\n   text matches /a(b/\n'})
    with pytest.raises(PatternError) as caught:
        load(program)
    assert "text matches /a(b/" in "".join(traceback.format_exception(caught.value))


def test_programs_that_differ_in_one_word_have_different_hashes() -> None:
    one, other = program_of(rule("a", text_test("is", "x"))), program_of(rule("a", text_test("is", "y")))
    assert build(one).hash != build(other).hash
    assert build(one).hash == build(structs.replace(one)).hash


def test_the_sources_of_a_program_are_shown_as_long_as_it_is_loaded_anywhere() -> None:
    program = compile_rules(SPOILT).program
    assert program is not None
    name = f"<one.rules {program.hash[:12]}>"
    first = load(program)
    second = load(program)
    del first
    gc.collect()
    assert linecache.getline(name, 5) == "       and nowhere is open\n"
    assert second.hash == program.hash
    del second
    gc.collect()
    assert linecache.getline(name, 5) == ""
