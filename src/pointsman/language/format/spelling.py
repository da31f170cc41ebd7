"""How names and literals are spelled.

Laws:

- A literal keeps the unit, the digits and the kind of quotes that its author chose; what changes is what cannot be seen
  or says nothing: spaces inside, the form of escapes, the case of their digits.
- A literal without a spelling (`source` empty, as in trees that were never text) is written from its value; a value
  that is finer than the language writes is rounded.
- Characters that nobody can see are written as escapes in strings on one line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from functools import cache
from typing import assert_never

from pointsman.language import tree
from pointsman.language.build import FIELD_WORDS
from pointsman.language.grammar import grammar
from pointsman.language.ir import Span
from pointsman.language.literals import Piece, pieces, shared_start
from pointsman.language.quoting import UNSEEN, escape, escaped, plain_amount, quoted, written_size

_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
_DAY_S, _HOUR_S, _MINUTE_S = 86_400, 3_600, 60
_UNITS = frozenset({"KB", "MB", "GB", "KiB", "MiB", "GiB"})
"""Names that would be read together with a number before them."""


# Names ----------------------------------------------------------------------------------------------------------------


def name(node: tree.Name, *words: str) -> str:
    """Return a name, in quotes where it needs them; keywords that begin one of the grammar's rules `words` do not."""
    return node.text if _is_name(node.text) or node.text in _keywords(words) else f"'{node.text}'"


def subject_name(node: tree.Name) -> str:
    """Return a name that stands where a field could: one that is a field's word would be that field."""
    return f"'{node.text}'" if node.text in FIELD_WORDS else name(node)


def slot_name(node: tree.Name) -> str:
    """Return a name that begins a slot: there, keywords are names but for those that begin a field."""
    token = grammar().keywords.get(node.text)
    return node.text if token and token not in grammar().first["subject"] else subject_name(node)


def key(node: tree.Name | tree.Field) -> str:
    """Return the key of what goes `with` a message; any word of the language may be one, but for two."""
    if isinstance(node, tree.Field):
        return node.path
    return f"'{node.text}'" if node.text in ("with", "buttons") else name(node, "keyword")


@cache
def _is_name(text: str) -> bool:
    scanned = grammar().scan(text)
    return [token.type for token in scanned] == ["NAME"] and str(scanned[0]) == text and text not in _UNITS


@cache
def _keywords(rules: tuple[str, ...]) -> frozenset[str]:
    language = grammar()
    return frozenset(language.spelling[terminal] for rule in rules for terminal in language.first[rule])


# Strings --------------------------------------------------------------------------------------------------------------


def string(node: tree.String) -> str:
    return _respelled(node.source, ()) if node.source else quoted(node.text)


def template(node: tree.Template) -> str:
    """Return a template; slots in it are written one way."""
    slots = [slot(part) for part in node.parts if isinstance(part, tree.Slot)]
    if node.source:
        return _respelled(node.source, slots)
    filled = (f"{{{slot(part)}}}" if isinstance(part, tree.Slot) else escaped(part.text) for part in node.parts)
    return f'"{"".join(filled)}"'


def slot(node: tree.Slot) -> str:
    """Return what stands between a slot's braces."""
    match node.subject:
        case tree.Name():
            written = slot_name(node.subject)
        case tree.Field(path):
            written = path
        case tree.Count(counter):
            written = f"count of {name(counter)}"
        case tree.Length(of):
            written = f"length of {of.path if isinstance(of, tree.Field) else subject_name(of)}"
        case tree.Age():
            written = "conversation age"
        case _:
            assert_never(node.subject)
    return written if node.default is None else f"{written} or {string(node.default)}"


def indented(spelling: str, indent: int) -> str:
    """Return a string over several lines with its text `indent` columns in, where that does not change what it says."""
    opened = re.match(r'"""[ \t]*\n', spelling)
    closed = re.search(r'\n[ \t]*"""\Z', spelling)
    if not opened or not closed or closed.start() < opened.end():
        return spelling
    lines = spelling[opened.end() : closed.start()].split("\n")
    starts = [line[: len(line) - len(line.lstrip(" \t"))] for line in lines if line.strip()]
    shared = shared_start(starts)
    moved = [" " * indent + line.removeprefix(shared) if line.strip() else "" for line in lines]
    spelled = "\n".join(['"""', *moved, " " * indent + '"""'])
    return spelled if _said(spelled) == _said(spelling) else spelling


def _respelled(source: str, slots: Iterable[str]) -> str:
    """The same string with its escapes and its slots written one way. Of a long string, the words stay as they are."""
    unused = iter(slots)
    quotes = 3 if source.startswith('"""') else 1
    found = _pieces(source)
    if quotes == 3:
        spelled = "".join(_long_parts(source, found, unused))
        return spelled if _said(spelled, slots_too=False) == _said(source, slots_too=False) else source
    return f'"{"".join(_part(source, piece, unused) for piece in found)}"'


def _part(source: str, piece: Piece, slots: Iterator[str]) -> str:
    raw = source[piece.start : piece.end]
    if piece.kind == "slot":
        written = next(slots, raw)
        return f"{{{raw if '#' in _QUOTED.sub('', raw) else written}}}"
    if raw.startswith("\\"):
        return escape(piece.text)
    return UNSEEN.sub(lambda unseen: escape(unseen.group()), raw)


def _long_parts(source: str, found: Iterable[Piece], slots: Iterator[str]) -> Iterator[str]:
    at = 0
    for piece in found:
        if piece.kind == "slot":
            yield source[at : piece.start] + _part(source, piece, slots)[1:-1]
            at = piece.end
    yield source[at:]


def _pieces(source: str) -> list[Piece]:
    return pieces(source, tree.NOWHERE, _nowhere, lambda _: None)


def _said(source: str, *, slots_too: bool = True) -> list[str]:
    """The words and the slots of a string, neighbouring words joined."""
    said = [""]
    for piece in _pieces(source):
        if piece.kind == "words":
            said[-1] += piece.text
        else:
            said += [piece.text if slots_too else "", ""]
    return said


def _nowhere(_: int, __: int) -> Span:
    return tree.NOWHERE


# Numbers, times and expressions ---------------------------------------------------------------------------------------


def number(node: tree.Number) -> str:
    return node.source or plain_amount(Decimal(repr(node.value)))


def size(node: tree.Size) -> str:
    if node.source:
        return re.sub(r"[ \t]*([KMG]i?B)", r" \1", node.source)
    return written_size(node.value)


def duration(node: tree.Duration) -> str:
    if node.source:
        return node.source
    seconds = round(node.value / 1000)
    amounts = (
        (seconds // _DAY_S, "d"),
        (seconds % _DAY_S // _HOUR_S, "h"),
        (seconds % _HOUR_S // _MINUTE_S, "m"),
        (seconds % _MINUTE_S, "s"),
    )
    return "".join(f"{amount}{unit}" for amount, unit in amounts if amount) or "0s"


def percent(node: tree.Percent) -> str:
    return re.sub(r"[ \t]", "", node.source) if node.source else f"{plain_amount(Decimal(node.value) / 100)}%"


def clock(node: tree.Clock) -> str:
    return f"{node.value // 60:02}:{node.value % 60:02}"


def regex(node: tree.Regex) -> str:
    """Return a regular expression, its slashes escaped."""
    pattern = re.sub(r"\\.|/", lambda found: "\\/" if found.group() == "/" else found.group(), node.pattern)
    return f"/{pattern}/{node.flags}"
