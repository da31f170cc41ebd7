"""Channel blocks to profiles: each block laid over the standard library, or over the channel that it is `like`.

Laws:

- A block replaces the lines that it states, each as a whole; a line is a message kind, a button kind, `postback`,
  `reply window` or `strict`. A line without `native`, `emulated` or `none` is native.
- What neither a block nor what it is laid over states is `none`.
- `like` takes the other channel as it stands at that point of the program.
- The standard library is read once a process; `use standard` selects what is laid over it before anything else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import assert_never

from msgspec import structs

from pointsman.language import tree
from pointsman.language.channel_words import POSTBACK, records
from pointsman.language.ir import Carried, Limit, LimitUnit, Profile, ReplyWindow
from pointsman.language.parse import parse
from pointsman.language.shipped import shipped_text
from pointsman.language.source import Source
from pointsman.model.content import BUTTON_KINDS, MESSAGE_KINDS
from pointsman.model.identity import PHONE_CHANNELS

LIBRARY = "rules/standard/channels.rules"
STANDARDS = {"given": "rules/standard/given.rules"}
"""The names that `use standard` knows, and the file that each lays over the library."""


def lower_channels(items: Iterable[tree.Item]) -> tuple[Profile, ...]:
    """Return the profile of each channel: the standard library's in its order, then those that the program adds."""
    known = tuple(items)
    chosen = next((item.profile.text for item in known if isinstance(item, tree.UseStandard)), "")
    standing = dict(standard(chosen))
    for item in known:
        if isinstance(item, tree.Channel):
            standing[item.name.text] = structs.replace(_laid(item, standing), standard=False)
    return tuple(standing.values())


@cache
def standard(chosen: str = "") -> Mapping[str, Profile]:
    """Return the standard library's profiles by name; `chosen` is one of `STANDARDS`, or empty."""
    standing: dict[str, Profile] = dict(standard()) if chosen else {}
    for block in standard_blocks(STANDARDS[chosen] if chosen else LIBRARY):
        standing[block.name.text] = _laid(block, standing)
    return standing


def standard_blocks(name: str) -> tuple[tree.Channel, ...]:
    """Read the channel blocks of a shipped file. Raises FileNotFoundError."""
    parsed = parse(Source(name, shipped_text(name)))
    if parsed.diagnostics:
        raise AssertionError(f"{name}: {parsed.diagnostics[0].message}")
    return tuple(item for item in parsed.file.items if isinstance(item, tree.Channel))


def _laid(block: tree.Channel, standing: Mapping[str, Profile]) -> Profile:
    beneath = standing[block.like.text] if block.like else standing.get(block.name.text, _NOTHING)
    phone = beneath.phone or block.name.text in PHONE_CHANNELS
    profile = structs.replace(beneath, name=block.name.text, phone=phone)
    for line in block.lines:
        profile = _with(profile, line)
    return profile


_NOTHING = Profile(
    "",
    tuple(Carried(kind, "none") for kind in MESSAGE_KINDS),
    tuple(Carried(kind, "none") for kind in BUTTON_KINDS),
)


def _with(profile: Profile, line: tree.ChannelLine) -> Profile:
    match line:
        case tree.Carries(button=True):
            return structs.replace(profile, buttons=_replaced(profile.buttons, _carried(line)))
        case tree.Carries():
            return structs.replace(profile, messages=_replaced(profile.messages, _carried(line)))
        case tree.PostbackLine(limits):
            return structs.replace(profile, postback=_limit(limits[0], POSTBACK))
        case tree.WindowLine(windows):
            return structs.replace(profile, windows=tuple(map(_window, windows)))
        case tree.StrictLine():
            return structs.replace(profile, strict=True)
        case _:
            assert_never(line)


def _replaced(lines: tuple[Carried, ...], stated: Carried) -> tuple[Carried, ...]:
    return tuple(stated if line.kind == stated.kind else line for line in lines)


def line_of(carries: tree.Carries) -> str:
    """Return the line's name in the tables of `channel_words`."""
    return f"button {carries.kind.text}" if carries.button else carries.kind.text


def _carried(line: tree.Carries) -> Carried:
    limits = (_limit(each, line_of(line)) for each in line.limits if isinstance(each, tree.Limit))
    written = (each.text.lower() for each in line.limits if isinstance(each, tree.MediaType))
    types = (_REGISTERED.get(each, each) for each in written)
    return Carried(
        line.kind.text, line.support or "native", tuple(limits), tuple(dict.fromkeys(types)), _source(line.authority)
    )


_REGISTERED = {"image/jpg": "image/jpeg"}
"""Types that documents misspell, as they are registered."""


def _limit(limit: tree.Limit, line: str) -> Limit:
    ranged = limit.up_to is not None
    most = int((limit.up_to or limit.amount).value)
    ucs2 = int(limit.ucs2.value) if limit.ucs2 else _as_many_bytes(most)
    return Limit(
        of="" if limit.of is None or limit.of == "cards" else limit.of,
        unit=unit_of(limit, line),
        most=most,
        least=int(limit.amount.value) if ranged else 0,
        ucs2=ucs2 if limit.unit == "gsm" else 0,
        with_buttons=limit.with_buttons,
        source=_source(limit.authority),
    )


def _as_many_bytes(septets: int) -> int:
    """Return how many UTF-16 units take the room of so many septets: 70 for 160, 67 for 153."""
    return (septets * 7 + 8) // 16


def unit_of(limit: tree.Limit, line: str) -> LimitUnit:
    """Return what a limit counts: the unit that is written, else the one that its line and its word have."""
    if isinstance(limit.amount, tree.Size):
        return "size"
    counts = "count" in {record.measure for record in records(line, limit.of or "")}
    return "number" if counts else limit.unit or "characters"


def _window(window: tree.Window) -> ReplyWindow:
    return ReplyWindow(window.duration.value, window.role or "", _source(window.authority))


def _source(authority: tree.String | None) -> str:
    return authority.text if authority else ""
