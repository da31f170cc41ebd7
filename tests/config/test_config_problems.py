"""Each mistake in `pointsman.toml` is reported with its place, its cause and what to write instead."""

from __future__ import annotations

from pathlib import Path

import pytest
from config_samples import ENV, GOOD
from syrupy.assertion import SnapshotAssertion

from pointsman import limits
from pointsman.config import ConfigError, load, parse

SECOND_CONNECTION = """
[channels.second]
protocol = "cm"
account = "shop"
carries = ["SMS"]
secret = "env:SECOND_SECRET"
send_url = "https://gw.example/v1.0/message"
product_token = "env:CM_PRODUCT_TOKEN"
"""
SECOND_ACCOUNT = """
[accounts.other]
id = "E17ACDEF-C918-423D-A01B-1000CD084F6A"
"""

# name: (text to replace, replacement); several pairs where a mistake takes several changes
MISTAKES: dict[str, tuple[tuple[str, str], ...]] = {
    "not toml": (("workers = 1", "workers = "),),
    "a string that never ends": (('rules = "policy.rules"', 'rules = "policy.rules'),),
    "a table twice": (("[ledger]", "[server]"),),
    "a table within a table twice": (("[components.Desk]", "[components.CmBot]"),),
    "no rules": (('rules = "policy.rules"\n', ""),),
    "rules of another kind": (('"policy.rules"', "3"),),
    "an unknown section": (("[ledger]", "[ledgers]"),),
    "an unknown key near a known one": (("handover_url =", "handover_ulr ="),),
    "an unknown key near nothing": (("copies = false", "colour = 1"),),
    "a missing key": (('message_url = "http://127.0.0.1:9101/messages"\n', ""),),
    "a plain secret": (('"env:BOT_TOKEN"', '"s3cr3t-in-plain-text"'),),
    "a secret that is a number": (('"env:BOT_TOKEN"', "12345678"),),
    "an unset variable": (("env:BOT_TOKEN", "env:BOT_TOKEM"),),
    "an empty variable": (("env:BOT_TOKEN", "env:EMPTY"),),
    "a secret after env": (("env:BOT_TOKEN", "env:s3cr3t-in-plain-text"),),
    "an unknown table of tables": (("[accounts.shop]", "[accountz.shop]"),),
    "no file": (("env:BOT_TOKEN", "file:"),),
    "a missing file": (("env:BOT_TOKEN", "file:no-such-file"),),
    "an empty list of tokens": (('"env:BOT_TOKEN"', "[]"),),
    "one wrong token of a list": (('"env:BOT_TOKEN"', '["env:BOT_TOKEN", "env:BOT_TOKEM"]'),),
    "equal tokens": (("env:BOT_TOKEN", "env:DESK_TOKEN"),),
    "equal tokens across a list": (('"env:BOT_TOKEN"', '["env:BOT_TOKEN", "env:SAME_AS_GATEWAY"]'),),
    "a token equal to the admin's": (("env:BOT_TOKEN", "env:POINTSMAN_ADMIN_TOKEN"),),
    "no protocol": (('[components.CmBot]\nprotocol = "cm"\n', "[components.CmBot]\n"),),
    "an unknown protocol": (('[components.CmBot]\nprotocol = "cm"', '[components.CmBot]\nprotocol = "telepathy"'),),
    "a protocol nearly right": (('[channels.gateway]\nprotocol = "cm"', '[channels.gateway]\nprotocol = "CM"'),),
    "an unknown account": (
        (
            '[components.CmBot]\nprotocol = "cm"\naccount = "shop"',
            '[components.CmBot]\nprotocol = "cm"\naccount = "shpo"',
        ),
    ),
    "an id that is no guid": (("e17acdef-c918-423d-a01b-1000cd084f6a", "shop"),),
    "two accounts of one id": (("[channels.gateway]", SECOND_ACCOUNT + "[channels.gateway]"),),
    "an empty sender": (("+31100000000", " "),),
    "a channel in another spelling": (('"WhatsApp"', '"Whatsapp"'),),
    "a channel by its vendor's name": (('"WhatsApp"', '"Facebook Messenger"'),),
    "a channel twice": (('"WhatsApp"', '"SMS"'),),
    "no channel": (('["WhatsApp", "SMS", "RCS"]', "[]"),),
    "channels of another kind": (('["WhatsApp", "SMS", "RCS"]', '"WhatsApp"'),),
    "a channel of another kind": (('"WhatsApp"', "1"),),
    "two carriers and no default": (("[components.CmBot]", SECOND_CONNECTION + "[components.CmBot]"),),
    "two carriers and two defaults": (
        ("[components.CmBot]", SECOND_CONNECTION + "default = true\n[components.CmBot]"),
        ('product_token = "env:CM_PRODUCT_TOKEN" #', 'default = true\nproduct_token = "env:CM_PRODUCT_TOKEN" #'),
    ),
    "one name for two": (("[components.Desk]", "[components.gateway]"),),
    "no scheme": (("http://127.0.0.1:9101/messages", "127.0.0.1:9101/messages"),),
    "another scheme": (("http://127.0.0.1:9101/messages", "ftp://127.0.0.1/messages"),),
    "no host": (("http://127.0.0.1:9101/messages", "http:///messages"),),
    "an impossible port": (("http://127.0.0.1:9101/messages", "http://127.0.0.1:99101/messages"),),
    "a password in an address": (
        ("http://127.0.0.1:9101/messages", "https://bot:s3cr3t-in-plain-text@bot.example/messages"),
    ),
    "a user in an address": (("http://127.0.0.1:9101/messages", "https://s3cr3t-in-plain-text@bot.example/messages"),),
    "one address for two": (("127.0.0.1:8081", "127.0.0.1:8080"),),
    "an address within another": (('"127.0.0.1:8080"', '"0.0.0.0:8081"'),),
    "an address by two names": (("127.0.0.1:8081", "localhost:8080"),),
    "no port to listen on": (('"127.0.0.1:8080"', '"127.0.0.1"'),),
    "a port too high": (('"127.0.0.1:8080"', '"127.0.0.1:80800"'),),
    "no worker": (("workers = 1", "workers = 0"),),
    "a truth for a number": (("workers = 1", "workers = true"),),
    "a text for a truth": (("copies = false", 'copies = "no"'),),
    "a number for a duration": (('timeout = "10s"', "timeout = 10"),),
    "no duration": (('timeout = "10s"', 'timeout = "soon"'),),
    "no time at all": (('timeout = "10s"', 'timeout = "0s"'),),
    "too long a duration": (('"30d"', '"400d"'),),
    "another ledger": (("sqlite:pointsman.db", "nats://host:4222"),),
    "several at once": (
        ("workers = 1", "worker = 1"),
        ("env:BOT_TOKEN", "env:BOT_TOKEM"),
        ('"WhatsApp"', '"Whatsapp"'),
        ('timeout = "10s"', 'timeout = "soon"'),
    ),
}


