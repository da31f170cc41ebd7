import ast
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from pointsman.cli.compile import command

POLICY = """component Bot is bot
start with Bot
policy greeting on message from customer
rule "greets" when text is "hello" and not count of greetings >= 3 then add 1 to greetings reply "Hello!"
"""


def compile_(file: Path, stage: str, text: str = POLICY) -> Result:
    file.write_text(text)
    return CliRunner().invoke(command, [str(file), "--emit", stage])


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "policy.rules"


def test_tokens_are_lines_of_place_type_and_spelling(file: Path) -> None:
    lines = compile_(file, "tokens").stdout.splitlines()
    assert lines[0] == f"{file}:1:1 keyword component"
    assert f'{file}:4:6 string "greets"' in lines


@pytest.mark.parametrize("stage", ["tree", "ir", "index"])
def test_trees_and_tables_are_json(file: Path, stage: str) -> None:
    result = compile_(file, stage)
    assert result.exit_code == 0
    assert "greeting" in json.dumps(json.loads(result.stdout))


def test_the_generated_python_is_python(file: Path) -> None:
    module = ast.parse(compile_(file, "python").stdout)
    assert any(isinstance(node, ast.FunctionDef) and "greets" in node.name for node in module.body)


@pytest.mark.parametrize("stage", ["tokens", "tree", "ir", "python", "index"])
def test_a_stage_prints_the_same_twice(file: Path, stage: str) -> None:
    assert compile_(file, stage).stdout == compile_(file, stage).stdout != ""


@pytest.mark.parametrize(("stage", "printed"), [("tokens", True), ("tree", True), ("ir", False), ("python", False)])
def test_a_program_with_errors_has_only_its_first_products(file: Path, stage: str, printed: bool) -> None:
    result = compile_(file, stage, POLICY.replace("start with Bot", "start with Bto"))
    assert result.exit_code == 1
    assert bool(result.stdout) is printed
    assert "error[unknown-name]" in result.stderr
