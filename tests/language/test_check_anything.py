"""Whatever a file says, the compiler answers with a program or with an error, and never with an exception."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from snippets import FILES

from pointsman.language.codes import CODES
from pointsman.language.pipeline import compile_rules
from pointsman.language.vocabulary import ACTIONS, CALENDAR_FIELDS, EVENTS, FIELDS, PREDICATES

NAMES = ("CmBot", "Audit", "office", "words", "levels", "vips", "Nobody", "'customer'", "SMS", "n", "t", "context")
SUBJECTS = (
    "text",
    "channel",
    "message.size",
    "count of n",
    "conversation age",
    "choice index",
    "office.next_open",
    *NAMES,
)
VALUES = (
    '"x"',
    "2",
    "5 MB",
    "5m",
    "10%",
    "SMS",
    "CmBot",
    '("x", "y")',
    "(1, SMS)",
    "any words",
    "any office",
    "any (1, 2)",
)
RELATIONS = (
    "is",
    "is not",
    "in",
    "contains",
    "mentions exactly",
    "starts with",
    ">=",
    "<",
    "matches /(?P<a>x)/",
    "exists",
)

names, subjects, values = st.sampled_from(NAMES), st.sampled_from(SUBJECTS), st.sampled_from(VALUES)
conditions = st.one_of(
    st.sampled_from([record.example for record in (*FIELDS, *PREDICATES)]),
    st.tuples(subjects, st.sampled_from(RELATIONS), values).map(" ".join),
    st.tuples(names, st.sampled_from(("is enabled", "is not closed", "exists"))).map(" ".join),
)
joined = st.lists(conditions, min_size=1, max_size=3).flatmap(
    lambda parts: st.sampled_from((" and ", " or not ")).map(lambda word: word.join(parts))
)
actions = st.one_of(
    st.sampled_from([record.example for record in ACTIONS]),
    st.sampled_from([f'reply "{record.example}"' for record in CALENDAR_FIELDS]),
    st.tuples(st.sampled_from(("enable", "hand over to", "clear", "cancel timer", "send to")), names).map(" ".join),
    subjects.map(lambda subject: f"set context.a to {subject}"),
    subjects.map(lambda subject: f'tell CmBot "{{{subject} or "x"}}"'),
)
rules = st.tuples(st.integers(0, 3), joined, st.lists(actions, min_size=1, max_size=3)).map(
    lambda it: f'rule "{it[0]}" when {it[1]} then {" ".join(it[2])}'
)
policies = st.tuples(
    names, st.sampled_from(("", "every ", "unique ")), st.sampled_from(EVENTS), st.lists(rules, max_size=3)
).map(lambda it: f"policy {it[0]} {it[1]}on {it[2].example}\n" + "\n".join(it[3]))
others = st.sampled_from(
    (
        "component X is bot speaks when not (CmBot is enabled or office is open)",
        "component words is desk hears always",
        "start with X, CmBot",
        'list mixed = "a", 1',
        'list gone from "gone.txt"',
        'calendar words mon 09:00-10:00 fri - mon 09:30-11:00 closed 2026-01-01 zone "Mars"',
        "channel Fax like SMS text none",
        'downgrade card on Fax when text in words to text "{title}"',
        'test "a" at 2026-03-29 02:30 in "Europe/Amsterdam" customer says "x" expect rule "0" expect tag /x/',
        'test "a" Nobody requests hand over to X after 0s expect count of n is 1.5',
    )
)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.one_of(policies, others), max_size=5))
def test_a_program_or_an_error_and_never_an_exception(items: list[str]) -> None:
    compiled = compile_rules({**FILES, "b.rules": "\n".join(items)})
    assert compiled.failed == (compiled.program is None)
    for diagnostic in compiled.diagnostics:
        assert diagnostic.slug in CODES
        assert diagnostic.span.line >= 1
        assert diagnostic.message == diagnostic.message.strip().removesuffix(".")
        assert not diagnostic.message[0].isupper()
