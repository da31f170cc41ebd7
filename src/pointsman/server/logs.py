"""Logs of the router's processes: for people on a terminal, JSON lines elsewhere; always on standard error."""

from __future__ import annotations

import sys

import structlog


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
