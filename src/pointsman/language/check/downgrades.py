"""Downgrades: kinds, parts and renderings that exist and fit each other, and choices only where there are numbers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pointsman import limits
from pointsman.language import tree
from pointsman.language.check.names import unknown_word
from pointsman.language.check.scope import RungSite, Scope
from pointsman.language.check.suggest import suggestion
from pointsman.language.diagnostics import Diagnostic, Label, report
from pointsman.language.downgrade_words import (
    CHOICES,
    EACH,
    FILES,
    PARTS,
    RENDERINGS,
    PartRecord,
    RenderingRecord,
    part_record,
    rendering_record,
)
from pointsman.model.content import BUTTON_KINDS, MESSAGE_KINDS

_NUMBERED = "numbered buttons"
_BUTTONS = ("buttons", _NUMBERED)
_FILE_FIELDS = ("message.size", "message.url", "message.name", "message.mime")


def check_downgrades(scope: Scope) -> Iterator[Diagnostic]:
    """Report what downgrades cannot say of what they downgrade."""
    for site in scope.rungs:
        downgrade = site.downgrade
        known, what = (BUTTON_KINDS, "button kind") if downgrade.button else (MESSAGE_KINDS, "message kind")
        if downgrade.kind.text not in known:
            yield unknown_word(what, downgrade.kind.text, downgrade.kind.span, known)
            continue
        yield from _condition(site)
        yield from _each(downgrade)
        for rendering in downgrade.renderings:
            yield from _rendering(rendering, downgrade)
        yield from _together(downgrade)
        yield from _remembered(downgrade)


def line_of(downgrade: tree.Downgrade) -> str:
    """Return what is downgraded by its name in the tables of `downgrade_words`."""
    return f"button {downgrade.kind.text}" if downgrade.button else downgrade.kind.text


def _condition(site: RungSite) -> Iterator[Diagnostic]:
    """Report what is never so of a message of this kind, or of any that is downgraded."""
    kind = site.downgrade.kind
    has_file = site.downgrade.button or kind.text in (*FILES, "card")
    for node in site.nodes:
        match node:
            case tree.Field(path, span) if path in _FILE_FIELDS and not has_file:
                label = Label(kind.span, "what is downgraded")
                help_ = f"it is known of: {_listed((*FILES, 'card'))}"
                yield report("no-such-field", f"a {kind.text} has no `{path}`", span, label, help=help_)
            case tree.Sample(_, span):
                help_ = "set `context.KEY` in a rule that takes the sample, and ask for it here"
                yield report("no-such-field", "a downgrade cannot take a sample", span, help=help_)
            case _:
                pass


# Renderings -----------------------------------------------------------------------------------------------------------


def _each(downgrade: tree.Downgrade) -> Iterator[Diagnostic]:
    line, each = line_of(downgrade), downgrade.each
    if each is None or line in EACH[each]:
        return
    fitting = next((word for word, kinds in EACH.items() if line in kinds), None)
    help_ = f"write `for each {fitting}`" if fitting else f"leave out `for each {each}`"
    message = f"`{line}` has nothing that `for each {each}` goes through"
    yield report("no-such-rendering", message, downgrade.kind.span, help=help_)


def _rendering(rendering: tree.Rendering, downgrade: tree.Downgrade) -> Iterator[Diagnostic]:
    line, record = line_of(downgrade), rendering_record(rendering.how)
    if line not in record.on:
        yield report(
            "no-such-rendering",
            f"`{line}` cannot become `{record.how}`",
            rendering.span,
            help=f"it can become: {_listed(it.form for it in RENDERINGS if line in it.on)}",
        )
    elif record.how == "cards" and downgrade.each:
        help_ = "write `cards` alone, or `card for each card`"
        yield report("no-such-rendering", "`cards` is one message a card already", rendering.span, help=help_)
    elif line in record.within and not _goes_through(downgrade):
        yield _not_repeated(f"`{line}` has no single {_file_or(record)}", rendering, downgrade)
    if rendering.text:
        yield from _text(rendering.text, downgrade)


def _file_or(record: RenderingRecord) -> str:
    return {"picture": "picture", "card": "card", "link": "address"}.get(record.how, "file")


def _goes_through(downgrade: tree.Downgrade) -> bool:
    return downgrade.each is not None and line_of(downgrade) in EACH[downgrade.each]


def _not_repeated(message: str, node: tree.Rendering | tree.Slot, downgrade: tree.Downgrade) -> Diagnostic:
    word = next(each for each, kinds in EACH.items() if line_of(downgrade) in kinds)
    help_ = f"write `for each {word}` behind what it is to become"
    slug = "no-such-part" if isinstance(node, tree.Slot) else "no-such-rendering"
    return report(slug, message, node.span, help=help_)


def _together(downgrade: tree.Downgrade) -> Iterator[Diagnostic]:
    """Report what stands twice, what stands beside `nothing`, and buttons without a message over them."""
    seen: dict[str, tree.Rendering] = {}
    for rendering in downgrade.renderings:
        how = "buttons" if rendering.how in _BUTTONS else rendering.how
        if how != "text" and seen.setdefault(how, rendering) is not rendering:
            label = Label(seen[how].span, "first written here")
            message = f"it becomes `{seen[how].how}` already"
            yield report("duplicate", message, rendering.span, label, help="keep one of them")
        if how == "nothing" and (len(downgrade.renderings) > 1 or downgrade.each):
            help_ = "leave out `nothing`, or write it alone: `to nothing`"
            yield report("no-such-rendering", "`nothing` stands alone", rendering.span, help=help_)
    first = downgrade.renderings[0]
    if first.how == "buttons" and "buttons" in {it.how for it in RENDERINGS if line_of(downgrade) in it.on}:
        help_ = 'write first what they stand under: `text "{text}" and buttons`'
        yield report("no-such-rendering", "the buttons have no message to stand under", first.span, help=help_)


def _remembered(downgrade: tree.Downgrade) -> Iterator[Diagnostic]:
    """Report choices that are remembered where nothing is offered by its number, or for no time."""
    duration = downgrade.remember
    if duration is None:
        return
    if not 0 < duration.value <= limits.TIMER_MS_MAX:
        help_ = f"write a time from `1s` to `{limits.TIMER_MS_MAX // 86_400_000}d`"
        message = f"choices cannot be remembered for `{duration.source}`"
        yield report("bad-number", message, duration.span, help=help_)
    if line_of(downgrade) not in CHOICES:
        help_ = "leave out `remember choices for …`: a customer answers replies only, those of cards among them"
        yield report("no-such-rendering", f"`{line_of(downgrade)}` offers no choices", duration.span, help=help_)
    elif not any(map(_is_numbered, downgrade.renderings)) and all(map(_is_known, downgrade.renderings)):
        help_ = "write `numbered buttons`, or `{n}` in a text"
        message = "nothing is numbered, so that there is nothing to remember"
        yield report("no-such-rendering", message, duration.span, help=help_)


def _is_numbered(rendering: tree.Rendering) -> bool:
    if rendering.how == _NUMBERED:
        return True
    return rendering.text is not None and any(part_of(slot) == "n" for slot in _slots(rendering.text))


def _is_known(rendering: tree.Rendering) -> bool:
    """Whether all of its parts are known, so that none can be a slip for `{n}`."""
    return rendering.text is None or all(part_record(part_of(slot)) for slot in _slots(rendering.text))


# Texts ----------------------------------------------------------------------------------------------------------------


def _text(template: tree.Template, downgrade: tree.Downgrade) -> Iterator[Diagnostic]:
    if not template.parts:
        help_ = "write `nothing` for what is left out"
        yield report("no-such-rendering", "an empty text is no message", template.span, help=help_)
    for slot in _slots(template):
        yield from _slot(slot, downgrade)


def _slot(slot: tree.Slot, downgrade: tree.Downgrade) -> Iterator[Diagnostic]:
    line, name = line_of(downgrade), part_of(slot)
    record = part_record(name) if name else None
    having = [it for it in PARTS if line in it.on]
    if record is None:
        written = f"`{{{name}}}`" if name else "such a value"
        near = suggestion(name, [it.name for it in having]) if name else ""
        help_ = near or f"`{line}` has: {_braced(having)}"
        yield report("no-such-part", f"nothing that is downgraded has {written}", slot.span, help=help_)
    elif line not in record.on:
        label = Label(downgrade.kind.span, "what is downgraded")
        help_ = f"it has: {_braced(having)}"
        yield report("no-such-part", f"`{line}` has no `{{{name}}}`", slot.span, label, help=help_)
    elif line in record.within and not _goes_through(downgrade):
        yield _not_repeated(f"`{line}` has no single `{{{name}}}`", slot, downgrade)


def part_of(slot: tree.Slot) -> str:
    """Return the name in a slot; empty where it holds what no part is, such as `count of misses`."""
    match slot.subject:
        case tree.Name(name) | tree.Field(name):
            return name
        case _:
            return ""


def _slots(template: tree.Template) -> Iterator[tree.Slot]:
    return (part for part in template.parts if isinstance(part, tree.Slot))


def _braced(records: Iterable[PartRecord]) -> str:
    return _listed(f"{{{record.name}}}" for record in records)


def _listed(words: Iterable[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)
