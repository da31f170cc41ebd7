"""Literals: from a token's spelling to the value it means.

Laws:

- A literal that makes no sense is reported at its own place and read as something near, so that it costs nothing else.
- In every string a brace is written twice. In templates `{…}` is a slot; inside it a quote does not end the string.
- Of a string over several lines, the line break after the opening quotes and the one before the closing quotes do not
  count, nor does the indentation that all its lines share.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date as calendar_date
from typing import Literal, TypeAlias

from msgspec import Struct

from pointsman.language import tree
from pointsman.language.diagnostics import Diagnostic, report, ticked
from pointsman.language.ir import Span

Report: TypeAlias = Callable[[Diagnostic], None]
"""Where a fault goes."""

_SLOT = r'\{[^{}"]*(?:"(?:[^"\\\n]|\\.)*"[^{}"]*)*\}'
_PIECE = re.compile(
    r"(?P<escape>\\(?:u\{[^}\n]*\}|.|$))"
    r"|(?P<double>\{\{|\}\})"
    rf"|(?P<slot>{_SLOT}|\{{[^{{}}\n]*\}})"  # the latter names no value, which is said of the slot
    r"|(?P<brace>[{}])"
    r"|(?P<words>[^\\{}]+)",
    re.DOTALL,
)
_ESCAPES = {"\\n": "\n", "\\t": "\t", '\\"': '"', "\\\\": "\\"}
_UNICODE = re.compile(r"\\u\{([0-9A-Fa-f]{1,6})\}")
_UNITS_MS = {"d": 86_400_000, "h": 3_600_000, "m": 60_000, "s": 1_000}
_UNITS_BYTES = {"KB": 1000, "MB": 1000**2, "GB": 1000**3, "KiB": 1024, "MiB": 1024**2, "GiB": 1024**3}
_DIGITS_MAX = 15
"""Digits of a number; 64-bit floats hold all whole numbers of so many."""
_WHOLE_MAX = 1_000_000_000_000_000


class Piece(Struct, frozen=True):
    """A stretch of a string: words, decoded, or the raw text between a slot's braces. Offsets are the file's."""

    kind: Literal["words", "slot"]
    text: str
    start: int
    end: int


# Strings --------------------------------------------------------------------------------------------------------------


def pieces(spelling: str, span: Span, place: Callable[[int, int], Span], complain: Report) -> list[Piece]:
    """Return the pieces of a string token, in order, neighbouring words not joined.

    `place` makes a Span of two offsets in the file. Escapes that do not exist and single braces are reported.
    """
    return list(_pieces(spelling, span.start, place, complain))


def plain(spelling: str, span: Span, place: Callable[[int, int], Span], complain: Report) -> tree.String:
    """Return a string that is no template; a slot in it is reported."""
    words = []
    for piece in _pieces(spelling, span.start, place, complain):
        if piece.kind == "slot":
            slot = f"{{{piece.text}}}"
            complain(
                report(
                    "bad-template",
                    f"{ticked(slot)} stands in a text that is taken as it is",
                    place(piece.start - 1, piece.end + 1),
                    help="write `{{` and `}}` for braces; fields are filled in only where a text is sent",
                )
            )
        words.append(piece.text)
    return tree.String("".join(words), spelling, span)


def _pieces(spelling: str, offset: int, place: Callable[[int, int], Span], complain: Report) -> Iterator[Piece]:
    start, end, indent = _body(spelling)
    for found in _PIECE.finditer(spelling, start, end):
        text, kind = found.group(), found.lastgroup
        here, there = offset + found.start(), offset + found.end()
        match kind:
            case "slot":
                yield Piece("slot", text[1:-1], here + 1, there - 1)
            case "words":
                yield Piece("words", _without_indent(text, indent), here, there)
            case "double":
                yield Piece("words", text[0], here, there)
            case "escape":
                yield Piece("words", _unescaped(text, place(here, there), complain), here, there)
            case _:
                complain(_single_brace(spelling[found.start() : min(found.start() + 80, end)], place(here, there)))


def _body(spelling: str) -> tuple[int, int, str | None]:
    """Where the text of a string token begins and ends, and the indentation its lines share (None: on one line)."""
    if not spelling.startswith('"""'):
        return 1, len(spelling) - 1, None
    start, end = 3, len(spelling) - 3
    first = re.compile(r"[ \t]*\n").match(spelling, start, end)
    last = re.compile(r"\n[ \t]*\Z").search(spelling[:end], first.end() - 1 if first else start)
    lines = spelling[first.end() - 1 if first else start : last.start() if last else end].split("\n")[1:]
    indent = shared_start([line[: len(line) - len(line.lstrip(" \t"))] for line in lines if line.strip()])
    begin = first.end() + _indent_length(spelling, first.end(), indent) if first else start
    return begin, max(begin, last.start()) if last else end, indent


def shared_start(texts: list[str]) -> str:
    """Return what all texts begin with."""
    low, high = min(texts, default=""), max(texts, default="")
    return low[: next((i for i, (a, b) in enumerate(zip(low, high, strict=False)) if a != b), len(low))]


def _indent_length(text: str, at: int, indent: str) -> int:
    return len(indent) if text.startswith(indent, at) else 0


def _without_indent(text: str, indent: str | None) -> str:
    if indent is None:
        return text
    return re.sub(rf"\n(?:[ \t]+(?=\n)|{re.escape(indent)})", "\n", text)


