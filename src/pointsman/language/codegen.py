"""IR -> Python: one function a rule, for what the index has not settled of its condition.

Laws: the listing is deterministic and reads as the rule does, one test a line; user text reaches it only through
`literal` (values, and names in comments) and `_identifier` (parts of names, in `[a-z0-9_]`, behind a number that makes
them unique); lists are used by reference. For each line the place in the rules is returned beside it. The names that a
listing uses are those of `engine.operators`; `v` is an `engine.view.View`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TypeAlias, assert_never

from pointsman.language.folding import fold, words_of
from pointsman.language.index import TriggerIndex
from pointsman.language.ir import (
    Age,
    And,
    Atom,
    ChoiceTest,
    Comparator,
    Compare,
    Condition,
    Count,
    Exists,
    Field,
    HasButtons,
    IsEnabled,
    IsOpen,
    LastOlder,
    Length,
    Matches,
    Not,
    NumberIn,
    Or,
    ProgramIR,
    Quantity,
    Rule,
    Sample,
    Span,
    TextTest,
)

_ORDER = {"<": "below", "<=": "at_most", ">": "above", ">=": "at_least"}
_SIGNS = {"==": "==", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_ATTRIBUTES = {"text": "v.text", "sender": "v.sender"}
_MAPPINGS = {"context": "v.context", "contact": "v.contact", "meta": "v.meta", "request": "v.request"}
_KINDS = ("NEEDLES", "PATTERN", "VALUES")
"""Kinds of hoisted constants, in the order in which they stand in a listing."""

_PARTS = {"starts": "starts", "ends": "ends", "contains": "contains", "mentions": "mentions"}
_Line: TypeAlias = tuple[str, Span | None]
_Call: TypeAlias = TextTest | Matches | Compare | Exists | IsOpen | HasButtons | LastOlder | Sample


def literal(value: str | int | float | tuple[str, ...]) -> str:
    """Write a value as a Python literal of printable ASCII: the only way for user text into a listing."""
    match value:
        case (one,):
            return f"({one!a},)"
        case tuple():
            return f"({', '.join(map(ascii, value))})"
        case float() if not value.is_integer():
            return ascii(value)
        case int() | float():
            return f"{int(value):_}"
        case _:
            return ascii(value)


def function_name(number: int, rule: str) -> str:
    """The name of rule `number`'s function: unique by its number, readable by its words."""
    return f"rule_{number}_{_identifier(rule)}".rstrip("_")


