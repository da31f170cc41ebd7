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

from pointsman.proofs.texts.answers import TextAnswer, TextFound, TextImpossible, TextUndecided, TextWanted
from pointsman.proofs.texts.assembly import assembled
from pointsman.proofs.texts.finite import enumerated
from pointsman.proofs.texts.layers import allowed_length
from pointsman.proofs.texts.literals import ExistsLiteral, LengthLiteral, TextLiteral, literal_of
from pointsman.proofs.texts.pieces import Contradiction, pieces_of
from pointsman.proofs.texts.product import Steps
from pointsman.proofs.texts.question import Literals
from pointsman.proofs.texts.refine import Open, Outcome, Proved, Seen, refine

Way = Callable[[Literals], Outcome | None]

_CORE_MIN = 2
"""A core of two is not made smaller: a literal that nothing satisfies by itself was found before."""
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

    `near` is a text to stay close to, None where there is none; `natural` is tried next. A missing text is answered
    where it is allowed and neither of them will do. `steps` bounds the work: a candidate or a transition of an
    automaton each; a question about few values takes a handful, 20,000 are a tenth of a second.
    """
    literals = Literals([(literal_of(one), one.holds) for one in wanted], Steps(steps))
    positive = next((place for place, (_, holds) in enumerate(literals.wanted) if holds), None)
    absent = next(
        (at for at, (one, holds) in enumerate(literals.wanted) if not holds and isinstance(one, ExistsLiteral)), None
    )
    if absent is not None or not may_be_present:
        core = () if absent is None else (absent,)
        if positive is not None:
            return TextImpossible((*core, positive))
        return TextFound(None) if may_be_missing else TextImpossible(core)
    for text in (near, natural):
        if text is not None and literals.accept(text):
            return TextFound(text)
    if positive is None and may_be_missing:
        return TextFound(None)
    return _answer(literals, _present(literals, near, natural), () if positive is None else (positive,))


def _present(literals: Literals, near: str | None, natural: str) -> Outcome:
    """The outcome for a text that is there."""
    for way in (_alone, enumerated):
        if (outcome := way(literals)) is not None:
            return _made_small(literals, outcome, way)
    pieces = pieces_of(literals)
    if isinstance(pieces, Contradiction):
        return _made_small(literals, Proved(pieces.core), _by_pieces)
    text = assembled(literals, pieces, near, natural)
    if text is not None:
        return Seen(text)
    outcome = _by_machines(literals)
    if not isinstance(outcome, Open):
        return _made_small(literals, outcome, _by_machines)
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
        if len(needed) <= _CORE_MIN and way is not _alone:
            break
        fewer = [one for one in needed if one != place]
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
