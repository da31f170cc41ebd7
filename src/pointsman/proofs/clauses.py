"""Who hears and who speaks, as transcripts: one in which a test of a component's clause comes out as wanted.

Such a clause asks for nothing but who is enabled, so that what is not far from `start with` is tried, nearest first.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain, combinations

from pointsman.engine.coverage import Item
from pointsman.engine.loaded import Loaded, enablement_holds
from pointsman.language import ir, tree
from pointsman.language.tree.node import NOWHERE
from pointsman.model.event import CUSTOMER
from pointsman.proofs.script import GREETING
from pointsman.proofs.wording import name, party, string

_COMPONENTS_MAX = 10
"""Components of one clause whose enablement is tried in all combinations."""


def transcripts(program: Loaded, item: Item, atom: ir.Atom, held: bool) -> Iterator[list[tree.TestStep]]:
    """Yield transcripts in which a test of a clause is looked at and holds, or not; each expects what comes of it."""
    component = program.components[item.owner.removeprefix("component ")]
    clause = component.hears if item.name == "hears" else component.speaks
    assert clause.when is not None, "an item of a clause has a test"  # noqa: S101  # an invariant, for the type checker
    starts = frozenset(program.ir.start_with)
    for changed in _subsets(sorted(_named(clause.when))[:_COMPONENTS_MAX]):
        enabled = starts ^ frozenset(changed)
        if held in _seen(clause.when, atom, enabled):
            facts = [tree.EnabledFact(name(it), it in enabled, NOWHERE) for it in changed]
            yield [*facts, *_greeting(program, item, component.name, enabled)]


def _greeting(program: Loaded, item: Item, component: str, enabled: frozenset[str]) -> list[tree.TestStep]:
    routing = program.routing(enabled)
    words, customer = string(GREETING), party(CUSTOMER)
    if item.name == "hears":
        heard = tree.ExpectGets(name(component), words, None, NOWHERE)
        unheard = tree.ExpectNothing(name(component), NOWHERE)
        return [tree.Says(customer, words, None, (), NOWHERE), heard if component in routing.hears else unheard]
    said = tree.ExpectGets(customer, words, None, NOWHERE)
    withheld = tree.ExpectWithheld(string(f"{component} may not speak"), NOWHERE)
    return [tree.Says(name(component), words, None, (), NOWHERE), said if component in routing.speaks else withheld]


def _subsets(names: list[str]) -> Iterator[tuple[str, ...]]:
    """All choices of some names, the smallest first."""
    return chain.from_iterable(combinations(names, count) for count in range(len(names) + 1))


def _seen(condition: ir.Condition, atom: ir.Atom, enabled: frozenset[str]) -> list[bool]:
    """How a test came out where a condition was looked at."""
    seen: list[bool] = []

    def note(test: ir.Atom, held: bool) -> None:
        if test is atom:
            seen.append(held)

    enablement_holds(condition, enabled, note)
    return seen


def _named(condition: ir.Condition) -> frozenset[str]:
    match condition:
        case ir.And(parts) | ir.Or(parts):
            return frozenset().union(*map(_named, parts))
        case ir.Not(part):
            return _named(part)
        case ir.IsEnabled(component):
            return frozenset({component})
        case _:
            return frozenset()
