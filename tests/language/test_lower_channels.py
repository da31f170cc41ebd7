"""Channel blocks over the standard library: which lines they replace, and what a new channel starts from."""

from __future__ import annotations

import pytest
from msgspec import structs

from pointsman.language import program
from pointsman.language.ir import Carried, Limit, Profile, ProgramIR, ReplyWindow
from pointsman.language.lower_channels import standard
from pointsman.language.pipeline import compile_rules
from pointsman.language.vocabulary import CHANNELS


def lowered(text: str) -> ProgramIR:
    compiled = compile_rules({"a.rules": text})
    assert compiled.ir is not None, [it.message for it in compiled.diagnostics]
    return compiled.ir


def profile(text: str, name: str) -> Profile:
    [found] = [it for it in lowered(text).profiles if it.name == name]
    return found


def message(found: Profile, kind: str) -> Carried:
    [line] = [line for line in found.messages if line.kind == kind]
    return line


def test_profiles_stand_in_the_order_of_the_channels_that_rules_may_name() -> None:
    ir = lowered("channel Fax text 80 channel SMS strict channel Telex like RCS")
    assert ir.channels == (*CHANNELS, "Fax", "Telex")
    assert tuple(it.name for it in ir.profiles) == ir.channels


def test_a_block_replaces_only_the_lines_that_it_states() -> None:
    text = 'channel Facebook text 500 bytes from "ours" button dial none postback 19 reply window 1h for bot strict'
    found, before = profile(text, "Facebook"), standard()["Facebook"]
    assert message(found, "text") == Carried("text", "native", (Limit("", "bytes", 500, source="ours"),))
    assert found.buttons[2] == Carried("dial", "none")
    assert found.postback == Limit("", "characters", 19)
    assert found.windows == (ReplyWindow(3_600_000, "bot"),)
    assert found.strict
    assert not found.standard
    assert found.messages[1:] == before.messages[1:]
    assert (*found.buttons[:2], *found.buttons[3:]) == (*before.buttons[:2], *before.buttons[3:])


def test_other_channels_stay_as_they_are() -> None:
    others = [it for it in lowered("channel Facebook text 500").profiles if it.name != "Facebook"]
    assert others == [it for it in standard().values() if it.name != "Facebook"]


def test_a_line_is_replaced_whole() -> None:
    assert message(profile("channel WhatsApp picture 1 MB", "WhatsApp"), "picture") == Carried(
        "picture", "native", (Limit("", "size", 1_000_000),)
    )


def test_what_a_new_channel_does_not_state_it_does_not_carry() -> None:
    found = profile("channel Fax text 80", "Fax")
    assert [line.kind for line in found.messages if line.support != "none"] == ["text"]
    assert {line.support for line in found.buttons} == {"none"}
    assert (found.postback, found.windows, found.strict, found.standard) == (None, (), False, False)


def test_a_new_channel_starts_from_another_as_it_stands_at_that_point() -> None:
    text = "channel Early like SMS channel SMS text 80 channel Late like SMS channel Later like Late strict"
    early, late, later = (profile(text, name) for name in ("Early", "Late", "Later"))
    assert early == structs.replace(standard()["SMS"], name="Early", standard=False)
    assert message(late, "text").limits == (Limit("", "characters", 80),)
    assert later == structs.replace(late, name="Later", strict=True)


def test_a_known_channel_can_start_from_another() -> None:
    found = profile("channel Email like 'Web Push' text 80", "Email")
    assert found.messages[1:] == standard()["Web Push"].messages[1:]


@pytest.mark.parametrize("text", ['use standard "given" {}', '{} use standard "given"'])
def test_given_values_lie_beneath_a_programs_blocks_wherever_they_are_selected(text: str) -> None:
    found = profile(text.format("channel Instagram picture 1 MB"), "Instagram")
    assert message(found, "text") == message(standard("given")["Instagram"], "text")
    assert message(found, "text") != message(standard()["Instagram"], "text")
    assert message(found, "picture").limits == (Limit("", "size", 1_000_000),)


def test_nobody_touched_a_channel_whose_given_values_are_selected() -> None:
    assert all(it.standard for it in lowered('use standard "given"').profiles)


@pytest.mark.parametrize(
    ("written", "limit"),
    [
        ("text 1000", Limit("", "characters", 1000)),
        ("text 160 gsm", Limit("", "gsm", 160, ucs2=70)),
        ("text 153 gsm with ucs2", Limit("", "gsm", 153, ucs2=67)),
        ("text 918 gsm with 400 ucs2", Limit("", "gsm", 918, ucs2=400)),
        ("text 640 with buttons", Limit("", "characters", 640, with_buttons=True)),
        ("picture 1.5 MiB", Limit("", "size", 1_572_864)),
        ("picture thumbnail 1 KB", Limit("thumbnail", "size", 1000)),
        ("picture caption 0", Limit("caption", "characters", 0)),
        ("card title 80 bytes", Limit("title", "bytes", 80)),
        ("card buttons 3", Limit("buttons", "number", 3)),
        ("carousel 2 to 10", Limit("", "number", 10, least=2)),
        ("carousel cards 10", Limit("", "number", 10)),
        ("carousel 5 MB", Limit("", "size", 5_000_000)),
        ("'file list' 10", Limit("", "number", 10)),
    ],
)
def test_a_limit_has_the_unit_that_its_line_means(written: str, limit: Limit) -> None:
    kind = "file list" if "file list" in written else written.split()[0]
    assert message(profile(f"channel Facebook {written}", "Facebook"), kind).limits == (limit,)


def test_media_types_are_registered_ones_in_small_letters_and_once() -> None:
    found = message(profile("channel Facebook picture image/JPG image/jpeg image/PNG", "Facebook"), "picture")
    assert found.types == ("image/jpeg", "image/png")


def test_a_programs_name_covers_what_its_channels_carry() -> None:
    text = 'policy p on message from customer rule "r" otherwise then stop channel SMS text {} characters'
    one, other = (compile_rules({"a.rules": text.format(n)}).ir for n in (80, 81))
    assert one is not None
    assert other is not None
    assert program.build(one).hash != program.build(other).hash


def test_profiles_survive_the_artefact() -> None:
    built = compile_rules({"a.rules": "channel Fax like Facebook strict"}).program
    assert built is not None
    assert program.decode(program.encode(built)).ir.profiles == built.ir.profiles
