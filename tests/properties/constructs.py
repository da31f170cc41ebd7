"""What a text holds, by the grammar and by the vocabulary: every alternative that its parsing takes, every record.

The names are read from grammar and vocabulary, so that what is added there is expected of generated programs at once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from lark.grammar import Rule

from pointsman.language import tree
from pointsman.language.check.downgrades import part_of
from pointsman.language.check.scope import walk
from pointsman.language.check.words import action_record, event_record, field_record, relation_record
from pointsman.language.downgrade_words import PARTS, RENDERINGS
from pointsman.language.grammar import Grammar, Start
from pointsman.language.literals import pieces
from pointsman.language.shipped import shipped_text
from pointsman.language.source import Source
from pointsman.language.vocabulary import ACTIONS, CALENDAR_FIELDS, EVENTS, FIELDS, PREDICATES, QUANTITIES

VOCABULARY = (
    *(f"field {record.path}" for record in (*FIELDS, *CALENDAR_FIELDS)),
    *(f"quantity {record.name}" for record in QUANTITIES),
    *(f"predicate {record.name}" for record in PREDICATES),
    *(f"event {record.name}" for record in EVENTS),
    *(f"action {record.name}" for record in ACTIONS),
    *(f"part {record.name}" for record in PARTS),
    *(f"rendering {record.how}" for record in RENDERINGS),
)
_PREDICATES: dict[type[tree.Node], str] = {
    tree.Matches: "matches",
    tree.Exists: "exists",
    tree.HasButtons: "has buttons",
    tree.LastOlder: "older",
    tree.Sample: "sample",
    tree.Not: "not",
    tree.And: "and",
    tree.Or: "or",
}


class CountingGrammar:
    """The grammar, counting what its parser reduces by."""

    def __init__(self) -> None:
        self._grammar = Grammar(shipped_text("grammar/rules.lark"))
        self.seen: Counter[str] = Counter()
        callbacks = self._grammar._lark.parser.parser.parser.callbacks
        for rule, callback in list(callbacks.items()):
            callbacks[rule] = self._counted(shown(rule), callback)

    @property
    def alternatives(self) -> list[str]:
        """Every alternative of every rule, as `shown`."""
        return sorted({shown(rule) for rule in self._grammar._lark.rules})

    def read(self, source: Source) -> None:
        """Count what a text holds, its slots included. Raises Stop where it cannot be read."""
        tokens = self._grammar.scan(source.text)
        self._grammar.parse(tokens)
        for token in tokens:
            if token.type in ("STRING", "LONG_STRING"):
                self._slots(str(token))

    def _slots(self, spelling: str) -> None:
        for piece in pieces(spelling, tree.NOWHERE, lambda *_: tree.NOWHERE, lambda _: None):
            if piece.kind == "slot":
                tokens = self._grammar.scan(piece.text)
                kind = tokens[0].type
                keyword = kind in self._grammar.spelling and kind not in self._grammar.first["subject"]
                start: Start = "slot"
                self._grammar.parse([tokens[0].update(type="NAME") if keyword else tokens[0], *tokens[1:]], start)

    def _counted(self, name: str, callback: Callable[..., Any]) -> Callable[..., Any]:
        def count(*args: Any) -> Any:
            self.seen[name] += 1
            return callback(*args)

        return count


def shown(rule: Rule) -> str:
    """An alternative of a rule of the grammar, in a line."""
    alias = f" -> {rule.alias}" if rule.alias else ""
    return f"{rule.origin.name}: {' '.join(str(symbol.name) for symbol in rule.expansion)}{alias}"


def of_vocabulary(items: tuple[tree.Item, ...]) -> Iterator[str]:
    """Name the record of everything that items hold."""
    calendars = {item.name.text for item in items if isinstance(item, tree.Calendar)}
    for item in items:
        if isinstance(item, tree.Downgrade):
            yield from _of_downgrade(item)
        if isinstance(item, tree.Policy):
            yield f"event {event_record(item.event).name}"
            for rule in item.rules:
                yield from (f"action {action_record(action).name}" for action in rule.actions)
                for node in walk(rule):
                    yield from _of_node(node, calendars)


def _of_downgrade(item: tree.Downgrade) -> Iterator[str]:
    for rendering in item.renderings:
        yield f"rendering {rendering.how}"
        slots = rendering.text.parts if rendering.text else ()
        yield from (f"part {part_of(slot)}" for slot in slots if isinstance(slot, tree.Slot))


def _of_node(node: tree.Node, calendars: set[str]) -> Iterator[str]:
    match node:
        case tree.Field(path) if record := field_record(path, calendars):
            yield f"field {record.path}"
        case tree.Count() | tree.Length() | tree.Age():
            yield f"quantity {type(node).__name__.lower()}"
        case tree.Comparison(_, relation):
            yield f"predicate {relation_record(relation).name}"
        case tree.StateTest(state=state):
            yield f"predicate {'open' if state in ('open', 'closed') else 'enabled'}"
        case _ if type(node) in _PREDICATES:
            yield f"predicate {_PREDICATES[type(node)]}"
        case _:
            return
