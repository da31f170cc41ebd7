"""Slips inside words: what the language has no token for, texts and expressions that end elsewhere than was meant."""

from __future__ import annotations

import re
import unicodedata

from pointsman.language import literals
from pointsman.language.diagnostics import Diagnostic, report, ticked
from pointsman.language.grammar import BAD, torn_string
from pointsman.language.slips.scene import Scene, span_of

_OPERATORS = {
    "=": "is",
    "==": "is",
    "!=": "is not",
    "<>": "is not",
    "≠": "is not",
    "&&": "and",
    "||": "or",
    "!": "not",
    "=>": ">=",
    "≥": ">=",
    "≤": "<=",
    "&": "and",
    "|": "or",
}
_UNITS = {
    "s": ("s", "sec", "secs", "second", "seconds"),
    "m": ("m", "min", "mins", "minute", "minutes"),
    "h": ("h", "hr", "hrs", "hour", "hours"),
    "d": ("d", "day", "days"),
    " KB": ("kb", "kilobyte", "kilobytes"),
    " MB": ("mb", "megabyte", "megabytes"),
    " GB": ("gb", "gigabyte", "gigabytes"),
}
_UNIT_OF = {word: unit for unit, words in _UNITS.items() for word in words}
_SMALLER = {"d": ("h", 24), "h": ("m", 60), "m": ("s", 60)}
"""The next unit of a duration, and how many of it make one."""
_NO_UNIT = "{} is not in a unit of the language"
_CURLY = "“”„«»‘’‚"
_REGEX_RUN = re.compile(r"/\S*/[A-Za-z]*")
_LINE_LOOKED_AT = 500
"""Characters of a line behind a place; it may hold megabytes."""


def unreadable(scene: Scene) -> Diagnostic | None:
    """Tokens that the language does not have."""
    if scene.kind != BAD:
        return None
    word, span = scene.word, scene.span
    if word.startswith('"'):
        return _open_text(scene)
    if word[0] in _CURLY:
        straight = "'" if word[0] in "‘’‚" else '"'
        help_ = f"write straight ones: `{straight}{word.strip(_CURLY)}{straight}`"
        return report("syntax", f"{ticked(word)} has curly quotes", span, help=help_)
    if word == "''":
        return report("syntax", "a name is empty", span, help="write at least one character between the quotes")
    if word[0] == "'":
        return report("syntax", "a name has no closing quote", span, help="write `'` on the same line")
    if word in _OPERATORS:
        return written_as(scene, _OPERATORS[word])
    if word[0].isdigit():
        return _no_number(scene)
    if word in "{}":
        help_ = "take it out: nothing needs to be closed, an item ends where the next begins"
        return report("syntax", f"{ticked(word)} stands outside of a text", span, help=help_)
    if word[0] == "/":
        slash = scene.source.span(span.start, span.start + 1)
        help_ = "write it on one line between slashes; a slash inside it is `\\/`"
        return report("syntax", "a regular expression has no closing slash", slash, help=help_)
    if not word.isprintable() or unicodedata.category(word[0]) in ("Cf", "Mn"):
        return report("syntax", f"an invisible character stands here, U+{ord(word[0]):04X}", span, help="take it out")
    return report("syntax", f"{ticked(word)} is not part of the language", span, help="take it out")


def _open_text(scene: Scene) -> Diagnostic:
    """A text whose end cannot be told: its quote is missing, or the brace of a slot with quotes of its own."""
    span = scene.span
    torn = torn_string(scene.word)
    if torn:
        faults: list[Diagnostic] = []
        literals.pieces(torn, scene.source.span(span.start, span.start + len(torn)), scene.source.span, faults.append)
        return next(fault for fault in faults if fault.slug == "bad-template")
    marks = '"""' if scene.word.startswith('"""') else '"'
    opening = scene.source.span(span.start, span.start + len(marks))
    where = "after the text" if marks == '"""' else "on the same line"
    more = "" if marks == '"""' else '; a text over several lines stands between `"""` and `"""`'
    return report("syntax", "a text has no closing quote", opening, help=f"write `{marks}` {where}{more}")


def odd_quotes(scene: Scene) -> Diagnostic | None:
    """`"a then reply "b"`: a text ended at the quote that was to begin the next; what follows shows it."""
    previous, token = scene.previous, scene.token
    if previous is None or token is None or previous.type not in ("STRING", "QUOTED_NAME"):
        return None
    touching = previous.end_pos == token.start_pos and scene.word[0].isalnum()
    if not touching and not (previous.type == "STRING" and _quote_left(scene)):
        return None
    quote = previous[0]
    help_ = 'a quote inside a text is `\\"`' if quote == '"' else "no name holds one"
    return report(
        "syntax",
        "the quotes of this line do not pair",
        span_of(scene.source, previous),
        help=f"write `{quote}` at both ends; {help_}",
    )


def _quote_left(scene: Scene) -> bool:
    """Whether a quote that nothing closes stands further on in the line."""
    start = scene.previous.end_pos if scene.previous else 0
    line_end = scene.source.text.find("\n", start)
    for token in scene.tokens[scene.at :]:
        if line_end >= 0 and (token.start_pos or 0) > line_end:
            return False
        if token.type == BAD and token.startswith('"'):
            return True
    return False


