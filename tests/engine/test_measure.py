"""The length of a text in each unit, and how far a limit reaches into a text."""

from __future__ import annotations

import re
import sys

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from pointsman.engine import clusters
from pointsman.engine.measure import GSM_ALPHABET, GSM_EXTENSION, fits, is_gsm, length, reach, ucs2_most
from pointsman.language.ir import Limit

CHARACTERS = Limit("", "characters", 10)
BYTES = Limit("", "bytes", 10)
GSM = Limit("", "gsm", 160, ucs2=70)
LIMITS = [
    CHARACTERS, BYTES, Limit("", "bytes", 7), Limit("", "gsm", 12, ucs2=5), Limit("", "gsm", 9, ucs2=9),
    Limit("", "gsm", 16),
]  # fmt: skip
UNUSUAL = st.text(st.sampled_from("a[€ç漢😀́\u200d\ud800\udc00 \n"), max_size=30)


@pytest.mark.parametrize(
    ("text", "limit", "measured"),
    [
        ("", CHARACTERS, 0),
        ("é😀", CHARACTERS, 2),
        ("abc", BYTES, 3),
        ("é", BYTES, 2),
        ("漢", BYTES, 3),
        ("😀", BYTES, 4),
        ("\ud800", BYTES, 3),
        ("hello @£$ ÄÖÑÜ§à Δ", GSM, 18),
        ("^{}\\[~]|€\f", GSM, 20),
        ("a\r\nb", GSM, 4),
        ("`", GSM, 1),
        ("``[", GSM, 3),
        ("ç", GSM, 1),
        ("Ç€", GSM, 3),
        ("漢字", GSM, 2),
        ("😀", GSM, 2),
        ("e\u0301", GSM, 2),
        ("a\tb", GSM, 3),
    ],
)
def test_a_text_is_measured_in_the_unit_of_its_limit(text: str, limit: Limit, measured: int) -> None:
    assert length(text, limit) == measured


def test_the_alphabet_has_a_place_for_each_code_but_the_escape() -> None:
    assert len(set(GSM_ALPHABET)) == len(GSM_ALPHABET) == 127
    with_escape = f"{GSM_ALPHABET[:0x1B]}\x1b{GSM_ALPHABET[0x1B:]}"
    places = {0x00: "@", 0x02: "$", 0x10: "Δ", 0x11: "_", 0x1A: "Ξ", 0x1F: "É", 0x24: "¤", 0x40: "¡", 0x5F: "§"}
    assert {place: with_escape[place] for place in places} == places
    same = [place for place in range(0x20, 0x7B) if with_escape[place] == chr(place)]
    assert same == [it for it in range(0x20, 0x7B) if it not in (0x24, 0x40, *range(0x5B, 0x61))]


def test_the_extension_table_shares_nothing_with_the_alphabet() -> None:
    assert len(set(GSM_EXTENSION) - set(GSM_ALPHABET)) == len(GSM_EXTENSION) == 10


@pytest.mark.parametrize(("limit", "most"), [(GSM, 70), (Limit("", "gsm", 918), 401), (Limit("", "gsm", 9, ucs2=9), 4)])
def test_a_limit_in_septets_has_one_in_units(limit: Limit, most: int) -> None:
    assert ucs2_most(limit) == most


@settings(derandomize=True, database=None, deadline=None, max_examples=400)
@given(UNUSUAL | st.text(max_size=30), st.sampled_from(LIMITS), st.integers(0, 20))
def test_a_limit_reaches_as_far_as_what_it_begins_fits(text: str, limit: Limit, start: int) -> None:
    start = min(start, len(text))
    end = reach(text, start, limit)
    assert start <= end <= len(text)
    assert [fits(text[start:it], limit) for it in range(start, len(text) + 1)] == [
        it <= end for it in range(start, len(text) + 1)
    ]


@settings(derandomize=True, database=None, deadline=None, max_examples=400)
@given(UNUSUAL | st.text(max_size=30), st.sampled_from(LIMITS))
def test_what_fits_measures_as_within_the_bound(text: str, limit: Limit) -> None:
    bound = ucs2_most(limit) if limit.unit == "gsm" and not is_gsm(text) else limit.most
    assert fits(text, limit) == (length(text, limit) <= bound)


# Clusters -------------------------------------------------------------------------------------------------------------


def test_every_character_that_joins_others_is_looked_at() -> None:
    kinds = ("Extend", "ZWJ", "SpacingMark", "Prepend", "L", "V", "T")
    joins = regex.compile("[\r" + "".join(rf"\p{{GCB={kind}}}" for kind in kinds) + "]")
    every = "".join(map(chr, range(sys.maxunicode + 1)))
    missed = [hex(ord(char)) for char in re.sub(f"[{clusters.MAY_JOIN}]", "", every) if joins.match(char)]
    assert missed == []


PIECES = st.sampled_from([
    "a", " ", "\r", "\n", "\u0301", "\u200d", "🇩", "🇪", "👨", "👩", "🏽", "❤", "\ufe0f", "क", "\u094d", "त", "\u0600",
    "ᄀ", "ᅡ", "ᆨ", "가", "각", "\U000e0067", "\U000e007f", "🏴", "1", "\u20e3", "漢", "か", "\u3099", "ำ", "ก",
])  # fmt: skip


@settings(derandomize=True, database=None, deadline=None, max_examples=600)
@given(st.lists(PIECES, max_size=24).map("".join) | st.text(max_size=30))
def test_clusters_are_those_of_the_unicode_standard(text: str) -> None:
    borders = {0, len(text), *(found.end() for found in regex.finditer(r"\X", text))}
    assert [place for place, inside in enumerate(clusters.inside_clusters(text)) if not inside] == sorted(borders)
