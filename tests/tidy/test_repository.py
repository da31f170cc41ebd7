"""The repository tidies itself: what may not stand in the sources, and what the documents may not leave out."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from pointsman.language.codes import CODES

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "src").rglob("*.py"))
PYTHON = [*SOURCES, *sorted((ROOT / "tests").rglob("*.py")), *sorted((ROOT / "benchmarks").rglob("*.py"))]
FILE_LINES_MAX = 400
MAY_BE_LONG = {"language/build.py", "language/vocabulary.py"}
"""Each is one closed set, of declarations or of a short function for each rule of the grammar."""
FUNCTION_LINES_MAX = 60
MAY_EXECUTE = {"engine/loading.py"}
"""The loader of generated code; nothing else runs text as a program."""
BANNED_CALLS = {
    "eval",
    "exec",
    "__import__",
    "print",
    "time.sleep",
    "os.system",
    "os.popen",
    "pickle.loads",
    "yaml.load",
}
LEFTOVERS = re.compile(r"\b(?:TODO|FIXME|XXX|HACK)\b|NotImplementedError")  # tidy: these words are what is looked for
BANNED_NAMES = {"utils.py", "util.py", "helpers.py", "helper.py", "manager.py", "base.py", "common.py", "misc.py"}


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


def in_package(path: Path) -> str:
    return str(path.relative_to(ROOT / "src/pointsman"))


def parsed(paths: list[Path]) -> Iterator[tuple[Path, ast.Module]]:
    for path in paths:
        yield path, ast.parse(path.read_text(encoding="utf-8"))


def calls() -> Iterator[tuple[Path, ast.Call]]:
    for path, module in parsed(SOURCES):
        yield from ((path, node) for node in ast.walk(module) if isinstance(node, ast.Call))


def test_no_source_file_is_long_but_the_closed_sets_of_declarations() -> None:
    long = {in_package(path) for path in SOURCES if path.read_text(encoding="utf-8").count("\n") > FILE_LINES_MAX}
    assert long == MAY_BE_LONG


def test_no_function_is_long() -> None:
    lengths = {
        f"{relative(path)}:{node.name}": (node.end_lineno or 0) - node.lineno + 1
        for path, module in parsed(SOURCES)
        for node in ast.walk(module)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert {name: lines for name, lines in lengths.items() if lines > FUNCTION_LINES_MAX} == {}


def test_every_source_file_says_what_it_is_for() -> None:
    assert [relative(path) for path, module in parsed(SOURCES) if not ast.get_docstring(module)] == []


def test_no_file_has_a_name_that_says_nothing() -> None:
    assert [relative(path) for path in PYTHON if path.name in BANNED_NAMES] == []


def test_nothing_is_left_to_do() -> None:
    left = [
        f"{relative(path)}:{number}"
        for path in PYTHON
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if LEFTOVERS.search(line) and "tidy:" not in line
    ]
    assert left == []


def test_no_source_makes_a_banned_call() -> None:
    made = [
        f"{relative(path)}:{call.lineno} {ast.unparse(call.func)}"
        for path, call in calls()
        if ast.unparse(call.func) in BANNED_CALLS and in_package(path) not in MAY_EXECUTE
    ]
    assert made == []


def test_no_source_starts_a_shell() -> None:
    started = [
        f"{relative(path)}:{call.lineno}"
        for path, call in calls()
        if any(word.arg == "shell" for word in call.keywords) or ast.unparse(call.func).endswith("subprocess_shell")
    ]
    assert started == []


def test_no_source_imports_inside_a_function() -> None:
    lazy = [
        f"{relative(path)}:{node.lineno}"
        for path, module in parsed(SOURCES)
        for function in ast.walk(module)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert lazy == []


def test_every_waiver_gives_its_reason_once_a_file() -> None:
    waiver = re.compile(r"#\s*(?:noqa|type): ?(?:ignore\[)?(?P<code>[\w-]+)\]?(?P<reason>\s+[#-].*)?$")
    bare = []
    for path in SOURCES:
        explained: set[str] = set()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if found := waiver.search(line):
                explained |= {found["code"]} if found["reason"] else set()
                bare += [f"{relative(path)}:{number}"] if found["code"] not in explained else []
    assert bare == []


def test_the_top_level_holds_nothing_else() -> None:
    house = {"pyproject.toml", "README.md", "LICENSE", "src", "grammar", "rules", "tests", "benchmarks", "docs"}
    found = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")}
    assert found - house - {"build", "dist"} == set()


def test_ci_runs_the_test_command_of_the_readme() -> None:
    commands = re.findall(
        r"^python3 -m venv .*pytest.*$", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    gate = (ROOT / ".ci/run").read_text(encoding="utf-8")
    assert len(commands) == 1
    assert "grep -m1 -E '^python3 -m venv .*pytest' README.md" in gate
    assert not re.search(r"pytest -", gate)


@pytest.mark.parametrize("slug", CODES)
def test_every_slug_is_documented(slug: str) -> None:
    assert f"| `{slug}` |" in (ROOT / "docs/language.md").read_text(encoding="utf-8")


def test_every_benchmark_is_in_the_overview() -> None:
    overview = (ROOT / "benchmarks/README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"^\| `(\w+\.py)` \|", overview, re.MULTILINE))
    assert named == {path.name for path in (ROOT / "benchmarks").glob("*.py")}
