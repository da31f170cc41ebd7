"""The text theory against every text over a small alphabet: found where one is, and nothing where one is not."""

from __future__ import annotations

from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from text_questions import EveryText, ask, interpreted, length, length_in, pattern, text

from pointsman.language.folding import fold
from pointsman.proofs.texts import TextFound, TextImpossible, TextUndecided, TextWanted
from pointsman.proofs.texts.answers import TextAtom

ALPHABETS = {"letters": "aAb ", "signs": "a.1'", "sharp": "aßsS", "circled": "aA1①", "accents": "aéÉe"}
LENGTH = 6
HOWS = ("is", "starts", "ends", "contains", "mentions")
UNDECIDED_SHARE = {"values": 0.0, "lengths": 0.02, "patterns": 0.03}
"""How many of the questions may stay open, by what they are about."""
thorough = settings(max_examples=120, derandomize=True, database=None, deadline=None)


@cache
def every_text(alphabet: str) -> EveryText:
    return EveryText(ALPHABETS[alphabet], LENGTH)


def values(alphabet: str) -> st.SearchStrategy[TextAtom]:
    part = st.text(st.sampled_from(ALPHABETS[alphabet]), min_size=1, max_size=3)
    return st.builds(
        lambda how, parts, exactly: text(how, *parts, exactly=exactly),
        st.sampled_from(HOWS),
        st.lists(part, min_size=1, max_size=3),
        st.booleans(),
    )


def lengths() -> st.SearchStrategy[TextAtom]:
    return st.one_of(
        st.builds(length, st.sampled_from(("<", "<=", ">", ">=", "==")), st.integers(0, LENGTH)),
        st.builds(length_in, st.integers(0, LENGTH), st.integers(0, LENGTH)),
    )


def patterns(alphabet: str) -> st.SearchStrategy[TextAtom]:
    letters = [one.replace(".", r"\.") for one in ALPHABETS[alphabet]]
    one = st.sampled_from([*letters, ".", "[ab]", "[^a]", r"\w", r"\s", r"\d", r"\b", "(?:a|b)"])
    counted = st.tuples(one, st.sampled_from(["", "", "", "*", "+", "?", "{2}"])).map(
        lambda pair: pair[0] if pair[0] == r"\b" else "".join(pair)
    )
    inner = st.lists(counted, min_size=1, max_size=3).map("".join)
    whole = st.tuples(st.sampled_from(["", "^"]), inner, st.sampled_from(["", "$"])).map("".join)
    return st.builds(pattern, whole, st.sampled_from(["", "i", "s"]))


def atoms(about: str, alphabet: str) -> st.SearchStrategy[TextAtom]:
    kinds = {"values": values(alphabet)}
    if about == "lengths":
        kinds["lengths"] = lengths()
    if about == "patterns":
        kinds |= {"lengths": lengths(), "patterns": patterns(alphabet)}
    return st.one_of(*kinds.values())


@pytest.mark.parametrize("alphabet", ALPHABETS)
@pytest.mark.parametrize("about", UNDECIDED_SHARE)
def test_answers_agree_with_every_short_text(about: str, alphabet: str) -> None:
    asked, undecided = 0, []
    known = every_text(alphabet)

    @thorough
    @given(st.lists(st.builds(TextWanted, atoms(about, alphabet), st.booleans()), min_size=1, max_size=4).map(tuple))
    def agree(wanted: tuple[TextWanted, ...]) -> None:
        nonlocal asked
        asked += 1
        answer = ask(*wanted, steps=40_000)
        match answer:
            case TextFound(value):
                assert interpreted(wanted, value)
            case TextImpossible(core):
                assert known.first(tuple(wanted[place] for place in core)) is None
            case TextUndecided():
                undecided.append(wanted)

    agree()
    assert len(undecided) <= UNDECIDED_SHARE[about] * asked, undecided[:3]


def test_the_texts_that_are_held_against_are_judged_as_the_interpreter_judges() -> None:
    known = every_text("circled")
    wanted = (TextWanted(text("mentions", "a", exactly=True)), TextWanted(text("contains", "1a"), False))
    first = known.first(wanted)
    assert first is not None
    assert next(one for one in known.texts if interpreted(wanted, one)) == first
    assert fold("①") == "1"
