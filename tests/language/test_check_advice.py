"""Warnings: what is declared and not used, and what may be mute."""

from __future__ import annotations

import pytest
from snippets import FILES, on, reports, shown, slugs, then, when

from pointsman.language.check.components import check_handovers
from pointsman.language.pipeline import compile_rules

UNUSED = (
    ('list unused = "x"\n', "1:6 unused-list: nothing uses the list `unused`"),
    ("calendar unused mon 09:00-10:00\n", "1:10 unused-calendar: nothing uses the calendar `unused`"),
    (
        "component Unused is bot\n",
        "1:11 unused-component: nothing names the component `Unused`, so that it is never enabled",
    ),
    (then("add 1 to lonely"), "3:15 counter-never-read: the counter `lonely` is never read"),
    (then("clear lonely"), "3:12 counter-never-read: the counter `lonely` is never read"),
    (when("count of lonely > 1"), "3:15 counter-never-written: the counter `lonely` is always 0"),
    (then('reply "{count of lonely}"'), "3:23 counter-never-written: the counter `lonely` is always 0"),
    (on("timer lonely"), "1:19 timer-never-set: no rule sets the timer `lonely`"),
    (then("cancel timer lonely"), "3:19 timer-never-set: no rule sets the timer `lonely`"),
    ('test "t" customer says "x"\n', "1:6 asserts-nothing: the test `t` expects nothing"),
)

MUTE = (
    (
        "component X is bot speaks when CmBot is enabled\n" + then("hand over to X"),
        "4:6 handover-mute: after this handover `X` may still not speak",
    ),
    (
        "component X is bot speaks when Audit is enabled\n" + then("hand over to X"),
        "4:6 handover-mute: after this handover `X` may still not speak",
    ),
    (then("hand over to Audit"), "3:6 handover-mute: after this handover `Audit` may still not speak"),
)


def one(case: str | tuple[str, ...]) -> list[str]:
    return [case] if isinstance(case, str) else list(case)


@pytest.mark.parametrize(("snippet", "expected"), [*UNUSED, *MUTE])
def test_what_is_probably_not_meant_is_a_warning(snippet: str, expected: str | tuple[str, ...]) -> None:
    assert [shown(diagnostic) for diagnostic in reports(snippet)] == one(expected)
    assert {diagnostic.level for diagnostic in reports(snippet)} == {"warning"}


@pytest.mark.parametrize(
    "snippet",
    [
        "calendar c mon 09:00-10:00\n" + then('reply "{c.next_open}"'),
        "component Listener is service hears always speaks never\n",
        then("add 1 to m")
        + on("silence for 1m", "when count of m > 1 then stop").replace('"r"', '"s"').replace("policy p", "policy q"),
        then("hand over to CustomerContact"),
        "component X is bot speaks when not (CmBot is enabled or CustomerContact is not disabled)\n"
        + then("hand over to X"),
        'downgrade carousel when text in hard to text "x"\nlist hard = "x"\n',
    ],
)
def test_what_is_used_is_not_reported(snippet: str) -> None:
    assert [shown(diagnostic) for diagnostic in reports(snippet)] == []


@pytest.mark.parametrize(
    ("declaration", "slug"),
    [
        ('list same = "x"\n', "unused-list"),
        ("calendar same mon 09:00-10:00\n", "unused-calendar"),
        ("component same is bot\n", "unused-component"),
    ],
)
@pytest.mark.parametrize(
    "rule",
    [
        "when count of same > 1 then add 1 to same clear same",
        "otherwise then set timer same for 5m cancel timer same",
        'when text matches /(?P<same>x)/ then reply "{same}" set context.a to same',
    ],
)
def test_a_counter_a_timer_or_a_group_of_the_same_name_is_no_use(declaration: str, slug: str, rule: str) -> None:
    assert slugs(declaration + on("message from customer", rule)) == [slug]


def test_what_a_request_may_concern_is_used() -> None:
    rules = on("request from CmBot", "when target is One or target in (Two, CmBot) then stop")
    assert slugs("component One is bot\ncomponent Two is bot\n" + rules) == []


@pytest.mark.parametrize(
    ("event", "role"),
    [
        ("message from any service", "service"),
        ("request from any desk", "desk"),
        ("message from any component", "component"),
    ],
)
def test_an_event_that_stands_for_nobody_is_reported(event: str, role: str) -> None:
    rules = on(event)
    (found,) = compile_rules({"a.rules": rules}).diagnostics
    assert shown(found) == f"a.rules:1:13 event-of-nobody: there is no {role}, so that the policy `p` never runs"
    assert found.level == "warning"
    declared = {"a.rules": f"component X is {'bot' if role == 'component' else role}\nstart with X\n{rules}"}
    assert compile_rules(declared).diagnostics == ()


def test_a_counter_that_is_misspelt_is_one_report_that_shows_both_sides() -> None:
    found = reports(then("add 1 to misses") + 'policy q on silence for 1m rule "s" when count of mises > 1 then stop')
    assert [
        (diagnostic.slug, diagnostic.help, [label.span.line for label in diagnostic.labels]) for diagnostic in found
    ] == [
        ("counter-never-written", "did you mean `misses`?", [3]),
    ]


@pytest.mark.parametrize(
    ("speaks", "certain"),
    [
        ("when X is enabled", True),
        ("when CmBot is disabled and CustomerContact is disabled", True),
        ("when CmBot is disabled and Audit is enabled", False),
        ("when CmBot is enabled and Audit is enabled", False),
        ("when CmBot is enabled or X is enabled", True),
        ("when not Audit is enabled", False),
        ("when (Audit is disabled or CmBot is not enabled)", True),
        ("always", True),
        ("never", False),
    ],
)
def test_a_handover_is_fine_where_it_is_certain_that_the_component_speaks(speaks: str, certain: bool) -> None:
    """Audit never speaks, so that a handover leaves it as it is."""
    found = [
        diagnostic.slug for diagnostic in reports(f"component X is bot speaks {speaks}\n" + then("hand over to X"))
    ]
    assert found == ([] if certain else ["handover-mute"])


def test_a_clause_that_asks_for_more_than_enablement_is_certain_of_nothing() -> None:
    snippet = "component X is bot speaks when office is open or channel is SMS\n" + then("hand over to X")
    scope = compile_rules({**FILES, "b.rules": snippet}).scope
    assert scope is not None
    assert [diagnostic.slug for diagnostic in check_handovers(scope)] == ["handover-mute"]
