"""Reports as values: order, suggestions, and the three renderings."""

import json

import pytest

from pointsman.language.codes import CODES
from pointsman.language.diagnostics import (
    Arranged,
    Label,
    arrange,
    blocks,
    did_you_mean,
    nearest,
    render_github,
    render_json,
    render_summary,
    render_text,
    report,
    ticked,
)
from pointsman.language.ir import Span
from pointsman.language.source import Source

TEXT = "component CmBot is bot\n\nstart with CmBto\n\tCmBot 日本 x\n"
SOURCE = Source("a.rules", TEXT)
WRONG = SOURCE.span(TEXT.index("CmBto"), TEXT.index("CmBto") + 5)
RIGHT = SOURCE.span(10, 15)
UNKNOWN = report(
    "unknown-name",
    "`CmBto` is not declared",
    WRONG,
    Label(RIGHT, "a component"),
    help="did you mean `CmBot`?",
    note="here",
)


def test_a_report_has_the_level_of_its_slug_unless_told_otherwise() -> None:
    assert report("timer-cycle", "m", WRONG).level == CODES["timer-cycle"].level == "warning"
    assert report("undecided", "m", WRONG, level="error").level == "error"
    with pytest.raises(KeyError):
        report("no-such-slug", "m", WRONG)


def test_the_text_shows_lines_carets_labels_and_help() -> None:
    assert render_text(UNKNOWN, {"a.rules": SOURCE}) == (
        "error[unknown-name]: `CmBto` is not declared\n"
        " --> a.rules:3:12\n"
        "  |\n"
        "1 | component CmBot is bot\n"
        "  |           ----- a component\n"
        "  :\n"
        "3 | start with CmBto\n"
        "  |            ^^^^^ here\n"
        "  = help: did you mean `CmBot`?"
    )


def test_carets_stand_below_their_text_behind_tabs_and_wide_letters() -> None:
    at = TEXT.index(" x\n") + 1
    rendered = render_text(report("syntax", "m", SOURCE.span(at, at + 1)), {"a.rules": SOURCE})
    assert rendered.endswith("4 |     CmBot 日本 x\n  |                ^")


def test_two_places_on_one_line_share_it() -> None:
    rendered = render_text(
        report("syntax", "m", SOURCE.span(10, 15), Label(SOURCE.span(0, 9), "x")), {"a.rules": SOURCE}
    )
    assert rendered.splitlines()[3:] == ["1 | component CmBot is bot", "  | --------- x", "  |           ^^^^^"]


def test_places_in_two_files_are_shown_apart() -> None:
    other = Source("b.rules", "list x = 1\n")
    both = report("duplicate", "`x` is declared twice", other.span(5, 6), Label(RIGHT, "first here"))
    rendered = render_text(both, {"a.rules": SOURCE, "b.rules": other})
    assert [line for line in rendered.splitlines() if ".rules" in line] == [" --> b.rules:1:6", " ::: a.rules:1:11"]


def test_a_place_over_several_lines_is_marked_on_its_first() -> None:
    rendered = render_text(report("syntax", "m", SOURCE.span(10, 40)), {"a.rules": SOURCE})
    assert rendered.splitlines()[-1] == "  |           ^^^^^^^^^^^^"


def test_help_over_several_lines_stays_in_its_column() -> None:
    rendered = render_text(report("syntax", "m", RIGHT, help="one\ntwo"), {})
    assert rendered.splitlines()[-2:] == ["  = help: one", "          two"]


def test_a_file_that_is_not_at_hand_is_named_without_excerpt() -> None:
    assert render_text(report("syntax", "m", RIGHT), {}) == "error[syntax]: m\n --> a.rules:1:11"


def test_colours_come_only_when_asked_for() -> None:
    plain = render_text(UNKNOWN, {"a.rules": SOURCE})
    coloured = render_text(UNKNOWN, {"a.rules": SOURCE}, colour=True)
    assert "\x1b" not in plain
    assert coloured.startswith("\x1b[1;31merror[unknown-name]\x1b[0m")


def test_control_characters_of_a_file_do_not_reach_the_terminal() -> None:
    source = Source("a.rules", "a \x1b[2J\u202e x")
    rendered = render_text(report("syntax", "found `\x1b[2J`", source.span(11, 12)), {"a.rules": source})
    assert "\x1b" not in rendered
    assert "\u202e" not in rendered
    assert rendered.splitlines()[3] == "1 | a ␛[2J� x"


