"""What one value makes true of other tests: `contains "refund"` implies `contains "fund"`.

Laws: `implies` says yes only where every text that stands to the value as said also passes the test. A value that holds
of the raw text says of the folded one what its firm piece says.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from pointsman.language.folding import fold
from pointsman.proofs.texts.folds import firm
from pointsman.proofs.texts.forced import forced
from pointsman.proofs.texts.literals import TextLiteral, Values


class Claim(NamedTuple):
    """That a text stands to a value as `how` says; `value` is folded unless `exactly`, and of `mentions` in words."""

    how: str
    exactly: bool
    value: str


def implies(claim: Claim, test: TextLiteral) -> bool:
    """Whether every text that the claim is true of passes a test."""
    if claim.exactly == test.exactly:
        return _implies_alike(claim, test)
    return claim.exactly and any(_implies_alike(folded, test) for folded in _folded(claim))


def _folded(claim: Claim) -> Iterator[Claim]:
    """What a claim about the raw text says of the folded one."""
    if claim.how == "mentions":
        # A border or white space stands behind each word, and neither can stand before a mark that would change it.
        for word in claim.value.split():
            start, _ = firm(word)
            if piece := fold(word[start:]):
                yield Claim("contains", False, piece)
        return
    start, end = firm(claim.value)
    if claim.how == "starts":
        yield Claim("starts", False, fold(claim.value[:end]))
    elif claim.how == "ends":
        yield Claim("ends", False, fold(claim.value[start:]))
    elif start < end:
        yield Claim("contains", False, fold(claim.value[start:end]))


def _implies_alike(claim: Claim, test: TextLiteral) -> bool:
    """Claim and test are about the same form of the text."""
    how, value, values = claim.how, claim.value, test.values
    match test.how:
        case "is":
            return False
        case "starts":
            return "" in values.originals or (how == "starts" and values.begin(value))
        case "ends":
            return "" in values.originals or (how == "ends" and values.end(value))
        case "contains" if how == "mentions":
            return any(values.inside(word) for word in value.split())
        case "contains":
            return values.inside(value)
        case _:
            return _makes_mention(claim, values)


def _makes_mention(claim: Claim, values: Values) -> bool:
    if claim.how == "mentions":
        return values.mentioned(claim.value)
    needles = values.all if values.few else values.needles.found(claim.value)
    return any(forced(claim.value, one, claim.how == "starts", claim.how == "ends") for one in needles)
