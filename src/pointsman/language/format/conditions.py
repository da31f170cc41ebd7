"""Conditions, and the events that policies are on.

Laws: a condition that does not fit on its line is broken before its `and`s or its `or`s, the outer ones first, and the
parts stand below one another. Parentheses stay where their author put them, but for those that group nothing: around
a whole condition, around a single test, around other parentheses.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias, assert_never

from pointsman.language import tree
from pointsman.language.format import spelling
from pointsman.language.format.layout import Align, Break, Doc, Fill, Group, Nest


def phrase(words: str) -> tuple[str, ...]:
    """Return keywords as words of a document."""
    return tuple(words.split())


def listed(values: Iterable[Doc]) -> Doc:
    """Return values with commas between them, as many on a line as fit."""
    *most, last = values
    return Fill((*((value, ",") for value in most), last))


def subject(node: tree.Subject) -> Doc:
    match node:
        case tree.Field(path):
            return phrase(path)
        case tree.Name():
            return spelling.subject_name(node)
        case tree.Count(counter):
            return (*phrase("count of"), spelling.name(counter))
        case tree.Length(of):
            return (*phrase("length of"), subject(of))
        case tree.Age():
            return phrase("conversation age")
        case _:
            assert_never(node)


def party(node: tree.Party) -> Doc:
    match node:
        case tree.Customer():
            return "customer"
        case tree.AnyRole(role):
            return ("any", role)
        case tree.Name():
            return spelling.name(node)
        case _:
            assert_never(node)


def value(node: tree.Value) -> Doc:
    match node:
        case tree.String():
            return spelling.string(node)
        case tree.Number():
            return spelling.number(node)
        case tree.Size():
            return spelling.size(node)
        case tree.Duration():
            return spelling.duration(node)
        case tree.Percent():
            return spelling.percent(node)
        case tree.Name():
            return spelling.name(node, "kind_word", "request_word")
        case _:
            assert_never(node)


# Conditions -----------------------------------------------------------------------------------------------------------


def condition(node: tree.Condition) -> Doc:
    """Return a whole condition; what does not fit stands below its beginning."""
    while isinstance(node, tree.Grouped):
        node = node.part
    return Align(_part(node))


def _part(node: tree.Condition) -> Doc:
    match node:
        case tree.Or(parts):
            return Group(_chain("or", [Nest(2, _member(part, tree.Or)) for part in parts]))
        case tree.And(parts):
            return Group(_chain("and", [_member(part, tree.And, tree.Or) for part in parts]))
        case tree.Not(part):
            return ("not", _grouped(part) if isinstance(part, tree.And | tree.Or) else _part(part))
        case tree.Grouped():
            return _grouped(node)
        case _:
            return _test(node)


def _chain(operator: str, parts: list[Doc]) -> Doc:
    first, *others = parts
    return (first, *((Break(), operator, part) for part in others))


def _member(node: tree.Condition, *in_parentheses: type[tree.Condition]) -> Doc:
    """A part of a chain: without parentheses that group nothing, with those that the meaning needs."""
    return _grouped(node) if isinstance(node, in_parentheses) else _part(_ungrouped(node))


def _grouped(node: tree.Condition) -> Doc:
    while isinstance(node, tree.Grouped):
        node = node.part
    return ("(", Align(_part(node)), ")")


def _ungrouped(node: tree.Condition) -> tree.Condition:
    """The test inside parentheses that hold nothing but one; everything else as it is."""
    inner = node
    while isinstance(inner, tree.Grouped):
        inner = inner.part
    return node if isinstance(inner, tree.And | tree.Or | tree.Not) else inner


_Test: TypeAlias = (
    tree.Comparison | tree.Matches | tree.Exists | tree.StateTest | tree.HasButtons | tree.LastOlder | tree.Sample
)


def _test(node: _Test) -> Doc:
    match node:
        case tree.Comparison():
            return _comparison(node)
        case tree.Matches(of, regex):
            return (subject(of), "matches", spelling.regex(regex))
        case tree.Exists(of):
            return (subject(of), "exists")
        case tree.StateTest(name, state, negated):
            return (spelling.name(name), "is", *(("not",) if negated else ()), state)
        case tree.HasButtons():
            return phrase("message has buttons")
        case tree.LastOlder(of, duration):
            return (*phrase("last message from"), party(of), *phrase("older than"), spelling.duration(duration))
        case tree.Sample(share):
            return ("sample", spelling.percent(share))
        case _:
            assert_never(node)


def _comparison(node: tree.Comparison) -> Doc:
    exactly = ("exactly",) if node.exactly else ()
    negated = ("not",) if node.negated else ()
    relation = (*negated, "in") if node.relation == "in" else (*phrase(node.relation), *negated)
    return (subject(node.subject), *relation, *exactly, _operand(node))


def _operand(node: tree.Comparison) -> Doc:
    some = () if node.relation == "in" else ("any",)
    match node.operand:
        case tree.One(one):
            return value(one)
        case tree.AnyOf(values):
            return (*some, "(", Align(listed(value(each) for each in values)), ")")
        case tree.AnyIn(name):
            return (*some, spelling.name(name))
        case _:
            assert_never(node.operand)


# Events ---------------------------------------------------------------------------------------------------------------


def event(node: tree.Event) -> Doc:
    match node:
        case tree.MessageFrom(who):
            return (*phrase("message from"), party(who))
        case tree.MessageToCustomer():
            return phrase("message to customer")
        case tree.Switched(component, state):
            return (spelling.name(component), state)
        case tree.ConversationStarts():
            return phrase("conversation starts")
        case tree.ConversationEnds():
            return phrase("conversation ends")
        case tree.Silence(duration):
            return (*phrase("silence for"), spelling.duration(duration))
        case tree.SilenceOfCustomer(duration):
            return (*phrase("silence of customer for"), spelling.duration(duration))
        case tree.NoAnswer(component, duration):
            return (*phrase("no answer from"), spelling.name(component), "for", spelling.duration(duration))
        case tree.TimerEvent(timer):
            return ("timer", spelling.name(timer))
        case tree.DeliveryFailed(to):
            return phrase("delivery failed") if to is None else (*phrase("delivery failed to"), party(to))
        case tree.RequestFrom(who):
            return (*phrase("request from"), party(who))
        case _:
            assert_never(node)
