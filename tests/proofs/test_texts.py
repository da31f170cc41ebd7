"""What is decided about one text: a value is found, or two literals are named that share none."""

from __future__ import annotations

import pytest
from text_questions import (
    EXISTS,
    ask,
    interpreted,
    length,
    length_in,
    listed,
    no,
    pattern,
    text,
    yes,
)

from pointsman.proofs.texts import TextFound, TextImpossible, TextUndecided, TextWanted

Wanted = tuple[TextWanted, ...]
PEOPLE = tuple(f"+316{number:08}" for number in range(10_000))
OTHERS = tuple(f"+326{number:08}" for number in range(10_000))
FEW = ("+31600000007", "+32600000001")

IMPOSSIBLE: list[tuple[str, Wanted]] = [
    ("two values", (yes(text("is", "a")), yes(text("is", "b")))),
    ("a value and not it in other letters", (yes(text("is", "stop")), no(text("is", "STOP")))),
    ("a literal inside a literal", (yes(text("contains", "refund")), no(text("contains", "fund")))),
    ("a beginning is inside", (yes(text("starts", "order ")), no(text("contains", "order")))),
    ("an end is inside", (yes(text("ends", "please?")), no(text("contains", "please")))),
    ("a value begins", (yes(text("is", "order 12")), no(text("starts", "order")))),
    ("a word is inside", (yes(text("mentions", "agent")), no(text("contains", "gent")))),
    ("words are inside words", (yes(text("mentions", "a real person")), no(text("mentions", "real person")))),
    ("a word between blanks", (yes(text("contains", " stop ")), no(text("mentions", "stop")))),
    ("two beginnings", (yes(text("starts", "order ")), yes(text("starts", "stop")))),
    ("two ends", (yes(text("ends", "now")), yes(text("ends", "then")))),
    ("two raw beginnings", (yes(text("starts", "No", exactly=True)), yes(text("starts", "no", exactly=True)))),
    ("each of several", (yes(text("contains", "refunds", "funding")), no(text("contains", "fund")))),
    ("everything contains nothing", (no(text("contains", "")),)),
    ("a mention of no word", (yes(text("mentions", "  ")),)),
    ("two lists without a common value", (listed("is", PEOPLE), listed("is", OTHERS))),
    ("a list and not it", (listed("is", PEOPLE), TextWanted(listed("is", PEOPLE).atom, False, PEOPLE))),
    ("raw is among folded", (yes(text("is", "Stop", exactly=True)), no(text("is", "stop")))),
    ("lengths", (yes(length("<", 5)), yes(length(">", 7)))),
    ("lengths of a list", (yes(length_in(1, 2)), no(length("<", 3)))),
    ("shorter than its part", (yes(text("contains", "refund")), yes(length("<", 3)))),
    ("parts too long together", (yes(text("starts", "qqqq")), yes(text("ends", "zzz")), yes(length("==", 6)))),
    ("words too long together", (yes(text("mentions", "qq")), yes(text("mentions", "zz")), yes(length("<", 5)))),
    ("an anchored expression", (yes(pattern("^stop$", "i")), no(text("is", "stop")))),
    ("a required literal", (yes(pattern(r"order \d{6}")), no(text("contains", "order")))),
    ("an expression in an expression", (yes(pattern(r"order \d{6}")), no(pattern(r"\d{4}")))),
    ("every alternative", (yes(pattern("^(yes|yeah)")), no(text("starts", "ye")))),
    ("a class and a value", (yes(pattern(r"^\d+$")), yes(text("contains", "x")))),
    ("anchors and length", (yes(pattern(r"^\d{6}$")), no(length("==", 6)))),
    ("anchors and long length", (yes(pattern(r"^\d{6}$")), yes(length(">", 500)))),
    ("a value is matched", (yes(text("is", "a ☎")), no(pattern("☎$")))),
    ("a pattern that matches everything", (no(pattern("x*")),)),
    ("raw letters are folded letters", (yes(text("mentions", "STOP", exactly=True)), no(text("contains", "stop")))),
    ("a sign with one form", (yes(text("contains", "☎")), no(text("contains", "☎", exactly=True)))),
]


@pytest.mark.parametrize("wanted", [pytest.param(wanted, id=name) for name, wanted in IMPOSSIBLE])
def test_it_is_proved_that_no_text_will_do(wanted: Wanted) -> None:
    answer = ask(*wanted)
    assert answer == TextImpossible(tuple(range(len(wanted))))


@pytest.mark.parametrize("wanted", [pytest.param(wanted, id=name) for name, wanted in IMPOSSIBLE])
def test_a_core_names_what_is_needed_and_no_more(wanted: Wanted) -> None:
    beside = (no(text("is", "something else")), yes(length("<", 10_000)), no(pattern("^never$")))
    core = tuple(range(len(wanted)))
    assert ask(*wanted, *beside) == TextImpossible(core)


