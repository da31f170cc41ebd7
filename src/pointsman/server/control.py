"""What the main process and its workers tell each other: one JSON object a line over a socket pair.

The pair is also the leash: when the main process dies, however it dies, the worker reads the end of the stream in a
thread of its own and leaves at once, whatever its event loop is doing.
"""

from __future__ import annotations

import asyncio
import ctypes
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable
from itertools import count
from typing import Literal, Protocol, TypeAlias

import msgspec
from msgspec import Struct

from pointsman.server.listen import Address
from pointsman.server.reload import Failed, Result

LINE_BYTES_MAX = 64 * 1024
"""A worker's line holds a ticket and a word."""
PR_SET_PDEATHSIG = 1
"""linux/prctl.h"""


class Begin(Struct, frozen=True, tag="begin"):
    """The first line: all a worker needs to know. `admin` None: the admin API shares `listen`."""

    config_path: str
    ledger_path: str
    listen: Address
    admin: Address | None
    admin_token: str
    interface: Literal["rsgi", "asgi"]
    metrics_dir: str


class Noticed(Struct, frozen=True, tag="noticed"):
    """The pointer in the ledger has moved, or (`secrets`) what its configuration refers to has another value."""

    activation: int
    secrets: bool = False


class Health(Struct, frozen=True, tag="health"):
    """Why the newest files are not what serves; None when they are."""

    failure: Failed | None


class Answered(Struct, frozen=True, tag="answered"):
    ticket: int
    result: Result


class Ready(Struct, frozen=True, tag="ready"):
    """The worker is about to accept connections."""


class Asked(Struct, frozen=True, tag="asked"):
    ticket: int
    what: Literal["reload", "rollback"]


ToWorker: TypeAlias = Begin | Noticed | Health | Answered
FromWorker: TypeAlias = Ready | Asked

_encode = msgspec.json.Encoder().encode
decode_to_worker = msgspec.json.Decoder(ToWorker).decode
decode_from_worker = msgspec.json.Decoder(FromWorker).decode


def line(message: ToWorker | FromWorker) -> bytes:
    return _encode(message) + b"\n"


class ReloadLink(Protocol):
    """How the admin API asks for what only the main process may do."""

    async def ask(self, what: Literal["reload", "rollback"]) -> Result: ...


class Link:
    """The worker's end. Reading blocks in a thread; what it reads is handed to `receive` on the event loop."""

    def __init__(self, fd: int) -> None:
        die_with_parent()
        self._socket = socket.socket(fileno=fd)
        self._lines = self._socket.makefile("rb")
        self._tickets = count(1)
        self._open: dict[int, asyncio.Future[Result]] = {}

    def begin(self) -> Begin:
        """Read the first line. Raises EOFError when the main process is gone already."""
        first = self._lines.readline()
        if not first:
            raise EOFError("the main process is gone")
        message = decode_to_worker(first)
        if not isinstance(message, Begin):
            raise TypeError(f"the main process began with {message}")
        return message

    def follow(self, loop: asyncio.AbstractEventLoop, receive: Callable[[Noticed | Health], None]) -> None:
        """Hand every further line to `receive`; end this process when there are no more."""

        def read() -> None:
            for text in self._lines:
                loop.call_soon_threadsafe(self._dispatch, decode_to_worker(text), receive)
            os._exit(1)

        threading.Thread(target=read, name="leash", daemon=True).start()

    def send(self, message: FromWorker) -> None:
        self._socket.sendall(line(message))

    async def ask(self, what: Literal["reload", "rollback"]) -> Result:
        ticket = next(self._tickets)
        future: asyncio.Future[Result] = asyncio.get_running_loop().create_future()
        self._open[ticket] = future
        try:
            self.send(Asked(ticket, what))
            return await future
        finally:
            del self._open[ticket]

    def _dispatch(self, message: ToWorker, receive: Callable[[Noticed | Health], None]) -> None:
        match message:
            case Answered(ticket, result):
                if (future := self._open.get(ticket)) is not None and not future.done():
                    future.set_result(result)
            case Noticed() | Health():
                receive(message)
            case Begin():
                raise TypeError("the main process began twice")


def die_with_parent() -> None:
    """Have the kernel kill this process when its parent dies: prompt even while C code holds the interpreter."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
