"""The pages of the specification, read once; POINTSMAN_REWRITE_SPEC=1 has their expectations written anew first."""

from __future__ import annotations

import os
from pathlib import Path

from pointsman.language.markdown import Case, Page, read_page, rewritten
from pointsman.language.source import Source
from pointsman.proofs.specification import run_page

FOLDER = Path(__file__).parent


def read(path: Path) -> Page:
    return read_page(Source(path.relative_to(FOLDER).as_posix(), path.read_text("utf-8")))


def rewrite(path: Path) -> None:
    page = read(path)
    texts = {block: text for outcome in run_page(page) for block, text in outcome.texts.items()}
    path.write_text(rewritten(page, texts), "utf-8")


PATHS = sorted(FOLDER.rglob("*.md"))
if os.environ.get("POINTSMAN_REWRITE_SPEC"):
    for path in PATHS:
        rewrite(path)
PAGES: tuple[Page, ...] = tuple(read(path) for path in PATHS)
CASES: tuple[tuple[Page, Case], ...] = tuple((page, case) for page in PAGES for case in page.cases)
