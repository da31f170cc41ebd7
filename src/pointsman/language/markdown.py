"""Pages of Markdown that run: from a page's text to its cases, and back with other expectations.

Laws:

- A section that has blocks is one case: its files are one program, its other blocks say what comes of it. The files
  before the first heading of the second level belong to all cases; a case's own take the place of those so named.
- Nothing is passed over unsaid: a block of no known kind, or one that cannot be run where it stands, is reported. What
  a page only shows has no kind, or the word `shown` behind it.
- `rewritten` changes the contents of expectations and nothing else.
"""

from __future__ import annotations

import posixpath
import re
import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal, TypeAlias

from markdown_it import MarkdownIt
from markdown_it.token import Token
from msgspec import Struct

from pointsman import limits
from pointsman.language.diagnostics import Diagnostic, Label, did_you_mean, report, ticked
from pointsman.language.ir import Span
from pointsman.language.load import SUFFIX
from pointsman.language.source import Source

Kind: TypeAlias = Literal["rules", "text", "markdown", "diagnostics", "transcript", "failures"]
FILES: tuple[Kind, ...] = ("rules", "text", "markdown")
"""Blocks that are files of the program; `markdown` is a page itself, for pages about pages."""
DEFAULT_NAMES = {"rules": "policy.rules", "markdown": "page.md"}
"""The files that blocks without a name are."""

_OPTIONS: dict[str, tuple[str, ...]] = {
    "rules": ("name",),
    "text": ("name", "times"),
    "markdown": ("name",),
    "diagnostics": ("notes",),
    "transcript": ("test",),
    "failures": (),
}
"""The kinds of blocks, and what may stand behind each."""
_FLAGS = ("notes",)
"""Options without a value."""
_SHOWN = "shown"
_OPENING = re.compile(r" {0,3}(`{3,}|~{3,})")
_CLOSING = re.compile(r" {0,3}(`{3,}|~{3,})[ \t]*$")


class Block(Struct, frozen=True):
    """A fenced block: `place` is its opening line, `lines` those of its content, counted from 0 without the last.

    `name` is a file's name, or the test that a transcript is of (empty: all). A file is its text so many `times`.
    `notes`: notes are reports as well.
    """

    kind: str
    name: str
    notes: bool
    text: str
    times: int
    lines: tuple[int, int]
    place: Span

    @property
    def content(self) -> str:
        """The text of the file that the block is."""
        return self.text * self.times


class Case(Struct, frozen=True):
    """A section that runs. `title` is its heading, behind those around it.

    `files` are by name; `shared` are those of them that the page gives to all its cases. `opening`: it is the part of
    the page that gives them.
    """

    title: str
    place: Span
    files: dict[str, Block]
    shared: frozenset[str]
    opening: bool
    expected: tuple[Block, ...]

    def expecting(self, kind: Kind) -> Iterator[Block]:
        """The expectations of one kind."""
        return (block for block in self.expected if block.kind == kind)


class Page(Struct, frozen=True):
    """A page, its cases in order, and what keeps blocks of it from being run."""

    source: Source
    cases: tuple[Case, ...]
    diagnostics: tuple[Diagnostic, ...]


def read_page(source: Source) -> Page:
    """Return the cases of a page. Never raises: what cannot be run is left out and reported."""
    diagnostics: list[Diagnostic] = []
    cases: list[Case] = []
    around: list[_Section] = []
    for section in _sections(source, diagnostics):
        while around and around[-1].level >= section.level:
            around.pop()
        around.append(section)
        if section.blocks:
            case = _case(around)
            diagnostics += _faults(case, section)
            cases.append(case)
    return Page(source, tuple(cases), tuple(diagnostics))


def rewritten(page: Page, texts: Mapping[Block, str]) -> str:
    """Return the page's text with other contents of some blocks; a fence that the content would close grows."""
    lines = page.source.text.split("\n")
    for block, text in sorted(texts.items(), key=lambda item: item[0].lines, reverse=True):
        start, end = block.lines
        opening, closing = _fences(lines[start - 1], lines[end], text)
        content = text.removesuffix("\n").split("\n") if text else []
        lines[start - 1 : end + 1] = [opening, *content, closing]
    return "\n".join(lines)


def _fences(opening: str, closing: str, text: str) -> tuple[str, str]:
    """The block's fences, longer where the text holds such fences itself."""
    mark = _OPENING.match(opening)[1]  # type: ignore[index]  # it opens a block
    inside = [found[1] for line in text.split("\n") if (found := _CLOSING.match(line)) and found[1][0] == mark[0]]
    longest = max((len(fence) for fence in inside), default=0)
    if longest < len(mark):
        return opening, closing
    fence = mark[0] * (longest + 1)
    return fence + opening.lstrip(" ").lstrip(mark[0]), fence


# Sections -------------------------------------------------------------------------------------------------------------


class _Section(Struct):
    """A heading and the blocks behind it, up to the next heading; before the first heading, level 0."""

    level: int
    title: str
    place: Span
    blocks: list[Block]


def _sections(source: Source, diagnostics: list[Diagnostic]) -> list[_Section]:
    sections = [_Section(0, "before any heading", source.span(0, 0), [])]
    tokens = MarkdownIt("commonmark").parse(source.text)
    starts = _starts(source)
    for at, token in enumerate(tokens):
        if token.type == "heading_open" and not token.level:
            title = tokens[at + 1].content
            sections.append(_Section(int(token.tag[1:]), title, _line(source, starts, token), []))
        elif token.type == "fence":
            block = _block(token, _line(source, starts, token), source)
            if isinstance(block, Diagnostic):
                diagnostics.append(block)
            elif block is not None:
                sections[-1].blocks.append(block)
    return sections


