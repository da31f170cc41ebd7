"""What a syntax tree says, without how it was written: two texts that say the same have equal meanings."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from pointsman.language import tree


class Unfaithful(Exception):
    """The formatter would have changed what a file says: a fault of its own."""


_SPELLINGS = frozenset({"span", "source"})


def meaning(node: Any) -> Any:
    """Return nodes as tuples, without their places, the spelling of literals and the parentheses around conditions."""
    match node:
        case tree.Grouped(part):
            return meaning(part)
        case Struct():
            fields = (name for name in node.__struct_fields__ if name not in _SPELLINGS)
            return (type(node).__name__, *(meaning(getattr(node, name)) for name in fields))
        case tuple():
            return tuple(meaning(each) for each in node)
        case _:
            return node
