"""Where reading stopped, as the slips look at it."""

from __future__ import annotations

from collections.abc import Sequence

from lark import Token
from msgspec import Struct

from pointsman.language.grammar import grammar
from pointsman.language.ir import Span
from pointsman.language.source import Source


class Scene(Struct, frozen=True):
    """Where reading stopped: token `at` of the piece `tokens` (None past its end), and what could have stood there."""

    source: Source
    tokens: Sequence[Token]
    at: int
    expected: frozenset[str]

    @property
    def token(self) -> Token | None:
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    @property
    def kind(self) -> str:
        return self.token.type if self.token else ""

    @property
    def word(self) -> str:
        return str(self.token) if self.token else ""

    @property
    def next_word(self) -> str:
        return str(self.tokens[self.at + 1]) if self.at + 1 < len(self.tokens) else ""

    @property
    def previous(self) -> Token | None:
        return self.tokens[self.at - 1] if self.at else None

    @property
    def span(self) -> Span:
        """The token's place, or the end of the last token."""
        if self.token is not None:
            return span_of(self.source, self.token)
        end = self.previous.end_pos if self.previous else 0
        return self.source.span(end or 0, end or 0)

    def could_be(self, rule: str) -> bool:
        """Whether everything that begins `rule` could stand here."""
        return grammar().first[rule] <= self.expected

    def kind_at(self, index: int) -> str:
        """The type of a token of the piece; empty where there is none."""
        return self.tokens[index].type if 0 <= index < len(self.tokens) else ""

    def written(self, first: int, end: int) -> str:
        """The text of the tokens from `first` up to `end`, on one line."""
        return " ".join(str(token) for token in self.tokens[first:end])

    def place(self, first: int, end: int) -> Span:
        """The place of the tokens from `first` up to `end`, of which there is one at least."""
        return self.source.span(self.tokens[first].start_pos or 0, self.tokens[end - 1].end_pos or 0)


def span_of(source: Source, token: Token) -> Span:
    """Return the place of a token."""
    return source.span(token.start_pos or 0, token.end_pos or 0)
