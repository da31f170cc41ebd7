"""What is proved of all texts, held against odd ones: marks, ligatures, jamo, circled digits, one sign for several."""

from __future__ import annotations

import random

from text_questions import ask, interpreted, length, pattern, text

from pointsman.proofs.texts import TextFound, TextImpossible, TextWanted
from pointsman.proofs.texts.answers import TextAtom
from pointsman.proofs.texts.literals import Candidate, literal_of

POOLS = (
    "aeéÉe\u0301ê\u0323",
    "sßSſﬁ\u0307",
    "a①⑨1½",
    "zZž\u030cʒǆ",
    "iİı\u0307",
    "がカ\uff9e\u3099か",
    "кйи\u0306Й ",
    "αάᾳ\u0345\u0301ιΑ",
    "a' .:x",
    "mM㎭rad´ ",
    "n\u0303ñʼŉ",
    "가각ᄀᆨ",
)
MARKS = "\u0301\u0323\u0308\u0327\u0338\u0345\u3099"
BESIDE = " x①🇳_'\t.😀"
HOWS = ("is", "starts", "ends", "contains", "contains", "mentions", "mentions")
QUESTIONS, TRIES = 1_200, 120


def atom(rnd: random.Random, pool: str) -> TextAtom:
    choice = rnd.random()
    if choice < 0.2:
        inner = "".join(
            rnd.choice((rnd.choice(pool).replace(".", r"\."), ".", "[^a]", r"\w", r"\PM")) for _ in range(2)
        )
        return pattern(rnd.choice(("", "^")) + inner + rnd.choice(("", "$", "*", "+")), rnd.choice(("", "i")))
    if choice < 0.3:
        return length(rnd.choice(("<", "<=", "==", ">")), rnd.randrange(1, 6))
    return text(rnd.choice(HOWS), "".join(rnd.choices(pool, k=rnd.randrange(1, 4))), exactly=rnd.random() < 0.45)


def odd_text(rnd: random.Random, pool: str, values: list[str]) -> str:
    """Values in any case, with characters of the pool, marks and others between them."""
    parts = []
    for _ in range(rnd.randrange(1, 6)):
        value = rnd.choice(values or [pool[0]])
        parts.append(
            rnd.choice((value, value.upper(), value.title(), rnd.choice(pool), rnd.choice(MARKS), rnd.choice(BESIDE)))
        )
    return "".join(parts)


def test_no_odd_text_contradicts_an_answer() -> None:
    rnd, proved, found = random.Random(11), 0, 0
    for _ in range(QUESTIONS):
        pool = rnd.choice(POOLS)
        wanted = tuple(TextWanted(atom(rnd, pool), rnd.random() < 0.6) for _ in range(rnd.randrange(2, 4)))
        answer = ask(*wanted, steps=10_000)
        if isinstance(answer, TextFound):
            found += 1
            assert interpreted(wanted, answer.value)
        if isinstance(answer, TextImpossible):
            proved += 1
            core = [(literal_of(wanted[place]), wanted[place].holds) for place in answer.core]
            values = [value for one in wanted for value in getattr(one.atom, "values", ())]
            tried = (Candidate(odd_text(rnd, pool, values)) for _ in range(TRIES))
            shared = [one.raw for one in tried if all(literal.accepts(one) is holds for literal, holds in core)]
            assert shared == [], [wanted[place] for place in answer.core]
    assert proved > QUESTIONS / 10
    assert found > QUESTIONS / 2
