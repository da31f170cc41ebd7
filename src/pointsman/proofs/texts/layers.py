"""Texts of a product whose number of characters is as wanted.

Laws: as those of `Product.texts`. All states are made first; layer by layer, those that can be reached with so many
characters follow. Past the greatest number that a comparison names all numbers are alike, so that as many layers more
as there are states settle the question.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from pointsman import limits
from pointsman.proofs.texts.literals import LengthLiteral
from pointsman.proofs.texts.product import Product, Steps, Whole
from pointsman.proofs.texts.units import Unit


class Layers:
    """`lengths` are comparisons of the length, each with whether it has to hold."""

    def __init__(self, product: Product, lengths: Sequence[tuple[LengthLiteral, bool]]) -> None:
        self._product = product
        self._lengths = tuple(lengths)
        self.exhausted = False

    def texts(self, steps: Steps) -> Iterator[tuple[Unit, ...]]:
        """Offer texts that every part takes and whose length is allowed, shorter ones first."""
        start, edges = self._product.start, self._product.graph(steps)
        if start is None or edges is None:
            self.exhausted = start is None
            return
        last = greatest(self._lengths) + len(edges) + 1
        layers: list[dict[Whole, tuple[Whole, Unit] | None]] = [{start: None}]
        for length in range(last + 1):
            if self._allowed(length):
                for whole in layers[-1]:
                    if self._product.accepts(whole):
                        yield _path(layers, whole)
            after: dict[Whole, tuple[Whole, Unit] | None] = {}
            for whole in layers[-1]:
                for unit, then in edges[whole]:
                    after.setdefault(then, (whole, unit))
            if not after:
                break
            if length >= limits.TEXT_CHARACTERS_MAX or not steps.take(len(after)):
                return
            layers.append(after)
        self.exhausted = True

    def _allowed(self, length: int) -> bool:
        return all(literal.allows(length) is holds for literal, holds in self._lengths)


def greatest(lengths: Sequence[tuple[LengthLiteral, bool]]) -> int:
    """The greatest number that the comparisons name; no comparison tells those beyond it apart."""
    return max((int(value) + 1 for literal, _ in lengths for value in literal.values), default=0)


def allowed_length(lengths: Sequence[tuple[LengthLiteral, bool]], at_least: int = 0) -> int | None:
    """The least length from `at_least` that every comparison allows; None where there is none."""
    allows: Callable[[int], bool] = lambda length: all(one.allows(length) is holds for one, holds in lengths)  # noqa: E731  # said once
    edges = {at_least} | {
        int(value) + more
        for one, _ in lengths
        for value in one.values
        for more in (-1, 0, 1, 2)
        if value >= at_least - 2
    }
    return next((length for length in sorted(edges) if length >= at_least and allows(length)), None)


def _path(layers: Sequence[dict[Whole, tuple[Whole, Unit] | None]], whole: Whole) -> tuple[Unit, ...]:
    units: list[Unit] = []
    for layer in reversed(layers):
        step = layer[whole]
        if step is not None:
            whole, unit = step
            units.append(unit)
    return tuple(reversed(units))
