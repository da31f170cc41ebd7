import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pointsman.cli.config import command
from pointsman.language.shipped import shipped_folder

SECRETS = {name: f"value-of-{name}" for name in ("GATEWAY_SECRET", "CM_PRODUCT_TOKEN", "BOT_TOKEN", "DESK_TOKEN")}


def config(folder: Path, environment: dict[str, str] | None = None) -> Result:
    environment = SECRETS if environment is None else environment
    return CliRunner(env=environment).invoke(command, ["--config", str(folder / "pointsman.toml")])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for file in shipped_folder("rules/examples/starter").iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes())
    return tmp_path


def change(file: Path, old: str, new: str) -> None:
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new))


def test_shows_defaults_and_masks_secrets(folder: Path) -> None:
    result = config(folder)
    assert result.exit_code == 0
    shown = tomllib.loads(result.stdout)
    assert shown["server"]["workers"] == 1
    assert shown["components"]["HelpBot"]["token"] == "env:BOT_TOKEN (set)"
    assert not any(value in result.output for value in SECRETS.values())


def test_names_every_secret_that_is_missing(folder: Path) -> None:
    result = config(folder, {})
    assert result.exit_code == 1
    assert all(f"environment variable `{name}` is not set" in result.stderr for name in SECRETS)
    assert result.stdout == ""


def test_an_unknown_key_is_reported_with_its_line(folder: Path) -> None:
    change(folder / "pointsman.toml", "listen =", "lissen =")
    result = config(folder)
    assert result.exit_code == 1
    assert "pointsman.toml:7: server.lissen: unknown key" in result.stderr


def test_a_component_of_the_rules_without_a_section_is_reported(folder: Path) -> None:
    change(folder / "pointsman.toml", "[components.HelpDesk]", "[components.Helpdesk]")
    result = config(folder)
    assert result.exit_code == 1
    assert "component `HelpDesk` of the rules has no section" in result.stderr


def test_rules_that_do_not_compile_are_reported(folder: Path) -> None:
    change(folder / "policy.rules", "start with HelpBot", "start with HelpBto")
    result = config(folder)
    assert result.exit_code == 1
    assert "the rules do not compile: 1 error" in result.stderr
    assert "pointsman check" in result.stderr


def test_a_configuration_that_does_not_exist_is_said_not_to(tmp_path: Path) -> None:
    result = config(tmp_path)
    assert result.exit_code == 1
    assert "pointsman init" in result.stderr
