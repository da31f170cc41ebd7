"""The standard library's channels, cell by cell against the facts: the tables are written from the documents."""

from __future__ import annotations

import re

import pytest

from pointsman.language import tree
from pointsman.language.ir import Carried, Limit, Profile
from pointsman.language.lower_channels import LIBRARY, STANDARDS, lower_channels, standard, standard_blocks
from pointsman.language.pipeline import compile_rules
from pointsman.language.shipped import shipped_text
from pointsman.language.vocabulary import CHANNELS
from pointsman.model.content import BUTTON_KINDS, MESSAGE_KINDS

SUPPORT = """
                SMS  WhatsApp RCS Telegram Viber Facebook Instagram Email WebPush
text            N    N        N   N        N     N        N         N     N
picture         E    N        N   N        N     N        N         N     N
audio           E    N        N   N        E     N        N         E     -
video           E    N        N   N        N     N        N         E     -
file            E    N        N   N        N     N        E         E     -
file_list       E    E        E   E        E     E        E         N     -
card            E    N        N   E        N     N        N         E     E
carousel        E    E        N   E        N     N        N         E     -
contact         E    N        E   N        N     E        E         E     -
location        E    N        E   N        N     E        E         E     E
template        -    N        -   -        -     -        -         -     -
button_reply    E    N        N   N        N     N        N         E     E
button_url      E    E        N   N        N     N        N         E     N
button_dial     E    E        N   E        E     N        E         E     E
button_compose  E    E        N   E        E     E        E         E     -
button_location E    E        N   E        E     E        E         E     E
button_calendar E    E        N   E        E     E        E         E     -
"""
WORDS = {"N": "native", "E": "emulated", "-": "none"}
CELLS = [
    (row.split()[0].replace("_", " "), channel, WORDS[mark])
    for row in SUPPORT.strip("\n").splitlines()[1:]
    for channel, mark in zip(CHANNELS, row.split()[1:], strict=True)
]

MB, KIB, MIB = 1_000_000, 1024, 1024**2
LIMITS: dict[str, dict[str, dict[str, object]]] = {
    "SMS": {"text": {"gsm": 918, "ucs2": 402}},
    "WhatsApp": {
        "text": {"characters": 4096, "with buttons": 1024},
        "picture": {"size": 5 * MB, "caption": 1024},
        "video": {"size": 16 * MIB, "caption": 1024},
        "audio": {"size": 16 * MIB, "caption": 0},
        "file": {"size": 100 * MIB, "caption": 1024},
        "card": {"size": 5 * MB, "title": 60, "description": 1024, "buttons": 3, "caption": 20},
        "carousel": {"number": 1},
        "button reply": {"number": 3, "caption": 20, "rows": 10, "description": 72},
    },
    "RCS": {
        "text": {"characters": 3072},
        "picture": {"size": 100 * MIB, "caption": 0, "thumbnail": 100 * KIB},
        "video": {"size": 100 * MIB, "caption": 0, "thumbnail": 100 * KIB},
        "audio": {"size": 100 * MIB, "caption": 0},
        "file": {"size": 100 * MIB, "caption": 0},
        "card": {"size": 100 * MIB, "title": 200, "description": 2000, "buttons": 4, "caption": 25},
        "carousel": {"number": 10, "least": 2},
        **{f"button {kind}": {"number": 11, "caption": 25} for kind in BUTTON_KINDS},
    },
    "Telegram": {
        "text": {"characters": 4096},
        "picture": {"size": 5 * MB, "caption": 1024, "thumbnail": 200 * KIB},
        "video": {"size": 20 * MIB, "caption": 1024, "thumbnail": 200 * KIB},
        "audio": {"size": 20 * MIB, "caption": 1024},
        "file": {"size": 20 * MIB, "caption": 1024, "thumbnail": 200 * KIB},
        "card": {"size": 5 * MB, "together": 1024, "buttons": 100},
        "carousel": {"number": 10, "least": 2, "buttons": 0},
        "button reply": {"number": 100, "caption": 64},
        "button url": {"number": 100, "caption": 64},
    },
    "Viber": {
        "text": {"characters": 4096},
        "picture": {"size": 1 * MB, "caption": 512, "thumbnail": 100 * KIB},
        "video": {"size": 26 * MIB, "caption": 0, "thumbnail": 100 * KIB},
        "audio": {"size": 50 * MIB, "caption": 0},
        "file": {"size": 50 * MIB, "caption": 0},
        "card": {"size": 512_000, "title": 256, "description": 512, "buttons": 2, "caption": 50},
        "carousel": {"number": 6, "least": 2},
        "button reply": {"number": 24, "caption": 50},
        "button url": {"number": 24, "caption": 50},
    },
    "Facebook": {
        "text": {"characters": 2000, "with buttons": 640},
        **{kind: {"size": 25 * MB, "caption": 0} for kind in ("picture", "video", "audio", "file")},
        "card": {"size": 25 * MB, "title": 80, "description": 80, "buttons": 3, "caption": 20},
        "carousel": {"number": 10, "least": 1},
        "button reply": {"number": 13, "caption": 20},
        "button url": {"number": 3, "caption": 20},
        "button dial": {"number": 3, "caption": 20},
    },
    "Instagram": {
        "text": {"bytes": 1000, "with buttons": 640},
        "picture": {"size": 8 * MB, "caption": 0},
        "video": {"size": 25 * MB, "caption": 0},
        "audio": {"size": 25 * MB, "caption": 0},
        "card": {"size": 8 * MB, "title": 80, "description": 80, "buttons": 3, "caption": 20},
        "carousel": {"number": 10, "least": 1},
        "button reply": {"number": 13, "caption": 20},
        "button url": {"number": 3, "caption": 20},
    },
    "Email": {
        "text": {"characters": 25_000},
        **{kind: {"size": 10 * MB} for kind in ("picture", "video", "audio", "file", "file list")},
    },
    "Web Push": {
        "text": {"bytes": 3800},
        "card": {"title": 50, "buttons": 2},
        "button reply": {"number": 2},
        "button url": {"number": 2},
    },
}
GIVEN: dict[str, dict[str, dict[str, object]]] = {
    "WhatsApp": {"picture": {"size": 26_214_400}, "card": {"size": 5_242_880}},
    "Telegram": {"picture": {"size": 5_242_880}, "card": {"size": 5_242_880}},
    "Viber": {"picture": {"size": 3_145_728}},
    "Facebook": {kind: {"size": 26_214_400} for kind in ("picture", "video", "audio", "file", "card")},
    "Instagram": {
        "text": {"characters": 1000},
        **{kind: {"size": 26_214_400} for kind in ("picture", "video", "audio", "card")},
    },
}
"""Where the given tables have another value than the stricter one."""

