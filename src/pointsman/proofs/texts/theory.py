"""The text theory: all literals about one text variable, and whether a value satisfies them.

What is decided, and by what:

- Missing or present: at once.
- `is` and `in`: each value is tried; lists are met by look-up.
- Values against values (`starts`, `ends`, `contains`, `mentions`, their opposites, lists): the text is pieced together
  of one value a literal with strangers between; it fails only where a value itself has what is refused.
- Expressions, lengths, and raw tests beside folded ones: automata, over the literals that count.

Laws: those of `answers`. Each way gives an answer that is right, or none; the next is then asked.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import assert_never

from pointsman.proofs.texts.answers import TextAnswer, TextFound, TextImpossible, TextUndecided, TextWanted
from pointsman.proofs.texts.assembly import assembled, dressed
from pointsman.proofs.texts.finite import enumerated
from pointsman.proofs.texts.layers import allowed_length
from pointsman.proofs.texts.literals import ExistsLiteral, LengthLiteral, TextLiteral, literal_of
from pointsman.proofs.texts.pieces import Contradiction, pieces_of
from pointsman.proofs.texts.product import Steps
from pointsman.proofs.texts.question import Literals
from pointsman.proofs.texts.refine import Open, Outcome, Proved, Seen, refine

Way = Callable[[Literals], Outcome | None]

_WIDE_SHARE, _DRESSED_SHARE = 0.6, 0.5
"""Of the steps that are left: what wide automata, and then what dressed pieces may take."""
_FIRST_MAX = 3
"""Literals that have to hold with which automata begin."""


def solve_text(
    wanted: Sequence[TextWanted],
    *,
    steps: int,
    near: str | None,
    may_be_missing: bool,
    may_be_present: bool,
    natural: str,
) -> TextAnswer:
    """Find a value of one text variable for which every literal is as wanted, or prove that there is none.

    `near` is a text to stay close to, None where there is none: it, or what little change makes of it, is answered
    where it will do. Else it is `natural`, or the missing text where that is allowed. `steps` bounds the work: each
    candidate is one, and each transition of an automaton. A question about few values takes a handful; 20,000 are a
    tenth of a second, more or less.
    """
    literals = Literals([(literal_of(one), one.holds) for one in wanted], Steps(steps))
    positive = next((place for place, (_, holds) in enumerate(literals.wanted) if holds), None)
    absent = next(
        (at for at, (one, holds) in enumerate(literals.wanted) if not holds and isinstance(one, ExistsLiteral)), None
    )
    if absent is not None or not may_be_present:
        core = () if absent is None else (absent,)
        if positive is not None:
            return TextImpossible(tuple(sorted((*core, positive))))
        return TextFound(None) if may_be_missing else TextImpossible(core)
    text = natural if near is None else near
    if literals.accept(text):
        return TextFound(text)
    if positive is None and may_be_missing:
        return TextFound(None if near is None else assembled(literals, (), near, natural))
    return _answer(
        literals, _present(literals, near, natural), (positive,) if may_be_missing and positive is not None else ()
    )


def _present(literals: Literals, near: str | None, natural: str) -> Outcome:
    """The outcome for a text that is there."""
    for way in (_alone, enumerated):
        if (outcome := way(literals)) is not None:
            return _made_small(literals, outcome, way)
    pieces = pieces_of(literals)
    if isinstance(pieces, Contradiction):
        return _made_small(literals, Proved(pieces.core), _by_pieces)
    text = assembled(literals, pieces, near, natural)
    if text is None and not literals.patterns and not literals.lengths:
        text = dressed(literals, pieces, natural)
    if text is not None:
        return Seen(text)
    outcome = _by_machines(literals.within(_WIDE_SHARE))
    if not isinstance(outcome, Open):
        return _made_small(literals, outcome, _by_machines)
    text = dressed(literals.within(_DRESSED_SHARE), pieces, natural)
    if text is not None:
        return Seen(text)
    narrow = refine(literals, wide=False)
    return narrow if isinstance(narrow, Seen) else outcome


def _alone(literals: Literals) -> Outcome | None:
    """What no text satisfies: tests without values, lengths that exclude one another."""
    for place, (literal, holds) in enumerate(literals.wanted):
        if holds and isinstance(literal, TextLiteral) and not literal.values.all:
            return Proved((place,))
    lengths = [(one, holds) for one, holds in literals.wanted if isinstance(one, LengthLiteral)]
    if lengths and allowed_length(lengths) is None:
        return Proved(tuple(literals.lengths))
    return None


def _by_pieces(literals: Literals) -> Outcome | None:
    pieces = pieces_of(literals)
    return Proved(pieces.core) if isinstance(pieces, Contradiction) else None


def _by_machines(literals: Literals) -> Outcome:
    first = [at for at, (one, holds) in enumerate(literals.wanted) if holds and not isinstance(one, LengthLiteral)]
    return refine(literals, wide=True, first=first[:_FIRST_MAX])


def _made_small(literals: Literals, outcome: Outcome, way: Way) -> Outcome:
    """A proof without the literals that it can do without, as far as the steps last."""
    if not isinstance(outcome, Proved):
        return outcome
    needed = list(outcome.core)
    for place in outcome.core:
        fewer = [one for one in needed if one != place]
        if not fewer:
            break
        smaller = way(literals.only(fewer))
        if isinstance(smaller, Proved):
            needed = [fewer[at] for at in smaller.core]
    return Proved(tuple(needed))


def _answer(literals: Literals, outcome: Outcome, positive: tuple[int, ...]) -> TextAnswer:
    """The answer; a proof names a literal that has to hold, since no other excludes the missing text."""
    match outcome:
        case Seen(text):
            return TextFound(text)
        case Proved(core):
            named = core if any(literals[place][1] for place in core) else (*core, *positive)
            return TextImpossible(tuple(sorted(named)))
        case Open(why):
            return TextUndecided("steps" if literals.steps.left < 0 and why == "text" else why)
        case _:
            assert_never(outcome)
