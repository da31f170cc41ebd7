"""Witnesses: a world that the solver found, as a test that a person can read, run and keep.

Laws: a witness was run, from its text, before anybody sees it, and its last event was seen as wanted; a world that no
transcript brings about has no witness. Equal worlds have equal witnesses.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import islice

from msgspec import Struct

from pointsman.engine.loaded import Loaded
from pointsman.engine.scenario import TestResult, run_test
from pointsman.language import ir, tree
from pointsman.language.format import formatted_item
from pointsman.language.lower_tests import lower_test
from pointsman.language.parse import parse
from pointsman.language.source import Source
from pointsman.language.tree.node import NOWHERE
from pointsman.proofs import wording
from pointsman.proofs.asking import Asker
from pointsman.proofs.occasions import Ways
from pointsman.proofs.question import Ground
from pointsman.proofs.reach import Reach
from pointsman.proofs.rehearsal import Goal, Rehearsal, Seen
from pointsman.proofs.script import Line, line
from pointsman.proofs.world import World, view_of

_WAYS_MAX = 24
"""Transcripts that are tried for one world."""
_QUESTIONS_MAX = 1_000
"""Questions to the solver for the sake of one witness: what sets a timer is found by some."""


class Witness(Struct, frozen=True):
    """`text` is the whole test as it stands in a file; `result` what came of running it."""

    text: str
    test: ir.Test
    result: TestResult


class Witnesses:
    """Makes the witnesses of one program."""

    def __init__(self, program: Loaded, reach: Reach) -> None:
        self._program = program
        self._rehearsal = Rehearsal(program)
        self._ways = Ways(program, reach.world_of)

    def of(
        self,
        world: World,
        name: str,
        seen: Seen | None = None,
        expected: Sequence[tree.Expectation] = (),
        about: Collection[str] = (),
    ) -> Witness | None:
        """Return a test in which the event of `world` comes about and `seen` is true of it; None where none is found.

        Where nothing is to be seen or expected, the rules are to fire that fire in the world. The test expects what is
        given, else the rules that fire, of those named in `about` if any of them does. It says as little as brings the
        event about so.
        """
        goal = Goal(world.trigger, seen or self._alike(world, expected), tuple(map(line, expected)), frozenset(about))
        for script in islice(self._ways.scripts(world), _WAYS_MAX):
            if self._rehearsal.play(script.lines, goal) is None:
                continue
            lines = self._rehearsal.shortened(script.lines, goal)
            if (found := self._run(name, lines, goal)) is not None:
                return found
        return None

    def _alike(self, world: World, expected: Sequence[tree.Expectation]) -> Seen:
        """See that the rules fire that fire in a world, unless something else is expected."""
        if expected:
            return lambda view, fired: True  # noqa: ARG005  # the expectations say it all
        wanted = self._program.match(world.trigger, view_of(world, self._program.hours))
        return lambda view, fired: fired == wanted  # noqa: ARG005  # what fires is enough

    def _run(self, name: str, lines: list[Line], goal: Goal) -> Witness | None:
        """Write the test, read it again, and run what was read: it passes where it is played to its end."""
        fired = self._rehearsal.play(lines, goal)
        told = [rule for rule in fired or () if rule in goal.about] or fired or ("",)
        rules = [wording.expect_rule(rule) for rule in dict.fromkeys(told)]
        expected = [it.written for it in goal.expected] or rules
        steps = (*(it.written for it in lines), *expected)
        text = formatted_item(tree.Test(wording.string(name), steps, NOWHERE))
        test = read_test(text)
        if test is None or self._rehearsal.play_steps(test.steps, goal) != fired:
            return None
        return Witness(text, test, run_test(self._program, test))


def witness(
    program: Loaded,
    ground: Ground,
    world: World,
    expected: Sequence[tree.Expectation],
    name: str,
    seen: Seen | None = None,
) -> Witness | None:
    """Make one witness: see `Witnesses.of`. For several of one program, make a `Witnesses` once."""
    return Witnesses(program, Reach(program, Asker(ground, _QUESTIONS_MAX))).of(world, name, seen, expected)


def read_test(text: str) -> ir.Test | None:
    """Read the text of one test; None where it does not read as one."""
    parsed = parse(Source("witness.rules", text))
    match parsed.file.items:
        case (tree.Test() as test,) if not parsed.diagnostics:
            return lower_test(test)
        case _:
            return None
