"""The shipped examples are complete: no warnings, all tests pass, every rule is fired, the configuration fits."""

import re
import tomllib
from pathlib import Path

import pytest
from click.testing import CliRunner

from pointsman.cli import check, config, test
from pointsman.engine.loading import load, load_plain
from pointsman.engine.scenario import run_tests
from pointsman.language.pipeline import compile_rules
from pointsman.language.shipped import shipped_folder

EXAMPLES = sorted(path for path in shipped_folder("rules/examples").iterdir() if path.is_dir())


@pytest.fixture(params=EXAMPLES, ids=lambda path: path.name)
def example(request: pytest.FixtureRequest) -> Path:
    return Path(request.param)


def test_an_example_has_no_warnings(example: Path) -> None:
    result = CliRunner().invoke(check.command, ["--deny", "warnings", str(example)])
    assert (result.exit_code, result.stdout) == (0, "")


def test_an_example_passes_its_tests(example: Path) -> None:
    result = CliRunner().invoke(test.command, [str(example)])
    assert re.fullmatch(r"[1-9]\d* passed, 0 failed\n", result.output)


def test_every_rule_of_an_example_is_fired_by_its_tests(example: Path) -> None:
    program = compile_rules(example).program
    assert program is not None
    transcripts = [line.strip() for result in run_tests(load(program)) for line in result.transcript]
    rules = [f'rule "{rule.name}"' for policy in program.ir.policies for rule in policy.rules]
    assert [rule for rule in rules if rule not in transcripts] == []


def test_the_configuration_of_an_example_fits_its_rules(example: Path) -> None:
    file = example / "pointsman.toml"
    names = re.findall(r"env:(\w+)", file.read_text(encoding="utf-8"))
    environment = {name: f"value-of-{name}" for name in names}
    result = CliRunner(env=environment).invoke(config.command, ["--config", str(file)])
    assert (result.exit_code, result.stderr) == (0, "")


def test_an_example_is_the_same_program_by_its_folder_and_by_its_configuration(example: Path) -> None:
    named = tomllib.loads((example / "pointsman.toml").read_text(encoding="utf-8"))["rules"]
    by_folder, by_configuration = compile_rules(example).program, compile_rules(example / named).program
    assert by_folder is not None
    assert by_folder == by_configuration


def test_the_tests_of_an_example_play_alike_in_both_evaluators(example: Path) -> None:
    program = compile_rules(example).program
    assert program is not None
    assert run_tests(load(program)) == run_tests(load_plain(program))