def slash_inside(scene: Scene) -> Diagnostic | None:
    """`/[/]/`: an expression ended at a slash that was meant to be part of it."""
    previous = scene.previous
    if previous is None or previous.type != "REGEX" or scene.token is None:
        return None
    if previous.end_pos != scene.token.start_pos or scene.word in ("(", ")", ","):
        return None
    start = previous.start_pos or 0
    found = _REGEX_RUN.match(scene.source.text, start, start + _LINE_LOOKED_AT)
    end = found.end() if found else scene.span.end
    help_ = "a slash inside a regular expression is written `\\/`"
    if found:
        pattern, _, flags = found.group()[1:].rpartition("/")
        escaped = re.sub(r"(\\.)|/", lambda part: part[1] or "\\/", pattern)
        help_ += f": `/{escaped}/{flags}`"
    message = "a regular expression ends at a slash inside it"
    return report("syntax", message, scene.source.span(start, max(end, start)), help=help_)


# Numbers --------------------------------------------------------------------------------------------------------------


def _no_number(scene: Scene) -> Diagnostic:
    found = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?)([A-Za-z]+)", scene.word)
    if found and found[2].lower() in _UNIT_OF:
        message, help_ = _in_units(scene.word, found[1], _UNIT_OF[found[2].lower()])
        return report("syntax", message, scene.span, help=help_)
    help_ = "write a number `12`, a size `5 MB`, a duration `1h30m`, a date `2026-12-25` or a time `09:00`"
    return report("syntax", f"{ticked(scene.word)} is not a number", scene.span, help=help_)


_HOURS_RUN = re.compile(r"(\d{1,2})(?:[.:h](\d{2})?)?h?\s*(?:-|–|to|until)\s*(\d{1,2})(?:[.:h](\d{2})?)?h?(?!\w)")


def odd_hours(scene: Scene) -> Diagnostic | None:
    """`9-17`, `9.30 to 17.00`: opening hours in another shape."""
    if "HOURS" not in scene.expected or not scene.word[:1].isdigit():
        return None
    start = scene.span.start
    found = _HOURS_RUN.match(scene.source.text, start, start + _LINE_LOOKED_AT)
    if not found:
        help_ = "write both times with four digits: `09:00-17:30`"
        return report("syntax", f"{ticked(scene.word)} is not a time from and to", scene.span, help=help_)
    opens, closes = (f"{int(found[hour]):02}:{found[hour + 1] or '00'}" for hour in (1, 3))
    place = scene.source.span(start, found.end())
    message = f"{ticked(found.group())} are not hours as the language writes them"
    return report("syntax", message, place, help=f"write `{opens}-{closes}`")


def spelled_out_unit(scene: Scene) -> Diagnostic | None:
    """`5 minutes`, whether the parser stopped at the number or at the word."""
    first = scene.at if scene.kind == "NUMBER" else scene.at - 1
    pair = scene.tokens[max(first, 0) : first + 2]
    if len(pair) < 2 or pair[0].type != "NUMBER" or pair[1].lower() not in _UNIT_OF:
        return None
    place = scene.source.span(pair[0].start_pos or 0, pair[1].end_pos or 0)
    written = scene.source.text[place.start : place.end]
    message, help_ = _in_units(written, str(pair[0]), _UNIT_OF[pair[1].lower()])
    return report("syntax", message, place, help=help_)


def no_unit(scene: Scene) -> Diagnostic | None:
    """`sample 10`, `silence for 5`: a number where something with a unit belongs."""
    if scene.kind != "NUMBER":
        return None
    number = scene.word
    if "PERCENT" in scene.expected:
        return report("syntax", f"a share has no `%`: `{number}`", scene.span, help=f"write `{number}%`")
    if "DURATION" in scene.expected:
        whole = number.partition(".")[0]
        help_ = f"write seconds, minutes, hours or days: `{whole}s`, `{whole}m`, `{whole}h`, `{whole}d`"
        return report("syntax", f"a duration has no unit: `{number}`", scene.span, help=help_)
    if "SIZE" in scene.expected:
        help_ = f"write `{number} KB`, `{number} MB` or `{number} GB`"
        return report("syntax", f"a size has no unit: `{number}`", scene.span, help=help_)
    return None


def _in_units(written: str, amount: str, unit: str) -> tuple[str, str]:
    """What is wrong with an amount and its unit, and what to write."""
    if unit not in (*_SMALLER, "s") or "." not in amount:
        return _NO_UNIT.format(ticked(written)), f"write `{amount}{unit}`"
    message = f"a duration counts whole units: {ticked(written)}"
    value = float(amount)
    while not value.is_integer() and unit in _SMALLER:
        unit, times = _SMALLER[unit]
        value = round(value * times, 6)
    if value.is_integer() and value > 0:
        return message, f"write `{int(value)}{unit}`"
    return message, f"write `{max(round(value), 1)}{unit}`, the nearest whole one"


def written_as(scene: Scene, instead: str) -> Diagnostic:
    """Report a word of another language, and the word of this one."""
    return report(
        "syntax", f"{ticked(scene.word)} is not a word of the language", scene.span, help=f"write `{instead}`"
    )