FOUND: list[tuple[str, Wanted]] = [
    ("nothing is wanted", ()),
    ("part without the whole", (yes(text("contains", "fund")), no(text("contains", "refund")))),
    ("a part that is no word", (yes(text("contains", "agent")), no(text("mentions", "agent")))),
    ("a word that is no beginning", (yes(text("mentions", "stop")), no(text("starts", "stop")))),
    ("inside but not alone", (yes(text("contains", "stop")), no(text("is", "stop")))),
    ("beginning and end", (yes(text("starts", "order ")), yes(text("ends", "?")))),
    ("one beginning in the other", (yes(text("starts", "order ")), yes(text("starts", "ord", "x")))),
    ("words without a blank", (yes(text("mentions", "a")), yes(text("mentions", "b")), no(text("contains", " ")))),
    ("words in no blanks", (yes(text("mentions", "real person")), no(text("contains", "real person")))),
    ("folded, not raw", (yes(text("is", "stop")), no(text("is", "stop", "STOP", exactly=True)))),
    ("raw, not folded", (yes(text("contains", "STOP", exactly=True)), no(text("contains", "stop")))),
    ("raw beginning in folded", (yes(text("starts", "St", exactly=True)), yes(text("starts", "stop")))),
    ("two lists with one common value", (listed("is", PEOPLE), listed("is", FEW))),
    ("a list but not another", (listed("contains", PEOPLE), TextWanted(listed("ends", FEW).atom, False, FEW))),
    ("long with a word", (yes(text("mentions", "agent")), yes(length(">", 500)))),
    ("exactly so long", (yes(text("mentions", "agent")), yes(text("ends", "?")), yes(length("==", 8)))),
    ("pieces must overlap", (yes(text("contains", "abc")), yes(text("contains", "bcd")), yes(length("<=", 4)))),
    ("a value in letters that do not match", (yes(text("is", "stop")), no(pattern("^stop$", "i")))),
    ("one character for two letters", (yes(text("starts", "abcd")), yes(text("ends", "xyz")), yes(length("==", 6)))),
    ("short raw, long folded", (yes(text("contains", "rad")), yes(length("==", 1)))),
    ("an expression beside values", (yes(pattern(r"order (?P<n>\d{6})")), yes(text("mentions", "please")))),
    ("two expressions", (yes(pattern("a.c", "s")), no(pattern("a.c")))),
    ("an expression in other letters", (yes(pattern("stop", "i")), no(pattern("stop|STOP")))),
    ("an anchored expression, longer", (yes(pattern(r"^\d+$")), yes(length(">", 70)))),
    ("digits but few", (yes(pattern(r"\d{3}")), no(pattern(r"\d{4}")), yes(text("starts", "1")))),
    ("a word border", (yes(pattern(r"\bcat\b")), no(text("is", "cat")), no(text("mentions", "cat")))),
    ("an empty text", (yes(text("is", "")),)),
    ("only nothing is short enough", (yes(length("<", 1)),)),
    ("all of many refused", tuple(no(text("contains", f"word{number}")) for number in range(300))),
]


@pytest.mark.parametrize("wanted", [pytest.param(wanted, id=name) for name, wanted in FOUND])
def test_a_text_is_found_of_which_the_interpreter_says_the_same(wanted: Wanted) -> None:
    answer = ask(*wanted)
    assert isinstance(answer, TextFound)
    assert interpreted(wanted, answer.value)


def test_a_missing_text_makes_every_test_false() -> None:
    assert ask(no(text("is", "a")), no(EXISTS), missing=True) == TextFound(None)
    assert ask(no(text("contains", "")), missing=True) == TextFound(None)
    assert ask(yes(text("is", "a")), no(EXISTS), missing=True) == TextImpossible((0, 1))
    assert ask(no(EXISTS), missing=False) == TextImpossible((0,))
    assert ask(yes(length(">=", 0)), present=False, missing=True) == TextImpossible((0,))
    assert ask(present=False, missing=False) == TextImpossible(())


def test_a_proof_names_what_excludes_the_missing_text() -> None:
    refused = no(text("contains", ""))
    assert ask(refused, yes(length(">", 2)), missing=True) == TextImpossible((0, 1))
    assert ask(refused, yes(length(">", 2)), missing=False) == TextImpossible((0,))


@pytest.mark.parametrize(
    ("wanted", "near", "value"),
    [
        ((yes(text("contains", "refund")),), "I want a refund", "I want a refund"),
        ((yes(text("contains", "refund")),), "I want it", "I want it refund"),
        ((no(text("mentions", "agent")),), "an agent please", "an please"),
        ((yes(text("mentions", "bot")), no(text("mentions", "agent"))), "an agent please", "an please bot"),
        ((yes(text("starts", "order ")),), "now", "order now"),
        ((yes(text("ends", "?")), yes(length(">", 8))), "what", "He what ?"),
        ((yes(text("is", "stop")),), "go on", "stop"),
    ],
)
def test_a_value_stays_near(wanted: Wanted, near: str, value: str) -> None:
    assert ask(*wanted, near=near) == TextFound(value)


def test_the_natural_text_is_taken_where_it_will_do() -> None:
    assert ask(no(text("is", "stop")), natural="Hello") == TextFound("Hello")
    assert ask(no(text("is", "hello")), natural="Hello", missing=True) == TextFound(None)
    assert ask(no(text("is", "stop")), near="Stop", natural="Hello") == TextFound("Hello")


@pytest.mark.parametrize(
    ("wanted", "steps", "why"),
    [
        ((yes(pattern(r"\Qa\E")), no(pattern("a"))), 20_000, "pattern"),
        ((yes(pattern(r"a\Bb")), no(pattern("ab"))), 20_000, "pattern"),
        ((yes(text("contains", "x")), yes(length(">", 70_000))), 20_000, "length"),
        ((yes(pattern("a.{9}b")), yes(pattern("c.{9}d")), no(pattern("b.*[cd]|d.*[ab]"))), 200, "steps"),
        ((listed("is", tuple(f"{n}a" for n in range(5_000))), no(text("contains", "a"))), 100, "list"),
    ],
)
def test_what_is_not_decided_is_said_with_its_reason(wanted: Wanted, steps: int, why: str) -> None:
    assert ask(*wanted, steps=steps) == TextUndecided(why)
