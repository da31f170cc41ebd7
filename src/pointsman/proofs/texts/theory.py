"""The text theory: all literals about one text variable, and whether a value satisfies them."""

from __future__ import annotations

from pointsman.proofs.texts.answers import TextAnswer, TextFound, TextImpossible, TextUndecided, TextWanted
from pointsman.proofs.texts.literals import Candidate, ExistsLiteral, literal_of


def solve_text(
    wanted: tuple[TextWanted, ...],
    *,
    steps: int,
    near: str | None,
    may_be_missing: bool,
    may_be_present: bool,
    natural: str,
) -> TextAnswer:
    """Find a value of one text variable for which every literal is as wanted, or prove that there is none.

    `near` is a text to stay close to, None where there is none; `natural` is tried next. A missing text is answered
    where it is allowed and neither of them will do. `steps` bounds the work: about a candidate or a transition each.
    """
    positive = [place for place, one in enumerate(wanted) if one.holds]
    absent = next(
        (p for p, one in enumerate(wanted) if not one.holds and isinstance(literal_of(one), ExistsLiteral)), None
    )
    if absent is not None or not may_be_present:
        core = () if absent is None else (absent,)
        if positive:
            return TextImpossible((*core, positive[0]))
        return TextFound(None) if may_be_missing else TextImpossible(core)
    literals = [(literal_of(one), one.holds) for one in wanted]
    for text in (near, natural):
        if text is not None and all(literal.accepts(Candidate(text)) is holds for literal, holds in literals):
            return TextFound(text)
    if not positive and may_be_missing:
        return TextFound(None)
    return TextUndecided("steps" if steps <= 0 else "text")
