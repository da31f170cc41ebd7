"""Channel blocks: lines, limits and units that exist, each said once, and a channel to start from that stands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import assert_never

from pointsman import limits as bounds
from pointsman.language import tree
from pointsman.language.channel_words import LIMITS, MEDIA, POSTBACK, LimitRecord, records
from pointsman.language.check.names import quoted, unknown_word
from pointsman.language.check.scope import Scope
from pointsman.language.check.suggest import suggestion
from pointsman.language.diagnostics import Diagnostic, Label, report
from pointsman.language.ir import Span
from pointsman.language.lower_channels import STANDARDS, line_of
from pointsman.language.vocabulary import CHANNELS
from pointsman.model.content import BUTTON_KINDS, MESSAGE_KINDS


def check_channels(scope: Scope) -> Iterator[Diagnostic]:
    """Report what channel blocks and `use standard` cannot say, and what they say twice."""
    yield from _standards(tuple(scope.of_type(tree.UseStandard)))
    blocks = tuple(scope.of_type(tree.Channel))
    yield from _order(blocks)
    for block in blocks:
        yield from _whole(block, scope)
        yield from _twice(block)
        for line in block.lines:
            yield from _line(line)


# Blocks ---------------------------------------------------------------------------------------------------------------


def _standards(uses: tuple[tree.UseStandard, ...]) -> Iterator[Diagnostic]:
    for use in uses:
        if use.profile.text not in STANDARDS:
            message = f"there are no standard values `{use.profile.text}`"
            help_ = suggestion(use.profile.text, STANDARDS) or f"known are: {_listed(STANDARDS)}"
            yield report("unknown-name", message, use.profile.span, help=help_)
    for again in uses[1:]:
        label = Label(uses[0].span, "first written here")
        yield report("duplicate", "`use standard` stands twice", again.span, label, help="keep one of them")


def _order(blocks: tuple[tree.Channel, ...]) -> Iterator[Diagnostic]:
    """Report blocks that start from themselves, or from a new channel that is declared further down."""
    likes = {block.name.text: block.like for block in reversed(blocks) if block.like}
    places = {block.name.text: block.name.span for block in reversed(blocks) if block.name.text not in CHANNELS}
    told: set[str] = set()
    for block in blocks:
        name, like = block.name.text, block.like
        places.pop(name, None)
        if like is None or name in told:
            continue
        circle = _circle(name, likes) if like.text in places else ()
        told.update(each.text for each in circle)
        if like.text == name:
            message = f"the channel `{name}` starts from itself"
            yield report("channel-order", message, like.span, help=f"leave out `like {quoted(name)}`")
        elif circle:
            message = f"the channel `{name}` starts from itself, by way of `{like.text}`"
            labels = [Label(each.span, f"from `{each.text}`") for each in circle[1:]]
            yield report("channel-order", message, like.span, *labels, help="let one of them state its lines itself")
        elif like.text in places:
            message = f"the channel `{like.text}` does not stand yet"
            label = Label(places[like.text], "declared here")
            yield report("channel-order", message, like.span, label, help="move its block above this one")


def _circle(name: str, likes: Mapping[str, tree.Name]) -> tuple[tree.Name, ...]:
    """Return the steps from a channel back to itself; none where they lead elsewhere."""
    steps = [likes[name]]
    while steps[-1].text != name and steps[-1].text in likes and len(steps) <= len(likes):
        steps.append(likes[steps[-1].text])
    return tuple(steps) if steps[-1].text == name else ()


def _whole(block: tree.Channel, scope: Scope) -> Iterator[Diagnostic]:
    name = block.name.text
    states = any(
        isinstance(line, tree.Carries) and not line.button and line.kind.text == "text" for line in block.lines
    )
    if name not in CHANNELS and block.like is None and not states and scope.whole:
        message = f"the new channel `{name}` does not say what texts it carries"
        help_ = "write `text 1000 characters`, or start from a known channel: " + f"`channel {quoted(name)} like SMS`"
        yield report("missing-text", message, block.name.span, help=help_)


def _twice(block: tree.Channel) -> Iterator[Diagnostic]:
    first: dict[str, Span] = {}
    for line in block.lines:
        named = _named(line)
        if first.setdefault(named, line.span) is not line.span:
            message = f"the channel `{block.name.text}` has two lines `{named}`"
            yield report(
                "duplicate", message, line.span, Label(first[named], "first written here"), help="put them into one"
            )


def _named(line: tree.ChannelLine) -> str:
    match line:
        case tree.Carries():
            return line_of(line)
        case tree.PostbackLine():
            return POSTBACK
        case tree.WindowLine():
            return "reply window"
        case tree.StrictLine():
            return "strict"
        case _:
            assert_never(line)


# Lines ----------------------------------------------------------------------------------------------------------------


def _line(line: tree.ChannelLine) -> Iterator[Diagnostic]:
    match line:
        case tree.Carries(kind, button):
            known, what = (BUTTON_KINDS, "button kind") if button else (MESSAGE_KINDS, "message kind")
            if kind.text not in known:
                yield unknown_word(what, kind.text, kind.span, known)
            else:
                yield from _carries(line)
        case tree.PostbackLine(limits):
            yield from _limits(limits, POSTBACK)
            for again in limits[1:]:
                label = Label(limits[0].span, "the first")
                yield report("duplicate", "a postback has one limit", again.span, label, help="keep the stricter one")
        case tree.WindowLine(windows):
            yield from _windows(windows)
        case tree.StrictLine():
            pass
        case _:
            assert_never(line)


def _carries(line: tree.Carries) -> Iterator[Diagnostic]:
    name = line_of(line)
    if line.support == "none" and line.limits:
        help_ = f"write `{name} none` alone, or say that it is `native` or `emulated`"
        yield report(
            "no-such-limit", f"what is not carried has no limits: `{name} none`", line.limits[0].span, help=help_
        )
        return
    yield from _limits(tuple(each for each in line.limits if isinstance(each, tree.Limit)), name)
    for each in line.limits:
        if isinstance(each, tree.MediaType) and name not in MEDIA:
            help_ = f"media types stand at {_listed(MEDIA)}"
            yield report("no-such-limit", f"`{name}` has no media types", each.span, help=help_)


def _limits(limits: tuple[tree.Limit, ...], line: str) -> Iterator[Diagnostic]:
    first: dict[tuple[object, ...], tree.Limit] = {}
    for limit in limits:
        fault = _fault(limit, line)
        if fault:
            yield fault
            continue
        what = (limit.of, isinstance(limit.amount, tree.Size), limit.unit or "characters", limit.with_buttons)
        if first.setdefault(what, limit) is not limit:
            label = Label(first[what].span, "first written here")
            yield report("duplicate", f"`{line}` has this limit twice", limit.span, label, help="keep one of them")


def _fault(limit: tree.Limit, line: str) -> Diagnostic | None:
    found = records(line, limit.of or "")
    return _missing(limit, line, found) or _unit(limit, line, found) or _qualified(limit, line) or _amount(limit, found)


def _missing(limit: tree.Limit, line: str, found: tuple[LimitRecord, ...]) -> Diagnostic | None:
    if found:
        return None
    what = f"no `{limit.of}`" if limit.of else "no length, size or number of its own"
    words = list(dict.fromkeys(record.of for record in LIMITS if line in record.on and record.of))
    own = any(line in record.on for record in LIMITS)
    bare = f"its length alone is bounded: `{line} 1000 characters`" if own else f"`{line}` is written without limits"
    help_ = f"it can have {_listed(words)}" if words else bare
    return report("no-such-limit", f"`{line}` has {what}", limit.span, help=help_)


def _unit(limit: tree.Limit, line: str, found: tuple[LimitRecord, ...]) -> Diagnostic | None:
    measures = {record.measure for record in found}
    subject = f"the `{limit.of}` of `{line}`" if limit.of else f"`{line}`"
    example = f"such as `{found[0].example}`"
    if isinstance(limit.amount, tree.Size):
        if "size" in measures and limit.unit is None:
            return None
        if "size" in measures:
            return report("wrong-kind", "a size has no further unit", limit.span, help=f"leave out `{limit.unit}`")
        meant = "length" if "length" in measures else "count"
        return report(
            "wrong-kind",
            f"{subject} is bounded by a {meant}, not by a size",
            limit.span,
            help=f"write {_FORM[meant]}, {example}",
        )
    if measures == {"size"}:
        return report(
            "wrong-kind", f"{subject} is bounded by a size", limit.span, help=f"write {_FORM['size']}, {example}"
        )
    if limit.unit is not None and "length" not in measures:
        message = f"{subject} is counted, not measured in {limit.unit}"
        return report("wrong-kind", message, limit.span, help=f"leave out `{limit.unit}`")
    if limit.unit == "gsm" and (line, limit.of) != ("text", None):
        return report(
            "wrong-kind", f"{subject} is not counted in GSM septets", limit.span, help="write `characters` or `bytes`"
        )
    return None


_FORM = {"length": "a number of characters or bytes", "count": "a number", "size": "a size with its unit"}


def _qualified(limit: tree.Limit, line: str) -> Diagnostic | None:
    """Report `with buttons`, `with ucs2` and ranges where they say nothing."""
    counted = any(record.measure == "count" for record in records(line, limit.of or ""))
    if limit.with_buttons and (line, limit.of) != ("text", None):
        help_ = "`with buttons` stands at the length of a text: `text 640 characters with buttons`"
        return report("no-such-limit", "only a text has another limit where there are buttons", limit.span, help=help_)
    if limit.with_ucs2 and limit.unit != "gsm":
        help_ = "write both bounds: `text 918 gsm with 402 ucs2`"
        message = "`ucs2` stands behind `gsm`"
        return report("wrong-kind", message, limit.span, help=help_)
    if limit.up_to and not counted:
        return report("wrong-kind", "only what is counted has a least", limit.span, help="write the upper bound alone")
    return None


def _amount(limit: tree.Limit, found: tuple[LimitRecord, ...]) -> Diagnostic | None:
    least = min(record.least for record in found)
    for number in (limit.amount, limit.up_to, limit.ucs2):
        if number is None:
            continue
        if isinstance(number, tree.Number) and not number.value.is_integer():
            return report("bad-number", f"`{number.source}` is not whole", number.span, help="write a whole number")
        if 0 < number.value < least:
            help_ = f"write {least} or more; where buttons carry nothing unseen, leave the line out"
            return report("bad-number", f"{number.source} characters do not tell tokens apart", number.span, help=help_)
        if number.value < (0 if number is limit.amount and limit.up_to else least):
            help_ = "write 1 or more; what is not carried at all is `none`"
            return report("bad-number", "a limit of nothing lets nothing through", number.span, help=help_)
    if limit.up_to and limit.up_to.value < limit.amount.value:
        help_ = f"write `{limit.up_to.source} to {limit.amount.source}`"
        return report(
            "bad-number",
            f"the least, {limit.amount.source}, is over the most, {limit.up_to.source}",
            limit.span,
            help=help_,
        )
    return None


def _windows(windows: tuple[tree.Window, ...]) -> Iterator[Diagnostic]:
    for window in windows:
        if not 0 < window.duration.value <= bounds.TIMER_MS_MAX:
            help_ = f"write a time from `1s` to `{bounds.TIMER_MS_MAX // 86_400_000}d`"
            message = f"`{window.duration.source}` is no time in which to reply"
            yield report("bad-number", message, window.duration.span, help=help_)
    for before, window in pairwise(sorted(windows, key=lambda each: (each.role or "", each.span.start))):
        if before.role == window.role:
            whose = f"of a {window.role}" if window.role else "of everybody"
            label = Label(before.span, "first written here")
            yield report(
                "duplicate", f"the reply window {whose} stands twice", window.span, label, help="keep one of them"
            )


def _listed(words: Iterable[str]) -> str:
    return ", ".join(f"`{word}`" for word in words)
