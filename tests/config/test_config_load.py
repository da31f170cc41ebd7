"""A good configuration: its values, its secrets, what is looked up in it, and how it is shown."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from config_samples import ENV, GOOD
from hypothesis import given
from hypothesis import strategies as st

from pointsman import limits
from pointsman.config import Config, effective, load, parse
from pointsman.config.places import Places
from pointsman.config.values import duration_ms, duration_text
from pointsman.protocols.settings import Secret

BASE = Path("/srv/pointsman")


@pytest.fixture
def config() -> Config:
    return parse(GOOD, BASE, ENV)


def test_every_value_is_read(config: Config) -> None:
    assert (config.server.listen, config.server.admin_listen, config.server.workers) == (
        "127.0.0.1:8080",
        "127.0.0.1:8081",
        1,
    )
    assert config.ledger.retention == 30 * 24 * 3_600_000
    assert config.accounts["shop"].senders == {"Shop": "+31100000000"}
    assert config.channels["gateway"].carries == ("WhatsApp", "SMS", "RCS")
    bot = config.components["CmBot"]
    assert (bot.protocol, bot.account, bot.copies, bot.timeout) == ("cm", "shop", False, 10_000)
    assert config.components["Desk"].handover_url is None
    assert config.components["Desk"].copies is None


def test_paths_are_relative_to_the_file(config: Config, tmp_path: Path) -> None:
    assert (config.rules, config.ledger_path) == (BASE / "policy.rules", BASE / "pointsman.db")
    (tmp_path / "pointsman.toml").write_text(GOOD)
    assert load(tmp_path / "pointsman.toml", ENV).rules == tmp_path / "policy.rules"
    absolute = GOOD.replace('"policy.rules"', '"/etc/rules"').replace("sqlite:pointsman.db", "sqlite:/var/x.db")
    assert parse(absolute, BASE, ENV).rules == Path("/etc/rules")
    assert parse(absolute, BASE, ENV).ledger_path == Path("/var/x.db")


def test_only_rules_are_required() -> None:
    least = parse('rules = "policy.rules"', BASE, {})
    assert (least.server.listen, least.server.workers, least.server.admin_token) == ("127.0.0.1:8080", 1, None)
    assert (least.ledger.url, duration_text(least.ledger.retention)) == ("sqlite:pointsman.db", "30d")
    assert (least.accounts, least.channels, least.components) == ({}, {}, {})


def test_ids_are_one_in_any_spelling() -> None:
    config = parse(GOOD.replace("e17acdef-c918-423d-a01b-1000cd084f6a", "E17ACDEFC918423DA01B1000CD084F6A"), BASE, ENV)
    assert config.accounts["shop"].id == "e17acdef-c918-423d-a01b-1000cd084f6a"
    assert config.account_by_id("E17ACDEF-C918-423D-A01B-1000CD084F6A") == "shop"
    assert config.account_by_id("e17acdef-c918-423d-a01b-1000cd084f6b") is None


def test_a_token_proves_its_component_and_each_of_a_list_does_while_rotating(tmp_path: Path) -> None:
    (tmp_path / "old-token").write_text("value-of-old\n")
    config = parse(GOOD.replace('"env:BOT_TOKEN"', '["env:NEW_BOT_TOKEN", "file:old-token"]'), tmp_path, ENV)
    assert config.component_by_token("value-of-new-bot") == "CmBot"
    assert config.component_by_token("value-of-old") == "CmBot"
    assert config.component_by_token("value-of-desk") == "Desk"
    for wrong in ("", "value-of-bot", "value-of-gateway", "value-of-desk\n", "\udc00", "env:NEW_BOT_TOKEN"):
        assert config.component_by_token(wrong) is None


def test_secrets_are_read_again_at_each_load(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("first")
    text = GOOD.replace("env:BOT_TOKEN", "file:token")
    before = parse(text, tmp_path, ENV)
    (tmp_path / "token").write_text("second")
    after = parse(text, tmp_path, ENV)
    assert (before.component_by_token("first"), after.component_by_token("first")) == ("CmBot", None)
    assert after.component_by_token("second") == "CmBot"
    assert before != after
    assert after == parse(text, tmp_path, ENV)


def test_no_text_of_a_configuration_holds_a_value_of_a_secret(config: Config) -> None:
    shown = effective(config) + repr(config) + str(config)
    assert not [value for value in ENV.values() if value and value in shown]
    assert "Secret(env:BOT_TOKEN)" in repr(config)


def test_a_secret_is_itself_only() -> None:
    one = Secret(("a", "b"), ("env:A", "env:B"))
    assert one.value == "a"
    assert (one.matches("a"), one.matches("b"), one.matches("ab"), one.matches("")) == (True, True, False, False)
    assert one.shares_value_with(Secret(("x", "b"), ("env:X", "env:Y")))
    assert not one.shares_value_with(Secret(("x",), ("env:A",)))
    assert one == Secret(("a", "b"), ("env:A", "env:B"))
    assert one != Secret(("a", "c"), ("env:A", "env:B"))


def test_the_effective_configuration_is_toml_with_defaults_and_without_secrets(config: Config) -> None:
    shown = tomllib.loads(effective(config))
    assert shown["rules"] == "/srv/pointsman/policy.rules"
    assert shown["ledger"] == {"url": "sqlite:/srv/pointsman/pointsman.db", "retention": "30d"}
    assert shown["components"]["CmBot"]["token"] == "env:BOT_TOKEN (set)"
    assert shown["components"]["Desk"]["timeout"] == "10s"
    assert shown["channels"]["gateway"]["default"] is False


@pytest.mark.parametrize(
    ("sender", "channel", "business"),
    [
        ("Shop", "WhatsApp", "+31100000000"),
        ("0031100000000", "SMS", "+31100000000"),
        ("31100000000", "SMS", "+31100000000"),
        ("Stranger", "SMS", None),
        ("", "SMS", None),
    ],
)
def test_a_sender_stands_for_the_business_by_name_or_address(
    config: Config, sender: str, channel: str, business: str | None
) -> None:
    assert config.accounts["shop"].business(sender, channel) == business


@given(st.integers(1, limits.TIMER_MS_MAX // 1000).map(lambda seconds: seconds * 1000))
def test_a_duration_is_read_as_it_is_written(ms: int) -> None:
    assert duration_ms(duration_text(ms)) == ms


@pytest.mark.parametrize(
    ("text", "ms"), [("10s", 10_000), ("1h30m", 5_400_000), ("30d", 2_592_000_000), ("90m", 5_400_000)]
)
def test_durations_are_written_as_in_rules(text: str, ms: int) -> None:
    assert duration_ms(text) == ms


PLACED = '''\
# a comment
top = 1

[one.two]            # a table
key = "value"
dotted.inner = 2
"quoted key" = 3
'literal' = """
[not.a.table]
fake = 1
"""
after = 4
inline = { deep = 5 }

["with space".x]
  indented = true
'''


@pytest.mark.parametrize(
    ("path", "line"),
    [
        (("top",), 2),
        (("one", "two"), 4),
        (("one", "two", "key"), 5),
        (("one", "two", "dotted", "inner"), 6),
        (("one", "two", "quoted key"), 7),
        (("one", "two", "literal"), 8),
        (("one", "two", "after"), 12),
        (("one", "two", "inline", "deep"), 13),
        (("one", "two", "missing"), 4),
        (("with space", "x", "indented"), 16),
        (("not", "a", "table"), None),
        (("one", "two", "fake"), 4),
    ],
)
def test_a_key_is_placed_on_its_line_or_on_that_of_what_holds_it(path: tuple[str, ...], line: int | None) -> None:
    assert Places(PLACED).line(path) == line


@given(st.text(max_size=200))
def test_any_text_can_be_searched_for_places(text: str) -> None:
    line = Places(text).line(("x",))
    assert line is None or 1 <= line <= len(text.splitlines())
