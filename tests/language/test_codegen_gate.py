"""User text in generated Python: it comes through `literal` alone, and whatever it says, it stays a value."""

from __future__ import annotations

import ast
import builtins
import io
import re
import tokenize
from collections.abc import Iterator
from types import FunctionType
from typing import Any

import pytest
import re2
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Struct

from pointsman.engine.loading import load, load_plain, run_listing
from pointsman.engine.operators import WORDS
from pointsman.engine.scenario import run_tests
from pointsman.language import codegen, index, ir
from pointsman.language.folding import fold, words_of
from pointsman.language.pipeline import compile_rules
from pointsman.language.program import build
from pointsman.model.event import Trigger

BOUNDED = settings(derandomize=True, database=None, deadline=None, max_examples=25)
HOSTILE = (
    "'); import os; ('",
    '"); import os; ("',
    '"""',
    "'''",
    "\\",
    "\\'",
    "\\N{BULLET}",
    "\\x41",
    "\n    import os\n",
    "\r\nimport os",
    "\x0cimport os",
    "\x00",
    "\x1a",
    "\x85\u2028\u2029import os",
    "\u202eso tropmi\u202c",
    "\ufeff# coding: rot13",
    "# comment",
    "{0}{v}{{}}",
    "{__import__('os')}",
    "%s%(v)s",
    "${v}",
    "` + v + `",
    "🙂" * 3,
    "ſıﬁ",
    "def",
    "None",
    "lambda: 0",
    "__builtins__",
    "__class__",
    "_" * 60,
    "v",
    "C0",
    "NEEDLES_0",
    "rule_0",
    "x" * 5_000,
    "",
    " ",
)


def span(file: str) -> ir.Span:
    """A place in a file of that name; no file's name holds a NUL."""
    return ir.Span(file.replace("\0", ""), 0, 1, 7, 1)


def program_with(text: str) -> ir.ProgramIR:
    """A program in which `text` stands wherever a user's words can."""
    here = span(text)
    keyed = [f"{head}.{text}" for head in ("context", "contact", "meta", "request")]
    texts = [
        ir.TextTest(path, how, exactly, values, list_, here)  # type: ignore[arg-type]  # drawn from the closed set
        for path in ("text", "sender", text, *keyed)
        for how in ("is", "starts", "ends", "contains", "mentions")
        for exactly in (False, True)
        for values, list_ in (((text,), ""), ((text, "b", text + "c"), ""), ((), text))
    ]
    subjects = (ir.Field(text), ir.Length(text), ir.Length(f"meta.{text}"), ir.Count(text))
    others: list[ir.Condition] = [
        *(ir.Compare(subject, ">", 2.5, here) for subject in subjects),
        *(ir.NumberIn(subject, (), f"numbers {text}", here) for subject in subjects),
        ir.ChoiceTest(text, (text, "x"), here),
        ir.ChoiceTest("channel", (text,), here),
        ir.Matches(f"context.{text}", re2.escape(text), "i", (text,), here),
        ir.Exists(text, here),
        ir.IsEnabled(text, here),
        ir.IsOpen(text, here),
        ir.LastOlder((text, text), 5, here),
        ir.Sample(10, text, here),
    ]
    # Under `or` the index settles nothing; denied, each stands in its other form.
    conditions = [ir.Or((test, ir.Not(test, here)), here) for test in (*texts, *others)]
    rules = tuple(ir.Rule(text, condition, (ir.Stop(here),), here) for condition in conditions)
    policy = ir.Policy(text, "first", False, (Trigger("from customer"),), rules, here)
    lists = (ir.ValueList(text, (text, "b"), (), here), ir.ValueList(f"numbers {text}", (), (1.0,), here))
    return ir.ProgramIR(1, (), (), lists, (), (policy,), (), ())


