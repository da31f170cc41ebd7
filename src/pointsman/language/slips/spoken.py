"""Comparisons as they are spoken: `greater than 2`, `one of (…)`, `any "a", "b"`, `customer is …`, `after 17:00`.

Law: what is offered was seen to fit where it is to stand, or names what has to be declared for it.
"""

from __future__ import annotations

import re

from lark import Token

from pointsman.language.diagnostics import Diagnostic, report, ticked
from pointsman.language.grammar import grammar
from pointsman.language.slips.alternatives import written_out
from pointsman.language.slips.scene import Scene

_MORE = ("greater", "larger", "bigger", "more", "higher", "longer", "older")
_LESS = ("less", "smaller", "fewer", "lower", "shorter", "younger")
_SIGNS = {
    **{f"{word} than": ">" for word in _MORE},
    **{f"{word} than": "<" for word in _LESS},
    "at least": ">=",
    "at most": "<=",
}
_OPPOSITE = {">": "<=", "<": ">=", ">=": "<", "<=": ">"}
_SOON = ("after", "before", "past", "since", "until", "between", "from")
_CLOCK = re.compile(r"[0-9]{1,2}[:.][0-9]{2}(?![0-9])")
_TEXTS = ("STRING", "LONG_STRING")


def order_in_words(scene: Scene) -> Diagnostic | None:
    """`count of misses is greater than 2`, `is at least 2`, `is not more than 2`."""
    first = scene.at - (scene.word == "than")
    sign = _SIGNS.get(scene.written(max(first, 0), first + 2))
    if sign is None:
        return None
    start, end = first, first + 2
    while scene.kind_at(start - 1) in ("IS", "NOT"):
        start -= 1
    if sign in "<>" and scene.written(end, end + 3) == "or equal to":
        sign, end = f"{sign}=", end + 3
    if "NOT" in (scene.kind_at(at) for at in range(start, first)):
        sign = _OPPOSITE[sign]
    if not _fits(scene, start, sign):
        return None
    message = f"{ticked(scene.written(start, end))} is not how the language compares"
    return report("syntax", message, scene.place(start, end), help=f"write `{sign}`")


def one_of(scene: Scene) -> Diagnostic | None:
    """`text is one of ("a", "b")`, `text contains one of words`, `text is any of words`."""
    if scene.word != "of" or str(scene.previous) not in ("one", "any", "either"):
        return None
    start = scene.at - 1
    while scene.kind_at(start - 1) in ("IS", "NOT"):
        start -= 1
    denied = "NOT" in (scene.kind_at(at) for at in range(start, scene.at))
    written = ("not in" if denied else "in") if scene.kind_at(start) == "IS" else "any"
    if not _fits(scene, start, *written.split()):
        return None
    message = f"{ticked(scene.written(start, scene.at + 1))} is not how the language asks for one of several"
    begins = scene.kind_at(scene.at + 1) in ("LPAR", "NAME", "QUOTED_NAME")
    help_ = f"write `{written}`" if begins else f"write `{written}` and a list, or its values in parentheses"
    return report("syntax", message, scene.place(start, scene.at + 1), help=help_)


def values_in_a_row(scene: Scene) -> Diagnostic | None:
    """`text contains any "a", "b"`, `text is "a", "b"`: several values without parentheses."""
    after_any = scene.kind in _TEXTS and scene.kind_at(scene.at - 1) == "ANY"
    after_comma = scene.kind == "COMMA" and scene.kind_at(scene.at - 1) in _TEXTS and "THEN" in scene.expected
    if not after_any and not (after_comma and scene.kind_at(scene.at + 1) in _TEXTS):
        return None
    first = scene.at if after_any else scene.at - 1
    values = [str(scene.tokens[first])]
    at = first
    while scene.kind_at(at + 1) in ("COMMA", "OR") and scene.kind_at(at + 2) in _TEXTS:
        at += 2
        values.append(str(scene.tokens[at]))
    written = written_out(scene, first, values)
    if not written:
        return None
    message = "several values stand without parentheses" if len(values) > 1 else "`any` stands before one text"
    help_ = f"write `{written}`" + (", or declare a list: `any LIST`" if after_any and len(values) > 1 else "")
    return report("syntax", message, scene.place(first, at + 1), help=help_)


def customer_tested(scene: Scene) -> Diagnostic | None:
    """`customer is vip`, `customer in vips`: the customer is a party, and no field."""
    verb = scene.kind_at(scene.at + 1)
    if scene.kind != "CUSTOMER" or verb not in ("IS", "IN", "NOT") or not scene.could_be("condition"):
        return None
    help_ = 'write `sender in LIST` for who it is, or `contact.KEY is "…"` for what is known of them'
    return report("syntax", "`customer` is no field that can be compared", scene.span, help=help_)


def time_in_words(scene: Scene) -> Diagnostic | None:
    """`it is after 17:00`, `after 9:00`, `between 09:00 and 17:00`: hours are what calendars are for."""
    if not ({"THEN", "IS"} & scene.expected or scene.could_be("value") or scene.could_be("condition")):
        return None
    for at in (scene.at, scene.at - 1):
        time = scene.written(at + 1, at + 2)
        if at >= 0 and scene.written(at, at + 1) in _SOON and _CLOCK.match(time):
            help_ = "declare a calendar with the hours that are meant, and ask `NAME is open`"
            return report("syntax", f"nothing is compared with {ticked(time)}", scene.place(at, at + 2), help=help_)
    return None


def _fits(scene: Scene, start: int, *words: str) -> bool:
    """Whether `words` can stand behind the tokens before `start`."""
    terminals = {written: terminal for terminal, written in grammar().spelling.items()}
    return grammar().fits([*scene.tokens[:start], *(Token(terminals[word], word) for word in words)])
