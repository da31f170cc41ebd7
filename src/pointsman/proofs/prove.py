"""All that is asked of a program that compiles: a table of questions, each a function from an inquiry to reports.

Laws: a program with errors is not asked about; reports of one question come in order of place; what a question could
not settle is one report of its own, an error where the language promises the proof. Equal programs get equal reports.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import islice

from msgspec import Struct, structs

from pointsman.engine.loading import load
from pointsman.language import tree
from pointsman.language.codes import Level
from pointsman.language.diagnostics import Diagnostic, Label, report
from pointsman.language.ir import relocated
from pointsman.language.pipeline import Compiled
from pointsman.limits import (
    PROOF_FINDINGS_MAX,
    PROOF_QUESTIONS_MIN,
    PROOF_QUESTIONS_PER_RULE_MAX,
)
from pointsman.proofs.conflicts import conflicting_rules
from pointsman.proofs.constants import constant_conditions
from pointsman.proofs.gaps import uncovered_events
from pointsman.proofs.inquiry import NO_WITNESS, Inquiry, Open
from pointsman.proofs.order import matters_of_order
from pointsman.proofs.overlaps import overlapping_rules
from pointsman.proofs.question import Ground
from pointsman.proofs.renderings import missing_renderings
from pointsman.proofs.unreachable import unreachable_rules

_PLACES_NAMED = 3
WHYS = {
    "steps": "it takes too many steps",
    "text": "it depends on texts that were not found",
    "pattern": "it depends on a regular expression",
    "list": "it depends on a long list",
    "calendar": "it depends on moments that were not found",
    "length": "it depends on very long texts",
    "disagreement": "pointsman contradicts itself there, which is a fault of its own: please report it",
    NO_WITNESS: "no transcript was found that shows it",
}


class Asked(Struct, frozen=True):
    """One kind of question. `whether` says it in words; `on_request`: asked only where notes are wanted."""

    name: str
    ask: Callable[[Inquiry], Iterator[Diagnostic]]
    whether: str
    on_request: bool = False


QUESTIONS: tuple[Asked, ...] = (
    Asked("constants", constant_conditions, "whether a condition is the same on every event"),
    Asked("unreachable", unreachable_rules, "whether a rule can ever fire"),
    Asked("overlaps", overlapping_rules, "whether rules of a `unique` policy can match together"),
    Asked("gaps", uncovered_events, "whether some rule of a `complete` policy always fires"),
    Asked("conflicts", conflicting_rules, "whether rules that fire together set one thing differently"),
    Asked("renderings", missing_renderings, "whether every message has a rendering"),
    Asked("order", matters_of_order, "whether the order of two rules matters", on_request=True),
)
"""In the order in which they are asked."""


def prove(
    compiled: Compiled,
    *,
    accounts: frozenset[str] | None = None,
    carried: frozenset[str] | None = None,
    notes: bool = False,
    clock: Callable[[], float] = time.perf_counter,
) -> Compiled:
    """Ask all questions about a program and append what was found to its reports; nothing where it has errors.

    `accounts` are the names that the configuration has, `carried` the channels that its connections carry, None where
    it is not known. The seconds of each question are added to those of the stages, by its name.
    """
    if compiled.program is None or compiled.failed:
        return compiled
    program = compiled.program
    blocks = [item for item in compiled.items if isinstance(item, tree.Channel)]
    inquiry = Inquiry(load(program), program.sources, Ground(program.ir, accounts, carried), blocks)
    found: list[Diagnostic] = []
    seconds = dict(compiled.seconds)
    for question in QUESTIONS:
        if notes or not question.on_request:
            began = clock()
            found += _answers(question, inquiry)
            seconds[question.name] = clock() - began
    paths = dict(zip(program.sources, compiled.rules_files, strict=True))
    placed = tuple(relocated(diagnostic, lambda file: paths.get(file, file)) for diagnostic in found)
    return structs.replace(compiled, diagnostics=(*compiled.diagnostics, *placed), seconds=seconds)


def _answers(question: Asked, inquiry: Inquiry) -> Iterator[Diagnostic]:
    rules = len(inquiry.reach.sites)
    inquiry.asker.left = PROOF_QUESTIONS_MIN + PROOF_QUESTIONS_PER_RULE_MAX * rules
    inquiry.left_open.clear()
    reports = question.ask(inquiry)
    found = list(islice(reports, PROOF_FINDINGS_MAX))
    over = next(reports, None)
    yield from sorted(found, key=_place)
    if inquiry.left_open:
        yield _undecided(question, inquiry.left_open)
    if over is not None:
        message = f"{question.whether} was not decided from here on"
        help_ = f"{PROOF_FINDINGS_MAX} reports of this kind come before; mend those first"
        yield report("undecided", message, over.span, help=help_, level=_level(over.level == "error"))


def _undecided(question: Asked, left_open: list[Open]) -> Diagnostic:
    """One report for all that a question left open, at the first place."""
    spans = list(dict.fromkeys(it.span for it in sorted(left_open, key=_place)))
    whys = Counter(it.why for it in left_open)
    reasons = ", ".join(f"{WHYS.get(why, why)} ({count})" for why, count in whys.most_common())
    places = "1 place" if len(spans) == 1 else f"{len(spans)} places"
    return report(
        "undecided",
        f"{question.whether} was not decided in {places}",
        spans[0],
        *(Label(span, "nor here") for span in spans[1:_PLACES_NAMED]),
        help=f"{reasons}; simpler conditions, or fewer in one rule, can be decided",
        level=_level(any(it.blocks for it in left_open)),
    )


def _level(blocks: bool) -> Level:
    return "error" if blocks else "warning"


def _place(it: Diagnostic | Open) -> tuple[str, int, int]:
    return it.span.file, it.span.start, it.span.end