NODES = (
    *(ast.Module, ast.Assign, ast.FunctionDef, ast.arguments, ast.arg, ast.Return, ast.Load, ast.Store, ast.Name),
    *(ast.BoolOp, ast.And, ast.Or, ast.UnaryOp, ast.Not, ast.Compare, ast.In, ast.NotIn, ast.Eq, ast.NotEq),
    *(ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.Call, ast.Attribute, ast.Constant, ast.Tuple, ast.Set),
)
GIVEN = {*WORDS, "frozenset", "map", "tuple", "texts", "numbers"}
OF_VIEW = {
    *("enabled", "has_buttons", "age", "text", "sender", "folded", "words", "context", "contact", "meta", "request"),
    *("counters", "name", "value", "number", "exists", "is_open", "last_older", "sampled", "get"),
}
OWN_NAME = re.compile(r"(rule|NEEDLES|PATTERN|VALUES)_\d+(_[a-z0-9]+)*", re.ASCII)
COMMENT = re.compile(r"# (?P<file>'.*'|\".*\") line \d+: policy (?P<policy>'.*'|\".*\"), rule (?P<rule>'.*'|\".*\")")


def strings_of(program: ir.ProgramIR) -> set[str]:
    """Every text in a program, as it is and as it is compared, and the keys of its paths."""
    found = set(_texts(program))
    found |= {text.partition(".")[2] for text in found}
    return found | {fold(text) for text in found} | {words_of(text) for text in found | set(map(fold, found))}


def _texts(node: Any) -> Iterator[str]:
    match node:
        case str():
            yield node
        case Struct():
            for name in node.__struct_fields__:
                yield from _texts(getattr(node, name))
        case tuple():
            for item in node:
                yield from _texts(item)


def assert_closed(listing: str, program: ir.ProgramIR) -> None:
    """Nothing but whole functions and constants, known names, and literals of what the program says."""
    assert listing.isascii()
    assert listing.replace("\n", "").isprintable()
    tree = ast.parse(listing)
    assert {type(node) for node in ast.walk(tree)} <= set(NODES)
    assert {type(node) for node in tree.body} <= {ast.Assign, ast.FunctionDef}
    names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
    assert {name for name in names if not OWN_NAME.fullmatch(name)} <= GIVEN | {"v"}
    defined = [
        node.name if isinstance(node, ast.FunctionDef) else ast.unparse(node.targets[0])
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.Assign)
    ]
    assert len(set(defined)) == len(defined)
    assert all(OWN_NAME.fullmatch(name) for name in defined)
    assert {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)} <= OF_VIEW
    said = strings_of(program)
    for token in tokenize.generate_tokens(io.StringIO(listing).readline):
        if token.type == tokenize.STRING:
            value = ast.literal_eval(token.string)
            assert token.string == codegen.literal(value)
            assert value in said
        elif token.type == tokenize.COMMENT and token.start[0] > 1:
            found = COMMENT.fullmatch(token.string)
            assert found
            assert {ast.literal_eval(part) for part in found.groups()} <= said


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_text_stays_a_value_wherever_it_stands(text: str) -> None:
    program = program_with(text)
    assert_closed(build(program).python, program)


@BOUNDED
@given(st.text() | st.text("'\"\\#{}\n\r\x00\u2028(),;: vdefN_0", max_size=40))
def test_any_text_stays_a_value_wherever_it_stands(text: str) -> None:
    program = program_with(text)
    assert_closed(build(program).python, program)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_running_a_listing_defines_its_own_names_and_does_nothing_else(text: str) -> None:
    before = dict(vars(builtins))
    words = run_listing(build(program_with(text)))
    assert vars(builtins) == before
    own = {name: value for name, value in words.items() if OWN_NAME.fullmatch(name)}
    assert set(words) - set(own) == {*WORDS, "__builtins__", "texts", "numbers"}
    assert {name: words[name] for name in WORDS} == WORDS
    functions = [value for name, value in own.items() if name.startswith("rule_")]
    assert all(type(function) is FunctionType and function.__code__.co_argcount == 1 for function in functions)
    assert len(functions) == len(program_with(text).policies[0].rules)


class Tainted(str):
    """Text that cannot be written into another but as a literal: every way round `repr` fails."""

    def __format__(self, spec: str) -> str:
        raise AssertionError(f"{self!r} reached a listing without `literal`")

    def __str__(self) -> str:
        raise AssertionError(f"{self!r} reached a listing without `literal`")

    def __add__(self, other: str) -> str:
        raise AssertionError(f"{self!r} reached a listing without `literal`")

    def partition(self, sep: str) -> tuple[str, str, str]:
        head, found, tail = "".join(self).partition(sep)
        return Tainted(head), found, Tainted(tail)


