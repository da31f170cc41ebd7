"""One process of the crash tests: customers write to a bot that refuses everything, and the rules hear of each failure.

    python failure_crash_process.py DATABASE SINK EVENTS CONVERSATIONS INSTANT NTH

Submits events 0 to EVENTS - 1, delivers until nothing is owed, and ends; or kills itself at the NTH passing of INSTANT:
`failed` (a delivery is to be given up), `told` (its failure is committed, it is not settled) or `settled`.
"""

from __future__ import annotations

import asyncio
import sys
import time
from pathlib import Path

from ledger_crash_process import Fate, FileTransport
from msgspec import structs

from pointsman.delivery.clock import SystemClock
from pointsman.delivery.worker import Worker
from pointsman.journey import load_live, submission
from pointsman.language.pipeline import compile_rules
from pointsman.language.program import encode
from pointsman.ledger.ledger import Arming, Dead, Lease, Settlement
from pointsman.ledger.sqlite import open_sqlite
from pointsman.model.content import Message, Text
from pointsman.model.decision import Owed
from pointsman.model.event import FromCustomer
from pointsman.model.identity import Address
from pointsman.protocols.wire import Call, Response
from pointsman.server.deliveries import ports
from pointsman.server.metrics import Metrics
from pointsman.server.service import Access, Service, serving

RULES = """
component CmBot is bot
component Desk is desk
start with CmBot
policy ill on delivery failed to CmBot
rule "ill" otherwise then add 1 to failures  tell Desk "{reason}"
"""
CONFIG = """
rules = "policy.rules"
[accounts.shop]
id = "e17acdef-c918-423d-a01b-1000cd084f6a"
[channels.gateway]
protocol = "cm"
account = "shop"
carries = ["WhatsApp"]
secret = "env:SECRET"
send_url = "http://sink/gateway"
product_token = "env:PRODUCT"
[components.CmBot]
protocol = "cm"
account = "shop"
token = "env:BOT"
message_url = "http://sink/bot"
[components.Desk]
protocol = "cm"
account = "shop"
token = "env:DESK"
message_url = "http://sink/desk"
handover_url = "http://sink/desk"
"""
ENV = {"SECRET": "s", "PRODUCT": "p", "BOT": "b", "DESK": "d"}


def address(number: int) -> Address:
    return Address("shop", "WhatsApp", f"+3161{number:07}", "+31100000000")


class RefusingBot(FileTransport):
    """Refuses all that is for the bot; the desk's goes to the sink."""

    async def send(self, call: Call) -> Response:
        return Response(404) if call.url == "http://sink/bot" else await super().send(call)


class NoLink:
    """Nobody reloads here."""

    async def ask(self, what: str) -> None:
        raise AssertionError(what)


async def main(database: str, sink: str, *plan: str) -> None:
    events, conversations, fate = int(plan[0]), int(plan[1]), Fate(plan[2], int(plan[3]))
    compiled = compile_rules({"policy.rules": RULES})
    assert compiled.program is not None, compiled.diagnostics
    ledger = open_sqlite(database, lambda: time.time_ns() // 1_000_000)
    generation = await ledger.activate(compiled.program.hash, encode(compiled.program), CONFIG)
    live, clock = load_live(generation, Path("/nowhere"), ENV), SystemClock()
    link = NoLink()
    service = Service(ledger, serving(live), Access("token", ()), link, Metrics(), clock=clock)  # type: ignore[arg-type]
    given = ports(service, RefusingBot(Path(sink), fate), clock)

    async def give_up(lease: Lease, dead: Dead) -> None:
        fate.pass_("failed")
        await given.give_up(lease, dead)
        fate.pass_("told")

    def on_settled(owed: Owed, settlement: Settlement, _: int) -> None:
        if isinstance(settlement, Dead):
            fate.pass_("settled")

    def on_failure(doing: str, error: Exception) -> None:
        raise SystemExit(f"{doing}: {error}")

    async def fire(_: Arming) -> None:
        raise AssertionError("nothing is armed")

    worker = Worker(structs.replace(given, give_up=give_up, on_settled=on_settled, on_failure=on_failure), fire)
    worker.start()
    said = [
        submission(
            live,
            address(number % conversations),
            FromCustomer(Message(Text("hi"))),
            source="gateway",
            event_id=f"{number}",
        )
        for number in range(events)
    ]
    await asyncio.gather(*(ledger.submit(each) for each in said))
    while (await ledger.backlog())["owed"]:  # noqa: ASYNC110  # the other process may be the one that works it off
        await asyncio.sleep(0.02)
    await worker.drain()
    await worker.stop()
    await ledger.close()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
