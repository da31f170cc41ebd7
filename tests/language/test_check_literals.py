"""Literals and calendars: what is reported where a value makes no sense, or hours contradict one another."""

from __future__ import annotations

import pytest
from snippets import on, reports, shown, then, transcript, when

EXPRESSIONS = (
    (when("text matches /a(b/"), "3:19 bad-regex: the expression is not RE2: missing ): a(b"),
    (when("text matches /(?=x)/i"), "3:19 bad-regex: the expression is not RE2: invalid perl operator: (?="),
    (when(r"text matches /(a)\1/"), "3:19 bad-regex: the expression is not RE2: invalid escape sequence: \\1"),
    (when("text matches /x{2000}/"), "3:19 bad-regex: the expression is not RE2: invalid repetition size: {2000}"),
    (then('redact /[z-a]/ with "x"'), "3:13 bad-regex: the expression is not RE2: invalid character class range: z-a"),
    (transcript("expect customer gets /a[/"), "2:22 bad-regex: the expression is not RE2: missing ]: ["),
    (when("text matches /a(?P<text>1)/"), "3:19 duplicate: the group `text` has the name of a field"),
    (when("text matches /(?P<n>1)/ and text matches /(?P<n>2)/"), "3:47 duplicate: the rule has two groups `n`"),
    (when("text matches /(?P<n>1)(?P<n>2)/"), "3:19 duplicate: the rule has two groups `n`"),
)

NUMBERS = (
    (on("silence for 0s"), "1:25 bad-number: a wait of nothing never begins"),
    (on("silence of customer for 400d"), "1:37 bad-number: `400d` is too long to wait for"),
    (on("no answer from CmBot for 0m"), "1:38 bad-number: a wait of nothing never begins"),
    (
        on("timer t", "otherwise then set timer t for 0s"),
        (
            "2:41 bad-number: a wait of nothing never begins",
            "2:25 timer-cycle: the timer `t` leads back to itself: `timer t` → `timer t`",
        ),
    ),
    (when("last message from customer older than 0s"), "3:44 bad-number: a wait of nothing never begins"),
    (transcript("after 0s"), "2:7 bad-number: a wait of nothing never begins"),
    (transcript("expect count of n is 1.5"), "2:22 bad-number: `1.5` is not whole"),
    (then("add 1.5 to n"), "3:10 bad-number: `1.5` is not whole"),
)

CALENDARS = (
    (
        "calendar c mon 09:00-12:00 mon-fri 11:00-13:00\n" + when("c is open"),
        "1:36 overlapping-hours: hours of mon overlap in the calendar `c`",
    ),
    (
        "calendar c sun 09:00-12:00 sat - mon 11:00-13:00\n" + when("c is open"),
        "1:38 overlapping-hours: hours of sun overlap in the calendar `c`",
    ),
    (
        "calendar c mon 09:00-12:00, 10:00-11:00\n" + when("c is open"),
        "1:29 overlapping-hours: hours of mon overlap in the calendar `c`",
    ),
    (
        'calendar c zone "Europe/Amsterdm"\n' + when("c is open"),
        "1:17 bad-zone: there is no time zone `Europe/Amsterdm`",
    ),
    ('calendar c zone "UTC" zone "UTC"\n' + when("c is open"), "1:23 duplicate: the calendar `c` has two zones"),
    (
        "calendar c closed 2026-12-25 open 2026-12-25 10:00-12:00\n" + when("c is open"),
        "1:35 duplicate: the calendar `c` names 2026-12-25 twice",
    ),
    (
        "calendar c closed 2026-12-25, 2026-12-25\n" + when("c is open"),
        "1:31 duplicate: the calendar `c` names 2026-12-25 twice",
    ),
    (
        "calendar c open 2026-12-24 10:00-12:00 open 2026-12-24 11:00-13:00\n" + when("c is open"),
        "1:56 overlapping-hours: hours of 2026-12-24 overlap in the calendar `c`",
    ),
    (
        transcript('at 2026-03-29 02:30 in "Europe/Amsterdam"'),
        "2:15 bad-time: clocks in Europe/Amsterdam skip 02:30 on 2026-03-29",
    ),
    (transcript('at 2026-03-29 02:30 in "Mars"'), "2:24 bad-zone: there is no time zone `Mars`"),
)


def one(case: str | tuple[str, ...]) -> list[str]:
    return [case] if isinstance(case, str) else list(case)


@pytest.mark.parametrize(("snippet", "expected"), [*EXPRESSIONS, *NUMBERS, *CALENDARS])
def test_a_value_that_makes_no_sense_is_reported(snippet: str, expected: str | tuple[str, ...]) -> None:
    assert [shown(diagnostic) for diagnostic in reports(snippet)] == one(expected)


@pytest.mark.parametrize(
    "lines",
    [
        "mon 09:00-12:00 mon 12:00-13:00, 14:00-24:00",
        "sat - mon 10:00-12:00 tue 09:00-10:00",
        "open 2026-12-24 10:00-12:00 open 2026-12-24 12:00-13:00 closed 2026-12-25",
        'zone "UTC"',
    ],
)
def test_hours_that_add_up_are_fine(lines: str) -> None:
    assert reports(f"calendar c {lines}\n" + when("c is open")) == []


@pytest.mark.parametrize(
    "step", ["at 2026-03-29 02:30", 'at 2026-10-25 02:30 in "Europe/Amsterdam"', 'at 2026-11-20 24:00 in "UTC"']
)
def test_a_time_that_exists_is_fine_even_twice(step: str) -> None:
    assert reports(transcript(step)) == []


@pytest.mark.parametrize(
    ("pattern", "help_"),
    [
        ("/a(b/", r"close the group with `)`; a parenthesis itself is `\(`"),
        ("/(?=x)/", "RE2 has no look-around; ask for both with `and`, `and not`"),
        (r"/(a)\1/", r"RE2 has no back-references; a backslash itself is `\\`"),
        ("/a**/", "RE2 takes one repetition at a place"),
    ],
)
def test_the_help_for_an_expression_follows_its_fault(pattern: str, help_: str) -> None:
    assert [diagnostic.help for diagnostic in reports(when(f"text matches {pattern}"))] == [help_]


def test_an_expression_that_needs_too_much_memory_is_refused() -> None:
    (diagnostic,) = reports(when(r"text matches /(\pL{200}){5}/"))
    assert shown(diagnostic).startswith("3:19 bad-regex: the expression is not RE2: pattern too large")
