"""How long `pointsman test` takes for many transcripts: the command whole, its parts, and one process beside several.

    python benchmarks/tests.py [--tests 1000] [--rules 200] [--processes 2]

Each test is two events and four expectations, of a program whose rules ask for a channel and a word; of the words of
the tests each rule is fired in turn. *command* is the whole, from its start to its end; *playing* is without reading
and compiling. Medians of rounds; compare within a run, machines differ.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from pointsman.cli.testing.run import run
from pointsman.cli.testing.suites import Suite, prepare

ROUNDS = 3
CHANNELS = ("SMS", "WhatsApp", "RCS", "Telegram")
CAST = """component Bot is bot
component Desk is desk
start with Bot, Desk
policy answers on message from customer
"""
RULE = """rule "rule {rule}"
  when channel is {channel} and text mentions "topic{rule:05d}"
  then reply "Topic {rule} it is."
       set context.topic to "{rule}"
"""
TEST = """test "test {number}"
  on {channel}
  customer says "I would like to talk about topic{rule:05d} with somebody who knows it, please."
  expect rule "rule {rule}"
  expect reply "Topic {rule} it is."
  expect context.topic is "{rule}"
  Bot says "Anything else?"
  expect customer gets "Anything else?"
"""


def program(rules: int, tests: int) -> str:
    written = [CAST]
    written += [RULE.format(rule=rule, channel=CHANNELS[rule % 4]) for rule in range(rules)]
    for number in range(tests):
        rule = number % rules
        written.append(TEST.format(number=number, rule=rule, channel=CHANNELS[rule % 4]))
    return "".join(written)


def seconds(call: Callable[[], object]) -> float:
    found = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        call()
        found.append(time.perf_counter() - began)
    return statistics.median(found)


def command(path: Path, *options: str) -> Callable[[], object]:
    arguments = [sys.executable, "-m", "pointsman", "test", str(path), *options]
    return lambda: subprocess.run(arguments, check=True, stdout=subprocess.DEVNULL)


def playing(suite: Suite, processes: int, *, covering: bool) -> Callable[[], object]:
    def play() -> None:
        [outcome] = run([suite], covering=covering, processes=processes)
        assert all(it.result.passed for it in outcome.played)

    return play


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tests", type=int, default=1_000)
    parser.add_argument("--rules", type=int, default=200)
    parser.add_argument("--processes", type=int, default=2)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bench.rules"
        path.write_text(program(given.rules, given.tests), encoding="utf-8")
        print(f"{given.tests:,} tests of a program of {given.rules:,} rules")
        [suite] = prepare(str(path))
        assert isinstance(suite, Suite)
        print(f"{'command':<34}{seconds(command(path)):>8.2f} s")
        print(f"{'command --coverage':<34}{seconds(command(path, '--coverage')):>8.2f} s")
        print(f"{'reading and compiling':<34}{seconds(lambda: list(prepare(str(path)))):>8.2f} s")
        for covering in (False, True):
            what = "playing with coverage" if covering else "playing"
            one = seconds(playing(suite, 1, covering=covering))
            several = seconds(playing(suite, given.processes, covering=covering))
            print(f"{f'{what}, 1 process':<34}{one:>8.2f} s")
            print(f"{f'{what}, {given.processes} processes':<34}{several:>8.2f} s  {several / one:.2f} of one")


if __name__ == "__main__":
    main()
