"""Texts that an expression is likely to match, made from its tree; RE2 says whether it does."""

from __future__ import annotations

from functools import lru_cache
from typing import assert_never

from msgspec import Struct

from pointsman.language.patterns import compile_pattern
from pointsman.proofs.texts.classes import Ranges, inside
from pointsman.proofs.texts.regexes import AnyOf, Border, InOrder, OneOf, Repeated, Tree, Unread, read_pattern

_VARIETY = 6
_LONGEST = 400
_PLEASANT = "x1a7e42oz 9k-" + "bcdfghijlmnpqrstuvwyABCDEFGHIJKLMNOPQRSTUVWXYZ03568_.,!?/:@+é"


class Sample(Struct, frozen=True):
    """A text that matches by itself, and whether it has to stand at the text's start, or end."""

    text: str
    begins: bool
    ends: bool


@lru_cache(maxsize=1024)
def samples(pattern: str, flags: str) -> tuple[Sample, ...]:
    """Return a few texts that the expression matches; none where it is not read, or they are long."""
    try:
        tree = read_pattern(pattern, flags)
    except Unread:
        return ()
    search = compile_pattern(pattern, flags).search
    found: dict[str, Sample] = {}
    for turn in range(_VARIETY):
        text = _text(tree, turn)
        if text not in found and len(text) <= _LONGEST and search(text) is not None:
            begins, ends = search(f"x {text}") is None, search(f"{text} x") is None
            found[text] = Sample(text, begins, ends)
    return tuple(found.values())


def _text(tree: Tree, turn: int) -> str:
    """One text of a tree; `turn` varies the choices."""
    match tree:
        case OneOf(ranges):
            return _character(ranges, turn)
        case Border():
            return ""
        case InOrder(parts):
            return "".join(_text(part, turn) for part in parts)
        case AnyOf(parts):
            return _text(parts[turn % len(parts)], turn // len(parts))
        case Repeated(part, least, most):
            wished = least + (turn % 2 and turn)
            return _text(part, turn) * (wished if most is None else min(wished, most))
        case _:
            assert_never(tree)


def _character(ranges: Ranges, turn: int) -> str:
    liked = [one for one in _PLEASANT if inside(ranges, one)]
    if liked:
        return liked[turn % len(liked)]
    return chr(ranges[0][0]) if ranges else ""
