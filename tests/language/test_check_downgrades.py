"""Downgrades: what is reported of kinds, parts, renderings, conditions and precedence, and what is not."""

from __future__ import annotations

import pytest
from snippets import reports, shown

from pointsman.language.downgrade_words import EACH, PARTS, RENDERINGS, PartRecord, RenderingRecord, part_record
from pointsman.language.ir import RenderingHow
from pointsman.language.pipeline import compile_rules
from pointsman.model.content import BUTTON_KINDS, MESSAGE_KINDS

LINES = (*MESSAGE_KINDS, *(f"button {kind}" for kind in BUTTON_KINDS))

WORDS = (
    ("downgrade Card to nothing", "1:11 unknown-word: there is no message kind `Card`"),
    ("downgrade 'native' to nothing", "1:11 unknown-word: there is no message kind `native`"),
    ("downgrade button picture_x to nothing", "1:18 unknown-word: there is no button kind `picture_x`"),
    ("downgrade card on Fax to link", "1:19 unknown-name: there is no channel `Fax`"),
)
PARTS_WRONG = (
    ('downgrade card to text "{titel}"', "1:25 no-such-part: nothing that is downgraded has `{titel}`"),
    ('downgrade card to text "{context.team}"', "1:25 no-such-part: nothing that is downgraded has `{context.team}`"),
    ('downgrade card to text "{count of misses}"', "1:25 no-such-part: nothing that is downgraded has such a value"),
    ('downgrade picture to text "a {title}"', "1:30 no-such-part: `picture` has no `{title}`"),
    ('downgrade button url to text "{number}"', "1:31 no-such-part: `button url` has no `{number}`"),
    ('downgrade button dial to text "{text}"', "1:32 no-such-part: `button dial` has no `{text}`"),
    ('downgrade contact to text "{n}"', "1:28 no-such-part: `contact` has no `{n}`"),
    ('downgrade carousel to text "{title}"', "1:29 no-such-part: `carousel` has no single `{title}`"),
    ("downgrade 'file list' to text \"{name}\"", "1:32 no-such-part: `file list` has no single `{name}`"),
)
RENDERINGS_WRONG = (
    ("downgrade picture to cards", "1:22 no-such-rendering: `picture` cannot become `cards`"),
    ("downgrade picture to picture", "1:22 no-such-rendering: `picture` cannot become `picture`"),
    ("downgrade card to card", "1:19 no-such-rendering: `card` cannot become `card`"),
    ("downgrade text to link", "1:19 no-such-rendering: `text` cannot become `link`"),
    ("downgrade text to numbered buttons", "1:19 no-such-rendering: `text` cannot become `numbered buttons`"),
    (
        "downgrade button url to numbered buttons",
        "1:25 no-such-rendering: `button url` cannot become `numbered buttons`",
    ),
    ("downgrade button reply to buttons", "1:27 no-such-rendering: `button reply` cannot become `buttons`"),
    ("downgrade button reply to link", "1:27 no-such-rendering: `button reply` cannot become `link`"),
    ("downgrade carousel to link", "1:23 no-such-rendering: `carousel` has no single address"),
    ("downgrade carousel to card", "1:23 no-such-rendering: `carousel` has no single card"),
    ("downgrade carousel to picture", "1:23 no-such-rendering: `carousel` has no single picture"),
    ("downgrade 'file list' to file", "1:26 no-such-rendering: `file list` has no single file"),
    ("downgrade carousel to cards for each card", "1:23 no-such-rendering: `cards` is one message a card already"),
    (
        'downgrade text to text "{text}" for each card',
        "1:11 no-such-rendering: `text` has nothing that `for each card` goes through",
    ),
    (
        "downgrade carousel to cards for each file",
        "1:11 no-such-rendering: `carousel` has nothing that `for each file` goes through",
        "1:23 no-such-rendering: `cards` is one message a card already",
    ),
    ("downgrade card to buttons", "1:19 no-such-rendering: the buttons have no message to stand under"),
    ('downgrade card to text ""', "1:24 no-such-rendering: an empty text is no message"),
    ("downgrade card to picture and nothing", "1:31 no-such-rendering: `nothing` stands alone"),
    ("downgrade carousel to nothing for each card", "1:23 no-such-rendering: `nothing` stands alone"),
    ("downgrade card to picture and picture", "1:31 duplicate: it becomes `picture` already"),
    (
        "downgrade card to picture and buttons and numbered buttons",
        "1:43 duplicate: it becomes `buttons` already",
    ),
)
REMEMBERED_WRONG = (
    (
        "downgrade carousel to cards remember choices for 1h",
        "1:50 no-such-rendering: nothing is numbered, so that there is nothing to remember",
    ),
    (
        'downgrade button dial to text "{n}. {label}" remember choices for 1h',
        "1:67 no-such-rendering: `button dial` offers no choices",
    ),
    (
        "downgrade button reply to numbered buttons remember choices for 0s",
        "1:65 bad-number: choices cannot be remembered for `0s`",
    ),
    (
        "downgrade button reply to numbered buttons remember choices for 9999d",
        "1:65 bad-number: choices cannot be remembered for `9999d`",
    ),
    (
        'downgrade button reply to text "{nn}. {label}" remember choices for 1h',
        "1:33 no-such-part: nothing that is downgraded has `{nn}`",
    ),
)
CONDITIONS_WRONG = (
    ("downgrade carousel when message.size > 1 MB to cards", "1:25 no-such-field: a carousel has no `message.size`"),
    (
        'downgrade card when reason is "x" to nothing',
        "1:21 no-such-field: a message that is downgraded has no `reason`",
    ),
    (
        "downgrade card when request is reset to nothing",
        "1:21 no-such-field: a message that is downgraded has no `request`",
    ),
    ("downgrade card when sample 10% to nothing", "1:21 no-such-field: a downgrade cannot take a sample"),
    ("downgrade card when text is 5 to nothing", "1:29 wrong-kind: `text` is text, compared with a number"),
    ('downgrade card when txt is "x" to nothing', "1:21 unknown-name: there is no field `txt`"),
    ("downgrade card when CmBott is enabled to nothing", "1:21 unknown-name: there is no component `CmBott`"),
    ("downgrade card when text matches /(/ to nothing", "1:34 bad-regex: the expression is not RE2: missing ): ("),
)  # fmt: skip
NEVER_USED = (
    (
        "downgrade carousel on SMS to cards\ndowngrade carousel to cards",
        "1:11 downgrade-never-used: this downgrade of `carousel` never takes effect: a later one wins",
    ),
    (
        "downgrade card on SMS, Email to link\ndowngrade card on SMS to link\ndowngrade card on Email to link",
        "1:11 downgrade-never-used: this downgrade of `card` never takes effect: later ones win",
    ),
    (
        "downgrade card when message has buttons to link\ndowngrade card when (message  has buttons) to nothing",
        "1:11 downgrade-never-used: this downgrade of `card` never takes effect: a later one wins",
    ),
    (
        "channel Signal like SMS\ndowngrade card on Signal to link\ndowngrade card on SMS to link",
        "2:11 downgrade-never-used: this downgrade of `card` never takes effect: a later one wins",
    ),
    (
        'downgrade text to text "hello"',
        "1:11 downgrade-never-used: this downgrade of `text` never takes effect: its channels carry it themselves",
    ),
    (
        "downgrade picture on 'Web Push' to link",
        "1:11 downgrade-never-used: this downgrade of `picture` never takes effect: `Web Push` carries it itself",
    ),
    (
        "downgrade contact on Telegram, Viber to nothing",
        "1:11 downgrade-never-used: this downgrade of `contact` never takes effect: its channels carry it themselves",
    ),
)

