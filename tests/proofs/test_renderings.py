"""The proof that everything has a rendering: programs that keep it, and programs that break it, with what shows it."""

from __future__ import annotations

import pytest

from pointsman.engine.loading import load
from pointsman.engine.scenario import run_test
from pointsman.language.diagnostics import Diagnostic
from pointsman.language.lower import standard_rungs
from pointsman.language.lower_channels import standard
from pointsman.language.pipeline import compile_rules
from pointsman.proofs import renderings
from pointsman.proofs.inquiry import Inquiry
from pointsman.proofs.prove import prove
from pointsman.proofs.question import Ground
from pointsman.proofs.renderings import unproved
from pointsman.proofs.witness import read_test

HEAD = """component Bot is bot
start with Bot
calendar office
  mon-fri 09:00-17:00
"""
LOOP = """downgrade picture on SMS to file
downgrade file on SMS to picture
"""


def found(text: str, carried: frozenset[str] | None = None) -> list[Diagnostic]:
    compiled = compile_rules({"a.rules": HEAD + text})
    assert compiled.program is not None, compiled.diagnostics
    reports = prove(compiled, carried=carried).diagnostics
    return [report for report in reports if report.slug in ("no-rendering", "undecided")]


def runs(text: str, report: Diagnostic) -> bool:
    """Whether the example of a report passes as a test of the program."""
    compiled, test = compile_rules({"a.rules": HEAD + text}), read_test(report.example)
    assert compiled.program is not None
    assert test is not None
    return run_test(load(compiled.program), test).passed


@pytest.mark.parametrize("chosen", ["", "given"])
@pytest.mark.parametrize("channel", standard())
def test_the_standard_library_renders_everything(channel: str, chosen: str) -> None:
    compiled = compile_rules({"a.rules": (f'use standard "{chosen}"\n' if chosen else "") + HEAD})
    assert compiled.program is not None
    program = load(compiled.program)
    assert program.ir.rungs == standard_rungs()
    profile = next(it for it in program.ir.profiles if it.name == channel)
    assert profile.standard
    assert unproved(Inquiry(program, {}, Ground(program.ir)), profile) == []


@pytest.mark.parametrize(
    "text",
    [
        "",
        'downgrade card on SMS to text "{title}"',
        'downgrade carousel on SMS to text "{n}. {title}: {description}" for each card remember choices for 24h',
        "downgrade carousel to card for each card",
        "downgrade picture to nothing",
        "downgrade button url to nothing",
        "downgrade picture on SMS when office is open to file",
        "channel Fax\n  text 100 characters",
        "channel Fax like WhatsApp\n  card none\n  text 16 bytes",
        "channel SMS\n  text 8 characters",
    ],
)
def test_programs_that_render_everything_are_silent(text: str) -> None:
    assert found(text) == []


def test_rungs_that_lead_in_a_circle_are_reported_at_the_last_of_them_with_a_test() -> None:
    reports = found(LOOP)
    assert [(it.slug, it.level, it.span.line) for it in reports] == [("no-rendering", "error", 6)]
    assert reports[0].message == "nothing on `SMS` renders a picture"
    assert "`picture`, then `file`, then `picture`" in reports[0].help
    assert runs(LOOP, reports[0])


def test_a_circle_that_only_some_moments_have_is_shown_at_such_a_moment() -> None:
    text = """downgrade picture on SMS when office is closed to file
downgrade file on SMS to picture
"""
    (report,) = found(text)
    assert "at 20" in report.example
    assert runs(text, report)


def test_a_circle_that_no_moment_has_is_none() -> None:
    text = """downgrade picture on SMS when office is closed to file
downgrade file on SMS when office is open to picture
"""
    assert found(text) == []


def test_what_a_condition_asks_of_the_message_is_looked_for_too() -> None:
    text = """downgrade picture on SMS when message.size > 7 MB to file
downgrade file on SMS when message.size > 6 MB to picture
"""
    (report,) = found(text)
    assert "of 8 MB" in report.example or "MB" in report.example
    assert runs(text, report)
    assert found(text.replace("> 6 MB", "< 6 MB")) == []


