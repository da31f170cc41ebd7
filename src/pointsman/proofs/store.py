"""What has been said of each variable so far, and why: literals go in, contradictions within one variable come out.

A reason is a bit mask (see `search`); the reason of a contradiction is the union of the reasons of all that takes part
in it. Contradictions between variables, and those of texts and calendars, are found when a world is settled.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar, assert_never

from pointsman.proofs.domains import Domains, Presence
from pointsman.proofs.integers import Integers
from pointsman.proofs.normal import Among, Literal, Opening, Reads, There, Within
from pointsman.proofs.variables import NOW

_Values = TypeVar("_Values", int, Integers)


class Store:
    """The domains of one trigger, narrowed."""

    __slots__ = ("domains", "gone", "masks", "numbers", "openings", "reads", "there", "whys")

    def __init__(self, domains: Domains) -> None:
        self.domains = domains
        self.masks: dict[str, int] = {}
        self.numbers: dict[str, Integers] = {}
        self.openings: dict[tuple[str, str], tuple[bool, int]] = {}
        self.reads: dict[str, dict[int, tuple[Reads, int]]] = {}
        """The tests of each text by number, with the reason of each."""
        self.there: dict[str, int] = {}
        self.gone: dict[str, int] = {}
        """Why a text has to be there, or has to be missing."""
        self.whys: dict[str, int] = {}

    def copy(self) -> Store:
        other = Store(self.domains)
        other.masks, other.numbers = self.masks.copy(), self.numbers.copy()
        other.openings, other.reads = self.openings.copy(), self.reads.copy()
        other.there, other.gone, other.whys = self.there.copy(), self.gone.copy(), self.whys.copy()
        return other

    def mask(self, variable: str) -> int:
        found = self.masks.get(variable)
        return self.domains.mask(variable) if found is None else found

    def within(self, variable: str) -> Integers:
        found = self.numbers.get(variable)
        return self.domains.numbers(variable) if found is None else found

    def spoken(self) -> Iterator[str]:
        """The variables of speech of which something was said, or is known of itself."""
        for name in (*self.numbers, *self.domains.limited):
            if name.startswith("spoke "):
                yield name

    def why(self, *variables: str) -> int:
        """The reasons of all that was said of some variables."""
        found = 0
        for variable in variables:
            found |= self.whys.get(variable, 0)
        return found

    def clash(self, literal: Literal) -> int | None:
        """Why a literal cannot be, beside its own reason; None where nothing speaks against it."""
        match literal:
            case Among(variable, mask):
                return None if self.mask(variable) & mask else self.why(variable)
            case Within(variable, numbers):
                return None if self.within(variable) & numbers else self.why(variable)
            case There(path, holds):
                return self._absent(path) if holds else self._present(path)
            case Reads(path, number, holds):
                if holds and (absent := self._absent(path)) is not None:
                    return absent
                known = self.reads.get(path, {}).get(number)
                return known[1] if known is not None and known[0].holds != holds else None
            case Opening(calendar, asks, holds):
                said = self.openings.get((calendar, asks))
                return said[1] if said is not None and said[0] != holds else None
            case _:
                assert_never(literal)

    def _absent(self, path: str) -> int | None:
        """Why a text is missing; None where it may be there."""
        return 0 if self.domains.presence(path) is Presence.NEVER else self.gone.get(path)

    def _present(self, path: str) -> int | None:
        """Why a text is there; None where it may be missing."""
        return 0 if self.domains.presence(path) is Presence.ALWAYS else self.there.get(path)

    def holds(self, literal: Literal) -> bool:
        """Whether a literal follows from what was said already."""
        match literal:
            case Among(variable, mask):
                return not self.mask(variable) & ~mask
            case Within(variable, numbers):
                known = self.within(variable)
                return known & numbers == known
            case There(path, holds):
                return (self._present(path) if holds else self._absent(path)) is not None
            case Reads(path, number, holds):
                if not holds and self._absent(path) is not None:
                    return True
                known_read = self.reads.get(path, {}).get(number)
                return known_read is not None and known_read[0].holds == holds
            case Opening(calendar, asks, holds):
                said = self.openings.get((calendar, asks))
                return said is not None and said[0] == holds
            case _:
                assert_never(literal)

    def add(self, literal: Literal, why: int) -> int | None:
        """Take a literal in; return the reason of the contradiction if there is one, the literal's own included."""
        match literal:
            case Among(variable, mask):
                return self._narrow(self.masks, variable, self.mask(variable), mask, why)
            case Within(variable, numbers):
                return self._narrow(self.numbers, variable, self.within(variable), numbers, why)
            case _:
                if (against := self.clash(literal)) is not None:
                    return against | why
                if not self.holds(literal):
                    self._note(literal, why)
                return None

    def _narrow(
        self, said: dict[str, _Values], variable: str, known: _Values, allowed: _Values, why: int
    ) -> int | None:
        narrowed = known & allowed
        if not narrowed:
            return self.why(variable) | why
        if narrowed != known:
            said[variable] = narrowed
            self.whys[variable] = self.whys.get(variable, 0) | why
        return None

    def _note(self, literal: There | Reads | Opening, why: int) -> None:
        match literal:
            case There(path, holds):
                (self.there if holds else self.gone)[path] = why
            case Reads(path, number, holds):
                self.reads[path] = {**self.reads.get(path, {}), number: (literal, why)}
                if holds:
                    self.there.setdefault(path, why)
            case Opening(calendar, asks, holds):
                self.openings[calendar, asks] = (holds, why)
                self.whys[NOW] = self.whys.get(NOW, 0) | why
            case _:
                assert_never(literal)


class Contradiction(Exception):
    """What was said of several variables cannot be together, for the reason `why`.

    `unknown` is not empty where that was not shown, but could not be decided either: it says what was too much.
    """

    def __init__(self, why: int, unknown: str = "") -> None:
        super().__init__(why, unknown)
        self.why = why
        self.unknown = unknown


class Doubts:
    """What could not be decided on the way, kept back so that a contradiction that is certain is seen first."""

    def __init__(self) -> None:
        self._why, self._unknown = 0, ""

    def attempt(self, step: Callable[[], None]) -> None:
        """Take a step. Raises `Contradiction` where it is certain."""
        try:
            step()
        except Contradiction as failed:
            if not failed.unknown:
                raise
            self._why, self._unknown = self._why | failed.why, self._unknown or failed.unknown

    def settle(self) -> None:
        """Raise `Contradiction` for what could not be decided, if there was anything."""
        if self._unknown:
            raise Contradiction(self._why, self._unknown)
