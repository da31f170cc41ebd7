"""Channel blocks: what is reported of lines, limits, units, amounts and the channel that a block starts from."""

from __future__ import annotations

import pytest
from snippets import reports, shown


def line(text: str) -> str:
    """A block of a known channel with this line on the second line of the text."""
    return f"channel Facebook\n{text}\n"


KINDS = (
    (line("poem native"), "2:1 unknown-word: there is no message kind `poem`"),
    (line("'pay now' none"), "2:1 unknown-word: there is no message kind `pay now`"),
    (line("button 'pay now' native"), "2:8 unknown-word: there is no button kind `pay now`"),
    (line("button picture_x native 3"), "2:8 unknown-word: there is no button kind `picture_x`"),
)
LIMITS = (
    (line("text title 80"), "2:6 no-such-limit: `text` has no `title`"),
    (line("text buttons 3"), "2:6 no-such-limit: `text` has no `buttons`"),
    (line("text native image/png"), "2:13 no-such-limit: `text` has no media types"),
    (line("card native image/png"), "2:13 no-such-limit: `card` has no media types"),
    (line("button url native image/png"), "2:19 no-such-limit: `button url` has no media types"),
    (line("location native 5 MB"), "2:17 no-such-limit: `location` has no length, size or number of its own"),
    (line("template native title 10"), "2:17 no-such-limit: `template` has no `title`"),
    (line("picture native together 10"), "2:16 no-such-limit: `picture` has no `together`"),
    (line("button url native rows 10"), "2:19 no-such-limit: `button url` has no `rows`"),
    (line("postback caption 10"), "2:10 no-such-limit: `postback` has no `caption`"),
    (
        line("postback 20 with buttons"),
        "2:10 no-such-limit: only a text has another limit where there are buttons",
    ),
    (
        line("picture native caption 80 with buttons"),
        "2:16 no-such-limit: only a text has another limit where there are buttons",
    ),
    (line("video none 5 MB"), "2:12 no-such-limit: what is not carried has no limits: `video none`"),
)
UNITS = (
    (line("text 5 MB"), "2:6 wrong-kind: `text` is bounded by a length, not by a size"),
    (line("picture 80"), "2:9 wrong-kind: `picture` is bounded by a size"),
    (line("picture 80 characters"), "2:9 wrong-kind: `picture` is bounded by a size"),
    (line("picture 5 MB bytes"), "2:9 wrong-kind: a size has no further unit"),
    (line("picture native thumbnail 100"), "2:16 wrong-kind: the `thumbnail` of `picture` is bounded by a size"),
    (
        line("card native title 5 KB"),
        "2:13 wrong-kind: the `title` of `card` is bounded by a length, not by a size",
    ),
    (
        line("card native buttons 3 bytes"),
        "2:13 wrong-kind: the `buttons` of `card` is counted, not measured in bytes",
    ),
    (
        line("carousel native 10 characters"),
        "2:17 wrong-kind: `carousel` is counted, not measured in characters",
    ),
    (line("button reply native 13 KB"), "2:21 wrong-kind: `button reply` is bounded by a count, not by a size"),
    (line("card native title 80 gsm"), "2:13 wrong-kind: the `title` of `card` is not counted in GSM septets"),
    (line("postback 80 gsm"), "2:10 wrong-kind: `postback` is not counted in GSM septets"),
    (line("text 160 with 70 ucs2"), "2:6 wrong-kind: `ucs2` stands behind `gsm`"),
    (line("text 1 to 160"), "2:6 wrong-kind: only what is counted has a least"),
)
AMOUNTS = (
    (line("text 0 characters"), "2:6 bad-number: a limit of nothing lets nothing through"),
    (line("postback 15"), "2:10 bad-number: 15 characters do not tell tokens apart"),
    (line("postback 0"), "2:10 bad-number: a limit of nothing lets nothing through"),
    (line("picture 0 KB"), "2:9 bad-number: a limit of nothing lets nothing through"),
    (line("text 2.5 characters"), "2:6 bad-number: `2.5` is not whole"),
    (line("text 160 gsm with 0 ucs2"), "2:19 bad-number: a limit of nothing lets nothing through"),
    (line("carousel native 10 to 2"), "2:17 bad-number: the least, 10, is over the most, 2"),
    (line("reply window 0s"), "2:14 bad-number: `0s` is no time in which to reply"),
    (line("reply window 500d"), "2:14 bad-number: `500d` is no time in which to reply"),
)
TWICE = (
    (
        line("text 10 picture none text 20"),
        "2:22 duplicate: the channel `Facebook` has two lines `text`",
    ),
    (line("strict strict"), "2:8 duplicate: the channel `Facebook` has two lines `strict`"),
    (line("text 10, 20"), "2:10 duplicate: `text` has this limit twice"),
    (line("card native title 10 title 20"), "2:22 duplicate: `card` has this limit twice"),
    (line("postback 40 characters, 20 bytes"), "2:25 duplicate: a postback has one limit"),
    (line("reply window 24h, 7d"), "2:19 duplicate: the reply window of everybody stands twice"),
    (line("reply window 1h for bot, 7d for bot"), "2:26 duplicate: the reply window of a bot stands twice"),
    ("channel SMS strict\nchannel SMS strict\n", "2:9 duplicate: the channel `SMS` is already declared"),
    ('use standard "given"\nuse standard "given"\n', "2:1 duplicate: `use standard` stands twice"),
)
ORDER = (
    ("channel Fax like Nobody\n", "1:18 unknown-name: there is no channel `Nobody`"),
    ("channel Fax like Fax\n", "1:18 channel-order: the channel `Fax` starts from itself"),
    ("channel SMS like SMS\n", "1:18 channel-order: the channel `SMS` starts from itself"),
    (
        "channel Fax like Telex\nchannel Telex like SMS\n",
        "1:18 channel-order: the channel `Telex` does not stand yet",
    ),
    (
        "channel Fax like Telex\nchannel Telex like Fax\n",
        "1:18 channel-order: the channel `Fax` starts from itself, by way of `Telex`",
    ),
    ("channel Fax\n", "1:9 missing-text: the new channel `Fax` does not say what texts it carries"),
    ("channel Fax picture 5 MB\n", "1:9 missing-text: the new channel `Fax` does not say what texts it carries"),
    ('use standard "gvien"\n', "1:14 unknown-name: there are no standard values `gvien`"),
)


