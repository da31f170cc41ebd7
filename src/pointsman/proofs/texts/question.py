"""All literals about one text, and which of them a candidate fails."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from pointsman.proofs.texts.literals import (
    Candidate,
    LengthLiteral,
    Literal,
    PatternLiteral,
    TextLiteral,
)
from pointsman.proofs.texts.product import Steps


class Literals:
    """What is wanted of a text that is present. Places are those of the question."""

    def __init__(self, wanted: Sequence[tuple[Literal, bool]], steps: Steps) -> None:
        self.wanted = tuple(wanted)
        self.steps = steps

    def only(self, places: Sequence[int]) -> Literals:
        """The literals at some places, which then count from 0."""
        return Literals([self.wanted[place] for place in places], self.steps)

    def within(self, share: float) -> Literals:
        """The same literals, whose work may take a share of the steps that are left."""
        return Literals(self.wanted, self.steps.part(share))

    def __getitem__(self, place: int) -> tuple[Literal, bool]:
        return self.wanted[place]

    def accept(self, text: str) -> bool:
        """Whether everything is as wanted of a text."""
        self.steps.take()
        candidate = Candidate(text)
        return all(literal.accepts(candidate) is holds for literal, holds in self.wanted)

    def failing(self, text: str) -> list[int]:
        """Places of what is not as wanted of a text, what has to hold first."""
        self.steps.take()
        candidate = Candidate(text)
        failing = [place for place, (one, holds) in enumerate(self.wanted) if one.accepts(candidate) is not holds]
        return sorted(failing, key=lambda place: not self.wanted[place][1])

    def texts(self, how: str, *, holds: bool) -> list[tuple[int, TextLiteral]]:
        """Comparisons with values, of one kind, that have to hold or not to."""
        return [
            (place, literal)
            for place, (literal, wanted) in enumerate(self.wanted)
            if wanted is holds and isinstance(literal, TextLiteral) and literal.how == how
        ]

    @cached_property
    def refused(self) -> list[tuple[int, TextLiteral]]:
        """Comparisons with values that must not hold."""
        return [(at, one) for at, (one, holds) in enumerate(self.wanted) if not holds and isinstance(one, TextLiteral)]

    @cached_property
    def lengths(self) -> list[int]:
        return [at for at, (one, _) in enumerate(self.wanted) if isinstance(one, LengthLiteral)]

    @cached_property
    def patterns(self) -> list[int]:
        return [at for at, (one, _) in enumerate(self.wanted) if isinstance(one, PatternLiteral)]
