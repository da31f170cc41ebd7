"""Whether conditions hold in a view, node by node, at a cost that a long list does not drive up.

Law: says what the interpreter says; where a test asks a list, the list is prepared once and not each time.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import TypeAlias

from pointsman.engine import interpret
from pointsman.engine.view import View
from pointsman.language.folding import Needles, fold, words_of
from pointsman.language.ir import And, Condition, Not, NumberIn, Or, TextTest
from pointsman.proofs.question import Ground

Test: TypeAlias = Callable[[str], bool]


class Truth:
    def __init__(self, ground: Ground) -> None:
        self._lists = ground.lists
        self._numbers = lru_cache(maxsize=None)(lambda name: frozenset(ground.lists[name]))
        self._of_list = lru_cache(maxsize=None)(self._prepared)

    def of(self, condition: Condition, view: View) -> bool:
        """Whether a condition is true of an event."""
        match condition:
            case And(parts):
                return all(self.of(part, view) for part in parts)
            case Or(parts):
                return any(self.of(part, view) for part in parts)
            case Not(part):
                return not self.of(part, view)
            case TextTest(path, how, exactly, list=name) if name:
                text = view.value(path)
                return text is not None and self._of_list(how, exactly, name)(text)
            case NumberIn(subject, list=name) if name:
                return view.quantity(subject) in self._numbers(name)
            case _:
                return interpret.holds(condition, view, self._lists)

    def _prepared(self, how: str, exactly: bool, name: str) -> Test:
        values = [str(value) for value in self._lists[name]]
        if not exactly:
            values = [fold(value) for value in values]
        if how == "mentions":
            values = [words_of(value) for value in values]
        find = _finding(how, values)
        if how == "mentions":
            return lambda text: find(words_of(text if exactly else fold(text)))
        return find if exactly else lambda text: find(fold(text))


def _finding(how: str, values: list[str]) -> Test:
    known, parts = frozenset(values), tuple(values)
    match how:
        case "is":
            return lambda text: text in known
        case "starts":
            return lambda text: text.startswith(parts)
        case "ends":
            return lambda text: text.endswith(parts)
        case "contains":
            return Needles(values).inside
        case _:
            return Needles(values).mentioned
