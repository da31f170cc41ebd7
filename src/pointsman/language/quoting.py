"""Texts and amounts as the language writes them, apart from the formatter: who only shows a value needs no grammar."""

from __future__ import annotations

import re
from decimal import Decimal

_SHORT = {"\n": "\\n", "\t": "\\t", '"': '\\"', "\\": "\\\\"}
UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\xad\u061c\u200b\u200e\u200f\u2028-\u202e\u2060\u2066-\u2069\ufeff]")
"""Control characters, marks of direction, and spaces without width; not the joiners that scripts and emoji need."""
_SIZES = (("GiB", 2**30), ("GB", 10**9), ("MiB", 2**20), ("MB", 10**6), ("KiB", 2**10), ("KB", 10**3))


def quoted(text: str) -> str:
    """Return a string on one line that says `text`."""
    return f'"{escaped(text)}"'


def escaped(text: str) -> str:
    escapes = re.compile(rf'["\\{{}}]|{UNSEEN.pattern}')
    return escapes.sub(lambda found: escape(found.group()), text)


def escape(text: str) -> str:
    """The escape of one character, or the character where it needs none; braces are doubled."""
    if text in _SHORT:
        return _SHORT[text]
    if text in "{}":
        return text * 2
    return text if " " <= text <= "~" else f"\\u{{{ord(text):X}}}"


def written_size(count: int) -> str:
    """Write a number of bytes in the largest unit in which it is whole."""
    unit, unit_bytes = next((each for each in _SIZES if count % each[1] == 0 and count), _SIZES[-1])
    return f"{plain_amount(Decimal(count) / unit_bytes)} {unit}"


def plain_amount(amount: Decimal) -> str:
    """An amount without an exponent and without zeros that say nothing."""
    written = f"{amount:f}"
    return written.rstrip("0").rstrip(".") if "." in written else written
