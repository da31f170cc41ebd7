"""The formatter: every file in one shape."""

from __future__ import annotations

from pointsman.language import tree
from pointsman.language.format.declarations import item
from pointsman.language.format.layout import rendered

__all__ = ["formatted_item"]


def formatted_item(node: tree.Item) -> str:
    """Return an item as rules text, its lines ended.

    Needs no source: places may be NOWHERE, and a literal whose `source` is empty is written from its value.
    """
    return rendered(item(node))