TYPES = {
    ("WhatsApp", "picture"): {"image/jpeg", "image/png"},
    ("WhatsApp", "video"): {"video/mp4", "video/3gpp"},
    ("WhatsApp", "audio"): {"audio/aac", "audio/amr", "audio/mpeg", "audio/mp4", "audio/ogg"},
    ("RCS", "picture"): {"image/jpeg", "image/png", "image/gif"},
    ("RCS", "video"): {"video/h263", "video/x-m4v", "video/mp4", "video/mpeg", "video/webm"},
    ("RCS", "audio"): {"audio/aac", "audio/mpeg", "audio/ogg", "audio/3gpp"},
    ("RCS", "file"): {"application/pdf"},
    ("Telegram", "picture"): {"image/jpeg", "image/png"},
    ("Telegram", "video"): {"video/mp4"},
    ("Telegram", "audio"): {"audio/mpeg", "audio/mp4", "audio/ogg"},
    ("Viber", "picture"): {"image/jpeg", "image/png", "image/gif"},
    ("Viber", "video"): {"video/mp4"},
    ("Facebook", "picture"): {"image/jpeg", "image/png", "image/gif"},
    ("Facebook", "video"): {"video/mp4"},
    ("Instagram", "picture"): {"image/jpeg", "image/png", "image/gif"},
    ("Instagram", "audio"): {"audio/aac", "audio/mp4", "audio/wav"},
}
POSTBACKS = {
    "WhatsApp": (256, "characters"),
    "RCS": (2048, "characters"),
    "Telegram": (64, "bytes"),
    "Facebook": (1000, "characters"),
    "Instagram": (1000, "characters"),
}
HOUR = 3_600_000
WINDOWS = {
    "WhatsApp": [(24 * HOUR, "")],
    "Facebook": [(24 * HOUR, ""), (7 * 24 * HOUR, "desk")],
    "Instagram": [(24 * HOUR, ""), (7 * 24 * HOUR, "desk")],
}


