"""What channels carry, as words: the cells of the overview, the lines of one channel, and plain values for files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

from msgspec import structs

from pointsman.engine.windows import written_window
from pointsman.language.ir import Carried, Limit, Profile
from pointsman.language.quoting import written_size

Row: TypeAlias = tuple[str, ...]

_MARK = {"native": "N", "emulated": "E", "none": "–"}
LEGEND = "N native, E emulated by other kinds, – not carried"
THIS_PROGRAM = "this program"
"""The source of what a program states without one."""


def overview(profiles: Sequence[Profile]) -> Iterator[Row]:
    """Yield the table of kinds by channels, its head first; a cell holds the support and the line's own limit."""
    yield ("", *(profile.name for profile in profiles))
    for lines in zip(*(profile.messages for profile in profiles), strict=True):
        yield (lines[0].kind, *map(cell, lines))
    for lines in zip(*(profile.buttons for profile in profiles), strict=True):
        yield (f"button {lines[0].kind}", *map(cell, lines))
    yield ("postback", *(limit_text(each.postback) if each.postback else "–" for each in profiles))
    yield ("reply window", *(", ".join(windows(profile)) or "–" for profile in profiles))
    if any(profile.strict for profile in profiles):
        yield ("strict", *("yes" if profile.strict else "–" for profile in profiles))


def cell(line: Carried) -> str:
    """Write `N 4096`, `E`, `–`: the support, and the first limit of the line's own subject."""
    own = next((limit for limit in line.limits if not limit.of and not limit.with_buttons), None)
    if own is None:
        return _MARK[line.support]
    return f"{_MARK[line.support]} {limit_text(own).removesuffix(' characters').partition(' with ')[0]}"


def details(profile: Profile) -> Iterator[Row]:
    """Yield each line of one channel as (line, what it says, source); further limits have no line's name."""
    for line in profile.messages:
        yield from _line(line.kind, line, profile)
    for line in profile.buttons:
        yield from _line(f"button {line.kind}", line, profile)
    if profile.postback:
        yield ("postback", limit_text(profile.postback), source_text(profile.postback.source, profile))
    for number, (text, window) in enumerate(zip(windows(profile), profile.windows, strict=True)):
        yield ("" if number else "reply window", text, source_text(window.source, profile))
    if profile.strict:
        yield ("strict", "a loss is refused", THIS_PROGRAM)


def _line(name: str, line: Carried, profile: Profile) -> Iterator[Row]:
    silent = line == Carried(line.kind, "none")
    yield (name, line.support, "not stated" if silent else source_text(line.source, profile))
    for limit in line.limits:
        yield ("", limit_text(limit), source_text(limit.source, profile))
    for mime in line.types:
        yield ("", mime, source_text(line.source, profile))


def source_text(source: str, profile: Profile) -> str:
    """Return who says so."""
    return source or ("" if profile.standard else THIS_PROGRAM)


def limit_text(limit: Limit) -> str:
    """Write a limit as the rules do: `title 80 characters`, `2 to 10`, `8 MB`."""
    of = f"{limit.of} " if limit.of else ""
    amount = f"{limit.least} to {limit.most}" if limit.least else str(limit.most)
    match limit.unit:
        case "size":
            amount = written_size(limit.most)
        case "number":
            pass
        case "gsm":
            amount += f" gsm with {limit.ucs2} ucs2"
        case _:
            amount += f" {limit.unit}"
    return f"{of}{amount}{' with buttons' if limit.with_buttons else ''}"


def windows(profile: Profile) -> list[str]:
    """Write each reply window: `24h`, `7d for desk`."""
    return [written_window(each) for each in profile.windows]


def plain(profile: Profile) -> dict[str, Any]:
    """Return one channel as plain values: what is not stated is left out."""
    values: dict[str, Any] = {"standard": profile.standard, "strict": profile.strict}
    values["messages"] = {line.kind: _plain_line(line) for line in profile.messages}
    values["buttons"] = {line.kind: _plain_line(line) for line in profile.buttons}
    if profile.postback:
        values["postback"] = _stated(profile.postback)
    values["windows"] = [_stated(window) for window in profile.windows]
    return values


def _plain_line(line: Carried) -> dict[str, Any]:
    found = {"support": line.support, "types": list(line.types), "source": line.source}
    return {
        **{name: value for name, value in found.items() if value},
        **({"limits": [_stated(limit) for limit in line.limits]} if line.limits else {}),
    }


def _stated(value: Any) -> dict[str, Any]:
    """The members that say something; a bound of 0 does."""
    found = structs.asdict(value)
    return {name: it for name, it in found.items() if name == "most" or it}
