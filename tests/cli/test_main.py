"""The command as a whole: its overview, and what a user sees of a fault that nobody foresaw."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from pointsman.cli import main as cli


def test_every_command_explains_itself_with_an_example() -> None:
    for name in cli.COMMANDS:
        shown = CliRunner().invoke(cli.main, [name, "--help"])
        assert shown.exit_code == 0
        assert f"pointsman {name}" in shown.output.split("Options:")[-1], f"{name} --help has no example"


def test_a_fault_of_our_own_is_one_message_and_status_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken() -> None:
        raise KeyError("unforeseen")

    monkeypatch.setattr(cli, "main", broken)
    monkeypatch.delenv(cli.TRACEBACK, raising=False)
    with pytest.raises(SystemExit) as ended:
        cli.run()
    assert ended.value.code == 1
    shown = capsys.readouterr().err
    assert "KeyError: 'unforeseen'" in shown
    assert "Traceback" not in shown
    monkeypatch.setenv(cli.TRACEBACK, "1")
    with pytest.raises(KeyError):
        cli.run()