def broken(changes: tuple[tuple[str, str], ...]) -> str:
    text = GOOD
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def fault_of(text: str, base: Path) -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        parse(text, base, ENV)
    return caught.value


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_reported_with_place_cause_and_remedy(
    name: str, tmp_path: Path, snapshot: SnapshotAssertion
) -> None:
    assert str(fault_of(broken(MISTAKES[name]), tmp_path)) == snapshot


@pytest.mark.parametrize("name", MISTAKES)
def test_no_report_gives_a_secret_away(name: str, tmp_path: Path) -> None:
    fault = fault_of(broken(MISTAKES[name]), tmp_path)
    for secret in (*filter(None, ENV.values()), "s3cr3t-in-plain-text", "12345678"):
        assert secret not in str(fault)
        assert secret not in repr(fault.problems)


def test_several_mistakes_are_reported_at_once_each_on_its_line(tmp_path: Path) -> None:
    problems = fault_of(broken(MISTAKES["several at once"]), tmp_path).problems
    lines = {problem.path: int(problem.place.partition(":")[2]) for problem in problems}
    text = broken(MISTAKES["several at once"]).splitlines()
    assert lines.keys() == {
        "server.worker",
        "components.CmBot.token",
        "channels.gateway.carries",
        "components.CmBot.timeout",
    }
    for path, line in lines.items():
        assert text[line - 1].startswith(path.rpartition(".")[2])


def test_a_file_that_is_not_there_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"cannot be read: No such file.*\n.*pointsman init"):
        load(tmp_path / "pointsman.toml", ENV)


def test_a_file_in_another_encoding_is_refused_on_its_line(tmp_path: Path) -> None:
    path = tmp_path / "pointsman.toml"
    path.write_bytes(b'rules = "policy.rules"\n# caf\xe9\n')
    with pytest.raises(ConfigError, match=r"^pointsman\.toml:2: not UTF-8"):
        load(path, ENV)


def test_a_byte_order_mark_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "pointsman.toml"
    path.write_bytes(b"\xef\xbb\xbf" + GOOD.encode())
    assert load(path, ENV).text == GOOD


def test_a_huge_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "pointsman.toml"
    path.write_text("#" * (limits.CONFIG_BYTES_MAX + 1))
    with pytest.raises(ConfigError, match="larger than"):
        load(path, ENV)


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ('rules = "x"\nserver = 5', "server"),
        ('rules = "x"\naccounts = []', "accounts"),
        ('rules = "x"\n[channels]\ngateway = 3', "channels.gateway"),
        ('rules = "x"\n[components]\n"My Bot" = true', 'components."My Bot"'),
    ],
)
def test_what_should_be_a_table_and_is_none_is_reported_once(text: str, path: str, tmp_path: Path) -> None:
    (problem,) = fault_of(text, tmp_path).problems
    assert (problem.path, problem.cause) == (path, "expected a table")


def test_deep_nesting_is_refused(tmp_path: Path) -> None:
    assert "nested too deep" in str(fault_of("x = " + "[" * 100_000, tmp_path))


@pytest.mark.parametrize("content", [b"", b"  \n", b"\xff", b"x" * (limits.SECRET_BYTES_MAX + 1)])
def test_a_secret_file_without_a_usable_secret_is_refused(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "token").write_bytes(content)
    fault = fault_of(GOOD.replace("env:BOT_TOKEN", "file:token"), tmp_path)
    (problem,) = fault.problems
    assert problem.path == "components.CmBot.token"
    assert problem.cause.startswith("file `token` ")


@pytest.mark.parametrize(("listen", "admin"), [("0", "0"), ("127.0.0.1:80", "127.0.0.2:80"), ("[::1]:80", "[::1]:81")])
def test_two_addresses_that_do_not_overlap_are_no_mistake(listen: str, admin: str, tmp_path: Path) -> None:
    listen, admin = (text if ":" in text else f"127.0.0.1:{text}" for text in (listen, admin))
    config = parse(GOOD.replace("127.0.0.1:8080", listen).replace("127.0.0.1:8081", admin), tmp_path, ENV)
    assert (config.server.listen, config.server.admin_listen) == (listen, admin)
