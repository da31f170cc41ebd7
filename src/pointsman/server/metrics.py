"""What the router counts, for Prometheus, correct over workers: each counts into a file of its own, a scrape adds up.

Source: prometheus_client, "Multiprocess Mode". The folder of those files is the main process's; where it is not set
(tests in one process), the counters are ordinary ones. What is a state and not a count is read from the ledger.
"""

from __future__ import annotations

import os

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.multiprocess import MultiProcessCollector

from pointsman.ledger.ledger import Ledger, Outcome
from pointsman.model.event import Event

CONTENT_TYPE = CONTENT_TYPE_LATEST


class Metrics:
    """The counters of one process. Children are kept, since looking one up costs more than counting."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._events = self._counter("pointsman_events", "Events by what came of them", "account", "kind", "outcome")
        self._reports = self._counter("pointsman_reports", "Status reports and channel events", "connection")
        self._deliveries = self._counter(
            "pointsman_deliveries", "Attempts to deliver", "destination", "result", "reason"
        )
        self._took = Histogram(
            "pointsman_delivery_seconds", "Time of an attempt to deliver", ["destination"], registry=self._registry
        )
        self._withheld = self._counter("pointsman_withheld", "Messages that did not reach the customer", "account")
        self._children: dict[tuple[str, str, str], Counter] = {}

    def event(self, account: str, event: Event, outcome: Outcome) -> None:
        """Count one committed event."""
        kind = str(event.__struct_config__.tag)
        result = "repeated" if outcome.repeated else outcome.answer.outcome
        child = self._children.get((account, kind, result))
        if child is None:
            child = self._children[account, kind, result] = self._events.labels(account, kind, result)
        child.inc()
        if result == "withheld":
            self._withheld.labels(account).inc()

    def reports(self, connection: str, count: int) -> None:
        self._reports.labels(connection).inc(count)

    def delivery(self, destination: str, result: str, reason: str, took_ms: int) -> None:
        """Count one attempt: `result` is delivered, again or dead."""
        self._deliveries.labels(destination, result, reason).inc()
        self._took.labels(destination).observe(took_ms / 1000)

    def _counter(self, name: str, prose: str, *labels: str) -> Counter:
        return Counter(name, prose, labels, registry=self._registry)

    async def exposition(self, ledger: Ledger) -> bytes:
        """Return all workers' counts and the ledger's state in Prometheus' text format."""
        states = CollectorRegistry()
        await _add_states(states, ledger)
        folder = os.environ.get("PROMETHEUS_MULTIPROC_DIR")
        if folder:
            counts = CollectorRegistry()
            MultiProcessCollector(counts, path=folder)  # type: ignore[no-untyped-call]  # prometheus_client types it not
        else:
            counts = self._registry
        return generate_latest(counts) + generate_latest(states)


async def _add_states(registry: CollectorRegistry, ledger: Ledger) -> None:
    backlog = Gauge(
        "pointsman_backlog", "Deliveries that wait (owed) and that were given up (dead)", ["state"], registry=registry
    )
    for state, number in (await ledger.backlog()).items():
        backlog.labels(state).set(number)
    serves = Gauge(
        "pointsman_generation_info", "Generation by worker", ["hash", "activation", "pid"], registry=registry
    )
    for worker in await ledger.workers():
        serves.labels(worker.hash, str(worker.activation), str(worker.pid)).set(1)