def lines_of(profile: Profile) -> dict[str, Carried]:
    named = {line.kind: line for line in profile.messages}
    return named | {f"button {line.kind}": line for line in profile.buttons}


def bounds(line: Carried) -> dict[str, object]:
    """The limits of a line, those of its own subject by their unit."""
    found: dict[str, object] = {}
    for limit in line.limits:
        name = limit.of or ("with buttons" if limit.with_buttons else limit.unit)
        assert name not in found
        found[name] = limit.most
        found |= {key: value for key, value in (("least", limit.least), ("ucs2", limit.ucs2)) if value}
    return found


@pytest.mark.parametrize(("line", "channel", "support"), CELLS)
def test_a_cell_is_as_the_facts_say(line: str, channel: str, support: str) -> None:
    assert lines_of(standard()[channel])[line].support == support


def test_the_table_of_the_facts_is_whole() -> None:
    assert len(CELLS) == (len(MESSAGE_KINDS) + len(BUTTON_KINDS)) * len(CHANNELS)


@pytest.mark.parametrize("channel", CHANNELS)
def test_the_limits_of_a_channel_are_as_the_facts_say(channel: str) -> None:
    found = {name: bounds(line) for name, line in lines_of(standard()[channel]).items() if line.limits}
    assert found == LIMITS[channel]


@pytest.mark.parametrize("channel", CHANNELS)
def test_media_types_are_as_the_facts_say(channel: str) -> None:
    found = {(channel, name): set(line.types) for name, line in lines_of(standard()[channel]).items() if line.types}
    documents = found.pop(("WhatsApp", "file"), set())
    assert found == {key: types for key, types in TYPES.items() if key[0] == channel}
    if channel == "WhatsApp":
        assert {"text/plain", "application/pdf", "application/msword"} < documents
        assert len(documents) == 8


@pytest.mark.parametrize("channel", CHANNELS)
def test_postbacks_and_reply_windows_are_as_the_facts_say(channel: str) -> None:
    profile = standard()[channel]
    postback = profile.postback
    assert (postback and (postback.most, postback.unit)) == POSTBACKS.get(channel)
    assert [(each.ms, each.role) for each in profile.windows] == WINDOWS.get(channel, [])


@pytest.mark.parametrize("channel", CHANNELS)
def test_the_given_values_differ_where_the_facts_differ_and_nowhere_else(channel: str) -> None:
    plain, given = lines_of(standard()[channel]), lines_of(standard("given")[channel])
    for name, line in plain.items():
        stated = GIVEN.get(channel, {}).get(name)
        if stated is None:
            assert given[name] == line
            continue
        kept = {key: value for key, value in bounds(line).items() if key not in ("bytes", "with buttons")}
        assert bounds(given[name]) == kept | stated
        assert given[name].support == line.support
        assert given[name].types == line.types
        [changed] = [limit for limit in given[name].limits if not limit.of]
        assert changed.source == "given: HORISEN 6.3"
    assert standard("given")[channel].postback == standard()[channel].postback


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("chosen", ["", *STANDARDS])
def test_every_value_has_its_source(chosen: str, channel: str) -> None:
    profile = standard(chosen)[channel]
    lines = lines_of(profile).values()
    limits: list[Limit] = [limit for line in lines for limit in line.limits]
    sources = [
        it.source for it in (*lines, *limits, *profile.windows, *([profile.postback] if profile.postback else []))
    ]
    assert [it for it in sources if not re.match(r"(given: HORISEN 6\.[123]|vendor: |inferred: )", it)] == []


def test_the_library_declares_the_nine_channels_and_states_every_kind_of_each() -> None:
    blocks = standard_blocks(LIBRARY)
    assert tuple(block.name.text for block in blocks) == CHANNELS == tuple(standard())
    for block in blocks:
        stated = [line.kind.text for line in block.lines if isinstance(line, tree.Carries)]
        assert stated == [*MESSAGE_KINDS, *BUTTON_KINDS]


@pytest.mark.parametrize("name", [LIBRARY, *STANDARDS.values()])
def test_a_file_of_the_library_is_a_program_without_mistakes(name: str) -> None:
    assert compile_rules({"a.rules": shipped_text(name)}).diagnostics == ()


def test_what_nobody_touched_is_standard() -> None:
    assert lower_channels(()) == tuple(standard().values())
    assert all(profile.standard and not profile.strict for profile in standard().values())