@pytest.mark.parametrize(("snippet", "expected"), [*KINDS, *LIMITS, *UNITS, *AMOUNTS, *TWICE, *ORDER])
def test_what_a_channel_cannot_say_is_reported_once(snippet: str, expected: str) -> None:
    assert [shown(diagnostic) for diagnostic in reports(snippet)] == [expected]


@pytest.mark.parametrize(
    "snippet",
    [
        line("strict"),
        line("text 1000 bytes, 640 characters, 100 with buttons"),
        line("text 160 gsm with ucs2"),
        line("picture native caption 0 image/*"),
        line("card emulated 5 MB title 3 description 4 buttons 0 caption 5 together 9 bytes"),
        line("carousel native cards 2 to 2"),
        line("'file list' native 10, 5 MB"),
        line("button reply native 3 caption 20 rows 10 description 72"),
        line("reply window 24h, 7d for desk, 1h for bot"),
        "channel Facebook\n",
        "channel Fax text none\n",
        "channel Fax like SMS\n",
        "channel Telex like SMS\nchannel Fax like Telex\n",
        "channel SMS like WhatsApp\nchannel WhatsApp like SMS\n",
        'use standard "given"\n',
    ],
)
def test_what_a_channel_can_say_is_not_reported(snippet: str) -> None:
    assert [shown(diagnostic) for diagnostic in reports(snippet)] == []


def test_a_circle_of_three_channels_is_shown_once_with_its_links() -> None:
    [report] = reports("channel A like B\nchannel B like C\nchannel C like A\n")
    assert shown(report) == "1:16 channel-order: the channel `A` starts from itself, by way of `B`"
    assert [(label.span.line, label.text) for label in report.labels] == [(2, "from `C`"), (3, "from `A`")]


def test_a_slip_in_the_name_of_the_standard_values_suggests_the_right_one() -> None:
    [report] = reports('use standard "gvien"\n')
    assert report.help == "did you mean `given`?"
