"""Proposed tests cover what was uncovered, pass, and stand in the file as a person would have written them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pointsman.engine.coverage import Coverage, Recorder, Tally
from pointsman.engine.scenario import run_tests
from pointsman.language import tree
from pointsman.language.format import formatted_item
from pointsman.language.parse import parse
from pointsman.language.pipeline import compile_rules
from pointsman.language.program import Program
from pointsman.language.shipped import shipped_folder
from pointsman.language.source import Source
from pointsman.proofs.generate import Proposals, propose

CAST = """component Bot is bot
component Desk is desk
start with Bot, Desk
"""
EXAMPLES = sorted(path for path in shipped_folder("rules/examples").iterdir() if path.is_dir())


def compiled(text: str, **files: str) -> Program:
    found = compile_rules({"p.rules": text, **files})
    assert found.program is not None, found.diagnostics
    return found.program


def covered(program: Program) -> Coverage:
    """What the tests of a program, all of which pass, cover."""
    recorder = Recorder(program.ir, program.hash)
    results = run_tests(recorder.program)
    assert [result.name for result in results if not result.passed] == []
    return recorder.coverage


def proposed(rules: str) -> Proposals:
    program = compiled(CAST + rules)
    return propose(program, covered(program))


def texts(proposals: Proposals) -> list[str]:
    return [test.text for test in proposals.tests]


def without_tests(folder: Path) -> dict[str, str]:
    """The files of a program, its tests left out."""
    files = {}
    for path in sorted(it for it in folder.rglob("*") if it.suffix in (".rules", ".txt")):
        text = path.read_text("utf-8")
        tests = [it.span for it in parse(Source("", text)).file.items if isinstance(it, tree.Test)]
        for span in reversed(tests) if path.suffix == ".rules" else ():
            text = text[: span.start] + text[span.end :]
        files[path.relative_to(folder).as_posix()] = text
    return files


@pytest.mark.parametrize("folder", EXAMPLES, ids=lambda path: path.name)
def test_of_an_example_without_its_tests_every_rule_is_covered_or_it_is_said_why_not(folder: Path) -> None:
    files = without_tests(folder)
    bare = compile_rules(files).program
    assert bare is not None
    assert bare.ir.tests == ()
    proposals = propose(bare, covered(bare))
    written = "".join(f"\n{text}" for text in texts(proposals))
    program = compile_rules({**files, "zz-generated.rules": written}).program
    assert program is not None, "what is proposed compiles beside the rules, its names are its own"
    left = covered(program)
    missed = {(it.item.name, it.item.span.start, it.sight) for it in proposals.missed}
    lacking = {
        (left.items[number].name, left.items[number].span.start, sight)
        for number in range(len(left.items))
        for sight in left.missing(number)
    }
    assert lacking == missed
    if folder.name == "webshop":
        assert left.tally().rules == left.tally().rules_all > 0
    assert [formatted_item(it) for it in parse(Source("", written)).file.items] == texts(proposals)


def test_a_test_expects_all_that_rules_did() -> None:
    rules = """policy p on message from customer
    rule "takes over"
      when text is "agent"
      then disable Bot
           set context.team to "sales"
           add 2 to asked
           set timer later for 1h
           tag "seen"
           redact /agent/ with "***"
           tell Desk "take over"
           reply "One moment."
    rule "counts" when count of asked > 5 then reply picture "https://example.com/x"
    policy q on request from Bot
    rule "refuses" when request is reset then refuse "not now"
    policy r on timer later
    rule "again" otherwise then position Bot at flow "f" step "s"
    """
    first, second, third, fourth, *_ = texts(proposed(rules))
    assert first.splitlines() == [
        'test "takes over"',
        '  customer says "agent"',
        '  expect rule "takes over"',
        '  expect Desk gets "take over"',
        '  expect reply "One moment."',
        '  expect Desk gets "One moment."',
        '  expect Desk gets "***"',
        '  expect context.team is "sales"',
        "  expect count of asked is 2",
        "  expect timer later",
        '  expect tag "seen"',
        "  expect Bot is disabled",
    ]
    assert second.splitlines() == [
        'test "counts"',
        "  count of asked is 6",
        '  customer says "hello"',
        '  expect rule "counts"',
        "  expect customer gets picture",
    ]
    assert third.splitlines() == [
        'test "refuses"',
        "  conversation starts",
        "  Bot requests reset",
        '  expect rule "refuses"',
        '  expect refused "not now"',
    ]
    assert (
        fourth.splitlines()[-4:]
        == [
            "  after 1h",
            '  expect rule "again"',
            '  expect position Bot at flow "f" step "s"',
        ][-4:]
        or '  expect rule "again"' in fourth
    )


def test_a_test_of_a_reply_that_is_too_long_expects_its_parts_and_the_loss() -> None:
    rules = """channel WhatsApp
  text 20 characters
