"""Texts that have to be one of some values: each is tried.

Laws: where the raw text has to be one of them, the answer is whole. Where the folded text has to, what the other folded
tests leave is whole; the ways of writing it are more than are tried here.
"""

from __future__ import annotations

from collections.abc import Iterator

from pointsman.proofs.texts.folds import variants
from pointsman.proofs.texts.literals import Candidate, TextLiteral
from pointsman.proofs.texts.question import Literals
from pointsman.proofs.texts.refine import Open, Outcome, Proved, Seen

_LOOKED_UP_PER_STEP = 100


def enumerated(literals: Literals) -> Outcome | None:
    """Try the values of the shortest list that the text has to be in; None where it may be in none."""
    found = literals.texts("is", holds=True)
    exact = [one for one in found if one[1].exactly]
    if not found:
        return None
    place, literal = min(exact or found, key=lambda one: len(one[1].values.all))
    judged = range(len(literals.wanted)) if exact else [at for at, _ in _folded(literals)]
    killers = {place: None}
    survived = False
    for value in _shared(literals, place, literal, killers):
        if not literals.steps.take():
            return Open("list")
        candidate = Candidate(literal.values.originals[value])
        killer = _killer(literals, candidate, judged, killers)
        if killer is not None:
            killers[killer] = None
        elif (text := _accepted(literals, candidate.raw)) is not None:
            return Seen(text)
        else:
            survived = True
    return None if survived else Proved(tuple(killers))


def _folded(literals: Literals) -> Iterator[tuple[int, TextLiteral]]:
    for place, (literal, _) in enumerate(literals.wanted):
        if isinstance(literal, TextLiteral) and not literal.exactly:
            yield place, literal


def _shared(literals: Literals, place: int, literal: TextLiteral, killers: dict[int, None]) -> list[str]:
    """Values that the other lists leave, by look-up; lists that take some away are noted in `killers`."""
    left = list(literal.values.all)
    for at, (other, holds) in enumerate(literals.wanted):
        if at != place and isinstance(other, TextLiteral) and (other.how, other.exactly) == ("is", literal.exactly):
            members = other.values.originals
            fewer = [value for value in left if (value in members) is holds]
            literals.steps.take(len(left) // _LOOKED_UP_PER_STEP)
            if len(fewer) < len(left):
                killers[at] = None
            left = fewer
    return left


def _killer(literals: Literals, candidate: Candidate, judged: range | list[int], known: dict[int, None]) -> int | None:
    """A place that a candidate fails, one that others failed before where there is one."""
    for places in (known, judged):
        for place in places:
            literal, holds = literals[place]
            if literal.accepts(candidate) is not holds:
                return place
    return None


def _accepted(literals: Literals, text: str) -> str | None:
    return next((one for one in (text, *variants(text)) if literals.accept(one)), None)
