"""The grammar at work: text to tokens, tokens to Lark's tree, and what may begin a construct.

Laws:

- `grammar/rules.lark` is the only grammar. It is compiled once a process, on first use.
- Tokens do not depend on the parser's state, so that a file can be cut into items before anything is parsed, and a
  keyword is a keyword everywhere.
- Scanning never fails: what is no token becomes one of type BAD, as long as a reader would take it to be.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Literal, TypeAlias

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedToken
from lark.grammar import Rule
from lark.lexer import BasicLexer
from lark.parsers.lalr_interactive_parser import InteractiveParser
from lark.utils import TextSlice

from pointsman.language.shipped import shipped_text

BAD = "BAD"
"""The type of a token that the language does not have."""
END = "$END"
"""Lark's name for the end of the tokens."""

Start: TypeAlias = Literal["start", "slot"]

# A string whose braces do not fit is still a string; the reader of strings then says what is wrong with its braces.
_LENIENT_LONG = re.compile(r'"""[^"\\]*(?:(?:\\.|"(?!""))[^"\\]*)*"""', re.DOTALL)
_LENIENT = re.compile(r'"(?!"")[^"\\\n]*(?:\\.[^"\\\n]*)*"')
_ITEM_LINE = r'\n[ \t]*(?:(?:rule|test)[ \t]+"|policy[ \t]+\S[^\n]*[ \t]on[ \t])'
"""A line that hardly stands inside a text: by it, a text that does not end is told."""
_UNREADABLE = re.compile(
    rf'"""(?:(?!{_ITEM_LINE}|\n(?:policy|rule|test|component|list|calendar|channel|downgrade)\b)[\s\S])*'
    r'|"[^\n]*'  # a string without end
    r"|[“”„«»][^\n“”„«»\"]*[“”„«»]?|[‘’‚][^\n‘’']*[‘’]?"  # quotes of a word processor
    r"|'[^\n']*'?"
    r"|&&|\|\||!=|==|<>|=>|->|[≠≤≥]"
    r"|/[^\n]*"  # an expression without end
    r"|[0-9][\w.:-]*"
)
_RUNS_OVER = re.compile(_ITEM_LINE)


class Stop(Exception):
    """Parsing stopped at token number `at`; the number of tokens when it stopped at their end."""

    def __init__(self, at: int) -> None:
        super().__init__(at)
        self.at = at


