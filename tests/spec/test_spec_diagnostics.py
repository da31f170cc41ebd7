"""Every slug has its example among the pages of diagnostics, and every example is of a slug that exists."""

from __future__ import annotations

import re

import pytest

from pointsman.language.codes import CODES
from pointsman.language.examples import examples
from spec.pages import CASES, PAGES

IN_DIAGNOSTICS = [(page, case) for page, case in CASES if page.source.path.startswith("diagnostics/")]


@pytest.mark.parametrize("slug", CODES)
def test_a_slug_has_an_example_that_reports_it_at_its_level(slug: str) -> None:
    assert slug in examples(), f"tests/spec/diagnostics has no section `{slug}` with a block `diagnostics`"
    reported = re.findall(r"^(\w+)\[([\w-]+)\]", examples()[slug].report, re.MULTILINE)
    assert (CODES[slug].level, slug) in reported
    assert {found for _, found in reported} == {slug}, "an example shows one kind of report"


def test_an_example_is_of_a_slug_that_exists() -> None:
    titles = {case.title.split(": ")[0].strip("`") for _, case in IN_DIAGNOSTICS}
    assert titles == set(CODES)
    assert set(examples()) == set(CODES)


def test_all_that_is_reported_on_pages_is_registered() -> None:
    for page in PAGES:
        assert set(re.findall(r"^(?:error|warning|note)\[([\w-]+)\]", page.source.text, re.MULTILINE)) <= set(CODES)
