"""Grapheme clusters: what a reader takes for one character (Unicode Standard Annex 29).

Law: the time is linear in the text's length. `regex` knows the borders, and is only asked where characters may join; it
counts flags from the text's beginning each time, so they are paired here.
"""

from __future__ import annotations

import re

import regex

MAY_JOIN = (
    "\r\u0300-\u036f\u0483-\u0489\u0591-\u1fff\u200c\u200d\u20d0-\u20ff\u2cef-\u2cf1\u2d7f\u2de0-\u2dff\u302a-\u302f"
    "\u3099\u309a\ua66f-\ua6f1\ua800-\uabff\ud7b0-\ud7ff\ufb1e\ufe00-\ufe2f\uff9e\uff9f"
    "\U000101fd-\U0001efff\U0001f3fb-\U0001f3ff\U000e0000-\U000e0fff"
)
"""Ranges with every character, flags aside, without which no two others stand in one cluster; some need not be here."""
_JOINED = re.compile(rf"(?s:(?:.?[{MAY_JOIN}]+)++.?)")
_CLUSTER = regex.compile(r"\X")
_FLAG_LETTER = re.compile("[\U0001f1e6-\U0001f1ff]")
_FLAG = re.compile("[\U0001f1e6-\U0001f1ff]{2}")


def inside_clusters(text: str) -> bytearray:
    """For each place in a text, from 0 to its end: 1 inside a cluster, 0 at a border."""
    inside = bytearray(len(text) + 1)
    if text.isascii() and "\r" not in text:
        return inside
    for flag in _FLAG.finditer(text):
        inside[flag.start() + 1] = 1
    text = _FLAG_LETTER.sub("x", text)
    for joined in _JOINED.finditer(text):
        for cluster in _CLUSTER.finditer(text, joined.start(), joined.end()):
            mark(inside, *cluster.span())
    return inside


def mark(inside: bytearray, start: int, end: int) -> None:
    """Mark the places between two borders."""
    inside[start + 1 : end] = b"\1" * (end - start - 1)
