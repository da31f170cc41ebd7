"""The fast path: a program's index and generated Python, and the one function that decides an event.

`load` turns the artefact into something that decides; `load_plain` does so with the interpreter instead, for tests and
for explanations. `decide` is pure: same inputs, same decision.
"""

from __future__ import annotations

import ast
import linecache
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from msgspec import structs

from pointsman.engine import interpret
from pointsman.engine.draft import Draft
from pointsman.engine.handling import Handling
from pointsman.engine.loaded import Loaded, Matcher
from pointsman.engine.operators import WORDS, folded, spaced
from pointsman.engine.view import View
from pointsman.language.codegen import function_name
from pointsman.language.folding import Needles
from pointsman.language.index import Table, TriggerIndex
from pointsman.language.ir import Rule, Span, Stop
from pointsman.language.program import Listing, Program
from pointsman.model.conversation import Conversation
from pointsman.model.decision import Answer, Decision, Step
from pointsman.model.event import (
    DeliveryFailed,
    Due,
    Ends,
    Event,
    FromComponent,
    FromCustomer,
    Requested,
    Starts,
    Trigger,
)
from pointsman.model.identity import Address
from pointsman.model.wiring import Wiring

_NOTHING_DRAWN: Mapping[str, bool] = {}


def decide(
    program: Loaded,
    wiring: Wiring,
    recall: Conversation | None,
    event: Event,
    now: int,
    *,
    address: Address,
    drawn: Mapping[str, bool] = _NOTHING_DRAWN,
    preset: frozenset[str] | None = None,
) -> Decision:
    """Decide one event at `now` (ms): the new state, what is owed, what happened, and the sender's answer.

    `recall` is the conversation's state, None if it has none. Never raises on a checked program. `drawn` fixes the
    outcome of `sample` by rule name and `preset` what a session starts with; both are for tests.
    """
    before = recall or Conversation(address=address)
    draft = Draft(program, wiring, before, max(now, before.latest))
    if before.open and before.generation != program.hash:
        draft.repair()
    answer = _run(Handling(draft, drawn), before.open, event, preset)
    after = structs.replace(draft.freeze(), revision=before.revision + 1)
    answer = structs.replace(answer, generation=program.hash)
    return Decision(
        after, draft.session_id or draft.closed_session_id, tuple(draft.effects), tuple(draft.steps), answer
    )


def _run(handling: Handling, is_open: bool, event: Event, preset: frozenset[str] | None) -> Answer:
    draft = handling.draft
    match event:
        case Due(key, number):
            wait = draft.waits.get(key)
            if not is_open or wait is None or wait.number != number or wait.due is None or wait.due > draft.now:
                draft.steps.append(Step("void", key, "no longer armed"))
                return Answer("void")
        case Requested() | DeliveryFailed() | Ends() if not is_open:
            return Answer("closed", "no conversation is under way")
        case FromCustomer() | FromComponent() | Starts() if not is_open:
            handling.start(preset)
        case _:
            pass
    answer = Answer("accepted")
    if isinstance(event, Ends):
        draft.ending = "conversation ends"
    elif not isinstance(event, Starts):
        answer = handling.run(event)
    if draft.ending:
        handling.end()
    return answer


# Loading --------------------------------------------------------------------------------------------------------------


def load(program: Program) -> Loaded:
    """Make a program decide by its index and its generated Python."""
    functions = _functions(program)
    matchers = {table.trigger: _TriggerMatcher(program, table, functions) for table in program.index}

    def match(trigger: Trigger, view: View) -> list[Rule]:
        return matchers[trigger].match(view)

    return Loaded(program.ir, program.hash, match)


def load_plain(program: Program) -> Loaded:
    """Make a program decide by the interpreter."""
    ir = program.ir

    def match(trigger: Trigger, view: View) -> list[Rule]:
        return interpret.match(ir, trigger, view)

    plain: Matcher = match
    return Loaded(ir, program.hash, plain)


def _functions(program: Program) -> dict[str, Callable[[View], bool]]:
    """Run the listing, each line at the place in the rules that it came from, so that a traceback shows the rule."""
    lists = {item.name: item for item in program.ir.lists}
    words: dict[str, Any] = {
        **WORDS,
        "texts": lambda name: lists[name].texts,
        "numbers": lambda name: frozenset(lists[name].numbers),
    }
    file = f"<rules {program.hash[:12]}>"
    tree = ast.parse(program.listing.python)
    _place(tree, program.listing)
    _show_sources(file, program)
    exec(compile(tree, file, "exec"), words)  # noqa: S102 - the listing holds no user text but literals (codegen.literal)
    return words


