"""From `[ledger] url` to a ledger: one line a kind of store."""

from __future__ import annotations

from pathlib import Path

from pointsman.ledger.ledger import Ledger, LedgerError
from pointsman.ledger.sqlite import Clock, open_sqlite


def open_ledger(url: str, folder: Path, clock: Clock) -> Ledger:
    """Open the ledger that `url` names; a relative file lies in `folder`. Needs no running event loop.

    Raises `LedgerError` with what to do.
    """
    kind, _, place = url.partition(":")
    if kind != "sqlite" or not place:
        raise LedgerError(f"{url}: no ledger that is known; write `sqlite:FILE`, such as `sqlite:pointsman.db`")
    return open_sqlite(folder / place, clock)
