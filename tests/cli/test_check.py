import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pointsman.cli.check import command
from pointsman.cli.init import command as init
from pointsman.cli.test import command as run_tests

GOOD = """
component Bot is bot
start with Bot
policy greeting on message from customer
rule "greets" when text is "hello" then reply "Hello!"
"""
TYPO = GOOD.replace("start with Bot", "start with Bto")
UNUSED = GOOD + 'list unused = "a"\n'


def check(*arguments: object) -> Result:
    return CliRunner().invoke(command, [str(argument) for argument in arguments])


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "policy.rules"


def test_says_that_there_are_no_mistakes(file: Path) -> None:
    file.write_text(GOOD)
    result = check(file)
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "no mistakes in 1 program, 1 rule\n")


def test_reports_a_typo_with_its_place_and_the_name_that_was_meant(file: Path) -> None:
    file.write_text(TYPO)
    result = check(file)
    assert result.exit_code == 1
    assert "error[unknown-name]" in result.stdout
    assert f"{file}:3:12" in result.stdout
    assert "did you mean `Bot`?" in result.stdout
    assert result.stderr.strip() == "1 error"


@pytest.mark.parametrize(("options", "code"), [((), 0), (("--deny", "warnings"), 1)])
def test_warnings_fail_only_when_they_are_denied(file: Path, options: tuple[str, ...], code: int) -> None:
    file.write_text(UNUSED)
    result = check(file, *options)
    assert result.exit_code == code
    assert "warning[unused-list]" in result.stdout


def test_json_is_one_array_over_all_programs_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "a.rules").write_text(TYPO)
    (tmp_path / "b.rules").write_text(UNUSED)
    result = check("--format", "json", tmp_path / "a.rules", tmp_path / "b.rules")
    assert [(row["slug"], Path(row["file"]).name) for row in json.loads(result.stdout)] == [
        ("unknown-name", "a.rules"),
        ("unused-list", "b.rules"),
    ]


def test_json_without_mistakes_is_an_empty_array(file: Path) -> None:
    file.write_text(GOOD)
    assert json.loads(check("--format", "json", file).stdout) == []


def test_github_annotations_are_one_line_each(file: Path) -> None:
    file.write_text(TYPO + 'list unused = "a"\n')
    lines = check("--format", "github", file).stdout.splitlines()
    assert [line.split(" ")[0] for line in lines] == ["::error"]
    assert f"file={file},line=3,col=12,title=unknown-name" in lines[0]


def test_each_path_is_a_program_of_its_own(tmp_path: Path) -> None:
    for name in ("a.rules", "b.rules"):
        (tmp_path / name).write_text(GOOD)
    assert check(tmp_path / "a.rules", tmp_path / "b.rules").exit_code == 0
    together = check(tmp_path)
    assert together.exit_code == 1
    assert "error[duplicate]" in together.stdout


@pytest.mark.parametrize(
    ("content", "code", "words"),
    [
        (None, 1, "no such file"),
        (b"", 0, "holds no rules; `pointsman init DIR` writes a starting point"),
        (b"\xff\xfe", 1, "is not UTF-8"),
    ],
    ids=["missing", "empty", "not UTF-8"],
)
def test_a_file_that_cannot_be_checked_is_said_to_be_so(
    file: Path, content: bytes | None, code: int, words: str
) -> None:
    if content is not None:
        file.write_bytes(content)
    result = check(file)
    assert result.exit_code == code
    assert words in result.output


def test_a_folder_without_rules_is_said_to_be_so(tmp_path: Path) -> None:
    result = check(tmp_path)
    assert result.exit_code == 1
    assert "has no file that ends in `.rules`" in result.output


def test_without_a_path_the_usage_is_shown() -> None:
    result = check()
    assert result.exit_code == 2
    assert "name a rules file or a folder, or --explain SLUG" in result.output


COVERED = GOOD + 'rule "greets again" when text is "Hello" then reply "Again!"\n'
OVERLAP = COVERED.replace("policy greeting on", "policy greeting unique on")
EXAMPLE = ['test "`greets again` does not fire even here"', '  customer says "hello"', '  expect rule "greets"']


def test_what_is_proved_comes_with_a_test_that_shows_it(file: Path) -> None:
    file.write_text(COVERED)
    result = check(file)
    assert result.exit_code == 0
    assert "warning[unreachable-rule]: the rule `greets again` can never fire" in result.stdout
    assert [line.strip() for line in result.stdout.splitlines()[-3:]] == [line.strip() for line in EXAMPLE]


def test_the_example_is_a_member_of_the_report_in_json(file: Path) -> None:
    file.write_text(COVERED)
    (row,) = json.loads(check("--format", "json", file).stdout)
    assert row["example"].splitlines() == EXAMPLE


def test_the_example_is_in_the_annotation(file: Path) -> None:
    file.write_text(COVERED)
    assert "example:%0Atest " in check("--format", "github", file).stdout


def test_the_example_runs_as_it_is_printed(file: Path) -> None:
    file.write_text(COVERED)
    (row,) = json.loads(check("--format", "json", file).stdout)
    file.write_text(COVERED + row["example"])
    result = CliRunner().invoke(run_tests, [str(file)])
    assert (result.exit_code, result.output.strip()) == (0, "1 passed, 0 failed")


def test_a_promise_that_is_not_kept_is_an_error(file: Path) -> None:
    file.write_text(OVERLAP)
    result = check(file)
    assert result.exit_code == 1
    assert "error[overlapping-rules]" in result.stdout


LOOP = "downgrade picture to file\ndowngrade file to picture\n"
CIRCLE = GOOD + LOOP
CONFIG = """rules = "policy.rules"

[accounts.shop]
id = "2c5ea4c0-4067-11e9-8bad-9b1deb4d3b7d"

[channels.numbers]
protocol = "cm"
account = "shop"
secret = "env:SECRET"
send_url = "http://127.0.0.1:9100/v1.0/message"
product_token = "env:TOKEN"
carries = ["WhatsApp"]
"""


def test_a_message_without_a_rendering_is_an_error_shown_by_a_test_that_runs(file: Path) -> None:
    file.write_text(CIRCLE)
    result = check("--format", "json", file)
    (row,) = json.loads(result.stdout)
    assert (result.exit_code, row["slug"]) == (1, "no-rendering")
    file.write_text(CIRCLE + row["example"])
    result = CliRunner().invoke(run_tests, [str(file)])
    assert (result.exit_code, result.output.strip()) == (0, "1 passed, 0 failed")


def test_with_a_configuration_only_what_its_connections_carry_is_in_use(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET", "value-of-secret")
    monkeypatch.setenv("TOKEN", "value-of-token")
    config = file.with_name("pointsman.toml")
    config.write_text(CONFIG)
    file.write_text(CIRCLE)
    assert "on `SMS`" in check(file).stdout
    result = check("--config", config, file)
    assert "on `SMS`" not in result.stdout
    assert "on `WhatsApp`" in result.stdout, result.stderr


def test_a_configuration_is_read_without_its_secrets(file: Path) -> None:
    made = file.with_name("made")
    CliRunner().invoke(init, [str(made)])
    result = check("--config", made / "pointsman.toml", made)
    assert (result.exit_code, result.stderr) == (0, "no mistakes in 1 program, 9 rules\n")


def test_mistakes_in_the_configuration_are_told(file: Path) -> None:
    file.write_text(GOOD)
    config = file.with_name("pointsman.toml")
    config.write_text("rules = 1\n")
    result = check("--config", config, file)
    assert result.exit_code == 1
    assert "rules" in result.stderr
    assert "in the configuration" in result.stderr