def _place(tree: ast.Module, listing: Listing) -> None:
    for node in ast.walk(tree):
        if isinstance(node, ast.stmt | ast.expr | ast.arg):
            span: Span | None = listing.places[node.lineno - 1]
            node.lineno = node.end_lineno = span.line if span else 1
            node.col_offset = node.end_col_offset = span.column - 1 if span else 0


def _show_sources(file: str, program: Program) -> None:
    """Let tracebacks find the rules' text; entries of programs that are gone go with them."""
    text = "\n".join(program.sources.values())
    linecache.cache[file] = (len(text), None, [f"{line}\n" for line in text.split("\n")], file)


# Matching -------------------------------------------------------------------------------------------------------------


class _Lookup:
    """One dimension at work: from an event's key or keys to the set of rules they allow, as bits."""

    __slots__ = ("_bits", "_free", "_needles", "_path", "read")

    def __init__(self, table: Table) -> None:
        self._bits = {key: _bits(rules + table.free) for key, rules in table.keys.items()}
        self._free = _bits(table.free)
        self._path = table.dimension.path
        self._needles = Needles(table.keys)
        self.read: Callable[[View], int] = getattr(self, f"_{table.dimension.way}")

    def _choice(self, view: View) -> int:
        return self._bits.get(view.name(self._path) or "", self._free)

    def _exact(self, view: View) -> int:
        value = view.value(self._path)
        return self._free if value is None else self._bits.get(value, self._free)

    def _folded(self, view: View) -> int:
        value = self._text(view)
        return self._free if value is None else self._bits.get(value, self._free)

    def _contains(self, view: View) -> int:
        return self._found(self._text(view))

    def _mentions(self, view: View) -> int:
        return self._found(view.words if self._path == "text" else spaced(self._text(view)))

    def _text(self, view: View) -> str | None:
        return view.folded if self._path == "text" else folded(view.value(self._path))

    def _found(self, text: str | None) -> int:
        bits = self._free
        if text is not None:
            for needle in self._needles.found(text):
                bits |= self._bits[needle]
        return bits


class _TriggerMatcher:
    """The rules on one trigger. Bits are numbered in order of trial; the lowest bit is the first candidate."""

    def __init__(self, program: Program, table: TriggerIndex, functions: Mapping[str, Callable[[View], bool]]) -> None:
        names = {rule.name: number for number, rule in enumerate(r for p in program.ir.policies for r in p.rules)}
        policies = program.ir.policies
        self._rules = [policies[p].rules[r] for p, r in table.rules]
        self._tests = [
            None if residual is None else functions[function_name(names[rule.name], rule.name)]
            for rule, residual in zip(self._rules, table.residuals, strict=True)
        ]
        self._policy = [p for p, _ in table.rules]
        self._every = {p: policies[p].mode == "every" for p in table.policies}
        self._mask = {p: _bits(n for n, q in enumerate(self._policy) if q == p) for p in table.policies}
        self._stops = [any(isinstance(action, Stop) for action in rule.actions) for rule in self._rules]
        self._lookups = [_Lookup(item) for item in table.tables]
        self._all = _bits(range(len(self._rules)))

    def match(self, view: View) -> list[Rule]:
        left = self._all
        for lookup in self._lookups:
            left &= lookup.read(view)
            if not left:
                return []
        fired: list[Rule] = []
        matched: set[int] = set()
        while left:
            bit = left & -left
            left ^= bit
            number = bit.bit_length() - 1
            rule, policy, test = self._rules[number], self._policy[number], self._tests[number]
            if (rule.when is None and policy in matched) or (test is not None and not test(view)):
                continue
            fired.append(rule)
            matched.add(policy)
            if not self._every[policy]:
                left &= ~self._mask[policy]
            if self._stops[number]:
                left &= self._mask[policy]
        return fired


def _bits(numbers: Iterable[int]) -> int:
    """A set of small numbers as one integer; built through bytes, since 10,000 shifts of 10,000 bits are slow."""
    chosen = set(numbers)
    field = bytearray(max(chosen, default=0) // 8 + 1)
    for number in chosen:
        field[number >> 3] |= 1 << (number & 7)
    return int.from_bytes(field, "little")
