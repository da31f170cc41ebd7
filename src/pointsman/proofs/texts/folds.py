"""What folding does at the borders of a part: which characters stand for themselves, and which texts fold to which.

Laws, with `fold` of the language:

- Where `y` begins with an opener, `fold(x + y) == fold(x) + fold(y)`, whatever `x`.
- `firm(part)` gives pieces whose folded form is in the folded form of every text that has `part` in it.
- `raw_forms(c)` are all characters whose own folded form has `c` in it.
- Characters outside the tables read here (ideographs of the higher planes, private use) fold to themselves and compose
  with nothing.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import chain

from pointsman.language.folding import fold

_OWN_TABLES = ((0, 0xD800), (0xF900, 0x20000), (0x2F800, 0x2FA20), (0xE0000, 0xE0200))
"""Where Unicode has decompositions and cases, but for Hangul, which composes by rule."""
_JAMO_SECOND = ((0x1161, 0x1176), (0x11A8, 0x11C3))
_LATIN_MARKS = range(0x300, 0x370)
_KANA_MARKS = range(0x3099, 0x309B)


def all_characters() -> Iterator[str]:
    """Every character that may have a folded form other than itself, or compose."""
    return (chr(point) for point in chain.from_iterable(range(*span) for span in _OWN_TABLES))


@cache
def _compositions() -> tuple[frozenset[str], frozenset[str]]:
    """The characters that are first, and those that are second, in any composition but Hangul's."""
    firsts, seconds = set(), set()
    for character in all_characters():
        parts = unicodedata.decomposition(character)
        if parts and parts[0] != "<" and " " in parts:
            first, second = (chr(int(code, 16)) for code in parts.split())
            if unicodedata.normalize("NFC", first + second) == character:
                firsts.add(first)
                seconds.add(second)
    return frozenset(firsts), frozenset(seconds)


@lru_cache(maxsize=8192)
def opens(character: str) -> bool:
    """Whether nothing before this character changes with it, or changes it, when both are folded together."""
    if character.isascii():
        return True
    parts = unicodedata.normalize("NFKD", character)
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", character).casefold())
    return _stands_alone(parts[0]) and _stands_alone(folded[0])


def _stands_alone(character: str) -> bool:
    if unicodedata.combining(character) or character in _compositions()[1]:
        return False
    return not any(start <= ord(character) < end for start, end in _JAMO_SECOND)


def closes(character: str) -> bool:
    """Whether nothing that follows can change this character when both are folded together.

    Said only of what composes with nothing; of others it may be so.
    """
    if character.isascii():
        return not (character.isalpha() or character in "<=>")
    folded = fold(character)
    return (
        opens(character)
        and unicodedata.normalize("NFKD", folded) == folded
        and not any(unicodedata.combining(part) or part in _compositions()[0] or _is_jamo(part) for part in folded)
    )


def _is_jamo(character: str) -> bool:
    return 0x1100 <= ord(character) < 0x1200


def firm(part: str) -> tuple[int, int]:
    """Start and end of the piece of a raw `part` whose folded form stands, as it is, in every text that has the part.

    The start is 0 where nothing before can change it, the end is the part's length where nothing after can; where
    nothing is firm, the end is before the start. Where the part begins the text, the piece begins with the part, and
    where the part ends it, the piece ends with the part.
    """
    start = next((at for at, character in enumerate(part) if opens(character)), len(part))
    if start == len(part):
        return start, 0
    if closes(part[-1]):
        return start, len(part)
    return start, max(at for at in range(start, len(part)) if opens(part[at]))


@cache
def _raw_table() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = defaultdict(list)
    for character in all_characters():
        folded = fold(character)
        if folded != character:
            for part in dict.fromkeys(folded):
                found[part].append(character)
    return {part: tuple(characters) for part, characters in found.items()}


def raw_forms(character: str) -> tuple[str, ...]:
    """All characters whose folded form has the folded `character` in it, itself first if it is one of them."""
    own = (character,) if character in fold(character) else ()
    return own + _raw_table().get(character, ())


@lru_cache(maxsize=8192)
def tame(character: str) -> bool:
    """Whether a folded character comes from single characters, or from a letter and marks, and from nothing else."""
    if not opens(character) or fold(character) != character or not all(map(opens, raw_forms(character))):
        return False
    parts = unicodedata.normalize("NFD", character)
    return all(ord(mark) in _LATIN_MARKS or ord(mark) in _KANA_MARKS for mark in parts[1:])


def base(character: str) -> str:
    """The letter under the marks."""
    return unicodedata.normalize("NFD", character)[0]


@cache
def _parts_by_base() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = defaultdict(list)
    for character in all_characters():
        if unicodedata.decomposition(character) and fold(character) == character:
            found[base(character)].append(character)
    return {letter: tuple(parts) for letter, parts in found.items()}


def family(composite: str) -> tuple[str, ...]:
    """The letter under a composite's marks, and all that have it with other marks."""
    letter = base(composite)
    return (letter, *_parts_by_base().get(letter, ()))


def altered(folded: str) -> tuple[int, str] | None:
    """Where a mark that follows may change the folded form of one character, and the letter it may change."""
    at = next((at for at in reversed(range(len(folded))) if not unicodedata.combining(folded[at])), None)
    if at is None or base(folded[at]) not in _compositions()[0]:
        return None
    return at, base(folded[at])


@lru_cache(maxsize=1024)
def mark_on(character: str) -> str | None:
    """A mark that composes with a character when they are folded, None where there is none."""
    folded = fold(character)
    return next((mark for mark in sorted(_compositions()[1]) if not fold(character + mark).startswith(folded)), None)


def variants(text: str) -> Iterator[str]:
    """Other texts with the same folded form: in other cases, in full width, with marks apart from their letters."""
    seen = {text}
    wide = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else "\u3000" if c == " " else c for c in text)
    apart = unicodedata.normalize("NFD", text)
    for other in (fold(text), text.upper(), text.title(), text.swapcase(), wide, wide.upper(), apart, apart.upper()):
        if other not in seen and fold(other) == fold(text):
            seen.add(other)
            yield other
