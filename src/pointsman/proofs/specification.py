"""Pages of Markdown at work: cases compiled, their tests run, and what comes of it held against what the page expects.

Laws:

- A case without `diagnostics` may have no error; one with them has exactly those errors and warnings (and notes, where
  the block says so), as `pointsman check` prints them without colours.
- Without `failures`, every test in the blocks of a case passes; with them, exactly those fail.
- Reports on the files that a page opens with belong to the opening; with an error in them, no other case is run.
- What is expected names the files of the case; what is reported to a reader names the lines of the page.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from difflib import unified_diff

from msgspec import Struct, structs

from pointsman.engine.loaded import Loaded
from pointsman.engine.loading import load
from pointsman.engine.retelling import retold
from pointsman.engine.scenario import TestResult, run_tests
from pointsman.language.check.suggest import suggestion
from pointsman.language.diagnostics import Diagnostic, arrange, render_text
from pointsman.language.ir import Span, moved, relocated
from pointsman.language.load import Folder
from pointsman.language.markdown import Block, Case, Page, read_page
from pointsman.language.overlay import Overlay
from pointsman.language.pipeline import Compiled, compile_rules
from pointsman.language.program import Program
from pointsman.language.source import Source
from pointsman.proofs.prove import prove


class Outcome(Struct, frozen=True):
    """What came of a case.

    `faults` are the lines that tell a reader what is not as the page says, empty where all is; `texts` are what each
    expectation of the case would have to be.
    """

    case: Case
    compiled: Compiled | None
    results: tuple[TestResult, ...]
    faults: tuple[str, ...]
    texts: dict[Block, str]

    @property
    def passed(self) -> bool:
        return not self.faults


def run_page(
    page: Page, beneath: Folder | None = None, words: str = "", *, make: Callable[[Program], Loaded] = load
) -> Iterator[Outcome]:
    """Run the cases of a page whose title, or the name of one of whose tests, contains `words`, in any case.

    The opening of a page is no case of its own where it only gives files to the others, and they have no error.
    `beneath` is the folder whose files the cases may use. `make` is the evaluator.
    """
    for case in page.cases:
        outcome = run_case(case, page, beneath, make)
        if case.opening and outcome.passed and not outcome.results and not case.expected:
            continue
        named = (case.title, *(result.name for result in outcome.results))
        if any(words.casefold() in name.casefold() for name in named):
            yield outcome


def run_case(
    case: Case, page: Page, beneath: Folder | None = None, make: Callable[[Program], Loaded] = load
) -> Outcome:
    """Run one case of a page."""
    inner = next((block for block in case.files.values() if block.kind == "markdown"), None)
    happened = _page_within(inner, make) if inner else _program(case, page, beneath, make)
    if happened is None:
        return Outcome(case, None, (), (_NOT_RUN,), {block: block.text for block in case.expected})
    texts = {block: happened.text(block) for block in case.expected}
    faults = [line for block, text in texts.items() for line in _difference(block, text)]
    faults += [line for block in case.expecting("transcript") for line in _of_no_test(block, happened.results)]
    if not any(case.expecting("diagnostics")):
        faults += happened.errors
    if not any(case.expecting("failures")):
        faults += happened.failures
    return Outcome(case, happened.compiled, happened.results, tuple(faults), texts)


_NOT_RUN = "not run: the rules that the page opens with have an error"


def told(outcome: Outcome) -> Iterator[str]:
    """Yield the lines of a case that is not as its page says; none, of one that is."""
    if outcome.faults:
        place = outcome.case.place
        yield f"FAILED {outcome.case.title} ({place.file}:{place.line})"
        yield from (f"  {line}".rstrip() for line in outcome.faults)


def _difference(block: Block, text: str) -> Iterator[str]:
    """What a block says (`-`) and what happened (`+`), where they differ."""
    if text != block.text:
        yield f"{block.place.file}:{block.place.line}: what `{block.kind}` says is not what happens"
        lines = unified_diff(block.text.splitlines(), text.splitlines(), lineterm="", n=2)
        yield from (f"  {line}" for line in list(lines)[2:])


def _of_no_test(block: Block, results: Sequence[TestResult]) -> Iterator[str]:
    names = [it.name for it in results]
    if block.name and block.name not in names:
        help_ = suggestion(block.name, names) or "name a test of this section, or none for all"
        yield f"{block.place.file}:{block.place.line}: there is no test `{block.name}`: {help_}"


# What happens ---------------------------------------------------------------------------------------------------------


class _Happened(Struct, frozen=True):
    """What came of the files of a case. `errors` and `failures` are as a reader of the page is told of them."""

    text: Callable[[Block], str]
    errors: tuple[str, ...]
    failures: tuple[str, ...]
    compiled: Compiled | None = None
    results: tuple[TestResult, ...] = ()


def _program(case: Case, page: Page, beneath: Folder | None, make: Callable[[Program], Loaded]) -> _Happened | None:
    """What comes of a case; None where it cannot be run because of rules that are not its own."""
    shelf = Overlay({name: block.content for name, block in case.files.items()}, beneath)
    compiled = compile_rules(shelf)
    asked = list(case.expecting("diagnostics"))
    if asked:
        compiled = prove(compiled, notes=any(block.notes for block in asked))
    sources = {shelf.inside(path): source for path, source in compiled.sources.items()}
    reports = [relocated(diagnostic, shelf.inside) for diagnostic in compiled.diagnostics]
    if any(it.level == "error" and it.span.file in case.shared for it in reports):
        return None
    reports = [it for it in reports if it.span.file not in case.shared]
    results = _results(compiled.program, case, make) if compiled.program else ()
    place_of = _places(case, page, beneath)
    errors = [moved(it, place_of) for it in reports if it.level == "error"]
    on_disk = {place_of(Span(path, 0, 0, 1, 1)).file: source for path, source in sources.items()}
    told_of = _rendered(errors, {**on_disk, page.source.path: page.source}).splitlines()
    failed = [result for result in results if not result.passed]

    def text(block: Block) -> str:
        match block.kind:
            case "diagnostics":
                return _rendered([it for it in reports if block.notes or it.level != "note"], sources)
            case "transcript":
                return _transcripts([it for it in results if block.name in ("", it.name)])
            case _:
                return _lines(line for it in failed if compiled.ir for line in retold(it, compiled.ir))

    return _Happened(
        text,
        tuple(told_of),
        tuple(
            line for it in failed if compiled.ir for line in retold(moved(it, place_of), moved(compiled.ir, place_of))
        ),
        compiled,
        results,
    )


def _page_within(block: Block, make: Callable[[Program], Loaded]) -> _Happened:
    """A page on a page: what is wrong with its blocks, and where nothing is, what fails."""
    page = read_page(Source(block.name, block.content))
    reports = _rendered(page.diagnostics, {block.name: page.source})
    outcomes = () if page.diagnostics else run_page(page, make=make)
    failures = tuple(line for outcome in outcomes for line in told(outcome))

    def text(wanted: Block) -> str:
        return reports if wanted.kind == "diagnostics" else _lines(failures) if wanted.kind == "failures" else ""

    return _Happened(text, tuple(reports.splitlines()), failures)


def _results(program: Program, case: Case, make: Callable[[Program], Loaded]) -> tuple[TestResult, ...]:
    """The tests that stand in the blocks of the case itself."""
    own = case.files.keys() - case.shared
    return run_tests(make(program), [test for test in program.ir.tests if test.span.file in own])


def _places(case: Case, page: Page, beneath: Folder | None) -> Callable[[Span], Span]:
    """From a place in a file of a case to the same place on the page, or in the folder of the page."""

    def place_of(span: Span) -> Span:
        block = case.files.get(span.file)
        if block is None:
            return structs.replace(span, file=posixpath.join(beneath.root, span.file) if beneath else span.file)
        return structs.replace(span, file=page.source.path, line=span.line + block.lines[0])

    return place_of


def _rendered(reports: Sequence[Diagnostic], sources: Mapping[str, Source]) -> str:
    return "\n\n".join(render_text(it, sources) for it in arrange(reports).shown) + ("\n" if reports else "")


def _transcripts(results: Sequence[TestResult]) -> str:
    """The tests one after another: their steps, and under each what came of it."""
    return "\n".join(_lines([f'test "{it.name}"', *(f"  {line}" for line in it.transcript)]) for it in results)


def _lines(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)
