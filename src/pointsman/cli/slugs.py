"""What a slug means, as `pointsman check --explain` prints it: level, title, the paragraph, an example, its report."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

import click

from pointsman.language.codes import CODES
from pointsman.language.diagnostics import did_you_mean
from pointsman.language.examples import examples
from pointsman.language.markdown import DEFAULT_NAMES, Block

ALL = "all"
"""In place of a slug: the list of all."""
_WIDTH = 100
_MARGIN = "    "


def explained(slug: str) -> str:
    """Return the page of a slug, or the list of all slugs. Raises click.UsageError where there is no such slug."""
    if slug == ALL:
        return "\n".join(_overview())
    if slug not in CODES:
        help_ = did_you_mean(slug, CODES) or f"--explain {ALL} lists them"
        raise click.UsageError(f"there is no slug `{slug}`: {help_}")
    return "\n\n".join(_page(slug))


def _overview() -> Iterator[str]:
    widest = max(map(len, CODES))
    for slug, code in CODES.items():
        yield f"{slug:{widest}}  {code.level:7}  {code.title}"


def _page(slug: str) -> Iterator[str]:
    code = CODES[slug]
    yield f"{code.level}[{slug}]: {code.title}"
    yield textwrap.fill(code.prose, _WIDTH, break_long_words=False, break_on_hyphens=False)
    example = examples().get(slug)
    if example is not None:
        yield "For example:"
        for block in example.files:
            yield from _file(block)
        yield "Reported as:"
        yield textwrap.indent(example.report.rstrip("\n"), _MARGIN)


def _file(block: Block) -> Iterator[str]:
    if block.name != DEFAULT_NAMES.get(block.kind):
        yield f"{block.name}{f', {block.times:,} times' if block.times > 1 else ''}:"
    yield textwrap.indent(block.text.rstrip("\n"), _MARGIN)
