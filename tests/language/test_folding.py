"""Folding, words and needles."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pointsman.language.folding import Needles, borders, fold, is_border, words_of


@pytest.mark.parametrize(
    ("one", "other"),
    [("STOP", "stop"), ("ＳＴＯＰ", "stop"), ("Straße", "STRASSE"), ("ﬁne", "fine"), ("Å", "å"), ("İ", "i̇")],
)
def test_case_width_and_compatibility_forms_fold_together(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@given(st.text())
def test_folding_is_nfkc_casefold_nfkc(text: str) -> None:
    normal = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    assert fold(text) == normal


@pytest.mark.parametrize(
    ("text", "needle", "mentioned"),
    [
        ("an agent", "agent", True),
        ("agents", "agent", False),
        ("agent's", "agent", False),
        ("(agent)", "agent", True),
        ("agent_1", "agent", False),
        ("a real person", "real person", True),
        ("unreal persons", "real person", False),
        ("ok 👍!", "👍", True),
        ("3.14", "14", False),
        ("c++", "c++", True),
        ("人工客服", "客服", True),
        ("agentagent agent", "agent", True),
        ("the 'agent' please", "agent", True),
        ("the ’agent’ please", "agent", True),
        ("l'agent", "agent", False),
        ("e\u0301'agent", "agent", False),
        ("\U0001f1f3agent", "agent", True),
        ("\U0001f1f3\U0001f1f1", "\U0001f1f3", False),
    ],
)
def test_a_mention_stands_between_word_borders(text: str, needle: str, mentioned: bool) -> None:
    assert Needles([needle]).mentioned(text) is mentioned
    assert Needles([needle, *(f"other{n}" for n in range(20))]).mentioned(text) is mentioned


def test_words_are_separated_by_one_blank() -> None:
    assert words_of(" a\t b\n\nc ") == "a b c"


def test_the_ends_of_a_text_are_borders() -> None:
    assert {0, 4} <= borders("!hi!")


@given(st.text(alphabet=st.sampled_from("aB1_ .,:'’\n👍🏽\u200d🇳🇱é́\u0301ภา人ア-"), max_size=20))
def test_a_border_is_found_from_its_neighbourhood(text: str) -> None:
    assert {at for at in range(len(text) + 1) if is_border(text, at)} == borders(text)


NEEDLES = st.lists(st.text(alphabet="abc ", min_size=0, max_size=3), min_size=1, max_size=30)
MANY = st.lists(st.text(alphabet="abc ", min_size=1, max_size=3), min_size=8, max_size=30, unique=True)
"""Without the empty needle, which is found before any search."""


@given(NEEDLES | MANY, st.text(alphabet="abc ", max_size=30))
def test_one_pass_finds_what_searching_one_by_one_finds(needles: list[str], text: str) -> None:
    found = Needles(needles)
    assert found.inside(text) == any(needle in text for needle in needles)
    assert set(found.found(text)) == {needle for needle in needles if needle and needle in text}
    at = borders(text)
    spans = {(i, i + len(n)) for n in needles if n for i in range(len(text)) if text.startswith(n, i)}
    assert set(found.spans(text)) == spans
    assert found.mentioned(text) == any(start in at and end in at for start, end in spans)
