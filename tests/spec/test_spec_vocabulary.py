"""The specification leaves out nothing of the vocabulary: each record is at work in a case whose tests pass.

A field, quantity, condition, event or action counts where it stands in a rule that fired; a declaration or a step of a
test where it is written in the way of the record's example.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

import pytest

from language.vocabulary_examples import EXAMPLES
from pointsman.language import tree
from pointsman.language import vocabulary as words
from pointsman.language.check.downgrades import part_of
from pointsman.language.check.scope import Scope, Site, walk
from pointsman.language.check.words import action_record, event_record, relation_record, subject_record
from pointsman.language.downgrade_words import EACH, PARTS, RENDERINGS
from pointsman.language.parse import parse
from pointsman.proofs.specification import Outcome, run_case
from spec.pages import CASES

FIRED = re.compile(r'^ +rule "(.*)"$')
OTHER_CONDITIONS = {
    tree.Matches: "matches",
    tree.Exists: "exists",
    tree.HasButtons: "has buttons",
    tree.LastOlder: "older",
    tree.Sample: "sample",
    tree.Not: "not",
    tree.And: "and",
    tree.Or: "or",
}
Shape = tuple[object, ...]


@pytest.fixture(scope="module")
def played() -> list[Outcome]:
    outcomes = [run_case(case, page) for page, case in CASES]
    return [it for it in outcomes if it.passed and it.results and it.compiled and it.compiled.scope]


@pytest.fixture(scope="module")
def at_work(played: list[Outcome]) -> set[tuple[str, str]]:
    """The records that stand in rules that fired, each as its table and its name there."""
    found: set[tuple[str, str]] = set()
    for outcome in played:
        fired = {match[1] for result in outcome.results for line in result.transcript if (match := FIRED.match(line))}
        scope = scope_of(outcome)
        for site in scope.sites:
            if site.rule.name.text in fired:
                found.update(records_in(site, scope))
    return found


def scope_of(outcome: Outcome) -> Scope:
    assert outcome.compiled is not None
    assert outcome.compiled.scope is not None
    return outcome.compiled.scope


def records_in(site: Site, scope: Scope) -> Iterator[tuple[str, str]]:
    assert site.policy is not None
    yield "event", event_record(site.policy.event).name
    for action in site.rule.actions:
        yield "action", action_record(action).name
    for node in site.nodes:
        match node:
            case tree.Comparison(subject, relation):
                yield "predicate", relation_record(relation).name
                yield from subjects(subject, scope)
            case tree.StateTest(state=state):
                yield "predicate", "open" if state in ("open", "closed") else "enabled"
            case tree.Slot(subject) | tree.Matches(subject) | tree.Exists(subject):
                yield from subjects(subject, scope)
            case _:
                pass
        if name := OTHER_CONDITIONS.get(type(node)):
            yield "predicate", name


def subjects(subject: tree.Subject, scope: Scope) -> Iterator[tuple[str, str]]:
    record = subject_record(subject, scope.calendars)
    if isinstance(record, words.FieldRecord):
        yield "field", record.path
    elif record is not None:
        yield "quantity", record.name


NAMES: Mapping[str, set[str]] = {
    "field": {it.path for it in (*words.FIELDS, *words.CALENDAR_FIELDS)},
    "quantity": {it.name for it in words.QUANTITIES},
    "predicate": {it.name for it in words.PREDICATES},
    "event": {it.name for it in words.EVENTS},
    "action": {it.name for it in words.ACTIONS},
}


@pytest.mark.parametrize("sort", NAMES)
def test_each_record_is_at_work_in_a_rule_that_fires(sort: str, at_work: set[tuple[str, str]]) -> None:
    assert NAMES[sort] - {name for found, name in at_work if found == sort} == set()


def shape(node: tree.Node) -> Shape:
    """A node by its type, what kinds of parts it has, and its words; whatever the user's names and texts are."""
    return (type(node).__name__, *(part(getattr(node, name)) for name in node.__struct_fields__ if name != "span"))


def part(value: object) -> object:
    match value:
        case tree.Node():
            return type(value).__name__
        case tuple():
            return bool(value)
        case _:
            return value


SHAPED = (
    tree.Language, tree.Use, tree.Component, tree.Clause, tree.StartWith, tree.ListOf, tree.ListFrom, tree.Calendar,
    tree.WeekLine, tree.ClosedLine, tree.OpenLine, tree.ZoneLine, tree.Channel, tree.Carries, tree.Limit,
    tree.PostbackLine, tree.WindowLine, tree.Window, tree.StrictLine, tree.UseStandard, tree.Fact, tree.Happening,
    tree.Meta, tree.Expectation, tree.Downgrade,
)  # fmt: skip
"""What is compared by its shape."""


def shapes(items: Iterable[tree.Node]) -> set[Shape]:
    return {shape(node) for item in items for node in walk(item) if isinstance(node, SHAPED)}


def test_each_declaration_and_each_step_is_written_in_a_case(played: list[Outcome]) -> None:
    sources = [source for it in played if it.compiled for source in it.compiled.sources.values()]
    files = [parse(source).file for source in sources if source.path.endswith(".rules")]
    written = shapes(item for file in files for item in file.items)
    assert {it.example for it in EXAMPLES if not shapes(it.items()) <= written} == set()


def test_each_part_and_each_rendering_of_a_downgrade_is_written_in_a_case(played: list[Outcome]) -> None:
    downgrades = [site.downgrade for it in played for site in scope_of(it).rungs]
    renderings = [rendering for it in downgrades for rendering in it.renderings]
    assert {it.how for it in RENDERINGS} - {it.how for it in renderings} == set()
    texts = [it.text for it in renderings if it.text]
    assert {it.name for it in PARTS} - {
        part_of(slot) for text in texts for slot in text.parts if isinstance(slot, tree.Slot)
    } == set()
    assert set(EACH) - {it.each for it in downgrades} == set()


def test_each_mode_of_a_policy_is_at_work(played: list[Outcome]) -> None:
    modes = {(policy.mode, policy.complete) for it in played for policy in scope_of(it).policies}
    assert {mode for mode, _ in modes} == {None, "first", "every", "unique"}
    assert {complete for _, complete in modes} == {False, True}