def _unescaped(text: str, span: Span, complain: Report) -> str:
    if text in _ESCAPES:
        return _ESCAPES[text]
    point = _UNICODE.fullmatch(text)
    if point and (number := int(point[1], 16)) <= 0x10FFFF and not 0xD800 <= number <= 0xDFFF:
        return chr(number)
    complain(
        report(
            "bad-escape",
            f"{ticked(text)} is not an escape",
            span,
            help='write `\\n`, `\\t`, `\\"`, `\\\\` or a code point such as `\\u{1F600}`; a backslash itself is `\\\\`',
        )
    )
    return text[1:]


def _single_brace(text: str, span: Span) -> Diagnostic:
    """The fault of a text that begins with a brace of no slot."""
    open_slot = re.compile(r'\{[^\W\d_][^{}"\n]{0,60}').match(text)
    if open_slot:
        help_ = "write `}` behind the field, or `{{` for a brace itself"
        return report("bad-template", f"{ticked(open_slot.group())} has no closing brace", span, help=help_)
    return report(
        "bad-template",
        f"a single `{text[0]}` stands in a text",
        span,
        help=f"write `{text[0] * 2}` for a brace, or `{{field}}` for a field's value",
    )


# Numbers, times and expressions ---------------------------------------------------------------------------------------


def regex(spelling: str, span: Span, complain: Report) -> tree.Regex:
    """Return a regular expression; whether RE2 takes it is for the checks to say."""
    pattern, _, flags = spelling[1:].rpartition("/")
    unknown = "".join(sorted(set(flags) - {"i", "s"}))
    if unknown:
        complain(
            report(
                "bad-regex",
                f"{ticked(unknown)} is not a flag of a regular expression",
                span,
                help="write `i` to ignore case, `s` to let a dot match line breaks",
            )
        )
    return tree.Regex(re.sub(r"\\(.)", _unslashed, pattern), "".join(sorted(set(flags) & {"i", "s"})), span)


def _unslashed(found: re.Match[str]) -> str:
    return "/" if found[1] == "/" else found[0]


def number(spelling: str, span: Span, complain: Report) -> tree.Number:
    return tree.Number(_amount(spelling, span, complain), spelling, span)


def size(spelling: str, span: Span, complain: Report) -> tree.Size:
    amount = spelling.rstrip("BKMGi").rstrip()
    unit = spelling[len(amount) :].strip()
    return tree.Size(_whole(_amount(amount, span, complain) * _UNITS_BYTES[unit], span, complain), spelling, span)


def percent(spelling: str, span: Span, complain: Report) -> tree.Percent:
    amount = spelling[:-1].rstrip()
    share = _amount(amount, span, complain) * 100
    if share > 10_000 or len(amount.partition(".")[2]) > 2:
        complain(
            report(
                "bad-number",
                f"{ticked(spelling)} is not a share",
                span,
                help="write a percentage from `0%` to `100%`, with at most two decimals",
            )
        )
    return tree.Percent(min(round(share), 10_000), spelling, span)


def duration(spelling: str, span: Span, complain: Report) -> tree.Duration:
    parts = re.findall(r"([0-9]+)([dhms])", spelling)
    units = [unit for _, unit in parts]
    if units != [unit for unit in "dhms" if unit in units]:
        complain(
            report(
                "bad-number",
                f"{ticked(spelling)} does not go from large to small",
                span,
                help="write each unit once, in the order days, hours, minutes, seconds: `1d2h30m`",
            )
        )
    total = sum(_amount(amount, span, complain) * _UNITS_MS[unit] for amount, unit in parts)
    return tree.Duration(_whole(total, span, complain), spelling, span)


def _whole(amount: float, span: Span, complain: Report) -> int:
    if amount < _WHOLE_MAX:
        return round(amount)
    complain(_too_long(span))
    return 0


def _amount(spelling: str, span: Span, complain: Report) -> float:
    if len(spelling.replace(".", "")) <= _DIGITS_MAX:
        return float(spelling)
    complain(_too_long(span))
    return 1.0


def _too_long(span: Span) -> Diagnostic:
    return report("bad-number", "a number is larger or finer than the language counts with", span, help="round it")


def date(spelling: str, span: Span, complain: Report) -> tree.Date:
    try:
        calendar_date.fromisoformat(spelling)
    except ValueError:
        complain(
            report(
                "bad-time",
                f"there is no date {ticked(spelling)}",
                span,
                help="write year, month and day as in `2026-12-25`",
            )
        )
        return tree.Date("2000-01-01", span)
    return tree.Date(spelling, span)


def clock(spelling: str, span: Span, complain: Report) -> tree.Clock:
    hour, minute = (int(part) for part in spelling.split(":"))
    if len(spelling) == 5 and minute < 60 and hour * 60 + minute <= 24 * 60:
        return tree.Clock(hour * 60 + minute, spelling, span)
    complain(
        report(
            "bad-time",
            f"there is no time {ticked(spelling)}",
            span,
            help="write two digits for the hour and two for the minute, `00:00` to `24:00`",
        )
    )
    return tree.Clock(0, spelling, span)


def hours(spelling: str, span: Span, place: Callable[[int, int], Span], complain: Report) -> tree.Hours:
    faults: list[Diagnostic] = []
    times = [
        clock(found.group(), place(span.start + found.start(), span.start + found.end()), faults.append)
        for found in re.finditer(r"[0-9]+:[0-9]+", spelling)
    ]
    opens, closes = times
    if not faults and opens.value >= closes.value:
        faults.append(
            report(
                "bad-time",
                f"{ticked(spelling)} ends before it begins",
                span,
                help="for hours over midnight, write them as two: until `24:00`, and from `00:00` on the next day",
            )
        )
    for fault in faults:
        complain(fault)
    return tree.Hours(opens, closes, span)
