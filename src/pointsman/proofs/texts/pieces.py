"""The values of which a text has to be pieced together, and those that the refused tests leave.

Laws: parts that strangers keep apart do not touch each other's tests, so each literal chooses its value by itself.
Where one is left no value, or where beginnings or ends exclude one another, the literals named share no text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from pointsman.proofs.texts.implied import Claim, implies
from pointsman.proofs.texts.literals import PatternLiteral, TextLiteral
from pointsman.proofs.texts.question import Literals
from pointsman.proofs.texts.samples import samples

_CHOICES = 6
"""Values kept of one literal; what is wrong with all of them is mostly wrong with the others."""


class Piece(Struct, frozen=True):
    """A choice for the literals at `places`: any of the values, as they may be written."""

    how: str
    places: tuple[int, ...]
    choices: tuple[tuple[Claim, str], ...]


class Contradiction(Struct, frozen=True):
    core: tuple[int, ...]


def pieces_of(literals: Literals) -> list[Piece] | Contradiction:
    """The pieces that a text needs, each with choices that no refused test rules out."""
    found: list[Piece] = []
    for group in _groups(literals):
        piece = _choose(literals, group)
        if isinstance(piece, Contradiction):
            return piece
        if piece is not None:
            found.append(piece)
    return found + [piece for place in literals.patterns if (piece := _sampled(literals, place)) is not None]


def _sampled(literals: Literals, place: int) -> Piece | None:
    """Samples of an expression that has to match, of those that stand alike the best."""
    literal, holds = literals[place]
    found = samples(literal.pattern, literal.flags) if holds and isinstance(literal, PatternLiteral) else ()
    if not found:
        return None
    how = _STANDS[found[0].begins, found[0].ends]
    alike = [one.text for one in found if _STANDS[one.begins, one.ends] == how]
    return Piece(how, (place,), tuple((Claim(how, True, text), text) for text in alike))


_STANDS = {(False, False): "contains", (True, False): "starts", (False, True): "ends", (True, True): "is"}
"""How a sample stands in a text, by whether it has to begin and to end it."""


def _groups(literals: Literals) -> Iterator[list[tuple[int, TextLiteral]]]:
    """Literals that one value has to serve: all beginnings of one form, all ends; every other one alone."""
    for how in ("starts", "ends"):
        same = literals.texts(how, holds=True)
        for exactly in (False, True):
            yield [(place, literal) for place, literal in same if literal.exactly is exactly]
    for how in ("contains", "mentions"):
        for one in literals.texts(how, holds=True):
            yield [one]


def _choose(literals: Literals, group: Sequence[tuple[int, TextLiteral]]) -> Piece | Contradiction | None:
    if not group:
        return None
    places = tuple(place for place, _ in group)
    how = group[0][1].how
    chosen: list[tuple[Claim, str]] = []
    killers: dict[int, None] = {}
    for claim, written in _candidates(group):
        if not literals.steps.take():
            return Piece(how, places, tuple(chosen)) if chosen else None
        killer = next((place for place, test in literals.refused if implies(claim, test)), None)
        if killer is not None:
            killers[killer] = None
            continue
        chosen.append((claim, written))
        if len(chosen) >= _CHOICES:
            break
    return Piece(how, places, tuple(chosen)) if chosen else Contradiction((*places, *killers))


def _candidates(group: Sequence[tuple[int, TextLiteral]]) -> Iterator[tuple[Claim, str]]:
    """Values that serve all literals of a group, with a way of writing them."""
    for place, literal in group:
        others = [other for at, other in group if at != place]
        for value, written in literal.values.originals.items():
            if all(_serves(value, other) for other in others):
                yield Claim(literal.how, literal.exactly, value), written


def _serves(value: str, other: TextLiteral) -> bool:
    return other.values.begin(value) if other.how == "starts" else other.values.end(value)
