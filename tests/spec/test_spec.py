"""The specification runs: every rules block of the Markdown pages beside this file compiles, and its tests pass.

Each block is a whole program with tests of its own. It is run by both evaluators. A block may name the diagnostics it
must give instead: a fence ` ```rules error wrong-kind `.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import pytest

from pointsman.engine import scenario
from pointsman.engine.loading import load, load_plain
from pointsman.language.pipeline import compile_rules

PAGES = sorted(Path(__file__).parent.glob("*.md"))
FENCE = re.compile(r"^```rules *([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


class Block(NamedTuple):
    page: str
    heading: str
    expected: tuple[str, ...]
    text: str


def blocks() -> list[Block]:
    found = []
    for page in PAGES:
        text = page.read_text("utf-8")
        for match in FENCE.finditer(text):
            headings = re.findall(r"^#+ (.+)$", text[: match.start()], re.MULTILINE)
            found.append(Block(page.stem, headings[-1], tuple(match[1].split()), match[2]))
    return found


def named(block: Block) -> str:
    return f"{block.page}: {block.heading}"


@pytest.mark.parametrize("block", blocks(), ids=named)
def test_the_specification_holds(block: Block) -> None:
    compiled = compile_rules({"spec.rules": block.text})
    found = {
        f"{diagnostic.level} {diagnostic.slug}" for diagnostic in compiled.diagnostics if diagnostic.level == "error"
    }
    if block.expected:
        assert found == {" ".join(block.expected)}
        return
    assert found == set(), [diagnostic.message for diagnostic in compiled.diagnostics]
    program = compiled.program
    assert program is not None
    assert program.ir.tests, "a block of the specification holds tests"
    for loaded in (load(program), load_plain(program)):
        failures = [result for result in scenario.run_tests(loaded) if not result.passed]
        assert not failures, "\n".join(map(report, failures))


def report(result: scenario.TestResult) -> str:
    assert result.failure is not None
    lines = [f'test "{result.name}"', *result.transcript, f"expected: {result.failure.expected}", "happened:"]
    return "\n".join([*lines, *(f"  {line}" for line in result.failure.happened)])
