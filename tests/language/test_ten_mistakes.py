"""Ten mistakes in one file are ten reports, each at its place, none caused by another: in text, JSON and on GitHub.

Files are drawn from a catalogue of single mistakes, in an order drawn with them, with right rules and items in between.
What each mistake is to report stands in the catalogue, and is the same alone and in company.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Sequence
from typing import NamedTuple

import pytest

from pointsman.language.diagnostics import arrange, render_github, render_json, render_text
from pointsman.language.pipeline import Compiled, compile_rules

DECLARATIONS = """component CmBot is bot
component Desk is desk
start with CmBot
list words = "agent", "human"
calendar office
  mon-fri 09:00-17:30
  zone "Europe/Amsterdam"
"""
FILES = 40


class Mistake(NamedTuple):
    """Text in which `{n}` is a digit of its own, and the place and words of its report, by its first line."""

    text: str
    line: int
    column: int
    slug: str
    message: str


def rule(body: str, line: int, column: int, slug: str, message: str) -> Mistake:
    """A mistake in a rule on a customer's message; lines are counted from the line of its name."""
    return Mistake(f'rule "bad {{n}}"\n  {body}\n', line, column, slug, message)


RULES = (
    # words in a wrong order, missing or unknown
    rule('when text = "x"\n  then stop', 2, 13, "syntax", "expected `is`, found `=`"),
    rule('if text is "x"\n  then stop', 2, 3, "syntax", "`if` is not a word of the language"),
    rule('when text is "x" && text is "y"\n  then stop', 2, 20, "syntax", "`&&` is not a word of the language"),
    rule("then stop", 2, 3, "syntax", "the rule does not say when it fires"),
    rule("otherwise then disable", 2, 25, "syntax", "the rule ends too early: expected a name"),
    rule('when (text is "x"\n  then stop', 3, 3, "syntax", "expected `)`, `and` or `or`, found `then`"),
    rule('when text mentoins "x"\n  then stop', 2, 13, "syntax", "expected a comparison, found `mentoins`"),
    rule('when text is "x"\n  then stop and stop', 3, 13, "syntax", "`and` stands between two actions"),
    rule(
        'when text is "x" or "y"\n  then stop',
        2,
        23,
        "syntax",
        '`"y"` stands alone behind `or`, where a condition belongs',
    ),
    rule('when text is "x"\n  then set timer t for 5', 3, 24, "syntax", "a duration has no unit: `5`"),
    # texts, templates and expressions
    rule('when text is "x\n  then stop', 2, 16, "syntax", "a text has no closing quote"),
    rule('when text is "x"\n  then reply """\n    Hello,\n    world', 3, 14, "syntax", "a text has no closing quote"),
    rule('when text is "x"\n  then reply “Hello”', 3, 14, "syntax", "`“Hello”` has curly quotes"),
    rule('when text is "x"\n  then reply "C:\\q"', 3, 17, "bad-escape", "`\\q` is not an escape"),
    rule('when text is "x"\n  then reply "Hi {sender"', 3, 18, "bad-template", "`{sender` has no closing brace"),
    rule('when text is "x"\n  then reply "{}"', 3, 15, "bad-template", "`{}` does not name a value"),
    rule("when text matches /(x/\n  then stop", 2, 21, "bad-regex", "the expression is not RE2: missing ): (x"),
    # amounts
    rule("when sample 150%\n  then stop", 2, 15, "bad-number", "`150%` is not a share"),
    rule('when text is "x"\n  then add 0.5 to misses{n}', 3, 12, "bad-number", "`0.5` is not whole"),
    # names
    rule("when text mentions any wrods\n  then stop", 2, 26, "unknown-name", "there is no list `wrods`"),
    rule('when text is "x"\n  then disable CmBto', 3, 16, "unknown-name", "there is no component `CmBto`"),
    rule("when shop is open\n  then stop", 2, 8, "unknown-name", "there is no calendar `shop`"),
    rule('when tekst is "x"\n  then stop', 2, 8, "unknown-name", "there is no field `tekst`"),
    rule('when text is "x"\n  then reply "{contct.name}"', 3, 16, "unknown-name", "there is no field `contct.name`"),
    rule("when channel is Signal\n  then stop", 2, 19, "unknown-name", "there is no channel `Signal`"),
    rule("when message is image\n  then stop", 2, 19, "unknown-word", "there is no message kind `image`"),
    # kinds, fields and actions
    rule("when text is 5\n  then stop", 2, 16, "wrong-kind", "`text` is text, compared with a number"),
    rule("when message.size > 5\n  then stop", 2, 23, "wrong-kind", "`message.size` is a size, compared with a number"),
    rule('when text > "x"\n  then stop', 2, 8, "wrong-kind", "`text` is text, which has no order"),
    rule("when CmBot is open\n  then stop", 2, 8, "wrong-kind", "`CmBot` is a component, and a calendar belongs here"),
    rule('when reason is "x"\n  then stop', 2, 8, "no-such-field", "the event `message from customer` has no `reason`"),
    rule(
        'when text is "x"\n  then refuse "no"',
        3,
        8,
        "no-such-action",
        "the event `message from customer` does not allow `refuse TEMPLATE`",
    ),
)
"""Mistakes that cost one rule at most."""

