"""What it costs to render a message for a channel, by channel, beside reading the same message from JSON.

    .venv/bin/python benchmarks/downgrade.py [--seconds 1]

*carousel* has ten cards with a title, a description, a picture and three buttons (a choice, an address, a number); it
is rendered by the standard ladder, whose conditions are asked of the engine as they are when a message leaves. *text*
and *long* have 100 and 900 characters, which is within the limits of every channel. Microseconds, the best of all
calls; compare within a run, machines differ. The bounds are 60 for the carousel on the hardest channel, and 1 for a
text.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable

import msgspec

from pointsman.engine.downgrade import rendered
from pointsman.engine.downgrade.ladder import Ladder
from pointsman.engine.interpret import holds
from pointsman.engine.scenario import ADDRESS, CLOCK
from pointsman.engine.view import View
from pointsman.language.ir import Condition
from pointsman.language.lower import standard_rungs
from pointsman.language.lower_channels import standard
from pointsman.model.content import Card, Carousel, Dial, Media, Message, OpenUrl, Reply, Text
from pointsman.model.conversation import Conversation

CARDS = 10
WORDS = "Waterproof, light and warm: made for long walks in the rain"
TEXT, LONG = (Message(Text((f"{WORDS}. " * 20)[:length])) for length in (100, 900))
CAROUSEL = Message(
    Carousel(
        tuple(
            Card(
                f"Rain jacket no. {number}",
                WORDS,
                Media(f"https://shop.example/{number}.jpg", mime="image/jpeg", size=120_000),
                (
                    Reply("Order", f"order:{number}"),
                    OpenUrl("See it", f"https://shop.example/{number}"),
                    Dial("Call us", "+15555550100"),
                ),
            )
            for number in range(1, CARDS + 1)
        )
    )
)
STATE = Conversation(ADDRESS)


def applies(condition: Condition, message: Message) -> bool:
    return holds(condition, View(STATE, message, CLOCK, {}, enabled=frozenset()), {})


def microseconds(call: Callable[[], object], seconds: float) -> float:
    """Time of one call: the best of as many as fit."""
    call()
    best, ends = float("inf"), time.perf_counter() + seconds
    while (started := time.perf_counter()) < ends:
        call()
        best = min(best, time.perf_counter() - started)
    return best * 1e6


def reading(message: Message) -> Callable[[], object]:
    encoded, decoder = msgspec.json.encode(message), msgspec.json.Decoder(Message)
    return lambda: decoder.decode(encoded)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=1.0, help="length of one measurement")
    seconds = parser.parse_args().seconds
    heads = f"{'carousel, µs':>14}{'× reading':>11}{'text, µs':>10}{'long, µs':>10}"
    print(f"{'channel':<12}{'messages':>10}{'losses':>8}{heads}")
    read = microseconds(reading(CAROUSEL), seconds)
    for name, profile in standard().items():
        ladder = Ladder(profile, standard_rungs())
        it = rendered(CAROUSEL, ladder, applies)
        carousel = microseconds(lambda ladder=ladder: rendered(CAROUSEL, ladder, applies), seconds)
        text, long = (
            microseconds(lambda ladder=ladder, message=message: rendered(message, ladder, applies), seconds)
            for message in (TEXT, LONG)
        )
        counts = f"{len(it.messages):>10}{len(it.losses):>8}"
        print(f"{name:<12}{counts}{carousel:>14.1f}{carousel / read:>11.1f}{text:>10.2f}{long:>10.2f}")
    texts = (microseconds(reading(message), seconds) for message in (TEXT, LONG))
    print(f"{'reading':<12}{'':>18}{read:>14.1f}{'':>11}{next(texts):>10.2f}{next(texts):>10.2f}")


if __name__ == "__main__":
    main()
