"""Texts of downgrades, compiled once for a channel: line by line, so that lines without anything to say are left out.

Laws: a line whose parts (other than `n`) are all missing is left out; a part that is missing beside others is empty;
blanks that a missing part leaves at a line's end go with it, and so do empty lines around the whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from operator import attrgetter
from typing import Any, TypeAlias

from pointsman.engine.downgrade.parts import PARTS_OF
from pointsman.engine.downgrade.parts import Part as Getter
from pointsman.language.ir import Part, RungTemplate, Words

Line: TypeAlias = Callable[[Any, int, str | None], str | None]
"""(subject, number, fallback) -> the line; None where it is left out."""


class Template:
    """`counts`: it shows `n`."""

    __slots__ = ("_lines", "_of", "counts")

    def __init__(self, template: RungTemplate) -> None:
        self._lines = tuple(_split(template))
        self._of: dict[type, tuple[Line, ...]] = {}
        self.counts = any(isinstance(part, Part) and part.name == "n" for part in template)

    def text(self, subject: Any, number: int, fallback: str | None) -> str:
        """Write it for a subject; empty where nothing is left."""
        lines = self._of.get(type(subject)) or self._compiled(type(subject))
        if len(lines) == 1:
            text = lines[0](subject, number, fallback) or ""
        else:
            found = [line for each in lines if (line := each(subject, number, fallback)) is not None]
            text = "\n".join(found).strip("\n")
        return "" if text.isspace() else text

    def _compiled(self, kind: type) -> tuple[Line, ...]:
        parts = PARTS_OF.get(kind, {})
        lines = self._of[kind] = tuple(_line(line, parts) for line in self._lines)
        return lines


def _split(template: RungTemplate) -> Iterator[list[Words | Part]]:
    """The template's lines; a border is a line break of its own words, not of what a part holds."""
    line: list[Words | Part] = []
    for part in template:
        if isinstance(part, Part):
            line.append(part)
            continue
        first, *others = part.text.split("\n")
        line.append(Words(first))
        for words in others:
            yield line
            line = [Words(words)]
    yield line


def _line(line: list[Words | Part], parts: Mapping[str, Getter]) -> Line:
    pattern = "".join(part.text.replace("%", "%%") if isinstance(part, Words) else "%s" for part in line)
    slots = [part for part in line if isinstance(part, Part)]
    if not slots:
        constant = pattern.replace("%%", "%")
        return lambda _subject, _number, _fallback: constant
    written = _written(pattern, slots, parts)
    plain = all(isinstance(parts.get(part.name), attrgetter) and not part.default for part in slots)
    if plain and not any(part.name in ("n", "text") for part in slots):
        return _of_attributes(pattern, [part.name for part in slots], written)
    if pattern == "%s" and not slots[0].default and slots[0].name not in ("n", "text"):
        get = parts.get(slots[0].name, _missing)
        return lambda subject, _number, _fallback: get(subject) or None
    return written


def _missing(_subject: Any) -> None:
    return None


def _of_attributes(pattern: str, names: list[str], otherwise: Line) -> Line:
    """A line whose parts all are plain attributes, read at once."""
    if pattern == "%s":
        only = attrgetter(names[0])
        return lambda subject, _number, _fallback: only(subject) or None
    read = attrgetter(*names)
    alone = len(names) == 1

    def written(subject: Any, number: int, fallback: str | None) -> str | None:
        values = (read(subject),) if alone else read(subject)
        return pattern % values if all(values) else otherwise(subject, number, fallback)

    return written


def _written(pattern: str, slots: list[Part], parts: Mapping[str, Getter]) -> Line:
    getters = [None if part.name == "n" else _getter(part, parts) for part in slots]

    def written(subject: Any, number: int, fallback: str | None) -> str | None:
        values = [number if get is None else get(subject, fallback) for get in getters]
        if None not in values:
            return pattern % tuple(values)
        if all(get is None or value is None for get, value in zip(getters, values, strict=True)):
            return None
        return (pattern % tuple("" if value is None else value for value in values)).rstrip()

    return written


def _getter(part: Part, parts: Mapping[str, Getter]) -> Callable[[Any, str | None], str | None]:
    get, default = parts.get(part.name, _missing), part.default or None
    if part.name == "text":
        return lambda subject, fallback: get(subject) or fallback or default
    return lambda subject, _fallback: get(subject) or default