class Grammar:
    """The compiled grammar. Holds no state of any text, so that one serves all threads."""

    def __init__(self, text: str) -> None:
        self._lark = Lark(text, parser="lalr", lexer="basic", propagate_positions=True, start=["start", "slot"])
        self._lexer: BasicLexer = self._lark.parser.lexer
        self.spelling = {t.name: str(t.pattern.value) for t in self._lark.terminals if t.pattern.type == "str"}
        """Terminal to what is written, for keywords and punctuation."""
        self.keywords = {written: name for name, written in self.spelling.items() if written[0].isalpha()}
        """Keyword to terminal."""
        self.first = _first_sets(self._lark.rules)
        """Rule of the grammar to the terminals that can begin it."""

    def scan(self, text: str, start: int = 0, end: int | None = None, *, torn: bool = False) -> list[Token]:
        """Return the tokens of `text` between two offsets, without comments and spaces.

        With `torn`, a string whose end cannot be told is BAD: one with a slot left open up to the end of its line, and
        a long one that runs over the beginning of a rule, a policy or a test up to there.
        """
        end = len(text) if end is None else end
        part = TextSlice(text, start, end)
        match, ignored = self._lexer.scanner.match, self._lexer.ignore_types
        tokens = []
        at = start
        while at < end:
            found = match(part, at)
            value, kind = found or _unreadable(text, at, end, torn=torn)
            if torn and kind == "LONG_STRING" and (over := _RUNS_OVER.search(value)):
                value, kind = value[: over.start()], BAD
            if kind not in ignored:
                kind = self.keywords.get(value, kind) if kind == "NAME" else kind
                tokens.append(Token(kind, value, start_pos=at, end_pos=at + len(value), line=0, column=0))
            at += len(value)
        return tokens

    def parse(self, tokens: Sequence[Token], start: Start = "start") -> Tree[Token]:
        """Return Lark's tree of the tokens. Raises Stop at the first that cannot stand where it does."""
        parser = self._lark.parse_interactive(start=start)
        at = 0
        try:
            for token in tokens:
                parser.feed_token(token)
                at += 1
            tree: Tree[Token] = parser.feed_token(Token(END, ""))
        except UnexpectedToken:
            raise Stop(at) from None
        return tree

    def expected(self, tokens: Sequence[Token]) -> frozenset[str]:
        """Return the terminals that could follow tokens that fit; some milliseconds, so asked only for a report.

        The parser that stopped cannot be asked: it may already have reduced too much.
        """
        parser = self._lark.parse_interactive(start="start")
        for token in tokens:
            parser.feed_token(token)
        return frozenset(parser.accepts())  # type: ignore[no-untyped-call] # Lark leaves it so

    def bridges(self, tokens: Sequence[Token], among: Iterable[str], following: Sequence[Token]) -> list[str]:
        """Return the words, each of a terminal `among` those that fit, that let `following` stand after `tokens`.

        Nothing that follows is the end. Where no word does alone, words that can be no others count as one: `over to`.
        """
        parser = self._lark.parse_interactive(start="start")
        for token in tokens:
            parser.feed_token(token)
        following = following or [Token(END, "")]
        ways = [way for terminal in sorted(among) if (way := self._bridge(parser, terminal, following))]
        return [way for way in ways if " " not in way] or ways

    def _bridge(self, parser: InteractiveParser, terminal: str, following: Sequence[Token]) -> str:
        """The words from `terminal` on that lead to `following`, or empty text.

        It ends: words that can be no others lead on to something, since every text that has begun can be completed.
        """
        words: list[str] = []
        while True:
            parser = parser.copy(deepcopy_values=False)  # type: ignore[no-untyped-call] # as above
            parser.feed_token(Token(terminal, self.spelling[terminal]))
            words.append(self.spelling[terminal])
            if _takes(parser, following):
                return " ".join(words)
            expected = parser.accepts()  # type: ignore[no-untyped-call] # Lark leaves it so
            if len(expected) != 1 or not expected <= self.spelling.keys():
                return ""
            (terminal,) = expected

    def fits(self, tokens: Iterable[Token]) -> bool:
        """Whether the tokens could begin a file."""
        parser = self._lark.parse_interactive(start="start")
        try:
            for token in tokens:
                parser.feed_token(token)
        except UnexpectedToken:
            return False
        return True


@cache
def grammar() -> Grammar:
    """Return the grammar of the language, compiled on first use (about a third of a second)."""
    return Grammar(shipped_text("grammar/rules.lark"))


def torn_string(text: str) -> str:
    """Return the part of `text` up to the first quote that can end its first string, empty where none can.

    Whether that quote was meant to end it is not known: a slot was left open before it.
    """
    found = _LENIENT.match(text)
    return found.group() if found else ""


def _takes(parser: InteractiveParser, tokens: Sequence[Token]) -> bool:
    parser = parser.copy(deepcopy_values=False)  # type: ignore[no-untyped-call] # as above
    try:
        for token in tokens:
            parser.feed_token(token)
    except UnexpectedToken:
        return False
    return True


def _unreadable(text: str, at: int, end: int, *, torn: bool) -> tuple[str, str]:
    if found := _LENIENT_LONG.match(text, at, end):
        return found.group(), "LONG_STRING"
    if not torn and (found := _LENIENT.match(text, at, end)):
        return found.group(), "STRING"
    found = _UNREADABLE.match(text, at, end)
    return found.group() if found else text[at], BAD


def _first_sets(rules: Iterable[Rule]) -> dict[str, frozenset[str]]:
    """The terminals that can begin each rule. No rule but those of optional lists is empty, and those begin nothing."""
    rules = [rule for rule in rules if rule.expansion]
    first: dict[str, set[str]] = {str(rule.origin.name): set() for rule in rules}
    changed = True
    while changed:
        changed = False
        for rule in rules:
            head = rule.expansion[0]
            more = {str(head.name)} if head.is_term else first[str(head.name)]
            mine = first[str(rule.origin.name)]
            changed = changed or not more <= mine
            mine |= more
    return {name: frozenset(terminals) for name, terminals in first.items()}
