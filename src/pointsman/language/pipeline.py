"""The compiler from end to end: a table of stages, each a function from what is known to more of it.

Laws: stages run in the order of the table. `tree`, `lists` and `check` always run, over what could be read, so that one
mistake hides no other; `ir` and `program` run on a program without an error. After the files are read, everything is a
pure function of values. The result holds each stage's product, for `--emit`, and how long each took, by its name.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from typing import Literal, TypeAlias, assert_never

import msgspec
from msgspec import Struct, structs

from pointsman.language import program, tree
from pointsman.language.check import Scope, check, survey
from pointsman.language.diagnostics import Diagnostic, blocks
from pointsman.language.ir import ProgramIR, relocated
from pointsman.language.lists import Values, read_lists
from pointsman.language.load import Folder, Memory, Shelf, load_from
from pointsman.language.lower import lower
from pointsman.language.parse import tokens
from pointsman.language.program import Program
from pointsman.language.source import Source

Emit: TypeAlias = Literal["tokens", "tree", "ir", "python", "index"]


class Compiled(Struct, frozen=True):
    """What is known of a program; `ir` and `program` are None where there is an error.

    `sources` by path hold the files of lists as well, `rules_files` are those that hold rules. `items` are in program
    order, `strays` and `lost` as in `load.Loaded`. `values` are the contents of lists by name. `seconds` are by name of
    the stage.
    """

    diagnostics: tuple[Diagnostic, ...] = ()
    sources: dict[str, Source] = {}
    rules_files: tuple[str, ...] = ()
    items: tuple[tree.Item, ...] = ()
    strays: tuple[tree.Rule, ...] = ()
    lost: frozenset[str] | None = frozenset()
    language: int = 0
    values: dict[str, Values] = {}
    scope: Scope | None = None
    ir: ProgramIR | None = None
    program: Program | None = None
    seconds: dict[str, float] = {}

    @property
    def failed(self) -> bool:
        """Whether any report is an error."""
        return blocks(self.diagnostics)


class Given(Struct, frozen=True):
    """What a compilation starts from."""

    shelf: Shelf
    accounts: frozenset[str] | None


Stage: TypeAlias = Callable[[Compiled, Given], Compiled]


def compile_rules(
    rules: Mapping[str, str] | Shelf | str | os.PathLike[str],
    *,
    accounts: frozenset[str] | None = None,
    clock: Callable[[], float] = time.perf_counter,
) -> Compiled:
    """Compile one program: a rules file, a folder of them, texts by path, or what lies on a shelf.

    Never raises for what the rules say.

    `accounts` are the names that the configuration has, None where it is not known.
    """
    given = Given(_shelf(rules), accounts)
    compiled = Compiled()
    for name, stage in STAGES:
        began = clock()
        compiled = stage(compiled, given)
        compiled = structs.replace(compiled, seconds={**compiled.seconds, name: clock() - began})
    return compiled


def _shelf(rules: Mapping[str, str] | Shelf | str | os.PathLike[str]) -> Shelf:
    if isinstance(rules, str | os.PathLike):
        return Folder(rules)
    return Memory(rules) if isinstance(rules, Mapping) else rules


def emit(compiled: Compiled, stage: Emit) -> str:
    """Return the product of one stage as text; empty where the program has errors and the stage did not run."""
    match stage:
        case "tokens":
            return "".join(_tokens(compiled.sources[path]) for path in compiled.rules_files)
        case "tree":
            return _json(compiled.items)
        case "ir":
            return _json(compiled.ir) if compiled.ir else ""
        case "python":
            return compiled.program.python if compiled.program else ""
        case "index":
            return _json(compiled.program.index) if compiled.program else ""
        case _:
            assert_never(stage)


# Stages ---------------------------------------------------------------------------------------------------------------


def _tree(compiled: Compiled, given: Given) -> Compiled:
    loaded = load_from(given.shelf)
    return structs.replace(
        compiled,
        diagnostics=loaded.diagnostics,
        sources=loaded.sources,
        rules_files=tuple(loaded.sources),
        items=loaded.items,
        strays=loaded.strays,
        lost=loaded.lost,
        language=loaded.version,
    )


def _lists(compiled: Compiled, given: Given) -> Compiled:
    lists = read_lists(compiled.items, given.shelf)
    return structs.replace(
        compiled,
        diagnostics=(*compiled.diagnostics, *lists.diagnostics),
        sources={**compiled.sources, **lists.sources},
        values=lists.values,
    )


def _check(compiled: Compiled, given: Given) -> Compiled:
    scope = survey(compiled.items, compiled.values, accounts=given.accounts, lost=compiled.lost, strays=compiled.strays)
    diagnostics = (*compiled.diagnostics, *check(scope, compiled.diagnostics))
    return structs.replace(compiled, scope=scope, diagnostics=diagnostics)


def _ir(compiled: Compiled, given: Given) -> Compiled:
    """Lower, with places from the program's root on: equal rules are one generation wherever they lie."""
    if compiled.failed or compiled.scope is None:
        return compiled
    return structs.replace(compiled, ir=relocated(lower(compiled.scope, compiled.language), given.shelf.inside))


def _program(compiled: Compiled, given: Given) -> Compiled:
    if compiled.ir is None:
        return compiled
    texts = {given.shelf.inside(path): compiled.sources[path].text for path in compiled.rules_files}
    return structs.replace(compiled, program=program.build(compiled.ir, texts))


STAGES: tuple[tuple[str, Stage], ...] = (
    ("tree", _tree),
    ("lists", _lists),
    ("check", _check),
    ("ir", _ir),
    ("program", _program),
)
"""The stages, in order."""


# Parts ----------------------------------------------------------------------------------------------------------------


def _tokens(source: Source) -> str:
    """One line a token: place, kind, spelling."""
    return "".join(
        f"{source.path}:{token.span.line}:{token.span.column} {token.kind} {token.text}\n" for token in tokens(source)
    )


def _json(value: object) -> str:
    return msgspec.json.format(msgspec.json.encode(value, order="deterministic"), indent=2).decode() + "\n"
