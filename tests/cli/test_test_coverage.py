"""`pointsman test --coverage`: the table, the source view, the minimum and the JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pointsman.cli.test import command
from pointsman.cli.testing.coverage import shortfalls
from pointsman.engine.coverage import Tally

POLICY = """component Bot is bot
start with Bot
policy greeting on message from customer
rule "greets"
  when text is "hello" or text is "hi"
  then reply "Hello!"
rule "parts"
  when text is "bye" and channel is SMS
  then reply "Bye!"

test "greets who greets"
  customer says "hello"
  expect reply "Hello!"

test "greets nobody else"
  customer says "goodbye"
  expect no rule
"""


def run(*arguments: object) -> Result:
    return CliRunner().invoke(command, [str(argument) for argument in arguments])


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop/policy.rules").write_text(POLICY)
    return tmp_path


@pytest.mark.usefixtures("folder")
def test_a_table_counts_by_file_policy_and_in_all() -> None:
    result = run("shop", "--coverage")
    assert result.exit_code == 0
    assert result.output.splitlines() == [
        "coverage                       rules     sides of tests",
        "shop/policy.rules        1/2  50.0 %        4/8  50.0 %",
        "  policy greeting        1/2  50.0 %        4/8  50.0 %",
        "total                    1/2  50.0 %        4/8  50.0 %",
        "",
        "2 passed, 0 failed",
    ]


@pytest.mark.usefixtures("folder")
def test_the_source_view_marks_what_was_never_seen() -> None:
    result = run("shop", "--source")
    assert result.output.splitlines()[:12] == [
        ' --> shop/policy.rules:5:27: rule "greets"',
        "  |",
        '5 |   when text is "hello" or text is "hi"',
        "  |                           ^^^^^^^^^^^^ never true",
        "",
        ' --> shop/policy.rules:7:1: rule "parts"',
        "  |",
        '7 | rule "parts"',
        "  | ^^^^^^^^^^^^ never fired",
        '8 |   when text is "bye" and channel is SMS',
        "  |        ^^^^^^^^^^^^^ never true",
        "  |                          ^^^^^^^^^^^^^^ never reached",
    ]


def test_of_a_rule_that_was_never_looked_at_only_that_it_never_fired_is_said(folder: Path) -> None:
    file = folder / "shop/policy.rules"
    file.write_text(POLICY.replace("goodbye", "hi").replace("no rule", 'rule "greets"'))
    shown = run("shop", "--source").output.split("\n\n")[1]
    assert "never fired" in shown
    assert "never reached" not in shown


@pytest.mark.usefixtures("folder")
def test_only_the_selected_tests_are_covered() -> None:
    assert "0/2   0.0 %        3/8  37.5 %" in run("shop", "--coverage", "-k", "nobody").output


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(
    ("minimum", "lines"),
    [
        ("50", []),
        (
            "50.1",
            [
                "coverage of rules is 50.0 %, 0.1 below the minimum of 50.1 %: 1 more to cover",
                "coverage of sides of tests is 50.0 %, 0.1 below the minimum of 50.1 %: 1 more to cover",
            ],
        ),
        (
            "100",
            [
                "coverage of rules is 50.0 %, 50.0 below the minimum of 100 %: 1 more to cover",
                "coverage of sides of tests is 50.0 %, 50.0 below the minimum of 100 %: 4 more to cover",
            ],
        ),
    ],
)
def test_a_minimum_holds_for_rules_and_for_sides_and_fails_the_run(minimum: str, lines: list[str]) -> None:
    result = run("shop", "--minimum", minimum)
    assert result.exit_code == bool(lines)
    assert result.output.splitlines()[-len(lines) - 1 :] == ["2 passed, 0 failed", *lines]


def test_a_hundred_per_cent_is_all_and_nothing_less() -> None:
    assert list(shortfalls(Tally(3000, 3001), 100)) == [
        "coverage of rules is 99.9 %, 0.1 below the minimum of 100 %: 1 more to cover"
    ]
    assert list(shortfalls(Tally(3001, 3001), 100)) == []


def test_a_program_without_rules_lacks_nothing(folder: Path) -> None:
    (folder / "none.rules").write_text("component Bot is bot\nstart with Bot\n")
    assert run("none.rules", "--minimum", "100").exit_code == 0


def test_json_holds_each_item_with_what_was_seen_and_what_was_not(folder: Path) -> None:
    run("shop", "--coverage-json", "coverage.json")
    found = json.loads((folder / "coverage.json").read_text())
    assert found["total"] == {"rules": 1, "rules_all": 2, "sides": 4, "sides_all": 8}
    assert [(it["sort"], it["name"], it["line"], it["seen"], it["missing"]) for it in found["items"]] == [
        ("rule", "greets", 4, ["fired"], []),
        ("test", "greets", 5, ["true", "false"], []),
        ("test", "greets", 5, ["false"], ["true"]),
        ("rule", "parts", 7, [], ["fired"]),
        ("test", "parts", 8, ["false"], ["true"]),
        ("test", "parts", 8, [], ["true", "false"]),
    ]
    assert {(it["file"], it["owner"]) for it in found["items"]} == {("shop/policy.rules", "policy greeting")}


def test_two_programs_are_counted_together(folder: Path) -> None:
    (folder / "more.rules").write_text(POLICY)
    assert run("shop", "more.rules", "--coverage").output.splitlines()[-3] == (
        "total                    2/4  50.0 %       8/16  50.0 %"
    )
