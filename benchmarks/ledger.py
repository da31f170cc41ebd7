"""What one durable event costs: 1 to 256 senders in closed loops on one ledger file, then two processes on one file.

    python benchmarks/ledger.py [--seconds 2] [--folder DIR] [--to-customer]

An event reads and writes one of 10,000 conversations, owes one message, moves one wait and keeps one record, as a
customer's text does; with `--to-customer` the message is one that its carrier will report on, which the ledger keeps as
sent. `FOLDER` should lie on the disk that the ledger will lie on: the commit's price is the disk's.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import multiprocessing
import random
import tempfile
import time
from pathlib import Path

from msgspec import structs

from pointsman.ledger.ledger import Commit, Submission
from pointsman.ledger.sqlite import SqliteLedger, open_sqlite
from pointsman.model.content import Message, Text
from pointsman.model.conversation import Conversation, Wait
from pointsman.model.decision import Answer, Effect, Owed, Record, Step, ToComponent, ToCustomer
from pointsman.model.identity import Address

CONVERSATIONS = 10_000
ADDRESSES = [Address("shop", "WhatsApp", f"+3161{n:07}", "+31100000000") for n in range(CONVERSATIONS)]
KEYS = [address.conversation_id for address in ADDRESSES]
STEPS = (Step("trigger", "message from customer"), Step("heard", "CmBot"))


def now() -> int:
    return time.time_ns() // 1_000_000


def effect_of(event_id: str, to_customer: bool) -> Effect:
    message = Message(Text("What are your opening hours tomorrow?"), reference=event_id)
    return ToCustomer(message, "CmBot", send=1) if to_customer else ToComponent("CmBot", message)


def submission(number: int, place: int, to_customer: bool) -> Submission:
    """Event `number`, of the conversation at `place`."""
    event_id = f"event {number}"
    reference = hashlib.md5(event_id.encode(), usedforsecurity=False).hexdigest() if to_customer else ""

    def step(recall: Conversation | None, at: int) -> Commit:
        before = recall or Conversation(ADDRESSES[place], enabled=frozenset({"CmBot"}), context={"team": "general"})
        after = structs.replace(
            before,
            revision=before.revision + 1,
            latest=at,
            armings=before.armings + 1,
            waits={"silence//900000": Wait(before.armings + 1, at + 900_000)},
        )
        effect = effect_of(event_id, to_customer)
        owed = Owed(event_id, KEYS[place], ADDRESSES[place], "session", effect, "gateway", "hash", at, reference)
        answer = Answer("accepted", generation="hash")
        record = Record(
            KEYS[place], after.revision, at, ADDRESSES[place], "from customer", event_id, "hash", STEPS, answer
        )
        return Commit(after, (owed,), record, answer)

    return Submission(KEYS[place], "gateway", event_id, step)


async def rush(
    ledger: SqliteLedger, senders: int, seconds: float, first: int, to_customer: bool
) -> tuple[int, list[float]]:
    """Let `senders` submit one event after another. Returns how many, and how long each waited."""
    waits: list[float] = []
    end = time.perf_counter() + seconds

    async def send(number: int, chance: random.Random) -> None:
        while (began := time.perf_counter()) < end:
            await ledger.submit(submission(number, chance.randrange(CONVERSATIONS), to_customer))
            waits.append(time.perf_counter() - began)
            number += senders

    await asyncio.gather(*(send(first + sender, random.Random(sender)) for sender in range(senders)))
    return len(waits), sorted(waits)


def line(name: str, events: int, seconds: float, cpu: float, waits: list[float]) -> str:
    half, most = waits[len(waits) // 2] * 1e3, waits[len(waits) * 99 // 100] * 1e3
    return (
        f"{name:<24}{events / seconds:>10,.0f}/s{cpu / events * 1e6:>9.1f} us CPU{half:>9.2f} ms{most:>9.2f} ms p99"
        f"{waits[-1] * 1e3:>9.1f} ms worst"
    )


async def alone(path: Path, seconds: float, to_customer: bool) -> None:
    ledger = open_sqlite(path, now)
    try:
        for senders in (1, 16, 64, 256):
            cpu, wall = time.process_time(), time.perf_counter()
            events, waits = await rush(ledger, senders, seconds, senders * 10**9, to_customer)
            print(line(f"{senders} in flight", events, time.perf_counter() - wall, time.process_time() - cpu, waits))
        cpu = time.perf_counter()
        for number in range(1_000):
            await ledger.read(KEYS[number])
        print(f"{'read a conversation':<24}{(time.perf_counter() - cpu) * 1e3:>10.1f} us")
    finally:
        await ledger.close()


def beside(path: Path, seconds: float, first: int, to_customer: bool, results: multiprocessing.Queue[str]) -> None:
    async def run() -> str:
        ledger = open_sqlite(path, now)
        cpu, wall = time.process_time(), time.perf_counter()
        events, waits = await rush(ledger, 64, seconds, first, to_customer)
        took, cpu = time.perf_counter() - wall, time.process_time() - cpu
        await ledger.close()
        return line("64 in flight, of two", events, took, cpu, waits)

    results.put(asyncio.run(run()))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--to-customer", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.folder) as folder:
        path = Path(folder) / "bench.db"
        asyncio.run(alone(path, options.seconds, options.to_customer))
        spawn = multiprocessing.get_context("spawn")
        results: multiprocessing.Queue[str] = spawn.Queue()
        shares = [(path, options.seconds, (n + 1) * 10**12, options.to_customer, results) for n in range(2)]
        both = [spawn.Process(target=beside, args=share) for share in shares]
        for process in both:
            process.start()
        for process in both:
            print(results.get(timeout=60))
            process.join()


if __name__ == "__main__":
    main()
