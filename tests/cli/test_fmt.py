"""`pointsman fmt`: what it writes, what it says, and that nothing is ever lost."""

import os
import stat
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pointsman.cli import fmt
from pointsman.cli.fmt import command
from pointsman.language.format import Formatted
from pointsman.language.shipped import shipped_folder
from pointsman.language.source import Source

UGLY = 'list  x="a" # b\r\nuse "y.rules"'
NEAT = 'list x = "a"  # b\n\nuse "y.rules"\n'
BROKEN = "rule without a name\n"


def fmt_(*arguments: str | Path, stdin: bytes | None = None) -> Result:
    return CliRunner().invoke(command, [str(it) for it in arguments], input=stdin)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "policy.rules"
    path.write_bytes(UGLY.encode())
    return path


def test_the_shipped_rules_are_in_shape() -> None:
    result = fmt_("--check", shipped_folder("rules"))
    assert (result.exit_code, result.stdout) == (0, "")
    assert "in shape already" in result.stderr


def test_a_file_is_rewritten_and_named(file: Path) -> None:
    result = fmt_(file)
    assert (result.exit_code, result.stdout) == (0, f"formatted {file}\n")
    assert result.stderr == "1 file formatted\n"
    assert file.read_bytes() == NEAT.encode()


def test_a_file_in_shape_is_not_touched(file: Path) -> None:
    file.write_text(NEAT)
    os.utime(file, (1, 1))
    result = fmt_(file)
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "1 file in shape already\n")
    assert file.stat().st_mtime == 1


def test_a_file_keeps_its_mode_and_its_folder_gains_nothing(file: Path) -> None:
    file.chmod(0o640)
    fmt_(file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o640
    assert [path.name for path in file.parent.iterdir()] == [file.name]


def test_a_symbolic_link_stays_one_and_its_file_is_rewritten(file: Path) -> None:
    link = file.with_name("link.rules")
    link.symlink_to(file.name)
    assert fmt_(link).exit_code == 0
    assert link.is_symlink()
    assert file.read_text() == NEAT


def test_a_folder_means_its_rules_files_and_each_file_is_done_once(file: Path) -> None:
    (file.parent / "more").mkdir()
    other = file.parent / "more" / "other.rules"
    other.write_text(UGLY)
    notes = file.parent / "notes.txt"
    notes.write_text(NEAT.upper())
    result = fmt_(file.parent, file)
    assert result.stdout == f"formatted {other}\nformatted {file}\n"
    assert notes.read_text() == NEAT.upper()


def test_check_names_what_would_change_and_writes_nothing(file: Path) -> None:
    result = fmt_("--check", file)
    assert (result.exit_code, result.stdout) == (1, f"would change {file}\n")
    assert result.stderr == "1 file would change\n"
    assert file.read_bytes() == UGLY.encode()
    fmt_(file)
    assert fmt_("--check", file).exit_code == 0


def test_diff_shows_what_would_change_and_writes_nothing(file: Path) -> None:
    for arguments in (["--diff"], ["--diff", "--check"]):
        result = fmt_(*arguments, file)
        assert result.exit_code == 1
        assert result.stdout_bytes.decode() == (
            f"--- {file}\n+++ {file}\n@@ -1,2 +1,3 @@\n"
            '-list  x="a" # b\r\n-use "y.rules"\n\\ No newline at end of file\n'
            '+list x = "a"  # b\n+\n+use "y.rules"\n'
        )
        assert file.read_bytes() == UGLY.encode()
    fmt_(file)
    assert (fmt_("--diff", file).exit_code, fmt_("--diff", file).stdout) == (0, "")


def test_a_file_with_mistakes_is_left_as_it_is_and_the_others_are_not(file: Path) -> None:
    broken = file.with_name("broken.rules")
    broken.write_text(BROKEN)
    result = fmt_(file.parent)
    assert (result.exit_code, result.stdout) == (1, f"formatted {file}\n")
    assert "error[syntax]" in result.stderr
    assert f"{broken}:1:6" in result.stderr
    assert result.stderr.endswith("1 file formatted, 1 file with mistakes left as it is\n")
    assert broken.read_text() == BROKEN


@pytest.mark.parametrize(
    ("content", "slug"), [(b"list x = \xff", "unreadable-file"), (None, "unreadable-file")], ids=["no text", "missing"]
)
def test_a_file_that_cannot_be_read_is_reported(tmp_path: Path, content: bytes | None, slug: str) -> None:
    path = tmp_path / "a.rules"
    if content is not None:
        path.write_bytes(content)
    result = fmt_(path)
    assert result.exit_code == 1
    assert f"error[{slug}]" in result.stderr
    assert content is None or path.read_bytes() == content


def test_standard_input_goes_to_standard_output() -> None:
    result = fmt_("-", stdin=UGLY.encode())
    assert (result.exit_code, result.stdout_bytes, result.stderr) == (0, NEAT.encode(), "")


def test_standard_input_with_mistakes_yields_no_output() -> None:
    result = fmt_("-", stdin=BROKEN.encode())
    assert (result.exit_code, result.stdout) == (1, "")
    assert "-:1:6" in result.stderr


def test_standard_input_can_be_checked() -> None:
    assert fmt_("--check", "-", stdin=NEAT.encode()).exit_code == 0
    checked = fmt_("--check", "-", stdin=UGLY.encode())
    assert (checked.exit_code, checked.stdout) == (1, "would change standard input\n")
    assert fmt_("--diff", "-", stdin=UGLY.encode()).stdout.startswith("--- -\n+++ -\n")


def test_standard_input_stands_alone(file: Path) -> None:
    result = fmt_("-", file)
    assert result.exit_code == 2
    assert "`-` stands alone" in result.stderr
    assert file.read_bytes() == UGLY.encode()


@pytest.mark.parametrize("step", ["fsync", "fchmod", "replace"])
def test_a_file_that_cannot_be_written_is_as_it_was_and_the_next_one_is_done(
    file: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    other = file.with_name("z.rules")
    other.write_text(UGLY)
    calls = []

    def fails_once(*arguments: object) -> object:
        calls.append(arguments)
        if len(calls) == 1:
            raise OSError(28, "No space left on device")
        return original(*arguments)

    original = getattr(os, step)
    monkeypatch.setattr(fmt.os, step, fails_once)
    result = fmt_(file.parent)
    assert (result.exit_code, result.stdout) == (1, f"formatted {other}\n")
    assert f"`{file}` was not written: no space left on device" in result.stderr
    assert file.read_bytes() == UGLY.encode()
    assert sorted(path.name for path in file.parent.iterdir()) == [file.name, other.name]


def test_a_file_that_changes_meanwhile_is_left_to_who_changed_it(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shape = fmt.format_source

    def slow(source: Source) -> Formatted:
        file.write_text('use "z.rules"\n')
        return shape(source)

    monkeypatch.setattr(fmt, "format_source", slow)
    result = fmt_(file)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "it has changed in the meantime" in result.stderr
    assert file.read_text() == 'use "z.rules"\n'


def test_a_file_that_nobody_may_write_is_left_as_it_is_and_the_others_are_not(file: Path) -> None:
    other = file.with_name("other.rules")
    other.write_text(UGLY)
    file.chmod(0o444)
    result = fmt_(file.parent)
    assert (result.exit_code, result.stdout) == (1, f"formatted {other}\n")
    assert f"`{file}` was not written: it is write-protected" in result.stderr
    assert "1 file formatted, 1 file not written" in result.stderr
    assert file.read_bytes() == UGLY.encode()
    assert fmt_("--check", file).exit_code == 1
    file.chmod(0o644)
    assert fmt_(file).exit_code == 0
