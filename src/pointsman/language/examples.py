"""The example of each diagnostic: a program and its report, from the pages of the specification that are shipped.

Law: a page's section whose title is a slug in back-ticks is the example of that slug; sections inside it are further
cases, which nobody is shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

from msgspec import Struct

from pointsman.language.markdown import Block, read_page
from pointsman.language.shipped import shipped_folder
from pointsman.language.source import Source

PAGES = "tests/spec/diagnostics"


class Example(Struct, frozen=True):
    """Files that make a program, and what `pointsman check` says of it."""

    files: tuple[Block, ...]
    report: str


@cache
def examples() -> Mapping[str, Example]:
    """Return the examples by slug. Raises FileNotFoundError where the pages did not come with the installation."""
    return dict(_examples())


def _examples() -> Iterator[tuple[str, Example]]:
    for path in sorted(shipped_folder(PAGES).glob("*.md")):
        for case in read_page(Source(path.name, path.read_text(encoding="utf-8"))).cases:
            report = next(case.expecting("diagnostics"), None)
            if case.title.startswith("`") and case.title.count("`") == 2 and case.title.endswith("`") and report:
                yield case.title.strip("`"), Example(tuple(case.files.values()), report.text)
