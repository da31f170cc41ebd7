"""What every node of the syntax tree is, and how trees compare."""

from __future__ import annotations

from typing import Any

from msgspec import Struct, structs

from pointsman.language.ir import Span

NOWHERE = Span("", 0, 0, 0, 0)
"""The place of nothing; what `without_spans` leaves."""


class Node(Struct, frozen=True, tag=True):
    """Anything with a place. JSON carries the class name as `type`."""


def without_spans(node: Any) -> Any:
    """Return `node`, or a tuple of nodes, with every place replaced by NOWHERE, to compare trees by what they say."""
    match node:
        case Span():
            return NOWHERE
        case Struct():
            return type(node)(*(without_spans(value) for value in structs.astuple(node)))
        case tuple():
            return tuple(without_spans(item) for item in node)
        case _:
            return node
