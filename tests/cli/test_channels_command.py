"""`pointsman channels`: the table in force, one channel with its sources, and files for programs."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pointsman.cli import channels
from pointsman.cli.channels import command
from pointsman.language.vocabulary import CHANNELS
from pointsman.model.content import BUTTON_KINDS, MESSAGE_KINDS

OWN = """channel Facebook
  text 500 bytes from "our contract", 100 characters with buttons
  reply window 1h for bot
channel Fax
  text 80 characters
  strict
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "policy.rules"
    path.write_text(OWN)
    return path


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(command, [str(it) for it in arguments])


def rows(output: str) -> dict[str, str]:
    return {line.split("  ")[0]: line for line in output.splitlines() if line[:1].strip()}


def test_without_a_path_the_standard_library_is_shown() -> None:
    result = run()
    assert result.exit_code == 0
    head, *lines = result.stdout.splitlines()
    assert [name for name in CHANNELS if name in head] == list(CHANNELS)
    named = [line.split("  ")[0] for line in lines]
    assert named[:17] == [*MESSAGE_KINDS, *(f"button {kind}" for kind in BUTTON_KINDS)]
    assert rows(result.stdout)["text"].split("  ")[-1].strip() == "N 3800 bytes"


def test_a_programs_blocks_are_in_the_table(file: Path) -> None:
    table = rows(run(file).stdout)
    assert "N 500 bytes" in table["text"]
    assert table["text"].endswith("N 80")
    assert "1h for bot" in table["reply window"]
    assert table["strict"].endswith("yes")


def test_columns_of_a_pipe_stand_below_one_another() -> None:
    head, *lines = run().stdout.split("\n\n")[0].splitlines()
    for name in CHANNELS:
        at = head.index(name)
        assert {line[at - 1 : at] for line in lines if len(line) > at} == {" "}
        assert all(line[at : at + 1].strip() for line in lines)


def test_one_channel_is_shown_with_every_limit_and_its_source(file: Path) -> None:
    lines = [line.split() for line in run(file, "--channel", "Facebook").stdout.splitlines()]
    assert lines[0] == ["Facebook", "carries", "source"]
    assert ["text", "native", "this", "program"] in lines
    assert ["500", "bytes", "our", "contract"] in lines
    assert ["100", "characters", "with", "buttons", "this", "program"] in lines
    assert ["caption", "20", "characters", "given:", "HORISEN", "6.3,", "vendor:", "Send", "API"] in lines
    assert ["reply", "window", "1h", "for", "bot", "this", "program"] in lines


def test_sources_of_all_channels_can_be_shown() -> None:
    shown = run("--sources").stdout
    assert [block.split()[0] for block in shown.split("\n\n")] == [name.split()[0] for name in CHANNELS]


@pytest.mark.parametrize(("form", "read"), [("toml", tomllib.loads), ("json", json.loads)])
def test_files_for_programs_hold_every_limit_and_its_source(form: str, read: object, file: Path) -> None:
    result = run(file, "--format", form)
    values = read(result.stdout)["channels"]  # type: ignore[operator]
    assert list(values) == [*CHANNELS, "Fax"]
    assert values["Facebook"]["messages"]["text"]["limits"] == [
        {"unit": "bytes", "most": 500, "source": "our contract"},
        {"unit": "characters", "most": 100, "with_buttons": True},
    ]
    assert values["WhatsApp"]["messages"]["audio"]["limits"][1]["most"] == 0
    assert values["Facebook"]["windows"] == [{"ms": 3_600_000, "role": "bot"}]
    assert values["RCS"]["messages"]["carousel"]["limits"][0]["least"] == 2
    assert (values["Fax"]["strict"], values["Fax"]["standard"], values["SMS"]["standard"]) == (True, False, True)


def test_one_channel_can_be_written_alone() -> None:
    assert list(tomllib.loads(run("--format", "toml", "--channel", "Web Push").stdout)["channels"]) == ["Web Push"]


def test_a_channel_that_does_not_exist_is_wrong_usage() -> None:
    result = run("--channel", "Facebok")
    assert result.exit_code == 2
    assert "did you mean `Facebook`?" in result.stderr


def test_mistakes_of_a_program_are_reported_and_nothing_is_shown(file: Path) -> None:
    file.write_text("channel Fax\n")
    result = run(file)
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr.startswith("error[missing-text]: the new channel `Fax` does not say")


def test_on_a_terminal_columns_that_do_not_fit_stand_in_a_further_table() -> None:
    tables = list(channels._fitting([("", "aaaa", "bb", "c"), ("k", "1", "2", "3")], 16))
    assert tables == [[("", "aaaa", "bb"), ("k", "1", "2")], [("", "c"), ("k", "3")]]
    assert len(list(channels._fitting([("", "aaaa", "bb", "c")], None))) == 1
