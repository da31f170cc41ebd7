"""IR -> Python: one function a rule, for what the index has not settled of its condition.

Laws: the listing is deterministic and reads as the rule does, one test a line; user text reaches it only through
`literal` (values) and `_identifier` (names of functions, in `[a-z0-9_]`); lists are used by reference. For each line
the place in the rules is returned beside it. The names that a listing uses are those of `engine.operators`; `v` is an
`engine.view.View`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pointsman.language.folding import fold, words_of
from pointsman.language.index import TriggerIndex
from pointsman.language.ir import (
    Age,
    And,
    ChoiceTest,
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
    Sample,
    Span,
    TextTest,
)

_COMPARISONS = {"==": "equal", "<": "below", "<=": "at_most", ">": "above", ">=": "at_least"}
_KEYED = ("context", "contact", "meta", "request")


def literal(value: str | int | float | tuple[str, ...]) -> str:
    """Write a value as a Python literal of printable ASCII: the only way for user text into a listing."""
    if isinstance(value, tuple):
        return "(" + "".join(f"{item!a}, " for item in value).rstrip() + ")"
    if isinstance(value, float) and value.is_integer():
        return ascii(int(value))
    return ascii(value)


def function_name(number: int, rule: str) -> str:
    """The name of rule `number`'s function: unique by its number, readable by its words."""
    return f"rule_{number}_{_identifier(rule)}".rstrip("_")


