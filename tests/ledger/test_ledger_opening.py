"""The ledger's address in the configuration."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from ledger_samples import Clock

from pointsman.ledger.ledger import LedgerError
from pointsman.ledger.opening import open_ledger


def test_a_relative_file_lies_beside_the_configuration_and_an_absolute_one_where_it_says(tmp_path: Path) -> None:
    for url, expected in ((f"sqlite:{tmp_path}/a.db", "a.db"), ("sqlite:b.db", "b.db")):
        asyncio.run(open_ledger(url, tmp_path, Clock()).close())
        assert (tmp_path / expected).is_file()


@pytest.mark.parametrize("url", ["pointsman.db", "sqlite:", "nats://localhost:4222", ""])
def test_an_unknown_address_is_refused_with_an_example(tmp_path: Path, url: str) -> None:
    with pytest.raises(LedgerError, match=r"write `sqlite:FILE`"):
        open_ledger(url, tmp_path, Clock())
