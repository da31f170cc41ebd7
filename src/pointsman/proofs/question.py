"""What can be asked of the solver and what it answers: the border between searching and reporting.

Laws:

- `Found` is never wrong: the interpreter has seen every wanted condition hold (or not, as wanted) in its world.
- `Impossible` is never wrong: it follows from what is true of every event that the engine can see, whatever its text.
- Whatever is neither is `Undecided`. Work is counted in steps and not in seconds: an answer is the same everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from msgspec import Struct

from pointsman.engine.hours import Hours
from pointsman.language.ir import Condition, ProgramIR
from pointsman.model.event import Trigger
from pointsman.proofs.world import World


class Wanted(Struct, frozen=True):
    """A condition that has to be true (`holds`) or false in the world that is looked for."""

    condition: Condition
    holds: bool = True


class Ground:
    """What is fixed in all questions about one program: its names, lists and calendars. Make one a program."""

    def __init__(
        self, ir: ProgramIR, accounts: frozenset[str] | None = None, carried: frozenset[str] | None = None
    ) -> None:
        self.ir = ir
        self.accounts = accounts
        """The accounts that the configuration has; None where it is not known, and any name may be one."""
        self.carried = carried
        """The channels that its connections carry; None where it is not known."""
        self.lists: Mapping[str, tuple[str, ...] | tuple[float, ...]] = {
            item.name: item.texts or item.numbers for item in ir.lists
        }
        self.hours: Mapping[str, Hours] = {calendar.name: Hours(calendar) for calendar in ir.calendars}


class Question(Struct, frozen=True):
    """Is there an event on `trigger` in whose world everything wanted is so?

    `near` is a world to stay close to: each variable keeps its value where that is possible. Of the variables (see
    `variables.py`) named in `kept`, none may differ from `near`. `steps` bounds the work.
    """

    trigger: Trigger
    wanted: tuple[Wanted, ...]
    steps: int
    near: World | None = None
    kept: frozenset[str] = frozenset()


class Found(Struct, frozen=True):
    world: World


class Impossible(Struct, frozen=True):
    """`core` are places in `Question.wanted` that contradict one another, as few as were seen to be needed."""

    core: tuple[int, ...]


class Undecided(Struct, frozen=True):
    """`why` is one of: steps, text, pattern, list, calendar, length; or disagreement, which is a mistake of ours."""

    why: str


Answer: TypeAlias = Found | Impossible | Undecided