def tainted(node: Any) -> Any:
    """The same program in tainted text, but for the words that the language fixes."""
    match node:
        case str():
            return node if node in ("is", "starts", "ends", "contains", "mentions", ">", "first", "") else Tainted(node)
        case Trigger() | None:
            return node
        case Struct():
            return type(node)(*(tainted(getattr(node, name)) for name in node.__struct_fields__))
        case tuple():
            return tuple(tainted(item) for item in node)
        case _:
            return node


def test_no_part_of_the_generator_writes_text_but_through_the_gate() -> None:
    plain = program_with("plain")
    program = tainted(plain)
    listing, _ = codegen.generate(program, index.build(program))
    assert listing == build(plain).python


def test_the_taint_is_seen_where_text_is_written_without_the_gate() -> None:
    with pytest.raises(AssertionError, match="without `literal`"):
        assert f"{tainted('x')}"


SAME = ("a b", "a-b", "a_b", "A B", "a  b!", "def", "class", "__init__", "1", "_", "…", "日本", "é")


def test_rules_whose_names_look_alike_as_python_are_kept_apart() -> None:
    here = span("a.rules")
    rules = tuple(
        ir.Rule(name, ir.Not(ir.TextTest("text", "is", False, (f"not {n}",), "", here), here), (ir.Stop(here),), here)
        for n, name in enumerate(SAME)
    )
    policy = ir.Policy("p", "every", False, (Trigger("from customer"),), rules, here)
    words = run_listing(build(ir.ProgramIR(1, (), (), (), (), (policy,), (), ())))
    functions = [words[codegen.function_name(number, name)] for number, name in enumerate(SAME)]
    assert len({function.__name__ for function in functions}) == len(SAME)
    assert [function.__code__.co_consts[-1] for function in functions] == [f"not {n}" for n in range(len(SAME))]


QUOTABLE = [text for text in HOSTILE if text.strip() and not set(text) & set("'\n\r") and len(text) < 1_000]


@pytest.mark.parametrize("text", QUOTABLE, ids=range(len(QUOTABLE)))
def test_hostile_names_and_strings_of_a_rules_file_mean_themselves(text: str) -> None:
    written = "".join(f"\\u{{{ord(c):x}}}" for c in text)
    rules = f"""
component 'bot {text}' is bot
start with 'bot {text}'
list 'list {text}' = "{written}"
calendar 'hours {text}'
  mon-sun 00:00-24:00
  zone "UTC"
policy 'policy {text}' on message from customer
rule "{written}"
  when (text is exactly any 'list {text}' or text contains "{written}" or not context.key is "{written}")
       and 'bot {text}' is enabled and 'hours {text}' is open and count of 'misses {text}' < 1
  then add 1 to 'misses {text}'
test "{written}"
  context.key is "{written}"
  customer says "before {written} after"
  expect rule "{written}"
  customer says "{written}"
  expect no rule
"""
    program = compile_rules({"policy.rules": rules}).program
    assert program is not None
    assert_closed(program.python, program.ir)
    for loaded in (load(program), load_plain(program)):
        assert [result.passed for result in run_tests(loaded)] == [True]


def test_a_condition_as_deep_and_as_wide_as_can_be_is_generated_and_runs() -> None:
    deep = 'text is "a"'
    for level in range(38):
        deep = f'(not ({deep} and text is not "b"))' if level % 2 else f'{deep} or text is "c{level}"'
    wide = " or ".join(f'text is "w{number}"' for number in range(3_000))
    rules = f"""
policy p every on message from customer
rule "deep" when {deep} then stop
rule "wide" when {wide} then stop
test "both" customer says "w2999" expect rule "wide" expect rule "deep"
"""
    compiled = compile_rules({"policy.rules": rules})
    assert compiled.program is not None, [diagnostic.message for diagnostic in compiled.diagnostics]
    for loaded in (load(compiled.program), load_plain(compiled.program)):
        assert [result.failure for result in run_tests(loaded)] == [None]
