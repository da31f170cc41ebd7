"""Places in a program: which file each node is said to come from.

Profiles have no places, and those of the standard ladder are in a file of its own: both are passed over.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from msgspec import Struct, structs

from pointsman.language.ir.channels import Profile
from pointsman.language.ir.conditions import Span
from pointsman.language.ir.downgrades import Rung

T = TypeVar("T")


def relocated(node: T, name_of: Callable[[str], str]) -> T:
    """Return the same node with every place in the file `name_of` gives for its file."""
    names: dict[str, str] = {}

    def renamed(place: Span) -> Span:
        if place.file not in names:
            names[place.file] = name_of(place.file)
        return structs.replace(place, file=names[place.file])

    return moved(node, renamed)


def moved(node: T, place_of: Callable[[Span], Span]) -> T:
    """Return the same node with every place changed by `place_of`."""
    elsewhere: T = _moved(node, place_of)
    return elsewhere


def _moved(node: Any, place_of: Callable[[Span], Span]) -> Any:
    match node:
        case Span():
            return place_of(node)
        case Profile() | Rung(standard=True):
            return node
        case Struct():
            found = {name: value for name in node.__struct_fields__ if _may_hold(value := getattr(node, name))}
            return structs.replace(node, **{name: _moved(value, place_of) for name, value in found.items()})
        case tuple() if any(_may_hold(item) for item in node):
            return tuple(_moved(item, place_of) for item in node)
        case _:
            return node


def _may_hold(value: Any) -> bool:
    return isinstance(value, Struct | tuple)
