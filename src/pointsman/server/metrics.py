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
from pointsman.limits import METRIC_TAGS_MAX
from pointsman.model.decision import Record
from pointsman.model.event import CUSTOMER, Event

CONTENT_TYPE = CONTENT_TYPE_LATEST
OTHER_TAGS = "(other)"
"""Tags beyond those that are counted apart."""


class Metrics:
    """The counters of one process. Children are kept, since looking one up costs more than counting."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._events = self._counter("pointsman_events", "Events by what came of them", "account", "kind", "outcome")
        self._reports = self._counter("pointsman_reports", "Status reports and channel events", "connection", "result")
        self._deliveries = self._counter(
            "pointsman_deliveries", "Attempts to deliver", "destination", "result", "reason"
        )
        self._took = Histogram(
            "pointsman_delivery_seconds", "Time of an attempt to deliver", ["destination"], registry=self._registry
        )
        self._problems = self._counter(
            "pointsman_problems", "What of components' answers could not be read", "component"
        )
        self._withheld = self._counter("pointsman_withheld", "Messages that did not reach the customer", "account")
        self._losses = self._counter("pointsman_losses", "What messages lost on their channel", "channel", "kind")
        self._tags = self._counter("pointsman_tags", "Tags that rules set", "account", "tag")
        self._children: dict[tuple[str, str, str], Counter] = {}
        self._tagged: set[str] = set()

    def event(self, account: str, event: Event, outcome: Outcome) -> None:
        """Count one committed event, and what was decided of it; nothing is decided of a repeat."""
        kind = str(event.__struct_config__.tag)
        result = "repeated" if outcome.repeated else outcome.answer.outcome
        child = self._children.get((account, kind, result))
        if child is None:
            child = self._children[account, kind, result] = self._events.labels(account, kind, result)
        child.inc()
        if outcome.record is not None:
            self._decided(account, outcome.record)

    def _decided(self, account: str, record: Record) -> None:
        for step in record.steps:
            match step.what:
                case "loss":
                    self._losses.labels(step.channel or record.address.channel, step.subject).inc()
                case "tag":
                    self._tags.labels(account, self._tag(step.subject)).inc()
                case "withheld" if step.subject != CUSTOMER:
                    self._withheld.labels(account).inc()
                case _:
                    pass

    def _tag(self, label: str) -> str:
        if len(self._tagged) < METRIC_TAGS_MAX:
            self._tagged.add(label)
        return label if label in self._tagged else OTHER_TAGS

    def report(self, connection: str, result: str) -> None:
        """Count one report: `result` is taken, known (it told nothing new), unknown, pending, event or error."""
        self._reports.labels(connection, result).inc()

    def delivery(self, destination: str, result: str, reason: str, took_ms: int) -> None:
        """Count one attempt: `result` is delivered, again or dead."""
        self._deliveries.labels(destination, result, reason).inc()
        self._took.labels(destination).observe(took_ms / 1000)

    def problems(self, component: str, count: int) -> None:
        """Count what of a component's answer could not be read."""
        self._problems.labels(component).inc(count)

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
