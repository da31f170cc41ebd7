"""Templates at work: text with the event's values in it. A value that is missing is its default, else empty."""

from __future__ import annotations

from collections.abc import Mapping
from typing import assert_never

from pointsman.engine.view import View
from pointsman.language.ir import Field, Slot, Template, Words


def render(template: Template, view: View, groups: Mapping[str, str]) -> str:
    """Fill a template in. `groups` are the named groups of the rule's matches; they come before fields."""
    return "".join(_part(part, view, groups) for part in template)


def _part(part: Words | Slot, view: View, groups: Mapping[str, str]) -> str:
    match part:
        case Words(text):
            return text
        case Slot(Field(path), default) if path in groups:
            return groups[path]
        case Slot(subject, default):
            value = view.written(subject)
            return default if value is None else value
        case _:
            assert_never(part)
