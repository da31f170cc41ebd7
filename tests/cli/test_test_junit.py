"""`pointsman test --junit FILE`: results as CI systems read them."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner, Result

from pointsman.cli.test import command

POLICY = """component Bot is bot
start with Bot
policy greeting on message from customer
rule "greets" when text is "hello" then reply "Hello!"

test "greets who greets"
  customer says "hello"
  expect reply "Hi!"

test "greets nobody else"
  customer says "goodbye"
  expect no rule
"""


def run(*arguments: object) -> Result:
    return CliRunner().invoke(command, [str(argument) for argument in arguments])


@pytest.fixture
def report(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "shop").mkdir()
    (tmp_path / "shop/policy.rules").write_text(POLICY)
    return tmp_path / "report.xml"


def parsed(report: Path) -> ET.Element:
    return ET.parse(report).getroot()  # noqa: S314  # our own


def counts(element: ET.Element) -> dict[str, str | None]:
    return {name: element.get(name) for name in ("tests", "failures", "errors")}


def test_each_test_is_a_case_of_its_programs_suite(report: Path) -> None:
    assert run("shop", "--junit", report).exit_code == 1
    root = parsed(report)
    [suite] = root
    assert (root.tag, suite.tag, suite.get("name")) == ("testsuites", "testsuite", "shop")
    assert counts(root) == counts(suite) == {"tests": "2", "failures": "1", "errors": "0"}
    assert [(it.tag, it.get("name"), it.get("classname"), it.get("file"), it.get("line"), len(it)) for it in suite] == [
        ("testcase", "greets who greets", "shop/policy.rules", "shop/policy.rules", "6", 1),
        ("testcase", "greets nobody else", "shop/policy.rules", "shop/policy.rules", "10", 0),
    ]
    assert all(float(it.get("time", "no")) >= 0 for it in (root, suite, *suite))


def test_a_failure_holds_what_was_expected_and_the_transcript(report: Path) -> None:
    shown = run("shop", "--junit", report).output
    [failure] = parsed(report).iter("failure")
    assert failure.get("message") == 'expected reply "Hi!"'
    assert failure.text is not None
    assert failure.text.splitlines()[:2] == [
        "FAILED greets who greets (shop/policy.rules:6)",
        '  customer says "hello"',
    ]
    assert failure.text in shown


def test_a_program_with_errors_is_an_error_beside_those_that_ran(report: Path) -> None:
    (report.parent / "wrong.rules").write_text(POLICY.replace("start with Bot", "start with Bto"))
    assert run("wrong.rules", "shop", "--junit", report).exit_code == 1
    root = parsed(report)
    assert counts(root) == {"tests": "3", "failures": "1", "errors": "1"}
    assert [suite.get("name") for suite in root] == ["wrong.rules", "shop"]
    [error] = root.iter("error")
    assert error.get("message") == "1 error"
    assert error.text is not None
    assert "error[unknown-name]" in error.text


def test_characters_that_xml_cannot_hold_are_shown_instead(report: Path) -> None:
    text = POLICY.replace('"hello"', '"h\\u{1}<&>\\u{FFFE}\\u{85}o"').replace('"greets who', '"\\u{0}]]> who')
    (report.parent / "shop/policy.rules").write_text(text)
    run("shop", "--junit", report)
    [case] = [it for it in parsed(report).iter("testcase") if len(it)]
    assert case.get("name") == "␀]]> who greets"
    assert case[0].text is not None
    assert 'customer says "h\\u{1}<&>\N{REPLACEMENT CHARACTER}\\u{85}o"' in case[0].text


def test_a_report_replaces_the_one_before_it_in_one_step(report: Path) -> None:
    report.write_text("old")
    run("shop", "--junit", report)
    assert report.read_bytes().startswith(b"<?xml version='1.0' encoding='utf-8'?>\n<testsuites ")
    assert sorted(path.name for path in report.parent.iterdir()) == ["report.xml", "shop"]


def test_a_file_that_cannot_be_written_is_said_and_nothing_is_left(report: Path) -> None:
    result = run("shop", "--junit", "nowhere/report.xml")
    assert result.exit_code == 1
    assert "nowhere/report.xml cannot be written: No such file or directory" in result.output
