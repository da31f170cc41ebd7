"""IR -> index: which rules can match, found by look-ups instead of by trying them.

For each trigger, the rules of all its policies are numbered in program order. A *dimension* is something the event has
one value of (a field) or a set of values of (the needles found in its text). Each rule allows certain keys of a
dimension, or any; looking an event's keys up gives a set of rules, and the sets of all dimensions are intersected. What
remains is tried in order. What a rule allows is computed as a necessary condition, so the index never loses a match; a
test that a look-up settles exactly is left out of the rule's residual condition.
"""

from __future__ import annotations

from typing import Literal, TypeAlias

from msgspec import Struct

from pointsman.language.folding import fold, words_of
from pointsman.language.ir import And, ChoiceTest, Condition, Not, Or, Policy, ProgramIR, Rule, TextTest
from pointsman.model.event import Trigger

Way: TypeAlias = Literal["choice", "exact", "folded", "contains", "mentions"]
"""How a dimension's key is read off an event: a closed-set name, a text as it is or folded, or the needles in it."""


class Dimension(Struct, frozen=True, order=True):
    way: Way
    path: str


class Table(Struct, frozen=True):
    """`keys` maps a key to the numbers of the rules that require it (or one of several); `free` are all other rules."""

    dimension: Dimension
    keys: dict[str, tuple[int, ...]]
    free: tuple[int, ...]


class TriggerIndex(Struct, frozen=True):
    """`policies` are places in the program, `rules` (place of the policy, place of the rule) in order of trial.

    `residuals[n]` is what is left to be tried of rule n's condition once the look-ups have chosen it; None: nothing.
    """

    trigger: Trigger
    policies: tuple[int, ...]
    rules: tuple[tuple[int, int], ...]
    tables: tuple[Table, ...]
    residuals: tuple[Condition | None, ...]


Needs: TypeAlias = dict[Dimension, frozenset[str]]
"""What must hold for a condition to be true: for each dimension named, one of these keys."""


def build(ir: ProgramIR) -> tuple[TriggerIndex, ...]:
    """One index a trigger, in order of first mention."""
    lists = {values.name: values.texts for values in ir.lists}
    policies_on: dict[Trigger, list[int]] = {}
    for place, policy in enumerate(ir.policies):
        for trigger in policy.triggers:
            policies_on.setdefault(trigger, []).append(place)
    needs = {rule.name: _needs(rule.when, lists) for policy in ir.policies for rule in policy.rules}
    return tuple(_index_one(trigger, places, ir.policies, needs) for trigger, places in policies_on.items())


def _index_one(
    trigger: Trigger, places: list[int], policies: tuple[Policy, ...], needs: dict[str, Needs]
) -> TriggerIndex:
    numbered = tuple((place, number) for place in places for number in range(len(policies[place].rules)))
    rules = [policies[place].rules[number] for place, number in numbered]
    chosen = [_one_needle_dimension(needs[rule.name]) for rule in rules]
    dimensions = sorted({dimension for keys in chosen for dimension in keys})
    tables = tuple(_table(dimension, chosen) for dimension in dimensions)
    residuals = tuple(_residual(rule, keys) for rule, keys in zip(rules, chosen, strict=True))
    return TriggerIndex(trigger, tuple(places), numbered, tables, residuals)


def _table(dimension: Dimension, chosen: list[Needs]) -> Table:
    keys: dict[str, list[int]] = {}
    free = []
    for number, needs in enumerate(chosen):
        if dimension not in needs:
            free.append(number)
        for key in sorted(needs.get(dimension, ())):
            keys.setdefault(key, []).append(number)
    return Table(dimension, {key: tuple(keys[key]) for key in sorted(keys)}, tuple(free))


def _one_needle_dimension(needs: Needs) -> Needs:
    """Keep only the most selective needle dimension: each costs a pass over the text."""
    needles = sorted((len(keys), dimension) for dimension, keys in needs.items() if _is_needle(dimension))
    spare = {dimension for _, dimension in needles[1:]}
    return {dimension: keys for dimension, keys in needs.items() if dimension not in spare}


def _is_needle(dimension: Dimension) -> bool:
    return dimension.way in ("contains", "mentions")


def _needs(condition: Condition | None, lists: dict[str, tuple[str, ...]]) -> Needs:
    match condition:
        case ChoiceTest(path, names):
            return {Dimension("choice", path): frozenset(names)}
        case TextTest():
            return _needs_of_text(condition, lists)
        case And(parts):
            return _all_of([_needs(part, lists) for part in parts])
        case Or(parts):
            return _any_of([_needs(part, lists) for part in parts])
        case _:
            return {}


def _needs_of_text(test: TextTest, lists: dict[str, tuple[str, ...]]) -> Needs:
    values = lists[test.list] if test.list else test.values
    match test.how:
        case "is" if test.exactly:
            return {Dimension("exact", test.path): frozenset(values)}
        case "is":
            return {Dimension("folded", test.path): frozenset(map(fold, values))}
        case "mentions" if not test.exactly:
            keys = frozenset(words_of(fold(value)) for value in values)
            return {Dimension("mentions", test.path): keys} if all(keys) else {}
        case "starts" | "ends" | "contains" if not test.exactly:
            keys = frozenset(map(fold, values))
            return {Dimension("contains", test.path): keys} if all(keys) else {}
        case _:
            # An exact part of a raw text need not be a part of the folded text: folding may join across its border.
            return {}


def _all_of(parts: list[Needs]) -> Needs:
    together: Needs = {}
    for needs in parts:
        for dimension, keys in needs.items():
            before = together.get(dimension)
            if before is None:
                together[dimension] = keys
            elif _is_needle(dimension):  # a text may hold both sets; requiring the smaller one is enough
                together[dimension] = min(before, keys, key=lambda needles: (len(needles), sorted(needles)))
            else:
                together[dimension] = before & keys
    return together


def _any_of(parts: list[Needs]) -> Needs:
    common = set.intersection(*(set(needs) for needs in parts))
    return {dimension: frozenset().union(*(needs[dimension] for needs in parts)) for dimension in common}


def _residual(rule: Rule, needs: Needs) -> Condition | None:
    """Leave out the conjuncts that a look-up in `needs` has settled."""
    if rule.when is None:
        return None
    parts = rule.when.parts if isinstance(rule.when, And) else (rule.when,)
    left = tuple(part for part in parts if not _settled(part, needs))
    return And(left, rule.when.span) if len(left) > 1 else left[0] if left else None


def _settled(part: Condition, needs: Needs) -> bool:
    """Whether finding the rule by its keys proves `part`: equality tests, which the look-up makes itself.

    With two tests of one dimension the keys are their intersection, so each of them is settled too.
    """
    match part:
        case ChoiceTest(path):
            return Dimension("choice", path) in needs
        case TextTest(path, "is", exactly):
            return Dimension("exact" if exactly else "folded", path) in needs
        case Not() | _:
            return False