def test_json_is_an_array_of_reports() -> None:
    (row,) = json.loads(render_json([UNKNOWN]))
    assert (row["slug"], row["level"], row["message"]) == ("unknown-name", "error", "`CmBto` is not declared")
    assert (row["file"], row["line"], row["column"], row["start"], row["end"]) == ("a.rules", 3, 12, 35, 40)
    assert row["labels"] == [
        {"file": "a.rules", "start": 10, "end": 15, "line": 1, "column": 11, "text": "a component"}
    ]
    assert (row["help"], row["note"]) == ("did you mean `CmBot`?", "here")
    assert json.loads(render_json([])) == []


def test_an_example_is_shown_below_the_help_and_is_a_member_of_its_own() -> None:
    shown = report("unreachable-rule", "m", RIGHT, help="h", example='test "t"\n  customer says "\x1b"\n')
    assert render_text(shown, {}).splitlines()[-4:] == [
        "  = help: h",
        "  = example:",
        '    test "t"',
        '      customer says "␛"',
    ]
    assert json.loads(render_json([shown]))[0]["example"] == shown.example
    assert render_github(shown).endswith('%0Ahelp: h%0Aexample:%0Atest "t"%0A  customer says "\x1b"')


def test_an_annotation_is_one_line_of_github_s_own_encoding() -> None:
    assert render_github(UNKNOWN) == (
        "::error file=a.rules,line=3,col=12,title=unknown-name::`CmBto` is not declared%0Ahelp: did you mean `CmBot`?"
    )
    odd = report("timer-cycle", "100% a\nb", Span("a,b:c.rules", 0, 0, 1, 1))
    assert render_github(odd) == "::warning file=a%2Cb%3Ac.rules,line=1,col=1,title=timer-cycle::100%25 a%0Ab"
    assert render_github(report("syntax", "m", RIGHT, level="note")).startswith("::notice ")


def test_reports_are_shown_by_place_once_and_the_gravest_first_to_stay() -> None:
    errors = [report("syntax", f"m{n}", SOURCE.span(n, n)) for n in (9, 3, 3)]
    warning = report("timer-cycle", "w", SOURCE.span(0, 0))
    assert [each.message for each in arrange([*errors, warning]).shown] == ["w", "m3", "m9"]
    assert arrange([warning, *errors], most=2) == Arranged((errors[1], errors[0]), 1)


def test_a_summary_counts_by_level() -> None:
    warning = report("timer-cycle", "w", RIGHT)
    assert render_summary(Arranged((UNKNOWN, warning, report("syntax", "m", RIGHT)), 3)) == (
        "2 errors, 1 warning, 3 more not shown"
    )
    assert render_summary(Arranged((), 0)) == ""


def test_only_an_error_blocks() -> None:
    assert blocks([UNKNOWN])
    assert not blocks([report("timer-cycle", "w", RIGHT)])


@pytest.mark.parametrize(
    ("word", "near"),
    [
        ("CmBto", "CmBot"),
        ("cmbot", "CmBot"),
        ("CustmerContact", "CustomerContact"),
        ("Contact", None),
        ("x", None),
        ("", None),
        ("CmBots", "CmBot"),
        ("Helpdesk", None),
    ],
)
def test_a_name_is_suggested_only_when_it_is_near(word: str, near: str | None) -> None:
    assert nearest(word, ["CmBot", "CustomerContact", "SMS"]) == near
    assert did_you_mean(word, ["CmBot", "CustomerContact", "SMS"]) == (f"did you mean `{near}`?" if near else "")


def test_of_two_near_names_the_nearer_is_suggested() -> None:
    assert nearest("office", ["offices", "office2b", "officer"]) in ("offices", "officer")
    assert nearest("misess", ["misses", "misuse"]) == "misses"


def test_the_user_s_text_stands_in_back_ticks_on_one_line() -> None:
    assert ticked("a\n  b") == "`a b`"
    assert len(ticked("x" * 500)) < 60


def test_of_a_line_of_megabytes_a_stretch_around_the_place_is_shown() -> None:
    text = "list a = " + '"x", ' * 100_000 + "!"
    source = Source("a.rules", text)
    shown = render_text(report("syntax", "m", source.span(len(text) - 1, len(text))), {"a.rules": source})
    line, carets = shown.splitlines()[3:5]
    assert len(shown) < 1_000
    assert line[carets.index("^")] == "!"
    assert carets.index("^") == len(line) - 1
    first = render_text(report("syntax", "m", source.span(5, 6)), {"a.rules": source}).splitlines()[3:5]
    assert first[0][first[1].index("^")] == "a"
