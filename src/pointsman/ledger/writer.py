"""The one thread that writes, and the group commit that follows from there being one.

The next batch is whatever arrived while the last one was committed, at most `limits.BATCH_MAX`. No timer: alone, an
event waits for nothing; under load, batches grow by themselves until one commit pays for hundreds.

Law: the event loop is woken once a batch, however many wait for it.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Callable, Sequence
from typing import Any

from pointsman import limits
from pointsman.ledger.committer import Committed, Work
from pointsman.ledger.ledger import LedgerError

_Waiting = tuple["asyncio.Future[Any]", Work]


class Writer:
    """`commit` runs in the thread; `tell` runs on the event loop, after a batch's results are out."""

    def __init__(self, commit: Callable[[Sequence[Work]], Committed], tell: Callable[[Committed], None]) -> None:
        self.pending = 0
        self._commit = commit
        self._tell = tell
        self._queue: queue.SimpleQueue[_Waiting | None] = queue.SimpleQueue()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="pointsman-ledger", daemon=True)
        self._thread.start()

    def put(self, work: Work) -> asyncio.Future[Any]:
        """Queue `work`; the future is done when it is committed, or has failed."""
        if self._closed:
            raise LedgerError("the ledger is closed")
        future = asyncio.get_running_loop().create_future()
        self.pending += 1
        self._queue.put((future, work))
        return future

    def close(self) -> None:
        """Finish what is queued and end the thread."""
        if not self._closed:
            self._closed = True
            self._queue.put(None)
            self._thread.join()

    def _run(self) -> None:
        while True:
            batch, is_last = self._take()
            if batch:
                self._wake([future for future, _ in batch], self._committed([work for _, work in batch]))
            if is_last:
                return

    def _committed(self, batch: Sequence[Work]) -> Committed:
        try:
            return self._commit(batch)
        except Exception as error:  # noqa: BLE001  # without this thread, nothing would ever be committed again
            return Committed([error] * len(batch))

    def _take(self) -> tuple[list[_Waiting], bool]:
        """Wait for one, then take whatever else is there. The second value tells that nothing follows."""
        batch: list[_Waiting] = []
        try:
            while len(batch) < limits.BATCH_MAX:
                item = self._queue.get(block=not batch)
                if item is None:
                    return batch, True
                batch.append(item)
        except queue.Empty:
            pass
        return batch, False

    def _wake(self, futures: Sequence[asyncio.Future[Any]], committed: Committed) -> None:
        try:
            futures[0].get_loop().call_soon_threadsafe(self._resolve, futures, committed)
        except RuntimeError:  # the loop is closed: whoever waited is gone, and what is committed stays
            self.pending -= len(futures)

    def _resolve(self, futures: Sequence[asyncio.Future[Any]], committed: Committed) -> None:
        self.pending -= len(futures)
        for future, result in zip(futures, committed.results, strict=True):
            if future.cancelled():
                continue
            if isinstance(result, Exception):
                future.set_exception(result)
            else:
                future.set_result(result)
        self._tell(committed)
