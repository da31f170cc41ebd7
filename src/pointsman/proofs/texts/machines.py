"""Literals as machines that read a text from the left, one character at a time.

Laws: a machine's states are hashable; `step` is total; `settled` says True or False of a state from which every text,
or none, is accepted, else None. A text machine reads the raw or the folded text; characters that none of its values
has are all one to it.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, Protocol, TypeAlias, assert_never

from pointsman.proofs.texts.classes import Ranges, inside
from pointsman.proofs.texts.forced import sticks
from pointsman.proofs.texts.regexes import AnyOf, Border, InOrder, OneOf, Repeated, Tree, read_pattern

State: TypeAlias = Any
"""Hashable; what it is, only its machine knows."""

_FOUND, _LOST = "found", "lost"
_REMEMBERED_MAX = 100_000


class Machine(Protocol):
    start: State

    def step(self, state: State, character: str) -> State: ...

    def accepts(self, state: State) -> bool: ...

    def settled(self, state: State) -> bool | None: ...


class _Prefixes:
    """Aho and Corasick's automaton of few strings: a state is the longest end of the text that begins a value."""

    def __init__(self, values: Iterable[str]) -> None:
        self.values = frozenset(values)
        self.known = {value[:length] for value in self.values for length in range(len(value) + 1)} | {""}
        self.hits = {prefix for prefix in self.known if any(prefix.endswith(value) for value in self.values)}

    def follow(self, prefix: str, character: str) -> str:
        text = prefix + character
        while text not in self.known:
            text = text[1:]
        return text


class ContainsMachine:
    """A value is inside the text; `at_end`: the text ends with it."""

    def __init__(self, values: Iterable[str], *, at_end: bool = False) -> None:
        self._prefixes = _Prefixes(values)
        self._at_end = at_end
        self.start: State = self._after("")

    def _after(self, prefix: str) -> tuple[str, str]:
        return (_FOUND, "") if prefix in self._prefixes.hits and not self._at_end else ("", prefix)

    def step(self, state: State, character: str) -> State:
        found, prefix = state
        return state if found else self._after(self._prefixes.follow(prefix, character))

    def accepts(self, state: State) -> bool:
        found, prefix = state
        return bool(found) or prefix in self._prefixes.hits

    def settled(self, state: State) -> bool | None:
        return True if state[0] or "" in self._prefixes.values else None


class BeginsMachine:
    """The text starts with a value; `whole`: it is the value."""

    def __init__(self, values: Iterable[str], *, whole: bool = False) -> None:
        self._values = frozenset(values)
        self._known = _Prefixes(self._values).known if self._values else set()
        self._whole = whole
        self.start: State = self._after("")

    def _after(self, text: str) -> State:
        if text in self._values and not self._whole:
            return (_FOUND, "")
        return ("", text) if text in self._known else (_LOST, "")

    def step(self, state: State, character: str) -> State:
        settled, text = state
        return state if settled else self._after(text + character)

    def accepts(self, state: State) -> bool:
        settled, text = state
        return bool(settled == _FOUND or (not settled and text in self._values))

    def settled(self, state: State) -> bool | None:
        return {_FOUND: True, _LOST: False}.get(state[0])


class ApartMachine:
    """Words stand in the text with white space or an end at both sides; white space is taken as one blank."""

    def __init__(self, words: Iterable[str]) -> None:
        self._inner = ContainsMachine(f" {value} " for value in words)
        self.start: State = (self._inner.step(self._inner.start, " "), True)

    def step(self, state: State, character: str) -> State:
        inner, after_blank = state
        blank = character.isspace()
        if blank and after_blank:
            return state
        return self._inner.step(inner, " " if blank else character), blank

    def accepts(self, state: State) -> bool:
        inner, after_blank = state
        return self._inner.accepts(inner if after_blank else self._inner.step(inner, " "))

    def settled(self, state: State) -> bool | None:
        return self._inner.settled(state[0])


class WordsMachine:
    """Words stand in the text, not stuck to a letter or digit at either side; white space is taken as one blank.

    A state is whether the last word read still wants an end, the longest end of the text that begins a word, and the
    character before that, where it sticks.
    """

    def __init__(self, words: Iterable[str]) -> None:
        self._prefixes = _Prefixes(words)
        self.start: State = ("", "", " ")

    def step(self, state: State, character: str) -> State:
        ended, prefix, before = state
        if ended == _FOUND:
            return state
        character = " " if character.isspace() else character
        if ended and not (sticks(ended) and sticks(character)):
            return _FOUND, "", ""
        if character == " " and (prefix or before).endswith(" "):
            return "", prefix, before
        read = before + prefix + character
        prefix = self._prefixes.follow(prefix, character)
        before = read[: len(read) - len(prefix)][-1:]
        return self._ended(before, prefix), prefix, before if before == " " or sticks(before) else ""

    def _ended(self, before: str, prefix: str) -> str:
        """The last character of a word that has been read with nothing stuck to its beginning; else nothing."""
        for value in self._prefixes.values:
            if prefix.endswith(value):
                ahead = (before + prefix)[: len(before) + len(prefix) - len(value)][-1:]
                if not (ahead and sticks(ahead) and sticks(value[0])):
                    return value[-1]
        return ""

    def accepts(self, state: State) -> bool:
        return bool(state[0])

    def settled(self, state: State) -> bool | None:
        return True if state[0] == _FOUND else None


