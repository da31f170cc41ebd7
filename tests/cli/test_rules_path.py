"""A PATH that is empty names no program: it is wrong usage, and never the current folder."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from pointsman.cli.main import main

RULES = 'policy p on message from customer\n\nrule "r"\n  otherwise\n  then tag   "a"\n'


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "policy.rules").write_text(RULES)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    "words",
    [
        ["check", ""],
        ["check", ".", ""],
        ["test", ""],
        ["fmt", ""],
        ["explain", "", "--event", "-"],
        ["compile", "", "--emit", "ir"],
    ],
)
def test_an_empty_path_is_wrong_usage_and_touches_nothing(here: Path, words: list[str]) -> None:
    result = CliRunner().invoke(main, words, input="{}")
    assert result.exit_code == 2
    assert "it is empty; name a rules file or a folder, `.` for the current one" in result.output
    assert (here / "policy.rules").read_text() == RULES


@pytest.mark.parametrize("words", [["check", "."], ["explain", ".", "--event", "-"], ["compile", ".", "--emit", "ir"]])
def test_the_current_folder_is_a_program_where_it_is_named(here: Path, words: list[str]) -> None:
    assert CliRunner().invoke(main, words, input="{}").exit_code == 0, here