def _identifier(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", text.lower().encode("ascii", "ignore").decode()).strip("_")[:40]


def generate(ir: ProgramIR, tables: tuple[TriggerIndex, ...]) -> tuple[str, tuple[Span | None, ...]]:
    """Return the listing and the place of each of its lines. Rules without a residual condition have no function."""
    writer = _Writer()
    functions: list[_Line] = []
    for number, (policy, rule, residual) in enumerate(_rules(ir, tables)):
        if residual is not None:
            functions += writer.function(number, policy, rule, residual)
    lines = [*writer.frame(), *functions]
    return "".join(f"{line}\n" for line, _ in lines), tuple(place for _, place in lines)


def _rules(ir: ProgramIR, tables: tuple[TriggerIndex, ...]) -> Iterator[tuple[str, Rule, Condition | None]]:
    """(policy, rule, residual) of every rule in program order; a rule's residual is the same under every trigger.

    A policy on `any service` in a program without services has no trigger: its rules are never tried.
    """
    residuals = {place: left for table in tables for place, left in zip(table.rules, table.residuals, strict=True)}
    for p, policy in enumerate(ir.policies):
        for r, rule in enumerate(policy.rules):
            yield policy.name, rule, residuals.get((p, r))


class _Writer:
    """Writes functions and hoists what costs something to prepare; equal constants are hoisted once."""

    def __init__(self) -> None:
        self._hoisted: dict[str, dict[str, tuple[str, Span]]] = {kind: {} for kind in _KINDS}
        """By kind and expression: the constant's name, and the place that needed it first."""

    def frame(self) -> list[_Line]:
        head = "# Conditions that the index leaves open, one function a rule; v is the event as the rule sees it."
        constants = [
            (f"{name} = {expression}", place)
            for hoisted in self._hoisted.values()
            for expression, (name, place) in hoisted.items()
        ]
        return [(head, None), *constants]

    def function(self, number: int, policy: str, rule: Rule, condition: Condition) -> list[_Line]:
        place = rule.span
        whose = (
            f"# {literal(place.file)} line {literal(place.line)}: policy {literal(policy)}, rule {literal(rule.name)}"
        )
        head = [("", None), ("", None), (whose, place), (f"def {function_name(number, rule.name)}(v):", place)]
        lines = self._lines(condition, 2)
        if len(lines) == 1:
            return [*head, (f"    return {lines[0][0].strip()}", lines[0][1])]
        return [*head, ("    return (", condition.span), *lines, ("    )", condition.span)]

    def _lines(self, condition: Condition, depth: int) -> list[_Line]:
        pad = "    " * depth
        match condition:
            case And(parts) | Or(parts):
                return self._joined(parts, "and" if isinstance(condition, And) else "or", depth)
            case Not(part, span):
                return self._denied(part, span, depth)
            case _:
                return [(f"{pad}{self._test(condition)}", condition.span)]

    def _denied(self, part: Condition, place: Span, depth: int) -> list[_Line]:
        pad = "    " * depth
        match part:
            case And() | Or():
                return [(f"{pad}not (", place), *self._lines(part, depth + 1), (f"{pad})", place)]
            case Not():
                (first, _), *rest = self._lines(part, depth)
                return [(f"{pad}not {first.lstrip()}", place), *rest]
            case _:
                return [(f"{pad}{self._test(part, holds=False)}", place)]

    def _joined(self, parts: tuple[Condition, ...], word: str, depth: int) -> list[_Line]:
        pad = "    " * depth
        lines: list[_Line] = []
        for number, part in enumerate(parts):
            start = f"{word} " if number else ""
            if isinstance(part, And | Or):
                lines += [(f"{pad}{start}(", part.span), *self._lines(part, depth + 1), (f"{pad})", part.span)]
            else:
                (first, place), *rest = self._lines(part, depth)
                lines += [(f"{pad}{start}{first.lstrip()}", place), *rest]
        return lines

    def _test(self, test: Atom, *, holds: bool = True) -> str:
        """An expression that is true where the test holds; with `holds=False`, where it does not."""
        match test:
            case TextTest(how="is", list=""):
                return _among(_compared(test), _prepared(test), holds)
            case TextTest(how="is"):
                return f"{_compared(test)} {_in(holds)} {self._values(test, 'VALUES', 'frozenset')}"
            case ChoiceTest(path, names):
                return _among(f"v.name({literal(path)})", names, holds)
            case NumberIn(subject, values, ""):
                return _among(_number(subject), values, holds)
            case NumberIn(subject, _, name, span):
                numbers = self._hoist("VALUES", f"numbers({literal(name)})", name, span)
                return f"{_number(subject)} {_in(holds)} {numbers}"
            case IsEnabled(component):
                return f"{literal(component)} {_in(holds)} v.enabled"
            case _:
                return self._call(test) if holds else f"not {self._call(test)}"

    def _call(self, test: _Call) -> str:
        match test:
            case TextTest():
                return self._text_test(test)
            case Matches(path, pattern, flags, _, span):
                arguments = f"{literal(pattern)}, {literal(flags)}" if flags else literal(pattern)
                return f"search({self._hoist('PATTERN', f'pattern({arguments})', '', span)}, {_value(path)})"
            case Compare(subject, how, value):
                return _comparison(subject, how, value)
            case Exists(path):
                return f"v.exists({literal(path)})"
            case IsOpen(calendar):
                return f"v.is_open({literal(calendar)})"
            case HasButtons():
                return "v.has_buttons"
            case LastOlder(parties, ms):
                return f"v.last_older({literal(parties)}, {literal(ms)})"
            case Sample(share, salt):
                return f"v.sampled({literal(salt)}, {literal(share)})"
            case _:
                assert_never(test)

    def _text_test(self, test: TextTest) -> str:
        """A test on a part of a text; `is` asks for the whole and is none."""
        if test.how in ("starts", "ends"):
            ends = self._values(test, "VALUES", "tuple") if test.list else literal(_prepared(test))
            return f"{_PARTS[test.how]}({_compared(test)}, {ends})"
        return f"{_PARTS[test.how]}({_compared(test)}, {self._values(test, 'NEEDLES', 'Needles')})"

    def _values(self, test: TextTest, kind: str, collection: str) -> str:
        """The name of a constant that holds the values, prepared as the text will be that they are compared with."""
        if not test.list:
            values = _prepared(test)
            return self._hoist(kind, f"{collection}({literal(values)})", values[0] if values else "", test.span)
        inner = f"texts({literal(test.list)})"
        for way in (() if test.exactly else ("fold",)) + (("words_of",) if test.how == "mentions" else ()):
            inner = f"map({way}, {inner})"
        return self._hoist(kind, f"{collection}({inner})", test.list, test.span)

    def _hoist(self, kind: str, expression: str, called: str, place: Span) -> str:
        hoisted = self._hoisted[kind]
        if expression not in hoisted:
            hoisted[expression] = (f"{kind}_{len(hoisted)}_{_identifier(called)}".rstrip("_"), place)
        return hoisted[expression][0]


def _prepared(test: TextTest) -> tuple[str, ...]:
    """The values that stand in the rule, as the text will be that they are compared with."""
    values = test.values if test.exactly else tuple(map(fold, test.values))
    return tuple(map(words_of, values)) if test.how == "mentions" else values


def _among(value: str, members: tuple[str, ...] | tuple[float, ...], holds: bool) -> str:
    """Python keeps a set of literals behind `in` as one constant, so there is nothing to hoist."""
    match members:
        case (member,):
            return f"{value} {'==' if holds else '!='} {literal(member)}"
        case ():
            return f"{value} {_in(holds)} ()"
        case _:
            return f"{value} {_in(holds)} {{{', '.join(map(literal, members))}}}"


def _in(holds: bool) -> str:
    return "in" if holds else "not in"


def _value(path: str) -> str:
    """The raw text of a field, or None."""
    head, _, key = path.partition(".")
    if key and head in _MAPPINGS:
        return f"{_MAPPINGS[head]}.get({literal(key)})"
    return _ATTRIBUTES.get(path) or f"v.value({literal(path)})"


def _compared(test: TextTest) -> str:
    """The text as this test compares it, or None."""
    if test.path == "text" and not test.exactly:
        return "v.words" if test.how == "mentions" else "v.folded"
    value = _value(test.path) if test.exactly else f"folded({_value(test.path)})"
    return f"spaced({value})" if test.how == "mentions" else value


def _comparison(subject: Quantity, how: Comparator, value: float) -> str:
    """A count and an age always have a value, and nothing equals a missing one; in order it has to be there."""
    if how == "==" or isinstance(subject, Count | Age):
        return f"{_number(subject)} {_SIGNS[how]} {literal(value)}"
    return f"{_ORDER[how]}({_number(subject)}, {literal(value)})"


def _number(subject: Quantity) -> str:
    match subject:
        case Field(path):
            return f"v.number({literal(path)})"
        case Length(path):
            return f"length({_value(path)})"
        case Count(counter):
            return f"v.counters.get({literal(counter)}, 0)"
        case Age():
            return "v.age"
        case _:
            assert_never(subject)
