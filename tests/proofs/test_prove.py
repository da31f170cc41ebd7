"""Asking a program everything: what is asked when, what is said of what was not settled, and at which places."""

from __future__ import annotations

from pathlib import Path

import pytest

from pointsman.language.pipeline import Compiled, compile_rules
from pointsman.proofs import prove as proving
from pointsman.proofs.prove import QUESTIONS, prove
from proofs.test_findings import CUSTOMER, DECLARATIONS, TAG, on, proved, told

OVERLAP = on(CUSTOMER, f"when channel is SMS {TAG}", f"when office is open {TAG}", mode="unique")
GAP = on(CUSTOMER, f"when channel is SMS {TAG}", mode="complete")
COVERED = on(CUSTOMER, f"when channel is SMS {TAG}", *[f"when channel is SMS and office is open {TAG}"] * 3)
DISAGREEING = on(CUSTOMER, 'when channel is SMS then reply "a"', 'when office is open then reply "b"')


def compiled(policies: str) -> Compiled:
    return compile_rules({"a.rules": DECLARATIONS + policies})


def test_a_program_with_errors_is_not_asked_about() -> None:
    broken = compiled(OVERLAP + "rule")
    assert prove(broken) is broken


def test_each_question_is_timed_by_its_name_and_notes_are_asked_for_on_request() -> None:
    given = compiled(COVERED)
    names = [question.name for question in QUESTIONS]
    assert [name for name in prove(given).seconds if name not in given.seconds] == names[:-1]
    assert [name for name in prove(given, notes=True).seconds if name not in given.seconds] == names


def test_reports_are_appended_to_those_of_the_compiler() -> None:
    given = compiled(COVERED + 'list unused = "a"\n')
    assert prove(given).diagnostics[: len(given.diagnostics)] == given.diagnostics
    assert {diagnostic.slug for diagnostic in given.diagnostics} >= {"unused-list"}


def test_order_that_matters_is_a_note() -> None:
    assert proved(DISAGREEING) == ()
    (note,) = proved(DISAGREEING, notes=True)
    assert (note.level, told(note)) == (
        "note",
        "3 order-matters: where both `a` and `b` match, the first one decides | 2: stands first, and fires",
    )
    assert 'expect rule "a"' in note.example


@pytest.mark.parametrize(
    "policies",
    [
        on(CUSTOMER, 'when channel is SMS then reply "a"', 'when office is open then reply "a"'),
        on(CUSTOMER, 'when channel is SMS and office is open then reply "a"', 'when office is open then reply "b"'),
        on(CUSTOMER, 'when channel is SMS then reply "a"', 'when channel is RCS then reply "b"'),
        on(CUSTOMER, 'when channel is SMS then reply "a"', 'otherwise then reply "b"'),
        on(CUSTOMER, 'when channel is SMS then reply "a"', "when office is open then enable Desk"),
        on(CUSTOMER, 'when channel is SMS then reply "a"', 'when office is open then reply "b"', mode="every"),
    ],
    ids=["same", "special case", "never both", "otherwise", "different things", "both fire"],
)
def test_order_that_does_not_matter_is_not_noted(policies: str) -> None:
    assert [diagnostic for diagnostic in proved(policies, notes=True) if diagnostic.slug == "order-matters"] == []


def test_the_accounts_of_the_configuration_are_known() -> None:
    policies = on(CUSTOMER, f"when account is shop {TAG}")
    assert proved(policies) == ()
    assert [told(it) for it in proved(policies, accounts=frozenset({"shop"}))] == [
        "2 always-true: `account is shop` is always true"
    ]
    assert proved(policies, accounts=frozenset({"shop", "bank"})) == ()


@pytest.mark.parametrize(
    ("policies", "levels"),
    [
        (COVERED, {"whether a rule can ever fire": "warning"}),
        (OVERLAP, {"whether rules of a `unique` policy can match together": "error"}),
        (GAP, {"whether some rule of a `complete` policy always fires": "error"}),
    ],
    ids=["covered", "overlap", "gap"],
)
def test_what_exceeds_its_budget_is_said_to_be_undecided(
    monkeypatch: pytest.MonkeyPatch, policies: str, levels: dict[str, str]
) -> None:
    monkeypatch.setattr(proving, "PROOF_QUESTIONS_MIN", 0)
    monkeypatch.setattr(proving, "PROOF_QUESTIONS_PER_RULE_MAX", 0)
    questions = tuple(question for question in QUESTIONS if question.whether in levels)
    monkeypatch.setattr(proving, "QUESTIONS", questions)
    (undecided,) = proved(policies)
    (whether,) = levels
    assert (undecided.slug, undecided.level) == ("undecided", levels[whether])
    assert undecided.message.startswith(f"{whether} was not decided in ")
    assert undecided.help.startswith("it takes too many steps (")


def test_the_reports_of_one_question_are_bounded_and_the_rest_is_said_to_be_left() -> None:
    rules = [f'when channel is SMS and context.k is "{number}" {TAG}' for number in range(3)]
    policies = on(CUSTOMER, f"when channel is SMS {TAG}", *rules)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(proving, "PROOF_FINDINGS_MAX", 2)
        found = [told(diagnostic) for diagnostic in proved(policies)]
    assert [line.split(":")[0] for line in found] == ["3 unreachable-rule", "4 unreachable-rule", "5 undecided"]
    assert found[2] == "5 undecided: whether a rule can ever fire was not decided from here on"


def test_places_are_those_of_the_files_as_they_were_named(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "a.rules").write_text(DECLARATIONS + COVERED)
    found = prove(compile_rules(tmp_path))
    assert {diagnostic.span.file for diagnostic in found.diagnostics} == {str(tmp_path / "sub" / "a.rules")}
    assert found.diagnostics[-1].span.file in found.sources


def test_a_report_names_a_few_partners_and_counts_the_others() -> None:
    rules = [f'when text mentions "{word}" {TAG}' for word in ("one", "two", "three", "four", "five", "six")]
    first = next(it for it in proved(on(CUSTOMER, *rules, mode="unique")) if it.slug == "overlapping-rules")
    assert len(first.labels) == 3
    assert first.note == "2 more do so too"


def test_a_rule_of_many_triggers_can_fire_where_it_can_on_one() -> None:
    stopped = 'policy q on message from Bot\nrule "z" when channel is SMS then stop\n'
    rule = 'rule "a" when channel is SMS then tag "x"\n'
    assert proved(f"{stopped}policy p on message from any bot\n{rule}") == ()
    found = proved(f"{stopped}policy p on message from Bot\n{rule}")
    assert [diagnostic.slug for diagnostic in found] == ["unreachable-rule"]


def test_nothing_is_said_twice_of_one_fault() -> None:
    never = on(CUSTOMER, f"when channel is SMS and channel is RCS {TAG}")
    assert [it.slug for it in proved(never)] == ["always-false"], "and not that the rule never fires"
    unique = on(CUSTOMER, f"when channel is SMS {TAG}", f"when channel is SMS and office is open {TAG}", mode="unique")
    assert [it.slug for it in proved(unique)] == ["overlapping-rules"], "and not that the second one never fires"
