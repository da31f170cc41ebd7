"""The formatter: every rules file in one shape.

Laws: what a file says does not change, every comment stays where it belongs, and formatting twice changes nothing more.
"""

from __future__ import annotations

from pointsman.language import tree
from pointsman.language.format.declarations import item
from pointsman.language.format.files import Formatted, format_source
from pointsman.language.format.layout import rendered
from pointsman.language.format.meaning import Unfaithful, meaning

__all__ = ["Formatted", "Unfaithful", "format_source", "formatted_item", "meaning"]


def formatted_item(node: tree.Item) -> str:
    """Return an item as rules text, its lines ended.

    Needs no source: places may be NOWHERE, and a literal whose `source` is empty is written from its value.
    """
    return rendered(item(node))
