"""Expressions as trees, machines and samples, held against RE2."""

from __future__ import annotations

import random
import string

import pytest
from text_questions import ask, no, pattern, text, yes

from pointsman.language.patterns import PatternError, compile_pattern
from pointsman.proofs.texts import TextFound, TextImpossible
from pointsman.proofs.texts.classes import inside, ranges_of_character
from pointsman.proofs.texts.machines import pattern_machine
from pointsman.proofs.texts.regexes import Unread, read_pattern
from pointsman.proofs.texts.samples import samples

ATOMS = ["a", "b", "K", "é", ".", r"\d", r"\w", r"\s", r"\S", r"\b", "^", "$", r"\A", r"\z", "[^a]", "[a-k]", "[]a]"]
ATOMS += [r"\n", "x", "1", "_", "(?m)", "(?i)", "(?s)", "(?-i)", r"\x41", r"\pL", "[[:alpha:]]", r"\.", "{", "]", r"\_"]
COUNTS = ["*", "+", "?", "{2}", "{1,2}", "{0,1}", "{2,}", "*?", "+?", "{0}"]
LETTERS = "abAkK\u212aéÉ1_ \nxſs.]{"
CASES, TEXTS = 1_500, 8


def expression(rnd: random.Random, depth: int = 0) -> str:
    choice = rnd.random()
    if depth > 3 or choice < 0.4:
        return rnd.choice(ATOMS)
    if choice < 0.6:
        return expression(rnd, depth + 1) + expression(rnd, depth + 1)
    if choice < 0.75:
        return rnd.choice(("(?:{}|{})", "{}|{}")).format(expression(rnd, depth + 1), expression(rnd, depth + 1))
    return rnd.choice(("({}){}", "(?P<n>{}){}", "(?i:{}){}")).format(expression(rnd, depth + 1), rnd.choice(COUNTS))


def test_machines_match_what_re2_matches() -> None:
    rnd, compared, unread = random.Random(3), 0, 0
    for _ in range(CASES):
        source, flags = expression(rnd), rnd.choice(("", "i", "s", "is"))
        try:
            search, machine = compile_pattern(source, flags).search, pattern_machine(source, flags)
        except (PatternError, Unread) as reason:
            unread += isinstance(reason, Unread)
            continue
        for _ in range(TEXTS):
            raw = "".join(rnd.choices(LETTERS, k=rnd.randrange(7)))
            state = machine.start
            for character in raw:
                state = machine.step(state, character)
            compared += 1
            assert machine.accepts(state) is (search(raw) is not None), (source, flags, raw)
    assert compared > CASES * TEXTS / 2
    assert unread < CASES / 20


@pytest.mark.parametrize("source", [r"\Qa.b\E", r"a\Bb", r"a\Cb"])
def test_what_is_not_read_is_refused_and_not_guessed(source: str) -> None:
    compile_pattern(source)
    with pytest.raises(Unread):
        read_pattern(source, "")


@pytest.mark.parametrize("character", string.ascii_letters + string.digits + "_é")
def test_characters_match_in_either_case_what_re2_says(character: str) -> None:
    ranges = ranges_of_character(character, True)
    search = compile_pattern(character, "i").fullmatch
    every = (chr(point) for point in range(0x3000))
    assert [one for one in every if inside(ranges, one) is not (search(one) is not None)] == []


@pytest.mark.parametrize(
    ("source", "begins", "ends"),
    [(r"order (?P<n>\d{6})", False, False), ("^stop$", True, True), ("^a+", True, False), (r"[^x]\z", False, True)],
)
def test_samples_match_and_say_where_they_stand(source: str, begins: bool, ends: bool) -> None:
    found = samples(source, "")
    assert found
    assert all(compile_pattern(source).search(one.text) for one in found)
    assert {(one.begins, one.ends) for one in found} == {(begins, ends)}


@pytest.mark.parametrize(
    ("yes_", "no_", "possible"),
    [
        (pattern("a.b", "s"), pattern("a.b"), True),
        (pattern("a.b"), pattern("a.b", "s"), False),
        (pattern("^a$"), pattern("(?m)^a$"), False),
        (pattern("(?m)^a$"), pattern("^a$"), True),
        (pattern("é", "i"), pattern("[éÉ]"), False),
        (pattern("k", "i"), pattern("[kK]"), True),
        (pattern(r"\d"), pattern("[0-9]"), False),
        (pattern(r"\w"), pattern("[[:word:]]"), False),
        (pattern("(foo|bar)baz"), text("contains", "ba"), False),
        (pattern("(foo|bar)baz"), text("contains", "baz"), True),
        (pattern("^(yes|yep|yeah)!*$"), text("starts", "ye"), False),
        (pattern(r"\bstop\b"), text("mentions", "stop"), True),
        (pattern(r"^\s*stop\s*$"), text("mentions", "stop"), False),
        (pattern("a*"), text("is", ""), True),
        (pattern("^a*$"), pattern("^(aa)*$|^a(aa)*$"), False),
    ],
)
def test_expressions_are_decided_by_automata(yes_, no_, possible: bool) -> None:  # type: ignore[no-untyped-def]  # atoms
    answer = ask(yes(yes_), no(no_))
    assert isinstance(answer, TextFound) if possible else answer == TextImpossible((0, 1))