FINE = (
    "downgrade card on SMS to link\ndowngrade card on Email to link",
    "downgrade card to link\ndowngrade card on SMS to nothing",
    "downgrade card to link\ndowngrade card when message has buttons to nothing",
    "downgrade card to link\ndowngrade button url to nothing\ndowngrade picture to nothing",
    "downgrade card on SMS to link\nchannel Signal like SMS\ndowngrade card on Signal to nothing",
    'downgrade text on Fax to text "hello"\nchannel Fax text none',
    "downgrade button reply on RCS to text \"{n}. {label}\" for each button remember choices for 366d",
    'downgrade button location to text "{label}: {latitude}, {longitude}"',
    'downgrade carousel to text "{title or "?"}" and buttons and picture for each card',
    "downgrade card when message.size > 1 MB and office is open and CmBot is enabled to link",
    "downgrade button url when message.size > 1 MB and text mentions any words to nothing",
    "downgrade 'file list' to picture for each file",
    'downgrade carousel to text "look" and numbered buttons remember choices for 1s',
)  # fmt: skip


def one(expected: str | tuple[str, ...]) -> list[str]:
    return [expected] if isinstance(expected, str) else list(expected)


@pytest.mark.parametrize(
    "case",
    [*WORDS, *PARTS_WRONG, *RENDERINGS_WRONG, *REMEMBERED_WRONG, *CONDITIONS_WRONG],
    ids=lambda case: case[0],
)
def test_a_downgrade_that_makes_no_sense_is_reported(case: tuple[str, ...]) -> None:
    snippet, *expected = case
    assert [shown(diagnostic) for diagnostic in reports(snippet)] == expected


