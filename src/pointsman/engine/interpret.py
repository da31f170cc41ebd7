"""The plain evaluator: tries every rule in order, straight from the IR. The oracle that the fast path must agree with.

It shares with the fast path what an event looks like (`view`) and what texts mean (`language.folding`), and nothing
of the index or the generated code. It reads conditions as a person does, from the left and no further than needed; an
observer is told of each test on the way.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias, assert_never

from pointsman.engine.view import View
from pointsman.language.folding import borders, fold, words_of
from pointsman.language.ir import (
    And,
    Atom,
    ChoiceTest,
    Compare,
    Condition,
    Exists,
    HasButtons,
    IsEnabled,
    IsOpen,
    LastOlder,
    Matches,
    Not,
    NumberIn,
    Or,
    Policy,
    ProgramIR,
    Rule,
    Sample,
    Stop,
    TextTest,
)
from pointsman.language.patterns import compile_pattern
from pointsman.model.event import Trigger

Lists: TypeAlias = Mapping[str, Sequence[str] | Sequence[float]]
Observer: TypeAlias = Callable[[Atom, bool], None]
"""Is told of a test that was made, and whether it held."""


def match(ir: ProgramIR, trigger: Trigger, view: View, observer: Observer | None = None) -> list[Rule]:
    """The rules that fire on `trigger`, in program order."""
    lists: Lists = {item.name: item.texts or item.numbers for item in ir.lists}
    fired: list[Rule] = []
    for policy in ir.policies:
        if trigger in policy.triggers:
            matched = match_policy(policy, view, lists, observer)
            fired += matched
            if any(isinstance(action, Stop) for rule in matched for action in rule.actions):
                break
    return fired


def match_policy(policy: Policy, view: View, lists: Lists, observer: Observer | None = None) -> list[Rule]:
    """The rules of one policy that fire: the first match, or in an `every` policy all of them."""
    matched: list[Rule] = []
    for rule in policy.rules:
        fires = not matched if rule.when is None else holds(rule.when, view, lists, observer)
        if fires:
            matched.append(rule)
            if policy.mode != "every":
                break
    return matched


def holds(condition: Condition, view: View, lists: Lists, observer: Observer | None = None) -> bool:
    """Whether a condition is true of an event. Never raises on a checked program."""
    match condition:
        case And(parts):
            return all(holds(part, view, lists, observer) for part in parts)
        case Or(parts):
            return any(holds(part, view, lists, observer) for part in parts)
        case Not(part):
            return not holds(part, view, lists, observer)
        case _:
            held = _atom_holds(condition, view, lists)
            if observer is not None:
                observer(condition, held)
            return held


def _atom_holds(test: Atom, view: View, lists: Lists) -> bool:
    match test:
        case TextTest():
            return _text_holds(test, view, lists)
        case ChoiceTest(path, names):
            return view.name(path) in names
        case Matches(path, source, flags):
            value = view.value(path)
            return value is not None and compile_pattern(source, flags).search(value) is not None
        case Compare(subject, how, value):
            return _compare(view.quantity(subject), how, value)
        case NumberIn(subject, values, name):
            return view.quantity(subject) in (lists[name] if name else values)
        case Exists(path):
            return view.exists(path)
        case IsEnabled(component):
            return component in view.enabled
        case IsOpen(calendar):
            return view.is_open(calendar)
        case HasButtons():
            return view.has_buttons
        case LastOlder(parties, ms):
            return view.last_older(parties, ms)
        case Sample(share, salt):
            return view.sampled(salt, share)
        case _:
            assert_never(test)


def _compare(number: float | None, how: str, value: float) -> bool:
    if number is None:
        return False
    match how:
        case "==":
            return number == value
        case "<":
            return number < value
        case "<=":
            return number <= value
        case ">":
            return number > value
        case _:
            return number >= value


def _text_holds(test: TextTest, view: View, lists: Lists) -> bool:
    text = view.value(test.path)
    if text is None:
        return False
    values = [str(value) for value in lists[test.list]] if test.list else test.values
    if not test.exactly:
        text, values = fold(text), [fold(value) for value in values]
    if test.how == "mentions":
        text, values = words_of(text), [words_of(value) for value in values]
    return any(_relates(text, test.how, value) for value in values)


def _relates(text: str, how: str, value: str) -> bool:
    match how:
        case "is":
            return text == value
        case "starts":
            return text.startswith(value)
        case "ends":
            return text.endswith(value)
        case "contains":
            return value in text
        case _:
            return _mentions(text, value)


def _mentions(text: str, words: str) -> bool:
    if not words or words not in text:
        return False
    at = borders(text)
    return any(start in at and start + len(words) in at for start in _places(text, words))


def _places(text: str, words: str) -> list[int]:
    return [start for start in range(len(text) - len(words) + 1) if text.startswith(words, start)]
