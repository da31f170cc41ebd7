from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pointsman.cli.test import command

POLICY = """component Bot is bot
start with Bot
policy greeting on message from customer
rule "greets" when text is "hello" then reply "Hello!"

test "greets who greets"
  customer says "hello"
  expect reply "Hello!"

test "greets nobody else"
  customer says "goodbye"
  expect no rule
"""
WRONG = POLICY.replace('expect reply "Hello!"', 'expect reply "Hi!"')


def run(*arguments: object) -> Result:
    return CliRunner().invoke(command, [str(argument) for argument in arguments])


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "policy.rules"


def test_counts_what_passes(file: Path) -> None:
    file.write_text(POLICY)
    result = run(file)
    assert (result.exit_code, result.output) == (0, "2 passed, 0 failed\n")


def test_a_failure_shows_the_transcript_the_expectation_what_happened_and_the_rule_that_decided(file: Path) -> None:
    file.write_text(WRONG)
    result = run(file)
    assert result.exit_code == 1
    assert result.output.splitlines() == [
        f"FAILED greets who greets ({file}:6)",
        '  customer says "hello"',
        '    rule "greets"',
        '    reply "Hello!"',
        "    Bot gets the customer's message",
        f'  expected   reply "Hi!" ({file}:8)',
        '  difference expected "Hi!"',
        '             got      "Hello!"',
        "                        ^",
        '  happened   rule "greets"',
        '             reply "Hello!"',
        "             Bot gets the customer's message",
        f'  decided by rule "greets" ({file}:4)',
        "",
        "1 passed, 1 failed",
    ]


def test_selects_by_words_of_the_name_in_any_case(file: Path) -> None:
    file.write_text(WRONG)
    result = run(file, "-k", "NOBODY")
    assert (result.exit_code, result.output) == (0, "1 passed, 0 failed\n")


def test_a_selection_that_fits_no_test_is_a_mistake(file: Path) -> None:
    file.write_text(POLICY)
    result = run(file, "-k", "greats")
    assert result.exit_code == 2
    assert "no test's name contains `greats`" in result.output


def test_a_program_with_errors_is_reported_and_the_others_are_run(tmp_path: Path) -> None:
    (tmp_path / "a.rules").write_text(POLICY.replace("start with Bot", "start with Bto"))
    (tmp_path / "b.rules").write_text(POLICY)
    result = run(tmp_path / "a.rules", tmp_path / "b.rules")
    assert result.exit_code == 1
    assert "error[unknown-name]" in result.stderr
    assert result.stdout == "2 passed, 0 failed, 1 program with errors not run\n"


def test_a_program_without_tests_is_said_to_have_none(file: Path) -> None:
    file.write_text(POLICY.split("test")[0])
    result = run(file)
    assert result.exit_code == 0
    assert "there are no tests" in result.output
