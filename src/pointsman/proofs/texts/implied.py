"""What one value makes true of other tests: `contains "refund"` implies `contains "fund"`.

Laws: `implies` says yes only where every text that stands to the value as said also passes the test. A value that holds
of the raw text says of the folded one what its firm piece says.
"""

from __future__ import annotations

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
    folded = _folded(claim) if claim.exactly else None
    return folded is not None and _implies_alike(folded, test)


def _folded(claim: Claim) -> Claim | None:
    """What a claim about the raw text says of the folded one; None where that is nothing."""
    start, end = firm(claim.value)
    if start == end:
        return None
    piece = fold(claim.value[start:end])
    if claim.how == "starts" and not start:
        return Claim("starts", False, piece)
    if claim.how == "ends" and end == len(claim.value):
        return Claim("ends", False, piece)
    if claim.how == "mentions":
        return Claim("contains", False, piece) if not any(map(str.isspace, piece)) else None
    return Claim("contains", False, piece)


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
