"""docs/diagnostics.md is made of the slugs and of the specification's examples; POINTSMAN_REWRITE_DOCS=1 writes it.

Its programs and reports are those that `pointsman check --explain SLUG` shows, and that tests/spec runs.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from pointsman.language.codes import CODES
from pointsman.language.examples import Example, examples
from pointsman.language.markdown import DEFAULT_NAMES, Block

PAGE = Path(__file__).parents[2] / "docs/diagnostics.md"
HEAD = """# Diagnostics

What `pointsman check` can report, each with an example; `pointsman check --explain SLUG` prints the same. An **error**
blocks a reload, a **warning** does not, a **note** is shown with `--notes`. This page is made of
`src/pointsman/language/codes.py` and of the pages in `tests/spec/diagnostics`, which run.
"""


def written() -> str:
    sections = ("\n".join(_section(slug)) for slug in CODES)
    return HEAD + "\n" + "\n\n".join(sections) + "\n"


def _section(slug: str) -> Iterator[str]:
    code = CODES[slug]
    yield f"## {slug}\n"
    yield f"**{code.level}**: {code.title}.\n"
    yield f"{code.prose}\n"
    yield "\n".join(_example(examples()[slug]))


def _example(example: Example) -> Iterator[str]:
    for block in example.files:
        yield from _file(block)
    yield f"```text\n{example.report.rstrip()}\n```"


def _file(block: Block) -> Iterator[str]:
    if block.name != DEFAULT_NAMES.get(block.kind):
        yield f"`{block.name}`{f', {block.times:,} times' if block.times > 1 else ''}:\n"
    fence = "````" if block.kind == "markdown" else "```"
    yield f"{fence}{block.kind}\n{block.text.rstrip()}\n{fence}\n"


def test_the_page_says_what_the_register_and_the_specification_say() -> None:
    right = written()
    if os.environ.get("POINTSMAN_REWRITE_DOCS"):
        PAGE.write_text(right, encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == right
