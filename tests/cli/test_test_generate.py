"""`pointsman test --generate`: tests on standard output, everything else on standard error."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pointsman.cli import fmt
from pointsman.cli.test import command

POLICY = """component Bot is bot

start with Bot

policy greeting on message from customer

rule "greets"
  when text is "hello"
  then reply "Hello!"

rule "greets again"
  when text is "hello"
  then reply "Hello, hello!"

test "greets nobody else"
  customer says "goodbye"
  expect no rule
"""


def run(*arguments: object) -> Result:
    return CliRunner().invoke(command, [str(argument) for argument in arguments])


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "policy.rules").write_text(POLICY)
    return tmp_path / "policy.rules"


def test_tests_go_to_standard_output_and_all_else_to_standard_error(file: Path) -> None:
    result = run(file.name, "--generate")
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "",
        'test "greets"',
        '  customer says "hello"',
        '  expect rule "greets"',
        '  expect reply "Hello!"',
    ]
    assert result.stderr.splitlines() == [
        "policy.rules:11:1: no test in which the rule `greets again` fires: `greets` takes every such event",
        'policy.rules:12:8: no test in which `text is "hello"` is true: `greets` takes every such event',
        "policy.rules: 1 test proposed; rules 0 -> 1 of 2, sides of tests 2 -> 3 of 4",
        "1 passed, 0 failed",
    ]


def test_what_is_printed_may_be_appended(file: Path) -> None:
    file.write_text(POLICY + run(file, "--generate").stdout)
    assert run(file).output == "2 passed, 0 failed\n"
    assert CliRunner().invoke(fmt.command, ["--check", str(file)]).exit_code == 0
    assert run(file, "--generate").stdout == ""


def test_failures_errors_and_coverage_leave_standard_output_alone(file: Path) -> None:
    file.write_text(POLICY.replace("expect no rule", 'expect rule "greets"'))
    (file.parent / "wrong.rules").write_text(POLICY.replace("start with Bot", "start with Bto"))
    result = run(file, "wrong.rules", "--generate", "--coverage", "--source", "--minimum", "100")
    assert result.exit_code == 1
    assert result.stdout.startswith('\ntest "greets"\n')
    assert "FAILED" not in result.stdout
    assert "coverage" not in result.stdout
    assert {"FAILED", "unknown-name", "coverage"} <= {
        word for word in ("FAILED", "unknown-name", "coverage") if word in result.stderr
    }


def test_a_page_has_no_part_in_it(file: Path) -> None:
    page = file.parent / "page.md"
    page.write_text(f"# Greeting\n\n```rules\n{POLICY}```\n")
    assert run(page, "--generate").stdout == ""


def test_a_program_without_tests_has_none_that_words_could_name(file: Path) -> None:
    file.write_text(POLICY[: POLICY.index("test ")])
    result = run(file, "-k", "anything", "--generate")
    assert result.exit_code == 0
    assert result.stdout.startswith('\ntest "greets"\n')
    assert run(file, "-k", "anything").exit_code == 2


def test_words_that_name_none_of_the_tests_are_a_usage_error(file: Path) -> None:
    result = run(file, "-k", "greats", "--generate")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "no test's name contains `greats`" in result.stderr
