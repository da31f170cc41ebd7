"""Channels and downgrades. A comma stands between limits where the next one does not name its part."""

from __future__ import annotations

from itertools import pairwise
from typing import assert_never

from pointsman.language import tree
from pointsman.language.format import spelling
from pointsman.language.format.conditions import condition, listed, phrase
from pointsman.language.format.layout import Align, Break, Doc, Fill, Group, Line, Nest, Tail


def channel(node: tree.Channel) -> Doc:
    like = () if node.like is None else ("like", spelling.name(node.like))
    lines = tuple((Line("kept"), Nest(2, _line(line))) for line in node.lines)
    return ("channel", spelling.name(node.name), *like, Nest(2, (lines, Tail())))


def _line(node: tree.ChannelLine) -> Doc:
    match node:
        case tree.Carries(kind, button, support, authority, limits):
            said = (*_kind(kind, button=button), *(() if support is None else (support,)), *_authority(authority))
            return (said, _limits(limits)) if limits else said
        case tree.PostbackLine(limits):
            return ("postback", _limits(limits))
        case tree.WindowLine(windows):
            return (*phrase("reply window"), Align(listed(_window(each) for each in windows)))
        case tree.StrictLine():
            return "strict"
        case _:
            assert_never(node)


def _kind(kind: tree.Name, *, button: bool) -> tuple[str, ...]:
    return ("button", spelling.name(kind, "button_word")) if button else (spelling.name(kind, "kind_word"),)


def _limits(limits: tuple[tree.Limit | tree.MediaType, ...]) -> Doc:
    written = [_limit(each) for each in limits]
    commas = [*(_begins_anew(before, each) for before, each in pairwise(limits)), False]
    return Fill(tuple((each, *((",",) if comma else ())) for each, comma in zip(written, commas, strict=True)))


def _begins_anew(before: tree.Limit | tree.MediaType, limit: tree.Limit | tree.MediaType) -> bool:
    """Whether a comma stands between: two limits of the line's own subject would run into one another."""
    return isinstance(before, tree.Limit) and isinstance(limit, tree.Limit) and limit.of is None


def _limit(node: tree.Limit | tree.MediaType) -> Doc:
    if isinstance(node, tree.MediaType):
        return node.text
    part = () if node.of is None else (node.of,)
    amount = spelling.size(node.amount) if isinstance(node.amount, tree.Size) else spelling.number(node.amount)
    up_to = () if node.up_to is None else ("to", spelling.number(node.up_to))
    unit = () if node.unit is None else (node.unit,)
    return (*part, amount, *up_to, *unit, *_qualifiers(node))


def _qualifiers(node: tree.Limit) -> tuple[str, ...]:
    buttons = ("with", "buttons") if node.with_buttons else ()
    number = () if node.ucs2 is None else (spelling.number(node.ucs2),)
    ucs2 = ("with", *number, "ucs2") if node.with_ucs2 else ()
    return (*buttons, *ucs2, *_authority(node.authority))


def _window(node: tree.Window) -> Doc:
    role = () if node.role is None else ("for", node.role)
    return (spelling.duration(node.duration), *role, *_authority(node.authority))


def _authority(source: tree.String | None) -> tuple[str, ...]:
    return () if source is None else ("from", spelling.string(source))


# Downgrades -----------------------------------------------------------------------------------------------------------


def downgrade(node: tree.Downgrade) -> Doc:
    on = ("on", Align(listed(spelling.name(each) for each in node.channels))) if node.channels else ()
    when: tuple[Doc, ...] = () if node.when is None else (Break(), "when", condition(node.when))
    first, *others = (_rendering(each) for each in node.renderings)
    each: tuple[Doc, ...] = () if node.each is None else (Break(), *phrase("for each"), node.each)
    rendered = Group((first, *((Break(), "and", other) for other in others), *each))
    kept: tuple[Doc, ...] = () if node.remember is None else (Line(), *_remember(node.remember))
    head = Group((*_kind(node.kind, button=node.button), *on, *when))
    return ("downgrade", Nest(2, (head, Line(), "to", Nest(3, (rendered, *kept)), Tail())))


def _rendering(node: tree.Rendering) -> Doc:
    return phrase(node.how) if node.text is None else ("text", spelling.template(node.text))


def _remember(duration: tree.Duration) -> tuple[str, ...]:
    return (*phrase("remember choices for"), spelling.duration(duration))