@pytest.mark.parametrize(("snippet", "expected"), NEVER_USED)
def test_a_downgrade_that_never_takes_effect_is_a_warning(snippet: str, expected: str) -> None:
    assert [(shown(it), it.level) for it in reports(snippet)] == [(expected, "warning")]


@pytest.mark.parametrize("snippet", FINE)
def test_a_downgrade_that_makes_sense_is_not_reported(snippet: str) -> None:
    assert [shown(diagnostic) for diagnostic in reports(snippet)] == []


def test_a_slip_in_a_part_is_met_with_the_nearest_of_its_kind() -> None:
    [found] = reports('downgrade button dial to text "{lable}: {number}"')
    assert found.help == "did you mean `label`?"


def test_what_is_hidden_shows_by_what() -> None:
    text = "downgrade card on SMS, Email to link\ndowngrade card on SMS to link\ndowngrade card on Email to link"
    [found] = reports(text)
    assert [label.span.line for label in found.labels] == [2, 3]


# The tables: each record may be written where it says, and nowhere else -----------------------------------------------


def each_of(line: str) -> str:
    return next((f" for each {each}" for each, kinds in EACH.items() if line in kinds and each != "button"), "")


def written(line: str, rendering: str) -> str:
    kind = line if line.startswith("button ") else f"'{line}'"
    return f"downgrade {kind} to {rendering}{each_of(line) if rendering not in ('cards', 'nothing') else ''}"


def failed(snippet: str) -> bool:
    return compile_rules({"a.rules": snippet}).failed


@pytest.mark.parametrize("record", PARTS, ids=lambda it: it.name)
@pytest.mark.parametrize("line", LINES)
def test_a_part_stands_where_its_record_says(record: PartRecord, line: str) -> None:
    text = f'text "{{{record.name}}}"'
    assert failed(written(line, text)) == (line not in record.on)
    if line in record.within:
        assert failed(written(line, text).removesuffix(each_of(line)))


@pytest.mark.parametrize("record", RENDERINGS, ids=lambda it: it.how)
@pytest.mark.parametrize("line", LINES)
def test_a_rendering_stands_where_its_record_says(record: RenderingRecord, line: str) -> None:
    texts: dict[RenderingHow, str] = {"text": 'text "x"', "buttons": 'text "x" and buttons'}
    text = texts.get(record.how, record.how)
    assert failed(written(line, text)) == (line not in record.on)
    if line in record.within:
        assert failed(written(line, text).removesuffix(each_of(line)))


@pytest.mark.parametrize("example", [it.example for it in (*PARTS, *RENDERINGS)])
def test_an_example_is_without_fault(example: str) -> None:
    assert [shown(diagnostic) for diagnostic in reports(example)] == []


def test_a_part_is_found_by_its_name_only() -> None:
    assert [part_record(it.name) for it in PARTS] == list(PARTS)
    assert part_record("titel") is None
