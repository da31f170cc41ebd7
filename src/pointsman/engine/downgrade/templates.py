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
"""(subject, number, fallback) -> the line, or a whole text; None or empty where it is left out."""


class Template:
    """`counts`: it shows `n`. `of` is how it is written, by the type of its subject."""

    __slots__ = ("_lines", "counts", "of")

    def __init__(self, template: RungTemplate) -> None:
        self._lines = tuple(_split(template))
        self.of: dict[type, Line] = {}
        self.counts = any(isinstance(part, Part) and part.name == "n" for part in template)

    def writer(self, kind: type) -> Line:
        """Compile it for subjects of one type."""
        parts = PARTS_OF.get(kind, {})
        if len(self._lines) > 1 and all(map(_is_alone, self._lines)):
            names = [part.name for line in self._lines for part in line if isinstance(part, Part)]
            write = _column([parts[name] for name in names if name in parts])
        elif len(self._lines) == 1 and any(isinstance(it, Words) and it.text.strip() for it in self._lines[0]):
            write = _line(self._lines[0], parts)
        else:
            write = _text([_line(line, parts) for line in self._lines])
        self.of[kind] = write
        return write


def _is_alone(line: list[Words | Part]) -> bool:
    """Whether a line is one part of its subject and nothing else."""
    slots = [part for part in line if not (isinstance(part, Words) and not part.text)]
    match slots:
        case [Part(name, default)]:
            return not default and name not in ("n", "text")
        case _:
            return False


def _column(getters: list[Getter]) -> Line:
    """A text whose lines are one part each."""

    def written(subject: Any, _number: int, _fallback: str | None) -> str:
        text = ""
        for get in getters:
            if words := get(subject):
                text = f"{text}\n{words}" if text else words
        text = text.strip("\n")
        return "" if text.isspace() else text

    return written


def _text(lines: list[Line]) -> Line:
    def written(subject: Any, number: int, fallback: str | None) -> str:
        found = [words for line in lines if (words := line(subject, number, fallback)) is not None]
        text = "\n".join(found).strip("\n")
        return "" if text.isspace() else text

    return written


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
    return written


def _missing(_subject: Any) -> None:
    return None


def _of_attributes(pattern: str, names: list[str], otherwise: Line) -> Line:
    """A line whose parts all are plain attributes, read at once."""
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
