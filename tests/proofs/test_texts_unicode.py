"""What folding and words do at the borders of a part, and what the text theory makes of it."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from text_questions import ask, interpreted, length, no, text, yes

from pointsman.language.folding import fold, is_border, words_of
from pointsman.proofs.texts import TextFound, TextImpossible, TextWanted
from pointsman.proofs.texts.folds import all_characters, firm, opens, raw_forms, tame
from pointsman.proofs.texts.forced import forced, sticks

Wanted = tuple[TextWanted, ...]
ODD = "aeksßﬁ①½ⓐＡ ´éé́̈İıſKοςΐᾳ가각ᄀᆨがﾞ人☎🇳\u200d\u0345\u00ad.'1_"
thorough = settings(max_examples=200, derandomize=True, database=None, deadline=None)
texts = st.text(st.sampled_from(ODD), max_size=6)


@pytest.mark.parametrize(
    "wanted",
    [
        pytest.param((yes(text("contains", "strasse")), no(text("contains", "ß"))), id="sharp s is two"),
        pytest.param((yes(text("contains", "ﬁne")), no(text("contains", "fin"))), id="a ligature is its letters"),
        pytest.param((yes(text("is", "ＳＴＯＰ")), no(text("is", "stop"))), id="full width"),
        pytest.param((yes(text("is", "İ")), no(text("contains", "i"))), id="a dotted capital has an i in it"),
        pytest.param((yes(text("contains", "é")), no(text("contains", "é"))), id="a letter and its mark"),
        pytest.param((yes(text("ends", "ﬀ")), no(text("ends", "f"))), id="an end inside a ligature"),
    ],
)
def test_values_are_compared_folded(wanted: Wanted) -> None:
    assert ask(*wanted) == TextImpossible((0, 1))


@pytest.mark.parametrize(
    "wanted",
    [
        pytest.param(
            (yes(text("contains", "e", exactly=True)), no(text("contains", "e"))), id="a mark makes it another"
        ),
        pytest.param((yes(text("ends", "S", exactly=True)), no(text("is", "s")), no(text("contains", "xs"))), id="end"),
        pytest.param((yes(text("starts", "s")), yes(length("==", 1)), yes(text("ends", "ss"))), id="one for two"),
        pytest.param(
            (yes(text("mentions", "a b", exactly=True)), no(text("mentions", "a")), no(text("mentions", "b"))),
            id="a circled digit is no word but folds to one",
        ),
        pytest.param((yes(text("is", "각")), no(text("is", "각", exactly=True))), id="jamo apart"),
        pytest.param((yes(text("mentions", "l'agent")), no(text("mentions", "agent"))), id="an apostrophe"),
        pytest.param((yes(text("contains", ".")), no(text("mentions", "."))), id="a sign inside a number"),
        pytest.param((yes(text("contains", "☺")), no(text("mentions", "☺"))), id="an emoji with something on it"),
    ],
)
def test_what_only_looks_implied_is_found(wanted: Wanted) -> None:
    answer = ask(*wanted)
    assert isinstance(answer, TextFound)
    assert interpreted(wanted, answer.value)


@thorough
@given(texts, texts)
def test_folding_does_not_reach_over_a_character_that_opens(before: str, after: str) -> None:
    if after and opens(after[0]):
        assert fold(before + after) == fold(before) + fold(after)


@thorough
@given(texts, texts, texts)
def test_the_firm_piece_of_a_part_is_in_every_folded_text_with_the_part(before: str, part: str, after: str) -> None:
    start, end = firm(part)
    assert fold(part[start:end]) in fold(before + part + after)
    assert fold(before + part).endswith(fold(part[start:]))
    assert fold(part + after).startswith(fold(part[:end]))


@thorough
@given(texts)
def test_tame_characters_come_from_nothing_but_their_raw_forms(raw: str) -> None:
    for character in fold(raw):
        if tame(character) and len(character) == 1 and fold(character).isascii():
            assert any(one in raw for one in raw_forms(character))


def test_characters_outside_the_tables_fold_to_themselves() -> None:
    inside = set(all_characters())
    outside = (chr(point) for point in range(0x110000) if not 0xD800 <= point < 0xE000)
    assert [one for one in outside if one not in inside and fold(one) != one] == []


def test_no_letter_composes_into_ascii() -> None:
    assert [one for one in all_characters() if fold(one).isascii() and not all(map(opens, one))] == []


@thorough
@given(texts, st.sampled_from(["a", "stop", "1", ".", "☎", "人", "é", "'a"]), texts)
def test_forced_words_are_mentioned_whatever_stands_beside(before: str, needle: str, after: str) -> None:
    for part in (f" {needle} ", f"!{needle}!", f"x {needle} y", needle, f"{needle} ", f"'{needle}."):
        words = words_of(before + part + after)
        if forced(part, needle):
            assert _mentioned(words, needle)
        if forced(part, needle, True) and not before:
            assert _mentioned(words, needle)


def test_some_words_are_forced_and_others_are_not() -> None:
    assert forced(" stop ", "stop")
    assert forced("please stop now", "stop")
    assert not forced("stop", "stop")
    assert forced("stop ", "stop", True)


def test_no_border_parts_what_sticks() -> None:
    rnd = random.Random(5)
    letters = [one for one in all_characters() if sticks(one)]
    for _ in range(3_000):
        before, one, other, after = "".join(rnd.choices(ODD, k=2)), *rnd.choices(letters, k=2), rnd.choice(ODD)
        assert not is_border(before + one + other + after, 3)


def _mentioned(words: str, needle: str) -> bool:
    starts = [at for at in range(len(words)) if words.startswith(needle, at)]
    return any(is_border(words, at) and is_border(words, at + len(needle)) for at in starts)
