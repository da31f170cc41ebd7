"""Expressions are RE2, searched in raw text, within a budget."""

from __future__ import annotations

import pytest

from pointsman.language.patterns import PatternError, compile_pattern, groups_of


def test_classes_are_ascii_and_flags_are_i_and_s() -> None:
    assert compile_pattern(r"\d").search("٣") is None
    assert compile_pattern("STOP").search("stop") is None
    assert compile_pattern("STOP", "i").search("please stop") is not None
    assert compile_pattern("a.b").search("a\nb") is None
    assert compile_pattern("a.b", "s").search("a\nb") is not None


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("a(b", "missing ): a(b"),
        (r"(a)\1", r"invalid escape sequence: \1"),
        (r"\pL{1000}", "pattern too large - compile failed"),
        ("\ud800", "a lone surrogate is not text"),
    ],
)
def test_what_is_not_re2_says_why(pattern: str, reason: str) -> None:
    with pytest.raises(PatternError) as error:
        compile_pattern(pattern)
    assert str(error.value) == reason


@pytest.mark.parametrize(
    ("pattern", "groups"),
    [
        (r"(?P<a>x)(y)(?<b>z)", ("a", "b")),
        (r"\(?P<a>x", ()),
        (r"\Q(?P<a>x)\E(?P<b>x)", ("b",)),
        (r"\\(?P<a>x)", ("a",)),
        (r"(?P<a>x)|(?P<a>y)", ("a", "a")),
        (r"[(?P<a>]", ()),
        (r"[^\]](?P<a>x)", ("a",)),
        (r"[](?P<a>][[:alpha:](?P<b>](?P<c>x)", ("c",)),
    ],
)
def test_named_groups_are_found_where_they_are_groups(pattern: str, groups: tuple[str, ...]) -> None:
    assert groups_of(pattern) == groups
    assert set(compile_pattern(pattern).groupindex) == set(groups)
