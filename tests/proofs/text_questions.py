"""Short ways of asking the text theory, and every text over a small alphabet to hold its answers against."""

from __future__ import annotations

from itertools import product

from pointsman.engine.interpret import holds
from pointsman.engine.view import View
from pointsman.language.ir import Compare, Exists, Length, Matches, NumberIn, Span, TextTest
from pointsman.proofs.texts import TextAnswer, TextWanted, solve_text
from pointsman.proofs.texts.answers import TextAtom
from pointsman.proofs.texts.literals import Candidate, literal_of

HERE = Span("main.rules", 0, 1, 1, 1)
STEPS = 100_000


def text(how: str, *values: str, exactly: bool = False) -> TextTest:
    return TextTest("text", how, exactly, values, "", HERE)


def pattern(source: str, flags: str = "") -> Matches:
    return Matches("text", source, flags, (), HERE)


def length(how: str, value: float) -> Compare:
    return Compare(Length("text"), how, value, HERE)


def length_in(*values: float) -> NumberIn:
    return NumberIn(Length("text"), values, "", HERE)


def listed(how: str, values: tuple[str, ...], *, exactly: bool = False) -> TextWanted:
    return TextWanted(TextTest("text", how, exactly, (), "values", HERE), True, values)


EXISTS = Exists("text", HERE)


def yes(atom: TextAtom) -> TextWanted:
    return TextWanted(atom)


def no(atom: TextAtom) -> TextWanted:
    return TextWanted(atom, False)


def ask(
    *wanted: TextWanted,
    steps: int = STEPS,
    near: str | None = None,
    missing: bool = False,
    present: bool = True,
    natural: str = "Hello",
) -> TextAnswer:
    return solve_text(wanted, steps=steps, near=near, may_be_missing=missing, may_be_present=present, natural=natural)


class OneText(View):
    """A view in which every field has one text."""

    def __init__(self, value: str | None) -> None:
        self._value = value

    def value(self, path: str) -> str | None:  # noqa: ARG002  # one text for all paths
        return self._value

    def number(self, path: str) -> float | None:  # noqa: ARG002  # as above
        return None

    def moment(self, path: str) -> int | None:  # noqa: ARG002  # as above
        return None


def interpreted(wanted: tuple[TextWanted, ...], value: str | None) -> bool:
    """Whether everything is as wanted of a value, by the interpreter."""
    view = OneText(value)
    return all(holds(one.atom, view, {"values": one.listed}) is one.holds for one in wanted)


class EveryText:
    """All texts over an alphabet up to a length, and which of them a literal accepts."""

    def __init__(self, alphabet: str, longest: int) -> None:
        self.texts = ["".join(one) for size in range(longest + 1) for one in product(alphabet, repeat=size)]
        self._candidates = [Candidate(one) for one in self.texts]
        self._known: dict[TextAtom, int] = {}
        self._all = (1 << len(self.texts)) - 1

    def first(self, wanted: tuple[TextWanted, ...]) -> str | None:
        """The first of the texts of which everything is as wanted."""
        left = self._all
        for one in wanted:
            accepted = self._accepted(one)
            left &= accepted if one.holds else self._all ^ accepted
        return self.texts[(left & -left).bit_length() - 1] if left else None

    def _accepted(self, one: TextWanted) -> int:
        known = self._known.get(one.atom)
        if known is None:
            literal = literal_of(one)
            bits = "".join("1" if literal.accepts(text) else "0" for text in reversed(self._candidates))
            known = self._known[one.atom] = int(bits, 2)
        return known
