"""Reload: from an edited file to a program at work, in three acts.

The law:

1. *Build* everything that can fail, in another process, beside the live generation: read, compile, check against
   pointsman.toml, resolve the secrets, run the tests in the files. A failed build changes nothing and says why.
2. *Commit* the pointer to the new generation in the ledger. From here on it is in force, whatever dies next.
3. Each worker *notices*, loads it and swaps by one assignment; the old one retires with its last message.

Builds run one at a time. Whoever asks while one runs shares the next one, so that every answer speaks of files read
after the question, and any number of overlapping edits cost at most one more build. A build that yields what already
serves changes nothing. A rollback pins: what was rolled back from does not come back until the text changes.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, TypeAlias

from msgspec import Struct

from pointsman.ledger.ledger import Generation, Ledger, LedgerError


class Watched(Struct, frozen=True):
    """What a program is made of: files that were read or looked for, and folders whose rules files all count."""

    files: tuple[str, ...] = ()
    folders: tuple[str, ...] = ()


class Built(Struct, frozen=True, tag="built"):
    """A build that passed. `secrets` is a digest that changes with the values of secrets; it is kept in memory only.

    `watched` is what the program is made of, `warnings` the rendered reports that do not block.
    """

    hash: str
    program: bytes
    config: str
    secrets: str
    watched: Watched
    warnings: str = ""


class Failed(Struct, frozen=True, tag="failed"):
    """A build that did not pass: one line, the whole text for a terminal, the reports as JSON objects, when (ms)."""

    summary: str
    text: str
    diagnostics: tuple[dict[str, Any], ...] = ()
    watched: Watched = Watched()
    at: int = 0


class Activated(Struct, frozen=True, tag="activated"):
    activation: int
    hash: str
    warnings: str = ""


class Unchanged(Struct, frozen=True, tag="unchanged"):
    """`pinned`: a rollback is in force, and the text has not changed since. `rotated`: the value of a secret has."""

    activation: int
    hash: str
    pinned: bool = False
    rotated: bool = False


Build: TypeAlias = Callable[[], Awaitable[Built | Failed]]
Result: TypeAlias = Activated | Unchanged | Failed


class Reloader:
    """Runs acts one and two. `tell` hears each result, so that the process can announce and report it."""

    def __init__(self, ledger: Ledger, build: Build, tell: Callable[[Result], None]) -> None:
        self._ledger = ledger
        self._build = build
        self._tell = tell
        self._running: asyncio.Task[Result] | None = None
        self._next: asyncio.Task[Result] | None = None
        self._secrets: str | None = None
        self._turn = asyncio.Lock()

    async def reload(self) -> Result:
        """Build from the files as they are now and put the outcome in force. Never raises for what the files hold."""
        if self._next is None:
            self._next = asyncio.create_task(self._after(self._running))
        return await asyncio.shield(self._next)

    async def rollback(self) -> Result:
        """Put the generation before the current one back in force, pinned until the text changes."""
        async with self._turn:
            try:
                result = await self._go_back()
            except LedgerError as fault:
                return _failed(f"the ledger cannot be used: {fault}")
        if isinstance(result, Activated):
            self._tell(result)
        return result

    def stop(self) -> None:
        """Break off what is being built."""
        for task in (self._running, self._next):
            if task is not None:
                task.cancel()

    async def _go_back(self) -> Result:
        current, previous = await self._ledger.current(), await self._ledger.previous()
        if current is not None and current.pinned:
            return _failed("a rollback is in force already; change the rules or pointsman.toml to go forward")
        if previous is None:
            return _failed("there is no earlier generation to go back to")
        generation = await self._ledger.activate(previous.hash, previous.program, previous.config, pinned=True)
        return Activated(generation.activation, generation.hash)

    async def _after(self, running: asyncio.Task[Result] | None) -> Result:
        if running is not None:
            await asyncio.wait([running])
        self._running, self._next = self._next, None
        async with self._turn:
            try:
                result = await self._build_and_commit()
            except LedgerError as fault:
                result = _failed(f"the ledger cannot be used: {fault}")
        self._tell(result)
        return result

    async def _build_and_commit(self) -> Result:
        built = await self._build()
        if isinstance(built, Failed):
            return built
        rotated = self._secrets is not None and built.secrets != self._secrets
        self._secrets = built.secrets
        current = await self._ledger.current()
        if current is not None:
            held = current.pinned and await self._is_what_was_left(built)
            if held or (_same(built, current) and not current.pinned):
                return Unchanged(current.activation, current.hash, held, rotated)
        generation = await self._ledger.activate(built.hash, built.program, built.config)
        return Activated(generation.activation, generation.hash, built.warnings)

    async def _is_what_was_left(self, built: Built) -> bool:
        previous = await self._ledger.previous()
        return previous is not None and _same(built, previous)


def _failed(why: str) -> Failed:
    """What could not be done though nothing is wrong with the files."""
    return Failed(why, why)


def _same(built: Built, generation: Generation) -> bool:
    return (built.hash, built.config) == (generation.hash, generation.config)
