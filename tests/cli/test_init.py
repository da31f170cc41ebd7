from pathlib import Path

import pytest
from click.testing import CliRunner

from pointsman.cli.init import command
from pointsman.language.shipped import shipped_folder


def init(folder: Path) -> tuple[int, str]:
    result = CliRunner().invoke(command, [str(folder)])
    return result.exit_code, result.output


def test_writes_the_starting_point_and_says_what_to_do_next(tmp_path: Path) -> None:
    code, output = init(tmp_path / "support desk")
    assert code == 0
    written = {file.name: file.read_text() for file in (tmp_path / "support desk").iterdir()}
    assert written == {file.name: file.read_text() for file in shipped_folder("rules/examples/starter").iterdir()}
    assert f"pointsman check '{tmp_path}/support desk'" in output
    assert "GATEWAY_SECRET" in output


def test_overwrites_nothing_and_then_writes_nothing(tmp_path: Path) -> None:
    (tmp_path / "words.rules").write_text("mine")
    code, output = init(tmp_path)
    assert code == 1
    assert "words.rules" in output
    assert [file.name for file in tmp_path.iterdir()] == ["words.rules"]
    assert (tmp_path / "words.rules").read_text() == "mine"


def test_writes_beside_other_files(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    assert init(tmp_path)[0] == 0
    assert (tmp_path / "policy.rules").exists()


def test_says_so_when_the_folder_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    code, output = init(tmp_path / "file")
    assert (code, output.strip()) == (1, f"Error: cannot write to `{tmp_path}/file`: file exists")


def test_an_empty_name_is_not_taken_for_the_current_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    result = CliRunner().invoke(command, [""])
    assert result.exit_code == 2
    assert list(tmp_path.iterdir()) == []
