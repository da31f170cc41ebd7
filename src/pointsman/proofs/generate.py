"""Tests for what tests never touched: for each such thing a world is asked for and made a test.

Laws: a proposed test was read from its own text, passed, and covered what it is for in its last step, of which it
expects all that rules did; one whose last step shows nothing that no other's does is not proposed. What has no test is
told with its reason. Names are new in the program.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from msgspec import Struct, structs

from pointsman.engine.coverage import Coverage, Item, Point, Recorder, Sight, items_of
from pointsman.engine.loading import load
from pointsman.engine.scenario import Stage, run_test
from pointsman.engine.view import View
from pointsman.language import ir, tree
from pointsman.language.diagnostics import ticked
from pointsman.language.format import formatted_item
from pointsman.language.parse import parse
from pointsman.language.program import Program
from pointsman.language.source import Source
from pointsman.language.tree.node import NOWHERE
from pointsman.limits import PROOF_QUESTIONS_MIN, PROOF_QUESTIONS_PER_RULE_MAX
from pointsman.proofs.asking import Asker
from pointsman.proofs.clauses import transcripts
from pointsman.proofs.expected import expectations
from pointsman.proofs.points import Points
from pointsman.proofs.prove import WHYS
from pointsman.proofs.question import Ground, Undecided
from pointsman.proofs.reach import Covered, Fires, Reach, Site
from pointsman.proofs.script import GREETING
from pointsman.proofs.witness import Witnesses, read_test
from pointsman.proofs.wording import string
from pointsman.proofs.world import World

_UNDECIDED = "it was not decided whether there is one"
_NO_TRANSCRIPT = "no transcript was found that shows it"
_TITLE_CHARACTERS_MAX = 60
"""How much of a condition the name of a test repeats."""
_RULES_NAMED_MAX = 4
"""Rules that are named as those that take the events of another; the rest is counted."""


class Proposal(Struct, frozen=True):
    """A test as it stands in a file, what it covers in its last step, and what it comes by on the whole way."""

    text: str
    covers: frozenset[Point]
    touches: frozenset[Point]


class Missed(Struct, frozen=True):
    """What has no test, and why; `why` is to be read behind what it is."""

    item: Item
    sight: Sight
    why: str


class Proposals(Struct, frozen=True):
    """Tests in the order of what they are for, rules first; and what is still uncovered with them."""

    tests: tuple[Proposal, ...]
    missed: tuple[Missed, ...]


def propose(program: Program, coverage: Coverage) -> Proposals:
    """Propose tests for what `coverage` lacks."""
    generator = _Generator(program)
    tests: list[Proposal] = []
    missed: dict[Point, str] = {}
    seen = set(coverage.seen)
    for point in sorted(_lacking(coverage), key=lambda it: it[1] != "fired"):
        if point in seen:
            continue
        found = generator.proposal(point)
        if isinstance(found, Proposal):
            tests.append(found)
            seen |= found.covers
        else:
            missed[point] = found
    kept = _needed(tests, coverage.seen)
    touched = frozenset(point for test in kept for point in test.touches)
    left = (Missed(coverage.items[it[0]], it[1], why) for it, why in missed.items() if it not in touched)
    return Proposals(tuple(kept), tuple(left))


def _lacking(coverage: Coverage) -> Iterator[Point]:
    return ((number, sight) for number in range(len(coverage.items)) for sight in coverage.missing(number))


def _needed(tests: Sequence[Proposal], known: frozenset[Point]) -> list[Proposal]:
    """Leave out tests that show nothing which no other shows; of two alike, the first is kept."""
    counts = Counter(point for test in tests for point in test.covers - known)
    kept = []
    for test in reversed(tests):
        if any(counts[point] == 1 for point in test.covers - known):
            kept.append(test)
        else:
            counts.subtract(test.covers - known)
    return kept[::-1]


class _Generator:
    """Makes tests of one program."""

    def __init__(self, program: Program) -> None:
        self._sources = program.sources
        self._program = load(program)
        self._recorder = Recorder(program.ir, program.hash)
        self._items = list(items_of(program.ir))
        rules = sum(len(policy.rules) for policy in program.ir.policies)
        asker = Asker(Ground(program.ir), PROOF_QUESTIONS_MIN + PROOF_QUESTIONS_PER_RULE_MAX * rules)
        reach = Reach(self._program, asker)
        self._points = Points(reach)
        self._witnesses = Witnesses(self._program, reach)
        self._names = {test.name for test in program.ir.tests}

    def proposal(self, point: Point) -> Proposal | str:
        """Return a test that covers a point, or why there is none."""
        item, atom, negated = self._items[point[0]]
        if atom is not None and self._is_clause(point):
            held = (point[1] == "true") != negated
            tried = (self._finished(point, steps) for steps in transcripts(self._program, item, atom, held))
            return next((it for it in tried if it is not None), _NO_TRANSCRIPT)
        found = self._of_rule(point)
        return found if isinstance(found, Proposal) else _weightiest(found)

    def _of_rule(self, point: Point) -> Proposal | list[str]:
        """Return a test on one of the policy's events, or why there is none on each of them."""
        whys = []
        triggers = self._points.triggers(point)
        for reached in (reached for trigger in triggers for reached in self._points.reached(trigger, point)):
            match reached:
                case Fires(world):
                    if (found := self._shown(world, point)) is not None:
                        return found
                    whys.append(_NO_TRANSCRIPT)
                case Undecided(why):
                    whys.append(f"{_UNDECIDED}: {WHYS.get(why, why)}")
                case Covered(by):
                    whys.append(_covered(by, point))
        return whys

    def _shown(self, world: World, point: Point) -> Proposal | None:
        """Return a test that brings a world about."""

        def seen(view: View, fired: list[ir.Rule]) -> bool:  # noqa: ARG001  # the recorder sees what fires
            self._recorder.take()
            self._recorder.program.match(world.trigger, view)
            return point in self._recorder.take()

        found = (self._witnesses.of(it, self._title(point), seen) for it in _readable(world))
        witness = next((it for it in found if it is not None), None)
        if witness is None:
            return None
        [written] = parse(Source("", witness.text)).file.items
        assert isinstance(written, tree.Test), "a witness is a test"  # noqa: S101  # an invariant, for the type checker
        return self._finished(point, [step for step in written.steps if not isinstance(step, tree.Expectation)])

    def _finished(self, point: Point, steps: Sequence[tree.TestStep]) -> Proposal | None:
        """Add all that comes of the last step; None where the test does not cover the point after all."""
        title = self._title(point)
        plain = read_test(formatted_item(tree.Test(string(title), tuple(steps), NOWHERE)))
        if plain is None:
            return None
        whole = (*steps, *expectations(self._program, plain.steps))
        text = formatted_item(tree.Test(string(title), whole, NOWHERE))
        test = read_test(text)
        if test is None or not run_test(self._program, test).passed:
            return None
        before, last = self._played(test)
        covers = frozenset(it for it in last if it == point or not self._is_clause(it))
        if point not in covers:
            return None
        self._names.add(title)
        return Proposal(text, covers, before | last)

    def _played(self, test: ir.Test) -> tuple[frozenset[Point], frozenset[Point]]:
        """What a test sees before its last step that makes anything happen, and from there on."""
        stage = Stage(self._recorder.program)
        final = max(place for place, step in enumerate(test.steps) if isinstance(step, ir.Happening))
        self._recorder.take()
        for step in test.steps[:final]:
            stage.play(step)
        before = self._recorder.take()
        stage.play(test.steps[final])
        return before, self._recorder.take()

    def _is_clause(self, point: Point) -> bool:
        """Whether it is of who hears and speaks: every event looks at that, only tests for it expect it."""
        return self._items[point[0]][0].owner.startswith("component")

    def _title(self, point: Point) -> str:
        """A name for a test that no other test has: what it is for."""
        item = self._items[point[0]][0]
        title = item.name
        if item.sort == "test":
            said = self._sources.get(item.span.file, "")[item.span.start : item.span.end]
            whose = item.name if item.owner.startswith("policy") else f"{item.owner}, {item.name}"
            title = f"{whose}: {ticked(said, _TITLE_CHARACTERS_MAX)} is {point[1]}".replace('"', "'")
        taken = (title if count == 1 else f"{title} ({count})" for count in range(1, len(self._names) + 2))
        return next(name for name in taken if name not in self._names)


def _readable(world: World) -> Iterator[World]:
    """The world; before it, where nothing needs to be said, those in which something is."""
    if world.names.get("message") == "text" and not world.texts.get("text"):
        for words in (GREETING, "something else"):
            yield structs.replace(world, texts={**world.texts, "text": words})
    yield world


def _covered(by: Sequence[Site], point: Point) -> str:
    if by:
        named = ", ".join(ticked(site.rule.name) for site in by[:_RULES_NAMED_MAX])
        more = f" and {len(by) - _RULES_NAMED_MAX} more" if len(by) > _RULES_NAMED_MAX else ""
        return f"{named}{more} {'takes' if len(by) == 1 else 'take'} every such event"
    return "its condition never holds" if point[1] == "fired" else "what stands around it rules it out"


def _weightiest(whys: Sequence[str]) -> str:
    """Of the reasons on several events: what was not settled says more than what cannot be."""
    return next((why for why in whys if why.startswith((_NO_TRANSCRIPT, _UNDECIDED))), whys[0])
