"""Conditions in the form that is searched: `All` and `Some` over literals, without any `not`.

Laws: a literal speaks of one variable and says which of its values are allowed; a literal and the one of the opposite
truth allow all values between them. What the language says of several variables at once (`last message from any bot
older than …`) becomes literals of one each. Texts and calendars keep their question, for theories of their own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias, assert_never

from msgspec import Struct, structs

from pointsman.language.ir import (
    And,
    ChoiceTest,
    Compare,
    Condition,
    Exists,
    HasButtons,
    IsEnabled,
    IsOpen,
    LastOlder,
    Length,
    Matches,
    Not,
    NumberIn,
    Or,
    Sample,
    Span,
    TextTest,
)
from pointsman.proofs.choices import FALSE, NOTHING, TRUE, Names
from pointsman.proofs.integers import PRESENT, Integers, among, compared
from pointsman.proofs.texts import TextWanted
from pointsman.proofs.variables import (
    BUTTONS,
    NAMES,
    NUMBERS,
    draw_variable,
    enabled_variable,
    is_text,
    quantity_variable,
    spoke_variable,
    variables_of,
)

NOWHERE = Span("", 0, 0, 0, 0)
_Read: TypeAlias = TextTest | Matches | Compare | NumberIn


class Among(Struct, frozen=True):
    """The value of a closed set, or of what is true or false, is one of a mask (see `choices`)."""

    variable: str
    mask: int


class Within(Struct, frozen=True):
    """The number is one of a set."""

    variable: str
    numbers: Integers


class There(Struct, frozen=True):
    """The text has a value (`holds`) or has none."""

    variable: str
    holds: bool


class Reads(Struct, frozen=True):
    """The text is there and passes a test, or (not `holds`) is missing or fails it. `number` is the test's own."""

    variable: str
    number: int
    holds: bool
    wanted: TextWanted


class Opening(Struct, frozen=True):
    """The calendar is open, or (`asks` next_open, next_close) ever opens or closes again; or not, if not `holds`."""

    calendar: str
    asks: str
    holds: bool


class All(Struct, frozen=True):
    parts: tuple[Node, ...]


class Some(Struct, frozen=True):
    """At least one part holds. It says what `source` says, or, if not `holds`, the opposite of it."""

    parts: tuple[Node, ...]
    source: Condition
    holds: bool


Literal: TypeAlias = Among | Within | There | Reads | Opening
Node: TypeAlias = Literal | All | Some


class Normal:
    """The normal forms of one program's conditions, each made once. `lists` are the program's."""

    def __init__(self, names: Mapping[str, Names], lists: Mapping[str, tuple[str, ...] | tuple[float, ...]]) -> None:
        self._names = names
        self._lists = lists
        self._made: dict[tuple[int, bool], tuple[Condition, Node]] = {}
        self._salts: dict[int, tuple[Condition, tuple[str, ...]]] = {}
        self._sets: dict[str, Integers] = {}
        self._tests: dict[_Read, int] = {}

    def form(self, condition: Condition, holds: bool = True) -> Node:
        """Return what has to be so for a condition to hold, or not to hold."""
        key = (id(condition), holds)
        made = self._made.get(key)
        if made is None:
            # The condition is kept with its form, so that its identity is not given to another one.
            made = self._made[key] = (condition, self._form(condition, holds))
        return made[1]

    def __len__(self) -> int:
        return len(self._made)

    def forget(self) -> None:
        """Drop all forms. The numbers of tests start anew with those that are made then."""
        self._made.clear()
        self._salts.clear()
        self._tests.clear()

    def salts(self, condition: Condition) -> tuple[str, ...]:
        """The rules after which the samples of a condition are named."""
        key = id(condition)
        made = self._salts.get(key)
        if made is None:
            draws = sorted(name for name in variables_of(condition) if name.startswith("draw "))
            made = self._salts[key] = (condition, tuple(name.removeprefix("draw ") for name in draws))
        return made[1]

    def _form(self, condition: Condition, holds: bool) -> Node:
        match condition:
            case And(parts):
                forms = tuple(self._form(part, holds) for part in parts)
                return All(forms) if holds else Some(forms, condition, holds)
            case Or(parts):
                forms = tuple(self._form(part, holds) for part in parts)
                return Some(forms, condition, holds) if holds else All(forms)
            case Not(part):
                return self._form(part, not holds)
            case ChoiceTest(path, names):
                mask = self._names[path].mask(names)
                return Among(path, mask if holds else ~mask)
            case IsEnabled(component):
                return Among(enabled_variable(component), TRUE if holds else FALSE)
            case HasButtons():
                return Among(BUTTONS, TRUE if holds else FALSE)
            case IsOpen(calendar):
                return Opening(calendar, "open", holds)
            case Sample(share, salt):
                return _within(draw_variable(salt), compared("<", share), holds)
            case LastOlder():
                return _older(condition, holds)
            case Exists(path):
                return self._exists(path, holds)
            case Compare(subject, how, value):
                if isinstance(subject, Length):
                    return self._reads(subject.of, condition, holds)
                return _within(quantity_variable(subject), compared(how, value), holds)
            case NumberIn(subject, values, name):
                if isinstance(subject, Length):
                    return self._reads(subject.of, condition, holds)
                numbers = self._listed(name) if name else among(values)
                return _within(quantity_variable(subject), numbers, holds)
            case TextTest(path) | Matches(path):
                return self._reads(path, condition, holds)
            case _:
                assert_never(condition)

    def _exists(self, path: str, holds: bool) -> Node:
        if is_text(path):
            return There(path, holds)
        if path in NAMES:
            return Among(path, ~NOTHING if holds else NOTHING)
        if path in NUMBERS:
            return _within(path, PRESENT, holds)
        calendar, _, which = path.rpartition(".")
        return Opening(calendar, which, holds)

    def _listed(self, name: str) -> Integers:
        if name not in self._sets:
            self._sets[name] = among(map(float, self._lists[name]))
        return self._sets[name]

    def _reads(self, path: str, atom: _Read, holds: bool) -> Node:
        bare = structs.replace(atom, span=NOWHERE)
        bare = structs.replace(bare, groups=()) if isinstance(bare, Matches) else bare
        listed = () if isinstance(bare, Matches | Compare) or not bare.list else self._lists[bare.list]
        number = self._tests.setdefault(bare, len(self._tests))
        return Reads(path, number, holds, TextWanted(bare, holds, listed))


def _within(variable: str, numbers: Integers, holds: bool) -> Within:
    return Within(variable, numbers if holds else numbers.opposite())


def _older(condition: LastOlder, holds: bool) -> Node:
    """Any of the parties has spoken, and none of them within the time."""
    older = compared(">", condition.ms)
    variables = [spoke_variable(party) for party in condition.parties]
    if len(variables) == 1:
        return _within(variables[0], older, holds)
    long_ago = tuple(_within(variable, older, holds) for variable in variables)
    quiet = tuple(_within(variable, Integers(older.spans, missing=True), holds) for variable in variables)
    if holds:
        return All((Some(long_ago, condition, holds), *quiet))
    return Some((All(long_ago), *quiet), condition, holds)