def test_conditions_on_words_are_met_by_a_message_with_such_words() -> None:
    text = """downgrade picture on SMS when text contains "refund" to file
downgrade file on SMS when text mentions "refund" to picture
"""
    (report,) = found(text)
    assert "refund" in report.example
    assert runs(text, report)


FAX = """channel Fax like SMS
  text none
downgrade text on Fax to nothing
downgrade text on Fax when text contains "refund" to card
downgrade card on Fax to text "{text}"
"""
"""A channel on which whatever ends in a text about refunds goes round."""


CARDS = "downgrade card on SMS to picture\ndowngrade picture on SMS when message.size > 1 MB to card\n"


@pytest.mark.parametrize(
    "text",
    [
        FAX,
        'downgrade card on SMS when text contains "refund" to picture\ndowngrade picture on SMS to card\n',
        "downgrade 'file list' on SMS when text contains \"refund\" to picture for each file\n" + LOOP,
        f'downgrade carousel on SMS when text contains "refund" to cards\n{CARDS}',
        f'downgrade video on SMS when message.mime is "video/mp4" to card\n{CARDS}',
        'downgrade audio on SMS when message.name starts with "x" to file\n' + LOOP,
        "downgrade audio on SMS when meta.a exists and message has buttons to file\n" + LOOP,
    ],
)
def test_whatever_a_condition_asks_for_is_found_for_it(text: str) -> None:
    reports = found(text)
    assert reports
    for report in reports:
        assert report.slug == "no-rendering", report
        assert report.example == "" or runs(text, report)


def test_a_place_is_told_of_where_its_words_make_the_text_that_goes_round() -> None:
    text = FAX.replace("downgrade text on Fax when", "downgrade text on Fax when not message has buttons and")
    assert [it.slug for it in found(text)] == ["no-rendering"]


def test_more_ways_than_may_be_tried_are_undecided() -> None:
    choices = "".join(
        f'downgrade {kind} on SMS when context.k{number} is "a" to link\n'
        for kind in ("picture", "file")
        for number in range(16)
    )
    reports = found(f"downgrade carousel on SMS to picture and file for each card\n{choices}")
    assert [(it.slug, it.level) for it in reports] == [("undecided", "error")]
    assert "whether every message has a rendering was not decided in 1 place" in reports[0].message


def test_messages_in_more_ways_than_may_be_tried_in_all_are_undecided(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(renderings, "PROOF_RENDERINGS_MAX", 100)
    assert [it.slug for it in found('downgrade card on SMS to text "{title}"')] == ["undecided"]


def test_a_channel_that_carries_no_text_is_reported_at_its_line() -> None:
    (report,) = found("channel Fax\n  text none\n  picture native\n")
    assert (report.slug, report.span.line) == ("no-rendering", 6)
    assert "`text native`" in report.help


def test_a_limit_that_no_text_keeps_is_reported_at_its_line() -> None:
    (report,) = found("channel Fax\n  text 1 bytes\n")
    assert report.span.line == 6
    assert "beyond its limits" in report.message


def test_only_channels_in_use_are_looked_at() -> None:
    circle = "downgrade picture to file\ndowngrade file to picture\n"
    assert len(found(circle)) == 1
    used = 'policy p on message from Bot\nrule "r" when channel is {} then tag "x"\n'
    assert found(circle + used.format("WhatsApp"), frozenset()) != []
    silent = 'downgrade location to text "{label}"\n'
    assert found(silent + used.format("WhatsApp")) == []


def test_what_connections_carry_is_looked_at_where_it_is_known() -> None:
    text = "downgrade audio to file\ndowngrade file when message is file to nothing\n"
    assert found(text, frozenset({"SMS"})) == []


def test_one_place_is_reported_once_for_all_that_it_breaks() -> None:
    circle = "downgrade picture to file\ndowngrade file to picture\n"
    assert len(found(circle)) == 1
