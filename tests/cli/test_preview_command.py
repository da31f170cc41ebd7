"""`pointsman preview`: one message on each channel, side by side, and what it loses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from pointsman.cli.preview import command
from pointsman.language.vocabulary import CHANNELS

OWN = """channel Fax
  text 10 characters from "our contract"
channel Telex
  text 10 characters
  strict
"""
CM = {
    "messages": {
        "msg": [
            {
                "to": [{"number": "0031600000000"}],
                "body": {"content": "Fallback"},
                "richContent": {"conversation": [{"text": "One"}, {"text": "Two"}]},
            }
        ]
    }
}


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    path = tmp_path / "policy.rules"
    path.write_text(OWN)
    return path


def run(rules: Path, message: Any, *options: str) -> Result:
    text = message if isinstance(message, str) else json.dumps(message)
    return CliRunner().invoke(command, [str(rules), "--message", "-", *options], input=text)


def sections(output: str) -> dict[str, list[str]]:
    blocks = [block.splitlines() for block in output.strip().split("\n\n") if not block.startswith("  ")]
    return {head: [line.strip() for line in lines] for head, *lines in blocks}


def test_each_channel_of_the_program_is_shown(rules: Path) -> None:
    shown = run(rules, {"text": "hello"})
    assert shown.exit_code == 0
    assert sections(shown.stdout) == {name: ["hello"] for name in (*CHANNELS, "Fax", "Telex")}


def test_a_loss_is_told_with_its_limit_and_source(rules: Path) -> None:
    shown = run(rules, {"text": "hello there you"}, "--channel", "Fax")
    assert shown.stdout.splitlines() == [
        "Fax: 2 messages",
        "  hello",
        "",
        "  there you",
        "",
        "  - split text: 2 parts of at most 10 characters (our contract)",
    ]


def test_a_strict_channel_refuses_and_says_what_would_be_lost(rules: Path) -> None:
    shown = run(rules, {"text": "hello there you"}, "--channel", "Telex")
    assert shown.stdout.splitlines() == [
        "Telex: refused",
        "  strict: split text: 2 parts of at most 10 characters",
        "",
        "  - split text: 2 parts of at most 10 characters",
    ]


def test_several_messages_of_one_call_are_shown_one_after_the_other(rules: Path) -> None:
    shown = run(rules, CM, "--channel", "RCS")
    assert shown.stdout.splitlines() == ["message 1 of 2", "RCS", "  One", "message 2 of 2", "RCS", "  Two"]


def test_json_holds_messages_losses_and_refusals(rules: Path) -> None:
    shown = run(rules, {"text": "hello there you"}, "--channel", "Fax", "--channel", "Telex", "--format", "json")
    [message] = json.loads(shown.stdout)["messages"]
    fax, telex = message["channels"]
    assert [it["content"]["text"] for it in fax["messages"]] == ["hello", "there you"]
    assert fax["losses"][0]["kind"] == "split"
    assert "refused" not in fax
    assert (telex["messages"], telex["refused"]) == ([], "strict: split text: 2 parts of at most 10 characters")


@pytest.mark.parametrize(
    ("message", "first"),
    [
        ({"content": {"type": "card", "title": "One", "description": "First"}}, "[card] One"),
        ({"kind": "picture", "url": "https://e.x/1.png", "text": "A cat"}, "[picture] https://e.x/1.png"),
        ({"body": {"content": "short msg of CM"}}, "short msg of CM"),
        (
            {"richContent": {"conversation": [{"location": {"latitude": "1.5", "longitude": "2.5"}}]}},
            "[location] 1.5, 2.5",
        ),
    ],
)
def test_a_message_may_be_told_shortly_wholly_or_as_cm_has_it(rules: Path, message: Any, first: str) -> None:
    shown = run(rules, message, "--channel", "WhatsApp")
    assert shown.stdout.splitlines()[1].strip() == first


@pytest.mark.parametrize(
    ("message", "fault"),
    [
        ("{", "standard input: not JSON"),
        ("[]", "standard input: Expected `object`, got `array`"),
        ('{"texts": "hello"}', "standard input: Object contains unknown field `texts`"),
        ('{"kind": "picture"}', "standard input: url: missing; a picture has an address"),
        ('{"kind": "carousel"}', "standard input: kind: `carousel` cannot be told so shortly"),
        ("{}", "standard input: text: missing"),
        ('{"content": {"type": "hologram"}}', "standard input: content.type: Invalid value 'hologram'"),
        ('{"messages": {"msg": []}}', "standard input: messages.msg: is empty"),
        ('{"body": {"content": ""}}', "standard input: messages.msg[0]: messages.msg[0].body: content is empty"),
    ],
)
def test_a_message_that_cannot_be_read_is_told_with_the_place_and_an_example(
    rules: Path, message: str, fault: str
) -> None:
    shown = run(rules, message)
    assert shown.exit_code == 1
    assert shown.stderr.startswith(f"Error: {fault}")
    assert 'help: a message is for example {"text": "Hello"' in shown.stderr


@pytest.mark.parametrize(("mime", "kind"), [(None, "picture"), ("image/png", "picture"), ("video/mp4", "video")])
def test_the_file_of_a_card_is_shown_as_what_it_is(rules: Path, mime: str | None, kind: str) -> None:
    media = {"url": "https://e.x/1", **({"mime": mime} if mime else {})}
    shown = run(rules, {"content": {"type": "card", "title": "One", "media": media}}, "--channel", "RCS")
    assert shown.stdout.splitlines() == ["RCS", "  [card] One", f"  [{kind}] https://e.x/1"]


def test_an_unknown_channel_is_a_mistake_of_use_with_the_nearest_name(rules: Path) -> None:
    shown = run(rules, {"text": "hello"}, "--channel", "Whatsapp")
    assert shown.exit_code == 2
    assert "there is no channel `Whatsapp`; did you mean `WhatsApp`?" in shown.stderr


def test_a_program_with_errors_shows_them_instead(tmp_path: Path) -> None:
    path = tmp_path / "policy.rules"
    path.write_text("component")
    shown = run(path, {"text": "hello"})
    assert (shown.exit_code, shown.stdout) == (1, "")
    assert "error[syntax]" in shown.stderr


def test_a_file_that_is_not_there_is_told_without_a_traceback(rules: Path) -> None:
    shown = CliRunner().invoke(command, [str(rules), "--message", "nowhere.json"])
    assert shown.exit_code == 1
    assert shown.stderr == "Error: cannot read `nowhere.json`: no such file or directory\n"
