"""Decisions per second: the compiled program, the interpreter and hand-written Python, in one interleaved run.

    python benchmarks/decide.py [--seconds 0.5]

Each program has N rules on a customer's message: a channel and a word, the last of which matches. *matching* is finding
the rule; *deciding* is the whole event, from the stored conversation to the new one and what is owed. The hand-written
function is what a Python team would write for the same rules: a loop over (channel, word, action) with folded text.
Medians of rounds; compare within a run, machines differ.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable

from pointsman.engine.decide import decide
from pointsman.engine.loading import load, load_plain
from pointsman.engine.scenario import ADDRESS, CLOCK
from pointsman.engine.view import View
from pointsman.language import ir
from pointsman.language.folding import fold
from pointsman.language.program import build
from pointsman.model.content import Message, Text
from pointsman.model.conversation import Conversation
from pointsman.model.event import FromCustomer, Trigger
from pointsman.model.wiring import Seat, Wiring

HERE = ir.Span("bench.rules", 0, 1, 1, 1)
SIZES = (10, 100, 1_000, 10_000)
ROUNDS = 5
CHANNELS = ("SMS", "WhatsApp", "RCS", "Telegram")
TEXT = "Hello, I would like to talk about {word} with somebody who knows it, please."
ON_MESSAGE = Trigger("from customer")


def program_of(count: int) -> ir.ProgramIR:
    rules = tuple(
        ir.Rule(
            f"rule {number}",
            ir.And(
                (
                    ir.ChoiceTest("channel", (CHANNELS[number % 4],), HERE),
                    ir.TextTest("text", "mentions", False, (word(number),), "", HERE),
                ),
                HERE,
            ),
            (ir.TagAction("seen", HERE),),
            HERE,
        )
        for number in range(count)
    )
    bot = ir.Component("CmBot", "bot", ir.Clause("enabled"), ir.Clause("enabled"), HERE)
    policy = ir.Policy("p", "first", False, (ON_MESSAGE,), rules, HERE)
    return ir.ProgramIR(1, (bot,), ("CmBot",), (), (), (policy,), CHANNELS, ())


def word(number: int) -> str:
    return f"topic{number:05d}"


def by_hand(count: int) -> Callable[[str, str], int | None]:
    """What one would write without a rules engine."""
    table = [(CHANNELS[number % 4], fold(word(number)), number) for number in range(count)]

    def first(channel: str, text: str) -> int | None:
        words = set(fold(text).split())
        for wanted, needle, number in table:
            if channel == wanted and needle in words:
                return number
        return None

    return first


def microseconds(call: Callable[[], object], seconds: float) -> float:
    """Time of one call, by as many as fit."""
    call()
    calls, started = 0, time.perf_counter()
    while (elapsed := time.perf_counter() - started) < seconds:
        call()
        calls += 1
    return elapsed / calls * 1e6


def contenders(count: int) -> dict[str, Callable[[], object]]:
    program = build(program_of(count))
    fast, plain = load(program), load_plain(program)
    address = type(ADDRESS)(ADDRESS.account, CHANNELS[(count - 1) % 4], ADDRESS.customer, ADDRESS.business)
    message = Message(Text(TEXT.format(word=word(count - 1))))
    wiring = Wiring(address.account, {"CmBot": Seat(copies=False)})
    event = FromCustomer(message)
    state = decide(fast, wiring, None, event, CLOCK, address=address).conversation
    hand = by_hand(count)
    assert hand(address.channel, message.content.text) == count - 1
    assert [rule.name for rule in fast.match(ON_MESSAGE, view(state, message))] == [f"rule {count - 1}"]
    return {
        "matching, compiled": lambda: fast.match(ON_MESSAGE, view(state, message)),
        "matching, interpreter": lambda: plain.match(ON_MESSAGE, view(state, message)),
        "matching, by hand": lambda: hand(address.channel, message.content.text),
        "deciding, compiled": lambda: decide(fast, wiring, state, event, CLOCK, address=address),
        "deciding, interpreter": lambda: decide(plain, wiring, state, event, CLOCK, address=address),
    }


def view(state: Conversation, message: Message) -> View:
    return View(state, message, CLOCK, {}, enabled=state.enabled)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=0.2, help="length of one measurement")
    seconds = parser.parse_args().seconds
    print(f"{'rules':>7}  {'what':<24}{'µs':>10}{'per second':>12}{'× by hand':>11}")
    for count in SIZES:
        calls = contenders(count)
        times = {name: [] for name in calls}
        for _ in range(ROUNDS):
            for name, call in calls.items():
                times[name].append(microseconds(call, seconds / ROUNDS))
        medians = {name: statistics.median(found) for name, found in times.items()}
        for name, found in medians.items():
            ratio = found / medians["matching, by hand"]
            print(f"{count:>7,}  {name:<24}{found:>10.2f}{1e6 / found:>12,.0f}{ratio:>11.2f}")


if __name__ == "__main__":
    main()
