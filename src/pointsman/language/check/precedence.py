"""Downgrades that never take effect: hidden by later ones, or never asked for. Only of a program without an error."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from pointsman.language import tree
from pointsman.language.check.downgrades import line_of
from pointsman.language.check.names import quoted
from pointsman.language.check.scope import Scope
from pointsman.language.diagnostics import Diagnostic, Label, report
from pointsman.language.downgrade_words import FILES
from pointsman.language.format.meaning import meaning
from pointsman.language.ir import Carried, Profile
from pointsman.language.lower_channels import lower_channels
from pointsman.language.lower_downgrades import alikeness, covered

Speakers: TypeAlias = dict[Any, dict[str, tree.Downgrade]]
"""By what is downgraded and in which case: the last downgrade that speaks of each channel."""

_KEPT = ("text", "location", "contact", "template")
"""Kinds that are carried whatever they hold where they are native: a text that is too long is split."""
_REFUSED = (*FILES, "file list")
"""Kinds that are refused for their size or their type alone."""


def check_precedence(scope: Scope) -> Iterator[Diagnostic]:
    """Report downgrades that a later one always speaks before, and those that no channel asks for."""
    alike = alikeness(scope.items)
    profiles = {profile.name: profile for profile in lower_channels(scope.items)}
    speakers: Speakers = {}
    found: list[Diagnostic] = []
    for item in reversed(tuple(scope.of_type(tree.Downgrade))):
        named = frozenset(name.text for name in item.channels)
        channels = covered(named, alike) if named else frozenset(scope.channels)
        ordered = [name for name in scope.channels if name in channels]
        later = _later(item, ordered, speakers)
        if len(later) == len(ordered):
            found.append(_hidden(item, later))
        elif not any(_may_ask(line_of(item), profiles[name]) for name in ordered):
            found.append(_never_asked(item, ordered))
        _speaks(item, ordered, speakers)
    yield from reversed(found)


def _later(item: tree.Downgrade, channels: Iterable[str], speakers: Speakers) -> Mapping[str, tree.Downgrade]:
    """What speaks before `item`, by those of its channels on which something always does."""
    always = speakers.get((line_of(item), None), {})
    alike = speakers.get((line_of(item), meaning(item.when)), {})
    return {name: by for name in channels if (by := always.get(name) or alike.get(name))}


def _speaks(item: tree.Downgrade, channels: Iterable[str], speakers: Speakers) -> None:
    known = speakers.setdefault((line_of(item), meaning(item.when)), {})
    for name in channels:
        known.setdefault(name, item)


def _hidden(item: tree.Downgrade, later: Mapping[str, tree.Downgrade]) -> Diagnostic:
    hiding = {by.span: by for by in later.values()}.values()
    labels = [Label(by.kind.span, "this one speaks before it") for by in hiding]
    who = "a later one wins" if len(hiding) == 1 else "later ones win"
    message = f"this downgrade of `{line_of(item)}` never takes effect: {who}"
    help_ = "move it behind the other, name the channels or the case it is for, or remove it"
    return report("downgrade-never-used", message, item.kind.span, *labels, help=help_)


def _may_ask(line: str, profile: Profile) -> bool:
    kind = line.removeprefix("button ")
    carried = next(it for it in (profile.buttons if kind != line else profile.messages) if it.kind == kind)
    return carried.support != "native" or not _always_carried(line, carried)


def _always_carried(line: str, carried: Carried) -> bool:
    bounded = any(limit.of == "" for limit in carried.limits)
    return line in _KEPT or (line in _REFUSED and not bounded and not carried.types)


def _never_asked(item: tree.Downgrade, channels: list[str]) -> Diagnostic:
    line = line_of(item)
    who = f"`{channels[0]}` carries it itself" if len(channels) == 1 else "its channels carry it themselves"
    message = f"this downgrade of `{line}` never takes effect: {who}"
    kept = "a text that is too long is split: " if line == "text" else ""
    kind = line if item.button else quoted(line)
    help_ = f"{kept}remove it, or say otherwise in a block: `channel {quoted(channels[0])} {kind} none`"
    return report("downgrade-never-used", message, item.kind.span, help=help_)
