"""What it costs to cut a text that is too long for its channel, and to find that one is not.

    .venv/bin/python benchmarks/split.py [--seconds 0.2]

*cut* is a whole text of 65,536 characters, the longest that is taken, in milliseconds; *fits* is a message within its
limits, as it is handed on by the engine, beside `length` of the same text, in nanoseconds. Medians of rounds.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable

from pointsman.engine.downgrade import rendered
from pointsman.engine.downgrade.ladder import Ladder
from pointsman.engine.measure import length
from pointsman.engine.split import split
from pointsman.language.ir import Carried, Limit, Profile
from pointsman.limits import TEXT_CHARACTERS_MAX
from pointsman.model.content import Message, Text

ROUNDS = 5
LIMITS = {
    "characters": Limit("", "characters", 4096),
    "bytes": Limit("", "bytes", 1000),
    "gsm": Limit("", "gsm", 918, ucs2=402),
}
TEXTS = {
    "sentences": "Hello, this is a sentence of a few words. And another one.\n",
    "accents": "Grüße aus Köln, wo es schön ist. Voilà, ça marche très bien.\n",
    "addresses": "See https://example.com/a?b=c now. ",
    "one word": "a",
    "Japanese": "これは文です。もう一つの文です。",
    "Hindi": "नमस्ते दुनिया, क्या हाल है। ",
    "emoji": "👨‍👩‍👧 👍🏽 🇩🇪 ",
}


def never(_condition: object, _message: Message) -> bool:
    return False


def seconds_of(call: Callable[[], object], seconds: float) -> float:
    """Time of one call, by as many as fit."""
    call()
    calls, started = 0, time.perf_counter()
    while (elapsed := time.perf_counter() - started) < seconds:
        call()
        calls += 1
    return elapsed / calls


def median(call: Callable[[], object], seconds: float) -> float:
    return statistics.median(seconds_of(call, seconds / ROUNDS) for _ in range(ROUNDS))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=0.2, help="length of one measurement")
    seconds = parser.parse_args().seconds
    print(f"{'text':<12}{'unit':<12}{'parts':>6}{'cut, ms':>10}{'fits, ns':>10}{'length, ns':>12}")
    for name, piece in TEXTS.items():
        long, short = (piece * TEXT_CHARACTERS_MAX)[:TEXT_CHARACTERS_MAX], (piece * 100)[:100]
        for unit, limit in LIMITS.items():
            message, ladder = (
                Message(Text(short)),
                Ladder(Profile("bench", (Carried("text", "native", (limit,)),), ()), ()),
            )
            cut = median(lambda long=long, limit=limit: split(long, (limit,)), seconds) * 1e3
            asked = median(lambda message=message, ladder=ladder: rendered(message, ladder, never), seconds) * 1e9
            measured = median(lambda short=short, limit=limit: length(short, limit), seconds) * 1e9
            parts = len(split(long, (limit,)))
            print(f"{name:<12}{unit:<12}{parts:>6}{cut:>10.2f}{asked:>10.0f}{measured:>12.0f}")


if __name__ == "__main__":
    main()
