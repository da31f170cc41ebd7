"""Texts in parts: where they are cut, and what holds of every cut."""

from __future__ import annotations

import re
import time
from collections.abc import Sequence
from itertools import accumulate

import pytest
import regex
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from pointsman.engine.measure import fits
from pointsman.engine.split import Part, split
from pointsman.language.ir import Limit
from pointsman.limits import TEXT_CHARACTERS_MAX


def characters(most: int) -> Limit:
    return Limit("", "characters", most)


def cut(text: str, limit: Limit) -> list[str]:
    """The parts, and behind each its separator where it has one."""
    return [f"{part.text}|{part.separator}" for part in split(text, (limit,))]


FAMILY = "👨‍👩‍👧"
ENGLAND = "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"

CUTS = [
    ("a paragraph comes before a line", "aaa aa\n\nbb\nc cc", 12, ["aaa aa|\n\n", "bb\nc cc|"]),
    ("the last paragraph that fits", "aa\n\nbb\n\ncc dd", 9, ["aa\n\nbb|\n\n", "cc dd|"]),
    ("blanks between the breaks of a paragraph", "aaa a\n \t\nbb b b", 9, ["aaa a|\n \t\n", "bb b b|"]),
    ("a line comes before a sentence", "aaa aa\nb. cc", 10, ["aaa aa|\n", "b. cc|"]),
    ("a carriage return belongs to its line feed", "aaa a.\r\nbb cc", 9, ["aaa a.|\r\n", "bb cc|"]),
    ("a sentence comes before a word", "aaa aa. b cc", 10, ["aaa aa.| ", "b cc|"]),
    ("a sentence ends with its quotes", 'He: "aaa." b cc', 12, ['He: "aaa."| ', "b cc|"]),
    ("a sentence ends with any of its marks", "aaa aa?! b cc", 11, ["aaa aa?!| ", "b cc|"]),
    ("a sentence of a script without blanks", "漢字漢字。漢字漢字", 7, ["漢字漢字。|", "漢字漢字|"]),
    ("its quotes as well", "漢字漢「字。」漢字漢字", 9, ["漢字漢「字。」|", "漢字漢字|"]),
    ("a word", "aaa bbb ccc", 8, ["aaa bbb| ", "ccc|"]),
    ("all blanks at a cut are its separator", "aaa bbb  \t ccc", 8, ["aaa bbb|  \t ", "ccc|"]),
    ("blanks beyond what fits", "aaaa      bbbb", 6, ["aaaa|      ", "bbbb|"]),
    ("no cut at a blank that forbids it", "aa bb\u00a0cc\u202fdd", 9, ["aa| ", "bb\u00a0cc\u202fdd|"]),
    ("a coarse border comes first, however early", "a\n\nbbb ccc ddd", 10, ["a|\n\n", "bbb ccc| ", "ddd|"]),
    ("a border comes before a cut inside a word", "a b cccccccccc", 10, ["a b| ", "cccccccccc|"]),
    ("a word that is too long by itself", "abcdefghij", 4, ["abcd|", "efgh|", "ij|"]),
    ("a letter keeps its accents", "aaae\u0301\u0302b", 4, ["aaa|", "e\u0301\u0302b|"]),
    ("a family stays together", f"aaa{FAMILY}", 6, ["aaa|", f"{FAMILY}|"]),
    ("a skin stays on its hand", "aaa👍🏽", 4, ["aaa|", "👍🏽|"]),
    ("flags are cut between flags", "🇩🇪🇫🇷🇮🇹", 5, ["🇩🇪🇫🇷|", "🇮🇹|"]),
    ("a flag of letters stays together", f"aa{ENGLAND}", 8, ["aa|", f"{ENGLAND}|"]),
    ("a cluster that is too long by itself", f"aa{FAMILY}", 3, ["aa|", "👨\u200d👩|", "\u200d👧|"]),
    ("a blank with an accent is no blank", "aaa \u0301bb", 5, ["aaa|", " \u0301bb|"]),
    ("an address stays whole", "see https://x.io/a-b now", 16, ["see| ", "https://x.io/a-b| ", "now|"]),
    ("an address behind a letter stays whole", "漢字漢字https://x.io漢", 13, ["漢字漢字|", "https://x.io漢|"]),
    ("an address before a script without blanks", "https://x.io漢字漢字漢字", 13, ["https://x.io漢|", "字漢字漢字|"]),
    ("a telephone number stays whole", "aaaa(tel:+311234)", 12, ["aaaa(|", "tel:+311234)|"]),
    ("an address without a scheme", "aaaa/www.x.io/a", 12, ["aaaa/|", "www.x.io/a|"]),
    ("a mail address", "aaaa,MAILTO:a@x", 11, ["aaaa,|", "MAILTO:a@x|"]),
    ("an address that is too long by itself", "https://example.com", 10, ["https://ex|", "ample.com|"]),
    ("blanks at the end of a text that was cut", "aaa bbb  ", 5, ["aaa| ", "bbb|  "]),
    ("nothing but blanks too many at the end", "aaa      ", 5, ["aaa|      "]),
    ("blanks at the start stay", "  aaa bbb", 6, ["  aaa| ", "bbb|"]),
    ("blanks at the start that are too many", "      aaa", 4, [" |     ", "aaa|"]),
    ("an address that leaves them no room", "  https://x.io", 12, [" | ", "https://x.io|"]),
    ("nothing but blanks", "        ", 4, [" |       "]),
    ("a blank that belongs to the sign before it", "x ab\u0600 cd", 5, ["x| ", "ab\u0600 |", "cd|"]),
    ("a text that fits keeps its blanks", " aa ", 4, [" aa |"]),
    ("an empty text", "", 4, ["|"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "most", "parts"), [it[1:] for it in CUTS], ids=[it[0] for it in CUTS])
def test_a_text_is_cut_where_a_reader_would(text: str, most: int, parts: list[str]) -> None:
    assert cut(text, characters(most)) == parts


@pytest.mark.parametrize(
    ("text", "limit", "parts"),
    [
        ("€€€€", Limit("", "gsm", 7, ucs2=3), ["€€€|", "€|"]),
        ("a[b[c", Limit("", "gsm", 3, ucs2=1), ["a[|", "b[|", "c|"]),
        ("aaaaaaaa 漢字", Limit("", "gsm", 10, ucs2=4), ["aaaaaaaa| ", "漢字|"]),
        ("漢字漢字漢 aaaaaaaa", Limit("", "gsm", 10, ucs2=4), ["漢字漢字|", "漢| ", "aaaaaaaa|"]),
        ("😀😀😀", Limit("", "gsm", 12, ucs2=5), ["😀😀|", "😀|"]),
        ("ééé", Limit("", "bytes", 5), ["éé|", "é|"]),
        ("😀😀", Limit("", "bytes", 3), ["😀|", "😀|"]),
    ],
)
def test_a_part_is_measured_in_the_unit_of_the_limit(text: str, limit: Limit, parts: list[str]) -> None:
    assert cut(text, limit) == parts


def test_each_part_is_within_all_limits() -> None:
    assert split("ééé ééééé", (characters(5), Limit("", "bytes", 7))) == (
        Part("ééé", " "), Part("ééé"), Part("éé"),
    )  # fmt: skip


def test_the_last_part_may_have_limits_of_its_own() -> None:
    text = "One two three. Four five six. Which one?"
    assert split(text, (characters(40),), (characters(12),)) == (
        Part("One two three. Four five six.", " "), Part("Which one?"),
    )  # fmt: skip
    assert split("One. Two three.", (characters(20),), (characters(8),)) == (Part("One. Two", " "), Part("three."))
    assert split("a" * 18, (characters(20),), (characters(8),)) == (Part("a" * 10), Part("a" * 8))
    assert split("aaaa bbbb", (), (characters(4),)) == (Part("aaaa", " "), Part("bbbb"))


# What holds of every text -------------------------------------------------------------------------------------------

PIECES = st.sampled_from([
    "a", "word ", " ", "  ", "\n", "\r\n", "\n\n", ". ", "。", "」", "\u00a0", "漢字", "é", "[", "€", "`", "😀", "👍🏽",
    "🇩🇪", "🇩", "e\u0301", "\u0301", "\u200d", FAMILY, "क्ष", "각", "\u0600", "x" * 15,
    "https://x.io/é?a=[b]", "https://x.io", "www.a.de", "tel:+31", "mailto:a@b",
])  # fmt: skip
TEXTS = st.lists(PIECES, max_size=40).map("".join) | st.text(max_size=60)
LIMITS = st.builds(
    Limit,
    st.just(""),
    st.sampled_from(["characters", "bytes", "gsm"]),
    st.integers(8, 40),
    ucs2=st.integers(4, 20),
)
URL = re.compile(r"(?i)(?:https?://|www\.|mailto:|tel:)[a-z0-9/.?&=@:+%_\[\]-]+")
EVERY = settings(derandomize=True, database=None, deadline=None, max_examples=300)


def cuts(parts: Sequence[Part]) -> list[int]:
    """The places at which parts end and begin again."""
    places = accumulate(len(piece) for part in parts for piece in (part.text, part.separator))
    return list(dict.fromkeys(places))[:-1]


def kept_whole(text: str) -> list[tuple[int, int]]:
    """What is not to be cut: clusters, and addresses with the clusters that they begin or end in."""
    clusters = [found.span() for found in regex.finditer(r"\X", text)]
    addresses = [found.span() for found in URL.finditer(text)]
    wider = [
        (max(start for start, _ in clusters if start <= first), min(end for _, end in clusters if end >= last))
        for first, last in addresses
    ]
    return clusters + wider


@EVERY
@given(TEXTS, LIMITS)
def test_parts_rejoin_are_within_the_limit_and_are_not_empty(text: str, limit: Limit) -> None:
    parts = split(text, (limit,))
    assert "".join(part.text + part.separator for part in parts) == text
    assert all(fits(part.text, limit) for part in parts)
    assert text == "" or all(part.text for part in parts)
    assert not any(part.separator.strip() for part in parts)
    assert split(text, (limit,)) == parts


@EVERY
@given(TEXTS, LIMITS)
def test_no_cut_is_inside_what_would_have_fitted(text: str, limit: Limit) -> None:
    assume(not fits(text, limit))
    inside = [
        (text[start:end], place)
        for place in cuts(split(text, (limit,)))
        for start, end in kept_whole(text)
        if start < place < end and fits(text[start:end], limit)
    ]
    assert inside == []


@EVERY
@given(
    st.lists(st.sampled_from(["a", "word", " ", "  ", "\n", "\r\n", ". ", "。", "😀", "y" * 15])).map("".join), LIMITS
)
def test_a_cut_takes_all_blanks_around_it(text: str, limit: Limit) -> None:
    parts = split(text, (limit,))
    assume(len(parts) > 1)
    assert not any(part.text != part.text.rstrip() for part in parts if part.text.strip())
    assert not any(part.text != part.text.lstrip() for part in parts[1:])
    assert all(part.text.strip() or part.text in (" ", "\n", "\r\n") for part in parts[:1])


@EVERY
@given(TEXTS, LIMITS, st.integers(4, 40))
def test_only_the_last_part_is_bound_by_the_limits_of_the_last(text: str, limit: Limit, most: int) -> None:
    last = (limit, characters(most))
    parts = split(text, (limit,), last)
    assert "".join(part.text + part.separator for part in parts) == text
    assert all(fits(part.text, limit) for part in parts)
    assert all(fits(parts[-1].text, it) for it in last)
    assert text == "" or all(part.text for part in parts)


@EVERY
@given(st.lists(st.sampled_from(["a", "bb ", "ccc\n", "d. ", "e\n\n", "f" * 19]), max_size=200).map("".join))
def test_at_most_four_parts_in_a_row_are_short(text: str) -> None:
    parts = split(text, (characters(20),))
    sizes = [len(part.text + part.separator) for part in parts]
    assert all(sum(sizes[place : place + 5]) >= 20 for place in range(len(sizes) - 5))


LONG = {
    "sentences": "Hello, world. Again ",
    "one word": "a",
    "blanks": " ",
    "lines": "\r\n",
    "blanks with accents": " \u0301",
    "flags": "🇩🇪",
    "accents": "\u0301",
    "prefixes": "\u0600",
    "addresses": "tel:",
    "quotes": ")",
    "full stops": "。",
    "spaced breaks": "\n" + " " * 500,
    "escapes": "€",
    "words then long ones": "a b " + "c" * 914,
    "conjuncts": "क्",
}


@pytest.mark.parametrize("piece", LONG.values(), ids=LONG)
@pytest.mark.parametrize("unit", ["characters", "bytes", "gsm"])
def test_the_time_is_linear_in_the_length(piece: str, unit: str) -> None:
    limit = Limit("", unit, 918, ucs2=402)  # type: ignore[arg-type]  # one of the units

    def seconds(count: int) -> float:
        text = (piece * count)[:count]
        started = time.process_time()
        split(text, (limit,))
        return time.process_time() - started

    short = min(seconds(TEXT_CHARACTERS_MAX // 8) for _ in range(3))
    assert min(seconds(TEXT_CHARACTERS_MAX) for _ in range(2)) < 8 * 4 * short + 0.02
