"""`pointsman test FILE.md`: sections run, faults are told by the lines of the page, expectations are written anew."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner, Result

from pointsman.cli.test import command

PAGE = """# Greetings

```rules name="cast.rules"
component Bot is bot
start with Bot
```

## Who greets is greeted

```rules
policy greeting on message from customer
rule "greets" when text is "hello" then reply "Hello!"
test "greeted"
  customer says "hello"
  expect reply "Hello!"
```

```transcript
test "greeted"
  customer says "hello"
    rule "greets"
    reply "Hello!"
    Bot gets the customer's message
```

## A list that nobody uses

```rules
list words = "hello"
```

```diagnostics
warning[unused-list]: nothing uses the list `words`
 --> policy.rules:1:6
  |
1 | list words = "hello"
  |      ^^^^^
  = help: remove it, or use it in a condition: `text mentions any words`
```
"""


def run(*arguments: object) -> Result:
    return CliRunner().invoke(command, [str(argument) for argument in arguments])


@pytest.fixture
def page(tmp_path: Path) -> Path:
    path = tmp_path / "greeting.md"
    path.write_text(PAGE)
    return path


def test_each_section_is_one_test(page: Path) -> None:
    result = run(page)
    assert (result.exit_code, result.output) == (0, "2 passed, 0 failed\n")


def test_sections_are_chosen_by_title_and_by_the_names_of_their_tests(page: Path) -> None:
    assert run(page, "-k", "NOBODY USES").output == "1 passed, 0 failed\n"
    assert run(page, "-k", "greeted").output == "1 passed, 0 failed\n"
    assert run(page, "-k", "elephant").exit_code == 2


def test_a_failing_test_is_told_by_the_lines_of_the_page(page: Path) -> None:
    page.write_text(PAGE.replace('expect reply "Hello!"', 'expect reply "Hi!"'))
    result = run(page)
    assert result.exit_code == 1
    lines = result.output.splitlines()
    assert lines[0] == f"FAILED Who greets is greeted ({page}:8)"
    assert f"  FAILED greeted ({page}:13)" in lines
    assert f'    expected   reply "Hi!" ({page}:15)' in lines
    assert f'    decided by rule "greets" ({page}:12)' in lines
    assert lines[-1] == "1 passed, 1 failed"


def test_what_is_not_as_the_page_says_is_told_as_a_difference(page: Path) -> None:
    page.write_text(PAGE.replace('    reply "Hello!"\n', '    reply "Hi!"\n'))
    lines = run(page).output.splitlines()
    assert lines[:2] == [
        f"FAILED Who greets is greeted ({page}:8)",
        f"  {page}:18: what `transcript` says is not what happens",
    ]
    assert '    -    reply "Hi!"' in lines
    assert '    +    reply "Hello!"' in lines


def test_an_error_in_rules_is_told_at_its_line_of_the_page(page: Path) -> None:
    page.write_text(PAGE.replace("when text is", "when tekst is"))
    result = run(page)
    assert result.exit_code == 1
    assert f"--> {page}:12:20" in result.output
    assert '12 | rule "greets" when tekst is "hello"' in result.output


def test_update_writes_expectations_anew_and_nothing_else(page: Path) -> None:
    page.write_text(PAGE.replace('    reply "Hello!"\n', "").replace("unused-list", "used-list"))
    result = run(page, "--update")
    assert (result.exit_code, result.output) == (0, "2 passed, 0 failed\n")
    assert page.read_text() == PAGE


def test_update_does_not_make_a_failing_test_pass(page: Path) -> None:
    page.write_text(PAGE.replace('expect reply "Hello!"', 'expect reply "Hi!"'))
    assert run(page, "--update").exit_code == 1


def test_update_is_for_pages(tmp_path: Path) -> None:
    (tmp_path / "a.rules").write_text("")
    result = run(tmp_path, "--update")
    assert result.exit_code == 2
    assert "name a FILE.md" in result.output


def test_a_page_may_use_the_rules_beside_it_and_below_it(tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "greeting.rules").write_text(
        'use "words.rules"\npolicy p on message from customer\nrule "hi" when text in words then reply "Hi!"\n'
    )
    (tmp_path / "rules" / "words.rules").write_text('list words from "words.txt"')
    (tmp_path / "rules" / "words.txt").write_text("hello\n")
    page = tmp_path / "page.md"
    test = 'test "hi"\n  customer says "hello"\n  expect {}\n'
    text = f'# The real rules\n\n```rules\nuse "rules/greeting.rules"\n{test}```\n'
    page.write_text(text.format('rule "hi"'))
    assert run(page).output == "1 passed, 0 failed\n"
    page.write_text(text.format("no rule"))
    assert f'decided by rule "hi" ({tmp_path}/rules/greeting.rules:3)' in run(page).output
    (tmp_path / "rules" / "greeting.rules").write_text("polcy p on message from customer")
    assert f"--> {tmp_path}/rules/greeting.rules:1:1" in run(page).output


def test_an_error_in_the_opening_of_a_page_is_told_once(page: Path) -> None:
    page.write_text(PAGE.replace("component Bot is bot", "component Bot is bott"))
    output = run(page).output
    assert output.count("error[") == 1
    assert output.count("not run: the rules that the page opens with have an error") == 2


def test_tests_in_the_opening_of_a_page_are_run_once(page: Path) -> None:
    page.write_text(PAGE.replace("start with Bot", 'start with Bot\ntest "x"\n  customer says "x"\n  expect no rule'))
    assert run(page, "-k", "Greetings").output == "1 passed, 0 failed\n"
    assert run(page).output == "3 passed, 0 failed\n"


def test_a_page_leaves_its_folder_no_more_than_rules_do(tmp_path: Path) -> None:
    (tmp_path / "secret.rules").write_text('list a = "a"')
    (tmp_path / "pages").mkdir()
    page = tmp_path / "pages" / "page.md"
    page.write_text('# x\n\n```rules\nuse "../secret.rules"\n```\n')
    result = run(page)
    assert result.exit_code == 1
    assert "error[outside-root]" in result.output


def test_a_page_with_a_block_that_cannot_be_run_is_not_run(page: Path) -> None:
    page.write_text(PAGE.replace("```transcript", "```transcirpt"))
    result = run(page, "--update")
    assert result.exit_code == 1
    assert f"--> {page}:18:1" in result.stderr
    assert "did you mean `transcript`?" in result.stderr
    assert "1 program with errors not run" in result.stdout
    assert page.read_text() == PAGE.replace("```transcript", "```transcirpt")


def test_a_page_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    result = run(tmp_path / "missing.md")
    assert result.exit_code == 1
    assert "error[unreadable-file]" in result.stderr


def test_sections_are_told_to_ci(page: Path) -> None:
    page.write_text(PAGE.replace('    reply "Hello!"\n', '    reply "Hi!"\n'))
    report = page.with_name("report.xml")
    run(page, "--junit", report)
    root = ET.parse(report).getroot()  # noqa: S314  # written by the line before
    assert (root.get("tests"), root.get("failures")) == ("2", "1")
    case = root.find("testsuite/testcase[@name='Who greets is greeted']")
    assert case is not None
    assert (case.get("file"), case.get("line")) == (str(page), "8")
    assert "what `transcript` says" in (case.findtext("failure") or "")
