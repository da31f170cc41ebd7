"""The name that was probably meant, at a cost that a wrong file cannot drive up.

Among a few names the nearest is looked for, and remembered, since a wrong file repeats its mistake. Among many,
comparing with each would take minutes for some hundred mistakes; there only names one slip away are found, by making
the slips, whose number depends on the word alone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Set
from functools import lru_cache
from itertools import islice
from string import ascii_letters, digits

from pointsman.language.diagnostics import nearest

_FEW = 200
"""Names up to which all are compared: a few milliseconds."""
_LETTERS = ascii_letters + digits + "_- "
"""What a slip may have dropped, besides the letters of the first names."""
_SLIPPED_MAX = 200
"""Letters of a word whose slips are made."""


def suggestion(word: str, names: Collection[str]) -> str:
    """The help that suggests one of `names` for `word`, or empty text where none is near."""
    found = near(word, names)
    return f"did you mean `{found}`?" if found else ""


def near(word: str, names: Collection[str]) -> str:
    """The one of `names` that `word` is probably a slip for, or empty text where none is near."""
    if len(names) <= _FEW:
        return _nearest(word, tuple(names))
    known = names if isinstance(names, Mapping | Set) else frozenset(names)
    letters = sorted(set(word).union(_LETTERS, *islice(names, _FEW)))
    return next((slip for slip in _slips(word[:_SLIPPED_MAX], letters) if slip in known), "")


@lru_cache(maxsize=1024)
def _nearest(word: str, names: tuple[str, ...]) -> str:
    return nearest(word, names) or ""


def _slips(word: str, letters: list[str]) -> Iterator[str]:
    """All texts that one dropped, swapped, added or replaced letter makes of `word`."""
    for at in range(len(word) + 1):
        before, after = word[:at], word[at:]
        if after:
            yield before + after[1:]
        if len(after) > 1:
            yield before + after[1] + after[0] + after[2:]
        for letter in letters:
            yield before + letter + after
            if after:
                yield before + letter + after[1:]
