"""From the artefact to something that decides: by its index and generated Python, or by the interpreter.

Generated conditions run under a file name that holds the program's hash, each line at its rule's place, so that a
traceback shows the rule; they see no builtins but those that a listing uses.
"""

from __future__ import annotations

import ast
import linecache
import weakref
from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any, TypeAlias

from pointsman.engine import interpret
from pointsman.engine.loaded import Loaded
from pointsman.engine.matching import Test, TriggerMatcher
from pointsman.engine.operators import WORDS
from pointsman.engine.view import View
from pointsman.language.ir import Rule
from pointsman.language.program import Listing, Program
from pointsman.model.event import Trigger

_BUILTINS = {"frozenset": frozenset, "map": map, "tuple": tuple}
_Lines: TypeAlias = tuple[int, float | None, list[str], str]
"""An entry of `linecache`."""


def load(program: Program) -> Loaded:
    """Make a program decide by its index and its generated Python."""
    shown = _show(program)
    functions = run_listing(program)
    matchers = {table.trigger: TriggerMatcher(program, table, functions) for table in program.index}

    def match(trigger: Trigger, view: View) -> list[Rule]:
        return matchers[trigger].match(view)

    loaded = Loaded(program.ir, program.hash, match)
    weakref.finalize(loaded, _forget, shown)
    return loaded


def load_plain(program: Program) -> Loaded:
    """Make a program decide by the interpreter."""

    def match(trigger: Trigger, view: View) -> list[Rule]:
        return interpret.match(program.ir, trigger, view)

    return Loaded(program.ir, program.hash, match)


def run_listing(program: Program) -> Mapping[str, Test]:
    """Run a program's listing and return its functions by name."""
    lists = {item.name: item for item in program.ir.lists}
    words: dict[str, Any] = {
        **WORDS,
        "__builtins__": _BUILTINS,
        "texts": lambda name: lists[name].texts,
        "numbers": lambda name: frozenset(lists[name].numbers),
    }
    for file, part in _by_file(program.listing):
        exec(compile(part, _file_name(program, file), "exec"), words)  # noqa: S102  # user text is literals only
    return words


def _file_name(program: Program, file: str) -> str:
    return f"<{file} {program.hash[:12]}>"


def _by_file(listing: Listing) -> Iterator[tuple[str, ast.Module]]:
    """Cut the listing where the rules file that it comes from changes, and put every node at its rule's place."""
    tree = ast.parse(listing.python)
    whose = [(statement, listing.places[statement.lineno - 1]) for statement in tree.body]
    for node in ast.walk(tree):
        if isinstance(node, ast.stmt | ast.expr | ast.arg):
            span = listing.places[node.lineno - 1]
            node.lineno = node.end_lineno = span.line if span else 1
            node.col_offset = node.end_col_offset = span.column - 1 if span else 0
    for file, statements in groupby(whose, key=lambda it: it[1].file if it[1] else ""):
        yield file, ast.Module([statement for statement, _ in statements], [])


def _show(program: Program) -> dict[str, _Lines]:
    """Let tracebacks show a program's sources."""
    shown: dict[str, _Lines] = {}
    for file, text in program.sources.items():
        shown[_file_name(program, file)] = (len(text), None, [f"{line}\n" for line in text.split("\n")], file)
    linecache.cache.update(shown)
    return shown


def _forget(shown: dict[str, _Lines]) -> None:
    """Drop a retired program's sources from what tracebacks show, unless it has been loaded again."""
    for name, lines in shown.items():
        if linecache.cache.get(name) is lines:
            del linecache.cache[name]
