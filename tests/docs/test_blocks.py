"""What the documents show is true: their rules compile, their configuration loads, their links lead somewhere."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from markdown_it import MarkdownIt
from msgspec import Struct

from pointsman.config import check_against, parse
from pointsman.engine.loading import load
from pointsman.engine.retelling import retold
from pointsman.engine.scenario import run_tests
from pointsman.language.markdown import read_page
from pointsman.language.pipeline import compile_rules
from pointsman.language.source import Source
from pointsman.proofs.specification import run_page, told

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", ROOT / "benchmarks/README.md", *sorted((ROOT / "docs").glob("*.md"))]
GENERATED = ROOT / "docs/diagnostics.md"
"""Made of pages that the specification runs; its programs are wrong on purpose."""


class Block(Struct, frozen=True):
    """A fenced block: `info` is what stands behind the fence."""

    page: Path
    line: int
    info: tuple[str, ...]
    text: str


def blocks(language: str) -> list[Block]:
    found = []
    for page in PAGES:
        for token in MarkdownIt("commonmark").parse(page.read_text(encoding="utf-8")):
            info = tuple(token.info.split()) if token.type == "fence" and page != GENERATED else ()
            if info[:1] == (language,):
                found.append(Block(page, (token.map or [0])[0] + 1, info[1:], token.content))
    return found


def place(block: Block) -> str:
    return f"{block.page.name}:{block.line}"


def cast(block: Block) -> str:
    """The program that the page's parts of programs belong to."""
    return "".join(other.text for other in blocks("rules") if other.page == block.page and "cast" in other.info)


@pytest.mark.parametrize("block", blocks("rules"), ids=place)
def test_a_rules_block_compiles_or_fails_as_it_says_and_passes_its_tests(block: Block) -> None:
    text = f"{cast(block)}\n{block.text}" if "fragment" in block.info else block.text
    compiled = compile_rules({"policy.rules": text})
    faults = {diagnostic.slug for diagnostic in compiled.diagnostics if diagnostic.level == "error"}
    assert faults == (set(block.info[1:]) if "error" in block.info else set())
    if compiled.program is not None:
        failed = [line for result in run_tests(load(compiled.program)) for line in retold(result, compiled.program.ir)]
        assert failed == []


@pytest.mark.parametrize("block", blocks("markdown"), ids=place)
def test_a_page_on_a_page_is_as_it_says(block: Block) -> None:
    page = read_page(Source("page.md", block.text))
    assert [it.message for it in page.diagnostics] == []
    assert page.cases
    assert [line for outcome in run_page(page) for line in told(outcome)] == []


@pytest.mark.parametrize("block", [it for it in blocks("toml") if "fragment" not in it.info], ids=place)
def test_a_configuration_block_loads_and_fits_the_cast_of_the_language_page(block: Block, tmp_path: Path) -> None:
    environment = {name: f"value of {name}" for name in re.findall(r"env:(\w+)", block.text)}
    config = parse(block.text, tmp_path, environment)
    [program] = [compile_rules({"policy.rules": other.text}) for other in blocks("rules") if "cast" in other.info]
    assert program.ir is not None
    assert check_against(config, program.ir) == ()


@pytest.mark.parametrize("block", blocks("json"), ids=place)
def test_a_json_block_is_json(block: Block) -> None:
    assert isinstance(json.loads(block.text), dict)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_to_files_and_headings_that_exist(page: Path) -> None:
    for target, anchor in re.findall(r"\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)", page.read_text(encoding="utf-8")):
        file = (page.parent / target) if target else page
        assert file.exists(), target
        if anchor:
            headings = re.findall(r"^#+ (.*)$", file.read_text(encoding="utf-8"), re.MULTILINE)
            assert anchor in {re.sub(r"[^\w -]", "", heading).lower().replace(" ", "-") for heading in headings}
