"""A build's outcomes: what passes, what fails and how it says so, and which files it depends on."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from house import CONFIG, ENV, RULES

from pointsman.server.build import build
from pointsman.server.reload import Built, Failed

TEST = """
test "somebody speaks"
  customer says "hello"
  expect CmBot is {state}
"""
OVERLAP = """
policy shared unique on message from customer
rule "by text message" when channel is SMS then tag "phone"
rule "a file" when message is not text then tag "file"
"""
CIRCLE = """
downgrade picture to file
downgrade file to picture
"""


def written(folder: Path, rules: str = RULES, config: str = CONFIG) -> Path:
    (folder / "policy.rules").write_text(rules, encoding="utf-8")
    path = folder / "pointsman.toml"
    path.write_text(config, encoding="utf-8")
    return path


def test_the_same_files_give_the_same_generation(tmp_path: Path) -> None:
    path = written(tmp_path, RULES + TEST.format(state="enabled"))
    first, second = build(path, ENV, 1), build(path, ENV, 2)
    assert isinstance(first, Built)
    assert first == second
    assert first.config == CONFIG
    assert set(first.watched.files) == {str(path), str(tmp_path / "policy.rules")}
    assert first.watched.folders == (str(tmp_path / "policy.rules"),), "it may come back as a folder"


@pytest.mark.parametrize(
    ("rules", "config", "slug", "words"),
    [
        ("rule", CONFIG, "syntax", "policy.rules:1"),
        (RULES.replace("start with CmBot", "start with CmBto"), CONFIG, "unknown-name", "CmBot"),
        (RULES + TEST.format(state="disabled"), CONFIG, "test-failed", "somebody speaks"),
        (RULES + OVERLAP, CONFIG, "overlapping-rules", "expect rule"),
        (RULES + CIRCLE, CONFIG, "no-rendering", "expect withheld"),
        (RULES, CONFIG.replace("[components.Desk]", "[components.Desl]"), "configuration", "Desk"),
        (RULES, CONFIG.replace("env:BOT", "env:NOT_SET"), "configuration", "NOT_SET"),
        (RULES, "rules =", "configuration", "not TOML"),
    ],
)
def test_what_is_wrong_is_said_in_text_and_as_reports(
    tmp_path: Path, rules: str, config: str, slug: str, words: str
) -> None:
    outcome = build(written(tmp_path, rules, config), ENV, 7)
    assert isinstance(outcome, Failed)
    assert slug in {report["slug"] for report in outcome.diagnostics}
    assert words in outcome.text
    assert outcome.summary
    assert outcome.at == 7
    assert str(tmp_path / "pointsman.toml") in outcome.watched.files


def test_what_is_proved_and_does_not_block_is_in_the_text(tmp_path: Path) -> None:
    outcome = build(
        written(tmp_path, RULES + OVERLAP.replace("unique", "").replace("message is not text", "channel is SMS")),
        ENV,
        1,
    )
    assert isinstance(outcome, Built)
    assert "unreachable-rule" in outcome.warnings
    assert "customer says" in outcome.warnings


def test_only_what_connections_carry_has_to_have_a_rendering(tmp_path: Path) -> None:
    config = re.sub(r"carries = .*", 'carries = ["Web Push"]', CONFIG).replace("carries", "default = true\ncarries", 1)
    assert isinstance(build(written(tmp_path, RULES + CIRCLE), ENV, 1), Failed)
    assert isinstance(build(written(tmp_path, RULES + CIRCLE, config), ENV, 1), Built), "it has pictures of any size"


@pytest.mark.parametrize(
    "line", ['list vips from "vips.txt"', 'use "more.rules"', 'use "more.rules"\nlist vips from "vips.txt"']
)
def test_a_file_that_is_missing_is_watched_for(tmp_path: Path, line: str) -> None:
    outcome = build(written(tmp_path, f"{line}\n{RULES}"), ENV, 1)
    assert isinstance(outcome, Failed)
    for name in ("vips.txt", "more.rules"):
        assert (str(tmp_path / name) in outcome.watched.files) == (name in line)


def test_a_folder_of_rules_is_watched_as_a_folder(tmp_path: Path) -> None:
    path = written(tmp_path, config=CONFIG.replace('"policy.rules"', '"rules"'))
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "a.rules").write_text(RULES, encoding="utf-8")
    outcome = build(path, ENV, 1)
    assert outcome.watched.folders == (str(tmp_path / "rules"),)


@pytest.mark.parametrize("config", ["", "[components.CmBot]\ncolour = 1\n", "colour = 1\n"])
def test_rules_that_are_gone_and_secrets_that_are_gone_are_watched_for(tmp_path: Path, config: str) -> None:
    """`config` is what else is wrong."""
    config = CONFIG.replace("[components.CmBot]\n", config) if "CmBot" in config else config + CONFIG
    path = written(tmp_path, config=config.replace("env:BOT", "file:secrets/bot").replace("policy.rules", "gone"))
    outcome = build(path, ENV, 1)
    assert isinstance(outcome, Failed)
    assert {str(path), str(tmp_path / "gone"), str(tmp_path / "secrets" / "bot")} <= set(outcome.watched.files)
    assert outcome.watched.folders == (str(tmp_path / "gone"),)


@pytest.mark.parametrize("value", [None, "", "desk"])
def test_a_secret_that_does_not_do_is_watched_until_it_does(tmp_path: Path, value: str | None) -> None:
    """Gone, empty, or equal to another."""
    path = written(tmp_path, config=CONFIG.replace("env:BOT", "file:bot.token"))
    secret = tmp_path / "bot.token"
    if value is not None:
        secret.write_text(value, encoding="utf-8")
    outcome = build(path, ENV, 1)
    assert isinstance(outcome, Failed)
    assert str(secret) in outcome.watched.files
    secret.write_text("its own", encoding="utf-8")
    assert isinstance(build(path, ENV, 2), Built)


def test_a_secret_in_a_file_is_watched_and_its_value_tells_builds_apart(tmp_path: Path) -> None:
    path = written(tmp_path, config=CONFIG.replace("env:BOT", "file:bot.token"))
    secret = tmp_path / "bot.token"
    outcomes = []
    for value in ("one", "two"):
        secret.write_text(value, encoding="utf-8")
        outcome = build(path, ENV, 1)
        assert isinstance(outcome, Built)
        assert str(secret) in outcome.watched.files
        outcomes.append(outcome)
    assert outcomes[0].hash == outcomes[1].hash
    assert outcomes[0].secrets != outcomes[1].secrets


def test_a_secret_in_a_table_is_one_too(tmp_path: Path) -> None:
    speaks_cm, speaks_twoway = (
        'protocol = "cm"\naccount = "shop"\ntoken = "env:DESK"',
        'protocol = "twoway"\naccount = "shop"\nadapter = "a"\nheaders = { key = "env:KEY" }\ntoken = "env:DESK"',
    )
    path = written(tmp_path, config=CONFIG.replace(speaks_cm, speaks_twoway))
    outcomes = [build(path, ENV | {"KEY": value}, 1) for value in ("one", "two", "two")]
    digests = [outcome.secrets for outcome in outcomes if isinstance(outcome, Built)]
    assert digests[0] != digests[1] == digests[2]
