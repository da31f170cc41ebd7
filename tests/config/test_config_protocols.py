"""Sections of every protocol: read strictly, with what only the protocol can tell, and shown without their secrets."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from config_samples import ENV, GOOD

from pointsman import limits
from pointsman.config import Config, ConfigError, effective, parse
from pointsman.protocols.registry import COMPONENTS

SECRETS = (
    ENV
    | {"TWO_LINES": "hunter2\nX-Other: yes"}
    | {name: f"value-of-{name.lower()}" for name in ("ONE", "TWO", "THREE", "FOUR", "FIVE", "SIX", "SEVEN")}
)

ALL = (
    GOOD
    + """
[components.Agents]
protocol = "twoway"
account = "shop"
adapter = "7C0E"
token = "env:ONE"
message_url = "https://desk.example/messages"
event_url = "https://desk.example/events"
handover_template = '{"chat": "{{$chatId}}", "why": "{{$reason}}"}'
headers = { Authorization = "env:TWO" }
history = 5
give_up = "2m"

[components.Custom]
protocol = "horisen"
account = "shop"
message_url = "https://bot.example/webhook"
signature_key = ["env:THREE", "env:FOUR"]
signature = "hmac"
debug = true

[components.Ultimate]
protocol = "ultimate"
account = "shop"
base_url = "https://chat.example/api"
bot_id = "b1"
api_key = "env:FIVE"
token = "env:SIX"

[components.Flows]
protocol = "botpress"
account = "shop"
base_url = "https://botpress.example"
bot_id = "b2"
email = "us@shop.example"
password = "env:SEVEN"

[components.Helper]
protocol = "chat"
account = "shop"
base_url = "http://127.0.0.1:9103/v1"
model = "small"
instructions = "Answer briefly."
history = 10
history_tokens = 2_000
max_tokens = 300
max_tokens_field = "max_completion_tokens"
temperature = 0.2
"""
)


def read(text: str) -> Config:
    return parse(text, Path("/nowhere"), SECRETS)


def test_a_section_of_each_protocol_is_read() -> None:
    sections = read(ALL).components
    assert {section.protocol for section in sections.values()} == set(COMPONENTS)
    assert sections["Flows"].give_up == 60_000
    assert sections["Agents"].give_up == 120_000
    assert sections["CmBot"].give_up is None


def test_no_value_of_a_secret_is_shown_wherever_it_stands() -> None:
    shown = effective(read(ALL))
    assert "value-of" not in shown
    table = tomllib.loads(shown)["components"]
    assert table["Agents"]["headers"] == {"Authorization": "env:TWO (set)"}
    assert table["Custom"]["signature_key"] == ["env:THREE (set)", "env:FOUR (set)"]
    assert "value-of" not in repr(read(ALL))


def test_what_is_shown_can_be_read_again() -> None:
    shown = effective(read(ALL)).replace(" (set)", "")
    assert effective(read(shown)) == effective(read(ALL))


@pytest.mark.parametrize(
    ("edit", "key", "cause", "remedy"),
    [
        (("{{$chatId}}", "{{$chatID}}"), "handover_template", "unknown variable `chatID`", "did you mean `chatId`?"),
        (('\'{"chat"', '\'"chat"'), "handover_template", "makes no JSON", "write JSON"),
        (("Authorization = ", '"X Y" = '), "headers", "`X Y` is no name of a header", "leave it out"),
        (("Authorization = ", "Host = "), "headers", "`Host` is set by the router itself", "leave it out"),
        (("history = 5", f"history = {limits.HISTORY_TURNS_MAX + 1}"), "history", "expected a whole number <= 100", ""),
        (
            ("max_completion_tokens", "tokens"),
            "max_tokens_field",
            "unknown word `tokens`",
            "write one of: max_tokens, max_completion_tokens",
        ),
        (('signature = "hmac"', 'signature = "hmac-hx"'), "signature", "unknown word `hmac-hx`", "did you mean"),
        (('adapter = "7C0E"', 'adapter = "desk/1"'), "adapter", "a `/` parts an address", "write its id alone"),
        (('adapter = "7C0E"', 'adapter = ""'), "adapter", "empty", "write its value"),
        (('bot_id = "b2"', 'bot_id = ""'), "bot_id", "empty", "write its value"),
        (('"env:FIVE"', '"env:TWO_LINES"'), "api_key", "`TWO_LINES` holds more than one line", "without line breaks"),
        (("temperature = 0.2", "temperature = 3"), "temperature", "expected a number <= 2", ""),
        (('model = "small"\n', ""), "model", "missing", "add `model = …`"),
        (("debug = true", "debgu = true"), "debgu", "unknown key", "did you mean `debug`?"),
        (('password = "env:SEVEN"', 'password = "hunter2"'), "password", "a secret must not stand here", "env:NAME"),
        (('api_key = "env:FIVE"', 'api_key = "env:NONE"'), "api_key", "environment variable `NONE` is not set", ""),
    ],
)
def test_a_mistake_is_told_with_its_key_and_what_to_write(
    edit: tuple[str, str], key: str, cause: str, remedy: str
) -> None:
    assert edit[0] in ALL
    with pytest.raises(ConfigError) as caught:
        read(ALL.replace(*edit, 1))
    (problem,) = caught.value.problems
    assert problem.path.endswith(f".{key}") or f".{key}." in problem.path
    assert cause in problem.cause
    assert remedy in problem.remedy
    assert "hunter2" not in str(problem)


def problems(text: str) -> list[Any]:
    with pytest.raises(ConfigError) as caught:
        read(text)
    return list(caught.value.problems)


SECOND = """
[components.Others]
protocol = "twoway"
account = "shop"
adapter = "7c0e"
token = "env:NEW_BOT_TOKEN"
message_url = "https://other.example/messages"
"""
ELSEWHERE = """
[accounts.other]
id = "0b0a6a52-0c55-4f27-8f5f-0f6a1f0a7c12"
"""


def test_an_adapter_is_one_component_s_in_its_account() -> None:
    (problem,) = problems(ALL + SECOND)
    assert (problem.path, problem.cause) == ("components.Others.adapter", "the same adapter as `components.Agents`")
    read(ALL + ELSEWHERE + SECOND.replace('"shop"', '"other"'))
