"""The tables of the SQLite ledger, and how an older file becomes a newer one.

Laws:

- `PRAGMA user_version` is the schema: the number of migrations that a file has seen. A migration, once released, is
  never edited; a change of the schema is one more entry in the table.
- Integers stand for conversations and queues inside the file, since every event touches several indices and an index
  over integers is a fifth of one over ids. Numbers are never used twice (AUTOINCREMENT), so that a lease that outlives
  its queue names nothing.
- Blobs are MessagePack of the model's structs.
"""

from __future__ import annotations

import sqlite3

from pointsman.ledger.ledger import LedgerError

APPLICATION_ID = 0x706D616E
"""`pman`: what tells a ledger from any other SQLite file."""

_FIRST = (
    # One row a conversation. `latest` and `customer` repeat what `state` holds, for the two questions asked without it.
    """CREATE TABLE conversations(
        number INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, account TEXT NOT NULL, channel TEXT NOT NULL,
        customer TEXT NOT NULL, latest INTEGER NOT NULL, state BLOB NOT NULL)""",
    "CREATE INDEX conversations_customer ON conversations(account, customer)",
    # Ids already seen, with the first answer.
    """CREATE TABLE seen(source TEXT NOT NULL, id TEXT NOT NULL, at INTEGER NOT NULL, answer BLOB NOT NULL,
        PRIMARY KEY(source, id)) WITHOUT ROWID""",
    # The decision log, in the order of commits.
    "CREATE TABLE records(number INTEGER PRIMARY KEY AUTOINCREMENT, conversation INTEGER NOT NULL, body BLOB NOT NULL)",
    "CREATE INDEX records_conversation ON records(conversation, number)",
    # A queue exists while something is owed in it. `owner` holds its lease; without one, it is free from `due` on.
    """CREATE TABLE queues(
        number INTEGER PRIMARY KEY AUTOINCREMENT, conversation INTEGER NOT NULL, destination TEXT NOT NULL,
        owner TEXT, due INTEGER NOT NULL, UNIQUE(conversation, destination))""",
    "CREATE INDEX queues_free ON queues(due) WHERE owner IS NULL",
    """CREATE TABLE owed(number INTEGER PRIMARY KEY AUTOINCREMENT, queue INTEGER NOT NULL, attempts INTEGER NOT NULL,
        body BLOB NOT NULL)""",
    "CREATE INDEX owed_queue ON owed(queue, number)",
    """CREATE TABLE dead(number INTEGER PRIMARY KEY, conversation INTEGER NOT NULL, attempts INTEGER NOT NULL,
        reason TEXT NOT NULL, at INTEGER NOT NULL, body BLOB NOT NULL)""",
    "CREATE INDEX dead_conversation ON dead(conversation)",
    # Timers and waits that will run out: a mirror of the conversations' own, in the order in which they are due.
    """CREATE TABLE waits(conversation INTEGER NOT NULL, key TEXT NOT NULL, arming INTEGER NOT NULL,
        due INTEGER NOT NULL, PRIMARY KEY(conversation, key)) WITHOUT ROWID""",
    "CREATE INDEX waits_due ON waits(due)",
    # The pointer is the row with the highest activation.
    """CREATE TABLE generations(activation INTEGER PRIMARY KEY AUTOINCREMENT, hash TEXT NOT NULL, program BLOB NOT NULL,
        config TEXT NOT NULL, activated INTEGER NOT NULL, pinned INTEGER NOT NULL)""",
    # Processes that take leases or serve. Whether one lives is told by the lock on its file, never by this table.
    """CREATE TABLE owners(name TEXT PRIMARY KEY, pid INTEGER NOT NULL, activation INTEGER NOT NULL, hash TEXT NOT NULL,
        since INTEGER NOT NULL) WITHOUT ROWID""",
    f"PRAGMA application_id = {APPLICATION_ID}",
)

_SECOND = (
    # Free queues are looked through for destinations that are not full: by the index alone.
    "DROP INDEX queues_free",
    "CREATE INDEX queues_free ON queues(due, destination) WHERE owner IS NULL",
)

_THIRD = (
    # The id of the conversation that has joined this address; the row may stand for the address alone.
    "ALTER TABLE conversations ADD COLUMN leads_to TEXT",
    "CREATE INDEX conversations_joined ON conversations(leads_to) WHERE leads_to IS NOT NULL",
    # Messages that went to carriers, in the order of commits. `number` is the delivery's, `name` what its carrier calls
    # it, as an integer; `state` is what is known of it. Each further index would cost an event a page of its own.
    """CREATE TABLE sent(number INTEGER PRIMARY KEY, conversation INTEGER NOT NULL, name INTEGER NOT NULL,
        at INTEGER NOT NULL, state INTEGER NOT NULL, body BLOB NOT NULL)""",
    "CREATE INDEX sent_name ON sent(name)",
)

_FOURTH = (
    # What was said, in the order of commits. Numbers go on through a conversation's sessions.
    """CREATE TABLE turns(conversation INTEGER NOT NULL, number INTEGER NOT NULL, session TEXT NOT NULL,
        body BLOB NOT NULL)""",
    "CREATE INDEX turns_conversation ON turns(conversation, number)",
)

_FIFTH = (
    # Responses that carried messages to customers, by the request's id. `held` is the queue of the messages in one that
    # is not known to have been written, else 0.
    """CREATE TABLE responses(source TEXT NOT NULL, id TEXT NOT NULL, conversation INTEGER NOT NULL,
        held INTEGER NOT NULL, body BLOB NOT NULL, PRIMARY KEY(source, id)) WITHOUT ROWID""",
    "CREATE INDEX responses_conversation ON responses(conversation)",
)

MIGRATIONS: tuple[tuple[str, ...], ...] = (_FIRST, _SECOND, _THIRD, _FOURTH, _FIFTH)
"""The statements that lead from each version to the next."""


def migrate(db: sqlite3.Connection, path: str) -> None:
    """Bring the open file to this version's schema, in one transaction.

    Raises `LedgerError` for a file that a newer version wrote or that is no ledger.
    """
    version = _version(db)
    if version > len(MIGRATIONS):
        raise LedgerError(
            f"{path}: written by a newer pointsman (schema {version}, this one knows up to {len(MIGRATIONS)}); "
            "upgrade pointsman, or restore the file from before the upgrade"
        )
    if version == 0 and db.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        raise LedgerError(f"{path}: an SQLite file of another program; name a file of its own in [ledger] url")
    if version < len(MIGRATIONS):
        db.execute("BEGIN IMMEDIATE")
        try:
            for statements in MIGRATIONS[version:]:
                for statement in statements:
                    db.execute(statement)
            db.execute(f"PRAGMA user_version = {len(MIGRATIONS)}")
            db.execute("COMMIT")
        except BaseException:
            db.execute("ROLLBACK")
            raise


def write_again(db: sqlite3.Connection) -> None:
    """Write what stands already: the schema's number. SQLite writes its page even though nothing changes."""
    db.execute(f"PRAGMA user_version = {_version(db)}")


def _version(db: sqlite3.Connection) -> int:
    return int(db.execute("PRAGMA user_version").fetchone()[0])