LIST_IS_A_WORD = "`list` is a word of the language and cannot be a name as it stands"
SAGT = "expected `presses`, `says` or `sends`, found `sagt`"
ITEMS = (
    Mistake("componnt X{n} is bot\n", 1, 1, "syntax", "expected a new item, found `componnt`"),
    Mistake("component list is bot\n", 1, 11, "reserved-word", LIST_IS_A_WORD),
    Mistake("component Y{n} is dsek\n", 1, 17, "syntax", "expected a role, found `dsek`"),
    Mistake('list l{n} = "a" "b"\n', 1, 15, "syntax", 'expected `,` or a new item, found `"b"`'),
    Mistake("calendar c{n}\n  mon-fri 9-17\n", 2, 11, "syntax", "`9-17` are not hours as the language writes them"),
    Mistake(
        'calendar d{n}\n  mon-fri 17:00-09:00\n  zone "UTC"\n', 2, 11, "bad-time", "`17:00-09:00` ends before it begins"
    ),
    Mistake('calendar e{n}\n  zone "Mars/Base"\n', 2, 8, "bad-zone", "there is no time zone `Mars/Base`"),
    Mistake('list f{n} from "../x.txt"\n', 1, 14, "outside-root", "`../x.txt` leaves the program's folder"),
    Mistake(
        'policy p{n} on mesage from customer\nrule "kept {n}"\n  when text mentions any words\n  then disable CmBot\n',
        1,
        14,
        "syntax",
        "expected an event, found `mesage`",
    ),
    Mistake(
        'policy q{n} on silence for 5m\nrule "field {n}"\n  when text is "x"\n  then stop\n',
        3,
        8,
        "no-such-field",
        "the event `silence for DURATION` has no `text`",
    ),
    Mistake('test "t{n}"\n  customer sagt "x"\n  expect no rule\n', 2, 12, "syntax", SAGT),
    Mistake(
        'test "u{n}"\n  customer says "x"\n  expect rule "nothing"\n',
        3,
        15,
        "unknown-name",
        "there is no rule `nothing`",
    ),
    Mistake(
        'test "v{n}"\n  on Signal\n  customer says "x"\n  expect no rule\n',
        2,
        6,
        "unknown-name",
        "there is no channel `Signal`",
    ),
)
"""Mistakes that cost one item at most."""

Expected = tuple[int, int, str, str]


def drawn(seed: int) -> list[Mistake]:
    """Ten mistakes; a misspelt item comes before a long text without an end, which would go on over it."""
    mistakes = random.Random(seed).sample([*RULES, *(ITEMS if seed % 2 else ())], 10)
    return sorted(mistakes, key=lambda it: it is not ITEMS[0])


