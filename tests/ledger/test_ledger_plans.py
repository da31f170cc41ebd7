"""No statement on an event's or a delivery's way reads a whole table: its cost must not grow with what is stored."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path
from typing import Any, ClassVar

from joins_samples import SMS, WHATSAPP, joining
from ledger_samples import Clock, Hand, event, key, submit_all
from responses_samples import asked, telling, written
from sent_samples import says, told

from pointsman.ledger.ledger import Again, Dead, Delivered
from pointsman.ledger.sqlite import open_sqlite
from pointsman.model.conversation import Wait

TABLES = (
    "conversations",
    "seen",
    "records",
    "queues",
    "owed",
    "dead",
    "waits",
    "sent",
    "turns",
    "own",
    "other",
    "responses",
)


class Recording(sqlite3.Connection):
    """Keeps the text of every statement, with the number of its values."""

    statements: ClassVar[dict[str, int]] = {}

    def execute(self, sql: str, *values: Any) -> sqlite3.Cursor:
        if sql.startswith(("SELECT", "INSERT", "UPDATE", "DELETE")):
            Recording.statements[sql] = len(values[0]) if values else 0
        return super().execute(sql, *values)


async def everything(path: Path) -> dict[str, list[str]]:
    clock = Clock()
    ledger = open_sqlite(path, clock, Recording)
    Recording.statements = {}
    hand = Hand(ledger)
    await submit_all(ledger, *(event("anna", "bot", "desk", id_=str(n), waits={"a": Wait(n, n)}) for n in range(150)))
    await submit_all(ledger, *(event(f"c{n}", "bot", id_=f"c{n}", waits={"a": Wait(1, 5)}) for n in range(70)))
    await submit_all(ledger, *(event(f"c{n}", "bot", id_=f"d{n}", waits={"a": None}) for n in range(70)))
    outcomes = (Delivered(), Again(clock.now + 1, "503"), Dead("refused (404)"))
    await asyncio.gather(*(ledger.settle(lease, outcomes[n % 3]) for n, lease in enumerate(hand.take())))
    clock.now += 1
    await ledger.claim()
    await ledger.release(hand.take())
    await ledger.due(5, 10)
    await ledger.next_due()
    await ledger.next_retry()
    await ledger.last_active("shop", "anna", ["WhatsApp", "SMS"])
    await ledger.records(key("anna"), 10)
    await ledger.turns(key("anna"), "session", None, 10)
    await ledger.read(key("anna"))
    await ledger.find(key("anna"))
    await submit_all(ledger, *(says("", "order17", customer=f"+3161{n:07}") for n in range(70)))
    await ledger.sent("gateway", "order17", "+31610000001")
    await submit_all(ledger, *(told(lease.row, "delivered", lease.owed.address.customer) for lease in hand.take()))
    await submit_all(ledger, *(joining(WHATSAPP, joins=joins) for joins in ({"SMS", "RCS"}, ())), joining(SMS))
    await submit_all(ledger, *(telling("anna", "one", id_=f"m{n}") for n in range(70)))
    await ledger.standing([asked(id_=f"m{n}") for n in range(70)])
    for _ in range(2):
        response = await ledger.respond(asked(id_="m1"), written)
        assert response is not None
    await ledger.responded(response, written=False)
    await ledger.responded(response, written=True)
    plans = {
        sql: [row[3] for row in ledger._reader.execute(f"EXPLAIN QUERY PLAN {sql}", [1] * values).fetchall()]
        for sql, values in Recording.statements.items()
    }
    await ledger.close()
    return plans


def test_no_statement_on_the_way_of_an_event_or_a_delivery_reads_a_whole_table(tmp_path: Path) -> None:
    plans = asyncio.run(everything(tmp_path / "p.db"))
    assert len(plans) > 20
    scans = {
        (sql, line)
        for sql, plan in plans.items()
        for line in plan
        for table in TABLES
        if line.split()[:2] == ["SCAN", table]
    }
    assert scans == set()