policy p on message from customer
rule "long" when text is "long" then reply "One two three four. Five six."
"""
    (text, *_) = texts(proposed(rules))
    assert [line.strip() for line in text.splitlines()][2:] == [
        'expect rule "long"',
        'expect loss "split"',
        'expect reply "One two three four."',
        'expect reply "Five six."',
    ]


def test_what_is_covered_already_is_not_proposed() -> None:
    rules = 'policy p on message from customer rule "a" when text is "a" then tag "x"\n'
    tests = 'test "one" customer says "a" expect rule "a" test "two" customer says "b" expect no rule\n'
    assert proposed(rules + tests) == Proposals((), ())
    [left] = texts(proposed(rules + tests.split(" test ")[0]))
    assert left == 'test "a: `text is \'a\'` is false"\n  customer says "hello"\n  expect no rule\n'


def test_one_test_for_several_things_is_proposed_once() -> None:
    rules = """policy p every on message from customer
    rule "short" when length of text > 1 then tag "x"
    rule "long" when length of text > 1 then tag "y"
    rule "other" otherwise then tag "z"
    """
    assert len(texts(proposed(rules))) == 2


def test_names_are_new_in_the_program() -> None:
    rules = """policy p on message from customer rule "a" when text is "a" then tag "x"
    test "a" customer says "b" expect no rule test "a (2)" customer says "b" expect no rule
    """
    [text] = texts(proposed(rules))
    assert text.startswith('test "a (3)"\n')


def test_clauses_of_components_are_covered_as_well() -> None:
    rules = """component Other is service hears when Bot is disabled and Desk is enabled speaks when Bot is enabled
    """
    proposals = proposed(rules)
    assert proposals.missed == ()
    program = compiled(f"{CAST}{rules}{''.join(texts(proposals))}")
    assert covered(program).tally() == Tally(0, 0, 6, 6)
    assert any('expect withheld "Other may not speak"' in text for text in texts(proposals))
    assert any('expect Other gets "hello"' in text for text in texts(proposals))


@pytest.mark.parametrize(
    ("rules", "name", "sight", "why"),
    [
        (
            'rule "a" when text is "x" then tag "t" rule "b" when text is "x" and channel is SMS then tag "t"',
            "b",
            "fired",
            "`a` takes every such event",
        ),
        (
            'rule "a" when text is "x" then stop rule "b" when text is not "x" then stop rule "c" otherwise then stop',
            "c",
            "fired",
            "`a`, `b` take every such event",
        ),
        (
            'rule "b" when channel is SMS and channel is RCS then tag "t"',
            "b",
            "fired",
            "its condition never holds",
        ),
        (
            'rule "b" when channel is SMS and (text is "x" and channel is not SMS) then tag "t"',
            "b",
            "true",
            "what stands around it rules it out",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_covered_is_told_with_its_reason(rules: str, name: str, sight: str, why: str) -> None:
    missed = proposed(f"policy p on message from customer {rules}").missed
    assert (name, sight, why) in {(it.item.name, it.sight, it.why) for it in missed}


def test_of_many_rules_that_take_all_events_some_are_named() -> None:
    rules = "".join(f'rule "{n}" when count of n is {n} then stop\n' for n in range(9))
    rules += 'rule "9" when count of n > 8 then stop rule "other" when channel is SMS then stop'
    missed = {it.item.name: it.why for it in proposed(f"policy p on message from customer\n{rules}").missed}
    assert missed["other"] == "`0`, `1`, `2`, `3` and 6 more take every such event"


def test_an_event_that_no_transcript_brings_about_is_told() -> None:
    rules = """policy p on Desk disabled rule "told" otherwise then tag "x"
    policy q on request from any component rule "refuses" otherwise then refuse "no"
    """
    [missed] = proposed(rules).missed
    assert (missed.item.name, missed.why) == ("told", "no transcript was found that shows it")


def test_names_of_tests_are_readable() -> None:
    rules = """policy p on message from customer
    rule "a" when text matches /"(a|b)+"/ and context.key is "a value that is very long indeed, so long that nobody \
would want to read it twice" then tag "x"
    """
    names = [re.findall(r'test "(.*)"\n', text)[0] for text in texts(proposed(rules))]
    assert names[0] == "a"
    assert all("\\" not in name and len(name) < 90 for name in names)
