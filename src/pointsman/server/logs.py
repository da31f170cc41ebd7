"""Logs of the router's processes: for people on a terminal, JSON lines elsewhere; always on standard error."""

from __future__ import annotations

import asyncio
import sys

import structlog

from pointsman import limits

log = structlog.get_logger()


def configure(process: str) -> None:
    """Write this process's log to standard error, each line naming `process`."""
    terminal = sys.stderr.isatty()
    shown = structlog.dev.ConsoleRenderer() if terminal else structlog.processors.JSONRenderer(ensure_ascii=False)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="%H:%M:%S" if terminal else "iso", utc=not terminal),
            *(() if terminal else (structlog.processors.format_exc_info,)),
            shown,
        ],
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(process=process)


class Recurring:
    """A fault that may recur with every request: said at once, then at most once a `limits.LOG_MS`, with a count."""

    def __init__(self, event: str) -> None:
        self._event = event
        self._is_quiet = False
        self._unsaid = 0
        self._reason = ""

    def say(self, reason: str) -> None:
        """Note one occurrence. Call it on the event loop."""
        self._unsaid += 1
        self._reason = reason
        if not self._is_quiet:
            self._write()

    def _write(self) -> None:
        self._is_quiet = self._unsaid > 0
        if self._unsaid:
            log.error(self._event, reason=self._reason, times=self._unsaid)
            self._unsaid = 0
            asyncio.get_running_loop().call_later(limits.LOG_MS / 1000, self._write)