def _identifier(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", text.lower().encode("ascii", "ignore").decode()).strip("_")[:40]


def generate(ir: ProgramIR, tables: tuple[TriggerIndex, ...]) -> tuple[str, tuple[Span | None, ...]]:
    """Return the listing and the place of each of its lines. Rules without a residual condition have no function."""
    writer = _Writer()
    functions: list[tuple[str, Span | None]] = []
    for number, (policy, rule, residual) in enumerate(_rules(ir, tables)):
        if residual is not None:
            functions += writer.function(function_name(number, rule), policy, rule, residual)
    lines = [*writer.frame(), *functions]
    return "".join(f"{line}\n" for line, _ in lines), tuple(place for _, place in lines)


def _rules(ir: ProgramIR, tables: tuple[TriggerIndex, ...]) -> Iterator[tuple[str, str, Condition | None]]:
    """(policy, rule, residual) of every rule in program order; a rule's residual is the same under every trigger.

    A policy on `any service` in a program without services has no trigger: its rules are never tried.
    """
    residuals = {place: left for table in tables for place, left in zip(table.rules, table.residuals, strict=True)}
    for p, policy in enumerate(ir.policies):
        for r, rule in enumerate(policy.rules):
            yield policy.name, rule.name, residuals.get((p, r))


class _Writer:
    """Writes functions and hoists what they compare with; equal constants are hoisted once."""

    def __init__(self) -> None:
        self._constants: dict[str, str] = {}

    def frame(self) -> list[tuple[str, Span | None]]:
        head = ["# Conditions that the index leaves open, one function a rule; v is the event as the rule sees it."]
        hoisted = [f"{name} = {value}" for value, name in self._constants.items()]
        return [(line, None) for line in (*head, *hoisted)]

    def function(self, name: str, policy: str, rule: str, condition: Condition) -> list[tuple[str, Span | None]]:
        place = condition.span
        head = [("", None), ("", None), (f"def {name}(v):  # policy {literal(policy)}, rule {literal(rule)}", place)]
        lines = self._lines(condition, 2)
        if len(lines) == 1:
            return [*head, (f"    return {lines[0][0].strip()}", place)]
        return [*head, ("    return (", place), *lines, ("    )", place)]

    def _lines(self, condition: Condition, depth: int) -> list[tuple[str, Span | None]]:
        pad = "    " * depth
        match condition:
            case And(parts) | Or(parts):
                word = "and" if isinstance(condition, And) else "or"
                return self._joined(parts, word, depth)
            case Not(And() | Or() as part, span):
                return [(f"{pad}not (", span), *self._lines(part, depth + 1), (f"{pad})", span)]
            case Not(IsEnabled(component), span):
                return [(f"{pad}{literal(component)} not in v.enabled", span)]
            case Not(part, span):
                return [(f"{pad}not {self._test(part)}", span)]
            case _:
                return [(f"{pad}{self._test(condition)}", condition.span)]

    def _joined(self, parts: tuple[Condition, ...], word: str, depth: int) -> list[tuple[str, Span | None]]:
        pad = "    " * depth
        lines: list[tuple[str, Span | None]] = []
        for number, part in enumerate(parts):
            start = f"{word} " if number else ""
            if isinstance(part, And | Or):
                lines += [(f"{pad}{start}(", part.span), *self._lines(part, depth + 1), (f"{pad})", part.span)]
            else:
                (first, place), *rest = self._lines(part, depth)
                lines += [(f"{pad}{start}{first.lstrip()}", place), *rest]
        return lines

    def _test(self, test: Condition) -> str:
        match test:
            case TextTest():
                return self._text_test(test)
            case ChoiceTest(path, names):
                return f"v.name({literal(path)}) in {self._hoist(literal(names))}"
            case Matches(path, pattern, flags):
                return f"search({self._hoist(f'pattern({literal(pattern)}, {literal(flags)})')}, {_value(path)})"
            case Compare(Count(counter), "==" | "<" | "<=" | ">" | ">=" as how, value):
                return f"(v.counters.get({literal(counter)}, 0) {how} {literal(value)})"
            case Compare(subject, how, value):
                return f"{_COMPARISONS[how]}({_number(subject)}, {literal(value)})"
            case NumberIn(subject, values, name):
                among = f"numbers({literal(name)})" if name else f"frozenset({{{', '.join(map(literal, values))}}})"
                return f"{_number(subject)} in {self._hoist(among)}"
            case Exists(path):
                return f"v.exists({literal(path)})"
            case IsEnabled(component):
                return f"{literal(component)} in v.enabled"
            case IsOpen(calendar):
                return f"v.is_open({literal(calendar)})"
            case HasButtons():
                return "v.has_buttons"
            case LastOlder(parties, ms):
                return f"v.last_older({self._hoist(literal(parties))}, {literal(ms)})"
            case Sample(share, salt):
                return f"v.sampled({literal(salt)}, {literal(share)})"
            case And() | Or() | Not():
                return "(" + " ".join(line.strip() for line, _ in self._lines(test, 0)) + ")"

    def _text_test(self, test: TextTest) -> str:
        value = _compared(test)
        match test.how:
            case "is":
                return f"{value} in {self._hoist(self._values(test, 'frozenset'))}"
            case "starts" | "ends":
                return f"{test.how}({value}, {self._hoist(self._values(test, 'tuple'))})"
            case "contains" | "mentions":
                return f"{test.how}({value}, {self._hoist(self._values(test, 'Needles'))})"

    def _values(self, test: TextTest, kind: str) -> str:
        """An expression for the values, prepared as the text will be that they are compared with."""
        ways = (() if test.exactly else ("fold",)) + (("words_of",) if test.how == "mentions" else ())
        if test.list:
            inner = f"texts({literal(test.list)})"
            for way in ways:
                inner = f"map({way}, {inner})"
            return f"{kind}({inner})"
        values = test.values if test.exactly else tuple(map(fold, test.values))
        if test.how == "mentions":
            values = tuple(map(words_of, values))
        return literal(values) if kind == "tuple" else f"{kind}({literal(values)})"

    def _hoist(self, expression: str) -> str:
        return self._constants.setdefault(expression, f"C{len(self._constants)}")


def _value(path: str) -> str:
    """The raw text of a field, or None."""
    head, _, key = path.partition(".")
    if path in ("text", "sender"):
        return f"v.{path}"
    return f"v.{head}.get({literal(key)})" if head in _KEYED and key else f"v.value({literal(path)})"


def _compared(test: TextTest) -> str:
    """The text as this test compares it, or None."""
    if test.path == "text" and not test.exactly:
        return "v.words" if test.how == "mentions" else "v.folded"
    value = _value(test.path) if test.exactly else f"folded({_value(test.path)})"
    return f"spaced({value})" if test.how == "mentions" else value


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
