"""The file: made, opened again, migrated, refused."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest
from ledger_samples import Clock, event, using

from pointsman.ledger import schema
from pointsman.ledger.ledger import LedgerError
from pointsman.ledger.sqlite import SqliteLedger, open_sqlite


def written(path: Path, *statements: str) -> Path:
    db = sqlite3.connect(path)
    for statement in statements:
        db.execute(statement)
    db.commit()
    db.close()
    return path


async def one_event(ledger: SqliteLedger) -> str:
    return (await ledger.submit(event("anna"))).answer.reason


def test_a_file_is_made_with_durable_settings_and_opened_again(tmp_path: Path) -> None:
    async def settings(ledger: SqliteLedger) -> list[object]:
        await one_event(ledger)
        writing = ledger._connections[1]
        names = ("journal_mode", "synchronous", "user_version", "application_id")
        return [writing.execute(f"PRAGMA {name}").fetchone()[0] for name in names]

    assert using(tmp_path / "p.db", settings) == ["wal", 2, len(schema.MIGRATIONS), schema.APPLICATION_ID]
    assert using(tmp_path / "p.db", one_event) == "revision 2"


def test_an_older_file_is_migrated_with_its_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    using(tmp_path / "p.db", one_event)
    monkeypatch.setattr(
        schema, "MIGRATIONS", (*schema.MIGRATIONS, ("CREATE TABLE later(x)", "CREATE INDEX i ON later(x)"))
    )

    async def look(ledger: SqliteLedger) -> None:
        assert ledger._all("SELECT count(*) FROM later") == [(0,)]
        assert await one_event(ledger) == "revision 2"

    using(tmp_path / "p.db", look)


def test_a_migration_that_fails_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    using(tmp_path / "p.db", one_event)
    with monkeypatch.context() as patch:
        patch.setattr(schema, "MIGRATIONS", (*schema.MIGRATIONS, ("CREATE TABLE later(x)", "CREATE TABLE later(x)")))
        with pytest.raises(LedgerError, match="already exists"):
            open_sqlite(tmp_path / "p.db", Clock())
    assert using(tmp_path / "p.db", one_event) == "revision 2"


@pytest.mark.parametrize(
    ("prepare", "message"),
    [
        (lambda path: written(path, "PRAGMA user_version = 99"), r"newer pointsman \(schema 99.*upgrade pointsman"),
        (lambda path: written(path, "CREATE TABLE theirs(x)"), "another program"),
        (lambda path: path.write_bytes(b"no database at all" * 100), "not a database"),
        (lambda path: path.mkdir(), "writable by this user"),
    ],
    ids=["newer", "another program's", "no database", "a folder"],
)
def test_a_file_that_cannot_be_used_is_refused_with_a_remedy(tmp_path: Path, prepare: object, message: str) -> None:
    assert callable(prepare)
    prepare(tmp_path / "p.db")
    with pytest.raises(LedgerError, match=message) as caught:
        open_sqlite(tmp_path / "p.db", Clock())
    assert str(tmp_path / "p.db") in str(caught.value)


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(LedgerError, match="its folder must exist"):
        open_sqlite(tmp_path / "nowhere" / "p.db", Clock())
