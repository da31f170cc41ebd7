"""Downgrades as rungs: their order, the channels that they cover, what they say, and the ladder beneath them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pointsman.language import ir
from pointsman.language.ir import Part, Rendering, Rung, Words
from pointsman.language.lower import standard_rungs
from pointsman.language.lower_downgrades import LADDER
from pointsman.language.pipeline import compile_rules, emit
from pointsman.language.program import decode, encode


def rungs(text: str) -> tuple[Rung, ...]:
    compiled = compile_rules({"a.rules": text})
    assert compiled.ir is not None, [it.message for it in compiled.diagnostics]
    return compiled.ir.rungs


def own(text: str) -> list[Rung]:
    return [rung for rung in rungs(text) if not rung.standard]


def covered(text: str) -> frozenset[str] | None:
    return own(text)[0].channels


def nowhere(_: ir.Span) -> ir.Span:
    return ir.Span("", 0, 0, 0, 0)


def test_the_ladder_stands_under_every_program() -> None:
    assert rungs("") == standard_rungs()
    assert all(rung.standard for rung in standard_rungs())
    assert {rung.span.file for rung in standard_rungs() if rung.span} == {LADDER}


def test_later_downgrades_stand_before_earlier_ones_and_before_the_ladder() -> None:
    found = rungs("downgrade card to link downgrade video to file downgrade button url to nothing")
    assert [(it.kind, it.button) for it in found[:3]] == [("url", True), ("video", False), ("card", False)]
    assert found[3:] == standard_rungs()


def test_of_the_ladder_too_the_later_stand_first() -> None:
    lines = [rung.span.line for rung in standard_rungs() if rung.span]
    assert lines == sorted(lines, reverse=True)


def test_a_rung_says_what_the_downgrade_says() -> None:
    text = (
        'downgrade carousel on SMS, Email to text "{n}. {title or "?"}\\n{text}" and numbered buttons for each card '
        "remember choices for 90m"
    )
    [found] = own(text)
    template = (Part("n"), Words(". "), Part("title", "?"), Words("\n"), Part("text"))
    assert found == Rung(
        kind="carousel",
        button=False,
        channels=frozenset({"SMS", "Email"}),
        when=None,
        renderings=(Rendering("text", template), Rendering("numbered buttons")),
        each="card",
        remember_ms=5_400_000,
        standard=False,
        span=ir.Span("a.rules", 0, len(text), 1, 1),
    )


def test_a_condition_is_lowered_as_that_of_a_rule_is() -> None:
    condition = "message.size > 1 MB and not text mentions any words"
    text = f'list words = "a" downgrade card when {condition} to link\n'
    rule = f'list words = "a" policy p on message to customer rule "r" when {condition} then stop\n'
    compiled = compile_rules({"a.rules": rule})
    assert compiled.ir
    assert ir.moved(own(text)[0].when, nowhere) == ir.moved(compiled.ir.policies[0].rules[0].when, nowhere)


def test_a_list_that_a_downgrade_compares_with_a_number_holds_numbers() -> None:
    compiled = compile_rules({"a.rules": "list codes = 1, 2 downgrade card when choice index in codes to link"})
    assert compiled.ir
    assert compiled.ir.lists[0].numbers == (1.0, 2.0)


@pytest.mark.parametrize(
    ("text", "channels"),
    [
        ("downgrade card to link", None),
        ("downgrade card on SMS to link", {"SMS"}),
        ("channel Fax like SMS downgrade card on SMS to link", {"SMS", "Fax"}),
        ("downgrade card on SMS to link channel Fax like SMS", {"SMS", "Fax"}),
        ("channel Fax like SMS channel Telex like Fax downgrade card on SMS to link", {"SMS", "Fax", "Telex"}),
        ("channel Fax like SMS downgrade card on Fax to link", {"Fax"}),
        ("channel Fax like SMS channel Telex like Viber downgrade card on Viber to link", {"Viber", "Telex"}),
        ("channel Fax text 80 downgrade card on SMS to link", {"SMS"}),
        ("channel SMS like WhatsApp downgrade card on WhatsApp to link", {"SMS", "WhatsApp"}),
        ("channel SMS like WhatsApp channel WhatsApp like SMS downgrade card on SMS to link", {"SMS", "WhatsApp"}),
        (
            "channel SMS like WhatsApp channel Fax like SMS downgrade card on WhatsApp to link",
            {"SMS", "WhatsApp", "Fax"},
        ),
        ("channel Fax like SMS channel SMS like WhatsApp downgrade card on WhatsApp to link", {"SMS", "WhatsApp"}),
    ],
)
def test_a_rung_covers_what_is_like_its_channels(text: str, channels: set[str] | None) -> None:
    assert covered(text) == channels


def test_the_ladder_covers_new_channels_that_are_like_old_ones() -> None:
    [before] = [it for it in standard_rungs() if it.kind == "audio" and it.channels]
    [after] = [it for it in rungs("channel Line like Viber") if it.kind == "audio" and it.channels]
    assert (before.channels, after.channels) == ({"Viber"}, {"Viber", "Line"})


def test_the_given_values_leave_the_ladder_as_it_is() -> None:
    assert rungs('use standard "given"') == standard_rungs()


def test_rungs_are_emitted_with_the_rest() -> None:
    compiled = compile_rules({"a.rules": "downgrade card on SMS, Email, Viber to link"})
    first, *others = json.loads(emit(compiled, "ir"))["rungs"]
    assert (first["kind"], first["renderings"], first["standard"]) == ("card", [{"how": "link", "text": []}], False)
    assert first["channels"] == ["Email", "SMS", "Viber"], "always in this order"
    assert len(others) == len(standard_rungs())


def test_rungs_come_back_from_the_artefact() -> None:
    program = compile_rules(
        {"a.rules": 'downgrade card on SMS, Email when message.size > 1 MB to text "{title}"'}
    ).program
    assert program
    assert decode(encode(program)) == program


def test_places_of_the_ladder_are_the_same_wherever_a_program_lies(tmp_path: Path) -> None:
    (tmp_path / "a.rules").write_text("downgrade card to link\n")
    one, other = compile_rules(tmp_path).program, compile_rules({"a.rules": "downgrade card to link\n"}).program
    assert one
    assert other
    assert one.hash == other.hash


def test_the_ladder_is_read_once() -> None:
    one, other = rungs(""), rungs("downgrade card to link")[1:]
    assert all(mine is theirs for mine, theirs in zip(one, other, strict=True))
