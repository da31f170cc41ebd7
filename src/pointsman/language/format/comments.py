"""Comments: where they stand in a text, and between which words of its document they belong.

Laws:

- A comment stays between the two tokens between which it stood, and in the order of all comments.
- Tokens and words are the same but for the ones that carry no meaning of their own: a parenthesis that groups nothing,
  the comma or the `with` between two limits or keys. A comment beside one of those goes to the word that follows.
- A comment before a comma stands behind it, since a comma cannot begin a line; one behind an `and` or `or` stands
  before it, since an operator does not end one.
- Comments on lines of their own at the end of an item, further right than the next item begins, belong to the item
  that ends.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from lark import Token

from pointsman.language.format.layout import Gap, Remark
from pointsman.language.format.meaning import Unfaithful
from pointsman.language.grammar import grammar
from pointsman.language.source import Source

_COMMENT = re.compile(r"#[^\n]*")
_LOOSE = frozenset({",", "(", ")", "with", "buttons"})
"""Words of which a text and its document may have different numbers."""
_OPERATORS = frozenset({"and", "or"})


def comments(source: Source) -> list[str]:
    """Return the comments of a text, in order, without the spaces at their ends."""
    return [found.group().rstrip() for start, end in _between(source) for found in _found(source, start, end)]


def gaps(source: Source, starts: frozenset[int]) -> tuple[list[Token], list[Gap]]:
    """Return the tokens of a text, and what stands before each and behind the last.

    `starts` are the offsets of the items' first tokens.
    """
    tokens = grammar().scan(source.text)
    return tokens, [_gap(source, start, end, starts) for start, end in _between(source, tokens)]


def placed(words: Sequence[str], tokens: Sequence[Token], before: Sequence[Gap]) -> dict[int, Gap]:
    """Return the gaps by the number of the word that follows them in the document."""
    placed: dict[int, Gap] = {}
    waiting = Gap()
    word_of = dict(_pairs(words, [str(token) for token in tokens]))
    for number, gap in enumerate(before):
        waiting = _joined(waiting, gap)
        if number in word_of:
            placed[word_of[number]] = waiting
            waiting = Gap()
    return _before_operators(words, _behind_commas(words, placed))


# Finding comments -----------------------------------------------------------------------------------------------------


def _between(source: Source, tokens: Sequence[Token] | None = None) -> Iterator[tuple[int, int]]:
    """Yield the stretch before each token, and the one behind the last."""
    at = 0
    for token in grammar().scan(source.text) if tokens is None else tokens:
        yield at, token.start_pos or 0
        at = token.end_pos or 0
    yield at, len(source.text)


def _found(source: Source, start: int, end: int) -> Iterator[re.Match[str]]:
    return _COMMENT.finditer(source.text, start, end)


def _gap(source: Source, start: int, end: int, starts: frozenset[int]) -> Gap:
    text, behind, remarks, at = source.text, "", [], start
    for found in _found(source, start, end):
        if start > 0 and "\n" not in text[start : found.start()]:
            behind = found.group().rstrip()
        else:
            blank = text.count("\n", at, found.start()) > 1
            remarks.append(Remark(found.group().rstrip(), blank, _column(text, found.start())))
        at = found.end()
    limit = _column(text, end) if end in starts else -1
    if end == len(text) and starts:
        limit = _column(text, max(starts))
    under = next((number for number, remark in enumerate(remarks) if remark.column <= limit), len(remarks))
    under = under if limit >= 0 and start > 0 else 0
    return Gap(behind, tuple(remarks[:under]), tuple(remarks[under:]), text.count("\n", at, end) > 1)


def _column(text: str, at: int) -> int:
    return at - text.rfind("\n", 0, at) - 1


# Placing them ---------------------------------------------------------------------------------------------------------


def _pairs(words: Sequence[str], tokens: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield the numbers of tokens and of the words that they are, the ends of both last."""
    words, tokens = ([_unquoted(each) for each in texts] for texts in (words, tokens))
    firm_words = [-1, *(number for number, word in enumerate(words) if word not in _LOOSE), len(words)]
    firm_tokens = [-1, *(number for number, token in enumerate(tokens) if token not in _LOOSE), len(tokens)]
    if len(firm_words) != len(firm_tokens):
        raise Unfaithful("the document has other words than the text")
    for (before, word), (start, token) in zip(pairwise(firm_words), pairwise(firm_tokens), strict=True):
        if words[before + 1 : word] == tokens[start + 1 : token]:
            yield from zip(range(start + 1, token), range(before + 1, word), strict=True)
        yield token, word


def _unquoted(word: str) -> str:
    """A name as it is without its quotes, which a document may leave away: a key may be called `with`."""
    return word.strip("'") if word.startswith("'") else word


def _behind_commas(words: Sequence[str], placed: dict[int, Gap]) -> dict[int, Gap]:
    for number in sorted(placed):
        if number < len(words) and words[number] == "," and placed[number].remarks:
            placed[number + 1] = _joined(placed.pop(number), placed.get(number + 1, Gap()))
    return placed


def _before_operators(words: Sequence[str], placed: dict[int, Gap]) -> dict[int, Gap]:
    for number in sorted(placed):
        if number > 0 and words[number - 1] in _OPERATORS and placed[number].remarks:
            placed[number - 1] = _joined(placed.get(number - 1, Gap()), placed.pop(number))
    return placed


def _joined(first: Gap, second: Gap) -> Gap:
    """Two gaps as one."""
    if not first.remarks:
        return second
    above = [*first.tail, *first.above]
    tail = list(second.tail)
    if second.behind:
        (tail or above).insert(0 if tail else len(above), Remark(second.behind, blank=False, column=0))
    if tail:
        return Gap(first.behind, (*above, *tail), second.above, second.blank)
    return Gap(first.behind, (), (*above, *second.above), second.blank)
