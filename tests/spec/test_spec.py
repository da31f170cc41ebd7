"""The specification runs: every case of the Markdown pages below this folder is as the page says, by both evaluators.

A section is a case. Its rules compile and its tests pass, unless blocks beside them say what is reported, what happens
or what fails. POINTSMAN_REWRITE_SPEC=1 writes these blocks anew; the difference is read before it is committed.
"""

from __future__ import annotations

import pytest

from pointsman.engine.loading import load_plain
from pointsman.language.load import Folder
from pointsman.language.markdown import Case, Page, rewritten
from pointsman.proofs.specification import run_case, told
from spec.pages import CASES, FOLDER, PAGES

BESIDE = Folder(FOLDER / "page.md")
"""The cases lie over a folder, as those that `pointsman test` runs; none of them uses what lies there."""


def named(value: object) -> str:
    return value.title if isinstance(value, Case) else value.source.path.removesuffix(".md")  # type: ignore[attr-defined]


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_each_block_of_a_page_can_be_run(page: Page) -> None:
    assert [(report.span.line, report.message) for report in page.diagnostics] == []
    assert page.cases, "a page of the specification runs"


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_a_page_is_rewritten_as_it_is_when_nothing_has_changed(page: Page) -> None:
    same = {block: block.text for case in page.cases for block in case.expected}
    assert rewritten(page, same) == page.source.text


@pytest.mark.parametrize(("page", "case"), CASES, ids=named)
def test_the_specification_holds(page: Page, case: Case) -> None:
    fast = run_case(case, page, BESIDE)
    assert list(told(fast)) == []
    assert fast.results or case.expected or case.opening, "a case holds tests or expects something"
    if fast.results:
        plain = run_case(case, page, BESIDE, load_plain)
        assert list(told(plain)) == []
        assert plain.results == fast.results
