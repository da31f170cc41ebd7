from pathlib import Path

import pytest
from click.testing import CliRunner

from pointsman.cli import check
from pointsman.cli import test as run_tests
from pointsman.cli.init import EXAMPLES, command
from pointsman.language.shipped import shipped_folder


def init(folder: Path, *options: str) -> tuple[int, str]:
    result = CliRunner().invoke(command, [str(folder), *options])
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


@pytest.mark.parametrize("example", EXAMPLES)
def test_writes_any_of_the_shipped_examples_whole(tmp_path: Path, example: str) -> None:
    code, output = init(tmp_path / "support", "--example", example)
    assert code == 0
    source = shipped_folder(f"rules/examples/{example}")
    files = {file.relative_to(source) for file in source.rglob("*") if file.is_file()}
    assert {file.relative_to(tmp_path / "support") for file in (tmp_path / "support").rglob("*") if file.is_file()} == (
        files
    )
    assert all(str(file) in output for file in files)
    for tool in (check.command, run_tests.command):
        assert CliRunner().invoke(tool, [str(tmp_path / "support")]).exit_code == 0


def test_all_shipped_examples_can_be_started_from_but_the_one_of_the_demo() -> None:
    shipped = {path.name for path in shipped_folder("rules/examples").iterdir()}
    assert set(EXAMPLES) == shipped - {"demo"}


def test_does_not_overwrite_a_file_in_a_folder_of_an_example_either(tmp_path: Path) -> None:
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared/words.rules").write_text("mine")
    code, output = init(tmp_path, "--example", "brands")
    assert (code, [file.name for file in tmp_path.iterdir()]) == (1, ["shared"])
    assert "shared/words.rules" in output


def test_an_unknown_example_is_refused_with_those_there_are(tmp_path: Path) -> None:
    code, output = init(tmp_path / "support", "--example", "circus")
    assert code == 2
    assert "'starter', 'webshop', 'bank', 'brands'" in output
