"""The length of a text in the unit of a limit, and how far into a text a limit reaches.

Laws: what fits is what `length` measures as within the bound, and every beginning of a text that fits, fits as well.
The alphabet is that of 3GPP TS 23.038 (once GSM 03.38), sections 6.2.1 and 6.2.1.1: what stands in the extension table
is written with an escape before it, and counts 2. A text with any other character is measured in UTF-16 units, since
its message is then sent as UCS-2; each message chooses on its own.
"""

from __future__ import annotations

import re

from pointsman.language.ir import Limit

GSM_ALPHABET = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ"
    " !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""The default alphabet in the order of its codes, without the escape (0x1B)."""
GSM_EXTENSION = "\f^{}\\[~]|€"
"""The extension table in the order of its codes."""

_EXTENDED = re.compile(f"[{re.escape(GSM_EXTENSION)}]")
_OUTSIDE_GSM = re.compile(f"[^{re.escape(GSM_ALPHABET + GSM_EXTENSION)}]")
_ASTRAL = re.compile("[\U00010000-\U0010ffff]")
"""What is two units in UTF-16."""
_ASCII_IN_ALPHABET = "".join(filter(str.isascii, GSM_ALPHABET)).encode()
_ASCII_IN_EXTENSION = "".join(filter(str.isascii, GSM_EXTENSION)).encode()
_CONTINUATIONS = bytes(range(0x80, 0xC0))
"""The bytes of UTF-8 that begin no character."""


def length(text: str, limit: Limit) -> int:
    """Measure a text in the unit of `limit`, for `gsm` in septets or in UTF-16 units."""
    match limit.unit:
        case "bytes":
            return _bytes(text)
        case "gsm":
            return _septets(text) if is_gsm(text) else _units(text)
        case _:
            return len(text)


def is_gsm(text: str) -> bool:
    """Whether the GSM alphabet, with its extension table, can write a text."""
    return _OUTSIDE_GSM.search(text) is None


def fits(text: str, limit: Limit) -> bool:
    """Whether a text is within `limit`."""
    if len(text) > limit.most:
        return False
    match limit.unit:
        case "bytes":
            return len(text) * 4 <= limit.most or _bytes(text) <= limit.most
        case "gsm":
            return _fits_gsm(text, limit)
        case _:
            return True


def surely_fits(limit: Limit) -> int:
    """How many characters fit, whatever they are."""
    match limit.unit:
        case "bytes":
            return limit.most // 4
        case "gsm":
            return ucs2_most(limit) // 2
        case _:
            return limit.most


def ucs2_most(limit: Limit) -> int:
    """The bound in UTF-16 units; where a limit names none, what fits into the octets that its septets need.

    Never more than half the septets: a character that GSM writes with two septets is one unit.
    """
    return min(limit.ucs2 or limit.most * 7 // 16, limit.most // 2)


def reach(text: str, start: int, limit: Limit) -> int:
    """The furthest end of a part of `text` that begins at `start` and fits; looks no further than the bound."""
    most = limit.most
    match limit.unit:
        case "bytes":
            return start + _characters_within(text[start : start + most], most)
        case "gsm":
            return _reach_of_gsm(text, start, limit)
        case _:
            return min(start + most, len(text))


def _fits_gsm(text: str, limit: Limit) -> bool:
    if text.isascii():
        others = text.encode().translate(None, _ASCII_IN_ALPHABET)
        if not others or not others.translate(None, _ASCII_IN_EXTENSION):
            return len(text) + len(others) <= limit.most
        return len(text) <= ucs2_most(limit)
    units = ucs2_most(limit)
    if len(text) * 2 <= units:
        return True
    return _septets(text) <= limit.most if is_gsm(text) else _units(text) <= units


def _bytes(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))


def _septets(text: str) -> int:
    return len(text) + len(_EXTENDED.findall(text))


def _units(text: str) -> int:
    return len(text) + len(_ASTRAL.findall(text))


def _characters_within(text: str, most: int) -> int:
    """How many characters from the start are within so many bytes."""
    if text.isascii():
        return min(len(text), most)
    encoded = text.encode("utf-8", "surrogatepass")
    begun = len(encoded[:most].translate(None, _CONTINUATIONS))
    cuts_one = len(encoded) > most and encoded[most] in _CONTINUATIONS
    return begun - cuts_one


def _reach_of_gsm(text: str, start: int, limit: Limit) -> int:
    most, units = limit.most, ucs2_most(limit)
    ahead = text[start : start + most]
    if ahead.isascii() and not ahead.encode().translate(None, _ASCII_IN_ALPHABET):
        return start + len(ahead)
    outside = _OUTSIDE_GSM.search(text, start, start + most)
    end = outside.start() if outside else min(start + most, len(text))
    within = start + _weighed_within(text[start:end], _EXTENDED, most)
    if within < end:
        return within
    return max(end, start + _weighed_within(text[start : start + units], _ASTRAL, units))


def _weighed_within(text: str, double: re.Pattern[str], most: int) -> int:
    """How many characters from the start are within `most`, where those that `double` finds count 2."""
    for found in double.finditer(text):
        if found.start() + 2 > most:
            return min(found.start(), most)
        most -= 1
    return min(most, len(text))