class PatternMachine:
    """The deterministic machine of an expression, made as far as it is walked.

    A state is the places that the expression can be at, and what stands before: nothing, a line end, a word character
    or another. Borders are passed when the next character is known.
    """

    def __init__(self, tree: Tree) -> None:
        self._chars: list[tuple[Ranges, int] | None] = []
        self._free: list[list[tuple[str, int]]] = []
        self._match = self._node()
        self._first = self._build(tree, self._match)
        self.bordered = any(kind for edges in self._free for kind, _ in edges)
        """Whether it matters what stands beside a place."""
        self.start: State = (frozenset({self._first}), "start" if self.bordered else "")
        self._known: dict[tuple[State, str], State] = {}

    @property
    def classes(self) -> frozenset[Ranges]:
        return frozenset(edge[0] for edge in self._chars if edge is not None)

    def _node(self) -> int:
        self._chars.append(None)
        self._free.append([])
        return len(self._chars) - 1

    def _build(self, tree: Tree, after: int) -> int:
        """Add the nodes of a tree that goes on to the node `after`; return the node that it begins at."""
        match tree:
            case OneOf(ranges):
                node = self._node()
                self._chars[node] = ranges, after
                return node
            case Border(kind):
                node = self._node()
                self._free[node].append((kind, after))
                return node
            case InOrder(parts):
                for part in reversed(parts):
                    after = self._build(part, after)
                return after
            case AnyOf(parts):
                starts = [self._build(part, after) for part in parts]
                node = self._node()
                self._free[node] += [("", start) for start in starts]
                return node
            case Repeated(part, least, most):
                return self._repeat(part, least, most, after)
            case _:
                assert_never(tree)

    def _repeat(self, part: Tree, least: int, most: int | None, after: int) -> int:
        if most is None:
            loop = self._node()
            self._free[loop] += [("", self._build(part, loop)), ("", after)]
            after = loop
        for _ in range((most or least) - least):
            node = self._node()
            self._free[node] += [("", self._build(part, after)), ("", after)]
            after = node
        for _ in range(least):
            after = self._build(part, after)
        return after

    def step(self, state: State, character: str) -> State:
        if state == _FOUND:
            return state
        key = state, character
        known = self._known.get(key)
        if known is None:
            if len(self._known) >= _REMEMBERED_MAX:
                self._known.clear()
            known = self._known[key] = self._stepped(state, character)
        return known

    def _stepped(self, state: State, character: str) -> State:
        nodes, before = state
        reached = self._reached(nodes, before, character_kind(character))
        if self._match in reached:
            return _FOUND
        moved = {edge[1] for node in reached if (edge := self._chars[node]) is not None and inside(edge[0], character)}
        return frozenset(moved | {self._first}), character_kind(character) if self.bordered else ""

    def accepts(self, state: State) -> bool:
        if state == _FOUND:
            return True
        nodes, before = state
        return self._match in self._reached(nodes, before, "end")

    def settled(self, state: State) -> bool | None:
        return True if state == _FOUND else None

    def _reached(self, nodes: Iterable[int], before: str, after: str) -> set[int]:
        reached, open_ = set(nodes), list(nodes)
        while open_:
            for kind, node in self._free[open_.pop()]:
                if node not in reached and (not kind or _passes(kind, before, after)):
                    reached.add(node)
                    open_.append(node)
        return reached


@lru_cache(maxsize=256)
def pattern_machine(pattern: str, flags: str) -> PatternMachine:
    """Return the machine of an expression. Raises `Unread`."""
    return PatternMachine(read_pattern(pattern, flags))


def character_kind(character: str) -> str:
    """What borders ask of a character: a line end, a word character of ASCII, or other."""
    if character == "\n":
        return "line"
    return "word" if character.isascii() and (character.isalnum() or character == "_") else "other"


def _passes(border: str, before: str, after: str) -> bool:
    match border:
        case "text start":
            return before == "start"
        case "text end":
            return after == "end"
        case "line start":
            return before in ("start", "line")
        case "line end":
            return after in ("end", "line")
        case _:
            return (before == "word") != (after == "word")
