"""What can be asked about one text variable and what is answered.

Laws:

- `TextFound` is never wrong: every literal was seen to hold (or not, as wanted) of its value, by the functions that
  the engine compares texts with.
- `TextImpossible` is never wrong: it follows for all texts of Unicode, and for the missing text where it is allowed.
- Work is counted in steps and not in seconds: an answer is the same everywhere.
"""

from __future__ import annotations

from typing import TypeAlias

from msgspec import Struct

from pointsman.language.ir import Compare, Exists, Matches, NumberIn, TextTest

TextAtom: TypeAlias = TextTest | Matches | Compare | NumberIn | Exists
"""A comparison's subject is the `Length` of the variable; all atoms of a question are about one variable."""


class TextWanted(Struct, frozen=True):
    """A test that has to be true (`holds`) or false.

    `listed` are the values of the list that `atom` names, () where it names none. Give the same tuple object in every
    question: what is made of a long list is remembered by the object.
    """

    atom: TextAtom
    holds: bool = True
    listed: tuple[str, ...] | tuple[float, ...] = ()


class TextFound(Struct, frozen=True):
    """`value` is None where the text is missing."""

    value: str | None


class TextImpossible(Struct, frozen=True):
    """`core` are places in the question that contradict one another, as few as were seen to be needed.

    An empty core says that the variable can be neither missing nor present.
    """

    core: tuple[int, ...]


class TextUndecided(Struct, frozen=True):
    """`why` is one of: text, pattern, list, length, steps."""

    why: str


TextAnswer: TypeAlias = TextFound | TextImpossible | TextUndecided
