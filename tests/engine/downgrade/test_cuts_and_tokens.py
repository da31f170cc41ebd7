"""Words that are cut short, and tokens in the place of postbacks."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pointsman.engine.downgrade.cut import cut_short
from pointsman.engine.downgrade.tokens import token_of
from pointsman.engine.measure import fits
from pointsman.language.ir import Limit, LimitUnit

EXAMPLES = settings(max_examples=300, derandomize=True, database=None, deadline=None)


def limit(most: int, unit: LimitUnit = "characters") -> Limit:
    return Limit("caption", unit, most)


@pytest.mark.parametrize(
    ("text", "bound", "expected"),
    [
        ("Talk to a person", limit(10), "Talk to a…"),
        ("Talk to a person", limit(13), "Talk to a…"),
        ("Talk to a person", limit(11), "Talk to a…"),
        ("Talk  to", limit(6), "Talk…"),
        ("Uninterrupted", limit(6), "Unint…"),
        (" leading", limit(5), " lea…"),
        ("👩‍👩‍👧👩‍👩‍👧", limit(8), "👩‍👩‍👧…"),
        ("👩‍👩‍👧👩‍👩‍👧", limit(4), "…"),
        ("漢字漢字", limit(9, "bytes"), "漢字…"),
        ("漢字漢字", limit(5, "bytes"), "…"),
        ("漢字漢字", limit(2, "bytes"), "漢"),
        ("ab", limit(1), "…"),
        ("One two", limit(20), "One two…"),
    ],
)
def test_a_text_is_cut_at_a_word(text: str, bound: Limit, expected: str) -> None:
    assert cut_short(text, [bound]) == expected


@EXAMPLES
@given(
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=80),
    st.lists(st.builds(limit, st.integers(4, 60), st.sampled_from(["characters", "bytes", "gsm"])), min_size=1),
)
def test_what_is_cut_fits_and_is_a_beginning(text: str, bounds: list[Limit]) -> None:
    cut = cut_short(text, bounds)
    assert cut
    assert all(fits(cut, bound) for bound in bounds)
    assert text.startswith(cut.removesuffix("…").rstrip()) or cut.endswith("……")


def test_a_text_without_limits_is_whole() -> None:
    assert cut_short("One two", []) == "One two…"


@EXAMPLES
@given(st.text(max_size=80), st.integers(1, 80))
def test_a_token_follows_from_its_postback_alone_and_is_ascii(postback: str, most: int) -> None:
    token = token_of(postback, most)
    assert token == token_of(postback, most)
    assert token.isascii()
    assert 1 <= len(token) <= most


def test_different_postbacks_have_different_tokens() -> None:
    assert len({token_of("x" * count, 64) for count in range(1_000)}) == 1_000