def _starts(source: Source) -> list[int]:
    """Where each line begins."""
    starts = [0]
    for line in source.text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    return starts


def _line(source: Source, starts: Sequence[int], token: Token) -> Span:
    """The place of the line that a token begins with."""
    number = token.map[0] if token.map else 0
    return source.span(starts[number], starts[number + 1] - 1)


def _case(around: Sequence[_Section]) -> Case:
    """The case of the last of some sections, each inside the one before."""
    section = around[-1]
    opening = section.level <= 1
    shared = {} if opening else _files(it for outer in around if outer.level <= 1 for it in outer.blocks)
    own = _files(section.blocks)
    titles = [outer.title for outer in around if outer.level > 1] or [section.title]
    expected = tuple(it for it in section.blocks if it.kind not in FILES)
    return Case(
        ": ".join(titles), section.place, shared | own, frozenset(shared.keys() - own.keys()), opening, expected
    )


def _files(blocks: Iterable[Block]) -> dict[str, Block]:
    return {block.name: block for block in blocks if block.kind in FILES}


# Blocks ---------------------------------------------------------------------------------------------------------------


def _block(token: Token, place: Span, source: Source) -> Block | Diagnostic | None:
    """The block of a fence; None where it is only shown."""
    try:
        words = shlex.split(token.info)
    except ValueError:
        return _bad("a quote is not closed behind the kind of this block", place, 'write `name="words.rules"`')
    kind, *behind = words or [""]
    if not kind or behind == [_SHOWN] or (kind == "text" and not behind):
        return None
    if kind not in _OPTIONS:
        help_ = did_you_mean(kind, _OPTIONS) or f"write `{kind} {_SHOWN}` where it is only shown; blocks that run are "
        help_ += "" if help_.endswith("?") else ", ".join(f"`{known}`" for known in _OPTIONS)
        return _bad(f"there is no block of kind {ticked(kind)}", place, help_)
    options = _options(kind, behind, place)
    return options if isinstance(options, Diagnostic) else _built(token, kind, options, place, source)


def _options(kind: str, behind: Sequence[str], place: Span) -> dict[str, str] | Diagnostic:
    options: dict[str, str] = {}
    for word in behind:
        name, equals, value = word.partition("=")
        if name not in _OPTIONS[kind] or name in options or bool(equals) == (name in _FLAGS):
            known = [option if option in _FLAGS else f'{option}="…"' for option in _OPTIONS[kind]]
            help_ = f"write {' or '.join(f'`{kind} {it}`' for it in known)}" if known else f"write `{kind}` alone"
            return _bad(f"{ticked(word)} cannot stand behind `{kind}`", place, help_)
        options[name] = value
    return options


def _built(token: Token, kind: str, options: Mapping[str, str], place: Span, source: Source) -> Block | Diagnostic:
    first, end = token.map or (0, 0)
    closing = _CLOSING.match(source.line(end))
    if token.level:
        return _bad("a block inside a list or a quotation is not run", place, "move it out to the margin")
    if end - first < 2 or closing is None or not closing[1].startswith(token.markup):
        return _bad("this block is not closed", place, "write its fence again on a line of its own")
    name = options.get("test", options.get("name", DEFAULT_NAMES.get(kind, "")))
    if kind in FILES and (fault := _name_fault(kind, name, place)):
        return fault
    times = options.get("times", "1")
    if not times.isdecimal() or int(times) * max(len(token.content), 1) > limits.PAGE_FILE_CHARACTERS_MAX:
        help_ = f"write a number, and no more than {limits.PAGE_FILE_CHARACTERS_MAX:,} characters in all"
        return _bad(f"a block cannot stand for {ticked(times)} times its text", place, help_)
    return Block(kind, name, "notes" in options, token.content, int(times), (first + 1, end - 1), place)


def _name_fault(kind: str, name: str, place: Span) -> Diagnostic | None:
    normal = posixpath.normpath(name) if name else ""
    if name.startswith(("/", "\\")) or normal.split("/")[0] == "..":
        help_ = "files of a page lie in the folder of the page or below it"
        return report("outside-root", f"{ticked(name)} leaves the program's folder", place, help=help_)
    if not name or name != normal or (kind == "rules") != name.endswith(SUFFIX):
        help_ = f"a rules file ends in `{SUFFIX}`, a list in anything else; no `.` and no `//` in its path"
        return _bad(f"a `{kind}` block cannot be the file {ticked(name)}", place, help_)
    return None


def _faults(case: Case, section: _Section) -> Iterator[Diagnostic]:
    """What a section says twice, and a section without a program."""
    first: dict[tuple[bool, str], Block] = {}
    for block in section.blocks:
        key = (True, block.name) if block.kind in FILES else (False, f"{block.kind} {block.name}")
        before = first.setdefault(key, block)
        if before is not block:
            what = f"the file `{block.name}`" if block.kind in FILES else f"`{block.kind}`"
            help_ = 'give it a name of its own: `rules name="other.rules"`' if block.kind in FILES else "keep one"
            help_ += ", or begin another section with a heading"
            label = Label(before.place, "the first one")
            yield report("duplicate", f"this section has {what} twice", block.place, label, help=help_)
    if not case.files:
        help_ = "add a `rules` block to this section"
        yield report(
            "no-rules", "this section expects something and has no program", section.blocks[0].place, help=help_
        )


def _bad(message: str, place: Span, help_: str) -> Diagnostic:
    return report("bad-block", message, place, help=help_)
