"""Places in a program: which file each node is said to come from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from msgspec import Struct, structs

from pointsman.language.ir.conditions import Span

T = TypeVar("T")


def relocated(node: T, name_of: Callable[[str], str]) -> T:
    """Return the same node with every place in the file `name_of` gives for its file."""
    names: dict[str, str] = {}

    def renamed(file: str) -> str:
        if file not in names:
            names[file] = name_of(file)
        return names[file]

    moved: T = _moved(node, renamed)
    return moved


def _moved(node: Any, renamed: Callable[[str], str]) -> Any:
    match node:
        case Span(file):
            return structs.replace(node, file=renamed(file))
        case Struct():
            found = {name: value for name in node.__struct_fields__ if _may_hold(value := getattr(node, name))}
            return structs.replace(node, **{name: _moved(value, renamed) for name, value in found.items()})
        case tuple() if any(_may_hold(item) for item in node):
            return tuple(_moved(item, renamed) for item in node)
        case _:
            return node


def _may_hold(value: Any) -> bool:
    return isinstance(value, Struct | tuple)
