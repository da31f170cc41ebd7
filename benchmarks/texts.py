"""What a question about one text costs, by what it is about.

    .venv/bin/python benchmarks/texts.py [--seconds 0.2]

Each line is one question of the proofs: the literals about one text variable, asked again and again with what is
remembered of values and expressions in place, as it is when a program is checked. Microseconds, of the best round.
"""

from __future__ import annotations

import argparse
import time

from pointsman.language.ir import Compare, Length, Matches, Span, TextTest
from pointsman.proofs.texts import TextWanted, solve_text
from pointsman.proofs.texts.answers import TextAtom

HERE = Span("bench.rules", 0, 1, 1, 1)
ROUNDS = 5
STEPS = 20_000
PEOPLE = tuple(f"+316{number:08}" for number in range(10_000))
OTHERS = tuple(f"+326{number:08}" for number in range(10_000))
WORDS = tuple(f"topic{number:05}" for number in range(1_000))


def text(how: str, *values: str, listed: tuple[str, ...] = (), holds: bool = True) -> TextWanted:
    name = "values" if listed else ""
    return TextWanted(TextTest("text", how, False, values, name, HERE), holds, listed)  # type: ignore[arg-type]  # a how


def wanted(atom: TextAtom, holds: bool = True) -> TextWanted:
    return TextWanted(atom, holds)


def pattern(source: str, flags: str = "") -> Matches:
    return Matches("text", source, flags, (), HERE)


QUESTIONS: dict[str, tuple[TextWanted, ...]] = {
    "one literal": (text("contains", "refund"),),
    "three literals": (text("mentions", "agent"), text("is", "stop", holds=False), text("contains", "x", holds=False)),
    "a beginning and an end": (text("starts", "order "), text("ends", "?")),
    "impossible: one in the other": (text("contains", "refund"), text("contains", "fund", holds=False)),
    "one, and a thousand refused": (
        text("mentions", "agent"),
        *(text("mentions", word, holds=False) for word in WORDS),
    ),
    "two lists of 10,000, nothing common": (text("is", listed=PEOPLE), text("is", listed=OTHERS)),
    "a list of 10,000 and not it": (text("is", listed=PEOPLE), text("is", listed=PEOPLE, holds=False)),
    "parts of 10,000, none of 10,000": (
        text("contains", listed=PEOPLE),
        text("contains", listed=OTHERS, holds=False),
    ),
    "an expression": (wanted(pattern(r"order (?P<number>\d{6})")),),
    "impossible: anchored, and not the word": (wanted(pattern("^stop$")), text("is", "stop", holds=False)),
    "impossible: required by an expression": (
        wanted(pattern(r"order \d{6}")),
        text("contains", "order", holds=False),
    ),
    "impossible: too short for the word": (
        text("mentions", "agent"),
        wanted(Compare(Length("text"), "<", 5, HERE)),
    ),
}


def main() -> None:
    parser = argparse.ArgumentParser(description="What a question about one text costs.")
    parser.add_argument("--seconds", type=float, default=0.2, help="time for each question and round")
    seconds = parser.parse_args().seconds
    for name, question in QUESTIONS.items():
        answer = ask(question)
        best = min(microseconds(question, seconds) for _ in range(ROUNDS))
        print(f"{name:42} {best:12,.1f} us   {str(answer)[:60]}")


def ask(question: tuple[TextWanted, ...]) -> object:
    return solve_text(question, steps=STEPS, near=None, may_be_missing=False, may_be_present=True, natural="Hello")


def microseconds(question: tuple[TextWanted, ...], seconds: float) -> float:
    started, count = time.perf_counter(), 0
    while (took := time.perf_counter() - started) < seconds or not count:
        ask(question)
        count += 1
    return took / count * 1e6


if __name__ == "__main__":
    main()
