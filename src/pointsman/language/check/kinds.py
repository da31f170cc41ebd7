"""Kinds: what is compared with each other is of one kind; there are no conversions.

What is not known (a field, a list, a name) is left to the checks that report it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import assert_never

from pointsman.language import tree
from pointsman.language.check.names import quoted, unknown_account, unknown_name, unknown_word
from pointsman.language.check.scope import Scope
from pointsman.language.check.words import relation_record, subject_record
from pointsman.language.diagnostics import Diagnostic, report
from pointsman.language.vocabulary import FieldRecord, Kind, QuantityRecord

_LITERALS: dict[type[tree.Node], str] = {
    tree.String: "text",
    tree.Number: "a number",
    tree.Size: "a size",
    tree.Duration: "a duration",
    tree.Percent: "a percentage",
    tree.Name: "a name",
}
_FITS: dict[Kind, type[tree.Node]] = {
    Kind.TEXT: tree.String,
    Kind.NUMBER: tree.Number,
    Kind.SIZE: tree.Size,
    Kind.DURATION: tree.Duration,
    Kind.CHOICE: tree.Name,
}
"""The literal that each kind is compared with; a moment is compared with nothing."""
_PHRASES: dict[Kind, str] = {
    Kind.TEXT: "text",
    Kind.NUMBER: "a number",
    Kind.SIZE: "a size",
    Kind.DURATION: "a duration",
    Kind.MOMENT: "a moment",
    Kind.TRUTH: "true or false",
    Kind.CHOICE: "one of a closed set of names",
    Kind.LIST: "a list",
}
_SHAPES = {Kind.NUMBER: "2", Kind.SIZE: "5 MB", Kind.DURATION: "24h"}
_ORDERS = (">=", "<=", ">", "<")
_LIST_KINDS = (Kind.TEXT, Kind.NUMBER)


def check_kinds(scope: Scope) -> Iterator[Diagnostic]:
    """Report comparisons of two kinds, and words that a closed set does not have."""
    searched = lists_compared(scope, Kind.TEXT)
    for place in scope.places:
        for node in place.nodes:
            match node:
                case tree.Comparison():
                    yield from _comparison(node, scope, searched)
                case tree.Matches(subject):
                    yield from _text_only(subject, "`matches` searches text", scope)
                case tree.Length(tree.Field() as subject):
                    yield from _text_only(subject, "`length of` counts the characters of text", scope)
                case tree.Exists(tree.Count() | tree.Length() | tree.Age() as subject):
                    yield report("wrong-kind", "only a field can be missing", subject.span, help=_present(subject))
                case tree.SetContext(field) | tree.ClearContext(field) if not field.path.startswith("context."):
                    yield report(
                        "wrong-kind", f"`{field.path}` cannot be changed", field.span, help="only `context.KEY` can"
                    )
                case _:
                    pass


def _present(subject: tree.Subject) -> str:
    return "write `exists` after the field itself" if isinstance(subject, tree.Length) else "it always has a value"


def _text_only(subject: tree.Subject, why: str, scope: Scope) -> Iterator[Diagnostic]:
    record = subject_record(subject, scope.calendars)
    if record and record.kind != Kind.TEXT:
        name = shown(subject)
        help_ = _instead(name, record.kind)
        yield report("wrong-kind", f"{why}, and `{name}` is {_PHRASES[record.kind]}", subject.span, help=help_)


def _comparison(test: tree.Comparison, scope: Scope, searched: frozenset[str]) -> Iterator[Diagnostic]:
    """`searched` are the lists that some rule compares with text."""
    record = subject_record(test.subject, scope.calendars)
    if record is None:
        return
    fault = _relation_fault(test, record.kind)
    if fault:
        yield report("wrong-kind", fault[0], test.subject.span, help=fault[1])
        return
    match test.operand:
        case tree.One(value):
            yield from _value(test, record, value, scope)
        case tree.AnyOf(values):
            for value in values:
                yield from _value(test, record, value, scope)
        case tree.AnyIn(name):
            yield from _list(test, record, name, scope, searched)
        case _:
            assert_never(test.operand)


def _relation_fault(test: tree.Comparison, kind: Kind) -> tuple[str, str] | None:
    """What is wrong with the relation itself, and what to write; None where it suits the kind."""
    name = shown(test.subject)
    if kind == Kind.MOMENT:
        return f"`{name}` is a moment, which is not compared", _instead(name, kind)
    allowed = kind in relation_record(test.relation).kinds
    if not allowed and test.relation in _ORDERS:
        return f"`{name}` is {_PHRASES[kind]}, which has no order", f"write `{name} is …` or `{name} in (…)`"
    if not allowed:
        return f"`{test.relation}` is for text, and `{name}` is {_PHRASES[kind]}", _instead(name, kind)
    if test.exactly and kind != Kind.TEXT:
        return (
            f"`exactly` is for text, and `{name}` is {_PHRASES[kind]}",
            f"leave `exactly` out of `{name} is exactly …`",
        )
    return None


def _instead(name: str, kind: Kind) -> str:
    """What can be asked of what is no text."""
    if kind == Kind.MOMENT:
        return f"write `{name.partition('.')[0]} is open`, or `{{{name}}}` in a template"
    return f"write `{name} is …`" if kind == Kind.CHOICE else f"write `{name} >= {_SHAPES[kind]}`"


def _value(
    test: tree.Comparison, record: FieldRecord | QuantityRecord, value: tree.Value, scope: Scope
) -> Iterator[Diagnostic]:
    if record.kind == Kind.CHOICE:
        yield from _choice(shown(test.subject), record, value, scope)
    elif not isinstance(value, _FITS[record.kind]):
        yield report(
            "wrong-kind",
            f"`{shown(test.subject)}` is {_PHRASES[record.kind]}, compared with {_LITERALS[type(value)]}",
            value.span,
            help=_of_nothing(test, value) or _rewritten(record.kind, value, scope),
        )


_NOTHING = ("empty", "blank", "missing", "absent", "null", "nil")


def _of_nothing(test: tree.Comparison, value: tree.Value) -> str:
    """What to write for `text is empty`: a field without a value and a text without characters are two things."""
    if not isinstance(value, tree.Name) or value.text not in _NOTHING or test.relation != "is":
        return ""
    name = shown(test.subject)
    if test.negated:
        return f'write `{name} exists` where it has a value, or `{name} is not ""` where it has characters'
    return f'write `not {name} exists` where it has no value, or `{name} is ""` where it has no characters'


def _rewritten(kind: Kind, value: tree.Value, scope: Scope) -> str:
    """What to write in place of `value`."""
    written = value.text if isinstance(value, tree.Name | tree.String) else value.source
    if kind != Kind.TEXT:
        return _as_amount(kind, value, written)
    if isinstance(value, tree.Name) and value.text in scope.lists:
        return f"`{written}` is a list: write `in {written}`, or `any {written}` after another relation"
    return f'write `"{written}"`'


_AMOUNTS = {
    Kind.NUMBER: re.compile(r"[0-9]+(\.[0-9]+)?"),
    Kind.SIZE: re.compile(r"[0-9]+(\.[0-9]+)? ?[KMG]i?B"),
    Kind.DURATION: re.compile(r"([0-9]+[dhms])+"),
}
_UNITS = {Kind.SIZE: (" KB", " MB"), Kind.DURATION: ("s", "m", "h", "d")}


def _as_amount(kind: Kind, value: tree.Value, written: str) -> str:
    if isinstance(value, tree.String) and _AMOUNTS[kind].fullmatch(written):
        return f"write it without quotes: `{written}`"
    if isinstance(value, tree.Number) and kind in _UNITS:
        return "write it with its unit: " + ", ".join(f"`{written}{unit}`" for unit in _UNITS[kind])
    return f"write {_PHRASES[kind]}, such as `{_SHAPES[kind]}`"


def _choice(
    subject: str, record: FieldRecord | QuantityRecord, value: tree.Value, scope: Scope
) -> Iterator[Diagnostic]:
    if subject == "account" and isinstance(value, tree.String | tree.Name):
        found = unknown_account(value, scope)
        yield from (found,) if found else ()
    elif not isinstance(value, tree.Name):
        written = value.text if isinstance(value, tree.String) else value.source
        yield report(
            "wrong-kind",
            f"`{subject}` is {_PHRASES[Kind.CHOICE]}, compared with {_LITERALS[type(value)]}",
            value.span,
            help=f"write `{quoted(written)}`" if isinstance(value, tree.String) else f"write a name: `{subject} is …`",
        )
    else:
        yield from _member(subject, record, value, scope)


def _member(subject: str, record: FieldRecord | QuantityRecord, name: tree.Name, scope: Scope) -> Iterator[Diagnostic]:
    if subject in ("channel", "target"):
        sort = "channel" if subject == "channel" else "component"
        if name.text not in scope.declared_as(sort) and not scope.may_be_lost(name.text):
            yield unknown_name(name.text, sort, name.span, scope)
    elif isinstance(record, FieldRecord) and name.text not in record.names:
        what = "message kind" if subject == "message" else "request"
        yield unknown_word(what, name.text, name.span, record.names)


def _list(
    test: tree.Comparison,
    record: FieldRecord | QuantityRecord,
    name: tree.Name,
    scope: Scope,
    searched: frozenset[str],
) -> Iterator[Diagnostic]:
    values = scope.values.get(name.text)
    if values is None:
        return
    if record.kind not in _LIST_KINDS:
        subject = shown(test.subject)
        yield report(
            "wrong-kind",
            f"a list holds text or numbers, and `{subject}` is {_PHRASES[record.kind]}",
            name.span,
            help=f"write the values out: `{subject} in (…, …)`",
        )
    elif record.kind == Kind.TEXT and values.texts is None:
        yield _wrong_list(name, "numbers", "text")
    elif record.kind == Kind.NUMBER and values.numbers is None:
        yield _wrong_list(name, "strings", "a number")
    elif record.kind == Kind.NUMBER and values.texts is not None and name.text in searched:
        yield report(
            "wrong-kind",
            f"the list `{name.text}` is compared with text elsewhere, and with a number here",
            name.span,
            help="make two lists of the file, one for each use",
        )


def _wrong_list(name: tree.Name, holds: str, compared: str) -> Diagnostic:
    help_ = "write the values of a list of text in quotes, those of a list of numbers without"
    return report(
        "wrong-kind", f"the list `{name.text}` holds {holds}, compared with {compared}", name.span, help=help_
    )


def lists_compared(scope: Scope, *kinds: Kind) -> frozenset[str]:
    """The lists that some rule compares with a field of one of `kinds`."""
    return frozenset(
        node.operand.list.text
        for place in scope.places
        for node in place.nodes
        if isinstance(node, tree.Comparison) and isinstance(node.operand, tree.AnyIn)
        if (record := subject_record(node.subject, scope.calendars)) and record.kind in kinds
    )


def shown(subject: tree.Subject) -> str:
    """A subject as it is written."""
    match subject:
        case tree.Field(path):
            return path
        case tree.Name(text):
            return text
        case tree.Count(counter):
            return f"count of {counter.text}"
        case tree.Length(of):
            return f"length of {shown(of)}"
        case tree.Age():
            return "conversation age"
        case _:
            assert_never(subject)
