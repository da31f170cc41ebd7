"""What the literals about one text variable allow: a value for which they all hold, or the proof that there is none."""

from __future__ import annotations

from pointsman.proofs.texts.answers import TextAnswer, TextFound, TextImpossible, TextUndecided, TextWanted
from pointsman.proofs.texts.theory import solve_text

__all__ = ["TextAnswer", "TextFound", "TextImpossible", "TextUndecided", "TextWanted", "solve_text"]