def good(number: int) -> str:
    return f'rule "good {number}"\n  when text is "good {number}"\n  then tag "good"\n'


def written(mistakes: Sequence[Mistake]) -> tuple[str, list[Expected]]:
    """A file with mistakes in it, and what is to be reported of them."""
    text, expected, inside = DECLARATIONS, [], False
    for number, mistake in enumerate(mistakes):
        in_rule = mistake in RULES
        if in_rule and not inside:
            text += f"policy in_{number} on message from customer\n{good(number)}"
        inside = in_rule
        line = text.count("\n") + mistake.line
        expected.append((line, mistake.column, mistake.slug, mistake.message))
        text += mistake.text.replace("{n}", str(number))
    return text, expected


def found(compiled: Compiled) -> list[Expected]:
    return [
        (it.span.line, it.span.column, it.slug, it.message)
        for it in arrange(compiled.diagnostics).shown
        if it.level == "error"
    ]


@pytest.mark.parametrize("mistake", [*RULES, *ITEMS], ids=lambda it: it.message)
def test_one_mistake_is_one_report(mistake: Mistake) -> None:
    text, expected = written([mistake])
    assert found(compile_rules({"a.rules": text})) == expected


@pytest.mark.parametrize("seed", range(FILES))
def test_ten_mistakes_are_ten_reports(seed: int) -> None:
    text, expected = written(drawn(seed))
    compiled = compile_rules({"a.rules": text})
    shown = arrange(compiled.diagnostics).shown
    places = [(line, column) for line, column, _, _ in expected]
    assert found(compiled) == expected
    rendered = "\n\n".join(render_text(it, compiled.sources) for it in shown)
    assert re.findall(r"^ *--> a\.rules:(\d+):(\d+)$", rendered, re.MULTILINE) == [(str(a), str(b)) for a, b in places]
    assert [(it["line"], it["column"]) for it in json.loads(render_json(shown))] == places
    on_github = [re.match(r"::error file=a\.rules,line=(\d+),col=(\d+),title=", render_github(it)) for it in shown]
    assert [(int(it[1]), int(it[2])) for it in on_github if it] == places
    assert all(it.help for it in shown)
    assert not any(it.help.endswith(" here") for it in shown), "it repeats what the message expects"


def test_each_mistake_is_drawn_in_company() -> None:
    assert {it for seed in range(FILES) for it in drawn(seed)} == {*RULES, *ITEMS}


WARNINGS = """component CmBot is bot
component Idle is bot
component Mute is desk
  speaks when CmBot is enabled
start with CmBot
list unused = "a"
calendar unasked
  mon-fri 09:00-17:00
  zone "UTC"
downgrade text on SMS
  to nothing
policy turns on message from customer
rule "over"
  when text is "agent"
  then hand over to Mute
rule "count"
  when text is "count"
  then add 1 to counted
rule "look"
  when count of looked > 1
  then cancel timer nobody_sets
policy again on timer ringing
rule "again"
  otherwise
  then set timer ringing for 1h
policy services on message from any service
rule "service"
  otherwise
  then stop
test "silent"
  customer says "x"
"""


def test_ten_warnings_are_ten_reports() -> None:
    shown = arrange(compile_rules({"a.rules": WARNINGS}).diagnostics).shown
    assert [(it.span.line, it.slug) for it in shown] == [
        (1, "unhandled-failure"),
        (2, "unused-component"),
        (6, "unused-list"),
        (7, "unused-calendar"),
        (10, "downgrade-never-used"),
        (15, "handover-mute"),
        (18, "counter-never-read"),
        (20, "counter-never-written"),
        (21, "timer-never-set"),
        (25, "timer-cycle"),
        (26, "event-of-nobody"),
        (30, "asserts-nothing"),
    ]
