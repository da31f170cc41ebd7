"""Pages of Markdown among what `pointsman test` runs: each section that runs is one test.

Laws: a page with a block that cannot be run is broken, and nothing of it is run; a page is written anew only on
request, and only what it expects.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

from msgspec import Struct

from pointsman.cli.check import reports
from pointsman.cli.testing.suites import Broken
from pointsman.cli.whole_files import write_whole
from pointsman.language.diagnostics import Diagnostic, arrange, render_summary
from pointsman.language.load import Folder
from pointsman.language.markdown import Page, read_page, rewritten
from pointsman.language.pipeline import Compiled
from pointsman.proofs.specification import run_page, told

SUFFIX = ".md"
"""What the names of pages end in."""


class Section(Struct, frozen=True):
    """A section that was run; `lines` say what is not as the page says, and are none where all is."""

    title: str
    file: str
    line: int
    lines: tuple[str, ...]
    seconds: float

    @property
    def passed(self) -> bool:
        return not self.lines


class Ran(Struct, frozen=True):
    """A page that was run."""

    name: str
    sections: tuple[Section, ...]


def is_page(path: str) -> bool:
    return path.endswith(SUFFIX) and not os.path.isdir(path)


def run(path: str, words: str = "", *, update: bool = False) -> Ran | Broken:
    """Run a page's sections whose title, or the name of one of whose tests, contains `words`, in any case.

    With `update`, the page is first written anew, with what happens in place of what it expects.
    """
    folder = Folder(path)
    page = _read(path, folder)
    if isinstance(page, Broken):
        return page
    if update and (text := _updated(page, folder)) != page.source.text:
        write_whole(Path(path), text.encode())
        return run(path, words)
    began = time.perf_counter()
    sections = []
    for outcome in run_page(page, folder, words):
        ended = time.perf_counter()
        place = outcome.case.place
        sections.append(Section(outcome.case.title, place.file, place.line, tuple(told(outcome)), ended - began))
        began = ended
    return Ran(path, tuple(sections))


def _read(path: str, folder: Folder) -> Page | Broken:
    source = folder.read(path)
    if isinstance(source, Diagnostic):
        return _broken(path, Compiled(diagnostics=(source,)))
    page = read_page(source)
    if page.diagnostics:
        return _broken(path, Compiled(diagnostics=page.diagnostics, sources={path: source}))
    return page


def _broken(path: str, compiled: Compiled) -> Broken:
    arranged = arrange(compiled.diagnostics)
    return Broken(path, reports(compiled, arranged.shown, err=True), render_summary(arranged))


def _updated(page: Page, folder: Folder) -> str:
    return rewritten(page, {block: text for outcome in run_page(page, folder) for block, text in outcome.texts.items()})
